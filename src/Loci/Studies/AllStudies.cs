using Loci.Studies.Causal;
using Loci.Studies.Values;
using Loci.Studies.Removal;
using Loci.Studies.Chance;
using Loci.Studies.Layers;
using Loci.Studies.Patterns;

namespace Loci.Studies;

/// <summary>Runs every study over one source, then those on its nulls that depend on chance most.</summary>
public static class AllStudies
{
    /// <summary>Runs them. The same source, sizes and seed give the same numbers, costs aside.</summary>
    /// <param name="source">Model, atlas and text.</param>
    /// <param name="sizes">How much to measure.</param>
    /// <param name="nulls">Run the nulls, too.</param>
    /// <param name="options">Seed, threads and cancellation; its progress is not used.</param>
    /// <param name="progress">Told how far all of it is, from any thread; null: nobody asks.</param>
    /// <exception cref="LociException">The text is too short for a study, or a temporary file cannot be written.</exception>
    public static StudyResults Run(StudySource source, StudySizes sizes, bool nulls, StudyOptions options, Action<AllStudiesProgress>? progress = null)
    {
        int layers = source.Model.Spec.Layers;
        using var clock = new StudyClock(options, progress, nulls ? WeightOf(layers) + NullWeight : WeightOf(layers));
        var values = clock.Run("values and agreement", 2, 2 * layers, o => ValueAgreement.Run(source, sizes.Confident, [], o));
        var removal = clock.Run("token removal", 10, 1, o => TokenRemoval.Run(source, sizes.Removal, o));
        var minimal = clock.Run("minimal triggers", 4, 4, o => MinimalTrigger.Run(source, sizes.Minimal, o));
        var patterns = clock.Run("trigger patterns", 10, 2, o => TriggerPatterns.Run(source, sizes.Patterns, o));
        var composition = clock.Run("composition", 10, 2, o => Composition.Run(source, sizes.Composition, o));
        var refinement = clock.Run("refinement", 5, 1, o => Refinement.Run(source, sizes.Refinement, sizes.Examples, o));
        var softmax = clock.Run("neural memory", 4 * layers, 2 + 3 * (layers + 1), o => NeuralMemory.Run(source, sizes.NeuralMemory, o));
        var causal = clock.Run("causal check", 20, 3, o => CausalCheck.Run(source, sizes.Causal, o));
        var chance = nulls ? OnNulls(source, sizes, options, clock) : null;
        return new(options.Seed, patterns, minimal, removal, values, composition, refinement, softmax, causal, chance, clock.Costs);
    }

    // Shares of the work, for the time left only.
    private static int WeightOf(int layers) => 61 + 4 * layers;

    private const int NullWeight = 3 * 15 + (NullSources.Draws - 1) * 4;

    private static NullResults OnNulls(StudySource source, StudySizes sizes, StudyOptions options, StudyClock clock)
    {
        NullSources? built = null;
        try
        {
            built = clock.Run("nulls: atlases", 3, 2 + NullSources.Draws, o => NullSources.Build(source, o, sizes.NullSentences));
            var small = sizes.OfNulls;
            return new(built.Sentences, On("sample", built.Sample), RandomWeights(On("random weights", built.RandomWeights[0])), On("shuffled text", built.ShuffledText));

            // Labels need more draws than one: whether random weights have any is what they are judged by.
            NullResult RandomWeights(NullResult first) => first with
            {
                Patterns = TriggerPatterns.Join([first.Patterns, .. built.RandomWeights.Skip(1).Select((draw, i) => clock.Run(
                    $"nulls: random weights, draw {i + 2}", 4, 2, o => TriggerPatterns.Run(draw, small.Patterns, o)))]),
            };

            NullResult On(string name, StudySource of) => clock.Run($"nulls: {name}", 14, 2 * of.Model.Spec.Layers + 9, o => new NullResult(
                TriggerPatterns.Run(of, small.Patterns, o), TokenRemoval.Run(of, small.Removal, o), ValueAgreement.Run(of, small.Confident, [], o),
                Composition.Run(of, small.Composition, o), Refinement.Run(of, small.Refinement, small.Examples, o), CausalCheck.Run(of, small.Causal, o)));
        }
        finally
        {
            built?.Dispose();
        }
    }
}

/// <summary>How far all studies together are.</summary>
/// <param name="Study">The one that runs.</param>
/// <param name="Doing">What it is doing.</param>
/// <param name="Share">Share of all the work that is done, by the weight of the studies: 0 to 1, never falling.</param>
/// <param name="Left">Time left if the rest goes as fast; null until that can be told.</param>
public readonly record struct AllStudiesProgress(string Study, string Doing, double Share, TimeSpan? Left);
