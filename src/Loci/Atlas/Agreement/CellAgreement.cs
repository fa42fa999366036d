using Loci.Memory.Recall;

namespace Loci.Atlas.Agreement;

/// <summary>
/// Whether the key and the value of one cell agree, at one pole, under one readout. Cells without a trigger have none.
/// </summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Token">The value's prediction at this pole.</param>
/// <param name="Next">
/// The prediction is the next token of the top trigger; null: that trigger is a whole sentence.
/// </param>
/// <param name="Copy">The prediction is the last token of the top trigger itself.</param>
/// <param name="Agreeing">Triggers among the first 50 whose next token is the prediction.</param>
/// <param name="Counted">Triggers among the first 50 that have a next token.</param>
/// <param name="P">
/// Binomial tail of <paramref name="Agreeing"/> of <paramref name="Counted"/> at the prediction's frequency as a next
/// token of the corpus; 1 where nothing was counted. Triggers from one document are not
/// independent: read it as a score.
/// </param>
/// <param name="Q">P adjusted by Benjamini and Hochberg over all cells of the atlas with something counted.</param>
public sealed record CellAgreement(
    CellId Cell, Readout Readout, int Token, bool? Next, bool Copy, int Agreeing, int Counted, double P, double Q);

/// <summary>Agreement of one layer, at one pole, under one readout.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Pole">The pole.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Next">The prediction is the next token of the top trigger.</param>
/// <param name="Copy">The prediction is the last token of the top trigger itself.</param>
/// <param name="Precision">The same for all triggers of a cell.</param>
public sealed record LayerAgreement(
    int Layer, Pole Pole, Readout Readout, AgreementTest Next, AgreementTest Copy, PrecisionSummary Precision);

/// <summary>A count of agreeing cells, with what chance gives: keys and values of the layer paired at random.</summary>
/// <param name="Cells">
/// Cells counted: those with a trigger; for next-token agreement, those whose top trigger has a next token.
/// </param>
/// <param name="Agreeing">Cells that agree.</param>
/// <param name="Expected">Mean of the permutation null.</param>
/// <param name="Variance">Variance of the permutation null.</param>
/// <param name="P">
/// One-sided mid-p under the permutation null: exact where the mean is below 5, normal otherwise; 1 without cells.
/// </param>
/// <param name="Frequency">
/// Share of cells that would agree if next tokens were drawn from the corpus: the mean frequency of the predictions.
/// Null for copy agreement, and without cells or corpus counts.
/// </param>
public sealed record AgreementTest(
    int Cells, int Agreeing, double Expected, double Variance, double P, double? Frequency)
{
    /// <summary>Share of cells that agree; 0 without cells.</summary>
    public double Share => Cells == 0 ? 0 : (double)Agreeing / Cells;

    /// <summary>Standard deviations above the permutation null; null where its variance is 0.</summary>
    public double? Z => Variance > 0 ? (Agreeing - Expected) / Math.Sqrt(Variance) : null;
}

/// <summary>
/// Precision of the value's prediction over a cell's triggers: the share of those with a next token that it names.
/// </summary>
/// <param name="Cells">Cells with at least one trigger that has a next token.</param>
/// <param name="Mean">Mean over them of the precision over all listed triggers; 0 without cells.</param>
/// <param name="Mean50">
/// The same over the first 50 triggers, the paper's; null where fewer than 50 are kept, or without cells.
/// </param>
/// <param name="Significant">Cells with q ≤ 0.05, see <see cref="CellAgreement.Q"/>.</param>
public sealed record PrecisionSummary(int Cells, double Mean, double? Mean50, int Significant);
