using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models;

/// <summary>Reads values through the output embedding.</summary>
public static class ValueProjection
{
    /// <summary>
    /// The values of a run of cells as they join the stream. In sandwich models that is γ_post ⊙ v, up to the one scale
    /// per position that all cells of the layer share.
    /// </summary>
    /// <param name="transformer">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="first">The first cell.</param>
    /// <param name="values">[count, width]</param>
    public static void Values(Transformer transformer, int layer, int first, Span<float> values)
    {
        int width = transformer.Spec.Width;
        var block = transformer.Blocks[layer];
        for (int i = 0; i < values.Length / width; i++)
        {
            var value = values.Slice(i * width, width);
            block.Cells.CopyValue(first + i, value);
            block.JoinValue(value);
        }
    }

    /// <summary>‖v‖ of every cell of a layer, as its value joins the stream. [cells]</summary>
    internal static float[] Norms(Transformer transformer, int layer)
    {
        float[] value = new float[transformer.Spec.Width], norms = new float[transformer.Blocks[layer].Cells.Capacity];
        for (int cell = 0; cell < norms.Length; cell++)
        {
            Values(transformer, layer, cell, value);
            norms[cell] = MathF.Sqrt(Reductions.SumOfSquares(value));
        }
        return norms;
    }

    /// <summary>
    /// The tokens that a cell's value promotes most at the cell's pole, by the folded readout;
    /// the logits are those of ±v.
    /// </summary>
    /// <param name="transformer">The model.</param>
    /// <param name="cell">The cell; at the negative pole its value acts as −v.</param>
    /// <param name="count">How many tokens.</param>
    public static List<ScoredToken> Promoted(Transformer transformer, CellId cell, int count)
    {
        float[] value = new float[transformer.Spec.Width], logits = new float[transformer.Spec.Vocabulary];
        Values(transformer, cell.Layer, cell.Index, value);
        if (cell.Pole == Memory.Recall.Pole.Negative) Elementwise.Scale(value, -1);
        Project(transformer, Readout.Folded, value, logits);
        return ScoredToken.Best(logits, count);
    }

    /// <summary>Scores of every token for vectors of the residual stream, without bias or soft cap.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="readout">The readout.</param>
    /// <param name="vectors">[count, width]; overwritten by what the output embedding is applied to.</param>
    /// <param name="logits">[count, vocabulary]</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static void Project(
        Transformer transformer, Readout readout, Span<float> vectors, Span<float> logits,
        Compute compute = default)
    {
        int width = transformer.Spec.Width, count = vectors.Length / width;
        if (readout == Readout.Folded)
            for (int i = 0; i < count; i++)
                Fold(transformer.Head.Norm, vectors.Slice(i * width, width));
        transformer.Head.Project(vectors, count, logits, compute.Threads);
    }

    private static void Fold(NormWeights norm, Span<float> vector)
    {
        if (norm.Kind == NormKind.LayerNorm)
        {
            float mean = Reductions.Sum(vector) / vector.Length;
            for (int i = 0; i < vector.Length; i++) vector[i] -= mean;
        }
        Elementwise.Multiply(vector, norm.Gain);
    }
}
