using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The recurrence without gates for keys and queries that are mostly zero (three quarters of DPFP features are): rows
/// of S whose feature is zero are not touched. Its numbers equal those of <see cref="DenseRecurrence{T,TVector,TSimd}"/>.
/// </summary>
internal static unsafe class SparseRecurrence<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    private const int TokensPerBlock = 32;

    /// <summary>Runs the tokens over <paramref name="state"/> [KeySize, ValueSize], in place.</summary>
    public static void Run(in HeadSequence<T> head, T* state)
    {
        int tokens = Math.Min(TokensPerBlock, head.Length);
        int[] rented = ArrayPool<int>.Shared.Rent(2 * tokens * head.KeySize);
        int* counts = stackalloc int[2 * TokensPerBlock];
        fixed (int* rows = rented)
        {
            for (int token = 0; token < head.Length; token += TokensPerBlock)
                Block(head.From(token, Math.Min(TokensPerBlock, head.Length - token)), state, rows, counts);
        }
        ArrayPool<int>.Shared.Return(rented);
    }

    private static void Block(in HeadSequence<T> head, T* state, int* rows, int* counts)
    {
        for (int t = 0; t < head.Length; t++)
        {
            counts[2 * t] = NonZero(head.Keys + t * head.KeyRow, head.KeySize, rows + 2L * t * head.KeySize);
            if (head.Output == null) continue;
            counts[2 * t + 1] = NonZero(head.Queries + t * head.KeyRow, head.KeySize, rows + (2L * t + 1) * head.KeySize);
        }
        int column = 0, width = TSimd.Width;
        for (; column + 8 * width <= head.ValueSize; column += 8 * width) Tokens<Eight>(head, state, column, rows, counts);
        if (column + 4 * width <= head.ValueSize)
        {
            Tokens<Four>(head, state, column, rows, counts);
            column += 4 * width;
        }
        for (; column + width <= head.ValueSize; column += width) Tokens<One>(head, state, column, rows, counts);
        for (; column < head.ValueSize; column++)
            SparseRecurrence<T, T, SimdScalar<T>>.Tokens<One>(head, state, column, rows, counts);
    }

    /// <summary>The indices of the numbers that are not zero.</summary>
    private static int NonZero(T* features, int count, int* indices)
    {
        int found = 0, i = 0;
        for (; i <= count - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            uint set = ~Vector256.Equals(Vector256.Load(features + i), Vector256<T>.Zero).ExtractMostSignificantBits()
                & ((1u << Vector256<T>.Count) - 1);
            for (; set != 0; set &= set - 1) indices[found++] = i + BitOperations.TrailingZeroCount(set);
        }
        for (; i < count; i++)
            if (features[i] != T.Zero) indices[found++] = i;
        return found;
    }

    internal static void Tokens<TVectors>(in HeadSequence<T> head, T* state, int column, int* rows, int* counts)
        where TVectors : IConstant
    {
        T* written = stackalloc T[8 * TSimd.Width];
        int columns = TVectors.Value * TSimd.Width;
        state += column;
        for (int t = 0; t < head.Length; t++)
        {
            T* key = head.Keys + t * head.KeyRow, value = head.Values + t * head.ValueRow + column;
            int* keyRows = rows + 2L * t * head.KeySize;
            if (head.Correct) Gather<TVectors>(key, keyRows, counts[2 * t], state, head.ValueSize, written);
            TVector strength = TSimd.Broadcast(head.Strengths == null ? T.One : head.Strengths[t * head.ScalarRow]);
            for (int i = 0; i < columns; i += TSimd.Width)
            {
                TVector v = TSimd.Load(value + i);
                if (head.Correct) v = TSimd.Subtract(v, TSimd.Load(written + i));
                TSimd.Store(written + i, TSimd.Multiply(strength, v));
            }
            Add<TVectors>(key, keyRows, counts[2 * t], state, head.ValueSize, written);
            if (head.Output == null) continue;
            Gather<TVectors>(
                head.Queries + t * head.KeyRow, keyRows + head.KeySize, counts[2 * t + 1], state, head.ValueSize,
                head.Output + t * head.ValueRow + column);
        }
    }

    /// <summary>xS over the rows named.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<TVectors>(T* features, int* rows, int count, T* state, nint row, T* destination)
        where TVectors : IConstant
    {
        TVector r0 = TSimd.Zero, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0, r6 = r0, r7 = r0;
        int width = TSimd.Width;
        for (int i = 0; i < count; i++)
        {
            TVector x = TSimd.Broadcast(features[rows[i]]);
            T* s = state + rows[i] * row;
            r0 = TSimd.MultiplyAdd(x, TSimd.Load(s), r0);
            if (TVectors.Value > 1)
            {
                r1 = TSimd.MultiplyAdd(x, TSimd.Load(s + width), r1);
                r2 = TSimd.MultiplyAdd(x, TSimd.Load(s + 2 * width), r2);
                r3 = TSimd.MultiplyAdd(x, TSimd.Load(s + 3 * width), r3);
            }
            if (TVectors.Value > 4)
            {
                r4 = TSimd.MultiplyAdd(x, TSimd.Load(s + 4 * width), r4);
                r5 = TSimd.MultiplyAdd(x, TSimd.Load(s + 5 * width), r5);
                r6 = TSimd.MultiplyAdd(x, TSimd.Load(s + 6 * width), r6);
                r7 = TSimd.MultiplyAdd(x, TSimd.Load(s + 7 * width), r7);
            }
        }
        TSimd.Store(destination, r0);
        if (TVectors.Value > 1)
        {
            TSimd.Store(destination + width, r1);
            TSimd.Store(destination + 2 * width, r2);
            TSimd.Store(destination + 3 * width, r3);
        }
        if (TVectors.Value > 4)
        {
            TSimd.Store(destination + 4 * width, r4);
            TSimd.Store(destination + 5 * width, r5);
            TSimd.Store(destination + 6 * width, r6);
            TSimd.Store(destination + 7 * width, r7);
        }
    }

    /// <summary>S += xᵀδ over the rows named.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TVectors>(T* features, int* rows, int count, T* state, nint row, T* written)
        where TVectors : IConstant
    {
        for (int i = 0; i < count; i++)
        {
            TVector x = TSimd.Broadcast(features[rows[i]]);
            T* s = state + rows[i] * row;
            Into(s, x, written, 0);
            if (TVectors.Value > 1)
            {
                Into(s, x, written, 1);
                Into(s, x, written, 2);
                Into(s, x, written, 3);
            }
            if (TVectors.Value > 4)
            {
                Into(s, x, written, 4);
                Into(s, x, written, 5);
                Into(s, x, written, 6);
                Into(s, x, written, 7);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Into(T* s, TVector x, T* written, int vector)
    {
        s += vector * TSimd.Width;
        TSimd.Store(s, TSimd.MultiplyAdd(x, TSimd.Load(written + vector * TSimd.Width), TSimd.Load(s)));
    }
}
