using Loci.Worlds;

namespace Loci.Studies.Truth;

/// <summary>What labels tell about membership, beside what they tell when the labels are dealt out at random.</summary>
/// <param name="Information">
/// Normalised mutual information, 0 to 1; the mean where several labellings were given.
/// </param>
/// <param name="ByChance">Its mean over the shuffles.</param>
/// <param name="Percentile95">Its 95th percentile over the shuffles.</param>
/// <param name="P">Share of shuffles that tell as much, the observed one counted among them.</param>
public sealed record ShuffleTest(double Information, double ByChance, double Percentile95, double P)
{
    /// <summary>
    /// Tests membership in the first half of some items against labels. The information is I(membership; label) /
    /// H(membership), estimated by counts. Counts overstate it where labels are rare, in the shuffles as in the
    /// observation: only the difference says something.
    /// </summary>
    /// <param name="labellings">[labellings][items], the members first, then as many others.</param>
    /// <param name="shuffles">How often labels are dealt out anew, together in all labellings.</param>
    /// <param name="draws">Where the shuffles come from.</param>
    internal static ShuffleTest Run(IReadOnlyList<ulong[]> labellings, int shuffles, Draws draws)
    {
        int items = labellings[0].Length;
        int[][] numbered = [.. labellings.Select(Numbered)];
        int[] order = [.. Enumerable.Range(0, items)];
        double observed = Told(numbered, order);
        double[] shuffled = new double[shuffles];
        for (int i = 0; i < shuffles; i++)
        {
            for (int k = items - 1; k > 0; k--)
            {
                int j = draws.Below(k + 1);
                (order[k], order[j]) = (order[j], order[k]);
            }
            shuffled[i] = Told(numbered, order);
        }
        Array.Sort(shuffled);
        // Sums of the same numbers in another order differ in their last bits: equal is meant up to that.
        int asMuch = shuffled.Count(value => value >= observed - 1e-9);
        return new(
            observed, shuffled.Average(), shuffled[(int)Math.Ceiling(0.95 * shuffles) - 1],
            (1.0 + asMuch) / (1 + shuffles));
    }

    private static int[] Numbered(ulong[] labels)
    {
        var numbers = new Dictionary<ulong, int>();
        return
        [
            .. labels.Select(
                label => numbers.TryGetValue(label, out int number) ? number : numbers[label] = numbers.Count),
        ];
    }

    // Members are the items that stand in the first half of the order.
    private static double Told(int[][] labellings, int[] order)
    {
        int items = order.Length, half = items / 2;
        Span<int> counts = stackalloc int[2 * items];
        double sum = 0;
        foreach (int[] labels in labellings)
        {
            counts.Clear();
            for (int i = 0; i < items; i++) counts[2 * labels[order[i]] + (i < half ? 0 : 1)]++;
            double left = 0; // H(membership | label), in bits
            for (int label = 0; label < items; label++)
            {
                int members = counts[2 * label], others = counts[2 * label + 1];
                if (members == 0 || others == 0) continue;
                double p = (double)members / (members + others);
                left -= (members + others) * (p * Math.Log2(p) + (1 - p) * Math.Log2(1 - p));
            }
            sum += 1 - left / items; // H(membership) is 1 bit: there are as many members as others
        }
        return sum / labellings.Length;
    }
}
