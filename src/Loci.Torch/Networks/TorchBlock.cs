using Loci.Memory.Numerics;
using Loci.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>One block: attention and the feed-forward memory, each read through a norm and added to the stream.</summary>
public sealed class TorchBlock : IDisposable
{
    private const double Deviation = 0.02; // as GPT-2

    private readonly ModelSpec _spec;

    public TorchBlock(ModelSpec spec, Biases biases, int layer, IFastWeightMaths? maths = null)
    {
        _spec = spec;
        string name = $"layers.{layer}";
        // What is added to the stream 2·layers times is smaller by the root of that (Radford et al. 2019).
        double joining = Deviation / Math.Sqrt(2 * spec.Layers);
        var fast = spec.FastWeight(layer);
        int mixed = fast?.ValueWidth ?? spec.Heads * spec.HeadSize, projected = fast?.ProjectedWidth ?? spec.QueryKeyValueWidth;
        if (fast is not null) biases = biases with { QueryKeyValue = false, AttentionOutput = false };
        AttentionNorm = new(spec, $"{name}.attention_norm");
        QueryKeyValue = new($"{name}.query_key_value", spec.Width, projected, biases.QueryKeyValue, Deviation);
        Attention = fast is null ? new SoftmaxAttention(spec, layer) : new FastWeightAttention(spec, layer, maths);
        AttentionOutput = new($"{name}.attention_output", mixed, spec.Width, biases.AttentionOutput, joining);
        FeedForwardNorm = new(spec, $"{name}.feed_forward_norm");
        Keys = new($"{name}.keys", spec.Width, spec.Poles * spec.Cells, biases.Keys, Deviation);
        Values = new($"{name}.values", spec.Cells, spec.Width, biases.Values, joining);
        if (!spec.SandwichNorms) return;
        PostAttentionNorm = new(spec, $"{name}.post_attention_norm");
        PostFeedForwardNorm = new(spec, $"{name}.post_feed_forward_norm");
    }

    public TorchNorm AttentionNorm { get; }

    public TorchLinear QueryKeyValue { get; }

    public IAttention Attention { get; }

    public TorchLinear AttentionOutput { get; }

    public TorchNorm? PostAttentionNorm { get; }

    public TorchNorm FeedForwardNorm { get; }

    /// <summary>[cells, width]; gated, [gate cells | content cells, width].</summary>
    public TorchLinear Keys { get; }

    public TorchLinear Values { get; }

    public TorchNorm? PostFeedForwardNorm { get; }

    public IEnumerable<Parameter> Parameters =>
    [
        .. AttentionNorm.Parameters, .. QueryKeyValue.Parameters, .. Attention.Parameters, .. AttentionOutput.Parameters,
        .. PostAttentionNorm?.Parameters ?? [], .. FeedForwardNorm.Parameters, .. Keys.Parameters, .. Values.Parameters,
        .. PostFeedForwardNorm?.Parameters ?? [],
    ];

    /// <summary>The stream after the block.</summary>
    /// <param name="stream">[sequences·length, width]</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="dropout">Share of each branch's numbers that is dropped.</param>
    /// <param name="carried">As in <see cref="IAttention.Mix"/>.</param>
    public Tensor Forward(Tensor stream, long sequences, double dropout, CarriedMemory? carried = null)
    {
        var attended = Attend(AttentionNorm.Apply(stream), sequences, dropout, carried);
        if (_spec.ParallelResidual)
            return stream + attended + Remember(FeedForwardNorm.Apply(stream), dropout);
        stream = stream + attended;
        return stream + Remember(FeedForwardNorm.Apply(stream), dropout);
    }

    public void Dispose() => Attention.Dispose();

    private Tensor Attend(Tensor x, long sequences, double dropout, CarriedMemory? carried)
    {
        var queryKeyValue = QueryKeyValue.Apply(x).view(sequences, x.shape[0] / sequences, QueryKeyValue.Weight.Shape[0]);
        var branch = AttentionOutput.Apply(Attention.Mix(queryKeyValue, carried));
        return Drop(PostAttentionNorm is null ? branch : PostAttentionNorm.Apply(branch), dropout);
    }

    // Coefficients m = f(x·K + b), or f(x·G)·(x·K); output m·V + c.
    private Tensor Remember(Tensor x, double dropout)
    {
        var scores = Keys.Apply(x);                                     // [rows, poles·cells]
        Tensor m;
        if (_spec.Gated)
        {
            var parts = scores.split([_spec.Cells, _spec.Cells], 1);
            m = Activate(parts[0]) * parts[1];
        }
        else
        {
            m = Activate(scores);
        }
        var branch = Values.Apply(m);
        return Drop(PostFeedForwardNorm is null ? branch : PostFeedForwardNorm.Apply(branch), dropout);
    }

    private Tensor Activate(Tensor x) => _spec.Activation switch
    {
        Activation.Relu => _spec.Gated ? x.relu() : x.relu_(), // nobody needs the scores again
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => F.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        Activation.Silu => F.silu(x),
        _ => x * (x * 1.702).sigmoid(),
    };

    private static Tensor Drop(Tensor x, double share) => share == 0 ? x : F.dropout(x, share, training: true);
}
