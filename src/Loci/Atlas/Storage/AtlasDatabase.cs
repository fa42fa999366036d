using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>
/// One connection to an atlas: its manifest, and readers of its tables that know what these must hold.
/// </summary>
internal sealed class AtlasDatabase : IDisposable
{
    private readonly Dictionary<string, string> _manifestRows;
    private readonly Lazy<TableChecks> _checks;

    /// <exception cref="LociException">The file cannot be opened, is not an atlas, or damaged.</exception>
    public AtlasDatabase(string path)
    {
        Path = path;
        Connection = Connections.Open(path, out int format);
        Format = format;
        try
        {
            var stored = format == 1 ? null : TableChecks.Read(Connection, path);
            _manifestRows = ReadManifest(stored);
            Manifest = ManifestRows.Read(_manifestRows, path);
            if (Manifest.Format != format) throw Damaged(
                $"its header says format {format}, its manifest {Manifest.Format}");
            _checks = new(() => stored ?? TableChecks.OfFormat1(Connection, path, Manifest));
        }
        catch
        {
            Connection.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public SqliteConnection Connection { get; }

    public int Format { get; }

    public AtlasManifest Manifest { get; }

    public TableChecks Checks => _checks.Value;

    /// <summary>Rows that a query with parameters $0, $1, … gives.</summary>
    public RowReader Lookup(string sql, int parameters) => new(Connection, Path, sql, parameters);

    /// <summary>A whole table, from its first row, in the order of its key.</summary>
    public RowReader Scan(string table, string key) =>
        new RowReader(Connection, Path, table, key, Checks[table]).Start();

    public CellReader Cells() => new(Connection, Path, Manifest, Format, Checks);

    public InvalidFileException Damaged(string problem) => new(Path, $"damaged atlas: {problem}");

    /// <summary>
    /// True where another connection has the same manifest: the file is still the one that was opened.
    /// </summary>
    public bool IsSame(AtlasDatabase other) =>
        _manifestRows.Count == other._manifestRows.Count && !_manifestRows.Except(other._manifestRows).Any();

    public List<AtlasLayer> Layers()
    {
        var spec = Manifest.Spec;
        var first = spec.FirstCells();
        using var rows = new RowReader(Connection, Path, "layers", "layer", Format == 1 ? null
            : Checks["layers"]).Start();
        var layers = new List<AtlasLayer>();
        while (rows.Next())
        {
            int layer = rows.Int(spec.Layers, "layer");
            if (layer != layers.Count || rows.Int() != first[layer]) throw Damaged($"layer {layers.Count} is missing");
            int cells = (int)rows.Int();
            if (cells != spec.CellsPerLayer[layer]) throw Damaged($"layer {layer} has {cells} cells");
            int dead = (int)rows.Int();
            long prefixes = rows.Int();
            layers.Add(new(layer, cells, dead, prefixes, (int)rows.Int()));
            rows.End();
        }
        return layers.Count == spec.Layers ? layers : throw Damaged($"layer {layers.Count} is missing");
    }

    public void Dispose() => Connection.Dispose();

    private Dictionary<string, string> ReadManifest(TableChecks? checks)
    {
        using var rows = new RowReader(Connection, Path, "manifest", "key", checks?["manifest"]).Start();
        var values = new Dictionary<string, string>();
        while (rows.Next())
        {
            values[rows.Text()] = rows.Text();
            rows.End();
        }
        return values;
    }
}
