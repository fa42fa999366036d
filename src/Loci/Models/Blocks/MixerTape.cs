using Loci.Memory.FastWeights;
using Loci.Models.Gradients;

namespace Loci.Models.Blocks;

/// <summary>What the forward pass of a mixer leaves for its way back; each buffer is as the pass left it.</summary>
internal sealed class MixerTape
{
    private readonly List<ChunkTape<float>> _chunks = [];

    /// <summary>[rows, fused projection], in softmax layers rotated.</summary>
    public GrowingBuffer Projected { get; } = new();

    /// <summary>The same before queries and keys were normed, where they are.</summary>
    public GrowingBuffer Plain { get; } = new();

    /// <summary>What the output projection read. [rows, heads·value size]</summary>
    public GrowingBuffer Mixed { get; } = new();

    /// <summary>What was read from fast weights, before scale, norm and gate. [rows, heads·value size]</summary>
    public GrowingBuffer Reads { get; } = new();

    /// <summary>What fast-weight layers have beside.</summary>
    public FastWeightBuffers FastWeights { get; } = new();

    /// <summary>That of the chunks of one sequence.</summary>
    public ChunkTape<float> Chunks(int sequence)
    {
        while (_chunks.Count <= sequence) _chunks.Add(new());
        return _chunks[sequence];
    }
}
