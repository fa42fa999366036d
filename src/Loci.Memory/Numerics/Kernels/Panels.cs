namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// The layout of packed weights, the same for every kernel: panels of <see cref="Width"/> outputs, [panels, inputs,
/// Width], the last panel filled up with zeros. In a row of 16-bit weights output o shares 32 bits with output o + 8,
/// which has the upper half: two operations at most bring either half of the row to its place in 32-bit lanes.
/// </summary>
internal static class Panels
{
    public const int Width = 16;

    public static int Count(int outputs) => (int)(((long)outputs + Width - 1) / Width);

    /// <summary>Where in a row an output of the panel lies.</summary>
    public static int Place(int output, WeightFormat format) =>
        format == WeightFormat.Float32 ? output : output % (Width / 2) * 2 + output / (Width / 2);
}
