using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>Cells of each kind, chosen by rule so that nobody picks the pretty ones.</summary>
public static class ExampleCells
{
    private const int Each = 2;

    /// <summary>
    /// Kinds that have a cell, each with a few: those asked for, those that the studies tell apart, and dead cells.
    /// </summary>
    /// <param name="source">What was read.</param>
    /// <param name="studies">The list of studies.</param>
    /// <param name="results">What they found.</param>
    /// <param name="asked">Cells to show whatever the studies say.</param>
    /// <param name="options">Threads and cancellation.</param>
    /// <exception cref="LociException">The model has no such cell or pole, or the atlas is damaged.</exception>
    public static IReadOnlyList<CellKind> Of(
        StudySource source, IReadOnlyList<ReportedStudy> studies, StudyResults results, IReadOnlyList<CellId> asked,
        StudyOptions options)
    {
        (string Name, string What, CellId[] Cells)[] kinds =
        [
            ("Asked for", "The cells that this report was asked to show.", [.. asked]),
            .. studies.SelectMany(study => study.Examples(results, source.Atlas))
                .Append(new("Dead", "No prefix of the corpus fires it.", Dead(source.Atlas)))
                .Select(kind => (kind.Name, kind.What, kind.Cells.Take(Each).ToArray())),
        ];
        // One pass over the text for all cards.
        CellId[] all = [.. kinds.SelectMany(kind => kind.Cells).Distinct()];
        var cards = all.Zip(CellExamples.Read(source, all, options))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. kinds.Where(kind => kind.Cells.Length > 0)
            .Select(kind => new CellKind(kind.Name, kind.What, [.. kind.Cells.Select(id => cards[id])]))];
    }

    private static IEnumerable<CellId> Dead(AtlasFile atlas) =>
        atlas.Cells.Where(cell => cell.Statistics.Dead(atlas.Manifest.Spec.Gated))
        .Select(cell => new CellId(cell.Layer, cell.Index, Pole.Positive));
}
