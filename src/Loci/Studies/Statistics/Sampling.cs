namespace Loci.Studies.Statistics;

/// <summary>Seeded draws.</summary>
public static class Sampling
{
    /// <summary>
    /// Different numbers of 0..n−1, each set equally likely, ascending; all of them where <paramref name="count"/> is no less than
    /// <paramref name="n"/> (Floyd's algorithm: memory for the sample, not for n).
    /// </summary>
    public static int[] Draw(int n, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= n) return [.. Enumerable.Range(0, n)];
        var random = new Random(seed);
        var drawn = new HashSet<int>(count);
        for (int i = n - count; i < n; i++)
            if (!drawn.Add(random.Next(i + 1))) drawn.Add(i);
        return [.. drawn.Order()];
    }

    /// <summary>A seed for one of several draws of a study, so that none repeats another's.</summary>
    /// <param name="seed">The study's seed.</param>
    /// <param name="stream">Which draw: a layer, a cell, a step.</param>
    public static int Seed(int seed, int stream)
    {
        ulong state = (ulong)(uint)seed << 32 | (uint)stream;
        return (int)SplitMix64.Next(ref state);
    }
}
