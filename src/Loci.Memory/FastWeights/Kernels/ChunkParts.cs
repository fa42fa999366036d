using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>
/// The steps that the forward and the backward pass of a chunk share. First row apart, all of the chunk.
/// </summary>
internal static unsafe class ChunkParts<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    public static int Tile => SmallProduct<T, TVector, TSimd>.TileColumns;

    /// <summary>Copies rows of a strided matrix into padded ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(T* source, nint sourceRow, T* destination, nint row, int rows, int columns)
    {
        int width = TSimd.Width, wide = columns - columns % (4 * width);
        for (int i = 0; i < rows; i++, source += sourceRow, destination += row)
        {
            int j = 0;
            for (; j < wide; j += 4 * width)
            {
                TVector a = TSimd.Load(source + j), b = TSimd.Load(source + j + width);
                TVector c = TSimd.Load(source + j + 2 * width), d = TSimd.Load(source + j + 3 * width);
                TSimd.Store(destination + j, a);
                TSimd.Store(destination + j + width, b);
                TSimd.Store(destination + j + 2 * width, c);
                TSimd.Store(destination + j + 3 * width, d);
            }
            for (; j <= columns - width; j += width) TSimd.Store(destination + j, TSimd.Load(source + j));
            for (; j < columns; j++) destination[j] = source[j];
        }
    }

    /// <summary>As <see cref="Load"/>, every row multiplied by its factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadScaled(
        T* source, nint sourceRow, T* factors, T* destination, nint row, int rows, int columns)
    {
        int width = TSimd.Width;
        for (int i = 0; i < rows; i++, source += sourceRow, destination += row)
        {
            TVector f = TSimd.Broadcast(factors[i]);
            int j = 0;
            for (; j <= columns - width; j += width)
                TSimd.Store(destination + j, TSimd.Multiply(f, TSimd.Load(source + j)));
            for (; j < columns; j++) destination[j] = factors[i] * source[j];
        }
    }

    /// <summary>row ← factor·row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(T* row, T factor, int columns)
    {
        TVector f = TSimd.Broadcast(factor);
        for (int i = 0; i < columns; i += TSimd.Width) TSimd.Store(row + i, TSimd.Multiply(f, TSimd.Load(row + i)));
    }

    /// <summary>destination ← factor·row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scaled(T* row, T factor, T* destination, int columns)
    {
        TVector f = TSimd.Broadcast(factor);
        for (int i = 0; i < columns; i += TSimd.Width)
            TSimd.Store(destination + i, TSimd.Multiply(f, TSimd.Load(row + i)));
    }

    /// <summary>destination ← destination + factor·row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(T* row, T factor, T* destination, int columns)
    {
        TVector f = TSimd.Broadcast(factor);
        for (int i = 0; i < columns; i += TSimd.Width)
            TSimd.Store(destination + i, TSimd.MultiplyAdd(f, TSimd.Load(row + i), TSimd.Load(destination + i)));
    }

    /// <summary>
    /// b, γ, β and D_ij = exp(min(b_i − b_j, 0)) of rows <paramref name="first"/> to <paramref name="rows"/>;
    /// tokens begin at row first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scalars(in HeadSequence<T> head, ChunkScratch<T> m, int first, int rows)
    {
        for (int i = first; i < rows; i++)
        {
            nint token = (i - first) * head.ScalarRow;
            T before = i == 0 ? T.Zero : m.B[i - 1];
            m.B[i] = head.LogGates == null ? T.Zero : before + head.LogGates[token];
            m.Gamma[i] = head.LogGates == null ? T.One : T.Exp(m.B[i]);
            m.Beta[i] = head.Strengths == null ? T.One : head.Strengths[token];
            if (head.LogGates != null) Decays(m, i);
        }
    }

    /// <summary>γ and D of the last of <paramref name="rows"/> rows, from b.</summary>
    public static void LastDecays(ChunkScratch<T> m, int rows)
    {
        m.Gamma[rows - 1] = T.Exp(m.B[rows - 1]);
        Decays(m, rows - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Decays(ChunkScratch<T> m, int row)
    {
        T* d = m.D + row * m.ChunkRow;
        for (int j = 0; j <= row; j++) d[j] = T.Min(m.B[row] - m.B[j], T.Zero);
        Exponentials<T>.Replace(d, row + 1);
    }

    /// <summary>
    /// A = −strict_lower(KKᵀ∘D) (delta rule only) and P = lower(QKᵀ∘D); K, KT and Q hold the rows. Above the diagonal
    /// both are zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scores(in HeadSequence<T> head, ChunkScratch<T> m, int first, int rows)
    {
        if (head.Correct)
        {
            SmallProduct<T, TVector, TSimd>.Multiply(
                m.K, m.KeyRow, 1, m.KT, m.ChunkRow, m.A, m.ChunkRow, first, rows, rows, head.KeySize, false,
                Triangle.LowerResult);
        }
        if (head.Queries != null)
        {
            SmallProduct<T, TVector, TSimd>.Multiply(
                m.Q, m.KeyRow, 1, m.KT, m.ChunkRow, m.P, m.ChunkRow, first, rows, rows, head.KeySize, false,
                Triangle.LowerResult);
        }
        for (int i = first; i < rows; i++)
        {
            T* a = m.A + i * m.ChunkRow, p = m.P + i * m.ChunkRow, d = m.D + i * m.ChunkRow;
            for (int j = 0; j < i; j++)
            {
                a[j] = -a[j];
                if (head.LogGates == null) continue;
                a[j] *= d[j];
                p[j] *= d[j];
            }
            new Span<T>(a + i, (int)m.ChunkRow - i).Clear();
            new Span<T>(p + i + 1, (int)m.ChunkRow - i - 1).Clear();
        }
    }

    /// <summary>S ← γ_n S + (e^{b_n − b}∘K)ᵀΔ over the first n rows; leaves the scaled keys in Sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Advance(in HeadSequence<T> head, ChunkScratch<T> m, int rows, int values)
    {
        if (rows == 0) return;
        for (int j = 0; j < rows; j++)
        {
            m.Rest[j] = head.LogGates == null ? T.One : m.D[(rows - 1) * m.ChunkRow + j];
            Scaled(m.K + j * m.KeyRow, m.Rest[j], m.Sides + j * m.KeyRow, head.KeySize);
        }
        if (head.LogGates != null)
            for (int i = 0; i < head.KeySize; i++) Scale(m.S + i * m.ValueRow, m.Gamma[rows - 1], values);
        SmallProduct<T, TVector, TSimd>.Multiply(
            m.Sides, 1, m.KeyRow, m.Delta, m.ValueRow, m.S, m.ValueRow, 0, head.KeySize, values, rows, true);
    }
}
