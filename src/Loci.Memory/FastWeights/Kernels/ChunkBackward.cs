using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// Where the gradients of one head go; rows as in <see cref="HeadSequence{T}"/>. Null ones are not wanted.
/// </summary>
internal unsafe struct HeadGradients<T>
    where T : unmanaged
{
    public T* Outputs; // given
    public T* Queries, Keys, Values, Strengths, LogGates;

    /// <summary>[KeySize, values]: the gradient of the final state in, of the initial state out.</summary>
    public T* State;
}

/// <summary>
/// The backward pass of <see cref="ChunkForward{T,TVector,TSimd}"/> over one head: chunks in reverse, each from the S
/// it began with and the errors of its tokens.
/// </summary>
internal static unsafe class ChunkBackward<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    /// <param name="head">The tokens; Output holds what the forward pass gave where it is normalised.</param>
    /// <param name="carry">Chunk, Normalized, and the Capacity of the first chunk.</param>
    /// <param name="states">[chunks, KeySize, values]</param>
    /// <param name="errors">[Length, values] for the delta rule.</param>
    /// <param name="gradients">In and out.</param>
    /// <param name="normalizerFloor">Added to the normaliser z·q.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in HeadSequence<T> head, in ChunkHead<T> carry, T* states, T* errors, in HeadGradients<T> gradients,
        T normalizerFloor)
    {
        int values = head.ValueSize + (carry.Normalized ? 1 : 0), keys = head.KeySize;
        var m = ChunkScratch<T>.For(carry.Chunk, keys, values, ChunkParts<T, TVector, TSimd>.Tile);
        ChunkParts<T, TVector, TSimd>.Load(gradients.State, values, m.G, m.ValueRow, keys, values);
        int chunks = ChunkCount.Of(head.Length, carry.Capacity, carry.Chunk);
        for (int c = chunks - 1; c >= 0; c--)
        {
            int token = c == 0 ? 0 : carry.Capacity + (c - 1) * carry.Chunk;
            int rows = Math.Min(head.Length - token, c == 0 ? carry.Capacity : carry.Chunk);
            HeadSequence<T> part = head.From(token, rows);
            ChunkParts<T, TVector, TSimd>.Load(states + (nint)c * keys * values, values, m.S, m.ValueRow, keys, values);
            Prepare(part, carry.Normalized, m, rows, values, errors + (nint)token * values);
            OutputGradients(
                part, carry.Normalized, m, rows, values, gradients.Outputs + token * head.ValueRow, normalizerFloor);
            Chunk(part, m, rows, values);
            Store(part, carry.Normalized, m, rows, token, gradients);
            MoveG(part, m, rows, values);
        }
        ChunkParts<T, TVector, TSimd>.Load(m.G, m.ValueRow, gradients.State, values, keys, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prepare(
        in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int rows, int values, T* errors)
    {
        int keys = head.KeySize;
        ChunkParts<T, TVector, TSimd>.Load(head.Keys, head.KeyRow, m.K, m.KeyRow, rows, keys);
        ChunkParts<T, TVector, TSimd>.Load(head.Queries, head.KeyRow, m.Q, m.KeyRow, rows, keys);
        Transposition<T>.Copy(m.K, m.KeyRow, m.KT, m.ChunkRow, rows, keys);
        ChunkParts<T, TVector, TSimd>.Scalars(head, m, 0, rows);
        ChunkParts<T, TVector, TSimd>.Scores(head, m, 0, rows);
        if (head.Correct)
        {
            ChunkParts<T, TVector, TSimd>.Load(errors, values, m.Error, m.ValueRow, rows, values);
            for (int i = 0; i < rows; i++)
                ChunkParts<T, TVector, TSimd>.Scaled(
                    m.Error + i * m.ValueRow, m.Beta[i], m.Delta + i * m.ValueRow, values);
        }
        else
        {
            ChunkForward<T, TVector, TSimd>.Values(head, normalized, m, 0, rows);
        }
        Transposition<T>.Copy(m.Delta, m.ValueRow, m.DeltaT, m.ChunkRow, rows, values);
        Transposition<T>.Copy(m.S, m.ValueRow, m.ST, m.KeyRow, keys, values);
        Transposition<T>.Copy(m.G, m.ValueRow, m.GT, m.KeyRow, keys, values);
        for (int j = 0; j < rows; j++)
            m.Rest[j] = head.LogGates == null ? T.One : m.D[(rows - 1) * m.ChunkRow + j];
    }

    // y = num/(den + floor): dnum = dy/(den + floor), dden = −(dy·y)/(den + floor).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OutputGradients(
        in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int rows, int values, T* outputs, T floor)
    {
        ChunkParts<T, TVector, TSimd>.Load(outputs, head.ValueRow, m.DO, m.ValueRow, rows, head.ValueSize);
        if (!normalized) return;
        // The normaliser again: γ(q·z) and the row sums of P over the strengths, both in the last column.
        SmallProduct<T, TVector, TSimd>.Multiply(
            m.Q, m.KeyRow, 1, m.S, m.ValueRow, m.O, m.ValueRow, 0, rows, values, head.KeySize, false);
        for (int i = 0; i < rows; i++) ChunkParts<T, TVector, TSimd>.Scale(m.O + i * m.ValueRow, m.Gamma[i], values);
        SmallProduct<T, TVector, TSimd>.Multiply(
            m.P, m.ChunkRow, 1, m.Delta, m.ValueRow, m.O, m.ValueRow, 0, rows, values, rows, true, Triangle.LowerLeft);
        for (int i = 0; i < rows; i++)
        {
            T* d = m.DO + i * m.ValueRow, o = m.O + i * m.ValueRow;
            T inverse = T.One / (o[head.ValueSize] + floor);
            T along = LaneSums<T>.Dot(d, o, head.ValueSize);
            ChunkParts<T, TVector, TSimd>.Scale(d, inverse, head.ValueSize);
            d[head.ValueSize] = -along * inverse * inverse;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chunk(in HeadSequence<T> head, ChunkScratch<T> m, int rows, int values)
    {
        int keys = head.KeySize;
        // dΔ = w∘(KG) + PᵀdO
        Product(m.K, m.KeyRow, 1, m.G, m.ValueRow, m.DDelta, m.ValueRow, rows, values, keys, false);
        if (head.LogGates != null)
            for (int i = 0; i < rows; i++)
                ChunkParts<T, TVector, TSimd>.Scale(m.DDelta + i * m.ValueRow, m.Rest[i], values);
        Product(
            m.P, 1, m.ChunkRow, m.DO, m.ValueRow, m.DDelta, m.ValueRow, rows, values, rows, true, Triangle.UpperLeft);
        if (head.Correct) SolveTransposed(m, rows, values);

        // X = dP∘D with dP = lower(dO Δᵀ)
        Product(
            m.DO, m.ValueRow, 1, m.DeltaT, m.ChunkRow, m.X, m.ChunkRow, rows, rows, values, false,
            Triangle.LowerResult);
        if (head.Correct)
            Product(
                m.DDelta, m.ValueRow, 1, m.DeltaT, m.ChunkRow, m.Y, m.ChunkRow, rows, rows, values, false,
                Triangle.LowerResult);
        Elementwise(head, m, rows);

        // dQ = γ∘(dO Sᵀ) + XK
        Product(m.DO, m.ValueRow, 1, m.ST, m.KeyRow, m.DQ, m.KeyRow, rows, keys, values, false);
        for (int i = 0; i < rows; i++)
        {
            if (head.LogGates == null) break;
            T* dq = m.DQ + i * m.KeyRow;
            ChunkParts<T, TVector, TSimd>.Scale(dq, m.Gamma[i], keys);
            m.DCumulative[i] += LaneSums<T>.Dot(m.Q + i * m.KeyRow, dq, keys);
        }
        Product(m.X, m.ChunkRow, 1, m.K, m.KeyRow, m.DQ, m.KeyRow, rows, keys, rows, true, Triangle.LowerLeft);

        // dK = w∘(ΔGᵀ) − γ∘(ESᵀ) + XᵀQ + (Y + Yᵀ)K
        Product(m.Delta, m.ValueRow, 1, m.GT, m.KeyRow, m.DK, m.KeyRow, rows, keys, values, false);
        T written = T.Zero;
        for (int i = 0; i < rows; i++)
        {
            if (head.LogGates == null) break;
            T* dk = m.DK + i * m.KeyRow;
            ChunkParts<T, TVector, TSimd>.Scale(dk, m.Rest[i], keys);
            T along = LaneSums<T>.Dot(m.K + i * m.KeyRow, dk, keys);
            m.DCumulative[i] -= along;
            written += along;
        }
        if (head.LogGates != null) m.DCumulative[rows - 1] += written + m.Gamma[rows - 1] * StateDot(m, keys, values);
        if (head.Correct)
        {
            Product(m.E, m.ValueRow, 1, m.ST, m.KeyRow, m.Part, m.KeyRow, rows, keys, values, false);
            for (int i = 0; i < rows; i++)
            {
                T* part = m.Part + i * m.KeyRow;
                ChunkParts<T, TVector, TSimd>.AddScaled(part, -m.Gamma[i], m.DK + i * m.KeyRow, keys);
                if (head.LogGates != null)
                    m.DCumulative[i] -= m.Gamma[i] * LaneSums<T>.Dot(m.K + i * m.KeyRow, part, keys);
            }
            Product(m.Y, m.ChunkRow, 1, m.K, m.KeyRow, m.DK, m.KeyRow, rows, keys, rows, true, Triangle.LowerLeft);
            Product(m.Y, 1, m.ChunkRow, m.K, m.KeyRow, m.DK, m.KeyRow, rows, keys, rows, true, Triangle.UpperLeft);
        }
        Product(m.X, 1, m.ChunkRow, m.Q, m.KeyRow, m.DK, m.KeyRow, rows, keys, rows, true, Triangle.UpperLeft);
    }

    // dR = M⁻ᵀdΔ from the last row up, E = β∘dR: dR_i = dΔ_i − Σ_{j>i} N_ji E_j.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SolveTransposed(ChunkScratch<T> m, int rows, int values)
    {
        const int Block = SmallProduct<T, TVector, TSimd>.TileRows;
        for (int end = rows; end > 0; end -= Block)
        {
            int row = Math.Max(end - Block, 0);
            SmallProduct<T, TVector, TSimd>.Multiply(
                m.A + end * m.ChunkRow, 1, m.ChunkRow, m.E + end * m.ValueRow, m.ValueRow, m.DDelta, m.ValueRow,
                row, end, values, rows - end, true);
            for (int i = end - 1; i >= row; i--)
            {
                T* d = m.DDelta + i * m.ValueRow;
                for (int j = end - 1; j > i; j--)
                    ChunkParts<T, TVector, TSimd>.AddScaled(m.E + j * m.ValueRow, m.A[j * m.ChunkRow + i], d, values);
                ChunkParts<T, TVector, TSimd>.Scaled(d, m.Beta[i], m.E + i * m.ValueRow, values);
            }
        }
    }

    // X ← X∘D, Y ← −β∘Y∘D below the diagonal, zero above; what the gates get of dP∘P and dA∘A.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elementwise(in HeadSequence<T> head, ChunkScratch<T> m, int rows)
    {
        new Span<T>(m.DCumulative, rows).Clear();
        for (int i = 0; i < rows; i++)
        {
            T* x = m.X + i * m.ChunkRow, y = m.Y + i * m.ChunkRow;
            T* p = m.P + i * m.ChunkRow, a = m.A + i * m.ChunkRow;
            T beta = m.Beta[i];
            if (head.LogGates == null)
            {
                if (head.Correct) ChunkParts<T, TVector, TSimd>.Scale(y, -beta, i);
            }
            else
            {
                // a = −N, so dA∘A = (−y)(β·N) = y·β·a
                T row = T.Zero;
                for (int j = 0; j < i; j++)
                {
                    T d = m.D[i * m.ChunkRow + j], both = x[j] * p[j];
                    if (head.Correct)
                    {
                        both += y[j] * beta * a[j];
                        y[j] *= -beta * d;
                    }
                    x[j] *= d;
                    row += both;
                    m.DCumulative[j] -= both;
                }
                m.DCumulative[i] += row;
            }
            new Span<T>(x + i + 1, (int)m.ChunkRow - i - 1).Clear();
            new Span<T>(y + i, (int)m.ChunkRow - i).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T StateDot(ChunkScratch<T> m, int keys, int values)
    {
        T sum = T.Zero;
        for (int i = 0; i < keys; i++) sum += LaneSums<T>.Dot(m.S + i * m.ValueRow, m.G + i * m.ValueRow, values);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(
        in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int rows, int token, in HeadGradients<T> g)
    {
        ChunkParts<T, TVector, TSimd>.Load(
            m.DQ, m.KeyRow, g.Queries + token * head.KeyRow, head.KeyRow, rows, head.KeySize);
        ChunkParts<T, TVector, TSimd>.Load(
            m.DK, m.KeyRow, g.Keys + token * head.KeyRow, head.KeyRow, rows, head.KeySize);
        ChunkParts<T, TVector, TSimd>.LoadScaled(
            m.DDelta, m.ValueRow, m.Beta, g.Values + token * head.ValueRow, head.ValueRow, rows, head.ValueSize);
        if (g.Strengths != null)
            for (int i = 0; i < rows; i++)
                g.Strengths[(token + i) * head.ScalarRow] = StrengthGradient(
                    head, normalized, m, i, m.DDelta + i * m.ValueRow);
        if (g.LogGates == null) return;
        T sum = T.Zero;
        for (int i = rows - 1; i >= 0; i--)
        {
            sum += m.DCumulative[i];
            g.LogGates[(token + i) * head.ScalarRow] = sum;
        }
    }

    private static T StrengthGradient(
        in HeadSequence<T> head, bool normalized, ChunkScratch<T> m, int i, T* delta) =>
        head.Correct
            ? LaneSums<T>.Dot(delta, m.Error + i * m.ValueRow, head.ValueSize)
            : LaneSums<T>.Dot(delta, head.Values + i * head.ValueRow, head.ValueSize)
                + (normalized ? delta[head.ValueSize] : T.Zero);

    // G ← γ_C G + (γ∘Q)ᵀdO − (γ∘K)ᵀE
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MoveG(in HeadSequence<T> head, ChunkScratch<T> m, int rows, int values)
    {
        int keys = head.KeySize;
        if (head.LogGates != null)
        {
            for (int i = 0; i < rows; i++) ChunkParts<T, TVector, TSimd>.Scale(m.Q + i * m.KeyRow, m.Gamma[i], keys);
            for (int i = 0; i < keys; i++)
                ChunkParts<T, TVector, TSimd>.Scale(m.G + i * m.ValueRow, m.Gamma[rows - 1], values);
        }
        Product(m.Q, 1, m.KeyRow, m.DO, m.ValueRow, m.G, m.ValueRow, keys, values, rows, true);
        if (!head.Correct) return;
        for (int i = 0; i < rows; i++)
            ChunkParts<T, TVector, TSimd>.Scaled(m.K + i * m.KeyRow, -m.Gamma[i], m.Sides + i * m.KeyRow, keys);
        Product(m.Sides, 1, m.KeyRow, m.E, m.ValueRow, m.G, m.ValueRow, keys, values, rows, true);
    }

    private static void Product(
        T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, int rows, int columns, int inner, bool add,
        Triangle triangle = Triangle.None) =>
        SmallProduct<T, TVector, TSimd>.Multiply(
            a, aRow, aColumn, b, bRow, c, cRow, 0, rows, columns, inner, add, triangle);
}
