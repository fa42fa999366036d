using System.Runtime.InteropServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// A product, and how a part of it is cut so that its operands stay in the second-level cache:
/// <see cref="RowsPerBlock"/> rows by <see cref="InputsPerBlock"/> inputs of x, and one panel of as many inputs.
/// (Measured: longer blocks that leave the first-level cache beat shorter ones, which load and store the sums more
/// often.) Between blocks of inputs the sums wait in y; taken up again, they continue the same chains.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct Product
{
    public const int RowsPerBlock = 120;
    private const int InputsPerBlock = 1024;

    [ThreadStatic]
    private static AlignedMemory? t_scratch;

    public Kernel Kernel;
    public float* X; // [Rows, Inputs]
    public int Rows;
    public byte* W; // [panels, Inputs, 16]
    public nint Panel; // bytes
    public WeightFormat Format;
    public bool Finite;
    public int Inputs;
    public int Outputs;
    public float* Bias; // [Outputs] or null
    public float* Y; // [Rows, Outputs]

    /// <summary>Computes some rows of some panels.</summary>
    public readonly void Run(int row, int rows, int panel, int panels)
    {
        int output = panel * Panels.Width;
        int blocks = rows <= Kernel.TileRows ? 1 : Math.Max(1, (Inputs + InputsPerBlock - 1) / InputsPerBlock);
        int perBlock = (Inputs + blocks - 1) / blocks;
        nint packedStride = perBlock + 16; // not a power of two: rows would compete for the same sets of the cache
        nint packedSize = blocks > 1 ? rows * packedStride : 0;
        nint scratchSize = Format == WeightFormat.Float32 ? 0 : (nint)perBlock * Kernel.ScratchPerInput;
        AlignedMemory? memory = packedSize + scratchSize > 0 ? Scratch((nuint)(packedSize + scratchSize)) : null;
        float* packed = memory is null ? null : (float*)memory.Address;
        var block = new ProductBlock
        {
            X = X + (nint)row * Inputs, XStride = Inputs, Rows = rows,
            W = W + panel * Panel, Panel = Panel, Format = Format, Finite = Finite,
            Y = Y + (nint)row * Outputs + output, YStride = Outputs,
            Outputs = Math.Min(panels * Panels.Width, Outputs - output),
            Scratch = scratchSize > 0 ? packed + packedSize : null,
        };
        nint weight = Format == WeightFormat.Float32 ? sizeof(float) : sizeof(ushort);
        for (int first = 0; first < Inputs || first == 0; first += perBlock)
        {
            block.Inputs = Math.Min(perBlock, Inputs - first);
            block.Resume = first > 0;
            if (first + block.Inputs == Inputs && Bias != null) block.Bias = Bias + output;
            if (blocks > 1)
            {
                for (nint r = 0; r < rows; r++)
                    new ReadOnlySpan<float>(X + (row + r) * Inputs + first, block.Inputs)
                        .CopyTo(new Span<float>(packed + r * packedStride, block.Inputs));
                block.X = packed;
                block.XStride = packedStride;
            }
            Kernel.Multiply(block);
            block.W += block.Inputs * Panels.Width * weight;
            if (Inputs == 0) break;
        }
        GC.KeepAlive(memory);
    }

    private static AlignedMemory Scratch(nuint numbers)
    {
        nuint bytes = numbers * sizeof(float);
        AlignedMemory? memory = t_scratch;
        if (memory is null || memory.Bytes < bytes) t_scratch = memory = new AlignedMemory(bytes);
        return memory;
    }
}
