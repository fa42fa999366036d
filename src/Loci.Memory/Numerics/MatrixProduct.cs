namespace Loci.Memory.Numerics;

/// <summary>
/// y = x·W + b over rows. Every element is one chain of fused multiply-adds over the inputs in ascending order, from
/// zero, with the bias added last: the same bits for any number of rows, threads, and instruction set.
/// </summary>
public static class MatrixProduct
{
    /// <summary>Multiplies <paramref name="rows"/> row vectors by a packed matrix.</summary>
    /// <param name="x">[rows, w.Inputs]</param>
    /// <param name="rows">Number of row vectors; 0 is allowed.</param>
    /// <param name="w">The weights.</param>
    /// <param name="bias">[w.Outputs], or empty for none.</param>
    /// <param name="y">[rows, w.Outputs], overwritten. Must not overlap <paramref name="x"/>.</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public static void Multiply(
        ReadOnlySpan<float> x, int rows, PackedMatrix w, ReadOnlySpan<float> bias, Span<float> y, int threads = 1)
    {
        float[] column = new float[w.Inputs];
        for (int o = 0; o < w.Outputs; o++)
        {
            w.CopyOutput(o, column);
            for (int r = 0; r < rows; r++)
            {
                float sum = 0;
                for (int i = 0; i < w.Inputs; i++) sum = MathF.FusedMultiplyAdd(x[r * w.Inputs + i], column[i], sum);
                y[r * w.Outputs + o] = bias.IsEmpty ? sum : sum + bias[o];
            }
        }
    }
}
