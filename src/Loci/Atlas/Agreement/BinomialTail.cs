namespace Loci.Atlas.Agreement;

/// <summary>
/// P(X ≥ k) for X binomial: the p-value of k agreeing triggers among n when each agrees with the token's frequency in
/// the corpus. Arithmetic only, so the same everywhere; tails below 1e−300 come out as 0.
/// </summary>
internal static class BinomialTail
{
    /// <param name="k">Successes.</param>
    /// <param name="n">Trials, at least 0; sums over at most n terms.</param>
    /// <param name="p">Probability of success, 0 to 1.</param>
    public static double Upper(int k, int n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "outside 0 to 1");
        if (k <= 0) return 1;
        if (k > n || p == 0) return 0;
        if (p == 1) return 1;
        // Below the mean the lower tail is the short sum, above it the upper; neither cancels.
        return k > n * p ? Sum(k, n, p, 1 - p) : Math.Max(0, 1 - Sum(n - k + 1, n, 1 - p, p));
    }

    /// <summary>Σ over j ≥ k of C(n,j) pʲ qⁿ⁻ʲ, from its largest term, j = k, downward.</summary>
    private static double Sum(int k, int n, double p, double q)
    {
        double term = Term(k, n, p, q), sum = 0;
        for (int j = k; j <= n && term > sum * 1e-18; j++)
        {
            sum += term;
            term *= (n - j) / (double)(j + 1) * (p / q);
        }
        return Math.Min(1, sum);
    }

    /// <summary>C(n,k) pᵏ qⁿ⁻ᵏ, its factors taken so that the product stays near 1 as long as it can.</summary>
    private static double Term(int k, int n, double p, double q)
    {
        double product = 1;
        int left = n - k;
        for (int i = 1; i <= k; i++)
        {
            product *= (n - k + i) / (double)i * p;
            for (; left > 0 && product > 1; left--) product *= q;
        }
        for (; left > 0 && product > 0; left--) product *= q;
        return product;
    }
}
