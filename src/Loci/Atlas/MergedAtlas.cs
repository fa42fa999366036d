using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>The parts of an atlas as one source: every part is read once, in step with the others.</summary>
internal sealed class MergedAtlas(AtlasManifest manifest, IReadOnlyList<AtlasFile> parts) : IAtlasSource
{
    public AtlasManifest Manifest => manifest;

    public IEnumerable<VocabularyToken> Vocabulary => InStep(parts.Select(part => part.Vocabulary), Merge);

    public IEnumerable<AtlasCell> Cells => InStep(parts.Select(part => part.Cells), Merge);

    public IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids)
    {
        var open = parts.Select(part => (Part: part, Rows: part.AllSentences.GetEnumerator())).ToList();
        try
        {
            var waiting = new PriorityQueue<(AtlasFile Part, IEnumerator<AtlasSentence> Rows), long>();
            foreach (var each in open)
                if (each.Rows.MoveNext()) waiting.Enqueue(each, each.Rows.Current.Id);
            long previous = -1;
            int next = 0;
            while (next < ids.Count && waiting.TryDequeue(out var first, out long id))
            {
                if (id == previous) throw new LociException($"{first.Part.Path}: sentence {id} is in another part too");
                previous = id;
                if (id == ids[next])
                {
                    yield return first.Rows.Current;
                    next++;
                }
                if (first.Rows.MoveNext()) waiting.Enqueue(first, first.Rows.Current.Id);
            }
            if (next < ids.Count)
                throw new InvalidFileException(parts[0].Path, $"damaged atlas: no part has sentence {ids[next]}");
        }
        finally
        {
            foreach (var each in open) each.Rows.Dispose();
        }
    }

    private VocabularyToken Merge(VocabularyToken[] tokens)
    {
        for (int i = 1; i < tokens.Length; i++)
            if (tokens[i].Text != tokens[0].Text)
                throw new LociException(
                    $"{parts[i].Path} and {parts[0].Path} have different vocabularies: «{tokens[i].Text}», "
                        + $"«{tokens[0].Text}»");
        return tokens[0] with { NextCount = tokens.Sum(token => token.NextCount) };
    }

    private AtlasCell Merge(AtlasCell[] cells)
    {
        var merged = cells[0];
        var statistics = merged.Statistics;
        for (int i = 1; i < cells.Length; i++)
        {
            if (!SameValue(cells[i].Value, merged.Value))
                throw new LociException(
                    $"{parts[i].Path} and {parts[0].Path} differ in the value of L{merged.Layer}/{merged.Index}: "
                    + "they were not read from the same model by the same Loci");
            statistics += cells[i].Statistics;
        }
        return merged with
        {
            Statistics = statistics,
            Histogram = [.. Enumerable.Range(0, CoefficientBins.Count)
                .Select(bin => cells.Sum(cell => cell.Histogram[bin]))],
            Positive = Strongest(cells, Pole.Positive),
            Negative = Strongest(cells, Pole.Negative),
        };
    }

    private List<Trigger> Strongest(AtlasCell[] cells, Pole pole)
    {
        var all = cells.SelectMany(cell => cell.Triggers(pole)).ToList();
        all.Sort(TriggerOrder.Compare);
        if (all.Count > manifest.Top) all.RemoveRange(manifest.Top, all.Count - manifest.Top);
        return all;
    }

    private static bool SameValue(CellValue a, CellValue b) =>
        a.Norm.Equals(b.Norm) && SameEnd(a.Raw.Top, b.Raw.Top) && SameEnd(a.Raw.Bottom, b.Raw.Bottom)
        && SameEnd(a.Folded.Top, b.Folded.Top) && SameEnd(a.Folded.Bottom, b.Folded.Bottom);

    private static bool SameEnd(ValueEnd a, ValueEnd b) =>
        a.Probability.Equals(b.Probability) && a.ZScore.Equals(b.ZScore) && a.Tokens.SequenceEqual(b.Tokens);

    private static IEnumerable<T> InStep<T>(IEnumerable<IEnumerable<T>> sequences, Func<T[], T> merge)
    {
        var rows = sequences.Select(sequence => sequence.GetEnumerator()).ToArray();
        try
        {
            while (rows.Count(row => row.MoveNext()) == rows.Length)
                yield return merge([.. rows.Select(row => row.Current)]);
        }
        finally
        {
            foreach (var row in rows) row.Dispose();
        }
    }
}
