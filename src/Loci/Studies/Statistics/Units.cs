namespace Loci.Studies.Statistics;

/// <summary>
/// For every observation of a sample the cell and the stretch of text that it comes from, as numbers that tell them
/// apart.
/// Observations that share neither are independent; all others may be as alike as they like.
/// </summary>
/// <remarks>
/// <para>Prefixes of one sentence hold the same words, neighbouring sentences tell one story, and many cells fire at
/// the same prefixes. Taken as independent they give intervals that are far too narrow: a number that all cells share
/// has none at all.</para>
/// <para>The variance of Σ y / Σ w is that of the sums of e = (y − θ·w) / Σ w over clusters, G / (G − 1) · Σ_g (Σ_{i ∈
/// g} e_i)².
/// Where cells and text cross it is V(cells) + V(text) − V(pairs of both), and never less than either (Cameron, Gelbach
/// and Miller 2011, the variance that Owen's pigeonhole bootstrap 2007 estimates without its bias). Quantiles are those
/// of Student's t with one degree of freedom less than there are clusters, counted as Kish 1965 counts unequal ones: (Σ
/// n_g)² / Σ n_g².</para>
/// </remarks>
public sealed class Units
{
    private readonly int[]? _cells, _stretches, _pairs;     // [observations], numbered from 0

    private Units(SampleUnit unit, int count, int[]? cells, int[]? stretches)
    {
        (Unit, Count, _cells, _stretches) = (unit, count, cells, stretches);
        if (_cells is null || _stretches is null) return;
        if (_cells.Length != _stretches.Length)
            throw new ArgumentException($"{_cells.Length} cells for {_stretches.Length} stretches.", nameof(cells));
        _pairs = Numbered(_cells.Zip(_stretches));
    }

    /// <summary>What is independent.</summary>
    public SampleUnit Unit { get; }

    /// <summary>How many observations.</summary>
    public int Count { get; }

    /// <summary>Observations that share nothing.</summary>
    public static Units Each(int count) => new(SampleUnit.Observations, count, null, null);

    /// <summary>Observations of cells, each by itself or several of one.</summary>
    public static Units OfCells<T>(IEnumerable<T> cells) where T : notnull
    {
        int[] numbered = Numbered(cells);
        return new(SampleUnit.Cells, numbered.Length, numbered, null);
    }

    /// <summary>Observations in stretches of a text.</summary>
    public static Units OfText(IEnumerable<int> stretches)
    {
        int[] numbered = Numbered(stretches);
        return new(SampleUnit.Text, numbered.Length, null, numbered);
    }

    /// <summary>Observations of cells in stretches of a text.</summary>
    public static Units Crossed<T>(IEnumerable<T> cells, IEnumerable<int> stretches) where T : notnull
    {
        int[] numbered = Numbered(cells);
        return new(SampleUnit.CellsAndText, numbered.Length, numbered, Numbered(stretches));
    }

    /// <summary>A weight for every observation under which each cell weighs 1, however often it was observed.
    /// [observations]</summary>
    internal double[] CellWeights()
    {
        var cells = _cells ?? throw new InvalidOperationException("The sample has no cells.");
        int[] counts = new int[cells.Length == 0 ? 0 : 1 + cells.Max()];
        foreach (int cell in cells) counts[cell]++;
        return [.. cells.Select(cell => 1.0 / counts[cell])];
    }

    /// <summary>The variance of Σ y / Σ w, and the clusters it was estimated from: of the fewer kind where two
    /// cross.</summary>
    /// <param name="e">(y − θ·w) / Σ w. [observations]</param>
    /// <param name="weights">w, none negative.</param>
    internal (double Variance, double Clusters, int Units) Variance(double[] e, ReadOnlySpan<double> weights)
    {
        if (_cells is null && _stretches is null) return Of(Enumerable.Range(0, Count).ToArray(), e, weights);
        if (_cells is null || _stretches is null) return Of(_cells ?? _stretches!, e, weights);
        var (cells, text, pairs) = (Of(_cells, e, weights), Of(_stretches, e, weights), Of(_pairs!, e, weights));
        double variance = Math.Max(
            cells.Variance + text.Variance - pairs.Variance, Math.Max(cells.Variance, text.Variance));
        return (variance, Math.Min(cells.Clusters, text.Clusters), Math.Min(cells.Units, text.Units));
    }

    private static (double Variance, double Clusters, int Units) Of(
        int[] cluster, double[] e, ReadOnlySpan<double> weights)
    {
        int clusters = cluster.Length == 0 ? 0 : 1 + cluster.Max();
        double[] sums = new double[clusters], sizes = new double[clusters];
        for (int i = 0; i < cluster.Length; i++)
        {
            sums[cluster[i]] += e[i];
            sizes[cluster[i]] += weights[i];
        }
        double size = sizes.Sum(), effective = size * size / sizes.Sum(s => s * s);
        int counted = sizes.Count(s => s > 0);
        double variance = counted < 2 ? double.NaN : counted / (counted - 1.0) * sums.Sum(s => s * s);
        return (variance, effective, counted);
    }

    private static int[] Numbered<T>(IEnumerable<T> labels) where T : notnull
    {
        var numbers = new Dictionary<T, int>();
        return
        [
            .. labels.Select(
                label => numbers.TryGetValue(label, out int number) ? number : numbers[label] = numbers.Count),
        ];
    }
}
