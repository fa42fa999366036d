namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// What the fast-weight kernels need of an instruction set: arithmetic on a few numbers side by side.
/// </summary>
/// <remarks>No operation mixes lanes, so a result has the same bits for every width.</remarks>
internal unsafe interface ISimd<T, TVector>
    where T : unmanaged
    where TVector : unmanaged
{
    static abstract int Width { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(T* source);

    static abstract void Store(T* destination, TVector vector);

    /// <summary>One number in every lane.</summary>
    static abstract TVector Broadcast(T number);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + sum, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);
}
