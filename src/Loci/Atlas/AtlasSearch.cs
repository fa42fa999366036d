using Loci.Atlas.Storage;
using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>
/// One search. The search index gives the sentences that may contain the text, their text decides, and each says which
/// triggers lie in it; each token that contains the text says which cells promote it. Only the cells listed are read.
/// </summary>
internal sealed class AtlasSearch(AtlasFile atlas, AtlasDatabase database)
{
    private readonly record struct TriggerHit(int Count, float Strength);

    private readonly record struct ValueHit(int Rank, float Strength);

    // By cell and pole: twice the cell's number, one more for the negative pole.
    private readonly Dictionary<long, TriggerHit> _triggers = [];
    private readonly Dictionary<long, ValueHit> _values = [];
    // for every sentence with the text, the first position whose prefix has it
    private readonly Dictionary<long, int> _first = [];
    private readonly long[] _firstCells = atlas.Manifest.Spec.FirstCells();
    private readonly SortedDictionary<int, string> _tokens = []; // tokens with the text

    public SearchResult Find(string text, int limit, SearchPlace after)
    {
        if (text.Length == 0) throw new LociException("there is nothing to search for: the text is empty");
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        FindSentences(text);
        string[] vocabulary = atlas.TokenTexts();
        for (int id = 0; id < vocabulary.Length; id++)
            if (vocabulary[id].Contains(text, StringComparison.OrdinalIgnoreCase)) _tokens.Add(id, vocabulary[id]);
        if (database.Format == 1) FindCells();
        else FindPromoting();

        var byTrigger = _triggers.OrderByDescending(hit => hit.Value.Count).ThenByDescending(hit =>
            hit.Value.Strength).ThenBy(hit => hit.Key);
        var byValue = _values.OrderBy(hit => hit.Value.Rank).ThenByDescending(hit => hit.Value.Strength).ThenBy(hit =>
            hit.Key);
        return new(
            [.. After(byTrigger, after.Trigger).Take(limit).Select(hit =>
                TriggerMatch(hit.Key, hit.Value))], Cells(_triggers.Keys), _triggers.Count,
            [.. After(byValue, after.Value).Take(limit).Select(hit => ValueMatch(hit.Key))], Cells(_values.Keys),
            _values.Count);
    }

    // What is found by a text stays as it is while the file does: the cell itself is the place to go on from.
    private IEnumerable<KeyValuePair<long, T>> After<T>(IEnumerable<KeyValuePair<long, T>> found, CellId? last)
    {
        if (last is not { } cell) return found;
        long number = (uint)cell.Layer < (uint)_firstCells.Length ? _firstCells[cell.Layer] + cell.Index : -1;
        KeyValuePair<long, T>[] rest = [.. found.SkipWhile(hit => hit.Key != Key(number, cell.Pole))];
        return rest.Length > 0
            ? rest.Skip(1)
            : throw new LociException($"there is no page after {cell}: the text was not found by it");
    }

    private void FindSentences(string text)
    {
        foreach (var (sentence, pointers) in Candidates(text))
        {
            int at = sentence.Text.IndexOf(text, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            int position = 0;
            while (sentence.Ends[position] < at + text.Length) position++;
            _first.Add(sentence.Id, position);
            if (pointers is not null)
                foreach (var pointer in pointers)
                    if (pointer.Position >= position) AddTrigger(pointer.Cell, pointer.Pole, pointer.Strength);
        }
    }

    private IEnumerable<(AtlasSentence Sentence, List<TriggerPosting>? Pointers)> Candidates(string text)
    {
        const string Matching = "SELECT rowid FROM sentence_index WHERE sentence_index MATCH $0";
        if (Trigrams.Query(text) is not { } query)
        {
            using var all = database.Scan("sentences", "id");
            while (all.Next()) yield return atlas.ReadSentence(all);
            yield break;
        }
        var wanted = new List<long>();
        using (var found = database.Lookup(Matching, 1).Start(query))
            while (found.Next()) wanted.Add(found.Int());
        wanted.Sort();
        using var rows = database.Lookup($"SELECT * FROM sentences WHERE id IN ({Matching}) ORDER BY id",
            1).Start(query);
        foreach (long id in wanted)
        {
            if (!rows.Next()) throw database.Damaged($"sentence {id} is missing");
            var read = atlas.ReadSentence(rows);
            if (read.Sentence.Id != id) throw database.Damaged($"sentence {id} is missing");
            yield return read;
        }
    }

    private void FindPromoting()
    {
        using var rows = database.Lookup("SELECT * FROM token_cells WHERE token = $0", 1);
        foreach (int token in _tokens.Keys)
        {
            if (!rows.Start((long)token).Next()
                || rows.Int() != token) throw database.Damaged($"the cells of token {token} are missing");
            byte[] blob = rows.Blob();
            rows.End();
            foreach (var value in PostingList.Values(blob,
                atlas.Manifest.Spec.Cells) ?? throw database.Damaged($"the cells of token {token} are no cells"))
                AddValue(value.Cell, value.Pole, value.Rank, value.Strength);
        }
    }

    // Format 1 has no lists by sentence and by token: every cell is read.
    private void FindCells()
    {
        if (_first.Count == 0 && _tokens.Count == 0) return;
        using var reader = database.Cells();
        long number = 0;
        foreach (var cell in reader.All())
        {
            foreach (var pole in atlas.Manifest.Spec.Poles)
            {
                foreach (var match in Matches(cell, pole)) AddTrigger(number, pole,
                    MathF.Abs(match.Trigger.Coefficient) * cell.Value.Norm);
                foreach (var token in Promoted(cell, pole)) AddValue(number, pole, token.Rank,
                    PostingPass.Strength(token.Token, cell.Value.Norm));
            }
            number++;
        }
    }

    private void AddTrigger(long cell, Pole pole, float strength)
    {
        long key = Key(cell, pole);
        var known = _triggers.GetValueOrDefault(key);
        _triggers[key] = new(known.Count + 1, Math.Max(known.Strength, strength));
    }

    private void AddValue(long cell, Pole pole, int rank, float strength)
    {
        if (pole == Pole.Negative && !atlas.Manifest.Spec.Gated) return; // suppressed: no pole of the cell promotes it
        long key = Key(cell, pole);
        if (!_values.TryGetValue(key, out var known) || rank < known.Rank) _values[key] = new(rank, strength);
    }

    private TriggerMatch TriggerMatch(long key, TriggerHit hit)
    {
        var (cell, id) = Cell(key);
        return new(id, hit.Strength, [.. Matches(cell, id.Pole)]);
    }

    private ValueMatch ValueMatch(long key)
    {
        var (cell, id) = Cell(key);
        return new(id, Promoted(cell, id.Pole));
    }

    private (AtlasCell Cell, CellId Id) Cell(long key)
    {
        var (layer, index) = atlas.Manifest.Spec.CellAt(key >> 1)!.Value;
        var id = new CellId(layer, index, (Pole)(key & 1));
        return (atlas.Cell(id), id);
    }

    private IEnumerable<RankedTrigger> Matches(AtlasCell cell, Pole pole)
    {
        var triggers = cell.Triggers(pole);
        for (int i = 0; i < triggers.Count; i++)
            if (_first.TryGetValue(triggers[i].Sentence, out int position) && triggers[i].Position >= position)
                yield return new(i + 1, triggers[i]);
    }

    private List<RankedToken> Promoted(AtlasCell cell, Pole pole)
    {
        var best = new SortedDictionary<int, RankedToken>();
        foreach (var readout in Enum.GetValues<Readout>())
        {
            int rank = 0;
            foreach (var token in PostingPass.Promoted(cell.Value.At(readout), pole))
            {
                rank++;
                if (_tokens.TryGetValue(token.Id, out string? text)
                    && (!best.TryGetValue(token.Id, out var known) || rank < known.Rank))
                    best[token.Id] = new(rank, readout, token, text);
            }
        }
        return [.. best.Values.OrderBy(token => token.Rank)];
    }

    private static long Key(long cell, Pole pole) => 2 * cell + (long)pole;

    private static int Cells(ICollection<long> keys) => keys.Select(key => key >> 1).Distinct().Count();
}
