namespace Loci.Editing;

/// <summary>
/// MEMIT: many facts at once, spread over layers, each change R·Kᵀ·(λC + KKᵀ)⁻¹ (Meng et al. 2023, arXiv 2210.07229,
/// eq. 14).
/// </summary>
/// <param name="Weight">
/// λ: how much everyday keys weigh against the edits. The larger, the less an edit takes and spills.
/// </param>
/// <param name="KeepsEarlier">
/// Adds the keys of earlier active edits to the metric, under which a sequence equals one batch. The paper has none.
/// </param>
public sealed record MemitEdit(double Weight = 10, bool KeepsEarlier = false) : ClosedMethod
{
    /// <inheritdoc/>
    public override string Name => "memit";

    /// <inheritdoc/>
    public override string About => "Many facts at once, over several layers.";

    /// <inheritdoc/>
    public override bool NeedsStatistics => true;

    /// <inheritdoc/>
    public override bool IsJoint => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings => new Dictionary<string, double>
    {
        ["weight"] = Weight, ["keeps_earlier"] = KeepsEarlier ? 1 : 0,
    };

    internal override EditMethod With(SettingOf number) => this with
    {
        Weight = number("weight", Weight), KeepsEarlier = number("keeps_earlier", KeepsEarlier ? 1 : 0) > 0,
    };

    internal override KeyMetric Metric(LayerProblem problem)
    {
        var metric = problem.Required.Metric(problem.Layer).Times(Weight);
        return KeepsEarlier ? metric.Plus(problem.Earlier) : metric;
    }

    internal override LowRank Solve(LayerProblem problem) =>
        EditSolver.Solve(Metric(problem), problem.Keys, problem.Residuals, slack: 1);
}
