using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>The report of all studies of one model.</summary>
public static class StudyReport
{
    private static readonly string[] s_short = ["patterns", "removal", "agreement", "composition", "causal"];

    /// <summary>Puts it together: a section a study in the paper's order, the nulls, what it took, and example cells.</summary>
    /// <exception cref="LociException">The atlas is damaged.</exception>
    public static Report Of(StudySource source, StudyResults results)
    {
        var subject = Subject.Of(source);
        List<Section> sections =
        [
            PatternsSection.Of(results.Patterns, subject, results.Nulls),
            MinimalSection.Of(results.Minimal, subject),
            RemovalSection.Of(results.Removal, subject, results.Nulls),
            AgreementSection.Of(results.Values, subject, results.Nulls),
            ConfidenceSection.Of(results.Values, subject),
            CompositionSection.Of(results.Composition, subject, results.Nulls),
            RefinementSection.Of(results.Refinement, subject, results.Nulls),
            NeuralMemorySection.Of(results.NeuralMemory, subject),
            CausalSection.Of(results.Causal, subject, results.Nulls),
            .. results.Nulls is { } nulls ? [NullsSection.Of(nulls, subject)] : Array.Empty<Section>(),
        ];
        return new()
        {
            Title = $"The feed-forward memories of {subject.Model}",
            Manifest =
            [
                .. Report.ManifestOf(source.Atlas.Manifest),
                new("seed", $"{results.Seed}"),
                new("time", string.Join(", ", results.Costs.Select(cost => $"{cost.Study} {cost.Seconds:f1} s"))),
                new("memory", $"at most {results.Costs.Max(cost => cost.PeakBytes) / 1e6:N0} MB"),
            ],
            Summary =
            [
                "Every measurement of «Transformer Feed-Forward Layers Are Key-Value Memories» (Geva et al. 2021), our number beside the paper's. "
                    + "The paper's model has 16 layers, 65,536 cells and 247 million weights, and read WikiText-103: where a smaller model differs, size, text and training are possible reasons, and the report does not tell which.",
                .. sections.Where(section => s_short.Contains(section.Name)).Select(section => section.Means),
                .. results.Nulls is null ? ["The nulls were not run: how much of a number is chance or architecture is told only where a chance stands beside it."] : Array.Empty<string>(),
            ],
            Sections = sections,
            Examples = ExampleCells.Of(source.Atlas, results),
        };
    }
}
