using Loci.Memory.Numerics;

namespace Loci.Models;

// The tensors of fast-weight layers.
internal sealed partial class WeightReader
{
    private PackedMatrix FastWeightProjection(FastWeightSpec fast, int l)
    {
        var own = _names.FastWeight!;
        List<(string Name, int Outputs)> parts =
        [
            (_names.QueryKeyValue[0], fast.KeyWidth), (_names.QueryKeyValue[1], fast.KeyWidth), (_names.QueryKeyValue[2], fast.ValueWidth),
        ];
        if (fast.OutputGate) parts.Add((own.Gate, fast.ValueWidth));
        if (fast.LearnedStrength) parts.Add((own.Strength, fast.Heads));
        if (fast.HasDecay) parts.Add((own.Decay, fast.Heads));
        return Joined([.. parts.Select(part => Weight(Of(part.Name, l)))], _spec.Width, [.. parts.Select(part => part.Outputs)]);
    }

    private FastWeightParameters FastWeightParameters(FastWeightSpec fast, int l)
    {
        var own = _names.FastWeight!;
        return new()
        {
            Convolution = fast.Convolution > 0 ? Convolution(fast, l) : [],
            ReadGain = fast.OutputNorm ? Vector(Weight(Of(own.OutputNorm, l)), fast.ValueSize) : [],
            DecayRate = fast.HasDecay ? [.. Vector($"{_prefix}{Of(own.DecayRateLog, l)}", fast.Heads).Select(log => (float)Math.Exp(log))] : [],
            DecayBias = fast.HasDecay ? Vector($"{_prefix}{Of(own.DecayBias, l)}", fast.Heads) : [],
        };
    }

    // Three tensors [channels, 1, size], as one [size, channels].
    private float[] Convolution(FastWeightSpec fast, int l)
    {
        int[] widths = [fast.KeyWidth, fast.KeyWidth, fast.ValueWidth];
        int size = fast.Convolution, channels = widths.Sum(), first = 0;
        float[] factors = new float[checked(size * channels)];
        foreach (var (pattern, width) in _names.FastWeight!.Convolutions.Zip(widths))
        {
            string name = Weight(Of(pattern, l));
            Use(name);
            float[] stored = _checkpoint.OpenShaped(name, width, 1, size).ReadFloats();
            for (int channel = 0; channel < width; channel++)
                for (int tap = 0; tap < size; tap++)
                    factors[tap * channels + first + channel] = stored[channel * size + tap];
            first += width;
        }
        return factors;
    }
}
