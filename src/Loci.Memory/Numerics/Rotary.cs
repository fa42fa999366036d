using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864, equation 34): pair i of a head at position p is turned
/// by the angle p·frequency[i]. Angles, cosines and sines are float64, rounded to float32 once. Safe for use by many
/// threads.
/// </summary>
public sealed class Rotary
{
    private readonly double[] _frequencies; // [pairs], radians per position
    private readonly double _scaling;
    private readonly Lock _growing = new();
    private float[] _table = []; // [positions, 2, width]: cosines, then sines, as the pairing lays them out

    /// <summary>Makes the table, which grows as positions are asked for.</summary>
    /// <param name="frequencies">[pairs], radians per position, after any scaling for long contexts.</param>
    /// <param name="pairs">How elements are paired.</param>
    /// <param name="maxPositions">Positions are below this; a bound on memory.</param>
    /// <param name="scaling">Factor on cosine and sine (YaRN's attention factor), usually 1.</param>
    public Rotary(ReadOnlySpan<double> frequencies, RotaryPairs pairs, int maxPositions, double scaling = 1)
    {
        if (maxPositions < 1)
            throw new ArgumentOutOfRangeException(nameof(maxPositions), maxPositions, "must be positive");
        foreach (double frequency in frequencies)
            if (!(Math.Abs(frequency) * maxPositions <= int.MaxValue))
                throw new ArgumentException(
                    $"frequency {frequency} at {maxPositions} positions, angles must be at most {int.MaxValue}",
                    nameof(frequencies));
        if (!double.IsFinite(scaling))
            throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "must be finite");
        _frequencies = frequencies.ToArray();
        _scaling = scaling;
        (Pairs, MaxPositions) = (pairs, maxPositions);
        Dimension = 2 * frequencies.Length;
        if (2L * maxPositions * Width > Array.MaxLength)
            throw new ArgumentException(
                $"{maxPositions} positions of {Width}, table must be at most {Array.MaxLength}", nameof(maxPositions));
    }

    /// <summary>How elements are paired.</summary>
    public RotaryPairs Pairs { get; }

    /// <summary>Number of leading elements of a head that turn; the rest stay as they are.</summary>
    public int Dimension { get; }

    /// <summary>Positions are below this.</summary>
    public int MaxPositions { get; }

    /// <summary>Floats of the cosines of one position: interleaved pairs hold each twice.</summary>
    private int Width => Pairs == RotaryPairs.Halves ? Dimension / 2 : Dimension;

    /// <summary>The usual frequencies, base^(−2i/dimension) for i = 0 … dimension/2 − 1.</summary>
    /// <param name="base">At least 1; 10,000 in the paper.</param>
    /// <param name="dimension">Even: elements of a head that turn.</param>
    public static double[] Frequencies(double @base, int dimension)
    {
        if (!(@base >= 1) || double.IsInfinity(@base))
            throw new ArgumentOutOfRangeException(nameof(@base), @base, "must be finite and at least 1");
        if (dimension < 0 || dimension % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "must be even and not negative");
        double[] frequencies = new double[dimension / 2];
        double logarithm = DoubleMath.Log(@base);
        for (int i = 0; i < frequencies.Length; i++) frequencies[i] = DoubleMath.Exp(-2.0 * i / dimension * logarithm);
        return frequencies;
    }

    /// <summary>Turns every head of every row in place.</summary>
    /// <param name="rows">[tokens, stride], a row beginning with [heads, headSize]: queries or keys.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headSize">Floats of a head, at least <see cref="Dimension"/>.</param>
    /// <param name="positions">[tokens], each from 0 to <see cref="MaxPositions"/> − 1.</param>
    public void Apply(Span<float> rows, int stride, int heads, int headSize, ReadOnlySpan<int> positions)
    {
        Require.AtLeast(Dimension, headSize, nameof(headSize));
        Require.AtLeast(0, heads, nameof(heads));
        Require.AtLeast((long)heads * headSize, stride, nameof(stride));
        if (positions.IsEmpty || heads == 0) return;
        Require.AtLeast((positions.Length - 1L) * stride + (long)heads * headSize, rows.Length, nameof(rows));

        int last = 0;
        foreach (int position in positions)
        {
            if ((uint)position >= (uint)MaxPositions)
                throw new ArgumentOutOfRangeException(
                    nameof(positions), position, $"must be from 0 to {MaxPositions - 1}");
            last = Math.Max(last, position);
        }
        int width = Width;
        float[] table = Table(last + 1);
        for (int t = 0; t < positions.Length; t++)
        {
            ReadOnlySpan<float> cosines = table.AsSpan(2 * positions[t] * width, width);
            ReadOnlySpan<float> sines = table.AsSpan((2 * positions[t] + 1) * width, width);
            for (int h = 0; h < heads; h++)
            {
                Span<float> head = rows.Slice(t * stride + h * headSize, Dimension);
                if (Pairs == RotaryPairs.Halves) TurnHalves(head, cosines, sines);
                else TurnInterleaved(head, cosines, sines);
            }
        }
    }

    /// <summary>
    /// (a, b) ↦ (a·cos − b·sin, b·cos + a·sin), the second product rounded and the first fused, in either layout.
    /// </summary>
    private static void TurnHalves(Span<float> head, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines)
    {
        int half = cosines.Length, i = 0;
        ref float a = ref MemoryMarshal.GetReference(head), b = ref Unsafe.Add(ref a, half);
        ref float cos = ref MemoryMarshal.GetReference(cosines), sin = ref MemoryMarshal.GetReference(sines);
        for (; i <= half - Lanes.Width; i += Lanes.Width)
        {
            Vector256<float> first = Vector256.LoadUnsafe(ref a, (nuint)i),
                second = Vector256.LoadUnsafe(ref b, (nuint)i);
            Vector256<float> c = Vector256.LoadUnsafe(ref cos, (nuint)i), s = Vector256.LoadUnsafe(ref sin, (nuint)i);
            Vector256.FusedMultiplyAdd(first, c, -(second * s)).StoreUnsafe(ref a, (nuint)i);
            Vector256.FusedMultiplyAdd(second, c, first * s).StoreUnsafe(ref b, (nuint)i);
        }
        for (; i < half; i++)
        {
            float first = head[i], second = head[half + i];
            head[i] = MathF.FusedMultiplyAdd(first, cosines[i], -(second * sines[i]));
            head[half + i] = MathF.FusedMultiplyAdd(second, cosines[i], first * sines[i]);
        }
    }

    /// <param name="head">[pairs, 2]</param>
    /// <param name="cosines">[pairs, 2]: both elements have the cosine.</param>
    /// <param name="sines">[pairs, 2]: −sine, then sine.</param>
    private static void TurnInterleaved(Span<float> head, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines)
    {
        int i = 0;
        ref float x = ref MemoryMarshal.GetReference(head);
        ref float cos = ref MemoryMarshal.GetReference(cosines), sin = ref MemoryMarshal.GetReference(sines);
        for (; i <= head.Length - Lanes.Width; i += Lanes.Width)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref x, (nuint)i);
            Vector256<float> swapped = Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            Vector256<float> cross = swapped * Vector256.LoadUnsafe(ref sin, (nuint)i);
            Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref cos, (nuint)i), cross).StoreUnsafe(ref x, (nuint)i);
        }
        for (; i < head.Length; i += 2)
        {
            float first = head[i], second = head[i + 1];
            head[i] = MathF.FusedMultiplyAdd(first, cosines[i], second * sines[i]);
            head[i + 1] = MathF.FusedMultiplyAdd(second, cosines[i], first * sines[i + 1]);
        }
    }

    private float[] Table(int positions)
    {
        float[] table = Volatile.Read(ref _table);
        int width = Width;
        if (table.Length >= 2 * positions * width) return table;
        lock (_growing)
        {
            if (_table.Length >= 2 * positions * width) return _table;
            int size = (int)Math.Min(MaxPositions, Math.Max(64, 2L * positions));
            float[] larger = new float[2 * size * width];
            _table.CopyTo(larger, 0);
            for (int p = _table.Length / (2 * width); p < size; p++)
                for (int i = 0; i < _frequencies.Length; i++)
                    Enter(larger.AsSpan(2 * p * width, 2 * width), i, DoubleMath.SinCos(p * _frequencies[i]));
            Volatile.Write(ref _table, larger);
            return larger;
        }
    }

    private void Enter(Span<float> position, int i, (double Sin, double Cos) angle)
    {
        float cos = (float)(angle.Cos * _scaling), sin = (float)(angle.Sin * _scaling);
        int width = Width;
        if (Pairs == RotaryPairs.Halves) (position[i], position[width + i]) = (cos, sin);
        else
        {
            position[2 * i] = position[2 * i + 1] = cos;
            (position[width + 2 * i], position[width + 2 * i + 1]) = (-sin, sin);
        }
    }
}
