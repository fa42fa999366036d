using Loci.Memory.Numerics;

namespace Loci.Studies.Statistics;

/// <summary>
/// Seeded draws of the studies. Their seeds are derived here and not by <see cref="RandomStream"/>, as the numbers
/// published before it were; the streams are as independent.
/// </summary>
public static class Sampling
{
    /// <summary>
    /// Different numbers of 0..n−1, each set equally likely, ascending; all of them where <paramref name="count"/> is
    /// no less than
    /// <paramref name="n"/> (Floyd's algorithm: memory for the sample, not for n).
    /// </summary>
    public static int[] Draw(int n, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= n) return [.. Enumerable.Range(0, n)];
        var random = Generator(seed);
        var drawn = new HashSet<int>(count);
        for (int i = n - count; i < n; i++)
            if (!drawn.Add(random.Next(i + 1))) drawn.Add(i);
        return [.. drawn.Order()];
    }

    /// <summary>
    /// The seed of a stream of draws. Streams of different names or numbers are independent, whoever else draws.
    /// </summary>
    /// <param name="seed">The study's seed.</param>
    /// <param name="stream">What is drawn: «cells», «halves».</param>
    /// <param name="number">Which of several: a layer, a cell, a step.</param>
    public static int Seed(int seed, string stream, int number = 0)
    {
        int named = seed;
        foreach (char letter in stream) named = Seed(named, letter);
        return Seed(named, number);
    }

    /// <summary>The generator of a stream: see <see cref="Seed(int, string, int)"/>.</summary>
    public static Random Of(int seed, string stream, int number = 0) => Generator(Seed(seed, stream, number));

    /// <summary>The generator of a seed that <see cref="Seed(int, string, int)"/> gave, for one use.</summary>
    public static Random Generator(int seed) => RandomStream.Kept(seed, "a stream of the studies");

    /// <summary>The seed of one of several draws of a stream.</summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="number">Which draw: a layer, a cell, a step.</param>
    public static int Seed(int seed, int number)
    {
        ulong state = (ulong)(uint)seed << 32 | (uint)number;
        return (int)SplitMix64.Next(ref state);
    }
}
