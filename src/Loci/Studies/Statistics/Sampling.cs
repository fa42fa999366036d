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
        // SplitMix64's finaliser (Steele, Lea, Flood 2014).
        ulong z = ((ulong)(uint)seed << 32 | (uint)stream) + 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return (int)(z ^ z >> 31);
    }
}
