using System.Numerics;
using System.Runtime.CompilerServices;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The recurrence of one head, token by token: S ← αS; δ = β(v − kS) or βv; S ← S + kᵀδ; o = qS. The columns of S do
/// not depend on each other, so a few vectors of columns stay in registers and one sweep over the rows of S does all:
/// it writes token t, reads for token t, and gathers what the key of token t + 1 retrieves.
/// </summary>
/// <remarks>
/// The write rounds the product kᵀδ before it is added. As one fused operation it would take, on Zen 3, the read port
/// its own store needs: a sweep of fused operations alone takes half as long again.
/// </remarks>
internal static unsafe class DenseRecurrence<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    private const int TokensPerBlock = 64; // gates are raised once for all columns; a staged tile is copied once
    private const int TokensAhead = 4; // a microsecond and a half: more than memory takes
    private const int BesideBytes = 16 << 10; // two tiles of S that with their tokens stay in the first-level cache

    /// <summary>Runs the tokens over <paramref name="state"/> [KeySize, ValueSize], in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in HeadSequence<T> head, T* state)
    {
        T* decays = stackalloc T[TokensPerBlock];
        for (int token = 0; token < head.Length; token += TokensPerBlock)
        {
            HeadSequence<T> block = head.From(token, Math.Min(TokensPerBlock, head.Length - token));
            if (block.LogGates != null)
                for (int t = 0; t < block.Length; t++) decays[t] = T.Exp(block.LogGates[t * block.ScalarRow]);
            int column = 0, width = TSimd.Width;
            // Two tiles by turns: one computes while δ of the other waits for the sums of its sweep.
            bool beside = head.KeySize * 8 * width * sizeof(T) <= BesideBytes;
            for (; beside && column + 8 * width <= head.ValueSize; column += 8 * width)
                Columns<Four>(block, state, column, 2, decays);
            for (; column + 4 * width <= head.ValueSize; column += 4 * width)
                Columns<Four>(block, state, column, 1, decays);
            if (column + 2 * width <= head.ValueSize)
            {
                Columns<Two>(block, state, column, 1, decays);
                column += 2 * width;
            }
            if (column + width <= head.ValueSize)
            {
                Columns<One>(block, state, column, 1, decays);
                column += width;
            }
            for (; column < head.ValueSize; column++)
                DenseRecurrence<T, T, SimdScalar<T>>.Columns<One>(block, state, column, 1, decays);
        }
    }

    /// <summary>output = features·S, with no write.</summary>
    public static void Read(T* features, T* state, int keySize, int valueSize, T* output)
    {
        int column = 0, width = TSimd.Width;
        for (; column + 4 * width <= valueSize; column += 4 * width)
            Retrieve<Four>(features, keySize, state + column, valueSize, output + column);
        for (; column + width <= valueSize; column += width)
            Retrieve<One>(features, keySize, state + column, valueSize, output + column);
        for (; column < valueSize; column++)
            DenseRecurrence<T, T, SimdScalar<T>>.Retrieve<One>(
                features, keySize, state + column, valueSize, output + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Columns<TVectors>(in HeadSequence<T> head, T* state, int column, int tiles, T* decays)
        where TVectors : IConstant
    {
        int columns = TVectors.Value * TSimd.Width;
        if (head.Length < ColumnStage<T>.WorthTokens)
        {
            Choose<TVectors>(head, state + column, head.ValueSize, column, tiles, columns, decays);
            return;
        }
        int size = head.KeySize * columns;
        using var stage = new ColumnStage<T>(tiles * head.KeySize, columns);
        fixed (T* pinned = stage)
        {
            T* staged = ColumnStage<T>.Align(pinned);
            for (int tile = 0; tile < tiles; tile++)
                ColumnStage<T>.Copy(
                    state + column + tile * columns, head.ValueSize, staged + tile * size, columns, head.KeySize,
                    columns);
            Choose<TVectors>(head, staged, columns, column, tiles, size, decays);
            for (int tile = 0; tile < tiles; tile++)
                ColumnStage<T>.Copy(
                    staged + tile * size, columns, state + column + tile * columns, head.ValueSize, head.KeySize,
                    columns);
        }
    }

    private static void Choose<TVectors>(
        in HeadSequence<T> head, T* state, nint row, int column, int tiles, nint tileSize, T* decays)
        where TVectors : IConstant
    {
        if (head.LogGates == null) Tokens<TVectors, Zero>(head, state, row, column, tiles, tileSize, decays);
        else Tokens<TVectors, One>(head, state, row, column, tiles, tileSize, decays);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tokens<TVectors, TGated>(
        in HeadSequence<T> head, T* state, nint row, int column, int tiles, nint tileSize, T* decays)
        where TVectors : IConstant
        where TGated : IConstant
    {
        int columns = TVectors.Value * TSimd.Width;
        T* retrieved = stackalloc T[8 * TSimd.Width];
        for (int tile = 0; tile < tiles && head.Correct; tile++)
            Retrieve<TVectors>(head.Keys, head.KeySize, state + tile * tileSize, row, retrieved + tile * columns);
        for (int t = 0; t < head.Length; t++)
        {
            T decay = TGated.Value == 1 ? decays[t] : T.One;
            Fetch(head, t + TokensAhead, column, tiles * columns);
            for (int tile = 0; tile < tiles; tile++)
                Token<TVectors, TGated>(
                    head, t, state + tile * tileSize, row, column + tile * columns, decay, retrieved + tile * columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(in HeadSequence<T> head, nint token, int column, int columns)
    {
        if (column == 0)
        {
            RowsAhead.Fetch(head.Keys + token * head.KeyRow, head.KeySize);
            if (head.Queries != null) RowsAhead.Fetch(head.Queries + token * head.KeyRow, head.KeySize);
        }
        RowsAhead.Fetch(head.Values + token * head.ValueRow + column, columns);
        if (head.Output != null) RowsAhead.Fetch(head.Output + token * head.ValueRow + column, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Token<TVectors, TGated>(
        in HeadSequence<T> head, int t, T* state, nint row, int column, T decay, T* retrieved)
        where TVectors : IConstant
        where TGated : IConstant
    {
        T* key = head.Keys + t * head.KeyRow, query = head.Queries + t * head.KeyRow;
        T* value = head.Values + t * head.ValueRow + column, output = head.Output + t * head.ValueRow + column;
        T strength = head.Strengths == null ? T.One : head.Strengths[t * head.ScalarRow];
        T* correction = head.Correct ? retrieved : null;
        bool gather = head.Correct && t + 1 < head.Length;
        if (head.Output == null)
        {
            Sweep<TVectors, TGated, Zero, Zero>(
                key, key, key, value, correction, strength, decay, state, row, head.KeySize, null);
            if (gather) Retrieve<TVectors>(key + head.KeyRow, head.KeySize, state, row, retrieved);
        }
        else if (gather)
        {
            Sweep<TVectors, TGated, One, One>(
                key, query, key + head.KeyRow, value, correction, strength, decay, state, row, head.KeySize, output);
        }
        else
        {
            Sweep<TVectors, TGated, One, Zero>(
                key, query, key, value, correction, strength, decay, state, row, head.KeySize, output);
        }
    }

    /// <summary>kS for a few vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Retrieve<TVectors>(T* key, int keySize, T* state, nint row, T* retrieved)
        where TVectors : IConstant
    {
        TVector r0 = TSimd.Zero, r1 = r0, r2 = r0, r3 = r0;
        for (int i = 0; i < keySize; i++, state += row)
        {
            TVector k = TSimd.Broadcast(key[i]);
            r0 = TSimd.MultiplyAdd(k, TSimd.Load(state), r0);
            if (TVectors.Value > 1) r1 = TSimd.MultiplyAdd(k, TSimd.Load(state + TSimd.Width), r1);
            if (TVectors.Value > 2) r2 = TSimd.MultiplyAdd(k, TSimd.Load(state + 2 * TSimd.Width), r2);
            if (TVectors.Value > 2) r3 = TSimd.MultiplyAdd(k, TSimd.Load(state + 3 * TSimd.Width), r3);
        }
        Store<TVectors>(retrieved, r0, r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<TVectors, TGated, TRead, TGather>(
        T* key, T* query, T* next, T* value, T* retrieved, T strength, T decay, T* state, nint row, int keySize,
        T* output)
        where TVectors : IConstant
        where TGated : IConstant
        where TRead : IConstant
        where TGather : IConstant
    {
        int width = TSimd.Width;
        TVector d0 = TSimd.Zero, d1 = d0, d2 = d0, d3 = d0;
        TVector o0 = d0, o1 = d0, o2 = d0, o3 = d0, r0 = d0, r1 = d0, r2 = d0, r3 = d0;
        d0 = Delta<TGated>(value, retrieved, 0, strength, decay);
        if (TVectors.Value > 1) d1 = Delta<TGated>(value, retrieved, width, strength, decay);
        if (TVectors.Value > 2) d2 = Delta<TGated>(value, retrieved, 2 * width, strength, decay);
        if (TVectors.Value > 2) d3 = Delta<TGated>(value, retrieved, 3 * width, strength, decay);
        for (int i = 0; i < keySize; i++, state += row)
        {
            TVector k = TSimd.Broadcast(key[i]), q = k, n = k;
            if (TRead.Value == 1) q = TSimd.Broadcast(query[i]);
            if (TGather.Value == 1) n = TSimd.Broadcast(next[i]);
            Row<TGated, TRead, TGather>(state, k, q, n, d0, decay, ref o0, ref r0);
            if (TVectors.Value > 1) Row<TGated, TRead, TGather>(state + width, k, q, n, d1, decay, ref o1, ref r1);
            if (TVectors.Value > 2) Row<TGated, TRead, TGather>(state + 2 * width, k, q, n, d2, decay, ref o2, ref r2);
            if (TVectors.Value > 2) Row<TGated, TRead, TGather>(state + 3 * width, k, q, n, d3, decay, ref o3, ref r3);
        }
        if (TRead.Value == 1) Store<TVectors>(output, o0, o1, o2, o3);
        if (TGather.Value == 1) Store<TVectors>(retrieved, r0, r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Delta<TGated>(T* value, T* retrieved, int at, T strength, T decay)
        where TGated : IConstant
    {
        TVector v = TSimd.Load(value + at);
        if (retrieved != null)
        {
            TVector old = TSimd.Load(retrieved + at);
            if (TGated.Value == 1) old = TSimd.Multiply(TSimd.Broadcast(decay), old);
            v = TSimd.Subtract(v, old);
        }
        return TSimd.Multiply(TSimd.Broadcast(strength), v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TGated, TRead, TGather>(
        T* state, TVector k, TVector q, TVector n, TVector d, T decay, ref TVector o, ref TVector r)
        where TGated : IConstant
        where TRead : IConstant
        where TGather : IConstant
    {
        // As one expression: the load is part of the addition, and every register counts.
        TVector s = TGated.Value == 1
            ? TSimd.Add(TSimd.Multiply(k, d), TSimd.Multiply(TSimd.Broadcast(decay), TSimd.Load(state)))
            : TSimd.Add(TSimd.Multiply(k, d), TSimd.Load(state));
        TSimd.Store(state, s);
        if (TRead.Value == 1) o = TSimd.MultiplyAdd(q, s, o);
        if (TGather.Value == 1) r = TSimd.MultiplyAdd(n, s, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(T* destination, TVector a, TVector b, TVector c, TVector d)
        where TVectors : IConstant
    {
        TSimd.Store(destination, a);
        if (TVectors.Value > 1) TSimd.Store(destination + TSimd.Width, b);
        if (TVectors.Value > 2) TSimd.Store(destination + 2 * TSimd.Width, c);
        if (TVectors.Value > 2) TSimd.Store(destination + 3 * TSimd.Width, d);
    }
}

internal readonly struct Zero : IConstant { public static int Value => 0; }
