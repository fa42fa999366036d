using Loci.Memory.Attention;
using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>The way back.</summary>
public sealed partial class SoftmaxMixer
{
    internal override void Back(
        BackwardPass pass, MixerTape tape, ReadOnlySpan<float> x, ReadOnlySpan<float> branch, Span<float> dx)
    {
        int rows = pass.Batch.Rows, stride = _spec.ProjectedWidth, keysAt = _spec.QueryWidth,
            valuesAt = keysAt + _spec.KeyWidth;
        var qkv = tape.Projected.Take(rows, stride);                    // [rows, queries | keys | values]
        var dQkv = pass.Workspace.Projected.Take(rows, stride);
        var dMixed = pass.Workspace.Mixed.Take(rows, _spec.QueryWidth); // [rows, heads·head size]
        pass.Weigh(_output, _outputBias, branch, tape.Mixed.Take(rows, _spec.QueryWidth));
        pass.Multiply(branch, _output.Matrix, dMixed);
        for (int s = 0; s < pass.Batch.Sequences.Count; s++)
        {
            var (first, count, _) = pass.Batch.Sequences[s];
            if (count == 0) continue;
            var own = qkv.Slice(first * stride, count * stride);
            var to = dQkv.Slice(first * stride, count * stride);
            CausalAttention.Pullback(
                _spec.Shape, own, stride, count, own[keysAt..], stride, own[valuesAt..], stride,
                dMixed[(first * _spec.QueryWidth)..], _spec.QueryWidth, to, to[keysAt..], to[valuesAt..]);
        }
        _rotaryBack?.Value.Apply(
            dQkv, stride, _spec.Heads + _spec.KeyValueHeads, _spec.HeadSize, pass.Batch.Positions);
        if (_queryGain is not null)
        {
            var plain = tape.Plain.Take(rows, stride);
            Span<float> dQuery = pass.Weights is null ? [] : pass.Weights.Of(_queryGain),
                dKey = pass.Weights is null ? [] : pass.Weights.Of(_keyGain);
            NormHeadsBack(pass, plain, dQkv, 0, _spec.QueryWidth, _queryGain.Numbers, dQuery);
            NormHeadsBack(pass, plain, dQkv, keysAt, _spec.KeyWidth, _keyGain!.Numbers, dKey);
        }
        pass.Weigh(_projection, _projectionBias, dQkv, x);
        pass.Multiply(dQkv, _projection.Matrix, dx);
    }

    // The gradients of normed heads become those of the heads.
    private void NormHeadsBack(
        BackwardPass pass, ReadOnlySpan<float> plain, Span<float> gradients, int offset, int length, float[] gain,
        Span<float> dGain)
    {
        var part = pass.Workspace.Part.Take(1, length);
        for (int at = offset; at < gradients.Length; at += _spec.ProjectedWidth)
        {
            var own = gradients.Slice(at, length);
            part.Clear();
            NormPullbacks.RmsNorm(plain.Slice(at, length), gain.Length, gain, _epsilon, own, part, dGain);
            part.CopyTo(own);
        }
    }
}
