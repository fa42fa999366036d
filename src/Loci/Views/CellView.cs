using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Memory.Recall;

namespace Loci.Views;

/// <summary>One cell of an atlas, at one pole: <c>loci atlas show</c>.</summary>
/// <param name="Cell">The cell, written <c>L12/2601</c>, or <c>L12/2601-</c> for its negative pole.</param>
/// <param name="Triggers">The prefixes that fire it most, strongest first.</param>
/// <param name="Promotes">What its value promotes by the folded readout, strongest first.</param>
/// <param name="Suppresses">What its value suppresses by the folded readout, strongest first.</param>
/// <param name="PromotesRaw">What its value promotes by the raw readout.</param>
/// <param name="SuppressesRaw">What its value suppresses by the raw readout.</param>
/// <param name="Value">The value itself.</param>
/// <param name="Agreement">Whether key and value agree, by readout; empty for a pole that never fired.</param>
/// <param name="Statistics">Its coefficients over the whole corpus, both poles together.</param>
public sealed record CellView(
    string Cell, IReadOnlyList<TriggerView> Triggers, IReadOnlyList<ScoredTokenView> Promotes,
    IReadOnlyList<ScoredTokenView> Suppresses,
    IReadOnlyList<ScoredTokenView> PromotesRaw, IReadOnlyList<ScoredTokenView> SuppressesRaw, ValueView Value,
    IReadOnlyList<CellAgreementView> Agreement, CellStatisticsView Statistics)
{
    /// <summary>A cell of an atlas.</summary>
    /// <exception cref="LociException">The model has no such cell or pole.</exception>
    public static CellView Of(AtlasFile atlas, CellId id)
    {
        var cell = atlas.Cell(id);
        var (folded, raw) = (cell.Value.Folded, cell.Value.Raw);
        return new(
            id.ToString(), [.. cell.Triggers(id.Pole).Select(trigger => TriggerView.Of(atlas, trigger))],
            ScoredTokenView.Of(atlas, folded.Promoted(id.Pole)), ScoredTokenView.Of(atlas, folded.Suppressed(id.Pole)),
            ScoredTokenView.Of(atlas, raw.Promoted(id.Pole)), ScoredTokenView.Of(atlas, raw.Suppressed(id.Pole)),
            new(cell.Value.Norm, folded.At(id.Pole).Probability, folded.At(id.Pole).ZScore),
            [.. atlas.Agreement(id).Select(CellAgreementView.Of)],
            CellStatisticsView.Of(cell, id.Pole, atlas.Manifest.Spec.Gated));
    }
}

/// <summary>A cell's value.</summary>
/// <param name="Norm">‖v‖, with which coefficients of different cells are compared.</param>
/// <param name="Probability">Largest probability of softmax over the folded readout.</param>
/// <param name="Z">Standard deviations of the largest logit above the mean logit.</param>
public sealed record ValueView(float Norm, float Probability, float Z);

/// <summary>Whether key and value of a cell agree, under one readout.</summary>
/// <param name="Readout"><c>raw</c> or <c>folded</c>.</param>
/// <param name="Prediction">Id of the token that the value promotes most.</param>
/// <param name="NextToken">
/// The prediction came after the strongest trigger; null: that trigger is a whole sentence.
/// </param>
/// <param name="Copy">The prediction is the last token of the strongest trigger itself.</param>
/// <param name="Agreeing">Triggers among the first 50 that the prediction came after.</param>
/// <param name="Counted">Triggers among the first 50 that anything came after.</param>
/// <param name="P">Binomial tail at the prediction's frequency in the corpus.</param>
/// <param name="Q">P adjusted by Benjamini and Hochberg over all cells of the atlas.</param>
public sealed record CellAgreementView(
    string Readout, int Prediction, bool? NextToken, bool Copy, int Agreeing, int Counted, double P, double Q)
{
    internal static CellAgreementView Of(CellAgreement agreement) => new(
        ViewNames.Of(agreement.Readout), agreement.Token, agreement.Next, agreement.Copy, agreement.Agreeing,
        agreement.Counted,
        agreement.P, agreement.Q);
}

/// <summary>The coefficients of a cell over the corpus.</summary>
/// <param name="Prefixes">Prefixes seen.</param>
/// <param name="Positive">Prefixes with a coefficient above 0.</param>
/// <param name="Negative">Prefixes with a coefficient below 0.</param>
/// <param name="FiringRate">Share of the prefixes that fire the pole meant.</param>
/// <param name="Mean">Mean coefficient.</param>
/// <param name="Variance">Variance of the coefficients.</param>
/// <param name="Max">Largest coefficient.</param>
/// <param name="Min">Smallest coefficient.</param>
/// <param name="Dead">No prefix fires the cell, at any pole.</param>
/// <param name="Histogram">
/// Prefixes by coefficient, in powers of two; the bins are in <c>docs/atlas-format.md</c>.
/// </param>
public sealed record CellStatisticsView(
    long Prefixes, long Positive, long Negative, double FiringRate, double Mean, double Variance, float Max, float Min,
    bool Dead,
    IReadOnlyList<long> Histogram)
{
    internal static CellStatisticsView Of(AtlasCell cell, Pole pole, bool gated)
    {
        var all = cell.Statistics;
        return new(
            all.Count, all.Positive, all.Negative, all.FiringRate(pole), all.Mean, all.Variance, all.Max, all.Min,
            all.Dead(gated),
            cell.Histogram);
    }
}
