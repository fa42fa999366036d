using System.Runtime.CompilerServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// Walks a block: over the outputs, two vectors at a time (with one or two rows: a strip of them), and for each over
/// the rows, a tile at a time. With many rows 16-bit weights are widened once, before the walk over the rows.
/// </summary>
internal sealed unsafe class Kernel<TLanes, TVector>(string name) : Kernel
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    private const int MaxStrip = 8 * Panels.Width;

    public override string Name => name;

    private static int Pair => 2 * TLanes.Width;

    public override void Multiply(in ProductBlock block)
    {
        switch (block.Format)
        {
            case WeightFormat.Float16 when MagnifyInputs(block, out ProductBlock magnified):
                Multiply<ReducedFloat16>(magnified); break;
            case WeightFormat.Float16: Multiply<StoredFloat16>(block); break;
            case WeightFormat.BFloat16: Multiply<StoredBFloat16>(block); break;
            default: Multiply<StoredFloat32>(block); break;
        }
    }

    public override void Widen(byte* panel, WeightFormat format, float* destination, nint rows)
    {
        if (format == WeightFormat.Float16) Widen<StoredFloat16>(panel, destination, rows);
        else Widen<StoredBFloat16>(panel, destination, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TStored>(byte* panel, float* destination, nint rows)
        where TStored : IStored
    {
        for (; rows > 0; rows--)
        {
            // Unrolled by hand: the number of a vector is to be a constant.
            TLanes.Store(destination, TStored.Load<TLanes, TVector>(panel, 0));
            if (TLanes.Width <= 8) TLanes.Store(destination + TLanes.Width, TStored.Load<TLanes, TVector>(panel, 1));
            if (TLanes.Width <= 4)
            {
                TLanes.Store(destination + 2 * TLanes.Width, TStored.Load<TLanes, TVector>(panel, 2));
                TLanes.Store(destination + 3 * TLanes.Width, TStored.Load<TLanes, TVector>(panel, 3));
            }
            for (int v = 4; v < Panels.Width / TLanes.Width; v++)
                TLanes.Store(destination + v * TLanes.Width, TStored.Load<TLanes, TVector>(panel, v));
            panel += Panels.Width * TStored.Size;
            destination += Panels.Width;
        }
    }

    /// <summary>
    /// Where few rows share a weight, half the work of widening float16 is done on the inputs instead.
    /// </summary>
    private static bool MagnifyInputs(in ProductBlock block, out ProductBlock magnified)
    {
        magnified = block;
        if (!block.Finite || block.Rows > TileRows || !TakesRowsOfPanels(block)) return false;
        for (int r = 0; r < block.Rows; r++)
            if (!Float16.TryMagnify(block.X + r * block.XStride, block.Scratch + (nint)r * block.Inputs, block.Inputs))
                return false;
        magnified.X = block.Scratch;
        magnified.XStride = block.Inputs;
        return true;
    }

    /// <summary>
    /// Whether 16-bit weights can be widened in registers: strips and tiles must take whole rows of panels.
    /// </summary>
    private static bool TakesRowsOfPanels(in ProductBlock block) =>
        Pair >= Panels.Width ? block.Rows <= TileRows : TLanes.Width >= 4 && block.Rows <= 2 && !block.Resume;

    private void Multiply<TStored>(in ProductBlock block)
        where TStored : IStored
    {
        int vectors = Panels.Count(block.Outputs) * (Panels.Width / TLanes.Width);
        bool wide = TStored.Size == sizeof(float);
        if (!wide && !TakesRowsOfPanels(block)) Widened<TStored>(block);
        else if (!block.Resume && block.Rows == 1 && vectors >= 8) Strips<TStored, One, Eight>(block, vectors);
        else if (!block.Resume && block.Rows == 1 && vectors >= 4) Strips<TStored, One, Four>(block, vectors);
        else if (!block.Resume && block.Rows == 2 && vectors >= 4) Strips<TStored, Two, Four>(block, vectors);
        else Direct<TStored>(block);
    }

    /// <summary>A last strip that does not fill up begins earlier, and computes some outputs a second time.</summary>
    private static void Strips<TStored, TRows, TVectors>(in ProductBlock block, int vectors)
        where TStored : IStored
        where TRows : IConstant
        where TVectors : IConstant
    {
        int width = TVectors.Value * TLanes.Width;
        float* edge = stackalloc float[TRows.Value * MaxStrip];
        float* edgeBias = stackalloc float[MaxStrip];
        for (int o = 0; o < block.Outputs; o += width)
        {
            o = Math.Min(o, vectors * TLanes.Width - width);
            byte* w = block.W + o / Panels.Width * block.Panel + o % Panels.Width * TStored.Size;
            float* bias = block.Bias == null ? null : block.Bias + o;
            int valid = Math.Min(width, block.Outputs - o);
            if (valid == width)
            {
                Strip<TLanes, TVector, TStored, TRows, TVectors>.Multiply(
                    (byte*)block.X, block.XStride * sizeof(float), w, block.Panel, block.Inputs,
                    block.Y + o, block.YStride, bias);
                continue;
            }
            if (bias != null) Copy(bias, edgeBias, valid);
            Strip<TLanes, TVector, TStored, TRows, TVectors>.Multiply(
                (byte*)block.X, block.XStride * sizeof(float), w, block.Panel, block.Inputs,
                edge, MaxStrip, bias == null ? null : edgeBias);
            for (int r = 0; r < TRows.Value; r++)
                Copy(edge + r * MaxStrip, block.Y + r * block.YStride + o, valid);
        }
    }

    private static void Direct<TStored>(in ProductBlock block)
        where TStored : IStored
    {
        for (int o = 0; o < block.Outputs; o += Pair)
        {
            byte* w = block.W + o / Panels.Width * block.Panel + o % Panels.Width * TStored.Size;
            // Where a vector fills a panel the second is the next panel's; a panel without a next one stands in for it.
            nint second = o + Panels.Width < block.Outputs ? block.Panel : 0;
            Outputs<TStored>(block, w, second, o);
        }
    }

    private void Widened<TStored>(in ProductBlock block)
        where TStored : IStored
    {
        int group = Math.Max(Panels.Width, Pair);
        nint panel = (nint)block.Inputs * Panels.Width;
        for (int o = 0; o < block.Outputs; o += group)
        {
            byte* w = block.W + o / Panels.Width * block.Panel;
            bool next = group > Panels.Width && o + Panels.Width < block.Outputs;
            Widen<TStored>(w, block.Scratch, block.Inputs);
            if (next) Widen<TStored>(w + block.Panel, block.Scratch + panel, block.Inputs);
            nint second = next ? panel * sizeof(float) : 0;
            for (int p = 0; p < group && o + p < block.Outputs; p += Pair)
                Outputs<StoredFloat32>(block, (byte*)(block.Scratch + p), second, o + p);
        }
    }

    /// <summary>All rows of two vectors of outputs, from output <paramref name="o"/> on.</summary>
    private static void Outputs<TStored>(in ProductBlock block, byte* w, nint second, int o)
        where TStored : IStored
    {
        byte* x = (byte*)block.X;
        float* y = block.Y + o;
        float* bias = block.Bias == null ? null : block.Bias + o;
        nint xStride = block.XStride * sizeof(float);
        int valid = block.Outputs - o;
        if (valid < Pair)
        {
            Edge<TStored>(block, w, second, o, valid);
            return;
        }
        for (int left = block.Rows, rows; left > 0; left -= rows)
        {
            rows = Take(left);
            Tiles<TStored>(rows, x, xStride, w, second, block.Inputs, y, block.YStride, bias, block.Resume);
            x += rows * xStride;
            y += rows * block.YStride;
        }
    }

    /// <summary>The same where the matrix ends within the two vectors: by way of a tile beside the result.</summary>
    private static void Edge<TStored>(in ProductBlock block, byte* w, nint second, int o, int valid)
        where TStored : IStored
    {
        float* tile = stackalloc float[TileRows * Pair];
        float* bias = stackalloc float[Pair];
        if (block.Bias != null) Copy(block.Bias + o, bias, valid);
        for (int r = 0, rows; r < block.Rows; r += rows)
        {
            rows = Take(block.Rows - r);
            float* y = block.Y + r * block.YStride + o;
            if (block.Resume)
                for (int i = 0; i < rows; i++) Copy(y + i * block.YStride, tile + i * Pair, valid);
            Tiles<TStored>(
                rows, (byte*)(block.X + r * block.XStride), block.XStride * sizeof(float), w, second, block.Inputs,
                tile, Pair, block.Bias == null ? null : bias, block.Resume);
            for (int i = 0; i < rows; i++) Copy(tile + i * Pair, y + i * block.YStride, valid);
        }
    }

    /// <summary>
    /// Rows of the next tile: six, but so that no last tile is left with too few sums to fill the pipeline.
    /// </summary>
    private static int Take(int left) => left switch
    {
        >= 12 or 6 or 11 => 6,
        9 or 10 => 5,
        7 or 8 => 4,
        _ => left,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tiles<TStored>(
        int rows, byte* x, nint xStride, byte* w, nint second, int inputs, float* y, nint yStride, float* bias,
        bool resume)
        where TStored : IStored
    {
        switch (rows)
        {
            case 1: Tile<TLanes, TVector, TStored, One>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
            case 2: Tile<TLanes, TVector, TStored, Two>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
            case 3: Tile<TLanes, TVector, TStored, Three>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
            case 4: Tile<TLanes, TVector, TStored, Four>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
            case 5: Tile<TLanes, TVector, TStored, Five>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
            default: Tile<TLanes, TVector, TStored, Six>.Multiply(
                x, xStride, w, second, inputs, y, yStride, bias, resume); break;
        }
    }

    private static void Copy(float* source, float* destination, int count)
    {
        for (int i = 0; i < count; i++) destination[i] = source[i];
    }
}
