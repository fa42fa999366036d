using System.Text.Json.Serialization;
using Loci.Atlas.Agreement;
using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Values;

/// <summary>
/// What <see cref="ValueAgreement"/> measured. A cell of a gated model counts once a pole: its value says two things.
/// </summary>
/// <param name="Layers">By readout, then pole, then layer.</param>
/// <param name="Confidence">By readout: agreement against how sure the value is.</param>
/// <param name="MostConfident">By readout: the values with the largest max(p).</param>
/// <param name="Precision">By readout: precision@50 over all cells.</param>
/// <param name="Named">The cells asked for by name, in both readouts; a cell without triggers is missing.</param>
public sealed record ValueAgreementResult(
    IReadOnlyList<LayerValues> Layers,
    IReadOnlyList<ConfidenceCurve> Confidence,
    IReadOnlyList<ConfidentValues> MostConfident,
    IReadOnlyList<PrecisionDistribution> Precision,
    IReadOnlyList<CellPrecision> Named)
{
    /// <summary>Every cell, pole and readout; a cell without triggers is missing.</summary>
    public IReadOnlyList<CellNext> Cells { get; init; } = [];
}

/// <summary>Whether one cell's value says what comes after its strongest trigger.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Next">Its prediction is the next token; null: the trigger is a whole sentence.</param>
/// <param name="Copy">Its prediction is the trigger's last token.</param>
/// <param name="Stretch">Stretch of the text (<see cref="StudyText.Stretch(int)"/>) that the trigger stands in.</param>
public readonly record struct CellNext(CellId Cell, Readout Readout, bool? Next, bool Copy, int Stretch);

/// <summary>
/// Values of one layer against the next tokens of their cells' triggers (the paper's Figures 4 and 5).
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Pole">The pole: at the negative one the value says what −v promotes.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Agreement">Figure 4: share of cells whose value predicts the next token of the top trigger.</param>
/// <param name="Nulls">The same count with its permutation null and corpus frequency, and copy agreement beside
/// it.</param>
/// <param name="Disagreement">Share of all cells of the layer whose prediction differs between the two readouts, at
/// this pole.</param>
/// <param name="Rank">Figure 5: rank of that next token in the value's distribution.</param>
/// <param name="ShuffledRank">The same with every value given the next token of another cell of the layer: what
/// frequent tokens alone give.</param>
public sealed record LayerValues(
    int Layer, Pole Pole, Readout Readout, Estimate Agreement, LayerAgreement Nulls, Estimate Disagreement,
    RankSummary Rank, RankSummary ShuffledRank);

/// <summary>
/// Ranks of tokens in the distributions of values: 1 for the prediction, V for the least; ties to the smaller token id.
/// </summary>
/// <param name="Ranks">Quartiles of the rank.</param>
/// <param name="Reciprocal">Mean of 1/rank.</param>
/// <param name="Normalized">Mean of (rank − 1)/(V − 1): 0 at the top, ½ by chance.</param>
public sealed record RankSummary(Quartiles Ranks, Estimate Reciprocal, Estimate Normalized);

/// <summary>Agreement of cells by how sure their value is (the paper's Figure 6).</summary>
/// <param name="Readout">The readout.</param>
/// <param name="ByProbability">Tenths of the cells by max(p), the least sure first. max(p) grows with ‖v‖.</param>
/// <param name="ByZScore">Tenths by how many standard deviations the top logit lies above the mean, which does not
/// depend on ‖v‖.</param>
public sealed record ConfidenceCurve(Readout Readout, IReadOnlyList<ConfidenceBin> ByProbability,
    IReadOnlyList<ConfidenceBin> ByZScore);

/// <summary>One bin of cells.</summary>
/// <param name="From">Least confidence in the bin.</param>
/// <param name="To">Greatest.</param>
/// <param name="Agreement">Share of its cells whose prediction is the next token of the top trigger.</param>
public sealed record ConfidenceBin(double From, double To, Estimate Agreement);

/// <summary>The values with the largest max(p), and where they lie.</summary>
/// <param name="Readout">The readout.</param>
/// <param name="Values">Surest first, ties to the earlier cell.</param>
/// <param name="Upper">Share of them in the upper half of the layers; of an odd number the middle one counts
/// below.</param>
/// <param name="AllUpper">Base rate: the share of all cells with a trigger that lie there.</param>
/// <param name="Agreeing">Share of them with at least one agreeing trigger among the top 50.</param>
/// <param name="AllAgreeing">Base rate: the same share of all cells with a trigger.</param>
/// <param name="ByFrequency">What the tokens' frequency gives to the last two, each trigger followed by any token of
/// the text.</param>
/// <param name="ByPairing">What keys permuted in the layer give: each value beside the triggers of another cell of its
/// layer and pole.</param>
public sealed record ConfidentValues(
    Readout Readout, IReadOnlyList<ConfidentValue> Values, Estimate Upper, Estimate AllUpper, Estimate Agreeing,
    Estimate AllAgreeing,
    ChanceOfAgreement ByFrequency, ChanceOfAgreement ByPairing);

/// <summary>
/// What chance gives to having an agreeing trigger among the top 50, and how far the surest values go beyond it. A
/// value that is sure of a frequent token agrees by chance more often: only the lift says that being sure goes with
/// being right.
/// </summary>
/// <param name="Surest">Share of the surest values that chance gives an agreeing trigger.</param>
/// <param name="All">The same of all cells with a counted trigger.</param>
/// <param name="Lift">
/// (surest − their chance) − (all − their chance). Its interval resamples tokens, since values that say the same token
/// stand and fall together.
/// </param>
public sealed record ChanceOfAgreement(double Surest, double All, Estimate Lift);

/// <summary>One of the surest values.</summary>
/// <param name="Cell">Its cell, at the pole at which it says it.</param>
/// <param name="Token">What it predicts.</param>
/// <param name="Probability">max(p).</param>
/// <param name="ZScore">The top logit's z-score.</param>
/// <param name="Agreeing">Triggers among the top 50 whose next token is the prediction.</param>
/// <param name="Counted">Triggers among the top 50 that have a next token.</param>
public sealed record ConfidentValue(CellId Cell, int Token, double Probability, double ZScore, int Agreeing,
    int Counted);

/// <summary>
/// Precision@50 of all cells: the share of the top 50 triggers, those with a next token, that the value predicts.
/// </summary>
/// <param name="Readout">The readout.</param>
/// <param name="Quartiles">Over cells with at least one such trigger.</param>
/// <param name="Histogram">Cells with precision exactly 0, then in (0, 0.1], (0.1, 0.2] … (0.9, 1]. [11]</param>
/// <param name="Best">The highest, among cells with at least <see cref="ValueAgreement.EnoughTriggers"/> counted
/// triggers; ties to the earlier cell.</param>
public sealed record PrecisionDistribution(
    Readout Readout, Quartiles Quartiles, IReadOnlyList<int> Histogram, IReadOnlyList<CellPrecision> Best);

/// <summary>Precision@50 of one cell (the paper's Table 2).</summary>
/// <param name="Cell">The cell and pole.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Token">What its value predicts.</param>
/// <param name="Precision">Share of the counted triggers whose next token that is; triggers from one text are not
/// independent.</param>
/// <param name="Q">False discovery rate at which it beats the token's frequency in the corpus.</param>
public sealed record CellPrecision(CellId Cell, Readout Readout, int Token, Estimate Precision, double Q);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(ValueAgreementResult))]
internal sealed partial class ValueAgreementJson : JsonSerializerContext;
