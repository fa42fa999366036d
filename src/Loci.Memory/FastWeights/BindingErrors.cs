namespace Loci.Memory.FastWeights;

/// <summary>
/// How often a binding of a <see cref="SymbolMemory"/> is read wrong, from the number of bindings alone: what the delta
/// rule leaves of a pair after so many writes under random keys, and what the other pairs add to it.
/// </summary>
/// <remarks>
/// With d dimensions and q = 1 − 1/d: a write takes its key's direction from what stands under all others, so a pair
/// that was followed by a writes is read with weight s = qᵃ. The weights of all other pairs in that read have the
/// squared sum σ² = 1 − s + (s − s²)(1 − qᵇ), b the number of pairs before it. Fillers are random directions, whose
/// inner products have the variance 1/d; so the part of the right filler in the read is near s, and that of each wrong
/// one near 0, both with errors that are all but normal. Right is a read whose largest part is the right filler's and
/// at least a half.
/// </remarks>
internal static class BindingErrors
{
    private const double Half = 0.5;
    private const double Wanted = 0.01; // the share of errors that bounds the capacity

    /// <summary>The most bindings, with a filler each, of which at most one in a hundred is read wrong.</summary>
    public static int Capacity(int dimension)
    {
        int low = 1, high = dimension; // of as many bindings as dimensions far more are lost
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (ByAge(dimension, middle, middle).Average() <= Wanted) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>The probability of an error for every pair, the one written last first.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="pairs">Pairs written under different keys.</param>
    /// <param name="fillers">Different fillers, which the pairs use alike.</param>
    public static double[] ByAge(int dimension, int pairs, int fillers)
    {
        double d = dimension, q = 1 - 1 / d;
        double perFiller = Math.Max(1, (double)pairs / fillers), others = Math.Max(1, pairs - 1);
        double alike = (perFiller - 1) / others; // share of the other pairs that have the same filler
        double[] errors = new double[pairs];
        double s = 1, scatter = 0; // of s: its variance over draws of the keys
        for (int age = 0; age < pairs; age++)
        {
            double noise = 1 - s + (s - s * s) * (1 - Math.Pow(q, pairs - 1 - age));
            double own = scatter + noise * ((1 - alike) / d + alike);
            double wrong = noise * perFiller / others + (s * s + noise) / d;
            errors[age] = 1 - Right(s, Math.Sqrt(own), Math.Sqrt(wrong), fillers - 1);
            scatter = scatter * (1 - 2 / d) + (s + s * s) / (d * d);
            s *= q;
        }
        return errors;
    }

    // P(x ≥ ½ and x above all wrong parts), x normal around s.
    private static double Right(double s, double own, double wrong, int others)
    {
        const int Steps = 200;
        const double Reach = 8; // deviations
        if (own == 0) return s >= Half ? Math.Pow(Below(s / wrong), others) : 0;
        double from = Math.Max(Half, s - Reach * own), to = s + Reach * own, width = (to - from) / Steps, sum = 0;
        if (width <= 0) return 0;
        for (int i = 0; i < Steps; i++)
        {
            double x = from + (i + 0.5) * width, z = (x - s) / own;
            sum += Math.Exp(-z * z / 2) * Math.Pow(Below(x / wrong), others);
        }
        return Math.Min(1, sum * width / (own * Math.Sqrt(2 * Math.PI)));
    }

    // The normal distribution function, by Abramowitz and Stegun 7.1.26: within 1e-7.
    private static double Below(double z)
    {
        double x = Math.Abs(z) / Math.Sqrt(2), t = 1 / (1 + 0.3275911 * x);
        double tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        tail *= Math.Exp(-x * x) / 2;
        return z >= 0 ? 1 - tail : tail;
    }
}
