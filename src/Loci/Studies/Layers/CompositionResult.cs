using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>What <see cref="Composition"/> measured.</summary>
/// <param name="Prefixes">Prefixes sampled.</param>
/// <param name="StopTokens">How many tokens count as stop words: the most frequent ones, which make up half of the
/// text.</param>
/// <param name="Short">Base rate: share of the sampled prefixes that are short.</param>
/// <param name="Activity">Active cells by layer. [layers]</param>
/// <param name="Agreements">Zero agreement by readout, then rule, then layer. [readouts · rules · layers]</param>
/// <param name="Pooled">The same over all layers, with intervals by prefix. [readouts · rules]</param>
public sealed record CompositionResult(
    int Prefixes,
    int StopTokens,
    Estimate Short,
    IReadOnlyList<LayerActivity> Activity,
    IReadOnlyList<LayerComposition> Agreements,
    IReadOnlyList<PooledComposition> Pooled);

/// <summary>
/// How many cells of a layer are active at a prefix (the paper's Figure 7). Means over prefixes of shares of the
/// layer's cells.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="NonZero">m ≠ 0: the paper's, under ReLU.</param>
/// <param name="Positive">m &gt; 0.</param>
/// <param name="Carrying99">Enough to carry 99 % of Σ |m|·‖v‖.</param>
/// <param name="Carrying90">Enough to carry 90 %.</param>
/// <param name="Silent">Share of prefixes at which no cell has m ≠ 0.</param>
public sealed record LayerActivity(
    int Layer, Estimate NonZero, Estimate Positive, Estimate Carrying99, Estimate Carrying90, Estimate Silent);

/// <summary>What a layer predicts against what its active memories do (the paper's Figure 8 and Section 5.1).</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Readout">How y, o and the values are read.</param>
/// <param name="Rule">Which memories count as active.</param>
/// <param name="ZeroAgreement">Share of prefixes where top(y) is the top token of no active memory, none being active
/// included.</param>
/// <param name="ZeroAgreementWithState">The same for top(o), the stream after the layer: the published code's
/// comparison, not the paper's words.</param>
/// <param name="ZeroAgreementByChance">
/// The same for the top(y) of another prefix, half the sample away: where it is as low as the first, memories that
/// agree do so because many speak or say frequent tokens.
/// </param>
/// <param name="OutputBias">Share where top(y) is the top token of the output bias, the memory that is always on; none
/// where there is no bias.</param>
/// <param name="StopPredictions">Base rate: share of all prefixes where top(y) is a stop token.</param>
/// <param name="StopAmongAgreeing">Share of the agreeing prefixes where top(y), which some active memory says too, is a
/// stop token.</param>
/// <param name="ShortAmongAgreeing">Share of the agreeing prefixes that are short; its base rate is
/// <see cref="CompositionResult.Short"/>.</param>
public sealed record LayerComposition(
    int Layer,
    Readout Readout,
    ActiveRule Rule,
    Estimate ZeroAgreement,
    Estimate ZeroAgreementWithState,
    Estimate ZeroAgreementByChance,
    Estimate OutputBias,
    Estimate StopPredictions,
    Estimate StopAmongAgreeing,
    Estimate ShortAmongAgreeing);

/// <summary>
/// Zero agreement over all layers together. The layers of a prefix are one observation: intervals resample prefixes.
/// </summary>
/// <param name="Readout">How y, o and the values are read.</param>
/// <param name="Rule">Which memories count as active.</param>
/// <param name="ZeroAgreement">Share of (prefix, layer) pairs without agreement.</param>
/// <param name="ZeroAgreementByChance">The same for the top(y) of another prefix.</param>
/// <param name="StopPredictions">Base rate: share of pairs where top(y) is a stop token.</param>
/// <param name="StopAmongAgreeing">The same share among pairs with agreement.</param>
/// <param name="ShortAmongAgreeing">Share of short prefixes among pairs with agreement.</param>
public sealed record PooledComposition(
    Readout Readout, ActiveRule Rule, Estimate ZeroAgreement, Estimate ZeroAgreementByChance,
    Estimate StopPredictions, Estimate StopAmongAgreeing, Estimate ShortAmongAgreeing);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(CompositionResult))]
internal sealed partial class CompositionJson : JsonSerializerContext;
