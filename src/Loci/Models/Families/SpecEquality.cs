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
        Lists(nameof(ModelSpec.AttentionScale), wanted.AttentionScale, read.AttentionScale);
        Lists(nameof(ModelSpec.AttentionWindow), wanted.AttentionWindow, read.AttentionWindow);
        Lists(nameof(ModelSpec.EndOfSequence), wanted.EndOfSequence, read.EndOfSequence);
        Lists(nameof(ModelSpec.FastWeights), wanted.FastWeights, read.FastWeights);
        if (!SameRotary(wanted.Rotary, read.Rotary)) throw Refusal(wanted, nameof(ModelSpec.Rotary));
        // What is left are values, which records compare.
        var rest = wanted with
        {
            AttentionScale = read.AttentionScale, AttentionWindow = read.AttentionWindow, EndOfSequence = read.EndOfSequence, Rotary = read.Rotary,
            FastWeights = read.FastWeights,
        };
        if (rest != read) throw Refusal(wanted, $"one of the choices of {wanted} (a config would say {read})");

        void Lists<T>(string name, IReadOnlyList<T> one, IReadOnlyList<T> other)
        {
            if (!one.SequenceEqual(other)) throw Refusal(wanted, name);
        }
    }

    private static bool SameRotary(RotarySpec? one, RotarySpec? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Size == other.Size && one.Interleaved == other.Interleaved && one.InverseFrequencies.Count == other.InverseFrequencies.Count
                && one.InverseFrequencies.Zip(other.InverseFrequencies).All(pair => Math.Abs(pair.First - pair.Second) <= FrequencyTolerance * pair.Second);

    private static UnsupportedException Refusal(ModelSpec spec, string what) =>
        new($"A config.json of the family «{spec.Family}» cannot say this model's {what}.");
}
