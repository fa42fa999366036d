using System.Text;

namespace Loci.Training.Labs.Language;

/// <summary>A table in Markdown, padded so that it reads in a terminal too.</summary>
internal static class MarkdownTable
{
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">Cells, as many as columns.</param>
    /// <param name="words">Columns, from the left, of words; numbers stand to the right.</param>
    public static string Of(string[] header, IEnumerable<string[]> rows, int words)
    {
        string[][] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        var text = new StringBuilder();
        for (int r = 0; r < all.Length; r++)
        {
            text.Append('|');
            for (int c = 0; c < header.Length; c++)
                text.Append(' ').Append(c < words ? all[r][c].PadRight(widths[c]) : all[r][c].PadLeft(widths[c]))
                    .Append(" |");
            text.Append('\n');
            if (r > 0) continue;
            text.Append('|');
            for (int c = 0; c < header.Length; c++)
                text.Append(c < words ? new string('-', widths[c] + 2) : new string('-', widths[c] + 1) + ":")
                    .Append('|');
            text.Append('\n');
        }
        return text.ToString();
    }
}
