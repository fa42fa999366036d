using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>
/// One block: attention and the feed-forward memory, each read through a norm and added to the stream.
/// </summary>
public sealed class TorchBlock : IDisposable
{
    private const double Deviation = 0.02; // as GPT-2

    private readonly BlockSpec _spec;

    /// <summary>A block with random weights.</summary>
    public TorchBlock(ModelSpec model, int layer, IFastWeightMaths? maths = null)
    {
        _spec = model.Blocks[layer];
        string name = $"layers.{layer}";
        // What is added to the stream 2·layers times is smaller by the root of that (Radford et al. 2019).
        double joining = Deviation / Math.Sqrt(2 * model.Layers);
        if (_spec.InputNorms)
        {
            AttentionNorm = new(model, $"{name}.attention_norm", TensorRole.MixerNorm, layer);
            FeedForwardNorm = new(model, $"{name}.feed_forward_norm", TensorRole.CellsNorm, layer);
        }
        var softmax = _spec.Mixer as SoftmaxSpec;
        QueryKeyValue = new($"{name}.query_key_value", Deviation, softmax?.QueryKeyValueBias ?? false,
            [.. _spec.Mixer.Projected(model.Width, layer)]);
        int mixed = softmax?.QueryWidth ?? ((FastWeightSpec)_spec.Mixer).ValueWidth;
        Attention = softmax is not null
            ? new SoftmaxAttention(softmax, model, layer)
            : new FastWeightAttention((FastWeightSpec)_spec.Mixer, model, layer, maths);
        AttentionOutput = new(
            $"{name}.attention_output", joining, softmax?.OutputBias ?? false,
            TensorSlot.OfBlock(TensorRole.MixerOutput, layer, model.Width, mixed));
        var cells = _spec.Cells;
        var keys = TensorSlot.OfBlock(TensorRole.Keys, layer, cells.Count, model.Width);
        var gateKeys = TensorSlot.OfBlock(TensorRole.GateKeys, layer, cells.Count, model.Width);
        Keys = new($"{name}.keys", Deviation, cells.KeyBias, cells.Gated ? [gateKeys, keys] : [keys]);
        if (cells.Experts is { } experts)
        {
            Router = new($"{name}.router", Deviation, bias: false,
                TensorSlot.OfBlock(TensorRole.Router, layer, experts.Count, model.Width));
            if (experts.SharedCells > 0)
                SharedGate = new($"{name}.shared_gate", Deviation, bias: false,
                    TensorSlot.OfBlock(TensorRole.SharedGate, layer, 1, model.Width));
        }
        Values = new($"{name}.values", joining, cells.ValueBias,
            TensorSlot.OfBlock(TensorRole.Values, layer, model.Width, cells.Count));
        if (!_spec.SandwichNorms) return;
        PostAttentionNorm = new(model, $"{name}.post_attention_norm", TensorRole.MixerOutputNorm, layer);
        PostFeedForwardNorm = new(model, $"{name}.post_feed_forward_norm", TensorRole.CellsOutputNorm, layer);
    }

    /// <summary>Before attention; null where it reads the stream as it is.</summary>
    public TorchNorm? AttentionNorm { get; }

    /// <summary>Queries, keys, values, and what else the memory is given.</summary>
    public TorchLinear QueryKeyValue { get; }

    /// <summary>The memory of the context.</summary>
    public IAttention Attention { get; }

    /// <summary>What its reads pass on their way to the stream.</summary>
    public TorchLinear AttentionOutput { get; }

    /// <summary>After attention, in sandwich blocks.</summary>
    public TorchNorm? PostAttentionNorm { get; }

    /// <summary>Before the cells; null where they read the stream as it is.</summary>
    public TorchNorm? FeedForwardNorm { get; }

    /// <summary>[cells, width]; gated, [gate cells | content cells, width].</summary>
    public TorchLinear Keys { get; }

    /// <summary>[experts, width]; null where there are none.</summary>
    public TorchLinear? Router { get; }

    /// <summary>[1, width]; null where no expert is read by all.</summary>
    public TorchLinear? SharedGate { get; }

    /// <summary>[width, cells].</summary>
    public TorchLinear Values { get; }

    /// <summary>After the cells, in sandwich blocks.</summary>
    public TorchNorm? PostFeedForwardNorm { get; }

    /// <summary>All parameters.</summary>
    public IEnumerable<Parameter> Parameters =>
    [
        .. AttentionNorm?.Parameters ?? [], .. QueryKeyValue.Parameters, .. Attention.Parameters,
        .. AttentionOutput.Parameters, .. PostAttentionNorm?.Parameters ?? [],
        .. FeedForwardNorm?.Parameters ?? [], .. Keys.Parameters, .. Values.Parameters,
        .. Router?.Parameters ?? [], .. SharedGate?.Parameters ?? [], .. PostFeedForwardNorm?.Parameters ?? [],
    ];

    /// <summary>The stream after the block.</summary>
    /// <param name="stream">[sequences·length, width]</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="dropout">Share of each branch's numbers that is dropped.</param>
    /// <param name="carried">As in <see cref="IAttention.Mix"/>.</param>
    public Tensor Forward(Tensor stream, long sequences, double dropout, CarriedMemory? carried = null)
    {
        var attended = Attend(Read(AttentionNorm, stream), sequences, dropout, carried);
        if (_spec.Parallel)
            return stream + attended + Remember(Read(FeedForwardNorm, stream), dropout);
        stream = stream + attended;
        return stream + Remember(Read(FeedForwardNorm, stream), dropout);
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => Attention.Dispose();

    private Tensor Attend(Tensor x, long sequences, double dropout, CarriedMemory? carried)
    {
        var queryKeyValue = QueryKeyValue.Apply(x)
            .view(sequences, x.shape[0] / sequences, QueryKeyValue.Weight.Shape[0]);
        var branch = AttentionOutput.Apply(Attention.Mix(queryKeyValue, carried));
        return Join(PostAttentionNorm, branch, dropout);
    }

    // Coefficients m = f(x·K + b), or f(x·G)·(x·K); output m·V + c.
    private Tensor Remember(Tensor x, double dropout)
    {
        var scores = Keys.Apply(x);                                     // [rows, poles·cells]
        Tensor m;
        if (_spec.Cells.Gated)
        {
            var parts = scores.split([_spec.Cells.Count, _spec.Cells.Count], 1);
            m = Activate(parts[0]) * parts[1];
        }
        else
        {
            m = Activate(scores);
        }
        if (_spec.Cells.Experts is { } experts) m = m * Weights(x, experts);
        var branch = Values.Apply(m);
        return Join(PostFeedForwardNorm, branch, dropout);
    }

    // How much the expert of every cell counts. [rows, cells]
    private Tensor Weights(Tensor x, ExpertsSpec experts)
    {
        var scores = Router!.Apply(x).softmax(-1);                      // [rows, experts]
        var (_, chosen) = scores.topk(experts.Chosen, -1);
        var kept = scores * zeros_like(scores).scatter(-1, chosen, ones_like(scores));
        if (experts.Renormalised) kept = kept / kept.sum(-1, keepdim: true);
        long size = (_spec.Cells.Count - experts.SharedCells) / experts.Count;
        var weights = kept.repeat_interleave(size, -1);
        return SharedGate is null
            ? weights
            : cat([weights, SharedGate.Apply(x).sigmoid().expand(-1, experts.SharedCells)], -1);
    }

    private Tensor Activate(Tensor x) => _spec.Cells.Activation switch
    {
        Activation.Relu => _spec.Cells.Gated ? x.relu() : x.relu_(), // nobody needs the scores again
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => F.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        Activation.Silu => F.silu(x),
        Activation.SquaredRelu => x.relu().square(),
        _ => x * (x * 1.702).sigmoid(),
    };

    private static Tensor Read(TorchNorm? norm, Tensor stream) => norm is null ? stream : norm.Apply(stream);

    private Tensor Join(TorchNorm? norm, Tensor branch, double dropout)
    {
        if (norm is not null) branch = norm.Apply(branch);
        if (_spec.BranchScale != 1) branch = branch * _spec.BranchScale;
        return Drop(branch, dropout);
    }

    private static Tensor Drop(Tensor x, double share) => share == 0 ? x : F.dropout(x, share, training: true);
}
