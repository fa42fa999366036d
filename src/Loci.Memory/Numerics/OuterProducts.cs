using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.Numerics;

/// <summary>
/// Σ dyᵀ·x over rows: the gradient of a matrix from those of what it gave and what it was applied to. Every element of
/// a call is one chain of fused multiply-adds over the rows, ascending, and is then added to the sum: the same bits for
/// any number of threads and every instruction set. Keeps its working memory between calls; one thread uses it at a
/// time.
/// </summary>
public sealed unsafe class OuterProducts : IDisposable
{
    private AlignedMemory? _transposed, _panels, _product;

    /// <summary>sum[o, i] += Σ over r of dy[r, o]·x[r, i].</summary>
    /// <param name="dy">[rows, outputs]</param>
    /// <param name="x">[rows, inputs]</param>
    /// <param name="rows">Rows; 0 is allowed.</param>
    /// <param name="sum">Added to. [outputs, inputs]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit each other.</exception>
    public void Add(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, Span<float> sum, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (rows == 0) return;
        int outputs = dy.Length / rows, inputs = x.Length / rows;
        Require.SameLength(rows * outputs, dy.Length, nameof(dy));
        Require.SameLength(rows * inputs, x.Length, nameof(x));
        Require.SameLength(checked(outputs * inputs), sum.Length, nameof(sum));
        if (sum.IsEmpty) return;
        nint panel = (nint)rows * Panels.Width * sizeof(float);
        // [outputs, rows], [panels of inputs, rows, 16], [outputs, inputs]
        float* left = Take(ref _transposed, (nint)outputs * rows);
        float* right = Take(ref _panels, Panels.Count(inputs) * (nint)rows * Panels.Width);
        float* product = Take(ref _product, sum.Length);
        fixed (float* upper = dy, lower = x)
        {
            Transposition<float>.Copy(upper, outputs, left, rows, rows, outputs);
            Packing.Fill(lower, right, rows, inputs, outputsFirst: false, WeightFormat.Float32);
        }
        ProductShare.Run(
            new Product
            {
                Kernel = Kernel.Current, X = left, Rows = outputs, W = (byte*)right, Panel = panel,
                Format = WeightFormat.Float32, Inputs = rows, Outputs = inputs, Y = product,
            },
            threads);
        Elementwise.Add(sum, new ReadOnlySpan<float>(product, sum.Length));
        GC.KeepAlive(this);
    }

    /// <summary>sum[o] += Σ over r of dy[r, o], rows ascending: the gradient of a bias.</summary>
    /// <param name="dy">[rows, outputs]</param>
    /// <param name="sum">Added to. [outputs]</param>
    public static void AddRows(ReadOnlySpan<float> dy, Span<float> sum)
    {
        for (int at = 0; at < dy.Length; at += sum.Length) Elementwise.Add(sum, dy.Slice(at, sum.Length));
    }

    /// <summary>Frees the working memory.</summary>
    public void Dispose()
    {
        _transposed?.Free();
        _panels?.Free();
        _product?.Free();
        (_transposed, _panels, _product) = (null, null, null);
    }

    private static float* Take(ref AlignedMemory? memory, nint count)
    {
        nuint bytes = (nuint)count * sizeof(float);
        if (memory is null || memory.Bytes < bytes)
        {
            memory?.Free();
            memory = new AlignedMemory(bytes);
        }
        return (float*)memory.Address;
    }
}
