using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// An associative memory of fixed size: values are written under keys into one matrix W and read back with keys like
/// them. With d_dot orthogonal keys every value comes back exactly; keys that resemble each other share, more than
/// d_dot interfere.
/// </summary>
/// <remarks>
/// Schlag et al. 2021, arXiv 2102.11174. No call allocates. Not for use by several threads at once; <see cref="Clone"/>
/// one for each.
/// </remarks>
public sealed unsafe partial class FastWeightMemory : IAssociativeMemory
{
    private readonly float[] _state; // S = Wᵀ [features, valueSize]
    private readonly float[] _normalizer; // z [features], or empty
    private readonly float[] _features, _read; // scratch [features], [valueSize]
    private readonly HeadKernels<float> _kernels = HeadKernels<float>.Current;
    private UndoLog _undo;

    /// <summary>An empty memory.</summary>
    /// <param name="options">Sizes, feature map, rule, normalisation.</param>
    /// <exception cref="ArgumentException">A combination that cannot work, with the reason.</exception>
    public FastWeightMemory(FastWeightOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Warnings = options.Check();
        FeatureCount = options.Features;
        _state = new float[FeatureCount * options.ValueSize];
        _normalizer = new float[options.HasNormalizer ? FeatureCount : 0];
        _features = new float[FeatureCount];
        _read = new float[options.ValueSize];
        _undo = new UndoLog(options.UndoDepth, _state.Length + _normalizer.Length);
    }

    /// <summary>What the memory is made of.</summary>
    public FastWeightOptions Options { get; }

    /// <summary>Points of the options that may not do what is expected.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Length of a key, before the feature map.</summary>
    public int KeySize => Options.KeySize;

    /// <summary>Length of a value.</summary>
    public int ValueSize => Options.ValueSize;

    /// <summary>d_dot: how many keys can be orthogonal to each other.</summary>
    public int FeatureCount { get; }

    /// <summary>d_dot pairs: so many can all come back exactly, under keys whose features are orthogonal.</summary>
    public int? Capacity => FeatureCount;

    /// <summary>W transposed, [FeatureCount, ValueSize].</summary>
    public ReadOnlySpan<float> State => _state;

    /// <summary>z [FeatureCount], for the rules that divide by it; else empty.</summary>
    public ReadOnlySpan<float> Normalizer => _normalizer;

    /// <summary>Changes that <see cref="Undo"/> can take back.</summary>
    public int UndoCount => _undo.Count;

    /// <summary>Writes a value under a key.</summary>
    /// <param name="key">[KeySize]</param>
    /// <param name="value">[ValueSize]</param>
    /// <param name="strength">β, one of the rule's <see cref="UpdateRule.Strengths"/>. By the delta rule with L2
    /// normalisation 1 replaces what the key retrieves.</param>
    /// <param name="gate">α in (0, 1], for rules to which it is given: W is multiplied by it first. Else 1.</param>
    /// <exception cref="ArgumentException">A length or number out of range, or β‖φ‖² where the memory would
    /// diverge.</exception>
    public void Write(ReadOnlySpan<float> key, ReadOnlySpan<float> value, float strength = 1, float gate = 1)
    {
        Require.SameLength(Options.KeySize, key.Length, nameof(key));
        Require.SameLength(Options.ValueSize, value.Length, nameof(value));
        Require.Finite(key, nameof(key));
        Require.Finite(value, nameof(value));
        CheckStrength(strength, gate);
        Map(key);
        CheckStable(strength);
        Keep();
        UpdateRule rule = Options.Rule;
        float logGate = MathF.Log(rule.Forgetting == Forgetting.ByStrength ? 1 - strength : gate);
        rule.PrepareWrite(_normalizer, _features, ref strength);
        fixed (float* features = _features, v = value)
            Step(features, v, strength, rule.Forgetting == Forgetting.Never ? null : &logGate, rule.Corrects);
        rule.AfterWrite(_state);
    }

    void IAssociativeMemory.Write(ReadOnlySpan<float> key, ReadOnlySpan<float> value) => Write(key, value);

    /// <summary>Writes pairs one after the other.</summary>
    /// <param name="keys">[count, KeySize]</param>
    /// <param name="values">[count, ValueSize]</param>
    /// <param name="strengths">[count], or empty for 1.</param>
    public void WriteBatch(ReadOnlySpan<float> keys, ReadOnlySpan<float> values,
        ReadOnlySpan<float> strengths = default)
    {
        int count = keys.Length / Options.KeySize;
        Require.SameLength(checked(count * Options.KeySize), keys.Length, nameof(keys));
        Require.SameLength(checked(count * Options.ValueSize), values.Length, nameof(values));
        if (!strengths.IsEmpty) Require.SameLength(count, strengths.Length, nameof(strengths));
        for (int i = 0; i < count; i++)
        {
            Write(
                keys.Slice(i * Options.KeySize, Options.KeySize),
                values.Slice(i * Options.ValueSize, Options.ValueSize),
                strengths.IsEmpty ? 1 : strengths[i]);
        }
    }

    /// <summary>Reads what a key retrieves.</summary>
    /// <param name="query">[KeySize]</param>
    /// <param name="destination">[ValueSize], overwritten. Zero from an empty memory.</param>
    public void Read(ReadOnlySpan<float> query, Span<float> destination)
    {
        Require.SameLength(Options.KeySize, query.Length, nameof(query));
        Require.SameLength(Options.ValueSize, destination.Length, nameof(destination));
        Map(query);
        fixed (float* features = _features, state = _state, to = destination)
            _kernels.Read(features, state, FeatureCount, Options.ValueSize, to);
        float divisor = Options.Rule.ReadDivisor(_normalizer, _features);
        if (divisor != 1)
            foreach (ref float x in destination) x /= divisor;
        Options.Rule.AfterRead(destination);
    }

    /// <summary>Reads with several keys.</summary>
    /// <param name="queries">[count, KeySize]</param>
    /// <param name="destination">[count, ValueSize], overwritten.</param>
    public void ReadBatch(ReadOnlySpan<float> queries, Span<float> destination)
    {
        int count = queries.Length / Options.KeySize;
        Require.SameLength(checked(count * Options.KeySize), queries.Length, nameof(queries));
        Require.SameLength(checked(count * Options.ValueSize), destination.Length, nameof(destination));
        for (int i = 0; i < count; i++)
            Read(queries.Slice(i * Options.KeySize, Options.KeySize),
                destination.Slice(i * Options.ValueSize, Options.ValueSize));
    }

    /// <summary>
    /// Makes the key retrieve zero, by taking W's component along φ(key) off: keys orthogonal to it keep what they
    /// have.
    /// </summary>
    /// <param name="key">[KeySize]</param>
    public void Erase(ReadOnlySpan<float> key)
    {
        Require.SameLength(Options.KeySize, key.Length, nameof(key));
        Require.Finite(key, nameof(key));
        Map(key);
        Keep();
        fixed (float* features = _features, state = _state, read = _read)
        {
            float square = LaneSums<float>.Dot(features, features, FeatureCount);
            if (square == 0) return;
            _kernels.Read(features, state, FeatureCount, Options.ValueSize, read);
            Step(features, read, -1 / square, null, correct: false);
        }
    }

    /// <summary>Empties the memory. Can be undone.</summary>
    public void Clear()
    {
        Keep();
        Array.Clear(_state);
        Array.Clear(_normalizer);
    }

    /// <summary>Takes the last change back, to the bit.</summary>
    /// <returns>False if there is none that can be undone.</returns>
    public bool Undo() => _undo.TryRestore(_state, _normalizer);

    /// <summary>An independent copy: the fork of a memory, with what it can undo.</summary>
    public FastWeightMemory Clone() => new(this);

    private FastWeightMemory(FastWeightMemory other)
        : this(other.Options)
    {
        other._state.CopyTo(_state, 0);
        other._normalizer.CopyTo(_normalizer, 0);
        _undo = other._undo.Clone();
    }

    private void Keep() => _undo.Keep(_state, _normalizer);

    private void Map(ReadOnlySpan<float> key)
    {
        Options.Map.Apply(key, _features.AsSpan());
        FeatureNormalization.Apply(Options.Normalization, _features.AsSpan(), Options.NormalizationEpsilon);
    }

    private void Step(float* features, float* value, float strength, float* logGate, bool correct)
    {
        var head = new HeadSequence<float>
        {
            Length = 1, KeySize = FeatureCount, ValueSize = Options.ValueSize, Correct = correct,
            Keys = features, Values = value, Strengths = &strength, LogGates = logGate,
        };
        fixed (float* state = _state)
        {
            if (Options.Map.IsSparse && logGate == null) _kernels.Sparse(head, state);
            else _kernels.Dense(head, state);
        }
    }

    private void CheckStrength(float strength, float gate)
    {
        UpdateRule rule = Options.Rule;
        if (!rule.Strengths.Contains(strength))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, rule.Strengths.Words);
        bool given = rule.Forgetting == Forgetting.Given;
        if (!(gate is > 0 and <= 1) || (gate != 1 && !given))
        {
            throw new ArgumentOutOfRangeException(
                nameof(gate), gate, given ? "must be above 0 and at most 1" : $"{rule} is given no gate: must be 1");
        }
    }

    private void CheckStable(float strength)
    {
        if (double.IsInfinity(Options.Rule.StabilityBound)) return;
        float square;
        fixed (float* features = _features) square = LaneSums<float>.Dot(features, features, FeatureCount);
        if (strength * square < Options.Rule.StabilityBound) return;
        throw new ArgumentException(
            $"β‖φ(key)‖² = {strength * square:g4} with β = {strength:g4}: from {Options.Rule.StabilityBound} on, a "
            + $"write " +
            "enlarges the error it should correct. Normalise the keys (L2 makes ‖φ‖ = 1) or write with less strength",
            nameof(strength));
    }
}
