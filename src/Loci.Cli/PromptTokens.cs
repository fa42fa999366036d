using Loci.Models;
using Loci.Views;

namespace Loci.Cli;

/// <summary>Tokens as a person names them on the command line.</summary>
internal static class PromptTokens
{
    /// <summary>
    /// The tokens of a prompt: a text, with the model's beginning-of-sequence token before it, or ids exactly as
    /// given.
    /// </summary>
    public static int[] Read(Model model, string? text, string? ids)
    {
        if (text is null) return Named("--ids", () => TokenNames.Ids(ids!));
        Screen.WarnOfUnknownWords(model, text);
        int[] tokens = [.. model.Encode(text)];
        return tokens.Length > 0 ? tokens : throw new UsageException("There are no tokens to run.");
    }

    /// <summary>The one token that a person means; null where none is named.</summary>
    /// <param name="model">The model.</param>
    /// <param name="option">The option the text was given to, for the error.</param>
    /// <param name="text">What the person typed.</param>
    /// <param name="logits">The scores of the next token, which decide between tokens that fit. [vocabulary]</param>
    public static int? One(Model model, string option, string? text, ReadOnlySpan<float> logits)
    {
        if (text is null) return null;
        try
        {
            return TokenNames.Find(model, text, logits);
        }
        catch (NameException e)
        {
            throw new UsageException($"{option}: {e.Message}");
        }
    }

    /// <summary>What a person named, with the option before the error where the name means nothing.</summary>
    public static T Named<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NameException e)
        {
            throw new UsageException($"{option}: {e.Message}");
        }
    }
}
