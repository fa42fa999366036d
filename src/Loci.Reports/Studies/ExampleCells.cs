using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Studies;
using Loci.Studies.Patterns;

namespace Loci.Reports.Studies;

/// <summary>Cells of each kind, chosen by rule so that nobody picks the pretty ones.</summary>
public static class ExampleCells
{
    private const int Each = 2;

    /// <summary>Kinds that have a cell, each with a few.</summary>
    /// <exception cref="LociException">The atlas is damaged.</exception>
    public static IReadOnlyList<CellKind> Of(AtlasFile atlas, StudyResults results)
    {
        var cells = results.Patterns.Cells;
        CellKind[] kinds =
        [
            Labelled("Shallow", "Phrases explain the held-out coefficient beyond the last token; those explained best.", PatternLabel.Shallow),
            Labelled("Semantic", "A topic explains the held-out coefficient beyond the last token; those explained best.", PatternLabel.Semantic),
            Labelled("Both", "Phrases and a topic explain it beyond the last token, each by itself or either alike.", PatternLabel.Both),
            Kind("No pattern", "No pattern explains the held-out coefficient; the strongest of the sample.", cells
                .Where(c => c.Label == PatternLabel.None).OrderByDescending(c => c.Threshold).Select(c => c.Cell)),
            Kind("Agreeing", "The value's first token follows most of the triggers.", results.Values.Precision.Single(p => p.Readout == Readout.Folded).Best.Select(p => p.Cell)),
            Kind("Copying", "The value's first token is the last token of the strongest trigger; those that stand out most.", Copying(atlas)),
            Kind("Surest", "The largest max(p) of any value.", results.Values.MostConfident.Single(c => c.Readout == Readout.Folded).Values.Select(v => v.Cell)),
            Kind("Strongest effect", "Set to zero at its triggers, it takes most from its own token's logit, the model run again.", results.Causal.Cells
                .Where(c => !double.IsNaN(c.Total)).OrderByDescending(c => c.Total).Select(c => c.Cell)),
            Kind("Dead", "No prefix of the corpus fires it.", Dead(atlas)),
        ];
        return [.. kinds.Where(kind => kind.Cells.Count > 0)];

        CellKind Labelled(string name, string what, PatternLabel label) =>
            Kind(name, what, cells.Where(c => c.Label == label).OrderByDescending(c => c.Explained).Select(c => c.Cell));

        CellKind Kind(string name, string what, IEnumerable<CellId> ids) =>
            new(name, what, [.. ids.Take(Each).Select(id => CellExamples.Read(atlas, id))]);
    }

    // Copying by itself says little of a frequent token: the value's confidence orders them.
    private static IEnumerable<CellId> Copying(AtlasFile atlas) =>
        atlas.AllCellAgreement.Where(a => a is { Copy: true, Readout: Readout.Folded }).Select(a => a.Cell).ToArray()
            .OrderByDescending(id => Math.Abs(atlas.Cell(id).Value.Folded.At(id.Pole).ZScore)).ThenBy(id => id.Layer).ThenBy(id => id.Index);

    private static CellId[] Dead(AtlasFile atlas) =>
        [.. atlas.Cells.Where(cell => cell.Statistics.Dead(atlas.Manifest.Spec.Gated)).Take(Each).Select(cell => new CellId(cell.Layer, cell.Index, Pole.Positive))];
}
