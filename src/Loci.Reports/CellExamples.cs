using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Reports.Figures;

namespace Loci.Reports;

/// <summary>Example cells from an atlas.</summary>
public static class CellExamples
{
    private const int Tokens = 8, ContextTokens = 24;

    /// <summary>Reads one cell.</summary>
    /// <param name="atlas">The atlas.</param>
    /// <param name="id">The cell and its pole.</param>
    /// <param name="triggers">How many triggers to show; those that say the same are shown once and counted.</param>
    /// <exception cref="LociException">The model has no such cell or pole, or the atlas is damaged.</exception>
    public static CellExample Read(AtlasFile atlas, CellId id, int triggers = 6)
    {
        var cell = atlas.Cell(id);
        int sign = id.Pole == Pole.Negative ? -1 : 1;
        var promoted = cell.Value.Folded.At(id.Pole).Tokens.Take(Tokens)
            .Select(t => new PromotedToken(atlas.Token(t.Id).Text, sign * t.Logit));
        var shown = cell.Triggers(id.Pole)
            .Select(trigger => (Trigger: trigger, Sentence: atlas.Sentence(trigger)))
            .GroupBy(t => (t.Trigger.Coefficient, t.Sentence.Prefix(t.Trigger.Position), t.Sentence.NextToken(t.Trigger.Position)))
            .Take(triggers)
            .Select(same => Trigger(same.First().Sentence, same.First().Trigger.Position, same.Key.Coefficient, same.Count()));
        return new(id, [.. promoted], [.. shown], [.. Facts(atlas, cell, id)]);
    }

    private static TriggerExample Trigger(AtlasSentence sentence, int position, float coefficient, int times)
    {
        int from = Math.Max(0, position + 1 - ContextTokens);
        string before = string.Concat(Enumerable.Range(from, position - from).Select(sentence.TokenText));
        return new(coefficient, from > 0 ? "… " + before : before.TrimStart(), sentence.TokenText(position),
            position + 1 < sentence.Tokens.Count ? sentence.TokenText(position + 1) : null, times);
    }

    private static IEnumerable<Fact> Facts(AtlasFile atlas, AtlasCell cell, CellId id)
    {
        foreach (var agreement in atlas.Agreement(id).Where(a => a.Readout == Readout.Folded))
            yield return new("agreement",
                $"the value's first token follows {agreement.Agreeing} of {agreement.Counted} triggers (p = {agreement.P:g2}, q = {agreement.Q:g2}){(agreement.Copy ? "; it repeats the last token of the strongest" : "")}");
        var statistics = cell.Statistics;
        yield return new("fires", $"on {NumberFormat.Percent.Write(statistics.FiringRate(id.Pole))} of {statistics.Count:N0} prefixes");
        yield return new("coefficient", $"mean {statistics.Mean:g3}, deviation {Math.Sqrt(statistics.Variance):g3}, from {statistics.Min:g3} to {statistics.Max:g3}");
    }
}
