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
/// <param name="Tokens">By token: what became of its write.</param>
/// <param name="KeyDirections">How many directions the keys of the tokens looked at take up of d_dot.</param>
public sealed record HeadWrites(int Layer, int Head, IReadOnlyList<WriteFate> Tokens, double KeyDirections);

/// <summary>What the fast-weight memories of a text hold.</summary>
public static class MemoryContents
{
    /// <summary>Every head of every fast-weight layer, from the state alone.</summary>
    public static IReadOnlyList<HeadContents> Of(SavedState state)
    {
        var contents = new List<HeadContents>();
        foreach (var (layer, head, memory) in Heads(state.Spec, state.Memory))
        {
            double[] spectrum = memory.Spectrum();
            contents.Add(new(
                layer, head, memory.MeasureCapacity(), Math.Min(memory.FeatureCount, memory.Options.ValueSize),
                Math.Sqrt(spectrum.Sum(s => s * s)), spectrum[0]));
        }
        return contents;
    }

    /// <summary>
    /// What became of the writes at the end of a text. The text is run through the model once more, token by token
    /// where it is looked at, to learn what every write left right after it; the fate of a write does not depend on how
    /// many are looked at.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="model">Its model.</param>
    /// <param name="tokens">The whole text the state has read, and nothing else.</param>
    /// <param name="last">Tokens at the end of the text to look at.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="LociException">The model is another, or the state has read another text.</exception>
    public static IReadOnlyList<HeadWrites> Writes(
        SavedState state, Model model, ReadOnlySpan<int> tokens, int last, CancellationToken cancel = default)
    {
        const int Piece = 256;
        state.Resume(model); // refuses another model
        if (tokens.Length != state.Memory.Length)
            throw new LociException(
                $"This is not the text that the state has read: that one has {state.Memory.Length:N0} tokens, this "
                + $"one {tokens.Length:N0}.");
        int from = Math.Max(0, tokens.Length - last);
        var memory = new ContextMemory(model.Spec);
        var workspace = new Workspace(model.Spec);
        // of the last token, by layer
        float[][] key = new float[model.Spec.Layers][], value = new float[model.Spec.Layers][];
        Tap written = (point, layer, shown, _) =>
        {
            if (model.Spec.Blocks[layer].Mixer is not FastWeightSpec) return;
            if (point == TapPoint.Keys) key[layer] = shown.ToArray();
            else if (point == TapPoint.Values) value[layer] = shown.ToArray();
        };
        for (int at = 0; at < from; at += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            model.Transformer.Forward(Batch.Of(tokens.Slice(at, Math.Min(Piece, from - at)), at), workspace,
                memory: memory);
        }
        var writes = Heads(state.Spec, state.Memory).Select(_ => new List<ObservedWrite>()).ToArray();
        for (int at = from; at < tokens.Length; at++)
        {
            cancel.ThrowIfCancellationRequested();
            model.Transformer.Forward(Batch.Of(tokens.Slice(at, 1), at), workspace, written, memory,
                inside: AttentionTaps.Heads);
            int next = 0;
            foreach (var (layer, head, held) in Heads(model.Spec, memory))
            {
                var (keySize, valueSize) = (held.Options.KeySize, held.Options.ValueSize);
                float[] k = key[layer][(head * keySize)..((head + 1) * keySize)],
                    v = value[layer][(head * valueSize)..((head + 1) * valueSize)];
                float[] read = new float[valueSize];
                held.Read(k, read);
                writes[next++].Add(new(k, v, read));
            }
        }
        if (!Alike(state, memory))
            throw new LociException("This is not the text that the state has read: another one with as many tokens.");
        return [.. Heads(state.Spec, state.Memory).Select((head, at) => new HeadWrites(
            head.Layer, head.Head, WriteFate.Of(head.Memory, writes[at], from),
            writes[at].Count == 0
                ? 0
                : head.Memory.MeasureCapacity([.. writes[at].SelectMany(write => write.Key)]).Used))];
    }

    // The same text gives the same bits, in whatever steps it was read.
    private static bool Alike(SavedState state, ContextMemory memory)
    {
        for (int layer = 0; layer < state.Spec.Layers; layer++)
        {
            if (state.Memory.FastWeights(layer) is not { } held || memory.FastWeights(layer) is not { } again) continue;
            if (!States(held).States.AsSpan().SequenceEqual(States(again).States)) return false;
        }
        return true;
    }

    internal static IEnumerable<(int Layer, int Head, FastWeightMemory Memory)> Heads(ModelSpec spec,
        ContextMemory context)
    {
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            if (context.FastWeights(layer) is not { } fast) continue;
            var options = ((FastWeightSpec)spec.Blocks[layer].Mixer).Options;
            var chunks = fast.Memory;
            int size = chunks.KeySize * chunks.ValueSize;
            var (states, normalizers) = States(fast);
            for (int head = 0; head < chunks.Memories; head++)
            {
                var z = normalizers.Length == 0 ? [] : normalizers.AsSpan(head * chunks.KeySize, chunks.KeySize);
                yield return (layer, head, FastWeightMemory.Of(options, states.AsSpan(head * size, size), z));
            }
        }
    }

    // [heads, features, values] and [heads, features], or empty
    private static (float[] States, float[] Normalizers) States(FastWeightState fast)
    {
        var chunks = fast.Memory;
        float[] states = new float[chunks.Memories * chunks.KeySize * chunks.ValueSize];
        float[] normalizers = new float[chunks.IsNormalized ? chunks.Memories * chunks.KeySize : 0];
        chunks.CopyTo(states, normalizers);
        return (states, fast.KeySums.Length > 0 ? fast.KeySums : normalizers);
    }
}
