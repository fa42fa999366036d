using System.Buffers;
using Loci.Memory.Attention;
using Loci.Memory.Numerics;

namespace Loci.Models;

/// <summary>
/// A decoder-only transformer in float32, any family, read top to bottom. The result for a token never depends, in a
/// single bit, on its batch neighbours, on the number of threads, or on how its text was cut into calls.
/// Immutable and safe for any number of threads, each with its own <see cref="Workspace"/>.
/// </summary>
public sealed class Transformer
{
    private readonly Rotary? _rotary;
    private readonly FastWeightAttention?[] _fastWeights; // [layers], null where attention is softmax

    /// <summary>Joins a spec and its weights.</summary>
    /// <exception cref="ArgumentException">Something in the spec cannot work, with the reason.</exception>
    public Transformer(ModelSpec spec, TransformerWeights weights)
    {
        spec.Check();
        (Spec, Weights, MostTokens) = (spec, weights, spec.MostTokens);
        _fastWeights =
        [
            .. Enumerable.Range(0, spec.Layers).Select(l => spec.FastWeight(l) is { } fast
                ? new FastWeightAttention(l, fast, weights.Layers[l].FastWeight!, spec.NormEpsilon) : null),
        ];
        if (spec.Rotary is { } rotary) _rotary = new Rotary(
                rotary.InverseFrequencies.ToArray(), rotary.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves, spec.Context);
    }

    /// <summary>Sizes and choices.</summary>
    public ModelSpec Spec { get; }

    /// <summary>The packed weights.</summary>
    public TransformerWeights Weights { get; }

    /// <summary>The spec's, found once.</summary>
    internal int? MostTokens { get; }

    /// <summary>
    /// Runs all blocks over a batch and leaves the residual stream in <c>workspace.Stream</c>, ready for
    /// <see cref="Logits"/>.
    /// </summary>
    /// <param name="batch">The tokens. With a memory: one sequence, which goes on where the memory ends.</param>
    /// <param name="workspace">Scratch memory, not shared with another thread.</param>
    /// <param name="tap">Called at every <see cref="TapPoint"/> but the logits; may change what it is shown.</param>
    /// <param name="memory">What is kept of the text before; the batch is added to it.</param>
    /// <param name="threads">Most threads to use. Without a tap they share out the sequences, else each matrix product.</param>
    /// <exception cref="LociException">A token is outside the vocabulary, or a sequence longer than the context.</exception>
    public void Forward(Batch batch, Workspace workspace, Tap? tap = null, ContextMemory? memory = null, int threads = 1)
    {
        Check(batch, memory);
        if (threads > 1 && tap is null && batch.Sequences.Count > 1)
        {
            ForwardApart(batch, workspace, threads);
            return;
        }
        int rows = batch.Rows;
        var stream = workspace.Stream(rows);                            // [rows, width]
        var normed = workspace.Normed(rows);                            // [rows, width]
        var branch = workspace.Branch(rows);                            // [rows, width]
        Embed(batch, stream);

        for (int l = 0; l < Spec.Layers; l++)
        {
            var layer = Weights.Layers[l];
            tap?.Invoke(TapPoint.ResidualBefore, l, stream, batch);

            layer.AttentionNorm.Apply(stream, normed);
            Attention(l, batch, normed, branch, workspace, memory, threads);
            tap?.Invoke(TapPoint.Attention, l, branch, batch);

            if (Spec.ParallelResidual) layer.FeedForwardNorm.Apply(stream, normed);
            Elementwise.Add(stream, branch);
            tap?.Invoke(TapPoint.ResidualMiddle, l, stream, batch);

            if (!Spec.ParallelResidual) layer.FeedForwardNorm.Apply(stream, normed);
            tap?.Invoke(TapPoint.FeedForwardInput, l, normed, batch);
            FeedForward(l, batch, normed, branch, workspace, tap, threads);
            tap?.Invoke(TapPoint.FeedForward, l, branch, batch);

            Elementwise.Add(stream, branch);
            tap?.Invoke(TapPoint.ResidualAfter, l, stream, batch);
        }
        if (memory is not null) memory.Length += rows;
    }

    /// <summary>The scores of the next token, read from rows of the residual stream that leaves the last block.</summary>
    /// <param name="stream">[rows, width]</param>
    /// <param name="logits">[rows, vocabulary]</param>
    /// <param name="threads">Most threads to use.</param>
    public void Logits(ReadOnlySpan<float> stream, Span<float> logits, int threads = 1)
    {
        int rows = stream.Length / Spec.Width;
        float[] rented = ArrayPool<float>.Shared.Rent(stream.Length);
        var normed = rented.AsSpan(0, stream.Length);                   // [rows, width]
        Weights.FinalNorm.Apply(stream, normed);
        MatrixProduct.Multiply(normed, rows, Weights.Output, [], logits, threads);
        ArrayPool<float>.Shared.Return(rented);
        if (Spec.LogitSoftCap > 0) Elementwise.SoftCap(logits, Spec.LogitSoftCap);
    }

    // No sequence sees another: each thread takes some of them through all blocks, and none waits for another.
    private void ForwardApart(Batch batch, Workspace workspace, int threads)
    {
        var parts = workspace.Parts(batch, threads);
        Parallel.ForEach(parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Forward(part.Batch, part.Workspace));
        var stream = workspace.Stream(batch.Rows);                      // [rows, width]
        foreach (var part in parts)
        {
            var own = part.Workspace.Stream(part.Batch.Rows);           // [rows of the part, width]
            own.CopyTo(stream);
            stream = stream[own.Length..];
        }
    }

    private void Embed(Batch batch, Span<float> stream)
    {
        int width = Spec.Width;
        for (int r = 0; r < batch.Rows; r++)
        {
            var row = stream.Slice(r * width, width);
            Weights.Embedding.CopyOutput(batch.Tokens[r], row);
            if (Spec.EmbeddingScale != 1) Elementwise.Scale(row, Spec.EmbeddingScale);
            if (Spec.LearnedPositions)
                Elementwise.Add(row, Weights.Positions.AsSpan((batch.Positions[r] + Spec.LearnedPositionOffset) * width, width));
        }
    }

    private void Attention(
        int l, Batch batch, ReadOnlySpan<float> x, Span<float> branch, Workspace workspace, ContextMemory? memory, int threads)
    {
        var layer = Weights.Layers[l];
        int rows = batch.Rows, stride = layer.QueryKeyValue.Outputs, mixedWidth = layer.AttentionOutput.Inputs;
        var qkv = workspace.QueryKeyValue(rows, stride);                // [rows, queries | keys | values …]
        var mixed = workspace.Mixed(rows, mixedWidth);                  // [rows, heads·head size]

        MatrixProduct.Multiply(x, rows, layer.QueryKeyValue, layer.QueryKeyValueBias, qkv, threads);
        if (_fastWeights[l] is { } fast) FastWeights(l, fast, batch, qkv, stride, mixed, mixedWidth, workspace, memory, threads);
        else Softmax(l, batch, qkv, stride, mixed, mixedWidth, memory);

        MatrixProduct.Multiply(mixed, rows, layer.AttentionOutput, layer.AttentionOutputBias, branch, threads);
        layer.PostAttentionNorm?.Apply(branch, branch);
    }

    private void Softmax(
        int l, Batch batch, Span<float> qkv, int stride, Span<float> mixed, int mixedWidth, ContextMemory? memory)
    {
        var layer = Weights.Layers[l];
        int keysAt = mixedWidth, valuesAt = keysAt + Spec.KeyValueHeads * Spec.HeadSize;
        if (Spec.QueryKeyNorms)
        {
            NormHeads(qkv, stride, 0, Spec.Heads, layer.QueryGain);
            NormHeads(qkv, stride, keysAt, Spec.KeyValueHeads, layer.KeyGain);
        }
        // Queries and keys lie side by side: one call turns the heads of both.
        _rotary?.Apply(qkv, stride, Spec.Heads + Spec.KeyValueHeads, Spec.HeadSize, batch.Positions);

        var shape = new AttentionShape(
            Spec.Heads, Spec.KeyValueHeads, Spec.HeadSize,
            Spec.AttentionScale[l], Spec.AttentionSoftCap, Spec.AttentionWindow[l]);
        if (memory is not null)
        {
            memory.KeyValues(l)!.Attend(shape, qkv, stride, batch.Rows, mixed);
            return;
        }
        foreach (var (first, count, _) in batch.Sequences)
        {
            var own = qkv.Slice(first * stride, count * stride);
            if (count > 0)
                CausalAttention.Attend(
                    shape, own, stride, count, 0, own[keysAt..], stride, own[valuesAt..], stride,
                    mixed[(first * mixedWidth)..], mixedWidth);
        }
    }

    private void FastWeights(
        int l, FastWeightAttention fast, Batch batch, ReadOnlySpan<float> projected, int stride, Span<float> mixed, int mixedWidth,
        Workspace workspace, ContextMemory? memory, int threads)
    {
        if (memory is not null)
        {
            fast.Run(projected, batch.Rows, memory.FastWeights(l)!, mixed, workspace, threads);
            return;
        }
        var state = workspace.FastWeights.Scratch(Spec.FastWeight(l)!);
        foreach (var (first, count, _) in batch.Sequences)
        {
            state.Clear();
            fast.Run(
                projected.Slice(first * stride, count * stride), count, state, mixed.Slice(first * mixedWidth, count * mixedWidth),
                workspace, threads);
        }
    }

    // The feed-forward layer as a memory: coefficients m = f(x·K + b), or f(x·G)·(x·K); output m·V + c.
    private void FeedForward(
        int l, Batch batch, ReadOnlySpan<float> x, Span<float> branch, Workspace workspace, Tap? tap, int threads)
    {
        var layer = Weights.Layers[l];
        int rows = batch.Rows;
        var m = workspace.Coefficients(rows);                           // [rows, cells]
        if (layer.GateKeys is { } gateKeys)
        {
            var up = workspace.Up(rows);                                // [rows, cells]
            MatrixProduct.Multiply(x, rows, gateKeys, [], m, threads);
            MatrixProduct.Multiply(x, rows, layer.Keys, [], up, threads);
            Gating.Apply(Spec.Activation, m, up);
        }
        else
        {
            MatrixProduct.Multiply(x, rows, layer.Keys, layer.KeyBias, m, threads);
            Activations.Apply(Spec.Activation, m);
        }
        tap?.Invoke(TapPoint.Coefficients, l, m, batch);
        MatrixProduct.Multiply(m, rows, layer.Values, layer.ValueBias, branch, threads);
        layer.PostFeedForwardNorm?.Apply(branch, branch);
    }

    private void NormHeads(Span<float> rows, int stride, int offset, int heads, float[] gain)
    {
        for (int at = offset; at < rows.Length; at += stride)
        {
            var head = rows.Slice(at, heads * Spec.HeadSize);
            Norms.RmsNorm(head, Spec.HeadSize, gain, Spec.NormEpsilon, head);
        }
    }

    private void Check(Batch batch, ContextMemory? memory)
    {
        if (memory is not null && (batch.Sequences is not [{ } only] || only.FirstPosition != memory.Length))
            throw new ArgumentException("With a memory, a batch is one sequence that begins where the memory ends.", nameof(batch));
        foreach (int token in batch.Tokens) CheckToken(token);
        for (int i = 0; i < batch.Sequences.Count; i++) // a step of generation makes no garbage
        {
            var (_, count, firstPosition) = batch.Sequences[i];
            if (memory is null && firstPosition != 0)
                throw new ArgumentException("Without a memory a sequence begins at position 0.", nameof(batch));
            if (MostTokens is { } most && firstPosition + count > most)
                throw new LociException($"A sequence of {firstPosition + count} tokens is longer than the model's context of {most}.");
        }
    }

    internal void CheckToken(int token)
    {
        if ((uint)token >= (uint)Spec.Vocabulary)
            throw new LociException($"Token {token} is outside the model's vocabulary of {Spec.Vocabulary} (ids 0 to {Spec.Vocabulary - 1}).");
    }
}
