using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The chunk form of the sum and the (gated) delta rule for one head (Yang et al. 2024, arXiv 2406.06484 and
/// 2412.06464): within a chunk all is small matrix products and one forward substitution; S
/// moves from border to border.
/// </summary>
/// <remarks>
/// The substitution is written for the error e_i = v_i − γ_i k_i S − Σ_{j&lt;i} N_ij Δ_j with Δ = β∘e, which is what
/// the backward pass needs for dβ. Every row is computed by chains that do not know how long the chunk is.
/// </remarks>
internal static unsafe class ChunkForward<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    /// <param name="head">The tokens.</param>
    /// <param name="carry">Where the head stands; moved past the tokens.</param>
    /// <param name="states">Receives S at the begin of every chunk, [chunks, KeySize, values], or null.</param>
    /// <param name="errors">Receives e of every token (delta rule), [Length, values], or null.</param>
    /// <param name="normalizerFloor">Added to the normaliser z·q.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in HeadSequence<T> head, ref ChunkHead<T> carry, T* states, T* errors, T normalizerFloor)
    {
        int values = head.ValueSize + (carry.Normalized ? 1 : 0), keys = head.KeySize;
        var m = ChunkScratch<T>.For(carry.Chunk, keys, values, ChunkParts<T, TVector, TSimd>.Tile);
        Restore(head, carry, m, values);
        for (int token = 0; token < head.Length;)
        {
            int first = carry.Pending, rows = first + Math.Min(head.Length - token, carry.Capacity - first);
            HeadSequence<T> part = head.From(token, rows - first);
            if (states != null)
            {
                ChunkParts<T, TVector, TSimd>.Load(m.S, m.ValueRow, states, values, keys, values);
                states += (nint)keys * values;
            }
            Rows(part, carry.Normalized, m, first, rows, values, normalizerFloor);
            if (errors != null && head.Correct)
                ChunkParts<T, TVector, TSimd>.Load(
                    m.Error, m.ValueRow, errors + (nint)token * values, values, rows, values);
            token += rows - first;
            carry.Pending = rows;
            if (rows < carry.Capacity) break;
            ChunkParts<T, TVector, TSimd>.Advance(head, m, rows, values);
            (carry.Pending, carry.Capacity) = (0, carry.Chunk);
        }
        Keep(head, carry, m, values);
    }

    /// <summary>Writes S as it is after the last token, pending ones included, [KeySize, values].</summary>
    public static void Settle(in HeadSequence<T> head, in ChunkHead<T> carry, T* state)
    {
        int values = head.ValueSize + (carry.Normalized ? 1 : 0);
        var m = ChunkScratch<T>.For(carry.Chunk, head.KeySize, values, ChunkParts<T, TVector, TSimd>.Tile);
        Restore(head, carry, m, values);
        if (carry.Pending > 0) ChunkParts<T, TVector, TSimd>.LastDecays(m, carry.Pending);
        ChunkParts<T, TVector, TSimd>.Advance(head, m, carry.Pending, values);
        ChunkParts<T, TVector, TSimd>.Load(m.S, m.ValueRow, state, values, head.KeySize, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Restore(in HeadSequence<T> head, in ChunkHead<T> carry, ChunkScratch<T> m, int values)
    {
        ChunkParts<T, TVector, TSimd>.Load(carry.State, values, m.S, m.ValueRow, head.KeySize, values);
        ChunkParts<T, TVector, TSimd>.Load(carry.PendingKeys, head.KeySize, m.K, m.KeyRow, carry.Pending, head.KeySize);
        ChunkParts<T, TVector, TSimd>.Load(carry.PendingDeltas, values, m.Delta, m.ValueRow, carry.Pending, values);
        new ReadOnlySpan<T>(carry.PendingGates, carry.Pending).CopyTo(new Span<T>(m.B, carry.Pending));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Keep(in HeadSequence<T> head, in ChunkHead<T> carry, ChunkScratch<T> m, int values)
    {
        ChunkParts<T, TVector, TSimd>.Load(m.S, m.ValueRow, carry.State, values, head.KeySize, values);
        ChunkParts<T, TVector, TSimd>.Load(m.K, m.KeyRow, carry.PendingKeys, head.KeySize, carry.Pending, head.KeySize);
        ChunkParts<T, TVector, TSimd>.Load(m.Delta, m.ValueRow, carry.PendingDeltas, values, carry.Pending, values);
        new ReadOnlySpan<T>(m.B, carry.Pending).CopyTo(new Span<T>(carry.PendingGates, carry.Pending));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(
        in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int first, int rows, int values, T floor)
    {
        int count = rows - first, keys = head.KeySize;
        T* newKeys = m.K + first * m.KeyRow;
        ChunkParts<T, TVector, TSimd>.Load(head.Keys, head.KeyRow, newKeys, m.KeyRow, count, keys);
        ChunkParts<T, TVector, TSimd>.Load(head.Queries, head.KeyRow, m.Q + first * m.KeyRow, m.KeyRow, count, keys);
        Transposition<T>.Copy(m.K, m.KeyRow, m.KT, m.ChunkRow, rows, keys);
        ChunkParts<T, TVector, TSimd>.Scalars(head, m, first, rows);
        ChunkParts<T, TVector, TSimd>.Scores(head, m, first, rows);
        if (head.Correct) Solve(head, m, first, rows, values);
        else Values(head, normalized, m, first, rows);

        SmallProduct<T, TVector, TSimd>.Multiply(
            m.Q, m.KeyRow, 1, m.S, m.ValueRow, m.O, m.ValueRow, first, rows, values, keys, false);
        if (head.LogGates != null)
            for (int i = first; i < rows; i++)
                ChunkParts<T, TVector, TSimd>.Scale(m.O + i * m.ValueRow, m.Gamma[i], values);
        SmallProduct<T, TVector, TSimd>.Multiply(
            m.P, m.ChunkRow, 1, m.Delta, m.ValueRow, m.O, m.ValueRow, first, rows, values, rows, true,
            Triangle.LowerLeft);
        for (int i = first; i < rows; i++)
        {
            T* from = m.O + i * m.ValueRow, to = head.Output + (i - first) * head.ValueRow;
            if (normalized)
                ChunkParts<T, TVector, TSimd>.Scale(from, T.One / (from[head.ValueSize] + floor), head.ValueSize);
            new ReadOnlySpan<T>(from, head.ValueSize).CopyTo(new Span<T>(to, head.ValueSize));
        }
    }

    /// <summary>Δ = β∘v, for the sum rule; a column of ones is appended where z is wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int first, int rows)
    {
        for (int i = first; i < rows; i++)
        {
            T* delta = m.Delta + i * m.ValueRow;
            new ReadOnlySpan<T>(head.Values + (i - first) * head.ValueRow, head.ValueSize)
                .CopyTo(new Span<T>(delta, head.ValueSize));
            if (normalized) delta[head.ValueSize] = T.One;
            int values = head.ValueSize + (normalized ? 1 : 0);
            if (head.Strengths != null) ChunkParts<T, TVector, TSimd>.Scale(delta, m.Beta[i], values);
        }
    }

    // (I + diag(β)N) Δ = β∘(V − γ∘KS), a block of rows at a time: products with the rows above, then row by row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Solve(in HeadSequence<T> head, ChunkScratch<T> m, int first, int rows, int values)
    {
        SmallProduct<T, TVector, TSimd>.Multiply(
            m.K, m.KeyRow, 1, m.S, m.ValueRow, m.Error, m.ValueRow, first, rows, values, head.KeySize, false);
        for (int i = first; i < rows; i++)
        {
            T* error = m.Error + i * m.ValueRow, value = head.Values + (i - first) * head.ValueRow;
            T gamma = m.Gamma[i];
            int j = 0;
            TVector g = TSimd.Broadcast(gamma);
            for (; j + TSimd.Width <= values; j += TSimd.Width)
            {
                TVector old = TSimd.Multiply(g, TSimd.Load(error + j));
                TSimd.Store(error + j, TSimd.Subtract(TSimd.Load(value + j), old));
            }
            for (; j < values; j++) error[j] = value[j] - gamma * error[j];
        }
        const int Block = SmallProduct<T, TVector, TSimd>.TileRows;
        for (int row = first; row < rows; row += Block)
        {
            int end = Math.Min(row + Block, rows);
            SmallProduct<T, TVector, TSimd>.Multiply(
                m.A, m.ChunkRow, 1, m.Delta, m.ValueRow, m.Error, m.ValueRow, row, end, values, row, true);
            for (int i = row; i < end; i++)
            {
                T* error = m.Error + i * m.ValueRow;
                for (int j = row; j < i; j++)
                    ChunkParts<T, TVector, TSimd>.AddScaled(
                        m.Delta + j * m.ValueRow, m.A[i * m.ChunkRow + j], error, values);
                ChunkParts<T, TVector, TSimd>.Scaled(error, m.Beta[i], m.Delta + i * m.ValueRow, values);
            }
        }
    }
}
