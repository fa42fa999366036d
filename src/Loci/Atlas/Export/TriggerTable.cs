using Loci.Memory.Recall;

namespace Loci.Atlas.Export;

/// <summary>
/// The file triggers, which can be read alone: each with its prefix, the token that fires and the one that follows.
/// </summary>
internal static class TriggerTable
{
    public static Task<ParquetTable> WriteAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var cell = new ValueColumn<int>("cell");
        var pole = new TextColumn("pole");
        var rank = new ValueColumn<int>("rank");
        var coefficient = new ValueColumn<float>("coefficient");
        var sentence = new ValueColumn<long>("sentence");
        var position = new ValueColumn<int>("position");
        var last = new ValueColumn<int>("last_token");
        var next = new OptionalColumn<int>("next_token");
        var prefix = new TextColumn("prefix");
        var lastText = new TextColumn("last_text");
        var nextText = new OptionalTextColumn("next_text");
        string[] vocabulary = atlas.TokenTexts();
        var sentences = new SentenceCache(atlas);
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, cell, pole, rank, coefficient, sentence, position, last,
                next, prefix, lastText, nextText),
            from each in atlas.Cells
            from at in Enum.GetValues<Pole>()
            from ranked in each.Triggers(at).Select((trigger, i) => (Trigger: trigger, Rank: i + 1))
            select (Cell: each, Pole: at, ranked.Trigger, ranked.Rank),
            row =>
            {
                var at = sentences.Of(row.Trigger);
                int lastToken = at.Tokens[row.Trigger.Position];
                int? nextToken = at.NextToken(row.Trigger.Position);
                layer.Add(row.Cell.Layer);
                cell.Add(row.Cell.Index);
                pole.Add(Writing.Name(row.Pole));
                rank.Add(row.Rank);
                coefficient.Add(row.Trigger.Coefficient);
                sentence.Add(row.Trigger.Sentence);
                position.Add(row.Trigger.Position);
                last.Add(lastToken);
                next.Add(nextToken);
                prefix.Add(at.Prefix(row.Trigger.Position));
                lastText.Add(vocabulary[lastToken]);
                nextText.Add(nextToken is { } token ? vocabulary[token] : null);
            });
    }

    /// <summary>Sentences read of late: the triggers of neighbouring cells often lie in the same.</summary>
    private sealed class SentenceCache(AtlasFile atlas)
    {
        private const int Most = 1 << 16;

        private readonly Dictionary<long, AtlasSentence> _held = [];

        public AtlasSentence Of(Trigger trigger)
        {
            if (_held.TryGetValue(trigger.Sentence, out var known)
                && trigger.Position < known.Tokens.Count) return known;
            if (_held.Count == Most) _held.Clear();
            return _held[trigger.Sentence] = atlas.Sentence(trigger);
        }
    }
}
