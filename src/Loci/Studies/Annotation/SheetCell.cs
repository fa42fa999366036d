namespace Loci.Studies.Annotation;

/// <summary>
/// Untrusted text in a cell of a spreadsheet. What a spreadsheet would take for a formula gets an apostrophe before it,
/// and so does a text that begins with one, so that taking one away gives back the text.
/// </summary>
internal static class SheetCell
{
    private const char Mark = '\'';

    // The wide forms too: some programs read them as the narrow ones.
    private const string Openers = "=+-@＝＋－＠";

    /// <summary>The text as a cell that no spreadsheet calculates.</summary>
    public static string Defuse(string text)
    {
        string visible = text.TrimStart();
        bool harmful = visible.Length > 0 && Openers.Contains(visible[0]) || text.Length > 0 && char.IsControl(text[0]);
        return harmful || text.StartsWith(Mark) ? Mark + text : text;
    }

    /// <summary>The text that was defused.</summary>
    public static string Restore(string cell) => cell.StartsWith(Mark) ? cell[1..] : cell;
}
