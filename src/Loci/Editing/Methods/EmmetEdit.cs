namespace Loci.Editing;

/// <summary>
/// EMMET: a batch held exactly, R·(KᵀC⁻¹K + ε)⁻¹·KᵀC⁻¹ (Gupta et al. 2024, arXiv 2403.14236): ROME for many facts.
/// </summary>
/// <param name="Slack">ε, as a share of the mean of KᵀC⁻¹K's diagonal: keeps a batch of like keys soluble.</param>
public sealed record EmmetEdit(double Slack = 1e-6) : ClosedMethod
{
    /// <inheritdoc/>
    public override string Name => "emmet";

    /// <inheritdoc/>
    public override string About => "A batch in one layer that must all take exactly.";

    /// <inheritdoc/>
    public override bool NeedsStatistics => true;

    /// <inheritdoc/>
    public override bool IsJoint => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings =>
        new Dictionary<string, double> { ["slack"] = Slack };

    internal override EditMethod With(SettingOf number) => this with { Slack = number("slack", Slack) };

    internal override KeyMetric Metric(LayerProblem problem) => problem.Required.Metric(problem.Layer);

    internal override LowRank Solve(LayerProblem problem)
    {
        var metric = Metric(problem);
        double mean = problem.Keys.Average(key => EditSolver.Denominator(metric, key));
        return EditSolver.Solve(metric, problem.Keys, problem.Residuals, Slack * mean);
    }
}
