namespace Loci.Models.Blocks;

/// <summary>
/// The experts of a feed-forward layer: its cells are numbered through them, the first expert's first, the shared
/// expert's last.
/// </summary>
/// <param name="Count">Experts to choose from, all of one size.</param>
/// <param name="Chosen">Experts that a token is sent to.</param>
/// <param name="Renormalised">True where the weights of the chosen sum to one.</param>
/// <param name="SharedCells">Cells of an expert that every token is sent to, or 0.</param>
public sealed record ExpertsSpec(int Count, int Chosen, bool Renormalised, int SharedCells = 0)
{
    /// <summary>Groups of cells: the experts, and the shared one.</summary>
    public int Groups => Count + (SharedCells > 0 ? 1 : 0);

    internal void Check(int cells)
    {
        if (Count < 1 || Chosen < 1 || Chosen > Count)
            throw new ArgumentException($"{Chosen} of {Count} experts, where at least 1 and at most all are wanted");
        if (SharedCells < 0 || cells <= SharedCells || (cells - SharedCells) % Count != 0)
            throw new ArgumentException(
                $"{cells} cells, {SharedCells} of them shared, do not make {Count} experts of one size");
    }
}
