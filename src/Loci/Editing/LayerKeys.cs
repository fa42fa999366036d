using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>What the cells of a layer are asked, and what they retrieve, at the places that edits look at.</summary>
internal static class LayerKeys
{
    /// <summary>k*: the mean over texts of the layer's coefficients at the subject's last token. [cells]</summary>
    /// <remarks>The same k* stands in both places of an edit's formula.</remarks>
    public static double[] Mean(
        Transformer transformer, IReadOnlyList<EditText> texts, int layer, Compute compute = default)
    {
        double[] mean = new double[transformer.Spec.Blocks[layer].Cells.Count];
        foreach (double[] row in Rows(transformer, texts, TapPoint.Coefficients, layer, compute))
            Vectors.Add(1.0 / texts.Count, row, mean);
        return mean;
    }

    /// <summary>The mean over texts of any point's row at the subject's last token.</summary>
    public static double[] MeanAt(
        Transformer transformer, IReadOnlyList<EditText> texts, TapPoint point, int layer, Compute compute = default)
    {
        double[][] rows = Rows(transformer, texts, point, layer, compute);
        double[] mean = new double[rows[0].Length];
        foreach (double[] row in rows) Vectors.Add(1.0 / texts.Count, row, mean);
        return mean;
    }

    /// <summary>A point's rows at the texts' places, one a text.</summary>
    public static double[][] Rows(
        Transformer transformer, IReadOnlyList<EditText> texts, TapPoint point, int layer, Compute compute = default)
    {
        var batch = new Batch();
        foreach (var text in texts) batch.Add(text.Tokens.AsSpan(0, text.Row + 1)); // nothing later has a say
        double[][] rows = new double[texts.Count][];
        transformer.Forward(batch, new(transformer.Spec), (at, l, values, of) =>
        {
            if (at != point || l != layer) return;
            int length = values.Length / of.Rows;
            for (int t = 0; t < rows.Length; t++)
                rows[t] = Vectors.Widen(
                    values.Slice((of.Sequences[t].FirstRow + of.Sequences[t].Count - 1) * length, length));
        }, compute: compute);
        return rows;
    }

    /// <summary>The values of a layer's cells as a matrix W. [width, cells]</summary>
    public static double[] Matrix(Transformer transformer, int layer) =>
        Vectors.Widen(transformer.Read(Slot(transformer, layer)));

    /// <summary>W·k. [width]</summary>
    public static double[] Retrieve(ReadOnlySpan<double> matrix, ReadOnlySpan<double> key)
    {
        double[] value = new double[matrix.Length / key.Length];
        for (int o = 0; o < value.Length; o++) value[o] = Vectors.Dot(matrix.Slice(o * key.Length, key.Length), key);
        return value;
    }

    /// <summary>The tensor that holds a layer's values.</summary>
    public static TensorSlot Slot(Transformer transformer, int layer) =>
        transformer.Tensors.First(tensor => tensor.Role == TensorRole.Values && tensor.Layer == layer
            && !tensor.IsBias);
}
