using Loci.Models.Gradients;

namespace Loci.Models.Blocks;

/// <summary>The memory of one way back at a time; what is named after a value holds its gradient.</summary>
internal sealed class BackwardWorkspace
{
    public GrowingBuffer Stream { get; } = new();

    public GrowingBuffer Branch { get; } = new();

    public GrowingBuffer Normed { get; } = new();

    /// <summary>What the cells of a parallel block send to its input.</summary>
    public GrowingBuffer Beside { get; } = new();

    public GrowingBuffer Coefficients { get; } = new();

    public GrowingBuffer Scores { get; } = new();

    /// <summary>Of the weights of experts.</summary>
    public GrowingBuffer Routed { get; } = new();

    public GrowingBuffer RouterScores { get; } = new();

    /// <summary>What a router sends to the input of its cells.</summary>
    public GrowingBuffer RouterInput { get; } = new();

    public GrowingBuffer Content { get; } = new();

    public GrowingBuffer Projected { get; } = new();

    public GrowingBuffer Mixed { get; } = new();

    public GrowingBuffer Logits { get; } = new();

    /// <summary>What the weights of the mixer were applied to, computed anew.</summary>
    public GrowingBuffer MixerInput { get; } = new();

    /// <summary>A few rows for the parts of a mixer.</summary>
    public GrowingBuffer Part { get; } = new();

    public FastWeightGradients FastWeights { get; } = new();
}
