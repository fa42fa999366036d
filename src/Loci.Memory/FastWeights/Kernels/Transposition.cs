using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>Copies a matrix with rows and columns exchanged.</summary>
internal static unsafe class Transposition<T>
    where T : unmanaged
{
    private const int Block = 8;

    /// <param name="source">[rows, columns]</param>
    /// <param name="sourceRow">Numbers from row to row.</param>
    /// <param name="destination">[columns, rows]</param>
    /// <param name="destinationRow">Numbers from row to row.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(T* source, nint sourceRow, T* destination, nint destinationRow, int rows, int columns)
    {
        bool vectors = sizeof(T) == sizeof(float) && Avx.IsSupported;
        for (int row = 0; row < rows; row += Block)
        {
            for (int column = 0; column < columns; column += Block)
            {
                T* from = source + row * sourceRow + column, to = destination + column * destinationRow + row;
                int high = Math.Min(Block, rows - row), wide = Math.Min(Block, columns - column);
                if (vectors && high == Block && wide == Block)
                {
                    Eight((float*)from, sourceRow, (float*)to, destinationRow);
                    continue;
                }
                for (int i = 0; i < high; i++)
                    for (int j = 0; j < wide; j++)
                        to[j * destinationRow + i] = from[i * sourceRow + j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* from, nint fromRow, float* to, nint toRow)
    {
        // Pairs of rows, then quadruples, then halves.
        Vector256<float> r0 = Avx.LoadVector256(from), r1 = Avx.LoadVector256(from + fromRow);
        Vector256<float> r2 = Avx.LoadVector256(from + fromRow * 2), r3 = Avx.LoadVector256(from + fromRow * 3);
        from += fromRow * 4;
        Vector256<float> r4 = Avx.LoadVector256(from), r5 = Avx.LoadVector256(from + fromRow);
        Vector256<float> r6 = Avx.LoadVector256(from + fromRow * 2), r7 = Avx.LoadVector256(from + fromRow * 3);
        Vector256<float> p0 = Avx.UnpackLow(r0, r1), p1 = Avx.UnpackHigh(r0, r1);
        Vector256<float> p2 = Avx.UnpackLow(r2, r3), p3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> p4 = Avx.UnpackLow(r4, r5), p5 = Avx.UnpackHigh(r4, r5);
        Vector256<float> p6 = Avx.UnpackLow(r6, r7), p7 = Avx.UnpackHigh(r6, r7);
        const byte Low = 0x44, High = 0xEE;
        r0 = Avx.Shuffle(p0, p2, Low);
        r1 = Avx.Shuffle(p0, p2, High);
        r2 = Avx.Shuffle(p1, p3, Low);
        r3 = Avx.Shuffle(p1, p3, High);
        r4 = Avx.Shuffle(p4, p6, Low);
        r5 = Avx.Shuffle(p4, p6, High);
        r6 = Avx.Shuffle(p5, p7, Low);
        r7 = Avx.Shuffle(p5, p7, High);
        const byte Lower = 0x20, Upper = 0x31;
        Avx.Store(to, Avx.Permute2x128(r0, r4, Lower));
        Avx.Store(to + toRow, Avx.Permute2x128(r1, r5, Lower));
        Avx.Store(to + toRow * 2, Avx.Permute2x128(r2, r6, Lower));
        Avx.Store(to + toRow * 3, Avx.Permute2x128(r3, r7, Lower));
        to += toRow * 4;
        Avx.Store(to, Avx.Permute2x128(r0, r4, Upper));
        Avx.Store(to + toRow, Avx.Permute2x128(r1, r5, Upper));
        Avx.Store(to + toRow * 2, Avx.Permute2x128(r2, r6, Upper));
        Avx.Store(to + toRow * 3, Avx.Permute2x128(r3, r7, Upper));
    }
}
