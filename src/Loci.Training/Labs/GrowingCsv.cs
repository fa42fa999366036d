using System.Globalization;
using System.Text;

namespace Loci.Training.Labs;

/// <summary>
/// A CSV file that several processes add lines to. A line cut off by a crash is no line: it is not read, and the next
/// one to be added takes its place.
/// </summary>
internal static class GrowingCsv
{
    /// <summary>The lines after the header, with their numbers; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">The header is another, or a line has not as many fields.</exception>
    public static IEnumerable<(int Number, string[] Fields)> Read(string path, string header)
    {
        if (!File.Exists(path)) yield break;
        // after the last line end stands what was cut off, or nothing
        string[] lines = File.ReadAllText(path).Split('\n');
        if (lines.Length > 1 && lines[0].TrimEnd('\r') != header)
            throw new InvalidDataException(
                $"{path} does not begin with «{header}»: name another file, or move this one away");
        int wanted = header.Split(',').Length;
        for (int i = 1; i < lines.Length - 1; i++)
        {
            string[] fields = lines[i].TrimEnd('\r').Split(',');
            if (fields.Length != wanted)
                throw new InvalidDataException(
                    $"{path}, line {i + 1}: «{lines[i]}» has {fields.Length} fields, not {wanted}");
            yield return (i + 1, fields);
        }
    }

    /// <summary>Adds a line, and the header before the first.</summary>
    public static void Append(string path, string header, string line)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                CutToWholeLines(file);
                file.Write(Encoding.UTF8.GetBytes(file.Length == 0 ? $"{header}\n{line}\n" : $"{line}\n"));
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50); // another process is writing
            }
        }
    }

    public static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    // Leaves the file positioned at its end.
    private static void CutToWholeLines(FileStream file)
    {
        long end = file.Length;
        for (; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') break;
        }
        file.SetLength(end);
        file.Position = end;
    }
}
