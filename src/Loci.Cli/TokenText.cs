using Loci.Atlas;
using Loci.Models;

namespace Loci.Cli;

/// <summary>Tokens as a person reads them.</summary>
internal static class TokenText
{
    /// <summary>The token's text with its spaces and line ends visible; its id where the model has no tokenizer.</summary>
    public static string Show(Model model, int id) => Visible(Of(model, id));

    /// <summary>The token's text as it stands in running text, or as the vocabulary writes it where it has none; its id where the model has no tokenizer.</summary>
    public static string Of(Model model, int id)
    {
        if (model.Tokenizer is null) return $"#{id}";
        var bytes = new List<byte>();
        model.Tokenizer.DecodeBytes(id, bytes);
        return bytes.Count == 0 ? model.Tokenizer.Piece(id) : System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>White space and control characters as visible signs.</summary>
    public static string Visible(string text) => string.Concat(text.Select(c => c switch
    {
        ' ' => "·",
        '\n' => "⏎",
        '\t' => "⇥",
        _ when char.IsControl(c) => "�",
        _ => $"{c}",
    }));

    /// <summary>The text of a prefix, without the space that some tokenizers put before a text.</summary>
    public static string Prefix(AtlasSentence sentence, int position) =>
        sentence.Prefix(position) is [' ', .. var text] ? text : sentence.Prefix(position);

    /// <summary>A token without the white space around it, for a search.</summary>
    public static string Word(string text) => text.Trim() is { Length: > 0 } word ? word : text;
}
