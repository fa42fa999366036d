using Loci.Memory.FastWeights;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Generation;

namespace Loci.Studies;

/// <summary>How full the memory of one head is.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Head">The head.</param>
/// <param name="Capacity">d_dot, and the effective rank of W: how many directions are in use.</param>
/// <param name="Most">The most directions W can use: the lesser of d_dot and value size.</param>
/// <param name="Norm">‖W‖, Frobenius.</param>
/// <param name="Largest">The largest singular value.</param>
public sealed record HeadContents(int Layer, int Head, Capacity Capacity, int Most, double Norm, double Largest);

/// <summary>What became of the tokens a head has written.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Head">The head.</param>
/// <param name="Tokens">By token: what its key retrieves now, beside the value written under it.</param>
/// <param name="KeyDirections">How many directions the tokens' keys take up of d_dot.</param>
public sealed record HeadWrites(int Layer, int Head, IReadOnlyList<Retrieval> Tokens, double KeyDirections);

/// <summary>What the fast-weight memories of a text hold.</summary>
public static class MemoryContents
{
    /// <summary>Every head of every fast-weight layer, from the state alone.</summary>
    public static IReadOnlyList<HeadContents> Of(SavedState state)
    {
        var contents = new List<HeadContents>();
        foreach (var (layer, head, memory) in Heads(state))
        {
            double[] spectrum = memory.Spectrum();
            contents.Add(new(
                layer, head, memory.MeasureCapacity(), Math.Min(memory.FeatureCount, memory.Options.ValueSize),
                Math.Sqrt(spectrum.Sum(s => s * s)), spectrum[0]));
        }
        return contents;
    }

    /// <summary>
    /// Which tokens' writes can still be read from a state. The text is run through the model to learn what it writes; a
    /// token is retrievable where no other of the values compared is nearer to what its key retrieves.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="model">Its model.</param>
    /// <param name="tokens">The text, from its beginning.</param>
    /// <param name="last">Tokens at the end of the text to look at.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="LociException">The model is another, or the text does not fit it.</exception>
    public static IReadOnlyList<HeadWrites> Writes(
        SavedState state, Model model, ReadOnlySpan<int> tokens, int last, CancellationToken cancel = default)
    {
        const int Piece = 256;
        state.Resume(model); // refuses another model
        int from = Math.Max(0, tokens.Length - last);
        var keys = new List<float>[model.Spec.Layers];
        var values = new List<float>[model.Spec.Layers];
        for (int layer = 0; layer < keys.Length; layer++) (keys[layer], values[layer]) = ([], []);
        var memory = new ContextMemory(model.Spec);
        var workspace = new Workspace(model.Spec);
        int skip = 0;
        Tap written = (point, layer, shown, _) =>
        {
            if (model.Spec.Blocks[layer].Mixer is not FastWeightSpec spec) return;
            if (point == TapPoint.Keys) keys[layer].AddRange(shown[(skip * spec.KeyWidth)..]);
            else if (point == TapPoint.Values) values[layer].AddRange(shown[(skip * spec.ValueWidth)..]);
        };
        for (int at = 0; at < tokens.Length; at += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(Piece, tokens.Length - at);
            skip = Math.Clamp(from - at, 0, count);
            model.Transformer.Forward(Batch.Of(tokens.Slice(at, count), at), workspace, written, memory, inside: AttentionTaps.Heads);
        }

        var writes = new List<HeadWrites>();
        foreach (var (layer, head, held) in Heads(state))
        {
            cancel.ThrowIfCancellationRequested();
            var spec = (FastWeightSpec)model.Spec.Blocks[layer].Mixer;
            float[] own = Column(keys[layer], spec.Heads, head, spec.KeySize);
            writes.Add(new(
                layer, head, held.Retrieve(own, Column(values[layer], spec.Heads, head, spec.ValueSize)),
                own.Length == 0 ? 0 : held.MeasureCapacity(own).Used));
        }
        return writes;
    }

    private static IEnumerable<(int Layer, int Head, FastWeightMemory Memory)> Heads(SavedState state)
    {
        for (int layer = 0; layer < state.Spec.Layers; layer++)
        {
            if (state.Memory.FastWeights(layer) is not { } fast) continue;
            var options = ((FastWeightSpec)state.Spec.Blocks[layer].Mixer).Options;
            var chunks = fast.Memory;
            int size = chunks.KeySize * chunks.ValueSize;
            float[] states = new float[chunks.Memories * size], normalizers = new float[chunks.IsNormalized ? chunks.Memories * chunks.KeySize : 0];
            chunks.CopyTo(states, normalizers);
            if (fast.KeySums.Length > 0) normalizers = fast.KeySums;
            for (int head = 0; head < chunks.Memories; head++)
            {
                var z = normalizers.Length == 0 ? [] : normalizers.AsSpan(head * chunks.KeySize, chunks.KeySize);
                yield return (layer, head, FastWeightMemory.Of(options, states.AsSpan(head * size, size), z));
            }
        }
    }

    // [rows, heads, size] → [rows, size] of one head
    private static float[] Column(List<float> all, int heads, int head, int size)
    {
        int rows = all.Count / (heads * size);
        float[] own = new float[rows * size];
        for (int row = 0; row < rows; row++) all.CopyTo((row * heads + head) * size, own, row * size, size);
        return own;
    }
}
