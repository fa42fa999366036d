using Loci.Studies.Patterns;
using Loci.Studies.Statistics;

namespace Loci.Studies.Annotation;

/// <summary>What annotators wrote, counted.</summary>
/// <param name="Keys">Keys of the task.</param>
/// <param name="Annotators">One entry a sheet.</param>
/// <param name="Pairs">Agreement of every two of them.</param>
/// <param name="Automatic">Agreement of each with the automatic labels; empty: not compared.</param>
public sealed record AnnotationResult(
    int Keys, IReadOnlyList<AnnotatorResult> Annotators, IReadOnlyList<AnnotatorAgreement> Pairs,
    IReadOnlyList<AutomaticAgreement> Automatic);

/// <summary>
/// What one annotator wrote. Patterns on fewer than three prefixes are left out of everything but
/// <paramref name="TooRare"/>.
/// </summary>
/// <param name="Name">The sheet.</param>
/// <param name="WithPattern">Share of keys with at least one pattern.</param>
/// <param name="Patterns">Mean number of patterns a key.</param>
/// <param name="TooRare">Patterns on fewer than three prefixes.</param>
/// <param name="Distractors">
/// Share of a key's distractors marked with a pattern, mean over keys: compare it with the share of triggers.
/// </param>
/// <param name="Layers">By layer.</param>
public sealed record AnnotatorResult(
    string Name, Estimate WithPattern, Estimate Patterns, int TooRare, Estimate Distractors,
    IReadOnlyList<AnnotatedLayer> Layers);

/// <summary>One annotator on one layer.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Keys">Keys of the layer.</param>
/// <param name="Triggers">Which kinds of pattern the keys' triggers hold, distractors left out.</param>
public sealed record AnnotatedLayer(int Layer, int Keys, TriggerCover Triggers);

/// <summary>Two annotators.</summary>
/// <param name="First">One sheet.</param>
/// <param name="Second">The other.</param>
/// <param name="Keys">On what a key is: none, shallow, semantic or both.</param>
/// <param name="Prefixes">
/// On whether a prefix holds a pattern; all prefixes of a key are one unit of its interval.
/// </param>
public sealed record AnnotatorAgreement(string First, string Second, CohenKappa Keys, CohenKappa Prefixes);

/// <summary>An annotator and the automatic labels.</summary>
/// <param name="Name">The sheet.</param>
/// <param name="Keys">On what a key is.</param>
public sealed record AutomaticAgreement(string Name, CohenKappa Keys);
