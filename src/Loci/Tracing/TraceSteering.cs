using Loci.Models;

namespace Loci.Tracing;

/// <summary>Changes that a trace is under, and the trace of the same answer without them.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="Before">The trace without them.</param>
public sealed record TraceSteering(IReadOnlyList<CoefficientChange> Changes, PromptTrace Before)
{
    /// <summary>What every change did where the trace looks.</summary>
    /// <param name="after">The trace under the changes.</param>
    public IEnumerable<ChangeEffect> Effects(PromptTrace after) => Changes.Select(change => change.Index is { } index
        ? new ChangeEffect(
            change, Coefficient(Before, change.Layer, index), Coefficient(after, change.Layer, index),
            Before.Parts.Cells[change.Layer][index], after.Parts.Cells[change.Layer][index])
        : change.Head is not null
        ? new ChangeEffect(
            change, null, null, Before.Parts.Attention[change.Layer], after.Parts.Attention[change.Layer])
        : new ChangeEffect(change, null, null, Before.Parts.Cells[change.Layer].Sum(),
            after.Parts.Cells[change.Layer].Sum()));

    private static float Coefficient(PromptTrace trace, int layer, int index) =>
        trace.Run.Pass[TapPoint.Coefficients, layer][index];
}

/// <summary>What a change did at one position.</summary>
/// <param name="Change">The change.</param>
/// <param name="CoefficientBefore">The cell's coefficient without the changes; null for a layer or a head.</param>
/// <param name="Coefficient">Its coefficient now; null for a layer or a head.</param>
/// <param name="ContributionBefore">
/// What the cell, all cells of the layer, or (of a head) its attention added to the answer, in nats.
/// </param>
/// <param name="Contribution">What they add now.</param>
public sealed record ChangeEffect(
    CoefficientChange Change, float? CoefficientBefore, float? Coefficient, double ContributionBefore,
    double Contribution);
