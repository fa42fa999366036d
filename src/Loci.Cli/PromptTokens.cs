using System.Globalization;
using System.Text;
using Loci.Models;

namespace Loci.Cli;

/// <summary>Tokens as a person names them on the command line.</summary>
internal static class PromptTokens
{
    /// <summary>The tokens of a prompt: a text, with the model's beginning-of-sequence token before it, or ids exactly as given.</summary>
    public static int[] Read(Model model, string? text, string? ids)
    {
        int[] tokens = text is not null ? [.. model.Encode(text)] : [.. ids!
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                ? token
                : throw new UsageException($"«{id}» in --ids is not a token id; ids are whole numbers such as 1,403,407."))];
        return tokens.Length > 0 ? tokens : throw new UsageException("There are no tokens to run.");
    }

    /// <summary>
    /// The one token that a person means: <c>#403</c> by its id, else by its text as it stands in running text. Text
    /// without a space before it also means the token with one; of several tokens that fit, the model's likeliest.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="option">The option the text was given to, for the error.</param>
    /// <param name="text">What the person typed.</param>
    /// <param name="logits">The scores of the next token, which decide between tokens that fit. [vocabulary]</param>
    public static int One(Model model, string option, string text, ReadOnlySpan<float> logits)
    {
        if (text.StartsWith('#') && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return id < model.Spec.Vocabulary ? id
                : throw new UsageException($"{option}: there is no token {text}; the model's ids are 0 to {model.Spec.Vocabulary - 1}.");
        if (model.Tokenizer is not { } tokenizer)
            throw new UsageException($"{option}: {model.Name} has no tokenizer; name a token by its id, such as #403.");
        if (text.Length == 0) throw new UsageException($"{option} is empty; name a token.");

        byte[] exact = Encoding.UTF8.GetBytes(text), spaced = [(byte)' ', .. exact];
        int best = -1;
        var bytes = new List<byte>();
        for (int token = 0; token < Math.Min(model.Spec.Vocabulary, tokenizer.VocabularySize); token++)
        {
            bytes.Clear();
            tokenizer.DecodeBytes(token, bytes);
            var own = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
            if (own.SequenceEqual(exact) || own.SequenceEqual(spaced))
                if (best < 0 || logits[token] > logits[best])
                    best = token;
        }
        if (best >= 0) return best;
        string parts = string.Join(", ", tokenizer.Encode(text).Select(token => $"{TokenText.Show(model, token)} (#{token})"));
        throw new UsageException($"{option}: «{text}» is not one token of this model; it reads it as {(parts.Length > 0 ? parts : "nothing")}. Name one of its tokens.");
    }
}
