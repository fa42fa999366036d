using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Loci.Models;

namespace Loci.Views;

/// <summary>Tokens by name: the text of an id, and the ids that a person's text means.</summary>
public static class TokenNames
{
    /// <summary>
    /// A token's text as it stands in running text, or as the vocabulary writes it where it has none; <c>#id</c> where
    /// the model has no tokenizer, or its tokenizer no such id.
    /// </summary>
    public static string Text(Model model, int id)
    {
        if (model.Tokenizer is not { } tokenizer) return $"#{id}";
        var bytes = new List<byte>();
        tokenizer.DecodeBytes(id, bytes);
        if (bytes.Count > 0) return Encoding.UTF8.GetString([.. bytes]);
        return tokenizer.Piece(id) is { Length: > 0 } piece ? piece : $"#{id}";
    }

    /// <summary>Ids as people list them: whole numbers with commas between them.</summary>
    /// <exception cref="NameException">Something is not an id, or there is none.</exception>
    public static int[] Ids(string list)
    {
        int[] ids = [.. list
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                ? token
                : throw new NameException($"«{id}» is not a token id; ids are whole numbers such as 1,403,407."))];
        return ids.Length > 0 ? ids : throw new NameException("There are no tokens to run.");
    }

    /// <summary>
    /// The one token that a person means: <c>#403</c> by its id, else by its text as it stands in running text. Text
    /// without a space before it also means the token with one; of several tokens that fit, the model's likeliest.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="text">What the person typed.</param>
    /// <param name="logits">The scores of the next token, which decide between tokens that fit. [vocabulary]</param>
    /// <exception cref="NameException">No token, or more than one, is meant.</exception>
    public static int Find(Model model, string text, ReadOnlySpan<float> logits)
    {
        if (text.StartsWith('#')
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return id < model.Spec.Vocabulary ? id
                : throw new NameException(
                    $"there is no token {text}; the model's ids are 0 to {model.Spec.Vocabulary - 1}.");
        if (model.Tokenizer is not { } tokenizer)
            throw new NameException(
                $"{model.Name} has no tokenizer that is read; name a token by its id, such as #403.");
        if (text.Length == 0) throw new NameException("it is empty; name a token.");

        if (tokenizer.ControlToken(text) is { } control && control < model.Spec.Vocabulary) return control;
        byte[] exact = Encoding.UTF8.GetBytes(text), spaced = [(byte)' ', .. exact];
        int best = -1;
        var bytes = new List<byte>();
        for (int token = 0; token < Math.Min(model.Spec.Vocabulary, tokenizer.VocabularySize); token++)
        {
            bytes.Clear();
            tokenizer.DecodeBytes(token, bytes);
            var own = CollectionsMarshal.AsSpan(bytes);
            if (own.SequenceEqual(exact) || own.SequenceEqual(spaced))
                if (best < 0 || logits[token] > logits[best])
                    best = token;
        }
        if (best >= 0) return best;
        string parts = string.Join(", ",
            tokenizer.Encode(text).Select(token => $"{VisibleText.Token(Text(model, token))} (#{token})"));
        throw new NameException(
            $"«{text}» is not one token of this model; it reads it as {(parts.Length > 0 ? parts : "nothing")}. Name "
            + $"one of its tokens.");
    }
}
