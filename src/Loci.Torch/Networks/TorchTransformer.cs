using Loci.Models;
using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>
/// The network of a spec in Torch, with gradients: the counterpart of <see cref="Transformer"/>, read top to bottom.
/// </summary>
public sealed class TorchTransformer : IDisposable
{
    private const double Deviation = 0.02; // as GPT-2

    /// <summary>A new network, all parameters zero.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="maths">What computes fast weights; by the device where it is null.</param>
    /// <param name="type">As in <see cref="ParameterSet"/>.</param>
    public TorchTransformer(ModelSpec spec, IFastWeightMaths? maths = null, ScalarType type = ScalarType.Float32)
    {
        Spec = spec;
        Embedding = Table("embedding", TensorSlot.OfModel(TensorRole.Embedding, spec.Vocabulary, spec.Width));
        Output = spec.Head.Tied
            ? Embedding
            : Table("output", TensorSlot.OfModel(TensorRole.Output, spec.Vocabulary, spec.Width));
        if (spec.LearnedPositions)
            Positions = Table("positions",
                TensorSlot.OfModel(TensorRole.Positions, spec.Context + spec.LearnedPositionOffset, spec.Width));
        if (spec.EmbeddingNorm) EmbeddingNorm = new(spec, "embedding_norm", TensorRole.EmbeddingNorm);
        if (spec.Head.Bias)
            OutputBias = new("output.bias", [spec.Vocabulary], deviation: 0, mean: 0,
                TensorSlot.OfModel(TensorRole.Output, spec.Vocabulary, spec.Width).Bias);
        Blocks = [.. Enumerable.Range(0, spec.Layers).Select(l => new TorchBlock(spec, l, maths))];
        FinalNorm = new(spec, "final_norm", TensorRole.FinalNorm);
        Parameters = new(new[] { Embedding, Output, OutputBias, Positions }.OfType<Parameter>().Distinct()
            .Concat(Blocks.SelectMany(block => block.Parameters)).Concat(FinalNorm.Parameters)
            .Concat(EmbeddingNorm?.Parameters ?? []), type);
    }

    private static Parameter Table(string name, TensorSlot tensor) =>
        new(name, [.. tensor.Shape], Deviation, mean: 0, tensor);

    /// <summary>What it is made of.</summary>
    public ModelSpec Spec { get; }

    /// <summary>All parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>[vocabulary, width]</summary>
    public Parameter Embedding { get; }

    /// <summary>[vocabulary, width]; the embedding itself when tied.</summary>
    public Parameter Output { get; }

    /// <summary>[positions, width]</summary>
    public Parameter? Positions { get; }

    /// <summary>[vocabulary]; null where tokens have none.</summary>
    public Parameter? OutputBias { get; }

    /// <summary>On the embedding, where there is one.</summary>
    public TorchNorm? EmbeddingNorm { get; }

    /// <summary>The blocks, the first first.</summary>
    public IReadOnlyList<TorchBlock> Blocks { get; }

    /// <summary>Before the output embedding.</summary>
    public TorchNorm FinalNorm { get; }

    /// <summary>The residual stream that leaves the last block, normed: what the output embedding reads.</summary>
    /// <param name="tokens">[sequences, length], int64</param>
    /// <param name="dropout">Share of each branch's numbers that is dropped.</param>
    /// <param name="carried">What every layer takes over from the segment before and leaves for the next, or
    /// null.</param>
    /// <returns>[sequences·length, width]</returns>
    public Tensor Forward(Tensor tokens, double dropout = 0, IReadOnlyList<CarriedMemory>? carried = null)
    {
        var stream = Embed(tokens);
        if (dropout > 0) stream = F.dropout(stream, dropout, training: true);
        for (int l = 0; l < Blocks.Count; l++)
            stream = Blocks[l].Forward(stream, tokens.shape[0], dropout, carried?[l]);
        return FinalNorm.Apply(stream);
    }

    /// <summary>The residual stream that enters the first block. [sequences·length, width]</summary>
    /// <param name="tokens">[sequences, length], int64</param>
    public Tensor Embed(Tensor tokens)
    {
        long sequences = tokens.shape[0], length = tokens.shape[1];
        var stream = Embedding.Values.index_select(0, tokens.view(-1)).view(sequences, length, Spec.Width);
        if (Spec.EmbeddingScale != 1) stream = stream * Spec.EmbeddingScale;
        if (Positions is not null) stream = stream + Positions.Values.narrow(0, Spec.LearnedPositionOffset, length);
        stream = stream.view(sequences * length, Spec.Width);
        return EmbeddingNorm is null ? stream : EmbeddingNorm.Apply(stream);
    }

    /// <summary>The scores of the next tokens. [rows, vocabulary]</summary>
    /// <param name="normed">[rows, width]</param>
    public Tensor Logits(Tensor normed)
    {
        var logits = F.linear(normed, Output.Values);
        if (Spec.Head.Scale != 1) logits = logits * Spec.Head.Scale;
        if (OutputBias is not null) logits = logits + OutputBias.Values;
        return Spec.Head.SoftCap > 0 ? (logits / Spec.Head.SoftCap).tanh() * Spec.Head.SoftCap : logits;
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        foreach (var block in Blocks) block.Dispose();
        Parameters.Dispose();
    }
}
