using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>
/// Attention as a fast-weight memory: one matrix a head, written and read once a token, in place of the growing list of
/// softmax attention. The steps, for every head: project; convolve over time; φ and normalisation (queries and keys)
/// or SiLU (values); write and read; norm; gate; project back.
/// </summary>
/// <remarks>
/// Schlag et al. 2021, arXiv 2102.11174; with convolution, norm and gate as in Yang et al. 2024, arXiv 2406.06484 and
/// 2412.06464. Such a layer knows no positions: rotary ones turn the queries and keys of softmax layers alone.
/// </remarks>
public sealed record FastWeightSpec : MixerSpec
{
    /// <summary>The largest <see cref="Convolution"/>.</summary>
    public const int MostConvolution = 64;

    /// <summary>The largest <see cref="KeySize"/> and <see cref="ValueSize"/>.</summary>
    public const int MostSize = 4096;

    /// <summary>How a pair is written: any rule that has a chunk form.</summary>
    public required UpdateRule Rule { get; init; }

    /// <summary>φ by its name: identity, relu, silu, tanh, elu+1, dpfp-ν, favor-m.</summary>
    public required string Map { get; init; }

    /// <summary>Seed of the projections of favor-m, else without meaning.</summary>
    public int MapSeed { get; init; }

    /// <summary>What is done to features after φ.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>ε in φ/√(‖φ‖² + ε), for L2 normalisation; 0 or above.</summary>
    public float NormalizationEpsilon { get; init; }

    /// <summary>Heads, each with queries, keys, values and a memory of its own.</summary>
    public required int Heads { get; init; }

    /// <summary>Length of one head's query and key, before φ.</summary>
    public required int KeySize { get; init; }

    /// <summary>Length of one head's value.</summary>
    public required int ValueSize { get; init; }

    /// <summary>
    /// True where β = sigmoid(w·x), a scalar a head; false where every write has strength 1, as the sum rules have it.
    /// </summary>
    public required bool LearnedStrength { get; init; }

    /// <summary>
    /// Tokens a query, key or value is mixed from, channel by channel, its own the last; 0 for no convolution.
    /// </summary>
    public int Convolution { get; init; }

    /// <summary>True when values go through SiLU, after the convolution if there is one.</summary>
    public bool SiluValues { get; init; }

    /// <summary>Factor on what is read.</summary>
    public float ReadScale { get; init; } = 1;

    /// <summary>
    /// True when each head's read is RMS-normed, with one gain [valueSize] for all heads and the model's ε.
    /// </summary>
    public bool OutputNorm { get; init; }

    /// <summary>True when the read, normed, is multiplied by silu(gate·x).</summary>
    public bool OutputGate { get; init; }

    /// <summary>True for the rules that forget: α = exp(−rate·softplus(w·x + bias)), a scalar a head.</summary>
    public bool HasDecay => Rule.Forgetting == Forgetting.Given;

    /// <summary>True for the rules that divide a read by z·φ(q), with z the sum of the keys.</summary>
    public bool HasNormalizer => Rule.KeySums != KeySumUse.None;

    /// <summary>Length of a feature vector, d_dot.</summary>
    public int Features => CreateMap().Features(KeySize);

    /// <summary>Length of the queries, or the keys, of all heads.</summary>
    public int KeyWidth => Heads * KeySize;

    /// <summary>Length of the values of all heads.</summary>
    public int ValueWidth => Heads * ValueSize;

    /// <summary>
    /// Floats of one row of the fused projection: queries, keys, values, then what there is of gate, strengths, decays.
    /// </summary>
    public int ProjectedWidth =>
        2 * KeyWidth + ValueWidth + (OutputGate ? ValueWidth : 0) + (LearnedStrength ? Heads : 0)
        + (HasDecay ? Heads : 0);

    /// <summary>Makes φ.</summary>
    /// <exception cref="ArgumentException">There is no map of that name, or not for this key size.</exception>
    public FeatureMap CreateMap() =>
        FeatureMap.Named(Map, KeySize, MapSeed, stabilized: Normalization != Normalization.None);

    /// <summary>The memory of one head.</summary>
    public FastWeightOptions Options => new(KeySize, ValueSize) 
    {
        Map = CreateMap(), Rule = Rule, Normalization = Normalization, NormalizationEpsilon = NormalizationEpsilon,
    };

    /// <inheritdoc/>
    public override bool IsUnbounded => true;

    internal override IReadOnlyList<TensorSlot> Projected(int width, int layer)
    {
        List<TensorSlot> projected =
        [
            Rows(TensorRole.Query, KeyWidth), Rows(TensorRole.Key, KeyWidth), Rows(TensorRole.Value, ValueWidth),
        ];
        if (OutputGate) projected.Add(Rows(TensorRole.Gate, ValueWidth));
        if (LearnedStrength) projected.Add(Rows(TensorRole.Strength, Heads));
        if (HasDecay) projected.Add(Rows(TensorRole.Decay, Heads));
        return projected;

        TensorSlot Rows(TensorRole role, int outputs) => TensorSlot.OfBlock(role, layer, outputs, width);
    }

    internal override Mixer Create(ModelSpec model, int layer, RotaryTables rotary) =>
        new FastWeightMixer(this, model, layer);

    internal override MixerState CreateState() => new FastWeightState(this);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        foreach (int size in (int[])[KeySize, ValueSize])
            if (size is < 1 or > MostSize)
                throw new ArgumentException($"a head of {size} numbers, where 1 to {MostSize} are possible");
        ArgumentOutOfRangeException.ThrowIfNegative(Convolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Convolution, MostConvolution);
        if (!(NormalizationEpsilon >= 0 && float.IsFinite(NormalizationEpsilon)))
            throw new ArgumentException(
                $"the normalisation's ε is {NormalizationEpsilon}, where 0 or a small positive number is wanted");
        if (NormalizationEpsilon > 0 && Normalization != Normalization.L2)
            throw new ArgumentException($"the normalisation's ε goes with L2 normalisation, not with {Normalization}");
        if (!(ReadScale > 0 && float.IsFinite(ReadScale)))
            throw new ArgumentException($"the read scale is {ReadScale}, where a positive number is wanted");
        if (!Rule.HasChunkForm)
            throw new ArgumentException(
                $"{Rule} changes the whole memory at every write: it has no chunk form, and no model can be trained "
                    + "with it");
        IReadOnlyList<string> warnings = Options.Check();
        if (double.IsFinite(Rule.StabilityBound) && Normalization == Normalization.None)
            throw new ArgumentException(
                $"{Rule} needs normalised features (sum or L2): without, β‖φ‖² can reach {Rule.StabilityBound}, "
                    + "where each write enlarges the error it should correct");
        if (LearnedStrength && !Rule.LearnsStrength)
            throw new ArgumentException(
                $"{Rule} writes with strength 1: a learned strength is part of the value there");
        if (!LearnedStrength && Rule.Forgetting == Forgetting.ByStrength)
            throw new ArgumentException(
                $"{Rule} with strength 1 forgets all but the last token: it needs a learned strength");
        if ((long)Heads * Features * (ValueSize + 1) > Array.MaxLength)
            throw new ArgumentException(
                $"{Heads} memories of {Features}×{ValueSize} numbers are more than an array can hold");
        return warnings;
    }
}
