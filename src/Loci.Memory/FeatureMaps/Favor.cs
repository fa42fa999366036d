using System.Numerics;
using Loci.Memory.Numerics;

namespace Loci.Memory.FeatureMaps;

/// <summary>
/// Positive orthogonal random features: φ(x) = exp(−‖x‖²/2)/√(2m)·[exp(Rx); exp(−Rx)], whose inner products estimate
/// exp(x·y). The m rows of R are orthogonal in blocks of d, with norms drawn from the χ distribution with d degrees of
/// freedom, so that each is distributed as a normal vector.
/// </summary>
/// <remarks>
/// Choromanski et al. 2021, arXiv 2009.14794 (FAVOR+). In training, <see cref="Redraw"/> once per mini-batch; evaluate
/// with one draw. Stabilised, exp(−‖x‖²/2) and the common size are left out and the largest feature is 1/√(2m): nothing
/// overflows, and a factor of the whole vector cancels in sum and L2 normalisation, and for queries in attention
/// normalisation; without normalisation it changes the weight of a key.
/// </remarks>
public sealed class Favor : FeatureMap
{
    private const int MostNumbers = 1 << 20; // of R: what takes seconds to draw is a mistake

    private double[] _rows; // R [m, d]

    /// <summary>Draws R.</summary>
    /// <param name="inputSize">d, length of the vectors.</param>
    /// <param name="projections">m, rows of R, at least 1; there are 2m features.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stabilized">True to divide by the largest feature.</param>
    public Favor(int inputSize, int projections, int seed, bool stabilized = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(projections, 1);
        (InputSize, Projections, IsStabilized) = (inputSize, projections, stabilized);
        _rows = Drawn(projections, inputSize, seed);
    }

    internal Favor(int inputSize, int projections, bool stabilized, double[] rows) =>
        (InputSize, Projections, IsStabilized, _rows) = (inputSize, projections, stabilized, rows);

    internal static FeatureMapKind ItsKind { get; } = new(101, "favor-m", Parse, Read);

    /// <summary>d.</summary>
    public int InputSize { get; }

    /// <summary>m.</summary>
    public int Projections { get; }

    /// <summary>True if the largest feature is made 1/√(2m).</summary>
    public bool IsStabilized { get; }

    /// <summary>R, [m, d].</summary>
    public ReadOnlySpan<double> Rows => _rows;

    /// <inheritdoc/>
    public override string Name => $"favor-{Projections}";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <summary>2m.</summary>
    /// <param name="inputSize">Must be <see cref="InputSize"/>.</param>
    public override int Features(int inputSize) =>
        inputSize == InputSize
            ? checked(2 * Projections)
            : throw new ArgumentException(
                $"R was drawn for vectors of length {InputSize}, not {inputSize}", nameof(inputSize));

    /// <summary>Draws R anew. What was written through the old one can no longer be read.</summary>
    /// <param name="seed">Seed of the draw.</param>
    public void Redraw(int seed) => _rows = Drawn(Projections, InputSize, seed);

    internal override FeatureMapKind Kind => ItsKind;

    internal override void WriteParameters(BinaryWriter writer)
    {
        writer.Write(InputSize);
        writer.Write(Projections);
        writer.Write(IsStabilized ? 1 : 0);
        foreach (double x in _rows) writer.Write(x);
    }

    // Models keep the seed of their projections (map_seed), not the projections: another stream would be another model.
    // Who draws anything else from a number of his own gives this one a seed of its own.
    private static double[] Drawn(int projections, int inputSize, int seed) =>
        OrthogonalRows.Draw(projections, inputSize, RandomStream.Kept(seed, "FAVOR+ projections"));

    private static Favor? Parse(MapName asked)
    {
        if (asked.NumberAfter("favor-") is not { } projections) return null;
        if ((long)projections * asked.InputSize > MostNumbers)
            throw new ArgumentException(
                $"«{asked.Name}» of vectors of length {asked.InputSize}: more than {MostNumbers} numbers to draw");
        return new(asked.InputSize, projections, asked.Seed, asked.IsStabilized);
    }

    private static Favor Read(BinaryReader reader, long length)
    {
        int size = reader.ReadInt32(), projections = reader.ReadInt32();
        bool stabilized = reader.ReadInt32() != 0;
        if (size < 1 || projections < 1 || (long)size * projections > length / sizeof(double))
            throw new ArgumentException(
                $"FAVOR+ with {projections} projections of {size} does not fit in {length} bytes");
        double[] rows = new double[size * projections];
        foreach (ref double x in rows.AsSpan())
        {
            x = reader.ReadDouble();
            if (!double.IsFinite(x)) throw new ArgumentException($"a projection holds {x}");
        }
        return new(size, projections, stabilized, rows);
    }

    private protected override void Map<T>(ReadOnlySpan<T> x, Span<T> features)
    {
        int m = Projections;
        T largest = Project(x, features), scale = T.One / T.Sqrt(T.CreateChecked(2 * m));
        T shift = IsStabilized ? largest : HalfSquare(x);
        for (int i = 0; i < m; i++)
        {
            T y = features[i];
            features[i] = scale * T.Exp(y - shift);
            features[m + i] = scale * T.Exp(-y - shift);
        }
    }

    private protected override void MapPullback<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> inputGradient)
    {
        // dφ_i = φ_i (±R_i − c) dx, c = x, or ±R of the largest feature where that is divided out
        int m = Projections, top = 0;
        inputGradient.Clear();
        T scale = T.One / T.Sqrt(T.CreateChecked(2 * m)), all = T.Zero, largest = T.NegativeInfinity, sign = T.One;
        for (int i = 0; i < m; i++)
        {
            T y = Product(i, x);
            if (T.Abs(y) <= largest) continue;
            (largest, top, sign) = (T.Abs(y), i, y < T.Zero ? -T.One : T.One);
        }
        T shift = IsStabilized ? largest : HalfSquare(x);
        for (int i = 0; i < m; i++)
        {
            T y = Product(i, x);
            T up = gradient[i] * scale * T.Exp(y - shift), down = gradient[m + i] * scale * T.Exp(-y - shift);
            all += up + down;
            Add(i, up - down, inputGradient);
        }
        if (IsStabilized) Add(top, -all * sign, inputGradient);
        else
            for (int i = 0; i < x.Length; i++) inputGradient[i] -= all * x[i];
    }

    // Rx into the first m places; returns the largest |R_i·x|.
    private T Project<T>(ReadOnlySpan<T> x, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        for (int i = 0; i < Projections; i++)
        {
            features[i] = Product(i, x);
            largest = T.Max(largest, T.Abs(features[i]));
        }
        return largest;
    }

    private T Product<T>(int row, ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<double> r = _rows.AsSpan(row * InputSize, InputSize);
        double sum = 0;
        for (int i = 0; i < r.Length; i++) sum += r[i] * double.CreateTruncating(x[i]);
        return T.CreateTruncating(sum);
    }

    private void Add<T>(int row, T factor, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<double> r = _rows.AsSpan(row * InputSize, InputSize);
        for (int i = 0; i < r.Length; i++) sum[i] += factor * T.CreateTruncating(r[i]);
    }

    private static T HalfSquare<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T a in x) sum += a * a;
        return sum / T.CreateChecked(2);
    }
}
