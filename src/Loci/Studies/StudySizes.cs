using Loci.Studies.Causal;
using Loci.Studies.Patterns;
using Loci.Studies.Removal;
using Loci.Studies.Values;

namespace Loci.Studies;

/// <summary>How much all studies together measure. Where a model has fewer cells or a text fewer prefixes, all of them.</summary>
public sealed record StudySizes
{
    /// <summary>Patterns of triggers.</summary>
    public TriggerPatternParameters Patterns { get; init; } = new();

    /// <summary>Minimal triggers.</summary>
    public MinimalTriggerParameters Minimal { get; init; } = new();

    /// <summary>Token removal: the paper's 100 keys a layer and 50 triggers.</summary>
    public TokenRemovalParameters Removal { get; init; } = new();

    /// <summary>The surest values to look at.</summary>
    public int Confident { get; init; } = ValueAgreement.PaperConfident;

    /// <summary>Prefixes of composition.</summary>
    public int Composition { get; init; } = Layers.Composition.PaperPrefixes;

    /// <summary>Prefixes of refinement.</summary>
    public int Refinement { get; init; } = Layers.Refinement.PaperPrefixes;

    /// <summary>Changes of the last layer to list.</summary>
    public int Examples { get; init; } = Layers.Refinement.PaperExamples;

    /// <summary>Prefixes of the softmax read.</summary>
    public int NeuralMemory { get; init; } = Layers.Composition.PaperPrefixes;

    /// <summary>The causal check.</summary>
    public CausalCheckParameters Causal { get; init; } = new();

    /// <summary>Sentences of the nulls.</summary>
    public int NullSentences { get; init; } = 1000;

    /// <summary>The paper's sizes; where it has none, sizes whose intervals tell something.</summary>
    public static StudySizes Paper { get; } = new();

    /// <summary>What the nulls are measured with: a null's interval may be wider.</summary>
    public StudySizes OfNulls => this with
    {
        Patterns = Patterns with { KeysPerLayer = Math.Min(Patterns.KeysPerLayer, 40), Background = Math.Min(Patterns.Background, 2000) },
        Removal = Removal with { KeysPerLayer = Math.Min(Removal.KeysPerLayer, 40), Triggers = Math.Min(Removal.Triggers, 25) },
        Composition = Math.Min(Composition, 1000),
        Refinement = Math.Min(Refinement, 1000),
        Causal = Causal with { CellsPerLayer = Math.Min(Causal.CellsPerLayer, 10), Triggers = Math.Min(Causal.Triggers, 10), RandomPrefixes = Math.Min(Causal.RandomPrefixes, 40) },
    };

    /// <summary>Seconds instead of minutes, with wide intervals: to see what a report looks like.</summary>
    public static StudySizes Quick { get; } = new()
    {
        Patterns = new() { KeysPerLayer = 10, Background = 500 },
        Minimal = new() { KeysPerLayer = 10 },
        Removal = new() { KeysPerLayer = 10, Triggers = 10 },
        Composition = 200,
        Refinement = 200,
        Examples = 20,
        NeuralMemory = 200,
        Causal = new(CellsPerLayer: 5, Triggers: 5, RandomPrefixes: 20),
        NullSentences = 100,
    };
}
