using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Reports.Figures;
using Loci.Studies;

namespace Loci.Reports;

/// <summary>Example cells from an atlas, every token of their triggers with the cell's coefficient after it.</summary>
public static class CellExamples
{
    private const int Tokens = 8, ContextTokens = 24, TokensAfter = 16;

    // Triggers that fire at the same token, go on with the same and share half of this many tokens before say the same.
    private const int SameTokens = 12;

    /// <summary>Reads cells. The model reads their triggers again, each sentence once.</summary>
    /// <param name="source">Model, atlas and text.</param>
    /// <param name="ids">The cells and their poles.</param>
    /// <param name="options">Threads and cancellation.</param>
    /// <param name="triggers">How many triggers of a cell to show; those that say the same are shown once and
    /// counted.</param>
    /// <exception cref="LociException">The model has no such cell or pole, or the atlas is damaged.</exception>
    public static IReadOnlyList<CellExample> Read(StudySource source, IReadOnlyList<CellId> ids, StudyOptions options,
        int triggers = 6)
    {
        Shown[] shown = [.. ids.Select(id => Choose(source.Atlas, id, triggers))];
        var coefficients = Coefficients(source, shown, options);
        return [.. shown.Select(cell => Example(source, cell, coefficients))];
    }

    /// <summary>A cell and the groups of triggers to show, strongest first.</summary>
    private sealed record Shown(CellId Id, AtlasCell Cell,
        IReadOnlyList<(Trigger Trigger, AtlasSentence Sentence, int Times)> Triggers);

    private static Shown Choose(AtlasFile atlas, CellId id, int most)
    {
        var cell = atlas.Cell(id);
        List<(Trigger Trigger, AtlasSentence Sentence, HashSet<string> Words, int Times)> groups = [];
        foreach (var trigger in cell.Triggers(id.Pole))
        {
            var sentence = atlas.Sentence(trigger);
            var words = Words(sentence, trigger.Position);
            int same = groups.FindIndex(g => Same(g.Trigger, g.Sentence, g.Words, trigger, sentence, words));
            if (same < 0) groups.Add((trigger, sentence, words, 1));
            else groups[same] = groups[same] with { Times = groups[same].Times + 1 };
        }
        return new(id, cell, [.. groups.Take(most).Select(g => (g.Trigger, g.Sentence, g.Times))]);
    }

    // The last tokens without regard to case: triggers that differ in a name or two say the same.
    private static HashSet<string> Words(AtlasSentence sentence, int position)
    {
        int from = Math.Max(0, position + 1 - SameTokens);
        return [.. Enumerable.Range(from, position + 1 - from)
            .Select(p => sentence.TokenText(p).Trim().ToLowerInvariant())];
    }

    private static bool Same(Trigger a, AtlasSentence inA, HashSet<string> wordsOfA, Trigger b, AtlasSentence inB,
        HashSet<string> wordsOfB)
    {
        if (inA.Tokens[a.Position] != inB.Tokens[b.Position] || inA.NextToken(a.Position) != inB.NextToken(b.Position))
            return false;
        int common = wordsOfA.Count(wordsOfB.Contains);
        return 2 * common >= wordsOfA.Count + wordsOfB.Count - common;
    }

    // The coefficient of each cell after each token shown. A prefix's own answers are written by the one thread that
    // has it.
    private static Dictionary<(CellId Cell, Prefix Prefix), float> Coefficients(StudySource source, Shown[] shown,
        StudyOptions options)
    {
        Dictionary<Prefix, List<CellId>> asked = [];
        foreach (var cell in shown)
            foreach (var (trigger, _, _) in cell.Triggers)
            {
                var last = source.Text.Find(trigger.Sentence, trigger.Position);
                for (int p = First(last.Position); p <= last.Position; p++)
                {
                    if (!asked.TryGetValue(last with { Position = p }, out var cells))
                        asked.Add(last with { Position = p }, cells = []);
                    cells.Add(cell.Id);
                }
            }
        Prefix[] prefixes = [.. asked.Keys.Order()];
        float[][] answers = [.. prefixes.Select(prefix => new float[asked[prefix].Count])];
        PrefixPass.Run(source.Model, source.Text, prefixes, () => (point, layer, values, prefix) =>
        {
            if (point != TapPoint.Coefficients) return;
            var cells = asked[prefixes[prefix]];
            for (int c = 0; c < cells.Count; c++)
                if (cells[c].Layer == layer)
                    answers[prefix][c] = values[cells[c].Index];
        }, options, "example cells");
        var found = new Dictionary<(CellId, Prefix), float>();
        for (int p = 0; p < prefixes.Length; p++)
            foreach (var (cell, m) in asked[prefixes[p]].Zip(answers[p])) found[(cell, prefixes[p])] = m;
        return found;
    }

    private static int First(int last) => Math.Max(0, last + 1 - ContextTokens);

    private static CellExample Example(StudySource source, Shown shown,
        Dictionary<(CellId Cell, Prefix Prefix), float> coefficients)
    {
        var (id, cell, groups) = shown;
        var folded = cell.Value.Folded;
        var other = id.Pole == Pole.Positive ? Pole.Negative : Pole.Positive;
        double strongest = groups is [var top, ..] ? top.Trigger.Coefficient : 1;
        return new(
            id, Scored(folded.At(id.Pole)), Scored(folded.At(other)), Bars(cell.Histogram),
            [.. groups.Select(group => Trigger(group.Trigger, group.Sentence, group.Times))],
            [.. Facts(source.Atlas, cell, id)]);

        // At the negative pole the value acts as −v.
        ScoredText[] Scored(ValueEnd end) =>
            [.. end.Tokens.Take(Tokens)
                .Select(
                    t => new ScoredText(source.Atlas.Token(t.Id).Text, id.Pole == Pole.Negative ? -t.Logit : t.Logit))];

        TriggerExample Trigger(Trigger trigger, AtlasSentence sentence, int times)
        {
            var last = source.Text.Find(trigger.Sentence, trigger.Position);
            int from = First(last.Position), next = last.Position + 1;
            var tokens = Enumerable.Range(from, next - from).Select(p => new ShadedToken(
                p == 0 ? sentence.TokenText(p).TrimStart() : sentence.TokenText(p),
                Math.Clamp(coefficients[(id, last with { Position = p })] / strongest, 0, 1)));
            int end = Math.Min(sentence.Tokens.Count, next + 1 + TokensAfter);
            string after = next + 1 < end
                ? string.Concat(Enumerable.Range(next + 1, end - next - 1).Select(sentence.TokenText))
                : "";
            return new(
                trigger.Coefficient, from > 0, [.. tokens],
                next < sentence.Tokens.Count ? sentence.TokenText(next) : null,
                end < sentence.Tokens.Count ? after + " …" : after, times);
        }
    }

    private static CoefficientBars Bars(IReadOnlyList<long> bins)
    {
        const int Zero = CoefficientBins.Zero;
        int[] occupied = [.. Enumerable.Range(0, bins.Count).Where(bin => bin != Zero && bins[bin] > 0)];
        if (occupied.Length == 0) return new([], "0", "0", bins[Zero]);
        int first = occupied[0], last = occupied[^1];
        return new([.. Enumerable.Range(first, last + 1 - first).Select(bin => bin == Zero ? 0 : bins[bin])],
            Edge(first, low: true), Edge(last, low: false), bins[Zero]);

        // A bin of negative numbers has its larger magnitude at its lower end.
        static string Edge(int bin, bool low)
        {
            int exponent = Math.Abs(bin - Zero) + CoefficientBins.LowestExponent - 1;
            bool negative = bin < Zero;
            return $"{(negative ? "−" : "")}2^{(low == negative ? exponent + 1 : exponent)}".Replace("^-", "^−");
        }
    }

    private static IEnumerable<NamedText> Facts(AtlasFile atlas, AtlasCell cell, CellId id)
    {
        foreach (var agreement in atlas.Agreement(id).Where(a => a.Readout == Readout.Folded))
            yield return new("agreement",
                $"the value's first token follows {agreement.Agreeing} of {agreement.Counted} triggers (p = "
                + $"{agreement.P:g2}, q = {agreement.Q:g2})"
                + (agreement.Copy ? "; it repeats the last token of the strongest" : ""));
        var statistics = cell.Statistics;
        yield return new("fires",
            $"on {NumberFormat.Percent.Write(statistics.FiringRate(id.Pole))} of {statistics.Count:N0} prefixes");
        yield return new("coefficient",
            $"mean {statistics.Mean:g3}, deviation {Math.Sqrt(statistics.Variance):g3}, from {statistics.Min:g3} to "
            + $"{statistics.Max:g3}");
    }
}
