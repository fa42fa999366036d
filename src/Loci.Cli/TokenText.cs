using Loci.Models;
using Loci.Views;

namespace Loci.Cli;

/// <summary>Tokens as a person reads them.</summary>
internal static class TokenText
{
    /// <summary>
    /// The token's text with its spaces and line ends visible; its id where the model has no tokenizer.
    /// </summary>
    public static string Show(Model model, int id) => VisibleText.Token(TokenNames.Text(model, id));

    /// <summary>A token without the white space around it, for a search.</summary>
    public static string Word(string text) => text.Trim() is { Length: > 0 } word ? word : text;
}
