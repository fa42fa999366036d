using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>The way back, step by step in reverse; the memories by their chunk kernels.</summary>
public sealed partial class FastWeightMixer
{
    internal override void Back(
        BackwardPass pass, MixerTape tape, ReadOnlySpan<float> x, ReadOnlySpan<float> branch, Span<float> dx)
    {
        int rows = pass.Batch.Rows, stride = _spec.ProjectedWidth, width = _spec.ValueWidth,
            channels = 2 * _spec.KeyWidth + width;
        if (rows == 0) return;
        var gradients = pass.Workspace.FastWeights;
        var dMixed = pass.Workspace.Mixed.Take(rows, width);            // [rows, h·v]
        var projected = tape.Projected.Take(rows, stride);
        var dProjected = pass.Workspace.Projected.Take(rows, stride);
        pass.Weigh(_output, null, branch, tape.Mixed.Take(rows, width));
        pass.Multiply(branch, _output.Matrix, dMixed);

        var dReads = gradients.Reads.Take(rows, width);                 // [rows, h, v]
        FinishBack(pass, tape, projected, dMixed, dProjected, dReads);
        var inputs = _convolution is null ? projected : tape.FastWeights.Convolved(rows * channels);
        int inputStride = _convolution is null ? stride : channels;     // [rows, queries | keys | values …]
        MemoryBack(pass, tape, projected, inputs, inputStride, dReads);
        ScalarsBack(pass, projected, dProjected);

        var dInputs = _convolution is null ? dProjected : gradients.Convolved.Take(rows, channels);
        InputsBack(pass, inputs, inputStride, dInputs);
        if (_convolution is not null)
        {
            var dFactors = pass.Weights is null ? [] : pass.Weights.Of(_convolution);
            for (int s = 0; s < pass.Batch.Sequences.Count; s++)
            {
                var (first, count, _) = pass.Batch.Sequences[s];
                ShortConvolution.Pullback(
                    projected.Slice(first * stride, count * stride), stride, _convolution.Factors,
                    dInputs.Slice(first * channels, count * channels),
                    dProjected.Slice(first * stride, count * stride), dFactors, channels);
            }
        }
        pass.Weigh(_projection, null, dProjected, x);
        pass.Multiply(dProjected, _projection.Matrix, dx);
    }

    // Gate, norm by head, scale.
    private void FinishBack(
        BackwardPass pass, MixerTape tape, ReadOnlySpan<float> projected, Span<float> dMixed, Span<float> dProjected,
        Span<float> dReads)
    {
        int rows = pass.Batch.Rows, width = _spec.ValueWidth, stride = _spec.ProjectedWidth, gatesAt =
            2 * _spec.KeyWidth + width;
        if (_spec.OutputGate)
        {
            var normed = tape.FastWeights.Reads(rows * width);          // [rows, h, v], as the gate met them
            for (int row = 0; row < rows; row++)
            {
                var gate = projected.Slice(row * stride + gatesAt, width);
                var dGate = dProjected.Slice(row * stride + gatesAt, width);
                var own = dMixed.Slice(row * width, width);
                gate.CopyTo(dGate);
                Activations.Slope(Activation.Silu, dGate);
                Elementwise.Multiply(dGate, normed.Slice(row * width, width));
                Elementwise.Multiply(dGate, own);
                var opened = pass.Workspace.Part.Take(1, width);
                gate.CopyTo(opened);
                Activations.Apply(Activation.Silu, opened);
                Elementwise.Multiply(own, opened);
            }
        }
        if (_spec.OutputNorm)
        {
            var scaled = tape.Reads.Take(rows, width);
            var plain = pass.Workspace.Part.Take(rows, width);
            scaled.CopyTo(plain);
            if (_spec.ReadScale != 1) Elementwise.Scale(plain, _spec.ReadScale);
            dReads.Clear();
            NormPullbacks.RmsNorm(
                plain, _spec.ValueSize, _readGain!.Numbers, _normEpsilon, dMixed, dReads,
                pass.Weights is null ? [] : pass.Weights.Of(_readGain));
        }
        else dMixed.CopyTo(dReads);
        if (_spec.ReadScale != 1) Elementwise.Scale(dReads, _spec.ReadScale);
    }

    // From the gradient of the reads to those of what the memories were given.
    private void MemoryBack(
        BackwardPass pass, MixerTape tape, ReadOnlySpan<float> projected, ReadOnlySpan<float> inputs, int inputStride,
        ReadOnlySpan<float> dReads)
    {
        int rows = pass.Batch.Rows, heads = _spec.Heads, width = _spec.ValueWidth;
        bool divides = _spec.Rule.KeySums == KeySumUse.DivideReadsAndWrites, strong = _spec.LearnedStrength || divides,
            forgets = _spec.Rule.Forgetting != Forgetting.Never, sums = _spec.Rule.KeySums == KeySumUse.DivideReads;
        var (given, gradients) = (tape.FastWeights, pass.Workspace.FastWeights);
        Span<float> q = given.Queries(rows * heads * _features), k = given.Keys(rows * heads * _features),
            v = given.Values(rows * width), strengths = given.Strengths(strong ? rows * heads : 0),
            logGates = given.LogGates(forgets ? rows * heads : 0);
        Span<float> dq = gradients.Queries.Take(rows, heads * _features),
            dk = gradients.Keys.Take(rows, heads * _features), dv = gradients.Values.Take(rows, width),
            dStrengths = gradients.Strengths.Take(strong ? rows : 0, heads),
            dGates = gradients.LogGates.Take(forgets ? rows : 0, heads);
        var states = gradients.States.Take(heads, _features * _spec.ValueSize);
        var keySums = gradients.KeySums.Take(sums ? heads : 0, _features);
        for (int s = 0; s < pass.Batch.Sequences.Count; s++)
        {
            var (first, count, _) = pass.Batch.Sequences[s];
            if (count == 0) continue;
            int at = first * heads, numbers = count * heads, keys = at * _features, features = numbers * _features;
            states.Clear();
            keySums.Clear();
            Chunkwise.Backward(
                new SequenceShape(1, count, heads, _features, _spec.ValueSize),
                new SequenceInputs<float>
                {
                    Queries = q.Slice(keys, features), Keys = k.Slice(keys, features),
                    Values = v.Slice(first * width, count * width),
                    Strengths = strong ? strengths.Slice(at, numbers) : [],
                    LogGates = forgets ? logGates.Slice(at, numbers) : [], Correct = _spec.Rule.Corrects,
                },
                tape.Chunks(s), dReads.Slice(first * width, count * width),
                new SequenceGradients<float>
                {
                    Queries = dq.Slice(keys, features), Keys = dk.Slice(keys, features),
                    Values = dv.Slice(first * width, count * width),
                    Strengths = strong ? dStrengths.Slice(at, numbers) : [],
                    LogGates = forgets ? dGates.Slice(at, numbers) : [], States = states, Normalizers = keySums,
                },
                pass.Threads);
            if (divides)
                NormalizeBack(
                    pass, projected[(first * _spec.ProjectedWidth)..], inputs[(first * inputStride)..], inputStride,
                    count,
                    dq.Slice(keys, features),
                    dk.Slice(keys, features), dStrengths.Slice(at, numbers));
        }
    }

    // The way back of Normalize, from the last token to the first: gradients of prepared queries, keys and strengths
    // become those of features and of β, whose own gradient β has yet to take.
    private void NormalizeBack(
        BackwardPass pass, ReadOnlySpan<float> projected, ReadOnlySpan<float> inputs, int inputStride, int count,
        Span<float> dq, Span<float> dk, Span<float> dStrengths)
    {
        int row = _spec.Heads * _features;
        var gradients = pass.Workspace.FastWeights;
        var before = gradients.SumsBefore.Take(count + 1, row);         // z before each token, and behind the last
        var features = pass.Workspace.Part.Take(3, row);                // queries, keys, and the gradient of z
        Span<float> queries = features[..row], keys = features.Slice(row, row), dSums = features[(2 * row)..];
        before[..row].Clear();
        for (int t = 0; t < count; t++)
        {
            Map(inputs.Slice(t * inputStride + _spec.KeyWidth, _spec.KeyWidth), keys);
            before.Slice(t * row, row).CopyTo(before[((t + 1) * row)..]);
            Elementwise.Add(before.Slice((t + 1) * row, row), keys);
        }
        dSums.Clear();
        const float Floor = (float)UpdateRule.KeySumFloor;
        for (int t = count - 1; t >= 0; t--)
        {
            Map(inputs.Slice(t * inputStride, _spec.KeyWidth), queries);
            Map(inputs.Slice(t * inputStride + _spec.KeyWidth, _spec.KeyWidth), keys);
            for (int h = 0; h < _spec.Heads; h++)
            {
                int at = h * _features;
                Span<float> query = queries.Slice(at, _features), key = keys.Slice(at, _features),
                    dz = dSums.Slice(at, _features), dQuery = dq.Slice(t * row + at, _features),
                    dKey = dk.Slice(t * row + at, _features), z = before.Slice(t * row + at, _features),
                    after = before.Slice((t + 1) * row + at, _features);
                float asked = Reductions.Dot(after, query);
                Elementwise.Scale(dQuery, 1 / Math.Max(asked, Floor));  // q/(z·q)
                if (asked > Floor)
                {
                    float dAsked = -Reductions.Dot(dQuery, query) / asked;
                    Elementwise.AddScaled(dQuery, dAsked, after);
                    Elementwise.AddScaled(dz, dAsked, query);
                }
                float own = Reductions.Dot(z, key), divisor = Math.Max(own, Floor);
                ref float dStrength = ref dStrengths[t * _spec.Heads + h];
                float strength = (float)Strength(projected.Slice(t * _spec.ProjectedWidth, _spec.ProjectedWidth), h);
                float dOwn = dStrength * strength;
                dStrength *= divisor;                                   // β·(z·k)
                Elementwise.Scale(dKey, 1 / divisor);                   // k/(z·k)
                dOwn -= Reductions.Dot(dKey, key) / divisor;
                Elementwise.Add(dKey, dz);                              // z + k
                if (!(own > Floor)) continue;
                Elementwise.AddScaled(dKey, dOwn, z);
                Elementwise.AddScaled(dz, dOwn, key);
            }
        }
    }

    // β and log α are functions of one number each: of b, or of a + bias.
    private void ScalarsBack(BackwardPass pass, ReadOnlySpan<float> projected, Span<float> dProjected)
    {
        int rows = pass.Batch.Rows, heads = _spec.Heads, stride = _spec.ProjectedWidth, decaysAt = stride - heads;
        bool decays = _spec.HasDecay, byStrength = _spec.Rule.Forgetting == Forgetting.ByStrength;
        var gradients = pass.Workspace.FastWeights;
        var dStrengths = gradients.Strengths.Take(_spec.LearnedStrength ? rows : 0, heads);
        var dGates = gradients.LogGates.Take(decays || byStrength ? rows : 0, heads);
        Span<float> dRateLog = decays && pass.Weights is not null ? pass.Weights.Of(_decayRateLog) : [],
            dBias = decays && pass.Weights is not null ? pass.Weights.Of(_decayBias) : [];
        for (int row = 0; row < rows; row++)
        {
            var from = projected.Slice(row * stride, stride);
            var to = dProjected.Slice(row * stride, stride);
            for (int h = 0; h < heads; h++)
            {
                int at = row * heads + h;
                if (_spec.LearnedStrength)
                {
                    double beta = Strength(from, h), dBeta = dStrengths[at] * beta * (1 - beta);
                    if (byStrength) dBeta -= dGates[at] * beta;         // log(1 − β) = −softplus(b)
                    to[StrengthsAt + h] = (float)dBeta;
                }
                if (!decays) continue;
                double a = (double)from[decaysAt + h] + _decayBias!.Numbers[h];
                float d = (float)(-DecayRate[h] / (1 + Math.Exp(-a)) * dGates[at]);
                to[decaysAt + h] = d;
                if (!dBias.IsEmpty) dBias[h] += d;
                if (!dRateLog.IsEmpty) dRateLog[h] -= (float)(DecayRate[h] * Softplus(a) * dGates[at]);
            }
        }
    }

    // From the gradients of features and values to those of the projected, convolved heads.
    private void InputsBack(BackwardPass pass, ReadOnlySpan<float> inputs, int inputStride, Span<float> dInputs)
    {
        int rows = pass.Batch.Rows, row = _spec.Heads * _features, width = _spec.ValueWidth, valuesAt =
            2 * _spec.KeyWidth;
        var gradients = pass.Workspace.FastWeights;
        var dq = gradients.Queries.Take(rows, row);
        var dk = gradients.Keys.Take(rows, row);
        var dv = gradients.Values.Take(rows, width);
        for (int r = 0; r < rows; r++)
        {
            var from = inputs.Slice(r * inputStride, valuesAt + width);
            var to = dInputs.Slice(r * inputStride, valuesAt + width);
            MapBack(pass, from[.._spec.KeyWidth], dq.Slice(r * row, row), to[.._spec.KeyWidth]);
            MapBack(
                pass, from.Slice(_spec.KeyWidth, _spec.KeyWidth), dk.Slice(r * row, row),
                to.Slice(_spec.KeyWidth, _spec.KeyWidth));
            var dValues = to[valuesAt..];
            if (_spec.SiluValues)
            {
                from[valuesAt..].CopyTo(dValues);
                Activations.Slope(Activation.Silu, dValues);
                Elementwise.Multiply(dValues, dv.Slice(r * width, width));
            }
            else dv.Slice(r * width, width).CopyTo(dValues);
        }
    }

    // The way back of Map; gradients of features are changed.
    private void MapBack(BackwardPass pass, ReadOnlySpan<float> heads, Span<float> dFeatures, Span<float> dHeads)
    {
        var plain = pass.Workspace.Part.Take(1, _features);             // before normalisation
        for (int h = 0; h < _spec.Heads; h++)
        {
            var own = heads.Slice(h * _spec.KeySize, _spec.KeySize);
            var gradient = dFeatures.Slice(h * _features, _features);
            if (_spec.Normalization != Normalization.None)
            {
                _map.Value.Apply(own, plain);
                FeatureNormalization.Pullback<float>(
                    _spec.Normalization, plain, gradient, _spec.NormalizationEpsilon);
            }
            _map.Value.Pullback<float>(own, gradient, dHeads.Slice(h * _spec.KeySize, _spec.KeySize));
        }
    }

    private int StrengthsAt => _spec.ProjectedWidth - _spec.Heads * (_spec.HasDecay ? 2 : 1);

    private double Strength(ReadOnlySpan<float> projected, int head) =>
        _spec.LearnedStrength ? 1 / (1 + Math.Exp(-(double)projected[StrengthsAt + head])) : 1;
}
