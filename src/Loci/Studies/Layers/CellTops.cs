using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Studies.Layers;

/// <summary>What every cell of a layer promotes at either sign of its coefficient, and how long its value is.</summary>
internal sealed class CellTops
{
    /// <summary>Floats of values held at a time (16 MiB).</summary>
    private const int Budget = 1 << 22;

    private CellTops(int cells) => (Norms, Positive, Negative) = (new float[cells], new int[cells], new int[cells]);

    /// <summary>‖v‖, in sandwich models ‖γ_post⊙v‖. [cells]</summary>
    public float[] Norms { get; }

    /// <summary>The top token of v. [cells]</summary>
    public int[] Positive { get; }

    /// <summary>The top token of −v. [cells]</summary>
    public int[] Negative { get; }

    /// <summary>The top token of what a cell adds, m·v.</summary>
    public int Of(int cell, float coefficient) => coefficient < 0 ? Negative[cell] : Positive[cell];

    /// <summary>Reads the values of a layer, a block of cells at a time.</summary>
    public static CellTops Read(Transformer transformer, Readout readout, int layer, StudyOptions options)
    {
        int cells = transformer.Blocks[layer].Cells.Capacity, width = transformer.Spec.Width,
            most = Math.Max(1, Budget / width);
        var tops = new CellTops(cells);
        for (int first = 0; first < cells; first += most)
        {
            int before = first;
            float[] values = new float[Math.Min(most, cells - first) * width]; // [cells of the block, width]
            ValueProjection.Values(transformer, layer, first, values);
            for (int i = 0; i * width < values.Length; i++)
                tops.Norms[first + i] = MathF.Sqrt(Reductions.SumOfSquares(values.AsSpan(i * width, width)));
            StreamReadout.Additions(transformer, readout, values, options, (row, scores) =>
            {
                tops.Positive[before + row] = Reductions.ArgMax(scores);
                tops.Negative[before + row] = ArgMin(scores);
            });
        }
        return tops;
    }

    private static int ArgMin(ReadOnlySpan<float> scores)
    {
        int least = 0;
        for (int t = 1; t < scores.Length; t++)
            if (scores[t] < scores[least]) least = t;
        return least;
    }
}
