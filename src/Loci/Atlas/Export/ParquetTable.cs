using Loci.Atlas.Storage;
using Parquet;
using Parquet.Schema;

namespace Loci.Atlas.Export;

/// <summary>
/// One Parquet file under a temporary name, written in row groups of bounded size. Its metadata hold the atlas's
/// manifest: a JSON value a key, each key after <see cref="ManifestPrefix"/>.
/// </summary>
internal sealed class ParquetTable : IAsyncDisposable
{
    /// <summary>Rows held in memory at a time.</summary>
    public const int RowsPerGroup = 1 << 16;

    /// <summary>What the keys of the manifest begin with.</summary>
    public const string ManifestPrefix = "loci.";

    private readonly AtomicFile _file;
    private readonly AtlasManifest _manifest;
    private readonly ParquetColumn[] _columns;
    private readonly CancellationToken _cancellation;
    private ParquetWriter? _writer;

    public ParquetTable(string path, AtlasManifest manifest, CancellationToken cancellation,
        params ParquetColumn[] columns)
    {
        _file = new(path);
        (_manifest, _columns, _cancellation) = (manifest, columns, cancellation);
    }

    /// <summary>Ends a row: every column has got its value.</summary>
    public ValueTask EndRowAsync() => _columns[0].Count < RowsPerGroup ? default : new(FlushAsync());

    /// <summary>Writes what is left and the footer; the file keeps its temporary name.</summary>
    public async Task CompleteAsync()
    {
        await FlushAsync();
        await _writer!.DisposeAsync();
        _writer = null;
    }

    /// <summary>Gives the file its name.</summary>
    public void Commit() => _file.Commit();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_writer is not null) await _writer.DisposeAsync();
        }
        finally
        {
            _file.Dispose();
        }
    }

    private async Task FlushAsync()
    {
        _cancellation.ThrowIfCancellationRequested();
        _writer ??= await CreateAsync();
        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns) await column.FlushAsync(group, _cancellation);
    }

    private async Task<ParquetWriter> CreateAsync()
    {
        var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(_columns.Select(column => column.Field)), _file.Stream, cancellationToken: _cancellation);
        writer.CustomMetadata = ManifestRows.Write(_manifest).ToDictionary(row => ManifestPrefix + row.Key, row =>
            row.Json);
        return writer;
    }
}
