using Loci.Studies.Causal;
using Loci.Studies.Layers;
using Loci.Studies.Patterns;
using Loci.Studies.Removal;
using Loci.Studies.Values;

namespace Loci.Studies;

/// <summary>All studies of one model over one text.</summary>
/// <param name="Seed">What decided the samples.</param>
/// <param name="Patterns">What triggers have in common.</param>
/// <param name="Minimal">How much of a prefix a cell needs.</param>
/// <param name="Removal">Which token a cell looks at.</param>
/// <param name="Values">Whether values say what follows.</param>
/// <param name="Composition">Whether a layer says what one of its memories says.</param>
/// <param name="Refinement">How the prediction forms.</param>
/// <param name="NeuralMemory">Layers read with a softmax.</param>
/// <param name="Causal">What cells cause.</param>
/// <param name="Nulls">The studies that depend on chance most, where there is nothing to find; null: not asked for.</param>
/// <param name="Costs">What each took, in the order they ran. The only numbers that are not the same again.</param>
public sealed record StudyResults(
    int Seed,
    TriggerPatternResult Patterns,
    MinimalTriggerResult Minimal,
    TokenRemovalResult Removal,
    ValueAgreementResult Values,
    CompositionResult Composition,
    RefinementResult Refinement,
    NeuralMemoryResult NeuralMemory,
    CausalCheckResult Causal,
    NullResults? Nulls,
    IReadOnlyList<StudyCost> Costs);

/// <summary>The nulls, and the model itself over the same sentences and at the same sample sizes to hold them against.</summary>
/// <param name="Sentences">Sentences of the sample.</param>
/// <param name="Sample">The model as it is.</param>
/// <param name="RandomWeights">The model with the entries of every matrix permuted.</param>
/// <param name="ShuffledText">The model over the sample's tokens in random order.</param>
public sealed record NullResults(int Sentences, NullResult Sample, NullResult RandomWeights, NullResult ShuffledText);

/// <summary>The studies that are run on a null.</summary>
/// <param name="Patterns">What triggers have in common.</param>
/// <param name="Removal">Which token a cell looks at.</param>
/// <param name="Values">Whether values say what follows.</param>
/// <param name="Composition">Whether a layer says what one of its memories says.</param>
/// <param name="Refinement">How the prediction forms.</param>
/// <param name="Causal">What cells cause.</param>
public sealed record NullResult(
    TriggerPatternResult Patterns, TokenRemovalResult Removal, ValueAgreementResult Values,
    CompositionResult Composition, RefinementResult Refinement, CausalCheckResult Causal);

/// <summary>What a study took.</summary>
/// <param name="Study">Its name.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="PeakBytes">The largest working set of the process seen while it ran, what was there before included.</param>
public sealed record StudyCost(string Study, double Seconds, long PeakBytes);
