namespace Loci.Editing;

/// <summary>
/// What an edit will do to keys that nobody asked it to change, told from its factors alone, without a forward pass.
/// </summary>
/// <param name="Layers">A forecast for each layer that is written.</param>
public sealed record Forecast(IReadOnlyList<LayerForecast> Layers)
{
    /// <summary>The largest of the layers' everyday spills: the one number to look at.</summary>
    public double Spill => Layers.Max(layer => layer.Everyday);
}

/// <summary>What an edit will do in one layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Denominator">kᵀA⁻¹k of the request's key, the least of them: small ones make large edits.</param>
/// <param name="Norm">‖ΔW‖ / ‖W‖ before.</param>
/// <param name="Growth">‖W + ΔW‖ / ‖W‖ − 1.</param>
/// <param name="Everyday">
/// ‖ΔW k‖ / ‖W k‖ for everyday text, root mean square: √(tr ΔW C ΔWᵀ / tr W C Wᵀ); NaN without statistics.
/// </param>
/// <param name="Neighbours">The same for each probe key of a neighbour, the mean; NaN without any.</param>
/// <param name="Earlier">The same for the keys of earlier active edits, the mean; NaN without any.</param>
public sealed record LayerForecast(
    int Layer, double Denominator, double Norm, double Growth, double Everyday, double Neighbours, double Earlier)
{
    /// <summary>The forecast of a change.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="change">ΔW.</param>
    /// <param name="matrix">W. [width, cells]</param>
    /// <param name="denominator">Of the request's key.</param>
    /// <param name="everyday">C of everyday text, or null. [cells, cells]</param>
    /// <param name="neighbours">Probe keys.</param>
    /// <param name="earlier">Keys of earlier edits.</param>
    internal static LayerForecast Of(
        int layer, LowRank change, double[] matrix, double denominator, double[]? everyday,
        IReadOnlyList<double[]> neighbours, IReadOnlyList<double[]> earlier)
    {
        double before = Vectors.Norm(matrix);
        double[] after = [.. matrix];
        change.AddTo(after);
        return new(
            layer, denominator, change.Norm() / before, Vectors.Norm(after) / before - 1,
            everyday is null ? double.NaN : SpillOf(change, matrix, everyday),
            MeanRatio(change, matrix, neighbours), MeanRatio(change, matrix, earlier));
    }

    private static double MeanRatio(LowRank change, double[] matrix, IReadOnlyList<double[]> keys) => keys.Count == 0
        ? double.NaN
        : keys.Average(key => Vectors.Norm(change.Apply(key)) / Vectors.Norm(LayerKeys.Retrieve(matrix, key)));

    // tr(ΔW C ΔWᵀ) by the factors: Σ (leftᵢ·leftⱼ)(rightᵢᵀ C rightⱼ).
    private static double SpillOf(LowRank change, double[] matrix, double[] c)
    {
        int cells = change.Terms[0].Right.Length;
        double[][] through = [.. change.Terms.Select(term => LayerKeys.Retrieve(c, term.Right))];
        double changed = 0;
        for (int i = 0; i < through.Length; i++)
            for (int j = 0; j < through.Length; j++)
                changed += Vectors.Dot(change.Terms[i].Left, change.Terms[j].Left)
                    * Vectors.Dot(through[i], change.Terms[j].Right);
        double whole = 0;
        for (int o = 0; o < matrix.Length / cells; o++)
        {
            var row = matrix.AsSpan(o * cells, cells);
            whole += Vectors.Dot(LayerKeys.Retrieve(c, row), row);
        }
        return Math.Sqrt(Math.Max(0, changed) / whole);
    }
}
