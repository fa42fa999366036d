using System.Text;

namespace Loci.Editing;

/// <summary>The lab's rows as a CSV file that grows: what is in it is not measured again.</summary>
public sealed class EditingTable
{
    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "experiment", "trial", "edits", "draw", "note", "efficacy", "efficacy_said", "paraphrases", "paraphrases_said",
        "neighbours", "neighbours_kept", "others_kept", "perplexity_before", "perplexity_after", "forecast_spill",
        "denominator", "change_norm", "growth",
    ];

    private const int KeyColumns = 4;

    private readonly string _path;
    private readonly List<string[]> _rows = [];
    private readonly HashSet<string> _keys = [];

    /// <summary>Opens a table, or begins one.</summary>
    /// <param name="path">The file. A last line that was cut off is measured again.</param>
    /// <exception cref="LociException">It is another table.</exception>
    public EditingTable(string path)
    {
        _path = path;
        string head = string.Join(',', Columns);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(head + "\n"));
            return;
        }
        string text = Encoding.UTF8.GetString(InputFile.Read(path, 1 << 28));
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0] != head)
            throw new LociException($"{path} is another table than this program writes. Give another --out.");
        foreach (string line in lines.Skip(1)) Take(line.Split(','));
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
    }

    /// <summary>The rows, as <see cref="Columns"/> names them.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>True where a row is there.</summary>
    /// <param name="key">Experiment, trial, how many edits, and which draw.</param>
    public bool Has(IReadOnlyList<string> key) => _keys.Contains(Key(key));

    /// <summary>Adds a row to the file.</summary>
    public void Add(IReadOnlyList<string> row)
    {
        string[] cells = [.. row.Select(Cell)];
        WritingErrors.Guard(_path, () =>
        {
            File.AppendAllText(_path, string.Join(',', cells) + "\n");
            return 0;
        });
        Take(cells);
    }

    private void Take(string[] cells)
    {
        _rows.Add(cells);
        _keys.Add(Key(cells));
    }

    private static string Key(IEnumerable<string> cells) => string.Join(',', cells.Take(KeyColumns).Select(Cell));

    private static string Cell(string text) => text.Replace(',', ';').ReplaceLineEndings(" ");
}
