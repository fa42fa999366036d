using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Studies.Cells;

/// <summary>Cells with keys or values like a cell's, by cosine.</summary>
/// <param name="Keys">Cells of the same layer with the keys most alike; of gated cells the content keys.</param>
/// <param name="Values">Cells of any layer with the values most alike, as they join the stream.</param>
internal sealed record CellNeighbours(IReadOnlyList<CellCosine> Keys, IReadOnlyList<CellCosine> Values)
{
    private const int Most = 10;

    /// <summary>
    /// Compares a cell with all others. Keys of other layers read another stream and are not compared.
    /// </summary>
    public static CellNeighbours Of(Transformer transformer, CellId cell, CancellationToken cancel)
    {
        transformer.Spec.Require(cell);
        var memory = transformer.Blocks[cell.Layer].Cells;
        float[] key = new float[memory.KeySize], value = new float[memory.ValueSize];
        memory.CopyKey(cell.Index, key);
        ValueProjection.Values(transformer, cell.Layer, cell.Index, value);
        List<CellCosine> keys = [], values = [];
        float[] other = new float[Math.Max(key.Length, value.Length)];
        for (int layer = 0; layer < transformer.Spec.Layers; layer++)
        {
            var cells = transformer.Blocks[layer].Cells;
            for (int i = 0; i < cells.Capacity; i++)
            {
                if (i % 256 == 0) cancel.ThrowIfCancellationRequested();
                if (layer == cell.Layer && i == cell.Index) continue;
                if (layer == cell.Layer)
                {
                    cells.CopyKey(i, other.AsSpan(0, key.Length));
                    Add(keys, new(new(layer, i), Cosine(key, other.AsSpan(0, key.Length))));
                }
                ValueProjection.Values(transformer, layer, i, other.AsSpan(0, value.Length));
                Add(values, new(new(layer, i), Cosine(value, other.AsSpan(0, value.Length))));
            }
        }
        return new(keys, values);
    }

    // Opposite ones are neighbours, too: they undo each other.
    private static void Add(List<CellCosine> best, CellCosine one)
    {
        int at = best.Count;
        while (at > 0 && Math.Abs(best[at - 1].Cosine) < Math.Abs(one.Cosine)) at--;
        if (at >= Most) return;
        best.Insert(at, one);
        if (best.Count > Most) best.RemoveAt(Most);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sizes = Math.Sqrt((double)Reductions.SumOfSquares(a) * Reductions.SumOfSquares(b));
        return sizes > 0 ? Reductions.Dot(a, b) / sizes : 0;
    }
}

/// <summary>A cell and a cosine.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Cosine">−1 to 1.</param>
internal readonly record struct CellCosine(CellId Cell, double Cosine);
