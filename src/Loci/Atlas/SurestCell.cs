using Loci.Atlas.Agreement;

namespace Loci.Atlas;

/// <summary>The cell to begin with: the one whose triggers its value predicts most surely.</summary>
public static class SurestCell
{
    /// <summary>
    /// The least q of the folded readout, then the most agreeing triggers, then the first; null where no cell fired.
    /// </summary>
    public static CellAgreement? Of(AtlasFile atlas) => atlas.AllCellAgreement
        .Where(agreement => agreement.Readout == Readout.Folded && agreement.Cell.Pole == Memory.Recall.Pole.Positive)
        .MinBy(agreement => (agreement.Q, -agreement.Agreeing, agreement.Cell.Layer, agreement.Cell.Index));
}
