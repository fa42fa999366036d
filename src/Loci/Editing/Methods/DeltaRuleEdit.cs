namespace Loci.Editing;

/// <summary>
/// The delta rule, W += (v − W·k)·kᵀ/kᵀk: what a fast-weight memory does at every token (Schlag, Irie, Schmidhuber
/// 2021,
/// arXiv 2102.11174), done to weights. It is ROME for a text in which all cells fire alike.
/// </summary>
public sealed record DeltaRuleEdit : ClosedMethod
{
    /// <inheritdoc/>
    public override string Name => "delta";

    /// <inheritdoc/>
    public override string About => "Needs no statistics and no text; spills more than ROME does.";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings => new Dictionary<string, double>();

    internal override EditMethod With(SettingOf number) => this;

    internal override KeyMetric Metric(LayerProblem problem) => KeyMetric.Identity(problem.Cells);

    internal override LowRank Solve(LayerProblem problem) =>
        EditSolver.Solve(Metric(problem), problem.Keys, problem.Residuals);
}
