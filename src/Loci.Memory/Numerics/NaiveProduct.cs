namespace Loci.Memory.Numerics;

/// <summary>
/// The naive reference of <see cref="MatrixProduct"/>: a chain of fused multiply-adds for every element. The kernels
/// must give these bits. Tests use it, and nothing else.
/// </summary>
internal static class NaiveProduct
{
    /// <summary>y = x·W + b.</summary>
    /// <param name="x">[rows, inputs]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="w">[inputs, outputs], or with <paramref name="outputsFirst"/> [outputs, inputs].</param>
    /// <param name="inputs">Numbers of a row of x.</param>
    /// <param name="outputs">Numbers of a row of y.</param>
    /// <param name="outputsFirst">How w lies.</param>
    /// <param name="bias">[outputs], or empty.</param>
    /// <param name="y">[rows, outputs], overwritten.</param>
    public static void Multiply(
        ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> w, int inputs, int outputs, bool outputsFirst,
        ReadOnlySpan<float> bias, Span<float> y)
    {
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
            {
                float chain = 0;
                for (int i = 0; i < inputs; i++)
                    chain = MathF.FusedMultiplyAdd(x[r * inputs + i],
                        w[outputsFirst ? o * inputs + i : i * outputs + o], chain);
                y[r * outputs + o] = bias.IsEmpty ? chain : chain + bias[o];
            }
    }
}
