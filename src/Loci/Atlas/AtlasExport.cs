using Loci.Atlas.Export;

namespace Loci.Atlas;

/// <summary>
/// Writes an atlas as Parquet files, for DuckDB, Polars and pandas. Each can be read alone; columns are described in
/// docs/atlas-format.md.
/// </summary>
public static class AtlasExport
{
    /// <summary>Writes all files under temporary names, then names them together.</summary>
    /// <param name="atlas">The atlas.</param>
    /// <param name="directory">The folder, made if absent; files of the same names in it are replaced
    /// (<see cref="Existing"/>).</param>
    /// <param name="cancellation">Ends the export; nothing is left behind.</param>
    /// <exception cref="LociException">A file cannot be written, or the atlas is damaged.</exception>
    public static async Task WriteAsync(AtlasFile atlas, string directory, CancellationToken cancellation = default)
    {
        var tables = new List<ParquetTable>();
        try
        {
            Directory.CreateDirectory(directory);
            foreach (var (name, write) in Tables)
                tables.Add(await write(atlas, Path.Combine(directory, name + ".parquet"), cancellation));
            foreach (var table in tables) table.Commit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WritingErrors.Of(directory, error);
        }
        finally
        {
            foreach (var table in tables) await table.DisposeAsync();
        }
    }

    /// <summary>The files of an earlier export that an export to a folder would replace.</summary>
    public static IReadOnlyList<string> Existing(string directory) =>
        [.. Tables.Select(table => Path.Combine(directory, table.Name + ".parquet")).Where(File.Exists)];

    private static readonly (string Name,
        Func<AtlasFile, string, CancellationToken, Task<ParquetTable>> Write)[] Tables =
    [
        ("cells", CellTables.CellsAsync),
        ("histograms", CellTables.HistogramsAsync),
        ("triggers", TriggerTable.WriteAsync),
        ("values", CellTables.ValuesAsync),
        ("sentences", TextTables.SentencesAsync),
        ("vocabulary", TextTables.VocabularyAsync),
        ("cell_agreement", AgreementTables.CellsAsync),
        ("agreement", AgreementTables.LayersAsync),
    ];
}
