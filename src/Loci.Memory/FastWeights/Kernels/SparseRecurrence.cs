using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The recurrence without gates for keys and queries that are mostly zero (three quarters of DPFP features are): rows
/// of S whose feature is zero are not touched. Its numbers equal those of
/// <see cref="DenseRecurrence{T,TVector,TSimd}"/>.
/// </summary>
internal static unsafe class SparseRecurrence<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    private const int TokensPerBlock = 64, TokensAhead = 4;

    /// <summary>Runs the tokens over <paramref name="state"/> [KeySize, ValueSize], in place.</summary>
    public static void Run(in HeadSequence<T> head, T* state)
    {
        int tokens = Math.Min(TokensPerBlock, head.Length);
        int[] rented = ArrayPool<int>.Shared.Rent(2 * tokens * (head.KeySize + NonZeros<T>.Slack));
        int* counts = stackalloc int[2 * TokensPerBlock + 2];
        fixed (int* rows = rented)
        {
            for (int token = 0; token < head.Length; token += TokensPerBlock)
                Block(head.From(token, Math.Min(TokensPerBlock, head.Length - token)), state, rows, counts);
        }
        ArrayPool<int>.Shared.Return(rented);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(in HeadSequence<T> head, T* state, int* rows, int* counts)
    {
        int size = head.KeySize + NonZeros<T>.Slack;
        for (int t = 0; t < head.Length; t++)
        {
            RowsAhead.Fetch(head.Keys + (nint)(t + TokensAhead) * head.KeyRow, head.KeySize);
            if (head.Output != null)
                RowsAhead.Fetch(head.Queries + (nint)(t + TokensAhead) * head.KeyRow, head.KeySize);
            counts[2 * t] = NonZeros<T>.Find(head.Keys + t * head.KeyRow, head.KeySize, rows + 2L * t * size);
            if (head.Output == null) continue;
            counts[2 * t + 1] = NonZeros<T>.Find(
                head.Queries + t * head.KeyRow, head.KeySize, rows + (2L * t + 1) * size);
        }
        int column = 0, width = TSimd.Width;
        for (; column + 4 * width <= head.ValueSize; column += 4 * width)
            Staged<Four>(head, state, column, rows, counts);
        for (; column + width <= head.ValueSize; column += width) Staged<One>(head, state, column, rows, counts);
        for (; column < head.ValueSize; column++)
            SparseRecurrence<T, T, SimdScalar<T>>.Staged<One>(head, state, column, rows, counts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Staged<TVectors>(in HeadSequence<T> head, T* state, int column, int* rows, int* counts)
        where TVectors : IConstant
    {
        int columns = TVectors.Value * TSimd.Width;
        if (head.Length < ColumnStage<T>.WorthTokens)
        {
            Tokens<TVectors>(head, state + column, head.ValueSize, column, rows, counts);
            return;
        }
        using var stage = new ColumnStage<T>(head.KeySize, columns);
        fixed (T* pinned = stage)
        {
            T* staged = ColumnStage<T>.Align(pinned);
            ColumnStage<T>.Copy(state + column, head.ValueSize, staged, columns, head.KeySize, columns);
            Tokens<TVectors>(head, staged, columns, column, rows, counts);
            ColumnStage<T>.Copy(staged, columns, state + column, head.ValueSize, head.KeySize, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tokens<TVectors>(
        in HeadSequence<T> head, T* state, nint row, int column, int* rows, int* counts)
        where TVectors : IConstant
    {
        T* retrieved = stackalloc T[4 * TSimd.Width];
        int list = head.KeySize + NonZeros<T>.Slack;
        if (head.Correct) Gather<TVectors>(null, null, 0, null, head.Keys, rows, counts[0], retrieved, state, row);
        for (int t = 0; t < head.Length; t++, rows += 2 * list, counts += 2)
        {
            T* key = head.Keys + t * head.KeyRow, value = head.Values + t * head.ValueRow + column;
            T strength = head.Strengths == null ? T.One : head.Strengths[t * head.ScalarRow];
            Write<TVectors>(key, rows, counts[0], value, head.Correct ? retrieved : null, strength, state, row);
            // What this query reads and what the next key retrieves: two independent sums over the same S.
            int reads = head.Output == null
                ? 0
                : counts[1], gathers = head.Correct && t + 1 < head.Length
                ? counts[2]
                : 0;
            if (head.Output == null && !head.Correct) continue;
            T* output = head.Output == null ? null : head.Output + t * head.ValueRow + column;
            Gather<TVectors>(
                head.Queries + t * head.KeyRow, rows + list, reads, output,
                key + head.KeyRow, rows + 2 * list, gathers, head.Correct ? retrieved : null, state, row);
        }
    }

    /// <summary>aS and bS over the rows named; a null destination is not wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<TVectors>(
        T* a, int* rowsA, int countA, T* toA, T* b, int* rowsB, int countB, T* toB, T* state, nint row)
        where TVectors : IConstant
    {
        TVector a0 = TSimd.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int both = Math.Min(countA, countB), i = 0;
        for (; i < both; i++)
        {
            Add<TVectors>(a, rowsA[i], state, row, ref a0, ref a1, ref a2, ref a3);
            Add<TVectors>(b, rowsB[i], state, row, ref b0, ref b1, ref b2, ref b3);
        }
        for (int j = i; j < countA; j++) Add<TVectors>(a, rowsA[j], state, row, ref a0, ref a1, ref a2, ref a3);
        for (int j = i; j < countB; j++) Add<TVectors>(b, rowsB[j], state, row, ref b0, ref b1, ref b2, ref b3);
        if (toA != null) Store<TVectors>(toA, a0, a1, a2, a3);
        if (toB != null) Store<TVectors>(toB, b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(
        T* features, int at, T* state, nint row, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3)
        where TVectors : IConstant
    {
        TVector x = TSimd.Broadcast(features[at]);
        T* s = state + at * row;
        s0 = TSimd.MultiplyAdd(x, TSimd.Load(s), s0);
        if (TVectors.Value == 1) return;
        s1 = TSimd.MultiplyAdd(x, TSimd.Load(s + TSimd.Width), s1);
        s2 = TSimd.MultiplyAdd(x, TSimd.Load(s + 2 * TSimd.Width), s2);
        s3 = TSimd.MultiplyAdd(x, TSimd.Load(s + 3 * TSimd.Width), s3);
    }

    /// <summary>S += kᵀδ over the rows named.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write<TVectors>(
        T* key, int* rows, int count, T* value, T* retrieved, T strength, T* state, nint row)
        where TVectors : IConstant
    {
        int width = TSimd.Width;
        TVector d0 = Delta(value, retrieved, 0, strength), d1 = d0, d2 = d0, d3 = d0;
        if (TVectors.Value > 1)
        {
            d1 = Delta(value, retrieved, width, strength);
            d2 = Delta(value, retrieved, 2 * width, strength);
            d3 = Delta(value, retrieved, 3 * width, strength);
        }
        for (int i = 0; i < count; i++)
        {
            TVector k = TSimd.Broadcast(key[rows[i]]);
            T* s = state + rows[i] * row;
            TSimd.Store(s, TSimd.Add(TSimd.Multiply(k, d0), TSimd.Load(s)));
            if (TVectors.Value == 1) continue;
            TSimd.Store(s + width, TSimd.Add(TSimd.Multiply(k, d1), TSimd.Load(s + width)));
            TSimd.Store(s + 2 * width, TSimd.Add(TSimd.Multiply(k, d2), TSimd.Load(s + 2 * width)));
            TSimd.Store(s + 3 * width, TSimd.Add(TSimd.Multiply(k, d3), TSimd.Load(s + 3 * width)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Delta(T* value, T* retrieved, int at, T strength)
    {
        TVector v = TSimd.Load(value + at);
        if (retrieved != null) v = TSimd.Subtract(v, TSimd.Load(retrieved + at));
        return TSimd.Multiply(TSimd.Broadcast(strength), v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(T* destination, TVector a, TVector b, TVector c, TVector d)
        where TVectors : IConstant
    {
        TSimd.Store(destination, a);
        if (TVectors.Value == 1) return;
        TSimd.Store(destination + TSimd.Width, b);
        TSimd.Store(destination + 2 * TSimd.Width, c);
        TSimd.Store(destination + 3 * TSimd.Width, d);
    }
}
