namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// The layout of packed weights, the same for every kernel: panels of <see cref="Width"/> outputs, [panels, inputs,
/// Width], the last panel filled up with zeros.
/// </summary>
internal static class Panels
{
    public const int Width = 16;

    public static int Count(int outputs) => (int)(((long)outputs + Width - 1) / Width);
}
