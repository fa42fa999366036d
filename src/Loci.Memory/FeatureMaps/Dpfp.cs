using System.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>
/// Deterministic parameter-free projection: with r = [relu(x); relu(−x)] of length 2d, the features are the products
/// r_i·r_{i−j} for j = 1 … ν, i cyclic: 2dν of them, a quarter of which is not zero.
/// </summary>
/// <remarks>
/// Schlag et al. 2021, equations 33–37. They allow ν up to 2d − 1. But the pairs of roll j are those of roll 2d − j,
/// and roll d pairs relu(x_i) with relu(−x_i), whose product is 0: only ν ≤ d − 1 has all features distinct and alive.
/// </remarks>
public sealed class Dpfp : FeatureMap
{
    private const int OnStack = 512;

    /// <summary>DPFP-ν. Vectors need more than ν elements.</summary>
    /// <param name="nu">ν, at least 1.</param>
    public Dpfp(int nu)
    {
        if (nu < 1) throw new ArgumentOutOfRangeException(nameof(nu), nu, "DPFP-ν multiplies by ν rolls, at least 1");
        Nu = nu;
    }

    /// <summary>ν, the number of rolls.</summary>
    public int Nu { get; }

    internal static FeatureMapKind ItsKind { get; } = new(
        100, "dpfp-ν", asked => asked.NumberAfter("dpfp-") is { } nu ? new Dpfp(nu) : null,
        (reader, _) => new Dpfp(reader.ReadInt32()));

    /// <inheritdoc/>
    public override string Name => $"dpfp-{Nu}";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <summary>2dν.</summary>
    /// <param name="inputSize">d, more than ν.</param>
    /// <exception cref="ArgumentException">ν is outside 1 … d − 1.</exception>
    public override int Features(int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        if (Nu >= inputSize)
            throw new ArgumentException(
                $"DPFP-{Nu} of vectors of length {inputSize}: ν must be 1 to {inputSize - 1}. Roll {inputSize} pairs "
                    + "relu(x) " +
                "with relu(−x), one of which is always 0, and rolls beyond it repeat the products of earlier ones: "
                    + "more " +
                "features without more capacity");
        return checked(2 * inputSize * Nu);
    }

    internal override FeatureMapKind Kind => ItsKind;

    internal override void WriteParameters(BinaryWriter writer) => writer.Write(Nu);

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features)
    {
        int size = 2 * x.Length;
        Span<T> r = size <= OnStack ? stackalloc T[size] : new T[size];
        Halves(x, r);
        for (int j = 1; j <= Nu; j++)
        {
            Span<T> roll = features.Slice((j - 1) * size, size);
            for (int i = 0; i < j; i++) roll[i] = r[i] * r[size + i - j];
            Multiply(r[j..], r[..(size - j)], roll[j..]);
        }
    }

    private protected override void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
    {
        int d = x.Length, size = 2 * d;
        Span<T> r = size <= OnStack
            ? stackalloc T[size]
            : new T[size], ofHalves = size <= OnStack
            ? stackalloc T[size]
            : new T[size];
        Halves(x, r);
        ofHalves.Clear();
        for (int j = 1; j <= Nu; j++)
        {
            // Feature i of the roll is r_i·r_{i−j}: its gradient goes to both.
            ReadOnlySpan<T> roll = gradient.Slice((j - 1) * size, size);
            for (int i = 0; i < j; i++)
            {
                ofHalves[i] += roll[i] * r[size + i - j];
                ofHalves[size + i - j] += roll[i] * r[i];
            }
            AddProducts(roll[j..], r[..(size - j)], ofHalves[j..]);
            AddProducts(roll[j..], r[j..], ofHalves[..(size - j)]);
        }
        // Of relu(x_i) and relu(−x_i) one is alive, and both are 0 at 0.
        for (int i = 0; i < d; i++)
            inputGradient[i] = x[i] > T.Zero ? ofHalves[i] : x[i] < T.Zero ? -ofHalves[d + i] : T.Zero;
    }

    private static void Halves<T>(ReadOnlySpan<T> x, Span<T> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            r[i] = T.Max(x[i], T.Zero);
            r[x.Length + i] = T.Max(-x[i], T.Zero);
        }
    }

    private static void Multiply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= products.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(a[i..]) * new Vector<T>(b[i..])).CopyTo(products[i..]);
        for (; i < products.Length; i++) products[i] = a[i] * b[i];
    }

    private static void AddProducts<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= sums.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(sums[i..]) + new Vector<T>(a[i..]) * new Vector<T>(b[i..])).CopyTo(sums[i..]);
        for (; i < sums.Length; i++) sums[i] += a[i] * b[i];
    }
}
