using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// Fast-weight attention as a mixer: project, convolve, map, write and read the matrix of each head token by token,
/// norm, gate, project back.
/// </summary>
/// <remarks>Shapes: heads h, features f, value size v.</remarks>
public sealed partial class FastWeightMixer : Mixer
{
    private readonly FastWeightSpec _spec;
    private readonly float _normEpsilon;
    private readonly MatrixStore _projection, _output;
    private readonly ConvolutionStore? _convolution;
    private readonly NumbersStore? _readGain, _decayRateLog, _decayBias;
    private readonly Lazy<FeatureMap> _map;
    private readonly int _features;
    private float[]? _decayRate; // [heads]

    internal FastWeightMixer(FastWeightSpec spec, ModelSpec model, int layer)
        : base(spec, layer)
    {
        (_spec, _normEpsilon, _map, _features) = (spec, model.NormEpsilon, new(spec.CreateMap), spec.Features);
        _projection = new([.. spec.Projected(model.Width, layer)]);
        if (spec.HasDecay)
        {
            _decayRateLog = new(TensorSlot.OfBlock(TensorRole.DecayRateLog, layer, spec.Heads));
            _decayBias = new(TensorSlot.OfBlock(TensorRole.DecayBias, layer, spec.Heads));
        }
        if (spec.Convolution > 0)
            _convolution = new(
                TensorSlot.OfBlock(TensorRole.QueryConvolution, layer, spec.KeyWidth, 1, spec.Convolution),
                TensorSlot.OfBlock(TensorRole.KeyConvolution, layer, spec.KeyWidth, 1, spec.Convolution),
                TensorSlot.OfBlock(TensorRole.ValueConvolution, layer, spec.ValueWidth, 1, spec.Convolution));
        if (spec.OutputNorm) _readGain = new(TensorSlot.OfBlock(TensorRole.ReadNorm, layer, spec.ValueSize));
        _output = new(TensorSlot.OfBlock(TensorRole.MixerOutput, layer, model.Width, spec.ValueWidth));
    }

    internal override IEnumerable<WeightStore> Stores =>
        new WeightStore?[]
        {
            _projection, _decayRateLog, _decayBias, _convolution, _readGain, _output,
        }.OfType<WeightStore>();

    private float[] DecayRate => _decayRate ??= [.. _decayRateLog!.Numbers.Select(log => (float)Math.Exp(log))];

    internal override void Read(ForwardPass pass, ReadOnlySpan<float> x, Span<float> branch)
    {
        int rows = pass.Batch.Rows, width = _spec.ValueWidth;
        // [rows, queries | keys | values | gates | strengths | decays]
        var projected = pass.Projected(_spec.ProjectedWidth);
        var mixed = pass.Mixed(width);                                  // [rows, h·v]
        MatrixProduct.Multiply(x, rows, _projection.Matrix, [], projected, pass.Threads);
        Remember(pass, projected, mixed);
        if (pass.Shows(AttentionTaps.Heads)) pass.Show(TapPoint.HeadOutputs, Layer, mixed);
        MatrixProduct.Multiply(mixed, rows, _output.Matrix, [], branch, pass.Threads);
    }

    // Takes the rows through the memories: projected [rows, queries | keys | values | gates | strengths |
    // decays] to mixed [rows, h·v].
    private void Remember(ForwardPass pass, Span<float> projected, Span<float> mixed)
    {
        int rows = pass.Batch.Rows, stride = _spec.ProjectedWidth, heads = _spec.Heads, width = _spec.ValueWidth;
        if (rows == 0) return;
        var buffers = Buffers(pass);
        var q = buffers.Queries(rows * heads * _features);              // [rows, h, f]
        var k = buffers.Keys(rows * heads * _features);                 // [rows, h, f]
        var v = buffers.Values(rows * width);                           // [rows, h, v]
        var reads = buffers.Reads(rows * width);                        // [rows, h, v]
        bool divides = _spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites;
        var strengths = buffers.Strengths(_spec.LearnedStrength || divides ? rows * heads : 0); // [rows, h]
        var logGates = buffers.LogGates(_spec.Rule.Forgetting != Forgetting.Never ? rows * heads : 0); // [rows, h]

        var inputs = Convolve(pass, projected, out int inputStride);    // [rows, queries | keys | values …]
        if (pass.Shows(AttentionTaps.Heads))
        {
            pass.ShowColumns(TapPoint.Queries, Layer, inputs, inputStride, 0, _spec.KeyWidth);
            pass.ShowColumns(TapPoint.Keys, Layer, inputs, inputStride, _spec.KeyWidth, _spec.KeyWidth);
        }
        for (int row = 0; row < rows; row++)
        {
            var from = inputs.Slice(row * inputStride, 2 * _spec.KeyWidth + width);
            Map(from[.._spec.KeyWidth], q.Slice(row * heads * _features, heads * _features));
            Map(from.Slice(_spec.KeyWidth, _spec.KeyWidth), k.Slice(row * heads * _features, heads * _features));
            from[(2 * _spec.KeyWidth)..].CopyTo(v[(row * width)..]);
        }
        if (_spec.SiluValues) Activations.Apply(Activation.Silu, v);
        Scalars(projected, rows, strengths, logGates);
        if (pass.Shows(AttentionTaps.Heads))
        {
            pass.Show(TapPoint.Values, Layer, v);
            if (_spec.LearnedStrength) pass.Show(TapPoint.Strengths, Layer, strengths);
        }

        for (int s = 0; s < pass.Batch.Sequences.Count; s++) // a step of generation makes no garbage
        {
            var (first, count, _) = pass.Batch.Sequences[s];
            if (count == 0) continue;
            var state = State(pass);
            int at = first * heads, keys = at * _features, numbers = count * heads;
            Span<float> own = strengths.IsEmpty
                ? []
                : strengths.Slice(at, numbers), gates = logGates.IsEmpty
                ? []
                : logGates.Slice(at, numbers);
            Span<float> queries = q.Slice(keys, numbers * _features), written = k.Slice(keys, numbers * _features);
            if (divides) Normalize(count, queries, written, own, state.KeySums);
            Chunkwise.Forward(
                new SequenceShape(1, count, heads, _features, _spec.ValueSize),
                new SequenceInputs<float>
                {
                    Queries = queries, Keys = written, Values = v.Slice(first * width, count * width), Strengths = own,
                        LogGates = gates,
                    Correct = _spec.Rule.Corrects,
                },
                state.Memory, reads.Slice(first * width, count * width), pass.Tape?.Chunks(s), pass.Threads);
        }
        if (pass.Tape is { } tape) reads.CopyTo(tape.Reads.Take(rows, width));
        Finish(projected, rows, reads, mixed);
    }

    private static FastWeightBuffers Buffers(ForwardPass pass) =>
        pass.Tape?.FastWeights ?? pass.Workspace.FastWeights;

    // The memory of the text, or one for a text of which nothing is kept: empty.
    private FastWeightState State(ForwardPass pass)
    {
        if (pass.Memory is { } memory) return memory.FastWeights(Layer)!;
        var state = pass.Workspace.FastWeights.Scratch(_spec);
        state.Clear();
        return state;
    }

    private Span<float> Convolve(ForwardPass pass, Span<float> projected, out int stride)
    {
        stride = _spec.ProjectedWidth;
        if (_convolution is null) return projected;
        int channels = 2 * _spec.KeyWidth + _spec.ValueWidth;
        var convolved = Buffers(pass).Convolved(pass.Batch.Rows * channels);
        for (int s = 0; s < pass.Batch.Sequences.Count; s++)
        {
            var (first, count, _) = pass.Batch.Sequences[s];
            if (count == 0) continue;
            ShortConvolution.Apply(
                projected.Slice(first * stride, count * stride), stride, _convolution.Factors, State(pass).Tail,
                convolved.Slice(first * channels, count * channels), channels);
        }
        stride = channels;
        return convolved;
    }

    // φ and its normalisation, head by head.
    private void Map(ReadOnlySpan<float> heads, Span<float> features)
    {
        for (int h = 0; h < _spec.Heads; h++)
        {
            var own = features.Slice(h * _features, _features);
            _map.Value.Apply(heads.Slice(h * _spec.KeySize, _spec.KeySize), own);
            FeatureNormalization.Apply(_spec.Normalization, own, _spec.NormalizationEpsilon);
        }
    }

    // β = sigmoid(b); log α = −rate·softplus(a + bias), for Peng's rule log(1 − β) = −softplus(b).
    private void Scalars(ReadOnlySpan<float> projected, int rows, Span<float> strengths, Span<float> logGates)
    {
        int heads = _spec.Heads, stride = _spec.ProjectedWidth, decaysAt = stride - heads,
            strengthsAt = stride - heads * (_spec.HasDecay ? 2 : 1);
        for (int row = 0; row < rows; row++)
        {
            var from = projected.Slice(row * stride, stride);
            for (int h = 0; h < heads; h++)
            {
                int at = row * heads + h;
                double b = _spec.LearnedStrength ? from[strengthsAt + h] : double.PositiveInfinity;
                if (!strengths.IsEmpty) strengths[at] = (float)(1 / (1 + Math.Exp(-b)));
                if (_spec.HasDecay)
                    logGates[at] = (float)(
                        -DecayRate[h] * Softplus((double)from[decaysAt + h] + _decayBias!.Numbers[h]));
                else if (!logGates.IsEmpty) logGates[at] = (float)-Softplus(b);
            }
        }
    }

    // log(1 + eˣ) without overflow
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    // Keys and strengths become those of the rule without z, and queries are divided by what their reads are to be.
    private void Normalize(int rows, Span<float> q, Span<float> k, Span<float> strengths, Span<float> sums)
    {
        for (int row = 0; row < rows; row++)
            for (int h = 0; h < _spec.Heads; h++)
            {
                int at = row * _spec.Heads + h;
                Span<float> key = k.Slice(at * _features, _features), query = q.Slice(at * _features, _features);
                var z = sums.Slice(h * _features, _features);
                _spec.Rule.PrepareWrite(z, key, ref strengths[at]);
                float asked = _spec.Rule.ReadDivisor(z, query);
                foreach (ref float x in query) x /= asked;
            }
    }

    // Scale, norm by head, gate.
    private void Finish(ReadOnlySpan<float> projected, int rows, Span<float> reads, Span<float> mixed)
    {
        if (_spec.ReadScale != 1) Elementwise.Scale(reads, _spec.ReadScale);
        if (_spec.OutputNorm) Norms.RmsNorm(reads, _spec.ValueSize, _readGain!.Numbers, _normEpsilon, reads);
        if (!_spec.OutputGate)
        {
            reads.CopyTo(mixed);
            return;
        }
        int stride = _spec.ProjectedWidth, gatesAt = 2 * _spec.KeyWidth + _spec.ValueWidth, width = _spec.ValueWidth;
        for (int row = 0; row < rows; row++)
            projected.Slice(row * stride + gatesAt, width).CopyTo(mixed[(row * width)..]);
        Gating.Apply(Activation.Silu, mixed[..reads.Length], reads);
    }
}
