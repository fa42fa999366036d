using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using Loci.Torch.Autograd;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>
/// A fast-weight memory as the attention of one layer: convolution, φ and normalisation, write and read, scale, norm by
/// head, gate. The kernels of Loci.Memory compute on the CPU, Torch's operations elsewhere, or where they are asked
/// for.
/// </summary>
public sealed class FastWeightAttention : IAttention
{
    // α begins near e^(−1·softplus(−4)) = 0.98 a token, some heads far slower and some faster.
    private const double DecaySpread = 1;
    private const float DecayBiasMean = -4;

    private readonly FastWeightSpec _spec;
    private readonly FeatureMap _map;
    private readonly IFastWeightMaths? _chosen;
    private readonly float _normEpsilon;
    private readonly IFastWeightMaths _kernels = new KernelMaths(), _torch = new TorchMaths();

    /// <param name="spec">The memory.</param>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="maths">What computes; by the device where it is null.</param>
    public FastWeightAttention(FastWeightSpec spec, ModelSpec model, int layer, IFastWeightMaths? maths = null)
    {
        (_spec, _chosen, _normEpsilon) = (spec, maths, model.NormEpsilon);
        _map = _spec.CreateMap();
        string name = $"layers.{layer}";
        if (_spec.Convolution > 0)
            Convolution = new(
                $"{name}.convolution", [_spec.Convolution, Channels], 1 / Math.Sqrt(_spec.Convolution), mean: 0,
                Factors(TensorRole.QueryConvolution, _spec.KeyWidth),
                Factors(TensorRole.KeyConvolution, _spec.KeyWidth),
                Factors(TensorRole.ValueConvolution, _spec.ValueWidth));
        if (_spec.OutputNorm)
            ReadGain = new($"{name}.read_gain", [_spec.ValueSize], deviation: 0, mean: 1,
                Vector(TensorRole.ReadNorm, _spec.ValueSize));
        if (!_spec.HasDecay) return;
        DecayRateLog = new($"{name}.decay_rate_log", [_spec.Heads], DecaySpread, mean: 0,
            Vector(TensorRole.DecayRateLog, _spec.Heads));
        DecayBias = new($"{name}.decay_bias", [_spec.Heads], DecaySpread, DecayBiasMean,
            Vector(TensorRole.DecayBias, _spec.Heads));

        TensorSlot Vector(TensorRole role, int length) => TensorSlot.OfBlock(role, layer, length);

        TensorSlot Factors(TensorRole role, int channels) =>
            TensorSlot.OfBlock(role, layer, channels, 1, _spec.Convolution);
    }

    /// <summary>[size, queries | keys | values]</summary>
    public Parameter? Convolution { get; }

    /// <summary>[value size]</summary>
    public Parameter? ReadGain { get; }

    /// <summary>[heads]</summary>
    public Parameter? DecayRateLog { get; }

    /// <summary>[heads]</summary>
    public Parameter? DecayBias { get; }

    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters =>
        new[] { Convolution, ReadGain, DecayRateLog, DecayBias }.OfType<Parameter>();

    private int Channels => 2 * _spec.KeyWidth + _spec.ValueWidth;

    /// <inheritdoc/>
    public Tensor Mix(Tensor queryKeyValue, CarriedMemory? carried)
    {
        var maths = _chosen ?? (queryKeyValue.device_type == DeviceType.CPU ? _kernels : _torch);
        long sequences = queryKeyValue.shape[0], length = queryKeyValue.shape[1];
        long[] widths =
        [
            Channels, _spec.OutputGate ? _spec.ValueWidth : 0, _spec.LearnedStrength ? _spec.Heads : 0,
            _spec.HasDecay ? _spec.Heads : 0,
        ];
        var parts = queryKeyValue.split(widths, 2);
        var inputs = Convolution is null ? parts[0] : Convolve(maths, parts[0], carried);
        var heads = inputs.split([_spec.KeyWidth, _spec.KeyWidth, _spec.ValueWidth], 2);
        // [sequences, length, heads, features]
        Tensor q = Features(maths, heads[0]), k = Features(maths, heads[1]);
        // [sequences, length, heads, value size]
        var v = heads[2].unflatten(2, [_spec.Heads, _spec.ValueSize]);
        if (_spec.SiluValues) v = F.silu(v);

        var reads = Remember(maths, q, k, v, parts[2], parts[3], carried);
        if (_spec.ReadScale != 1) reads = reads * _spec.ReadScale;
        if (ReadGain is not null) reads = RmsNorm.Apply(reads, ReadGain.Values, _normEpsilon);
        reads = reads.reshape(sequences * length, _spec.ValueWidth);
        return _spec.OutputGate ? reads * F.silu(parts[1]).reshape(sequences * length, _spec.ValueWidth) : reads;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Tensor Features(IFastWeightMaths maths, Tensor rows) =>
        maths.Features(_map, rows.unflatten(2, [_spec.Heads, _spec.KeySize]), _spec.Normalization,
            _spec.NormalizationEpsilon);

    private Tensor Convolve(IFastWeightMaths maths, Tensor x, CarriedMemory? carried)
    {
        long before = _spec.Convolution - 1;
        var tail = carried?.Tail ?? zeros([x.shape[0], before, Channels], x.dtype, x.device);
        var convolved = maths.Convolve(x, Convolution!.Values, tail);
        if (carried is not null)
        {
            var all = cat([tail, x.detach()], 1);
            carried.Tail = all.narrow(1, all.shape[1] - before, before);
        }
        return convolved;
    }

    private Tensor Remember(IFastWeightMaths maths, Tensor q, Tensor k, Tensor v, Tensor strength, Tensor decay,
        CarriedMemory? carried)
    {
        // [sequences, length, heads]
        Tensor? beta = _spec.LearnedStrength ? strength.sigmoid() : null, gates = null;
        if (_spec.HasDecay) gates = -(DecayRateLog!.Values.exp() * F.softplus(decay + DecayBias!.Values));
        // log(1 − β)
        else if (_spec.Rule.Forgetting == Forgetting.ByStrength) gates = -F.softplus(strength);

        Tensor? keySums = null, asked = null;
        if (_spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites)
        {
            beta ??= ones(q.shape[0], q.shape[1], q.shape[2], q.dtype, q.device);
            (k, beta, asked, keySums) = FastWeightSequence.DivideByKeySums(q, k, beta, carried?.KeySums);
        }
        bool normalized = _spec.Rule.KeySums == KeySumUse.DivideReads;
        MemoryState? before = carried?.Memory is { } memory ? new(memory, normalized ? carried.KeySums : null) : null;
        var (reads, state, sums) = maths.Remember(new(q, k, v, beta, gates), _spec.Rule.Corrects, normalized, before);
        if (carried is not null)
        {
            carried.Memory = state;
            carried.KeySums = sums ?? keySums;
        }
        return asked is null ? reads : reads / asked.unsqueeze(-1);
    }
}
