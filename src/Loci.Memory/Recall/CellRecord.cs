namespace Loci.Memory.Recall;

/// <summary>Everything a recall knows of one cell, and all that is needed to go on from there or to merge.</summary>
/// <param name="Statistics">Counts, sums and extremes.</param>
/// <param name="Histogram">[<see cref="CoefficientBins.Count"/>] Prefixes per bin.</param>
/// <param name="Positive">The strongest triggers of the positive pole, strongest first.</param>
/// <param name="Negative">Those of the negative pole; empty in a layer that is not signed.</param>
public sealed record CellRecord(CellStatistics Statistics, long[] Histogram, Trigger[] Positive, Trigger[] Negative)
{
    /// <summary>Refuses what no sequence of coefficients can have left behind.</summary>
    /// <exception cref="ArgumentException">The parts contradict each other; the message says how.</exception>
    internal void Validate(int capacity, bool signed)
    {
        Require(Histogram.Length == CoefficientBins.Count, $"the histogram has {Histogram.Length} bins");
        var (count, positive, negative, sum, squares, max, min) = Statistics;
        Int128 total = 0;
        foreach (long n in Histogram) total += n;
        Require(
            Array.TrueForAll(Histogram, n => n >= 0) && total == count, "the histogram does not sum to the prefixes");
        Require(positive == CoefficientBins.Firings(Histogram, Pole.Positive)
            && negative == CoefficientBins.Firings(
                Histogram, Pole.Negative), "the histogram does not sum to the firings");
        Require(squares.Sign >= 0 && (positive + negative > 0 || (squares == default && sum == default)),
            "the sums do not fit the firings");
        int lowest = Array.FindIndex(Histogram, n => n > 0), highest = Array.FindLastIndex(Histogram, n => n > 0);
        Require(count == 0
                ? IsZero(max) && IsZero(min)
                : InRange(max) && InRange(min) && min <= max
                    && CoefficientBins.Of(max) == highest && CoefficientBins.Of(min) == lowest,
            $"the extremes {min} and {max} do not fit the histogram");
        ValidateTriggers(Positive, Pole.Positive, Math.Min(capacity, positive), max);
        ValidateTriggers(Negative, Pole.Negative, signed ? Math.Min(capacity, negative) : 0, min);
    }

    private static void ValidateTriggers(Trigger[] triggers, Pole pole, long expected, float strongest)
    {
        Require(triggers.Length == expected, $"{triggers.Length} triggers at the {pole} pole instead of {expected}");
        for (int i = 0; i < triggers.Length; i++)
        {
            var (coefficient, sentence, position) = triggers[i];
            Require(InRange(coefficient) && (pole == Pole.Positive ? coefficient > 0 : coefficient < 0),
                $"a coefficient of {coefficient} at the {pole} pole");
            Require(
                sentence is >= 0 and < LayerRecall.SentenceLimit && position is >= 0 and < LayerRecall.PositionLimit,
                $"a trigger at sentence {sentence}, position {position}");
            Require(
                i > 0 || coefficient == strongest,
                $"the strongest trigger {coefficient} is not the extreme {strongest}");
            Require(
                i == 0 || Precedes(triggers[i - 1], triggers[i]),
                $"triggers {i - 1} and {i} at the {pole} pole out of order");
        }
    }

    private static bool Precedes(Trigger a, Trigger b)
    {
        float stronger = Math.Abs(a.Coefficient), weaker = Math.Abs(b.Coefficient);
        return stronger > weaker || (stronger == weaker
            && PrefixPointer.Pack(a.Sentence, a.Position) < PrefixPointer.Pack(b.Sentence, b.Position));
    }

    private static bool InRange(float coefficient) =>
        Math.Abs(coefficient) <= LayerRecall.CoefficientLimit && (coefficient != 0 || IsZero(coefficient));

    private static bool IsZero(float value) => BitConverter.SingleToInt32Bits(value) == 0;

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"Not a cell's record: {problem}.");
    }
}
