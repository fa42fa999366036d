using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Models;

/// <summary>
/// A decoder-only transformer in float32, any family, read top to bottom: an embedding, blocks made of two memories
/// each, a head. The result for a token never depends, in a single bit, on its batch neighbours, on the number of
/// threads, or on how its text was cut into calls. Immutable and safe for any number of threads, each with its own
/// <see cref="Workspace"/>.
/// </summary>
public sealed class Transformer : IDisposable
{
    private readonly WeightStore[] _stores;

    /// <summary>A model with weights from a source, which is asked for each of <see cref="Tensors"/>.</summary>
    /// <exception cref="ArgumentException">Something in the spec cannot work, with the reason.</exception>
    /// <exception cref="LociException">The source lacks a tensor.</exception>
    public Transformer(ModelSpec spec, TensorSource source)
        : this(spec)
    {
        foreach (var store in _stores) store.Fill(source);
    }

    // The parts, still without weights.
    private Transformer(ModelSpec spec)
    {
        spec.Check();
        var rotary = new RotaryTables(spec.Context);
        (Spec, MostTokens) = (spec, spec.MostTokens);
        Embedding = new(spec);
        Blocks = [.. spec.Blocks.Select((block, layer) => new Block(block, spec, layer, rotary))];
        Head = new(spec, Embedding);
        _stores = [.. Embedding.Stores, .. Blocks.SelectMany(block => block.Stores), .. Head.Stores];
    }

    /// <summary>Sizes and choices.</summary>
    public ModelSpec Spec { get; }

    /// <summary>Where the stream begins.</summary>
    public TokenEmbedding Embedding { get; }

    /// <summary>The blocks, from the input up.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Where the stream becomes scores.</summary>
    public Head Head { get; }

    /// <summary>Every tensor of the model, part by part.</summary>
    public IEnumerable<TensorSlot> Tensors => _stores.SelectMany(store => store.Tensors);

    /// <summary>Every packed matrix.</summary>
    internal IEnumerable<PackedMatrix> Matrices => _stores.OfType<MatrixStore>().Select(store => store.Matrix);

    /// <summary>The spec's, found once.</summary>
    internal int? MostTokens { get; }

    /// <summary>Every tensor of a model of a spec, without its weights.</summary>
    /// <exception cref="ArgumentException">Something in the spec cannot work, with the reason.</exception>
    public static IReadOnlyList<TensorSlot> TensorsOf(ModelSpec spec) => [.. new Transformer(spec).Tensors];

    /// <summary>A copy of a tensor's numbers, widened, row-major.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    public float[] Read(TensorSlot tensor)
    {
        var (store, at) = Find(tensor);
        return store.Read(at);
    }

    /// <summary>How a tensor's numbers are held.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    public WeightFormat FormatOf(TensorSlot tensor) => Find(tensor).Store.Format;

    /// <summary>A model of the same spec with other numbers in some tensors; the rest is shared, not copied.</summary>
    /// <param name="replacement">The new numbers of a tensor, row-major, or null to keep it. They are held as
    /// float32.</param>
    public Transformer With(Func<TensorSlot, float[]?> replacement)
    {
        var other = new Transformer(Spec);
        for (int i = 0; i < _stores.Length; i++)
        {
            var store = _stores[i];
            float[]?[] replaced = [.. store.Tensors.Select(replacement)];
            if (Array.TrueForAll(replaced, numbers => numbers is null)) other._stores[i].Share(store);
            else other._stores[i].Fill(TensorSource.Of(tensor => Numbers(store, replaced, tensor)));
        }
        return other;

        static float[] Numbers(WeightStore store, float[]?[] replaced, TensorSlot tensor)
        {
            int at = IndexOf(store, tensor);
            return replaced[at] ?? store.Read(at);
        }
    }

    /// <summary>
    /// The tensors in which this model differs from another of the same spec, as far as they are not shared.
    /// </summary>
    internal IEnumerable<TensorSlot> TensorsNotSharedWith(Transformer other) =>
        _stores.Zip(other._stores).Where(pair => !pair.First.Shares(pair.Second))
        .SelectMany(pair => pair.First.Tensors);

    /// <summary>Frees the weights that no other model shares. Nothing may run on it meanwhile or afterwards.</summary>
    public void Dispose()
    {
        foreach (var store in _stores) store.Release();
    }

    /// <summary>
    /// Runs all blocks over a batch and leaves the residual stream in <c>workspace.Stream</c>, ready for
    /// <see cref="Logits"/>.
    /// </summary>
    /// <param name="batch">The tokens. With a memory: one sequence, which goes on where the memory ends.</param>
    /// <param name="workspace">Scratch memory, not shared with another thread.</param>
    /// <param name="tap">Called at every <see cref="TapPoint"/> but the logits; may change what it is shown.</param>
    /// <param name="memory">What is kept of the text before; the batch is added to it.</param>
    /// <param name="compute">Threads to use, and what ends it early, between two blocks. Without a tap the threads
    /// share out the sequences, else each matrix product.</param>
    /// <param name="inside">Points inside the memories of the context that the tap is called at, too.</param>
    /// <exception cref="LociException">A token is outside the vocabulary, or a sequence longer than the
    /// context.</exception>
    /// <exception cref="OperationCanceledException">
    /// It was ended; the memory is of no use then.
    /// </exception>
    public void Forward(
        Batch batch, Workspace workspace, Tap? tap = null, ContextMemory? memory = null, Compute compute = default,
        AttentionTaps inside = AttentionTaps.None)
    {
        Check(batch, memory);
        if (compute.Threads > 1 && tap is null && batch.Sequences.Count > 1)
        {
            ForwardApart(batch, workspace, compute);
            return;
        }
        var pass = new ForwardPass(batch, workspace, tap, memory, compute.Threads, inside);
        Embedding.Read(batch, workspace.Stream(batch.Rows));
        Advance(pass, Blocks.Count, compute.Cancellation);
        if (memory is not null) memory.Length += batch.Rows;
    }

    // Takes the stream through the first blocks, from the input up.
    internal void Advance(ForwardPass pass, int blocks, CancellationToken cancellation)
    {
        var workspace = pass.Workspace;
        int rows = pass.Batch.Rows;
        var stream = workspace.Stream(rows);                            // [rows, width]
        var normed = workspace.Normed(rows);                            // [rows, width]
        var branch = workspace.Branch(rows);                            // [rows, width]
        for (int l = 0; l < blocks; l++)
        {
            cancellation.ThrowIfCancellationRequested();
            var block = Blocks[l];
            pass.Show(TapPoint.ResidualBefore, l, stream);

            Block.Read(block.MixerNorm, stream, normed);
            block.Mixer.Read(pass, normed, branch);
            block.Join(block.MixerOutputNorm, branch);
            pass.Show(TapPoint.Attention, l, branch);

            if (block.Spec.Parallel) Block.Read(block.CellsNorm, stream, normed);
            Elementwise.Add(stream, branch);
            pass.Show(TapPoint.ResidualMiddle, l, stream);

            if (!block.Spec.Parallel) Block.Read(block.CellsNorm, stream, normed);
            pass.Show(TapPoint.FeedForwardInput, l, normed);
            var m = workspace.Coefficients(rows, block.Cells.Capacity); // [rows, cells]
            block.Cells.Address(normed, rows, m, workspace.Content(rows, block.Cells), pass.Threads);
            pass.Show(TapPoint.Coefficients, l, m);
            block.Cells.Recall(m, rows, branch, pass.Threads);
            block.Join(block.CellsOutputNorm, branch);
            pass.Show(TapPoint.FeedForward, l, branch);

            Elementwise.Add(stream, branch);
            pass.Show(TapPoint.ResidualAfter, l, stream);
        }
    }

    /// <summary>
    /// The scores of the next token, read from rows of the residual stream that leaves the last block.
    /// </summary>
    /// <param name="stream">[rows, width]</param>
    /// <param name="logits">[rows, vocabulary]</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public void Logits(ReadOnlySpan<float> stream, Span<float> logits, Compute compute = default) =>
        Head.Read(stream, logits, compute.Threads);

    // No sequence sees another: each thread takes some of them through all blocks, and none waits for another.
    private void ForwardApart(Batch batch, Workspace workspace, Compute compute)
    {
        var parts = workspace.Parts(batch, compute.Threads);
        var alone = new Compute(1, compute.Cancellation);
        Parallel.ForEach(parts, compute.Parallel, part => Forward(part.Batch, part.Workspace, compute: alone));
        var stream = workspace.Stream(batch.Rows);                      // [rows, width]
        foreach (var part in parts)
        {
            var own = part.Workspace.Stream(part.Batch.Rows);           // [rows of the part, width]
            own.CopyTo(stream);
            stream = stream[own.Length..];
        }
    }

    private (WeightStore Store, int Place) Find(TensorSlot tensor)
    {
        foreach (var store in _stores)
            if (IndexOf(store, tensor) is >= 0 and var at) return (store, at);
        throw new ArgumentException($"The model has no tensor {tensor}.", nameof(tensor));
    }

    private static int IndexOf(WeightStore store, TensorSlot tensor)
    {
        for (int i = 0; i < store.Tensors.Count; i++)
            if (store.Tensors[i].Equals(tensor)) return i;
        return -1;
    }

    internal void Check(Batch batch, ContextMemory? memory)
    {
        if (memory is not null && (batch.Sequences is not [{ } only] || only.FirstPosition != memory.Length))
            throw new ArgumentException("With a memory, a batch is one sequence that begins where the memory ends.",
                nameof(batch));
        foreach (int token in batch.Tokens) CheckToken(token);
        for (int i = 0; i < batch.Sequences.Count; i++) // a step of generation makes no garbage
        {
            var (_, count, firstPosition) = batch.Sequences[i];
            if (memory is null && firstPosition != 0)
                throw new ArgumentException("Without a memory a sequence begins at position 0.", nameof(batch));
            if (MostTokens is { } most && firstPosition + count > most)
                throw new LociException(
                    $"A sequence of {firstPosition + count} tokens is longer than the model's context of {most}.");
        }
    }

    internal void CheckToken(int token)
    {
        if ((uint)token >= (uint)Spec.Vocabulary)
            throw new LociException(
                $"Token {token} is outside the model's vocabulary of {Spec.Vocabulary} (ids 0 to "
                + $"{Spec.Vocabulary - 1}).");
    }
}
