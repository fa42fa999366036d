using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>
/// Triggers of one cell that read alike: a corpus repeats itself, and a prefix that comes again with the same
/// coefficient and continuation says nothing new.
/// </summary>
/// <param name="Trigger">The first of them.</param>
/// <param name="Sentence">Its sentence.</param>
/// <param name="Times">How many there are.</param>
public sealed record TriggerGroup(Trigger Trigger, AtlasSentence Sentence, int Times)
{
    /// <summary>Triggers of a cell grouped, in the order of the first of each group.</summary>
    /// <param name="atlas">The atlas.</param>
    /// <param name="triggers">Triggers of one cell, strongest first.</param>
    public static IReadOnlyList<TriggerGroup> Of(AtlasFile atlas, IReadOnlyList<Trigger> triggers) =>
    [
        .. triggers
            .Select(trigger => (Trigger: trigger, Sentence: atlas.Sentence(trigger)))
            .GroupBy(
                t =>
                    (t.Trigger.Coefficient, t.Sentence.Prefix(t.Trigger.Position),
                        t.Sentence.NextToken(t.Trigger.Position)))
            .Select(group => new TriggerGroup(group.First().Trigger, group.First().Sentence, group.Count())),
    ];
}
