namespace Loci.Editing;

/// <summary>
/// AlphaEdit: keys are projected onto the directions that everyday keys hardly use, and only those are written: R·Kᵀ·P·
/// (KKᵀP + K₁K₁ᵀP + λ)⁻¹ with the keys K₁ of earlier edits (Fang et al. 2024, arXiv 2410.02355, eq. 14). What is
/// preserved is so exactly; keys that were never seen have a part outside, and leak.
/// </summary>
/// <param name="Cutoff">
/// Eigenvalues of C below this share of the largest are free to write. (The paper's 0.02 is absolute, and of its
/// models.)
/// </param>
/// <param name="Weight">λ, as a share of the mean squared length of the projected keys.</param>
public sealed record AlphaEdit(double Cutoff = 1e-2, double Weight = 0.1) : ClosedMethod
{
    // Least share of a key's squared length that may lie in the free directions.
    private const double LeastFree = 1e-4;

    /// <inheritdoc/>
    public override string Name => "alphaedit";

    /// <inheritdoc/>
    public override string About => "Long sequences of edits that must not wear the model down.";

    /// <inheritdoc/>
    public override bool NeedsStatistics => true;

    /// <inheritdoc/>
    public override bool IsJoint => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings =>
        new Dictionary<string, double> { ["cutoff"] = Cutoff, ["weight"] = Weight };

    internal override EditMethod With(SettingOf number) =>
        this with { Cutoff = number("cutoff", Cutoff), Weight = number("weight", Weight) };

    internal override KeyMetric Metric(LayerProblem problem)
    {
        var (projection, keys) = Projected(problem);
        double mean = keys.Average(key => Vectors.Dot(key, key));
        return KeyMetric.Identity(problem.Cells, Weight * mean)
            .Plus([.. problem.Earlier.Select(key => projection.Apply(key))]);
    }

    internal override LowRank Solve(LayerProblem problem) =>
        EditSolver.Solve(Metric(problem), Projected(problem).Keys, problem.Residuals, slack: 1);

    private (KeyProjection Projection, double[][] Keys) Projected(LayerProblem problem)
    {
        var projection = KeyProjection.Of(problem.Required.Eigen(problem.Layer), Cutoff);
        double[][] keys = [.. problem.Keys.Select(key => projection.Apply(key))];
        for (int i = 0; i < keys.Length; i++)
        {
            double free = Vectors.Dot(keys[i], keys[i]) / Vectors.Dot(problem.Keys[i], problem.Keys[i]);
            if (!(free >= LeastFree))
                throw new LociException(
                    $"Edit {i + 1}: {free:p2} of its key lies in directions that are free to write, {LeastFree:p2} at "
                    + $"least are needed. Raise the cutoff ({Cutoff:g2} of the largest eigenvalue leaves "
                    + $"{projection.Free} of {problem.Cells} directions), or choose another layer or method.");
        }
        return (projection, keys);
    }
}

/// <summary>The projection onto the directions that everyday keys hardly use.</summary>
internal sealed class KeyProjection
{
    private readonly double[] _preserved; // [directions, cells], orthonormal

    private KeyProjection(double[] preserved, int cells) => (_preserved, Cells) = (preserved, cells);

    /// <summary>Length of a key.</summary>
    public int Cells { get; }

    /// <summary>Directions that are free.</summary>
    public int Free => Cells - _preserved.Length / Cells;

    /// <summary>The projection that preserves eigenvectors from a share of the largest eigenvalue on.</summary>
    public static KeyProjection Of(SymmetricEigen eigen, double cutoff)
    {
        int cells = eigen.Values.Length;
        int free = eigen.Values.Count(value => value < cutoff * eigen.Values[^1]);
        return new(eigen.Vectors[(free * cells)..], cells);
    }

    /// <summary>P·k; taken twice, so that rounding leaves nothing of what is preserved.</summary>
    public double[] Apply(ReadOnlySpan<double> key)
    {
        double[] free = key.ToArray();
        for (int pass = 0; pass < 2; pass++)
            for (int at = 0; at < _preserved.Length; at += Cells)
            {
                var direction = _preserved.AsSpan(at, Cells);
                Vectors.Add(-Vectors.Dot(direction, free), direction, free);
            }
        return free;
    }
}
