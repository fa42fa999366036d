using Loci.Studies.Annotation;
using Loci.Studies.Statistics;

namespace Loci.Views;

/// <summary>What annotators found: <c>loci annotate read</c>.</summary>
/// <param name="Keys">Keys of the task.</param>
/// <param name="Annotators">One entry a sheet.</param>
/// <param name="Agreement">Agreement of every two of them, and of each with the automatic labels.</param>
public sealed record AnnotationView(
    int Keys, IReadOnlyList<AnnotatorView> Annotators, IReadOnlyList<KappaView> Agreement)
{
    /// <summary>What annotators wrote, counted.</summary>
    public static AnnotationView Of(AnnotationResult result) => new(
        result.Keys, [.. result.Annotators.Select(AnnotatorView.Of)],
        [
            .. result.Pairs.SelectMany(pair => (KappaView[])
                [
                    KappaView.Of(pair.First, pair.Second, "keys", pair.Keys),
                    KappaView.Of(pair.First, pair.Second, "prefixes", pair.Prefixes),
                ]),
            .. result.Automatic.Select(one => KappaView.Of(one.Name, "automatic", "keys", one.Keys)),
        ]);
}

/// <summary>What one annotator wrote.</summary>
/// <param name="Name">The sheet.</param>
/// <param name="WithPattern">Share of keys with a pattern.</param>
/// <param name="PatternsPerKey">Mean number of patterns a key.</param>
/// <param name="PatternsTooRare">Patterns on too few prefixes, left out of everything else.</param>
/// <param name="DistractorsMarked">Share of a key's distractors marked with a pattern.</param>
/// <param name="Layers">By layer.</param>
public sealed record AnnotatorView(
    string Name, EstimateView WithPattern, EstimateView PatternsPerKey, int PatternsTooRare,
    EstimateView DistractorsMarked,
    IReadOnlyList<AnnotatedLayerView> Layers)
{
    internal static AnnotatorView Of(AnnotatorResult annotator) => new(
        annotator.Name, EstimateView.Of(annotator.WithPattern), EstimateView.Of(annotator.Patterns), annotator.TooRare,
        EstimateView.Of(annotator.Distractors), [.. annotator.Layers.Select(AnnotatedLayerView.Of)]);
}

/// <summary>One annotator on one layer: shares of triggers by the patterns they hold.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Keys">Keys of the layer.</param>
/// <param name="Covered">Triggers that hold any pattern.</param>
/// <param name="Shallow">Triggers that hold shallow patterns only.</param>
/// <param name="Semantic">Triggers that hold semantic patterns only.</param>
/// <param name="Both">Triggers that hold both.</param>
public sealed record AnnotatedLayerView(
    int Layer, int Keys, EstimateView Covered, EstimateView Shallow, EstimateView Semantic, EstimateView Both)
{
    internal static AnnotatedLayerView Of(AnnotatedLayer layer) => new(
        layer.Layer, layer.Keys, EstimateView.Of(layer.Triggers.Any), EstimateView.Of(layer.Triggers.Shallow),
        EstimateView.Of(layer.Triggers.Semantic), EstimateView.Of(layer.Triggers.Both));
}

/// <summary>How far two agree.</summary>
/// <param name="First">One sheet.</param>
/// <param name="Second">The other, or <c>automatic</c>.</param>
/// <param name="On"><c>keys</c>: on what a key is; <c>prefixes</c>: on whether a prefix holds a pattern.</param>
/// <param name="Kappa">Cohen's κ.</param>
/// <param name="Observed">Share they agree on; null where nothing was judged.</param>
/// <param name="Expected">Share they would agree on by chance; null where nothing was judged.</param>
public sealed record KappaView(
    string First, string Second, string On, EstimateView Kappa, double? Observed, double? Expected)
{
    internal static KappaView Of(string first, string second, string on, CohenKappa kappa) => new(
        first, second, on, EstimateView.Of(kappa.Kappa), EstimateView.Finite(kappa.Observed),
        EstimateView.Finite(kappa.Expected));
}

/// <summary>A number measured on a sample, with its 95 % interval.</summary>
/// <param name="Value">The estimate; null without a sample.</param>
/// <param name="Low">Lower end of the interval; null without one.</param>
/// <param name="High">Upper end of the interval; null without one.</param>
/// <param name="Count">Size of the sample.</param>
public sealed record EstimateView(double? Value, double? Low, double? High, long Count)
{
    internal static EstimateView Of(Estimate estimate) =>
        new(Finite(estimate.Value), Finite(estimate.Low), Finite(estimate.High), estimate.Count);

    internal static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
