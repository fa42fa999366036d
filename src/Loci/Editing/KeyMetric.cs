namespace Loci.Editing;

/// <summary>
/// What an edit must leave alone, as a symmetric matrix A over keys: a change of W costs tr(ΔW·A·ΔWᵀ). The identity
/// knows nothing of keys (the delta rule), the second moments C of everyday keys give ROME, MEMIT and EMMET, and the
/// keys of earlier edits are added to it as k·kᵀ.
/// </summary>
internal sealed class KeyMetric
{
    private readonly Cholesky? _factor; // null: a multiple of the identity
    private readonly double _scale;     // A is this times what was factored
    private readonly Func<double[]> _matrix; // [cells, cells], what was factored, anew

    private KeyMetric(int cells, Cholesky? factor, double scale, Func<double[]> matrix) =>
        (Cells, _factor, _scale, _matrix) = (cells, factor, scale, matrix);

    /// <summary>Length of a key.</summary>
    public int Cells { get; }

    /// <summary>What was factored; null for a multiple of the identity.</summary>
    internal Cholesky? Factored => _factor;

    /// <summary>A multiple of the identity.</summary>
    public static KeyMetric Identity(int cells, double scale = 1) => new(cells, null, scale, () => Unit(cells));

    /// <summary>A positive definite matrix that is factored already.</summary>
    /// <param name="factor">Its factor.</param>
    /// <param name="matrix">Gives the matrix, for metrics that add keys. [cells, cells]</param>
    /// <param name="scale">A is this times the matrix.</param>
    public static KeyMetric Of(Cholesky factor, Func<double[]> matrix, double scale = 1) =>
        new(factor.Size, factor, scale, matrix);

    /// <summary>The metric of a positive definite matrix.</summary>
    /// <param name="matrix">The lower triangle counts. [cells, cells]</param>
    /// <param name="cells">Length of a key.</param>
    /// <exception cref="LociException">It is not positive definite.</exception>
    public static KeyMetric Of(double[] matrix, int cells) => Of(Factor([.. matrix], cells), () => [.. matrix]);

    /// <summary>The metric times a number.</summary>
    public KeyMetric Times(double factor) => new(Cells, _factor, _scale * factor, _matrix);

    /// <summary>A + Σ k·kᵀ, factored anew.</summary>
    /// <param name="keys">Keys that were written before, and must keep what they retrieve. Each [cells]</param>
    public KeyMetric Plus(IReadOnlyCollection<double[]> keys)
    {
        if (keys.Count == 0) return this;
        double[] Sum()
        {
            double[] sum = _matrix();
            for (int i = 0; i < sum.Length; i++) sum[i] *= _scale;
            foreach (double[] key in keys)
                for (int i = 0; i < Cells; i++) Vectors.Add(key[i], key.AsSpan(0, i + 1), sum.AsSpan(i * Cells, i + 1));
            return sum;
        }
        return new(Cells, Factor(Sum(), Cells), 1, Sum);
    }

    /// <summary>A⁻¹·k.</summary>
    public double[] Solve(ReadOnlySpan<double> key)
    {
        double[] solved = key.ToArray();
        _factor?.Solve(solved);
        for (int i = 0; i < solved.Length; i++) solved[i] /= _scale;
        return solved;
    }

    private static Cholesky Factor(double[] matrix, int cells) => Cholesky.TryFactor(matrix, cells)
        ?? throw new LociException(
            "The statistics are singular: there are directions of keys in which they have seen nothing. Read more "
            + "text (ten tokens a cell or more), or give a larger ridge.");

    private static double[] Unit(int cells)
    {
        double[] unit = new double[checked(cells * cells)];
        for (int i = 0; i < cells; i++) unit[i * cells + i] = 1;
        return unit;
    }
}
