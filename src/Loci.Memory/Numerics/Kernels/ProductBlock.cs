namespace Loci.Memory.Numerics.Kernels;

/// <summary>One step of a product for one thread: some rows, a range of outputs, a range of inputs.</summary>
internal unsafe struct ProductBlock
{
    /// <summary>[Rows, Inputs], rows <see cref="XStride"/> numbers apart.</summary>
    public float* X;
    public nint XStride;
    public int Rows;

    /// <summary>The weights of the first panel, from the first input of the range on.</summary>
    public byte* W;

    /// <summary>Bytes from a panel to the next.</summary>
    public nint Panel;
    public WeightFormat Format;

    /// <summary>True if all weights are known to be finite.</summary>
    public bool Finite;
    public int Inputs;

    /// <summary>[Rows, Outputs], rows <see cref="YStride"/> numbers apart.</summary>
    public float* Y;
    public nint YStride;

    /// <summary>Outputs wanted; a multiple of a panel's width but at the end of the matrix.</summary>
    public int Outputs;

    /// <summary>[Outputs], added after the last input, or null.</summary>
    public float* Bias;

    /// <summary>True if Y holds the sums over the inputs before this range.</summary>
    public bool Resume;

    /// <summary>Room for <see cref="Kernel.ScratchPerInput"/> · Inputs numbers, or null with float32 weights.</summary>
    public float* Scratch;
}
