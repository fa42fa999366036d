using Loci.Memory.FastWeights;

namespace Loci.Models.Blocks;

/// <summary>
/// What one fast-weight layer keeps of a text: its memories, and the last rows before them. Its size does not grow.
/// </summary>
internal sealed class FastWeightState : MixerState
{
    /// <summary>Tokens of a chunk. Part of what a saved state means.</summary>
    public const int Chunk = 32;

    public FastWeightState(FastWeightSpec spec)
    {
        int features = spec.Features;
        Memory = new(
            spec.Heads, features, spec.ValueSize, Chunk, normalized: spec.Rule.KeySums == KeySumUse.DivideReads);
        Tail = new float[Math.Max(0, spec.Convolution - 1) * (2 * spec.KeyWidth + spec.ValueWidth)];
        KeySums = new float[spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites ? spec.Heads * features : 0];
    }

    private FastWeightState(FastWeightState other) =>
        (Memory, Tail, KeySums) = (other.Memory.Clone(), [.. other.Tail], [.. other.KeySums]);

    /// <summary>S of every head; with z beside it for the normalised sum.</summary>
    public ChunkState<float> Memory { get; }

    /// <summary>
    /// Queries, keys and values before the convolution, of the tokens it still reaches back to. [size − 1, channels]
    /// </summary>
    public float[] Tail { get; }

    /// <summary>z of the normalised delta rule, after the last token. [heads, features], or empty.</summary>
    public float[] KeySums { get; }

    /// <summary>Numbers that the state of a spec takes in a file.</summary>
    public static long Numbers(FastWeightSpec spec)
    {
        long features = spec.Features, columns = spec.ValueSize + (spec.Rule.KeySums == KeySumUse.DivideReads ? 1 : 0);
        return spec.Heads * (features * columns + Chunk * (features + columns + 1))
            + Math.Max(0, spec.Convolution - 1) * (2L * spec.KeyWidth + spec.ValueWidth)
            + (spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites ? spec.Heads * features : 0);
    }

    public override long Bytes => sizeof(float) * (long)(Memory.ExportSize + Tail.Length + KeySums.Length);

    public override MixerState Clone() => new FastWeightState(this);

    /// <summary>Begins a new text.</summary>
    public void Clear()
    {
        Memory.Clear();
        Array.Clear(Tail);
        Array.Clear(KeySums);
    }
}
