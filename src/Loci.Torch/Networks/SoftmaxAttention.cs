using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>
/// Causal softmax attention of one layer, as the spec says it: norms on queries and keys, rotation, shared key-value
/// heads, scale, window, soft cap. Torch's fused attention does the work wherever nothing but a mask is odd.
/// </summary>
public sealed class SoftmaxAttention(SoftmaxSpec spec, ModelSpec model, int layer) : IAttention
{
    private readonly Parameter? _queryGain = Gain(
        spec, $"layers.{layer}.query_gain", spec.QueryNormSize, TensorRole.QueryNorm, layer);
    private readonly Parameter? _keyGain = Gain(
        spec, $"layers.{layer}.key_gain", spec.KeyNormSize, TensorRole.KeyNorm, layer);
    private readonly Rotation? _rotation = spec.Rotary is { } rotary ? new(rotary, model.Context) : null;
    private Tensor? _mask; // [length, length], of the last length

    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => new[] { _queryGain, _keyGain }.OfType<Parameter>();

    /// <inheritdoc/>
    public Tensor Mix(Tensor queryKeyValue, CarriedMemory? carried)
    {
        if (carried is not null)
            throw new NotSupportedException("softmax attention carries nothing from segment to segment");
        long sequences = queryKeyValue.shape[0], length = queryKeyValue.shape[1];
        int heads = spec.Heads, kvHeads = spec.KeyValueHeads, size = spec.HeadSize;
        var parts = queryKeyValue.view(sequences, length, -1, size).split([heads, kvHeads, kvHeads], 2);
        // [sequences, length, heads, size]
        Tensor q = Turn(parts[0], _queryGain), k = Turn(parts[1], _keyGain), v = parts[2];
        float scale = spec.Scale, usual = (float)(1 / Math.Sqrt(size));
        if (scale != usual) q = q * (scale / usual);
        // [sequences, heads, length, size]
        (q, k, v) = (q.transpose(1, 2), Shared(k.transpose(1, 2)), Shared(v.transpose(1, 2)));

        bool windowed = spec.Window is > 0 and var window && window < length;
        var mixed = spec.SoftCap > 0 ? Capped(q * usual, k, v, Mask(length))
            : spec.Alibi is not null ? F.scaled_dot_product_attention(q, k, v, Biases(length, q.dtype))
            : windowed ? F.scaled_dot_product_attention(q, k, v, Mask(length))
            : F.scaled_dot_product_attention(q, k, v, is_casual: true);
        return mixed.transpose(1, 2).reshape(sequences * length, heads * size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotation?.Dispose();
        _mask?.Dispose();
    }

    private Tensor Turn(Tensor heads, Parameter? gain)
    {
        if (gain is not null)
        {
            long count = heads.shape[2];
            if (spec.WholeQueryKeyNorms) heads = heads.flatten(2, 3);
            heads = RmsNorm.Apply(heads, gain.Values, model.NormEpsilon);
            if (spec.WholeQueryKeyNorms) heads = heads.unflatten(2, [count, spec.HeadSize]);
        }
        return _rotation is null ? heads : _rotation.Apply(heads);
    }

    /// <summary>Keys or values, each as often as query heads share it.</summary>
    private Tensor Shared(Tensor few)
    {
        int group = spec.Heads / spec.KeyValueHeads;
        return group == 1 ? few : few.repeat_interleave(group, 1);
    }

    private Tensor Capped(Tensor q, Tensor k, Tensor v, Tensor mask)
    {
        var scores = (q.matmul(k.transpose(2, 3)) / spec.SoftCap).tanh() * spec.SoftCap;
        return scores.masked_fill(mask.logical_not(), float.NegativeInfinity).softmax(-1).matmul(v);
    }

    // True where a query sees a key.
    private Tensor Mask(long length)
    {
        if (_mask is not null && _mask.shape[0] == length) return _mask;
        using var scope = NewDisposeScope();
        var seen = ones(length, length, ScalarType.Bool).tril();
        if (spec.Window is > 0 and var window)
            seen = seen.logical_and(ones(length, length, ScalarType.Bool).triu(1 - window));
        _mask?.Dispose();
        _mask = seen.DetachFromDisposeScope();
        return _mask;
    }

    // What is added to every score: −∞ where a query does not see a key. [heads, length, length]
    private Tensor Biases(long length, ScalarType type)
    {
        var places = arange(length, ScalarType.Float64);
        var distances = places.unsqueeze(0) - places.unsqueeze(1);      // [queries, keys], negative behind a query
        var slopes = tensor(Enumerable.Range(0, spec.Heads).Select(head => (double)spec.Alibi![head]).ToArray());
        return (slopes.view(-1, 1, 1) * distances)
            .masked_fill(Mask(length).logical_not(), double.NegativeInfinity).to(type);
    }

    private static Parameter? Gain(SoftmaxSpec spec, string name, int size, TensorRole role, int layer) =>
        spec.QueryKeyNorms
        ? new(name, [size], deviation: 0, mean: 1, TensorSlot.OfBlock(role, layer, size))
        : null;
}
