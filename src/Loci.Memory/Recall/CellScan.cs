using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Recall;

/// <summary>
/// The scan of one sentence by one block of cells. Chunks of the matrix are copied to a small tile first: walking down
/// a column of a wide matrix would meet the same few cache sets over and over. Then eight cells at a time go down the
/// tile; everything about them stays in registers but the histogram, whose touched lines stay in the first-level cache.
/// </summary>
internal static unsafe class CellScan
{
    private const int TileRows = 32;
    private const int Lanes = 8;

    /// <summary>Adds a sentence to a block.</summary>
    /// <param name="block">The cells.</param>
    /// <param name="rows">First row, at the block's first cell; coefficients finite and in range.</param>
    /// <param name="stride">Coefficients from a row to the next.</param>
    /// <param name="cells">Cells of this block, in [1, 64].</param>
    /// <param name="count">Rows.</param>
    /// <param name="pointer">Prefix pointer of the first row; the others follow it.</param>
    [SkipLocalsInit]
    public static void Observe(CellBlock block, float* rows, int stride, int cells, int count, long pointer)
    {
        float* tile = stackalloc float[TileRows * CellBlock.Width + Lanes]; // [rows, 64]
        tile = (float*)(((nint)tile + 31) & ~31);
        double* running = stackalloc double[2 * CellBlock.Width]; // [columns; sum, squares; lanes]
        new Span<double>(running, 2 * CellBlock.Width).Clear();
        int columns = (cells + Lanes - 1) / Lanes;

        for (int row = 0; row < count; row += TileRows)
        {
            int height = Math.Min(TileRows, count - row);
            Copy(rows + (nint)row * stride, stride, cells, height, tile);
            for (int column = 0; column < columns; column++)
                ScanColumn(block, tile, height, column, running, pointer + row);
        }
        for (int column = 0; column < columns; column++)
        {
            double* totals = running + column * 2 * Lanes;
            AddExactly(block.Sum, column * Lanes, totals);
            AddExactly(block.Squares, column * Lanes, totals + Lanes);
        }
    }

    private static void Copy(float* rows, int stride, int cells, int height, float* tile)
    {
        if (cells == CellBlock.Width)
        {
            for (int row = 0; row < height; row++)
                for (int i = 0; i < CellBlock.Width; i += Lanes)
                    Vector256.Load(rows + (nint)row * stride + i).Store(tile + row * CellBlock.Width + i);
            return;
        }
        for (int row = 0; row < height; row++)
        {
            var target = new Span<float>(tile + row * CellBlock.Width, CellBlock.Width);
            new ReadOnlySpan<float>(rows + (nint)row * stride, cells).CopyTo(target);
            target[cells..].Clear();
        }
    }

    [SkipLocalsInit]
    private static void ScanColumn(CellBlock block, float* tile, int height, int column, double* running, long pointer)
    {
        int cell = column * Lanes;
        ushort* hits = stackalloc ushort[TileRows]; // row · 256 + a bit for each lane
        int hitCount = 0;
        running += cell * 2;

        var positive = Vector256.LoadUnsafe(ref block.PositiveThreshold[cell]);
        var negative = Vector256.LoadUnsafe(ref block.NegativeThreshold[cell]);
        var max = Vector256.LoadUnsafe(ref block.Max[cell]);
        var min = Vector256.LoadUnsafe(ref block.Min[cell]);
        var sumLow = Vector256.Load(running);
        var sumHigh = Vector256.Load(running + 4);
        var squaresLow = Vector256.Load(running + 8);
        var squaresHigh = Vector256.Load(running + 12);

        fixed (uint* counts = &block.Counts[cell * CoefficientBins.Slots])
        {
            byte* table = (byte*)counts;
            float* at = tile + cell;
            for (int row = 0; row < height; row++, at += CellBlock.Width)
            {
                var m = Vector256.Load(at);
                max = Vector256.MaxNative(max, m);
                min = Vector256.MinNative(min, m);
                uint mask = (Vector256.GreaterThanOrEqual(m, positive) | Vector256.LessThanOrEqual(m, negative))
                    .ExtractMostSignificantBits();
                hits[hitCount] = (ushort)(row << 8 | (int)mask);
                hitCount += mask != 0 ? 1 : 0;

                // A product of two floats is exact in float64: fused or not, the sum is the same.
                var low = Vector256.WidenLower(m);
                var high = Vector256.WidenUpper(m);
                sumLow += low;
                sumHigh += high;
                squaresLow = Vector256.MultiplyAddEstimate(low, low, squaresLow);
                squaresHigh = Vector256.MultiplyAddEstimate(high, high, squaresHigh);

                var offsets = CoefficientBins.CountOffsets(m).AsUInt64();
                Count(table, offsets.GetLower());
                Count(table, offsets.GetUpper());
            }
        }

        sumLow.Store(running);
        sumHigh.Store(running + 4);
        squaresLow.Store(running + 8);
        squaresHigh.Store(running + 12);
        // Adding +0 makes +0 of −0: which of the two came first must not show.
        (max + Vector256<float>.Zero).StoreUnsafe(ref block.Max[cell]);
        (min + Vector256<float>.Zero).StoreUnsafe(ref block.Min[cell]);
        if (hitCount > 0) Offer(block, tile, cell, new ReadOnlySpan<ushort>(hits, hitCount), pointer);
    }

    /// <summary>
    /// Four increments; two offsets to a register, because moving each on its own costs more than the counting.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Count(byte* table, Vector128<ulong> offsets)
    {
        ulong first = offsets.ToScalar(), second = offsets.GetElement(1);
        ++*(uint*)(table + (uint)first);
        ++*(uint*)(table + (first >> 32));
        ++*(uint*)(table + (uint)second);
        ++*(uint*)(table + (second >> 32));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Offer(CellBlock block, float* tile, int cell, ReadOnlySpan<ushort> hits, long pointer)
    {
        foreach (ushort hit in hits)
        {
            int row = hit >> 8;
            for (uint mask = (byte)hit; mask != 0; mask &= mask - 1)
            {
                int lane = System.Numerics.BitOperations.TrailingZeroCount(mask);
                block.Offer(cell + lane, tile[row * CellBlock.Width + cell + lane], pointer + row);
            }
        }
    }

    /// <summary>
    /// The vector form of <see cref="ExactSum.FromDouble"/> and its addition, the carries left for later.
    /// </summary>
    private static void AddExactly(long[] limbs, int cell, double* totals)
    {
        for (int lane = 0; lane < Lanes; lane += 4)
        {
            var rest = Vector256.Load(totals + lane);
            rest = AddLimb(ref limbs[cell + lane], rest, Vector256.Create(ExactSum.HighRound));
            rest = AddLimb(ref limbs[CellBlock.Width + cell + lane], rest, Vector256.Create(ExactSum.MiddleRound));
            AddLimb(ref limbs[2 * CellBlock.Width + cell + lane], rest, Vector256.Create(ExactSum.LowRound));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddLimb(ref long limbs, Vector256<double> term, Vector256<double> round)
    {
        var rounded = term + round;
        (Vector256.LoadUnsafe(ref limbs) + (rounded.AsInt64() - round.AsInt64())).StoreUnsafe(ref limbs);
        return term - (rounded - round);
    }
}
