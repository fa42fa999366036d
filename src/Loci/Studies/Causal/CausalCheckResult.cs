using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Causal;

/// <summary>What takes the place of a coefficient.</summary>
public enum Ablation
{
    /// <summary>0: the memory is out.</summary>
    Zero,

    /// <summary>The cell's mean over the whole corpus.</summary>
    Mean,

    /// <summary>The cell's coefficient at another prefix, drawn at random.</summary>
    Resample,
}

/// <summary>Where a cell is changed.</summary>
public enum CausalPlace
{
    /// <summary>
    /// At the last token of the cell's strongest triggers, each pole's own, and nowhere else in the prefix.
    /// </summary>
    Triggers,

    /// <summary>At every token of random prefixes, as if the model did not have the cell.</summary>
    Everywhere,
}

/// <summary>Which effect.</summary>
public enum CausalPath
{
    /// <summary>What the last token's m·v itself adds to the logits, all norms held at their scale.</summary>
    Direct,

    /// <summary>The model run again with the change, all later layers answering it.</summary>
    Total,
}

/// <summary>How much is measured.</summary>
/// <param name="CellsPerLayer">Cells of a layer; all with a trigger where it has fewer.</param>
/// <param name="Triggers">Strongest triggers of each pole.</param>
/// <param name="RandomPrefixes">Random prefixes, the same for all cells; also what coefficients are resampled from. At
/// least 2.</param>
public sealed record CausalCheckParameters(int CellsPerLayer = 20, int Triggers = 25, int RandomPrefixes = 100);

/// <summary>What <see cref="CausalCheck"/> measured.</summary>
/// <param name="Parameters">How much.</param>
/// <param name="Effects">By layer, then over all layers; by place, ablation, path.</param>
/// <param name="Bases">By layer, then over all layers; by place: what the effects are to be held against.</param>
/// <param name="Cells">Each pole of each cell at its triggers, in order of layer, index and pole.</param>
public sealed record CausalCheckResult(
    CausalCheckParameters Parameters,
    IReadOnlyList<CausalEffect> Effects,
    IReadOnlyList<CausalBase> Bases,
    IReadOnlyList<CausalCell> Cells);

/// <summary>
/// What cells do, beside what matched cells of the same layer do to the same tokens of the same prefixes. Means over
/// cells of each cell's mean over its prefixes; intervals are over cells crossed with stretches of text.
/// </summary>
/// <param name="Layer">Layer, from 0; null: all layers together.</param>
/// <param name="Place">Where the cell was changed.</param>
/// <param name="Ablation">To what.</param>
/// <param name="Path">Direct or total effect.</param>
/// <param name="Logit">Nats that the cell adds to the logit of its own top token: intact minus ablated.</param>
/// <param name="Probability">The same for the token's probability.</param>
/// <param name="Loss">Nats of the next token's loss that the cell saves: ablated minus intact. Prefixes that end a
/// sentence have none.</param>
/// <param name="Changed">Share of prefixes whose best token changes.</param>
/// <param name="Stronger">Share of cells that add more to their own token's logit than their matched cells do.</param>
public sealed record CausalEffect(
    int? Layer,
    CausalPlace Place,
    Ablation Ablation,
    CausalPath Path,
    CausalComparison Logit,
    CausalComparison Probability,
    CausalComparison Loss,
    CausalComparison Changed,
    Estimate Stronger);

/// <summary>A number of the cells, the same of their matched cells, and the paired difference.</summary>
/// <param name="Cell">Of the cells.</param>
/// <param name="Matched">Of the matched cells, on the same tokens and prefixes.</param>
/// <param name="Difference">Cell minus matched cell, paired by prefix.</param>
public sealed record CausalComparison(Estimate Cell, Estimate Matched, Estimate Difference);

/// <summary>The intact model at the prefixes measured.</summary>
/// <param name="Layer">Layer of the cells, from 0; null: all layers together.</param>
/// <param name="Place">Which prefixes.</param>
/// <param name="Size">|m|·‖v‖ at the last token: how close the match is.</param>
/// <param name="Probability">Probability of the cell's own top token.</param>
/// <param name="Predicted">Share of prefixes where it is the model's best.</param>
/// <param name="Loss">Loss of the next token, nats.</param>
public sealed record CausalBase(int? Layer, CausalPlace Place, CausalComparison Size, Estimate Probability,
    Estimate Predicted, Estimate Loss);

/// <summary>One pole of a cell at its triggers, its coefficient set to zero. Means over the triggers.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Token">The token its value promotes most at this pole (folded readout).</param>
/// <param name="Triggers">Triggers measured.</param>
/// <param name="Direct">Nats it adds to the token's logit, norms held.</param>
/// <param name="Total">The same, the model run again.</param>
/// <param name="MatchedDirect">What the matched cells add to that logit, norms held.</param>
/// <param name="MatchedTotal">The same, the model run again.</param>
/// <param name="Loss">Nats of the next token's loss it saves, the model run again; NaN where all triggers end a
/// sentence.</param>
/// <param name="MatchedLoss">What the matched cells save.</param>
public sealed record CausalCell(
    CellId Cell, int Token, int Triggers, double Direct, double Total, double MatchedDirect, double MatchedTotal,
    double Loss, double MatchedLoss);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(CausalCheckResult))]
internal sealed partial class CausalCheckJson : JsonSerializerContext;
