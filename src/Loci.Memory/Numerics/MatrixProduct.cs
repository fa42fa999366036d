using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.Numerics;

/// <summary>
/// y = x·W + b over rows. Every element is one chain of fused multiply-adds over the inputs in ascending order, from
/// zero, with the bias added last: the same bits for any number of rows, threads, and instruction set, and for 16-bit
/// weights the same as for their float32 widening. (Which NaN a NaN is, is not specified.)
/// </summary>
public static class MatrixProduct
{
    /// <summary>
    /// The instruction set in use: avx512, avx2, vector128 or portable. The environment
    /// variable LOCI_KERNEL forces one.
    /// </summary>
    /// <exception cref="ArgumentException">LOCI_KERNEL names no kernel, or one this processor cannot run.</exception>
    public static string KernelName => Kernel.Current.Name;

    /// <summary>Multiplies <paramref name="rows"/> row vectors by a packed matrix.</summary>
    /// <param name="x">[rows, w.Inputs] or longer.</param>
    /// <param name="rows">Number of row vectors; 0 is allowed.</param>
    /// <param name="w">The weights.</param>
    /// <param name="bias">[w.Outputs], or empty for none.</param>
    /// <param name="y">[rows, w.Outputs] or longer, overwritten. Must not overlap <paramref name="x"/>.</param>
    /// <param name="threads">
    /// Most threads to use, the caller's among them, at least 1; the result does not depend on it.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A length that does not fit, an overlap, or a number out of range.
    /// </exception>
    public static void Multiply(
        ReadOnlySpan<float> x, int rows, PackedMatrix w, ReadOnlySpan<float> bias, Span<float> y, int threads = 1) =>
        Multiply(Kernel.Current, x, rows, w, bias, y, threads);

    internal static unsafe void Multiply(
        Kernel kernel, ReadOnlySpan<float> x, int rows, PackedMatrix w, ReadOnlySpan<float> bias, Span<float> y,
        int threads)
    {
        ArgumentNullException.ThrowIfNull(w);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        x = x[..Length(x.Length, nameof(x), rows, w.Inputs)];
        y = y[..Length(y.Length, nameof(y), rows, w.Outputs)];
        if (!bias.IsEmpty && bias.Length != w.Outputs)
            throw new ArgumentException($"Holds {bias.Length} numbers for {w.Outputs} outputs.", nameof(bias));
        if (x.Overlaps(y)) throw new ArgumentException("Must not overlap the input.", nameof(y));
        if (y.IsEmpty) return;

        fixed (float* px = x, pb = bias, py = y)
        {
            var product = new Product
            {
                Kernel = kernel, X = px, Rows = rows, W = w.Address, Panel = w.PanelBytes, Format = w.Format,
                Finite = w.Finite, Inputs = w.Inputs, Outputs = w.Outputs, Bias = pb, Y = py,
            };
            ProductShare.Run(product, threads);
        }
        GC.KeepAlive(w);
    }

    private static int Length(int length, string name, int rows, int width)
    {
        long needed = (long)rows * width;
        if (length < needed)
            throw new ArgumentException($"Holds {length} numbers; {rows} rows of {width} are {needed}.", name);
        return (int)needed;
    }
}
