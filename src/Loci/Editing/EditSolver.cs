namespace Loci.Editing;

/// <summary>
/// The one formula beneath every closed edit: ΔW = R·Kᵀ·M⁻¹, in float64. With A what must stay and λ how hard the
/// equations W·k = v are held, it is the least ΔW of tr(ΔW·A·ΔWᵀ) + ‖(V − W·K) − ΔW·K‖²/λ:
/// <code>ΔW = R·(KᵀA⁻¹K + λ·1)⁻¹·KᵀA⁻¹ = R·Kᵀ·(λ·A + K·Kᵀ)⁻¹</code>
/// λ = 0 holds them exactly (delta rule with A = 1, ROME with one edit, EMMET with many); λ = 1 with A = λ′·C is MEMIT.
/// </summary>
internal static class EditSolver
{
    /// <summary>
    /// Least kᵀA⁻¹k, as a share of what it would be if A were the identity of the same trace: under it a key is
    /// not one that the metric allows to be written, and the edit would be a division by noise.
    /// </summary>
    public const double LeastShare = 1e-6;

    /// <summary>Solves for the change of one matrix.</summary>
    /// <param name="metric">A.</param>
    /// <param name="keys">K, one each edit. Each [cells]</param>
    /// <param name="residuals">R = V − W·K, what each key is to retrieve more. Each [width]</param>
    /// <param name="slack">λ, 0 or more.</param>
    /// <returns>ΔW, a rank for each edit.</returns>
    /// <exception cref="LociException">
    /// A denominator is too small, two keys are the same, or a number is not finite.
    /// </exception>
    public static LowRank Solve(
        KeyMetric metric, IReadOnlyList<double[]> keys, IReadOnlyList<double[]> residuals, double slack = 0)
    {
        int n = keys.Count;
        double[][] solved = [.. keys.Select((key, i) => Direction(metric, key, i))]; // A⁻¹·K
        double[] gram = new double[n * n];                              // [edits, edits]
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                gram[i * n + j] = Vectors.Dot(keys[i], solved[j]) + (i == j ? slack : 0);
        var factor = Cholesky.TryFactor(gram, n)
            ?? throw new LociException(
                "Two of the edits have keys that are the same to the model: they cannot be written together. "
                + "Take one of them out, or hold them less hard (a larger λ).");
        // Rows of (KᵀA⁻¹K + λ)⁻¹·KᵀA⁻¹, column by column of the small system.
        double[][] rights = [.. keys.Select(_ => new double[metric.Cells])];
        double[] unit = new double[n];
        for (int i = 0; i < n; i++)
        {
            Array.Clear(unit);
            unit[i] = 1;
            factor.Solve(unit);
            for (int j = 0; j < n; j++) Vectors.Add(unit[j], solved[j], rights[i]);
        }
        return new([.. residuals.Zip(rights, (left, right) => new RankOne(left, right))]);
    }

    /// <summary>kᵀA⁻¹k, the denominator of a single edit.</summary>
    public static double Denominator(KeyMetric metric, double[] key) => Vectors.Dot(key, metric.Solve(key));

    private static double[] Direction(KeyMetric metric, double[] key, int edit)
    {
        double square = Vectors.Dot(key, key);
        if (!(square > 0) || !double.IsFinite(square))
            throw new LociException(
                $"Edit {edit + 1}: its key has the squared length {square:g3}: no cell of the layer fires for its "
                + "subject. Choose another layer.");
        double[] solved = metric.Solve(key);
        double denominator = Vectors.Dot(key, solved), length = Vectors.Norm(solved);
        // cos²-like: how much of A⁻¹k lies along k. 1 under the identity.
        double share = denominator / (Math.Sqrt(square) * length);
        if (!(share > LeastShare) || !double.IsFinite(denominator))
            throw new LociException(
                $"Edit {edit + 1}: its denominator kᵀA⁻¹k is {denominator:g3}, {share:g2} of what a key of this length "
                + $"should give ({LeastShare:g1} at least): the key lies where the statistics say that nothing may "
                + "change, and the edit would break the model. Choose another layer or method.");
        return solved;
    }
}
