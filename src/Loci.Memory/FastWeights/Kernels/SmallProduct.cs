using System.Numerics;
using System.Runtime.CompilerServices;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>Which part of a product is needed, or of its left factor is not zero.</summary>
internal enum Triangle
{
    None,

    /// <summary>Of the product only the lower triangle is needed.</summary>
    LowerResult,

    /// <summary>The left factor is zero above its diagonal.</summary>
    LowerLeft,

    /// <summary>The left factor is zero below its diagonal.</summary>
    UpperLeft,
}

/// <summary>
/// c = (c or 0) + a·b for the small matrices of a chunk, which fit the first-level cache. Every element is one chain of
/// fused multiply-adds over the inner index in ascending order: its bits do not depend on the rows computed with it.
/// </summary>
internal static unsafe class SmallProduct<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<T, TVector>
{
    /// <summary>
    /// Rows of a register tile: 4×2 sums are as many chains as keep two multipliers of four cycles busy.
    /// With more, which the registers would hold, the start and the end of a tile take longer, and the
    /// chains of a chunk are short.
    /// </summary>
    public const int TileRows = 4;

    /// <summary>Columns of a register tile. Rows of b and c are readable and writable up to a multiple of it.</summary>
    public static int TileColumns => 2 * TSimd.Width;

    /// <param name="a">Element (i, j) at i·aRow + j·aColumn: a transposed factor costs nothing.</param>
    /// <param name="aRow">Numbers from row to row of a.</param>
    /// <param name="aColumn">Numbers from column to column of a.</param>
    /// <param name="b">[inner, columns]</param>
    /// <param name="bRow">Numbers from row to row of b.</param>
    /// <param name="c">[rows, columns]</param>
    /// <param name="cRow">Numbers from row to row of c.</param>
    /// <param name="first">First row to compute.</param>
    /// <param name="rows">Row to stop before.</param>
    /// <param name="columns">Columns to compute, rounded up to whole tiles.</param>
    /// <param name="inner">Length of the chains.</param>
    /// <param name="add">True to continue the chains that c holds.</param>
    /// <param name="triangle">What may be left out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow,
        int first, int rows, int columns, int inner, bool add, Triangle triangle = Triangle.None)
    {
        for (int column = 0; column < columns; column += TileColumns)
        {
            for (int row = first; row < rows; row += TileRows)
            {
                int count = Math.Min(TileRows, rows - row), begin = 0, end = inner;
                if (triangle == Triangle.LowerResult && row + count <= column) continue;
                if (triangle == Triangle.LowerLeft) end = Math.Min(inner, row + count);
                if (triangle == Triangle.UpperLeft) begin = row;
                T* left = a + row * aRow + begin * aColumn, right = b + begin * bRow + column,
                    result = c + row * cRow + column;
                int length = end - begin;
                switch (count)
                {
                    case 4: Tile<Four>(left, aRow, aColumn, right, bRow, result, cRow, length, add); break;
                    case 3: Tile<Three>(left, aRow, aColumn, right, bRow, result, cRow, length, add); break;
                    case 2: Tile<Two>(left, aRow, aColumn, right, bRow, result, cRow, length, add); break;
                    default: Tile<One>(left, aRow, aColumn, right, bRow, result, cRow, length, add); break;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(
        T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, int inner, bool add)
        where TRows : IConstant
    {
        TVector c00 = TSimd.Zero, c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
        TVector c30 = c00, c31 = c00;
        if (add)
        {
            Load(c, ref c00, ref c01);
            if (TRows.Value > 1) Load(c + cRow, ref c10, ref c11);
            if (TRows.Value > 2) Load(c + cRow * 2, ref c20, ref c21);
            if (TRows.Value > 3) Load(c + cRow * 3, ref c30, ref c31);
        }
        T* a3 = a + aRow * 3;
        for (; inner > 0; inner--)
        {
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Width);
            TVector x = TSimd.Broadcast(*a);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            if (TRows.Value > 1)
            {
                x = TSimd.Broadcast(a[aRow]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                c11 = TSimd.MultiplyAdd(x, b1, c11);
            }
            if (TRows.Value > 2)
            {
                x = TSimd.Broadcast(a[aRow * 2]);
                c20 = TSimd.MultiplyAdd(x, b0, c20);
                c21 = TSimd.MultiplyAdd(x, b1, c21);
            }
            if (TRows.Value > 3)
            {
                x = TSimd.Broadcast(*a3);
                c30 = TSimd.MultiplyAdd(x, b0, c30);
                c31 = TSimd.MultiplyAdd(x, b1, c31);
            }
            a += aColumn;
            a3 += aColumn;
            b += bRow;
        }
        Store(c, c00, c01);
        if (TRows.Value > 1) Store(c + cRow, c10, c11);
        if (TRows.Value > 2) Store(c + cRow * 2, c20, c21);
        if (TRows.Value > 3) Store(c + cRow * 3, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(T* c, ref TVector first, ref TVector second)
    {
        first = TSimd.Load(c);
        second = TSimd.Load(c + TSimd.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, TVector first, TVector second)
    {
        TSimd.Store(c, first);
        TSimd.Store(c + TSimd.Width, second);
    }
}
