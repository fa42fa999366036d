using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>The inner product loops for one instruction set. All kernels give the same bits.</summary>
internal abstract unsafe class Kernel
{
    /// <summary>The environment variable that forces a kernel by name.</summary>
    public const string Variable = "LOCI_KERNEL";

    /// <summary>Rows that one register tile takes: with no more of them each weight is used only once.</summary>
    public const int TileRows = 6;

    /// <summary>
    /// Numbers of scratch memory per input of a block with 16-bit weights: two panels, or the inputs of a tile.
    /// </summary>
    public const int ScratchPerInput = 2 * Panels.Width;

    private static Kernel? s_current;

    /// <summary>
    /// The kernel products use: the widest the processor has, or the one <see cref="Variable"/> names.
    /// </summary>
    /// <exception cref="ArgumentException">The variable names no kernel, or one this processor cannot run.</exception>
    public static Kernel Current => s_current ??= Choose(Environment.GetEnvironmentVariable(Variable));

    public abstract string Name { get; }

    public abstract void Multiply(in ProductBlock block);

    /// <summary>Widens rows of a 16-bit panel.</summary>
    /// <param name="panel">[rows, 16], as <see cref="Panels"/> says.</param>
    /// <param name="format">Float16 or BFloat16.</param>
    /// <param name="destination">[rows, 16], float32, in the order of the outputs.</param>
    /// <param name="rows">How many.</param>
    public abstract void Widen(byte* panel, WeightFormat format, float* destination, nint rows);

    /// <summary>The kernels this processor can run, widest first.</summary>
    public static Kernel[] Supported()
    {
        List<Kernel> kernels = [];
        if (Avx512Lanes.IsSupported) kernels.Add(new Kernel<Avx512Lanes, Vector512<float>>("avx512"));
        if (Avx2Lanes.IsSupported) kernels.Add(new Kernel<Avx2Lanes, Vector256<float>>("avx2"));
        if (Vector128Lanes.IsSupported) kernels.Add(new Kernel<Vector128Lanes, Vector128<float>>("vector128"));
        kernels.Add(new Kernel<ScalarLanes, float>("portable"));
        return [.. kernels];
    }

    /// <summary>The supported kernel of that name; the widest where no name is given.</summary>
    public static Kernel Choose(string? name)
    {
        Kernel[] supported = Supported();
        if (string.IsNullOrEmpty(name)) return supported[0];
        foreach (Kernel kernel in supported)
            if (kernel.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return kernel;
        string here = string.Join(", ", supported.Select(kernel => kernel.Name));
        throw new ArgumentException(
            $"{Variable} is '{name}': this processor runs {here} (of avx512, avx2, vector128, portable).");
    }
}
