using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Models;

/// <summary>The attention of a fast-weight layer, from its projected rows to what its output projection reads.</summary>
/// <remarks>Shapes: heads h, features f, value size v.</remarks>
internal sealed class FastWeightAttention(int layer, FastWeightSpec spec, FastWeightParameters parameters, float normEpsilon)
{
    private readonly FeatureMap _map = spec.CreateMap();
    private readonly int _features = spec.Features;

    /// <summary>Takes the rows of one text through the memories.</summary>
    /// <param name="projected">[rows, queries | keys | values | gates | strengths | decays]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="state">What is kept of the text before them; moved past them.</param>
    /// <param name="mixed">[rows, heads·value size]</param>
    /// <param name="workspace">Scratch memory.</param>
    /// <param name="threads">Most threads to use.</param>
    public void Run(ReadOnlySpan<float> projected, int rows, FastWeightState state, Span<float> mixed, Workspace workspace, int threads)
    {
        if (rows == 0) return;
        int stride = spec.ProjectedWidth, channels = 2 * spec.KeyWidth + spec.ValueWidth, heads = spec.Heads;
        var buffers = workspace.FastWeights;
        var q = buffers.Queries(rows * heads * _features);              // [rows, h, f]
        var k = buffers.Keys(rows * heads * _features);                 // [rows, h, f]
        var v = buffers.Values(rows * spec.ValueWidth);                 // [rows, h, v]
        var reads = buffers.Reads(rows * spec.ValueWidth);              // [rows, h, v]
        var strengths = buffers.Strengths(spec.LearnedStrength || spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites ? rows * heads : 0); // [rows, h]
        var logGates = buffers.LogGates(spec.Rule.Forgetting != Forgetting.Never ? rows * heads : 0); // [rows, h]

        var inputs = projected;                                         // [rows, queries | keys | values …]
        int inputStride = stride;
        if (spec.Convolution > 0)
        {
            var convolved = buffers.Convolved(rows * channels);
            ShortConvolution.Apply(projected, stride, parameters.Convolution, state.Tail, convolved, channels);
            inputs = convolved;
            inputStride = channels;
        }
        for (int row = 0; row < rows; row++)
        {
            var from = inputs.Slice(row * inputStride, channels);
            Map(from[..spec.KeyWidth], q.Slice(row * heads * _features, heads * _features));
            Map(from.Slice(spec.KeyWidth, spec.KeyWidth), k.Slice(row * heads * _features, heads * _features));
            from[(2 * spec.KeyWidth)..].CopyTo(v[(row * spec.ValueWidth)..]);
        }
        if (spec.SiluValues) Activations.Apply(Activation.Silu, v);
        if (buffers.WriteTap is { } tap) Show(tap, inputs, inputStride, rows, v);
        Scalars(projected, rows, strengths, logGates);
        if (spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites) Normalize(rows, q, k, strengths, state.KeySums);

        Chunkwise.Forward(
            new SequenceShape(1, rows, heads, _features, spec.ValueSize),
            new SequenceInputs<float>
            {
                Queries = q, Keys = k, Values = v, Strengths = strengths, LogGates = logGates,
                Correct = spec.Rule.Corrects,
            },
            state.Memory, reads, threads: threads);
        Finish(projected, rows, reads, mixed);
    }

    private void Show(WriteTap tap, ReadOnlySpan<float> inputs, int stride, int rows, ReadOnlySpan<float> values)
    {
        float[] keys = new float[rows * spec.KeyWidth];                 // [rows, h, key size]
        for (int row = 0; row < rows; row++) inputs.Slice(row * stride + spec.KeyWidth, spec.KeyWidth).CopyTo(keys.AsSpan(row * spec.KeyWidth));
        tap(layer, keys, values);
    }

    // φ and its normalisation, head by head.
    private void Map(ReadOnlySpan<float> heads, Span<float> features)
    {
        for (int h = 0; h < spec.Heads; h++)
        {
            var own = features.Slice(h * _features, _features);
            _map.Apply(heads.Slice(h * spec.KeySize, spec.KeySize), own);
            FeatureNormalization.Apply(spec.Normalization, own, spec.NormalizationEpsilon);
        }
    }

    // β = sigmoid(b); log α = −rate·softplus(a + bias), for Peng's rule log(1 − β) = −softplus(b).
    private void Scalars(ReadOnlySpan<float> projected, int rows, Span<float> strengths, Span<float> logGates)
    {
        int heads = spec.Heads, stride = spec.ProjectedWidth, decaysAt = stride - heads, strengthsAt = stride - heads * (spec.HasDecay ? 2 : 1);
        for (int row = 0; row < rows; row++)
        {
            var from = projected.Slice(row * stride, stride);
            for (int h = 0; h < heads; h++)
            {
                int at = row * heads + h;
                double b = spec.LearnedStrength ? from[strengthsAt + h] : double.PositiveInfinity;
                if (!strengths.IsEmpty) strengths[at] = (float)(1 / (1 + Math.Exp(-b)));
                if (spec.HasDecay)
                    logGates[at] = (float)(-parameters.DecayRate[h] * Softplus((double)from[decaysAt + h] + parameters.DecayBias[h]));
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
            for (int h = 0; h < spec.Heads; h++)
            {
                int at = row * spec.Heads + h;
                Span<float> key = k.Slice(at * _features, _features), query = q.Slice(at * _features, _features);
                var z = sums.Slice(h * _features, _features);
                spec.Rule.PrepareWrite(z, key, ref strengths[at]);
                float asked = spec.Rule.ReadDivisor(z, query);
                foreach (ref float x in query) x /= asked;
            }
    }

    // Scale, norm by head, gate.
    private void Finish(ReadOnlySpan<float> projected, int rows, Span<float> reads, Span<float> mixed)
    {
        if (spec.ReadScale != 1) Elementwise.Scale(reads, spec.ReadScale);
        if (spec.OutputNorm) Norms.RmsNorm(reads, spec.ValueSize, parameters.ReadGain, normEpsilon, reads);
        if (!spec.OutputGate)
        {
            reads.CopyTo(mixed);
            return;
        }
        int stride = spec.ProjectedWidth, gatesAt = 2 * spec.KeyWidth + spec.ValueWidth, width = spec.ValueWidth;
        for (int row = 0; row < rows; row++) projected.Slice(row * stride + gatesAt, width).CopyTo(mixed[(row * width)..]);
        Gating.Apply(Activation.Silu, mixed[..reads.Length], reads);
    }
}
