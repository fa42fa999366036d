namespace Loci.Memory.Numerics;

/// <summary>
/// Independent random numbers for independent purposes. Two generators of one seed draw the same numbers: keys from
/// Random(1) and projections from Random(1) are copies of each other. So every use of a seed names what it is for.
/// </summary>
/// <remarks>
/// The rule of the project: whoever is given a seed draws from a stream of it with a name of his own, and never passes
/// the seed on as it is. This is the only place that makes a generator (a test reads the sources), and what is drawn
/// by <see cref="Kept"/> is listed in that test.
/// </remarks>
public static class RandomStream
{
    /// <summary>The generator of a purpose.</summary>
    /// <param name="seed">The seed that a user chose.</param>
    /// <param name="purpose">What the numbers are for: "interference keys".</param>
    /// <param name="part">Which of several: a draw, a layer, a step.</param>
    public static Random Of(int seed, string purpose, int part = 0) => new(Seed(seed, purpose, part));

    /// <summary>
    /// The generator of a seed as it is. For streams older than the rule, whose numbers stand in files and published
    /// results, and for seeds that were made for this use alone. Everything else takes <see cref="Of"/>.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="purpose">What the numbers are for; it changes none of them.</param>
    public static Random Kept(int seed, string purpose)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        return new(seed);
    }

    /// <summary>The seed of a purpose, for what takes seeds.</summary>
    /// <param name="seed">As for <see cref="Of"/>.</param>
    /// <param name="purpose">As for <see cref="Of"/>.</param>
    /// <param name="part">As for <see cref="Of"/>.</param>
    /// <returns>Any number: the same for the same three on every machine.</returns>
    public static int Seed(int seed, string purpose, int part = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        // One step of SplitMix64 for every number taken in: each bit of each reaches every bit of the result.
        ulong state = (uint)seed;
        state = SplitMix64.Next(ref state);
        foreach (char letter in purpose)
        {
            state ^= letter;
            state = SplitMix64.Next(ref state);
        }
        state ^= (uint)part;
        return (int)SplitMix64.Next(ref state);
    }
}
