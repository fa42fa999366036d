using System.Text;

namespace Loci.Studies.Annotation;

/// <summary>
/// Comma-separated values (RFC 4180), as spreadsheets read and write them: quoted where needed, and read with commas,
/// semicolons or tabs, whichever the first line uses.
/// </summary>
internal static class SheetTable
{
    private const int MostBytes = 64 << 20;

    /// <summary>Appends a row.</summary>
    public static void Append(StringBuilder sheet, IEnumerable<string> cells) =>
        sheet.AppendJoin(',', cells.Select(Quote)).Append("\r\n");

    /// <summary>All rows that hold anything, with the line each begins on, from 1.</summary>
    /// <exception cref="InvalidFileException">The file is not UTF-8, too large, or a quote is never closed.</exception>
    public static List<(int Line, string[] Cells)> Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new InvalidFileException(path, $"is larger than {MostBytes:N0} bytes, more than any sheet");
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path))
                .TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidFileException(path, "is not UTF-8; save the sheet as «CSV UTF-8»", inner: e);
        }
        char separator = text.Split('\n', 2)[0].FirstOrDefault(c => c is ',' or ';' or '\t', ',');
        List<(int, string[])> rows = [];
        int line = 1;
        for (int at = 0; at < text.Length;)
        {
            int first = line;
            string[] row = Row(path, text, separator, ref at, ref line);
            if (Array.Exists(row, cell => cell.Length > 0)) rows.Add((first, row));
        }
        return rows;
    }

    private static string Quote(string cell) =>
        cell.Any(c => c is '"' or ',' or ';' or '\t' or '\r' or '\n') || cell.StartsWith(' ') || cell.EndsWith(' ')
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;

    private static string[] Row(string path, string text, char separator, ref int at, ref int line)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        int opened = 0;     // the line of a quote that is open; 0: none
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\n') line++;
            if (opened > 0)
            {
                if (c != '"') cell.Append(c);
                else if (at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[++at]);
                else opened = 0;
            }
            else if (c == '"' && cell.Length == 0)
            {
                opened = line;
            }
            else if (c == separator)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (c == '\n')
            {
                at++;
                break;
            }
            else if (c != '\r' || at + 1 < text.Length && text[at + 1] != '\n')
            {
                cell.Append(c);
            }
        }
        if (opened > 0) throw new InvalidFileException(path, $"has a quote on line {opened} that is never closed");
        cells.Add(cell.ToString());
        return [.. cells];
    }
}
