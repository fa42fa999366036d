namespace Loci.Memory.Recall;

/// <summary>
/// The naive reference of <see cref="LayerRecall"/>: keep every coefficient, sort, take the first t. Tests use it, and
/// nothing else.
/// </summary>
internal static class NaiveRecall
{
    /// <summary>The strongest prefixes of one cell at a pole, ties to the earlier.</summary>
    /// <param name="all">What the cell did at every prefix.</param>
    /// <param name="pole">Which way.</param>
    /// <param name="capacity">t.</param>
    public static Trigger[] Triggers(IEnumerable<Trigger> all, Pole pole, int capacity) => [.. all
        .Where(trigger => pole == Pole.Positive ? trigger.Coefficient > 0 : trigger.Coefficient < 0)
        .OrderByDescending(trigger => Math.Abs(trigger.Coefficient)).ThenBy(trigger => trigger.Sentence)
        .ThenBy(trigger => trigger.Position)
        .Take(capacity)];
}
