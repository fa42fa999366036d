using Loci.Atlas.Storage;
using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas;

/// <summary>
/// One search. The index gives the sentences that may contain the text, their text decides, and one pass over the
/// trigger lists and value tokens finds the cells: no second, inverted copy of the triggers is stored.
/// </summary>
internal sealed class AtlasSearch(AtlasFile atlas, SqliteConnection database)
{
    private readonly record struct TriggerHit(CellId Cell, int Count, float Strength);

    private readonly record struct ValueHit(CellId Cell, int Rank, float Strength);

    public SearchResult Find(string text, int limit)
    {
        if (text.Length == 0) throw new LociException("there is nothing to search for: the text is empty");
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var first = FirstPositions(text);
        var tokens = Tokens(text);
        var triggers = new List<TriggerHit>();
        var values = new List<ValueHit>();
        using var reader = new CellReader(database, atlas.Path, atlas.Manifest);
        Pole[] poles = atlas.Manifest.Spec.Gated ? [Pole.Positive, Pole.Negative] : [Pole.Positive];
        if (first.Count > 0 || tokens.Count > 0)
            foreach (var cell in reader.All())
                foreach (var pole in poles)
                {
                    var id = new CellId(cell.Layer, cell.Index, pole);
                    if (TriggerMatches(cell, pole, first) is { Count: > 0 } matches)
                        triggers.Add(new(id, matches.Count, Strength(cell, matches)));
                    if (ValueMatches(cell, pole, tokens) is { Count: > 0 } promoted)
                        values.Add(new(id, promoted[0].Rank, MathF.Abs(promoted[0].Token.Logit) / cell.Value.Norm));
                }
        var byTrigger = triggers.OrderByDescending(hit => hit.Count).ThenByDescending(hit => hit.Strength).Take(limit);
        var byValue = values.OrderBy(hit => hit.Rank).ThenByDescending(hit => hit.Strength).Take(limit);
        return new(
            [.. byTrigger.Select(hit => new TriggerMatch(
                hit.Cell, hit.Strength, TriggerMatches(atlas.Cell(hit.Cell), hit.Cell.Pole, first)))],
            triggers.Count,
            [.. byValue.Select(hit => new ValueMatch(
                hit.Cell, ValueMatches(atlas.Cell(hit.Cell), hit.Cell.Pole, tokens)))],
            values.Count);
    }

    /// <summary>For every sentence with the text, the first position whose prefix contains it.</summary>
    private Dictionary<long, int> FirstPositions(string text)
    {
        var first = new Dictionary<long, int>();
        foreach (var sentence in Candidates(text))
        {
            int at = sentence.Text.IndexOf(text, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            int position = 0;
            while (sentence.Ends[position] < at + text.Length) position++;
            first.Add(sentence.Id, position);
        }
        return first;
    }

    private IEnumerable<AtlasSentence> Candidates(string text)
    {
        if (Trigrams.Query(text) is not { } query) return atlas.AllSentences;
        return atlas.Rows("SELECT * FROM sentences WHERE id IN (SELECT rowid FROM sentence_index WHERE sentence_index MATCH $0)",
            atlas.ReadSentence, query);
    }

    private Dictionary<int, string> Tokens(string text)
    {
        var tokens = new Dictionary<int, string>();
        int id = 0;
        foreach (var token in atlas.Vocabulary)
        {
            if (token.Text.Contains(text, StringComparison.OrdinalIgnoreCase)) tokens.Add(id, token.Text);
            id++;
        }
        return tokens;
    }

    private static List<RankedTrigger> TriggerMatches(AtlasCell cell, Pole pole, Dictionary<long, int> first)
    {
        var triggers = cell.Triggers(pole);
        var matches = new List<RankedTrigger>();
        for (int i = 0; i < triggers.Count; i++)
            if (first.TryGetValue(triggers[i].Sentence, out int position) && triggers[i].Position >= position)
                matches.Add(new(i + 1, triggers[i]));
        return matches;
    }

    private static List<RankedToken> ValueMatches(AtlasCell cell, Pole pole, Dictionary<int, string> tokens)
    {
        var best = new SortedDictionary<int, RankedToken>();
        foreach (var readout in Enum.GetValues<Readout>())
        {
            var promoted = cell.Value.At(readout).At(pole).Tokens;
            for (int i = 0; i < promoted.Count; i++)
            {
                if (!tokens.TryGetValue(promoted[i].Id, out string? text)) continue;
                // A sparse value leaves most tokens as they are, and a strong bias may leave none above 0.
                if (pole == Pole.Positive ? promoted[i].Logit <= 0 : promoted[i].Logit >= 0) break;
                if (!best.TryGetValue(promoted[i].Id, out var known) || i + 1 < known.Rank)
                    best[promoted[i].Id] = new(i + 1, readout, promoted[i], text);
            }
        }
        return [.. best.Values.OrderBy(token => token.Rank)];
    }

    private static float Strength(AtlasCell cell, List<RankedTrigger> matches) =>
        MathF.Abs(matches[0].Trigger.Coefficient) * cell.Value.Norm;
}
