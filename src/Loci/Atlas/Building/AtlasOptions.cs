using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// What an atlas is to hold. All of it is part of the atlas's identity: a build resumes only under the same options.
/// </summary>
public sealed record AtlasOptions
{
    /// <summary>The largest <see cref="Top"/>.</summary>
    public const int MostTriggers = 65_535;

    /// <summary>The largest <see cref="ValueTokens"/>.</summary>
    public const int MostValueTokens = 65_535;

    /// <summary>t: triggers kept for each cell and pole, 1 to 65,535.</summary>
    public int Top { get; init; } = 50;

    /// <summary>Tokens kept at either end of a value's readout, 1 to 65,535; all of a smaller vocabulary.</summary>
    public int ValueTokens { get; init; } = 20;

    /// <summary>What counts as a sentence.</summary>
    public SentenceUnit Unit { get; init; } = SentenceUnit.Sentence;

    /// <summary>Stop after this many sentences of the corpus, or null for all.</summary>
    public long? MaxSentences { get; init; }

    /// <summary>Read one part of the corpus only, to be merged with the others.</summary>
    public AtlasPart? Part { get; init; }
}

/// <summary>How a build runs. None of it changes a bit of the atlas.</summary>
public sealed record BuildSettings
{
    /// <summary>Worker threads; each has its own scratch memory and recall state.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Tokens a worker runs at a time, at least one sentence.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>
    /// Replace whatever has the atlas's name; else only an atlas of the same model, text and options is.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Time between checkpoints, and so the most work a kill can lose.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);
}
