namespace Loci.Editing;

/// <summary>
/// ROME: the least change, weighed by everyday keys, under which k* retrieves v* exactly (Meng et al. 2022, arXiv
/// 2202.05262, eq. 2). The same k* stands in both places of the formula; mixing two is a known fault that ruins models.
/// </summary>
public sealed record RomeEdit : ClosedMethod
{
    /// <inheritdoc/>
    public override string Name => "rome";

    /// <inheritdoc/>
    public override string About => "One fact, or a few. The first to try.";

    /// <inheritdoc/>
    public override bool NeedsStatistics => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings => new Dictionary<string, double>();

    internal override EditMethod With(SettingOf number) => this;

    internal override KeyMetric Metric(LayerProblem problem) => problem.Required.Metric(problem.Layer);

    internal override LowRank Solve(LayerProblem problem) =>
        EditSolver.Solve(Metric(problem), problem.Keys, problem.Residuals);
}
