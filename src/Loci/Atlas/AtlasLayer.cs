namespace Loci.Atlas;

/// <summary>One layer of an atlas.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Cells of the layer.</param>
/// <param name="Dead">Cells that no prefix fired.</param>
/// <param name="Prefixes">Prefixes every cell has seen.</param>
/// <param name="Disagreeing">Cells whose raw and folded readouts predict different tokens.</param>
public sealed record AtlasLayer(int Layer, int Cells, int Dead, long Prefixes, int Disagreeing)
{
    /// <summary>Share of cells whose raw and folded readouts predict different tokens.</summary>
    public double Disagreement => Cells == 0 ? 0 : (double)Disagreeing / Cells;
}
