using System.Numerics;
using System.Runtime.Intrinsics;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>The kernels of one head for one width of vectors. All widths give the same bits.</summary>
internal abstract unsafe class HeadKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static HeadKernels<T>? s_current;

    /// <summary>The width that belongs to the instruction set matrix products run on, LOCI_KERNEL included.</summary>
    public static HeadKernels<T> Current => s_current ??= Choose(Kernel.Current.Name);

    public abstract string Name { get; }

    public abstract void Dense(in HeadSequence<T> head, T* state);

    public abstract void Sparse(in HeadSequence<T> head, T* state);

    /// <summary>output = features·S.</summary>
    public abstract void Read(T* features, T* state, int keySize, int valueSize, T* output);

    public abstract void ChunkForward(
        in HeadSequence<T> head, ref ChunkHead<T> carry, T* states, T* errors, T normalizerFloor);

    public abstract void Settle(in HeadSequence<T> head, in ChunkHead<T> carry, T* state);

    public abstract void ChunkBackward(
        in HeadSequence<T> head, in ChunkHead<T> carry, T* states, T* errors, in HeadGradients<T> gradients,
        T normalizerFloor);

    /// <inheritdoc cref="SmallProduct{T,TVector,TSimd}.Multiply"/>
    public abstract void Product(
        T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, int rows, int columns, int inner, bool add);

    /// <summary>Every width; those the processor lacks run as pairs of smaller vectors.</summary>
    public static HeadKernels<T>[] All() =>
    [
        new HeadKernels<T, Vector512<T>, Simd512<T>>("512 bits"),
        new HeadKernels<T, Vector256<T>, Simd256<T>>("256 bits"),
        new HeadKernels<T, T, SimdScalar<T>>("portable"),
    ];

    private static HeadKernels<T> Choose(string name) => name switch
    {
        "avx512" => new HeadKernels<T, Vector512<T>, Simd512<T>>("512 bits"),
        "portable" => new HeadKernels<T, T, SimdScalar<T>>("portable"),
        _ => new HeadKernels<T, Vector256<T>, Simd256<T>>("256 bits"),
    };
}

/// <inheritdoc/>
internal sealed unsafe class HeadKernels<T, TVector, TSimd>(string name) : HeadKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    public override string Name => name;

    public override void Dense(in HeadSequence<T> head, T* state) =>
        DenseRecurrence<T, TVector, TSimd>.Run(head, state);

    public override void Sparse(in HeadSequence<T> head, T* state) =>
        SparseRecurrence<T, TVector, TSimd>.Run(head, state);

    public override void Read(T* features, T* state, int keySize, int valueSize, T* output) =>
        DenseRecurrence<T, TVector, TSimd>.Read(features, state, keySize, valueSize, output);

    public override void ChunkForward(
        in HeadSequence<T> head, ref ChunkHead<T> carry, T* states, T* errors, T normalizerFloor) =>
        ChunkForward<T, TVector, TSimd>.Run(head, ref carry, states, errors, normalizerFloor);

    public override void Settle(in HeadSequence<T> head, in ChunkHead<T> carry, T* state) =>
        ChunkForward<T, TVector, TSimd>.Settle(head, carry, state);

    public override void ChunkBackward(
        in HeadSequence<T> head, in ChunkHead<T> carry, T* states, T* errors, in HeadGradients<T> gradients,
        T normalizerFloor) =>
        ChunkBackward<T, TVector, TSimd>.Run(head, carry, states, errors, gradients, normalizerFloor);

    public override void Product(
        T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, int rows, int columns, int inner, bool add) =>
        SmallProduct<T, TVector, TSimd>.Multiply(a, aRow, aColumn, b, bRow, c, cRow, 0, rows, columns, inner, add);
}
