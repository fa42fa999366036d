using Loci.Memory.Numerics;

namespace Loci.Models.Generation;

/// <summary>Chooses the next token from logits: the best, or one drawn at a temperature. The same seed draws the same tokens.</summary>
public sealed class Sampler
{
    private readonly float _temperature;
    private readonly Random _random;
    private float[] _probabilities = [];

    private Sampler(float temperature, int seed) => (_temperature, _random) = (temperature, new Random(seed));

    /// <summary>Always the token of the highest logit, the lowest id among equals.</summary>
    public static Sampler Greedy { get; } = new(0, 0);

    /// <summary>Draws from softmax(logits / temperature).</summary>
    /// <param name="temperature">Above 0; 1 is the model's own distribution.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static Sampler AtTemperature(float temperature, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return new(temperature, seed);
    }

    /// <summary>The chosen token.</summary>
    /// <param name="logits">[vocabulary]</param>
    public int Choose(ReadOnlySpan<float> logits)
    {
        if (_temperature == 0) return Reductions.ArgMax(logits);
        if (_probabilities.Length < logits.Length) _probabilities = new float[logits.Length];
        var p = _probabilities.AsSpan(0, logits.Length);
        for (int i = 0; i < p.Length; i++) p[i] = logits[i] / _temperature;
        Softmax.Apply(p);
        double at = _random.NextDouble();
        for (int i = 0; i < p.Length; i++)
            if ((at -= p[i]) < 0)
                return i;
        return Reductions.ArgMax(logits); // rounding left a crumb of probability unspent
    }
}
