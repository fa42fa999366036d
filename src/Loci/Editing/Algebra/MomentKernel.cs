using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Editing;

/// <summary>
/// C += Xᵀ·X for rows that come in pieces, the lower triangle alone: half the work of a product, in tiles of 4 × 8 that
/// stay in registers. Every element is one chain of fused multiply-adds over the rows in ascending order, so that
/// neither threads nor pieces change a bit.
/// </summary>
internal static class MomentKernel
{
    private const int Down = 4, Across = 8; // a tile

    /// <summary>Columns rounded up to whole tiles: the length of a row of the sums.</summary>
    public static int Stride(int columns) => (columns + Across - 1) / Across * Across;

    /// <summary>The plain loop that says what is computed.</summary>
    /// <param name="x">[rows, columns]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="sums">C. [columns, stride]</param>
    public static void AddNaive(ReadOnlySpan<double> x, int rows, int columns, Span<double> sums)
    {
        int stride = Stride(columns);
        for (int i = 0; i < columns; i++)
            for (int j = 0; j <= i; j++)
                for (int r = 0; r < rows; r++)
                    sums[i * stride + j] = Math.FusedMultiplyAdd(
                        x[r * columns + i], x[r * columns + j], sums[i * stride + j]);
    }

    /// <summary>The same at speed; of a tile on the diagonal the upper part is written too.</summary>
    /// <param name="x">[rows, columns]</param>
    /// <param name="rows">Rows; a few hundred at a time stay in the cache.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="sums">C. [columns rounded up to 4, stride]</param>
    /// <param name="threads">Most threads to use; no result depends on it.</param>
    public static void Add(ReadOnlyMemory<double> x, int rows, int columns, Memory<double> sums, int threads = 1)
    {
        int panels = Stride(columns) / Across;
        double[] packed = new double[panels * rows * Across];           // [panels, rows, 8]
        Pack(x.Span, rows, columns, packed);
        if (threads == 1)
        {
            for (int i = 0; i < columns; i += Down) AddRows(packed, rows, columns, i, sums.Span);
            return;
        }
        int groups = (columns + Down - 1) / Down;
        // The long rows first: they cost the most.
        Parallel.For(0, groups, new() { MaxDegreeOfParallelism = threads },
            g => AddRows(packed, rows, columns, (groups - 1 - g) * Down, sums.Span));
    }

    private static void Pack(ReadOnlySpan<double> x, int rows, int columns, Span<double> packed)
    {
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                packed[(c / Across * rows + r) * Across + c % Across] = x[r * columns + c];
    }

    private static unsafe void AddRows(double[] packed, int rows, int columns, int first, Span<double> sums)
    {
        int stride = Stride(columns);
        fixed (double* x = packed, c = sums)
        {
            double* left = x + (nint)(first / Across) * rows * Across + first % Across;
            for (int panel = 0; panel <= (first + Down - 1) / Across; panel++)
                AddTile(left, x + (nint)panel * rows * Across, rows, c + (nint)first * stride + panel * Across, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddTile(double* left, double* right, int rows, double* c, int stride)
    {
        double* c1 = c + stride, c2 = c1 + stride, c3 = c2 + stride;
        Vector256<double> a0 = Vector256.Load(c), b0 = Vector256.Load(c + 4),
            a1 = Vector256.Load(c1), b1 = Vector256.Load(c1 + 4),
            a2 = Vector256.Load(c2), b2 = Vector256.Load(c2 + 4),
            a3 = Vector256.Load(c3), b3 = Vector256.Load(c3 + 4);
        for (int r = 0; r < rows; r++, left += Across, right += Across)
        {
            Vector256<double> x = Vector256.Load(right), y = Vector256.Load(right + 4), k = Vector256.Create(left[0]);
            a0 = Vector256.FusedMultiplyAdd(k, x, a0);
            b0 = Vector256.FusedMultiplyAdd(k, y, b0);
            k = Vector256.Create(left[1]);
            a1 = Vector256.FusedMultiplyAdd(k, x, a1);
            b1 = Vector256.FusedMultiplyAdd(k, y, b1);
            k = Vector256.Create(left[2]);
            a2 = Vector256.FusedMultiplyAdd(k, x, a2);
            b2 = Vector256.FusedMultiplyAdd(k, y, b2);
            k = Vector256.Create(left[3]);
            a3 = Vector256.FusedMultiplyAdd(k, x, a3);
            b3 = Vector256.FusedMultiplyAdd(k, y, b3);
        }
        a0.Store(c);
        b0.Store(c + 4);
        a1.Store(c1);
        b1.Store(c1 + 4);
        a2.Store(c2);
        b2.Store(c2 + 4);
        a3.Store(c3);
        b3.Store(c3 + 4);
    }
}
