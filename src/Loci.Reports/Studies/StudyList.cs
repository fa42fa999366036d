using Loci.Studies.Causal;
using Loci.Studies.Layers;
using Loci.Studies.Patterns;
using Loci.Studies.Removal;
using Loci.Studies.Values;

namespace Loci.Reports.Studies;

/// <summary>
/// The studies, in the paper's order. The report, its JSON and the command line walk this list; to add a study is to
/// add a line.
/// </summary>
public static class StudyList
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReportedStudy> All { get; } =
    [
        new ReportedStudy<TriggerPatternResult>(TriggerPatterns.Study, PatternsSection.Of)
        {
            BesideNulls = PatternsSection.BesideNulls, Kinds = PatternsSection.Kinds,
        },
        new ReportedStudy<MinimalTriggerResult>(MinimalTrigger.Study,
            (result, subject, _) => MinimalSection.Of(result, subject)),
        new ReportedStudy<TokenRemovalResult>(TokenRemoval.Study,
            RemovalSection.Of) { BesideNulls = RemovalSection.BesideNulls },
        new ReportedStudy<ValueAgreementResult>(
            ValueAgreement.Study, AgreementSection.Of, (result, subject, _) => ConfidenceSection.Of(result, subject))
        {
            BesideNulls = AgreementSection.BesideNulls, Kinds = ConfidenceSection.Kinds,
        },
        new ReportedStudy<CompositionResult>(Composition.Study,
            CompositionSection.Of) { BesideNulls = CompositionSection.BesideNulls },
        new ReportedStudy<RefinementResult>(Refinement.Study,
            RefinementSection.Of) { BesideNulls = RefinementSection.BesideNulls },
        new ReportedStudy<NeuralMemoryResult>(NeuralMemory.Study,
            (result, subject, _) => NeuralMemorySection.Of(result, subject)),
        new ReportedStudy<CausalCheckResult>(CausalCheck.Study, CausalSection.Of)
        {
            BesideNulls = CausalSection.BesideNulls, Kinds = CausalSection.Kinds,
        },
    ];
}
