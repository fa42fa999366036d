using Loci.Atlas.Agreement;
using Loci.Atlas.Storage;
using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas;

/// <summary>
/// A stored atlas, open to read. Safe to use from many threads; every row is checked as it is read, and one that is
/// damaged is an <see cref="InvalidFileException"/>, from any member. An atlas is also a source: it can be written again.
/// </summary>
public sealed class AtlasFile : IAtlasSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _database;
    private readonly CellReader _cells;
    private readonly RowReader _sentence, _token, _agreement;
    private readonly long[] _firstCell;
    private readonly Dictionary<string, string> _manifestRows;

    private AtlasFile(string path)
    {
        Path = path;
        _database = Connections.Open(path);
        try
        {
            _manifestRows = ReadManifest(_database);
            Manifest = ManifestRows.Read(_manifestRows, path);
            _firstCell = Manifest.Spec.FirstCells();
            Layers = ReadLayers();
            _cells = new(_database, path, Manifest);
            _sentence = new(_database, path, "SELECT * FROM sentences WHERE id = $0", 1);
            _token = new(_database, path, "SELECT * FROM vocabulary WHERE id = $0", 1);
            _agreement = new(
                _database, path, "SELECT * FROM cell_agreement WHERE cell = $0 AND pole = $1 ORDER BY readout", 2);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the atlas was made from.</summary>
    public AtlasManifest Manifest { get; }

    /// <summary>The layers, from 0.</summary>
    public IReadOnlyList<AtlasLayer> Layers { get; }

    /// <inheritdoc/>
    public IEnumerable<AtlasCell> Cells => ReadCells();

    /// <inheritdoc/>
    public IEnumerable<VocabularyToken> Vocabulary
    {
        get
        {
            int count = 0;
            foreach (var token in Rows("SELECT * FROM vocabulary ORDER BY id", row => ReadToken(row, count)))
            {
                yield return token;
                count++;
            }
            if (count != Manifest.Spec.Vocabulary) throw new InvalidFileException(Path, $"damaged atlas: token {count} is missing");
        }
    }

    /// <summary>Every stored sentence, by id: those that some trigger points at.</summary>
    public IEnumerable<AtlasSentence> AllSentences => Rows("SELECT * FROM sentences ORDER BY id", ReadSentence);

    /// <summary>Opens an atlas.</summary>
    /// <exception cref="LociException">
    /// The file cannot be opened; <see cref="InvalidFileException"/>: it is not an atlas or damaged;
    /// <see cref="UnsupportedException"/>: a newer Loci wrote it.
    /// </exception>
    public static AtlasFile Open(string path) => new(path);

    /// <summary>Everything the atlas knows of one cell, at both poles.</summary>
    /// <exception cref="LociException">The model has no such cell or pole.</exception>
    public AtlasCell Cell(CellId id)
    {
        long number = Number(id);
        lock (_gate) return _cells.One(number, id.Layer, id.Index);
    }

    /// <summary>The triggers of a cell at the pole meant, strongest first.</summary>
    public IReadOnlyList<Trigger> Triggers(CellId id) => Cell(id).Triggers(id.Pole);

    /// <summary>The agreement of a cell at the pole meant, raw, then folded; empty for a pole that never fired.</summary>
    public IReadOnlyList<CellAgreement> Agreement(CellId id)
    {
        long number = Number(id);
        lock (_gate)
            try
            {
                _agreement.Start(number, (long)id.Pole);
                var found = new List<CellAgreement>(2);
                while (_agreement.Next()) found.Add(AgreementRows.ReadCell(_agreement, Manifest.Spec));
                return found;
            }
            finally
            {
                _agreement.Stop();
            }
    }

    /// <summary>The agreement of every cell with a trigger, by cell, pole, readout.</summary>
    public IEnumerable<CellAgreement> AllCellAgreement => Rows(
        "SELECT * FROM cell_agreement ORDER BY cell, pole, readout", row => AgreementRows.ReadCell(row, Manifest.Spec));

    /// <summary>The agreement of every layer, by layer, pole, readout.</summary>
    public IReadOnlyList<LayerAgreement> Agreement()
    {
        lock (_gate)
        {
            using var rows = new RowReader(_database, Path, "SELECT * FROM precision ORDER BY layer, pole, readout").Start();
            using var tests = new RowReader(_database, Path, "SELECT * FROM agreement ORDER BY layer, pole, readout, kind").Start();
            var layers = new List<LayerAgreement>();
            while (rows.Next()) layers.Add(AgreementRows.ReadLayer(rows, tests));
            return layers;
        }
    }

    /// <summary>A sentence that some trigger points at.</summary>
    public AtlasSentence Sentence(long id) => One(_sentence, id, ReadSentence, "sentence");

    /// <summary>The sentence a trigger of this atlas points at; the trigger's position lies within it.</summary>
    public AtlasSentence Sentence(Trigger trigger)
    {
        var sentence = Sentence(trigger.Sentence);
        return trigger.Position < sentence.Tokens.Count
            ? sentence
            : throw new InvalidFileException(Path, $"damaged atlas: sentence {sentence.Id} has no position {trigger.Position}");
    }

    /// <summary>A token of the vocabulary.</summary>
    public VocabularyToken Token(int id) => One(_token, id, row => ReadToken(row, id), "token");

    /// <inheritdoc/>
    public IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids)
    {
        int next = 0;
        foreach (var sentence in AllSentences)
        {
            if (next == ids.Count) yield break;
            if (sentence.Id < ids[next]) continue;
            if (sentence.Id > ids[next]) break;
            yield return sentence;
            next++;
        }
        if (next < ids.Count) throw new InvalidFileException(Path, $"damaged atlas: sentence {ids[next]} is missing");
    }

    /// <summary>
    /// Cells whose triggers or value tokens contain a text, in any case. A trigger contains it if its prefix does, up
    /// to the trigger's own position. Found anywhere, inside words too.
    /// </summary>
    /// <param name="text">What to look for: any text, nothing in it is an operator.</param>
    /// <param name="limit">Cells returned of either kind, at least 1.</param>
    /// <exception cref="LociException">The text is empty.</exception>
    public SearchResult Search(string text, int limit = 20)
    {
        using var database = OpenAgain();
        return new AtlasSearch(this, database).Find(text, limit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cells.Dispose();
        foreach (var rows in (RowReader[])[_sentence, _token, _agreement]) rows.Dispose();
        _database.Dispose();
    }

    private long Number(CellId id)
    {
        var spec = Manifest.Spec;
        if (id.Layer < 0 || id.Layer >= spec.Layers)
            throw new LociException($"{id}: the model has layers 0 to {spec.Layers - 1}");
        if (id.Index < 0 || id.Index >= spec.CellsPerLayer[id.Layer])
            throw new LociException($"{id}: layer {id.Layer} has cells 0 to {spec.CellsPerLayer[id.Layer] - 1}");
        if (id.Pole == Pole.Negative && !spec.Gated)
            throw new LociException($"{id}: only the cells of gated layers have a negative pole");
        return _firstCell[id.Layer] + id.Index;
    }

    /// <summary>A connection of its own for a long reading; the file must still be the one that was opened.</summary>
    internal SqliteConnection OpenAgain()
    {
        var database = Connections.Open(Path);
        try
        {
            var rows = ReadManifest(database);
            if (rows.Count == _manifestRows.Count && !rows.Except(_manifestRows).Any()) return database;
            throw new LociException($"{Path} was replaced while it was read: open it again");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private Dictionary<string, string> ReadManifest(SqliteConnection database)
    {
        using var rows = new RowReader(database, Path, "SELECT * FROM manifest").Start();
        var values = new Dictionary<string, string>();
        while (rows.Next())
        {
            values[rows.Text()] = rows.Text();
            rows.End();
        }
        return values;
    }

    private List<AtlasLayer> ReadLayers()
    {
        using var rows = new RowReader(_database, Path, "SELECT * FROM layers ORDER BY layer").Start();
        var layers = new List<AtlasLayer>();
        while (rows.Next())
        {
            int layer = rows.Int(Manifest.Spec.Layers, "layer");
            if (layer != layers.Count || rows.Int() != _firstCell[layer]) throw rows.Damaged($"layer {layers.Count} is missing");
            int cells = (int)rows.Int();
            if (cells != Manifest.Spec.CellsPerLayer[layer]) throw rows.Damaged($"layer {layer} has {cells} cells");
            int dead = (int)rows.Int();
            long prefixes = rows.Int();
            layers.Add(new(layer, cells, dead, prefixes, (int)rows.Int()));
            rows.End();
        }
        return layers.Count == Manifest.Spec.Layers ? layers : throw rows.Damaged($"layer {layers.Count} is missing");
    }

    internal AtlasSentence ReadSentence(RowReader row)
    {
        long id = row.Int();
        string text = row.Text();
        byte[] tokens = row.Blob();
        bool cut = row.Bool();
        row.End();
        return SentenceTokens.Decode(id, text, tokens, cut, Manifest.Spec.Vocabulary)
            ?? throw row.Damaged($"sentence {id} does not fit its tokens");
    }

    private static VocabularyToken ReadToken(RowReader row, int id)
    {
        if (row.Int() != id) throw row.Damaged($"token {id} is missing");
        var token = new VocabularyToken(row.Text(), row.Int());
        row.End();
        return token;
    }

    private T One<T>(RowReader rows, long id, Func<RowReader, T> read, string what)
    {
        lock (_gate)
            try
            {
                return rows.Start(id).Next() ? read(rows) : throw new LociException($"{Path}: there is no {what} {id}");
            }
            finally
            {
                rows.Stop();
            }
    }

    internal IEnumerable<T> Rows<T>(string sql, Func<RowReader, T> read, params object[] parameters)
    {
        using var database = OpenAgain();
        using var rows = new RowReader(database, Path, sql, parameters.Length).Start(parameters);
        while (rows.Next()) yield return read(rows);
    }

    private IEnumerable<AtlasCell> ReadCells()
    {
        using var database = OpenAgain();
        using var reader = new CellReader(database, Path, Manifest);
        foreach (var cell in reader.All()) yield return cell;
    }
}
