using Loci.Memory.Numerics;

namespace Loci.Models.Generation;

/// <summary>
/// Chooses the next token from logits: the best, or one drawn at a temperature, if wanted from the likeliest few. The
/// same seed draws the same tokens, and <see cref="State"/> lets a later run go on with the draws.
/// </summary>
public sealed class Sampler
{
    private readonly float _temperature;
    private float[] _keys = [];
    private int[] _ids = [];

    private Sampler(float temperature, int topK, float topP, ulong state) =>
        (_temperature, TopK, TopP, State) = (temperature, topK, topP, state);

    /// <summary>Always the token of the highest logit, the lowest id among equals.</summary>
    public static Sampler Greedy { get; } = new(0, 0, 1, 0);

    /// <summary>Draws from softmax(logits / temperature).</summary>
    /// <param name="temperature">Above 0; 1 is the model's own distribution.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="topK">Draws from the so many likeliest tokens; 0 for all.</param>
    /// <param name="topP">Draws from the fewest likeliest tokens whose probabilities reach this sum; above 0, at most
    /// 1.</param>
    public static Sampler AtTemperature(float temperature, int seed, int topK = 0, float topP = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegative(topK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topP, 1);
        return new(temperature, topK, topP, (uint)seed);
    }

    /// <summary>Tokens drawn from, 0 for all.</summary>
    public int TopK { get; }

    /// <summary>Sum of probabilities drawn from.</summary>
    public float TopP { get; }

    /// <summary>Where the draws stand; setting it goes on from there.</summary>
    public ulong State { get; set; }

    /// <summary>
    /// A state that this sampler's draws come to, so that setting it goes on with them; false: one of another seed, or
    /// so far away (2³² draws) that it is taken for one.
    /// </summary>
    public bool LeadsTo(ulong state) => SplitMix64.Steps(State, state) <= uint.MaxValue;

    /// <summary>The chosen token.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <exception cref="LociException">One of them is NaN or infinite.</exception>
    public int Choose(ReadOnlySpan<float> logits)
    {
        FiniteValues.RequireLogits(logits, logits.Length);
        if (_temperature == 0) return Reductions.ArgMax(logits);
        if (_keys.Length < logits.Length) (_keys, _ids) = (new float[logits.Length], new int[logits.Length]);
        var p = _keys.AsSpan(0, logits.Length);
        var ids = _ids.AsSpan(0, logits.Length);
        for (int i = 0; i < p.Length; i++) (p[i], ids[i]) = (logits[i] / _temperature, i);
        if (TopK > 0 || TopP < 1)
        {
            p.Sort(ids, static (a, b) => b.CompareTo(a));
            if (TopK > 0 && TopK < p.Length) p = p[..TopK];
        }
        Softmax.Apply(p);
        double total = TopP < 1 ? Nucleus(ref p) : 1, at = Draw() * total;
        for (int i = 0; i < p.Length; i++)
            if ((at -= p[i]) < 0)
                return ids[i];
        // rounding left a crumb of probability unspent
        return TopK > 0 || TopP < 1 ? ids[0] : Reductions.ArgMax(logits);
    }

    // Cuts descending probabilities where their sum reaches TopP, and gives the sum.
    private double Nucleus(ref Span<float> p)
    {
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            sum += p[i];
            if (sum < TopP) continue;
            p = p[..(i + 1)];
            return sum;
        }
        return sum;
    }

    private double Draw()
    {
        ulong state = State;
        double share = SplitMix64.NextShare(ref state);
        State = state;
        return share;
    }
}
