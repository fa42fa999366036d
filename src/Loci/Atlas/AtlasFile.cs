using Loci.Atlas.Agreement;
using Loci.Atlas.Storage;
using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>
/// A stored atlas, open to read. Safe to use from many threads; every row is checked as it is read, and one that is
/// damaged is an <see cref="InvalidFileException"/>, from any member. An atlas is also a source: it can be written
/// again.
/// </summary>
public sealed class AtlasFile : IAtlasSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly AtlasDatabase _database;
    private readonly CellReader _cells;
    private readonly RowReader _sentence, _from, _token, _agreement;
    private readonly long[] _firstCell;
    private string[]? _vocabulary;
    private bool _indexChecked, _disposed;

    private AtlasFile(string path)
    {
        _database = new(path);
        try
        {
            _firstCell = Manifest.Spec.FirstCells();
            Layers = _database.Layers();
            _cells = new(_database.Connection, path, Manifest, _database.Format, checks: null);
            _sentence = _database.Lookup("SELECT * FROM sentences WHERE id = $0", 1);
            _from = _database.Lookup("SELECT * FROM sentences WHERE id >= $0 ORDER BY id LIMIT 1", 1);
            _token = _database.Lookup("SELECT * FROM vocabulary WHERE id = $0", 1);
            _agreement = _database.Lookup(
                "SELECT * FROM cell_agreement WHERE cell = $0 AND pole = $1 ORDER BY readout", 2);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path => _database.Path;

    /// <summary>What the atlas was made from.</summary>
    public AtlasManifest Manifest => _database.Manifest;

    /// <summary>
    /// Where the model was opened from: a path, if the atlas keeps one, from here; or a name (a hub id, a built-in
    /// model). Null: not known. What lies there now may be another model: compare
    /// <see cref="AtlasManifest.ModelHash"/>.
    /// </summary>
    public string? ModelPlace => Manifest.ModelPlace is { } place ? KeptPlaces.Find(place, Path) : null;

    /// <summary>
    /// Where the files of the corpus lay, in order; null: not known. What lies there now may be other text: compare
    /// <see cref="SourceFile.Sha256"/>.
    /// </summary>
    public IReadOnlyList<string>? CorpusPlaces =>
        Manifest.Corpus.Count > 0 && Manifest.Corpus.All(file => file.Place is not null)
        ? [.. Manifest.Corpus.Select(file => KeptPlaces.Find(file.Place!, Path))]
        : null;

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
            foreach (var token in Table("vocabulary", "id", row => ReadToken(row, count)))
            {
                yield return token;
                count++;
            }
            if (count != Manifest.Spec.Vocabulary) throw _database.Damaged($"token {count} is missing");
        }
    }

    /// <summary>Every stored sentence, by id: those that some trigger points at.</summary>
    public IEnumerable<AtlasSentence> AllSentences => Table("sentences", "id", row => ReadSentence(row).Sentence);

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
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _cells.One(number, id.Layer, id.Index);
        }
    }

    /// <summary>The triggers of a cell at the pole meant, strongest first.</summary>
    public IReadOnlyList<Trigger> Triggers(CellId id) => Cell(id).Triggers(id.Pole);

    /// <summary>
    /// The agreement of a cell at the pole meant, raw, then folded; empty for a pole that never fired.
    /// </summary>
    public IReadOnlyList<CellAgreement> Agreement(CellId id)
    {
        long number = Number(id);
        lock (_gate)
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                int expected = _cells.One(number, id.Layer, id.Index).Triggers(id.Pole).Count == 0 ? 0
                    : Enum.GetValues<Readout>().Length;
                _agreement.Start(number, (long)id.Pole);
                var found = new List<CellAgreement>(expected);
                while (_agreement.Next()) found.Add(AgreementRows.ReadCell(_agreement, Manifest.Spec));
                for (int i = 0; i < Math.Max(expected, found.Count); i++)
                    if (i >= expected || i >= found.Count || found[i].Readout != (Readout)i)
                        throw _database.Damaged($"the agreement of {id} is missing");
                return found;
            }
            finally
            {
                if (!_disposed) _agreement.Stop();
            }
    }

    /// <summary>The agreement of every cell with a trigger, by cell, pole, readout.</summary>
    public IEnumerable<CellAgreement> AllCellAgreement =>
        Table("cell_agreement", "cell, pole, readout", row => AgreementRows.ReadCell(row, Manifest.Spec));

    /// <summary>The agreement of every layer, by layer, pole, readout.</summary>
    public IReadOnlyList<LayerAgreement> Agreement()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var rows = _database.Scan("precision", "layer, pole, readout");
            using var tests = _database.Scan("agreement", "layer, pole, readout, kind");
            var layers = new List<LayerAgreement>();
            while (rows.Next()) layers.Add(AgreementRows.ReadLayer(rows, tests));
            tests.Complete();
            return layers;
        }
    }

    /// <summary>A sentence that some trigger points at.</summary>
    public AtlasSentence Sentence(long id) => One(_sentence, id, row => ReadSentence(row).Sentence, "sentence");

    /// <summary>The sentence a trigger of this atlas points at; the trigger's position lies within it.</summary>
    public AtlasSentence Sentence(Trigger trigger)
    {
        var sentence = Sentence(trigger.Sentence);
        return trigger.Position < sentence.Tokens.Count
            ? sentence
            : throw _database.Damaged($"sentence {sentence.Id} has no position {trigger.Position}");
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
        if (next < ids.Count) throw _database.Damaged($"sentence {ids[next]} is missing");
    }

    /// <summary>
    /// Cells whose triggers or value tokens contain a text, in any case. A trigger contains it if its prefix does, up
    /// to the trigger's own position. Found anywhere, inside words too. The first search of an atlas reads its whole
    /// search index, which must be the one that was written.
    /// </summary>
    /// <param name="text">What to look for: any text, nothing in it is an operator.</param>
    /// <param name="limit">Cells returned of either kind, at least 1.</param>
    /// <param name="after">The last cells of the page before; the default is the first page.</param>
    /// <exception cref="LociException">The text is empty, or a cell to go on after was not found by it.</exception>
    public SearchResult Search(string text, int limit = 20, SearchPlace after = default)
    {
        using var database = OpenAgain();
        CheckIndex(database);
        return new AtlasSearch(this, database).Find(text, limit, after);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _cells.Dispose();
            foreach (var rows in (RowReader[])[_sentence, _from, _token, _agreement]) rows.Dispose();
            _database.Dispose();
        }
    }

    /// <summary>The first stored sentence from a number on; null: there is none.</summary>
    internal AtlasSentence? SentenceFrom(long id)
    {
        lock (_gate)
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _from.Start(id).Next() ? ReadSentence(_from).Sentence : null;
            }
            finally
            {
                if (!_disposed) _from.Stop();
            }
    }

    /// <summary>The first stored sentences that contain a text, in any case; none for texts of fewer than 3
    /// characters.</summary>
    internal IReadOnlyList<AtlasSentence> SentencesWith(string text, int most)
    {
        if (Trigrams.Query(text) is not { } query) return [];
        using var database = OpenAgain();
        using var rows = database.Lookup(
            "SELECT * FROM sentences WHERE id IN "
                + "(SELECT rowid FROM sentence_index WHERE sentence_index MATCH $0) ORDER BY id", 1).Start(query);
        var found = new List<AtlasSentence>();
        while (found.Count < most && rows.Next())
            if (ReadSentence(rows).Sentence is var sentence
                && sentence.Text.Contains(text, StringComparison.OrdinalIgnoreCase))
                found.Add(sentence);
        return found;
    }

    /// <summary>The text of every token; kept once read.</summary>
    internal string[] TokenTexts()
    {
        lock (_gate)
            if (_vocabulary is { } known) return known;
        string[] read = [.. Vocabulary.Select(token => token.Text)];
        lock (_gate) return _vocabulary ??= read;
    }

    /// <summary>A sentence and which triggers lie in it; null in format 1, which does not tell.</summary>
    internal (AtlasSentence Sentence, List<TriggerPosting>? Pointers) ReadSentence(RowReader row)
    {
        long id = row.Int();
        string text = row.Text();
        byte[] tokens = row.Blob();
        bool cut = row.Bool();
        byte[]? pointers = _database.Format == 1 ? null : row.Blob();
        row.End();
        var sentence = SentenceTokens.Decode(id, text, tokens, cut, Manifest.Spec.Vocabulary)
            ?? throw row.Damaged($"sentence {id} does not fit its tokens");
        return pointers is null
            ? (sentence, null)
            : (sentence, PostingList.Triggers(pointers,
                Manifest.Spec.Cells) ?? throw row.Damaged($"what points at sentence {id} are no cells"));
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

    private void CheckIndex(AtlasDatabase database)
    {
        lock (_gate)
            if (_indexChecked) return;
        IndexCheck.Check(database.Connection, Path, database.Checks);
        lock (_gate) _indexChecked = true;
    }

    /// <summary>A connection of its own for a long reading; the file must still be the one that was opened.</summary>
    private AtlasDatabase OpenAgain()
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_disposed, this);
        var database = new AtlasDatabase(Path);
        if (database.IsSame(_database)) return database;
        database.Dispose();
        throw new LociException($"{Path} was replaced while it was read: open it again");
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
                ObjectDisposedException.ThrowIf(_disposed, this);
                return rows.Start(id).Next() ? read(rows) : throw new LociException($"{Path}: there is no {what} {id}");
            }
            finally
            {
                if (!_disposed) rows.Stop();
            }
    }

    private IEnumerable<T> Table<T>(string table, string key, Func<RowReader, T> read)
    {
        using var database = OpenAgain();
        using var rows = database.Scan(table, key);
        while (rows.Next()) yield return read(rows);
    }

    private IEnumerable<AtlasCell> ReadCells()
    {
        using var database = OpenAgain();
        using var reader = database.Cells();
        foreach (var cell in reader.All()) yield return cell;
    }
}
