using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Bench;

/// <summary>
/// The peer: the same forward pass without output head in TorchSharp, as one would write it with care. Fused attention,
/// one product for queries, keys and values, one for gate and content keys, in-place operations, the residual added
/// within the product, memory freed as soon as may be. Sentences of a batch are padded on the right, which a causal
/// mask makes harmless.
/// </summary>
internal sealed class PeerTransformer : IDisposable
{
    private readonly ModelSpec _spec;
    private readonly SoftmaxSpec _softmax;
    private readonly CellsSpec _cells;
    private readonly Tensor _embedding; // [vocabulary, width]
    private readonly Tensor? _positions; // [context, width]
    private readonly Tensor? _turns; // [context, 1, head size / 2], complex
    private readonly Layer[] _layers;
    private readonly DisposeScope _weights;

    /// <summary>Copies the weights of a model; must be disposed by the thread that made it.</summary>
    public PeerTransformer(Transformer model)
    {
        _spec = model.Spec;
        (_softmax, _cells) = ((SoftmaxSpec)_spec.Blocks[0].Mixer, _spec.Blocks[0].Cells);
        _weights = NewDisposeScope();
        _embedding = Matrix(model.Embedding.Matrix);
        if (_spec.LearnedPositions)
            _positions = tensor(model.Embedding.Positions.ToArray(), _spec.Context, _spec.Width);
        if (_softmax.Rotary is { } rotary)
        {
            if (!rotary.Interleaved || rotary.Size != _softmax.HeadSize)
                throw new NotSupportedException("Other rotary pairs.");
            using var angles = outer(arange(_spec.Context, ScalarType.Float64),
                tensor(rotary.InverseFrequencies.ToArray()));
            _turns = polar(ones_like(angles), angles).to(ScalarType.ComplexFloat32).unsqueeze(1);
        }
        _layers = [.. Enumerable.Range(0, _spec.Layers).Select(l => new Layer(model, l))];
    }

    /// <summary>Runs all blocks.</summary>
    /// <param name="tokens">[sentences, length]</param>
    /// <param name="coefficients">Shown every layer's coefficients, [sentences, length, cells].</param>
    /// <returns>The residual stream, [sentences, length, width].</returns>
    public Tensor Forward(Tensor tokens, Action<int, Tensor>? coefficients = null)
    {
        using var scope = NewDisposeScope();
        long sentences = tokens.shape[0], length = tokens.shape[1];
        var stream = _embedding.index_select(0, tokens.view(-1)).view(sentences, length, _spec.Width);
        if (_positions is not null) stream.add_(_positions.narrow(0, 0, length));
        for (int l = 0; l < _layers.Length; l++)
        {
            Attend(_layers[l], stream, l);
            Remember(_layers[l], stream, coefficients, l);
        }
        return scope.MoveToOuter(stream);
    }

    public void Dispose() => _weights.Dispose();

    private void Attend(Layer layer, Tensor stream, int l)
    {
        using var scope = NewDisposeScope();
        long sentences = stream.shape[0], length = stream.shape[1];
        int heads = _softmax.Heads, kvHeads = _softmax.KeyValueHeads, size = _softmax.HeadSize;
        var qkv = F.linear(Norm(layer.AttentionGain, layer.AttentionBias, stream), layer.QueryKeyValue,
            layer.QueryKeyValueBias)
            .view(sentences, length, heads + 2 * kvHeads, size);
        if (_turns is not null) // queries and keys at once, in place
            qkv.narrow(2, 0, heads + kvHeads).unflatten(3, [size / 2, 2]).view_as_complex()
                .mul_(_turns.narrow(0, 0, length));
        var q = qkv.narrow(2, 0, heads).transpose(1, 2);
        var k = Shared(qkv.narrow(2, heads, kvHeads).transpose(1, 2));
        var v = Shared(qkv.narrow(2, heads + kvHeads, kvHeads).transpose(1, 2));
        var mixed = F.scaled_dot_product_attention(q, k, v, is_casual: true).transpose(1, 2).reshape(-1, heads * size);
        Join(stream, mixed, layer.AttentionOutput, layer.AttentionOutputBias);
    }

    private void Remember(Layer layer, Tensor stream, Action<int, Tensor>? coefficients, int l)
    {
        using var scope = NewDisposeScope();
        var x = Norm(layer.FeedForwardGain, layer.FeedForwardBias, stream);
        Tensor m;
        if (_cells.Gated)
        {
            var both = F.linear(x, layer.Keys);
            m = both.narrow(2, 0, _cells.Count).silu().mul_(both.narrow(2, _cells.Count, _cells.Count));
        }
        else
        {
            m = F.linear(x, layer.Keys, layer.KeyBias).gelu_(TorchSharp.Modules.GELU.Approximate.tanh);
        }
        coefficients?.Invoke(l, m);
        Join(stream, m.view(-1, _cells.Count), layer.Values, layer.ValueBias);
    }

    private static void Join(Tensor stream, Tensor x, Tensor weights, Tensor? bias)
    {
        if (bias is not null) stream.add_(bias);
        stream.view(-1, stream.shape[2]).addmm_(x, weights);
    }

    private Tensor Norm(Tensor gain, Tensor? bias, Tensor x) => _spec.Norm == NormKind.LayerNorm
        ? F.layer_norm(x, [_spec.Width], gain, bias, _spec.NormEpsilon)
        : x.mul(x.square().mean([-1], keepdim: true).add_(_spec.NormEpsilon).rsqrt_()).mul_(gain);

    /// <summary>Keys or values, each as often as query heads share it. [sentences, heads, length, size]</summary>
    private Tensor Shared(Tensor few)
    {
        int group = _softmax.Heads / _softmax.KeyValueHeads;
        if (group == 1) return few;
        return few.unsqueeze(2).expand(few.shape[0], few.shape[1], group, few.shape[2], few.shape[3])
            .reshape(few.shape[0], _softmax.Heads, few.shape[2], few.shape[3]);
    }

    /// <summary>[outputs, inputs]</summary>
    private static Tensor Matrix(PackedMatrix packed)
    {
        float[] numbers = new float[(long)packed.Outputs * packed.Inputs];
        for (int o = 0; o < packed.Outputs; o++) packed.CopyOutput(o, numbers.AsSpan(o * packed.Inputs));
        return tensor(numbers, packed.Outputs, packed.Inputs);
    }

    private static Tensor? Vector(float[] numbers) => numbers.Length == 0 ? null : tensor(numbers);

    /// <summary>[outputs, inputs]</summary>
    private static Tensor Matrix(float[] numbers, int inputs) => tensor(numbers, numbers.Length / inputs, inputs);

    private sealed class Layer(Transformer model, int l)
    {
        private static readonly TensorRole[] s_projected = [TensorRole.Query, TensorRole.Key, TensorRole.Value];

        public Tensor AttentionGain { get; } = tensor(model.Blocks[l].MixerNorm!.Gain);

        public Tensor? AttentionBias { get; } = Vector(model.Blocks[l].MixerNorm!.Bias);

        public Tensor QueryKeyValue { get; } = Matrix(model.Joined(l, bias: false, s_projected), model.Spec.Width);

        public Tensor? QueryKeyValueBias { get; } = Vector(model.Joined(l, bias: true, s_projected));

        public Tensor AttentionOutput { get; } =
            Matrix(model.Numbers(l, TensorRole.MixerOutput), ((SoftmaxSpec)model.Spec.Blocks[l].Mixer).QueryWidth).t();

        public Tensor? AttentionOutputBias { get; } = Vector(model.Numbers(l, TensorRole.MixerOutput, bias: true));

        public Tensor FeedForwardGain { get; } = tensor(model.Blocks[l].CellsNorm!.Gain);

        public Tensor? FeedForwardBias { get; } = Vector(model.Blocks[l].CellsNorm!.Bias);

        /// <summary>[cells, width]; gated, [gate cells | content cells, width].</summary>
        public Tensor Keys { get; } =
            Matrix(model.Joined(l, bias: false, TensorRole.GateKeys, TensorRole.Keys), model.Spec.Width);

        public Tensor? KeyBias { get; } = Vector(model.Numbers(l, TensorRole.Keys, bias: true));

        public Tensor Values { get; } = Matrix(model.Numbers(l, TensorRole.Values), model.Spec.Blocks[l].Cells.Count)
            .t();

        public Tensor? ValueBias { get; } = Vector(model.Numbers(l, TensorRole.Values, bias: true));
    }
}
