using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>The report of all studies of one model.</summary>
public static class StudyReport
{
    /// <summary>
    /// Puts it together: the sections of the studies that were run, in the list's order, the nulls, what it took, and
    /// example cells.
    /// </summary>
    /// <param name="source">What was read.</param>
    /// <param name="results">What the studies found.</param>
    /// <param name="studies">The list of studies; null: <see cref="StudyList.All"/>.</param>
    /// <param name="cells">Cells to show on cards, whatever the studies say; null: none.</param>
    /// <param name="options">Threads and cancellation; null: as they are by themselves.</param>
    /// <exception cref="LociException">The model has no such cell or pole, or the atlas is damaged.</exception>
    public static Report Of(
        StudySource source, StudyResults results, IReadOnlyList<ReportedStudy>? studies = null,
        IReadOnlyList<CellId>? cells = null,
        StudyOptions? options = null)
    {
        studies ??= StudyList.All;
        var subject = Subject.Of(source);
        Section[] sections =
        [
            .. studies.SelectMany(study => study.Sections(results, subject)),
            .. results.Nulls is { } nulls ? [NullsSection.Of(nulls, studies)] : Array.Empty<Section>(),
        ];
        return new()
        {
            Title = $"The feed-forward memories of {subject.Model}",
            Badge = results.Scale == StudyScale.Quick
                ? "Quick: small samples and wide intervals, to see what a report looks like"
                : null,
            Brief = Report.BriefOf(source.Atlas.Manifest),
            Terms = StudyTerms.All,
            Manifest =
            [
                .. Report.ManifestOf(source.Atlas.Manifest),
                new("seed", $"{results.Seed}"),
                new("time", CostText.Of(results.Costs)),
                new("memory", $"at most {results.Costs.Max(cost => cost.PeakBytes) / 1e6:N0} MB"),
            ],
            Summary =
            [
                "Every measurement of «Transformer Feed-Forward Layers Are Key-Value Memories» (Geva et al. 2021), "
                + "our number beside the paper's. "
                    + "The paper's model has 16 layers, 65,536 cells and 247 million weights, and read WikiText-103: "
                    + "where a smaller model differs, size, text and training are possible reasons, and the report "
                    + "does not tell which.",
                .. sections.Where(section => section.InShort).Select(section => section.Means),
                .. results.Nulls is null && results.Found.Studies.Any(study => study.OnNulls)
                    ? ["The nulls were not run: how much of a number is chance or architecture is told only where a "
                    + "chance stands beside it."]
                    : Array.Empty<string>(),
            ],
            Sections = sections,
            Examples = ExampleCells.Of(source, studies, results, cells ?? [], options ?? new()),
        };
    }
}
