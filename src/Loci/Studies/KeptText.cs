using Loci.Memory.FastWeights;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Generation;

namespace Loci.Studies;

/// <summary>
/// A text that a model with fast-weight memories has read, with every write that its tokens made: what is still
/// retrievable can be told at any time, the text can go on, fork, and have writes erased.
/// </summary>
internal sealed class KeptText
{
    private const double ErasedRounding = 1e-3; // of the value's length: float32 over the features of a key

    private readonly Session _session;
    private readonly List<int> _tokens;
    private readonly List<Erasure> _erased;
    private readonly List<ObservedWrite>[] _writes;                     // [heads of all layers][tokens]

    private KeptText(
        Model model, Session session, List<int> tokens, List<Erasure> erased, List<ObservedWrite>[] writes) =>
        (Model, _session, _tokens, _erased, _writes) = (model, session, tokens, erased, writes);

    /// <summary>Whose memories they are.</summary>
    public Model Model { get; }

    /// <summary>What was read.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>What was erased.</summary>
    public IReadOnlyList<Erasure> Erased => _erased;

    /// <summary>Bytes held of the text.</summary>
    public long Bytes => _session.Memory.Bytes;

    /// <summary>Begins an empty text.</summary>
    /// <exception cref="LociException">No layer of the model has a fast-weight memory.</exception>
    public static KeptText Begin(Model model)
    {
        int heads = model.Spec.Blocks.Sum(block => block.Mixer is FastWeightSpec fast ? fast.Heads : 0);
        if (heads == 0)
            throw new LociException(
                $"{model.Name} keeps the tokens of a text, not a matrix: there is no state to look into. Take a model "
                    + "with fast-weight memories, such as demo-delta.");
        var writes = new List<ObservedWrite>[heads];
        for (int i = 0; i < heads; i++) writes[i] = [];
        return new(model, new Session(model.Transformer), [], [], writes);
    }

    /// <summary>An independent text at the same place.</summary>
    public KeptText Fork() =>
        new(Model, _session.Fork(), [.. _tokens], [.. _erased], [.. _writes.Select(head => head.ToList())]);

    /// <summary>Reads on, token by token, and keeps what each wrote.</summary>
    public void Read(IReadOnlyList<int> tokens, CancellationToken cancel)
    {
        var spec = Model.Spec;
        float[][] key = new float[spec.Layers][], value = new float[spec.Layers][]; // of the last token, by layer
        (_session.Tap, _session.Inside) = (Written, AttentionTaps.Heads);
        foreach (int token in tokens)
        {
            cancel.ThrowIfCancellationRequested();
            _session.Read([token]);
            _tokens.Add(token);
            int next = 0;
            foreach (var (layer, head, held) in MemoryContents.Heads(spec, _session.Memory))
            {
                float[] k = Part(key[layer], head, held.KeySize), v = Part(value[layer], head, held.ValueSize);
                float[] read = new float[held.ValueSize];
                held.Read(k, read);
                _writes[next++].Add(new(k, v, read));
            }
        }
        (_session.Tap, _session.Inside) = (null, AttentionTaps.None);

        void Written(TapPoint point, int layer, Span<float> shown, Batch of)
        {
            if (spec.Blocks[layer].Mixer is not FastWeightSpec) return;
            if (point == TapPoint.Keys) key[layer] = shown.ToArray();
            else if (point == TapPoint.Values) value[layer] = shown.ToArray();
        }
    }

    /// <summary>Makes the keys of a token retrieve nothing any more: a write of zero under each, β = 1.</summary>
    /// <param name="position">The token.</param>
    /// <param name="only">One layer, and one head of it; null: all.</param>
    /// <exception cref="LociException">There is no such token.</exception>
    public void Erase(int position, (int Layer, int Head)? only = null)
    {
        if (position < 0 || position >= _tokens.Count)
            throw new LociException($"There is no token {position}: the text has 0 to {_tokens.Count - 1}.");
        var at = new Dictionary<(int, int), int>();
        foreach (var (layer, head, _) in MemoryContents.Heads(Model.Spec, _session.Memory))
            at.Add((layer, head), at.Count);
        if (only is { } place && !at.ContainsKey(place))
            throw new LociException($"Head {place.Head} of layer {place.Layer} has no fast-weight memory.");
        foreach (var layer in MemoryContents.Heads(Model.Spec, _session.Memory).ToList().GroupBy(head => head.Layer))
        {
            if (only is { } one && one.Layer != layer.Key) continue;
            foreach (var (_, head, memory) in layer)
                if (only is null || only.Value.Head == head)
                    memory.Erase(_writes[at[(layer.Key, head)]][position].Key);
            Settle(_session.Memory.FastWeights(layer.Key)!, [.. layer.Select(head => head.Memory)]);
        }
        _erased.Add(new(position, only?.Layer, only?.Head));
    }

    /// <summary>What became of every write, head by head.</summary>
    public IReadOnlyList<HeadWrites> Fates()
    {
        int next = 0;
        var fates = new List<HeadWrites>();
        foreach (var (layer, head, memory) in MemoryContents.Heads(Model.Spec, _session.Memory))
        {
            var writes = _writes[next++];
            fates.Add(new(
                layer, head, [.. WriteFate.Of(memory, writes, 0).Select((fate, t) => Settled(fate, t, layer, head))],
                writes.Count == 0 ? 0 : memory.MeasureCapacity([.. writes.SelectMany(write => write.Key)]).Used));
        }
        return fates;
    }

    /// <summary>What the memories hold, as a state file would.</summary>
    public SavedState Saved() => SavedState.Of(_session, Model);

    /// <summary>How far the memories of two texts lie apart, by head.</summary>
    public static IReadOnlyList<HeadDistance> Difference(KeptText a, KeptText b) =>
    [
        .. MemoryContents.Heads(a.Model.Spec, a._session.Memory).Zip(
            MemoryContents.Heads(b.Model.Spec, b._session.Memory),
            (one, other) => HeadDistance.Of(one.Layer, one.Head, one.Memory.State, other.Memory.State)),
    ];

    /// <summary>A session that goes on from here; this text stays as it is.</summary>
    public Session Ask() => _session.Fork();

    // What is left of an erased write is rounding: its direction says nothing.
    private WriteFate Settled(WriteFate fate, int position, int layer, int head) =>
        Math.Abs(fate.Error - 1) <= ErasedRounding
        && _erased.Exists(each =>
            each.Position == position && (each.Layer is null || (each.Layer, each.Head) == (layer, head)))
            ? fate with { Cosine = 0, Kept = 0, ReplacedBy = null }
            : fate;

    private static float[] Part(float[] all, int head, int size) => all[(head * size)..((head + 1) * size)];

    // The changed matrices as they stand, with no token pending: later tokens read and write them as any others.
    private static void Settle(FastWeightState state, FastWeightMemory[] heads)
    {
        var old = state.Memory;
        var settled = new ChunkState<float>(
            old.Memories, old.KeySize, old.ValueSize, old.Chunk, old.IsNormalized, old.Position);
        settled.Set(
            [.. heads.SelectMany(head => head.State.ToArray())],
            old.IsNormalized ? [.. heads.SelectMany(head => head.Normalizer.ToArray())] : []);
        float[] numbers = new float[settled.ExportSize];
        settled.Export(numbers);
        old.Import(numbers, old.Position, pending: 0);
    }
}

/// <summary>A write that was erased.</summary>
/// <param name="Position">The token.</param>
/// <param name="Layer">The layer; null: all.</param>
/// <param name="Head">The head; null: all.</param>
internal readonly record struct Erasure(int Position, int? Layer, int? Head);

/// <summary>How far the memories of one head lie apart in two texts.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Head">The head.</param>
/// <param name="Distance">‖A − B‖ / (‖A‖ + ‖B‖), Frobenius: 0 the same, 1 opposite.</param>
/// <param name="Cosine">Between the two.</param>
internal readonly record struct HeadDistance(int Layer, int Head, double Distance, double Cosine)
{
    public static HeadDistance Of(int layer, int head, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double aa = 0, bb = 0, ab = 0, dd = 0;
        for (int i = 0; i < a.Length; i++)
        {
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
            ab += (double)a[i] * b[i];
            dd += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        }
        double sizes = Math.Sqrt(aa) + Math.Sqrt(bb), product = Math.Sqrt(aa * bb);
        return new(layer, head, sizes > 0 ? Math.Sqrt(dd) / sizes : 0, product > 0 ? ab / product : 0);
    }
}
