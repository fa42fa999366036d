namespace Loci.Memory.Numerics.Kernels;

/// <summary>What the matrix product needs of an instruction set: a few operations on W numbers side by side.</summary>
/// <remarks>
/// Implementations name the instructions of their set directly: code compiled ahead of time then holds every set the
/// compiler knows and asks the processor which it has.
/// </remarks>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>W, a divisor of <see cref="Panels.Width"/>.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* destination, TVector vector);

    /// <summary>One number in every lane.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>a·b + sum, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    static abstract TVector Add(TVector a, TVector b);

    /// <summary>W IEEE 754 binary16 numbers, exactly.</summary>
    static abstract TVector WidenFloat16(ushort* source);

    /// <summary>W bfloat16 numbers, exactly.</summary>
    static abstract TVector WidenBFloat16(ushort* source);
}
