namespace Loci.Memory.Attention;

/// <summary>
/// Linear biases on scores in the place of positions (ALiBi; Press et al. 2022, arXiv 2108.12409): a key that lies n
/// tokens behind its query loses the head's slope times n. The n slopes of a power of two are 2^(−most·k/n), k = 1 … n;
/// of other numbers those of the power below, then those of its double with odd k.
/// </summary>
public sealed class AlibiSlopes : IEquatable<AlibiSlopes>
{
    private readonly float[] _slopes; // [heads]

    /// <summary>The slopes of all heads.</summary>
    /// <param name="heads">Query heads, at least 1.</param>
    /// <param name="most">The last exponent; 8 in the paper.</param>
    /// <param name="factor">Factor on all slopes, usually 1 (Falcon scales them as it does q·k).</param>
    /// <param name="narrow">True where slopes are rounded to bfloat16 before the factor (Falcon).</param>
    public AlibiSlopes(int heads, double most = 8, float factor = 1, bool narrow = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        if (!(most > 0) || !double.IsFinite(most))
            throw new ArgumentOutOfRangeException(nameof(most), most, "must be positive and finite");
        (Heads, Most, Factor, Narrow) = (heads, most, factor, narrow);
        int power = 1;
        while (power <= heads / 2) power *= 2;
        _slopes = new float[heads];
        for (int head = 0; head < heads; head++)
        {
            double exponent = head < power ? (head + 1.0) / power : (2 * (head - power) + 1) / (2.0 * power);
            float slope = (float)Math.Pow(2, -most * exponent);
            _slopes[head] = (narrow ? ToBFloat16(slope) : slope) * factor;
        }
    }

    /// <summary>Query heads.</summary>
    public int Heads { get; }

    /// <summary>The last exponent.</summary>
    public double Most { get; }

    /// <summary>Factor on all slopes.</summary>
    public float Factor { get; }

    /// <summary>True where slopes are rounded to bfloat16 before the factor.</summary>
    public bool Narrow { get; }

    /// <summary>The slope of a head: what a key loses for every token it lies behind.</summary>
    public float this[int head] => _slopes[head];

    /// <inheritdoc/>
    public bool Equals(AlibiSlopes? other) =>
        other is not null
        && (Heads, Most, Factor, Narrow) == (other.Heads, other.Most, other.Factor, other.Narrow);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AlibiSlopes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Heads, Most, Factor, Narrow);

    // Nearest, ties to even.
    private static float ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
