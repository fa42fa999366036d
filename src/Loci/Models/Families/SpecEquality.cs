
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>Whether two specs describe the same network.</summary>
internal static class SpecEquality
{
    private const double FrequencyTolerance = 1e-12; // two roundings of the same power in float64

    /// <summary>Refuses, by name, what a config of the family cannot say.</summary>
    /// <param name="wanted">The spec that was written.</param>
    /// <param name="read">The spec that came back.</param>
    public static void Require(ModelSpec wanted, ModelSpec read)
    {
        if (!wanted.EndOfSequence.SequenceEqual(read.EndOfSequence))
            throw Refusal(wanted, nameof(ModelSpec.EndOfSequence));
        if (wanted.Layers != read.Layers)
            throw Refusal(wanted, $"{wanted.Layers} layers (a config would say {read.Layers})");
        for (int l = 0; l < wanted.Layers; l++)
        {
            var (own, back) = (wanted.Blocks[l], read.Blocks[l]);
            if (own.Mixer is SoftmaxSpec softmax && back.Mixer is SoftmaxSpec other
                && SameRotary(softmax.Rotary, other.Rotary))
                own = own with { Mixer = softmax with { Rotary = other.Rotary } };
            if (own != back) throw Refusal(wanted, $"layer {l}: {own} (a config would say {back})");
        }
        // What is left are values, which records compare.
        var rest = wanted with { EndOfSequence = read.EndOfSequence, Blocks = read.Blocks };
        if (rest != read) throw Refusal(wanted, $"one of the choices of {wanted} (a config would say {read})");
    }

    private static bool SameRotary(RotarySpec? one, RotarySpec? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Size == other.Size && one.Interleaved == other.Interleaved
            && Math.Abs(one.Scaling - other.Scaling) <= FrequencyTolerance * Math.Abs(one.Scaling)
            && one.InverseFrequencies.Count == other.InverseFrequencies.Count
                && one.InverseFrequencies.Zip(other.InverseFrequencies)
                    .All(pair => Math.Abs(pair.First - pair.Second) <= FrequencyTolerance * pair.Second);

    private static UnsupportedException Refusal(ModelSpec spec, string what) =>
        new($"A config.json of the family «{spec.Family}» cannot say this model's {what}.");
}
