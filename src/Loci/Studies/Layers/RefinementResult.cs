using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>What <see cref="Refinement"/> measured.</summary>
/// <param name="Prefixes">Prefixes sampled.</param>
/// <param name="Layers">By readout, then layer. [readouts · layers]</param>
/// <param name="LastLayer">Who changes the prediction in the last layer, under the folded readout, in which the last
/// state is the model's output.</param>
public sealed record RefinementResult(int Prefixes, IReadOnlyList<LayerRefinement> Layers, LastLayerChanges LastLayer);

/// <summary>How far the prediction is in one layer (the paper's Figures 9, 10 and 11).</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Readout">How the stream is read. «Final» is the model's own output under both.</param>
/// <param name="Holds">Figure 9: share of prefixes where top(r) is the model's final answer.</param>
/// <param name="Chance">
/// Share that would hold it if residuals and answers were paired at random, Σ A_t·B_t/n²: what frequent tokens alone
/// give.
/// </param>
/// <param name="Probability">Figure 10: mean of softmax(r·E) at the final answer.</param>
/// <param name="Quartiles">First quartile, median and third quartile of the same probability.</param>
/// <param name="Cases">Figure 11: where the layer's prediction comes from.</param>
public sealed record LayerRefinement(
    int Layer, Readout Readout, Estimate Holds, double Chance, Estimate Probability, Quartiles Quartiles,
    RefinementCases Cases);

/// <summary>
/// The five ways in which top(o) can come from top(r) and top(y). Shares of prefixes; they add up to 1.
/// </summary>
/// <param name="Residual">top(o) = top(r) ≠ top(y): the layer left the prediction alone.</param>
/// <param name="Agreement">All three are equal.</param>
/// <param name="Composition">All three differ: a compromise that neither had.</param>
/// <param name="FeedForward">top(o) = top(y) ≠ top(r): the layer's word won («ffn» in the paper).</param>
/// <param name="Fifth">top(r) = top(y) ≠ top(o): possible only where a norm with a bias is applied to each vector
/// anew.</param>
public sealed record RefinementCases(
    Estimate Residual, Estimate Agreement, Estimate Composition, Estimate FeedForward, Estimate Fifth);

/// <summary>
/// What the last layer does to the prediction: top tokens of the stream entering it, after attention, and leaving it.
/// </summary>
/// <param name="Unchanged">All three are equal.</param>
/// <param name="ByAttention">Attention changed it, feed-forward did not.</param>
/// <param name="ByFeedForward">Feed-forward changed it, attention did not.</param>
/// <param name="ByBoth">Each changed it, and it ended as a third token.</param>
/// <param name="Undone">Attention changed it, feed-forward changed it back.</param>
/// <param name="Examples">Some changes by feed-forward, drawn at random, in the order of the text.</param>
/// <param name="Cosine">
/// Mean cosine of the output embeddings of the tokens before and after feed-forward, over all its changes. A measure by
/// machine in place of the paper's reading of 100 changes by hand (66 unrelated, 34 related): cosine is not meaning.
/// </param>
/// <param name="RandomCosine">The same where before and after are taken from different changes at random, equal tokens
/// left out.</param>
/// <param name="Related">Share of the changes whose cosine exceeds <paramref name="RelatedAbove"/>; 0.05 where they are
/// as random pairs.</param>
/// <param name="RelatedAbove">The 95th percentile of the random pairs' cosines; NaN without any.</param>
public sealed record LastLayerChanges(
    Estimate Unchanged, Estimate ByAttention, Estimate ByFeedForward, Estimate ByBoth, Estimate Undone,
    IReadOnlyList<PredictionChange> Examples, Estimate Cosine, Estimate RandomCosine, Estimate Related,
    double RelatedAbove);

/// <summary>One prefix whose prediction the last feed-forward layer changed.</summary>
/// <param name="Sentence">The sentence's number in the corpus, as triggers name it.</param>
/// <param name="Position">Position of the prefix's last token.</param>
/// <param name="Entering">Top token of the stream that enters the layer.</param>
/// <param name="Before">After attention.</param>
/// <param name="After">After feed-forward: the model's answer.</param>
/// <param name="Cosine">Of the output embeddings of <paramref name="Before"/> and <paramref name="After"/>.</param>
public sealed record PredictionChange(long Sentence, int Position, int Entering, int Before, int After, double Cosine);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(RefinementResult))]
internal sealed partial class RefinementJson : JsonSerializerContext;
