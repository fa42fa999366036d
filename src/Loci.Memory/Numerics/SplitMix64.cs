namespace Loci.Memory.Numerics;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014, «Fast splittable pseudorandom number generators»): random numbers that are the
/// same on every machine and every version of .NET, which <see cref="Random"/> does not promise, and whose whole state
/// is one number.
/// </summary>
public static class SplitMix64
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const ulong InverseStep = 0xF1DE83E19937733D;          // Step · InverseStep = 1 modulo 2⁶⁴

    /// <summary>Moves the state on and gives 64 random bits.</summary>
    /// <param name="state">The state, in and out; any number begins a stream.</param>
    public static ulong Next(ref ulong state)
    {
        ulong z = state += Step;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>
    /// How many times <paramref name="from"/> must be moved on to be <paramref name="to"/>: the state counts in steps,
    /// modulo 2⁶⁴.
    /// </summary>
    public static ulong Steps(ulong from, ulong to) => (to - from) * InverseStep;

    /// <summary>Moves the state on and gives a number in [0, 1): 53 random bits.</summary>
    /// <param name="state">The state, in and out.</param>
    public static double NextShare(ref ulong state) => (Next(ref state) >> 11) * (1.0 / (1UL << 53));
}
