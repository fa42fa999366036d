using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// An associative memory of fixed size: values are written under keys into one matrix W and read back with keys like
/// them. With d_dot orthogonal keys every value comes back exactly; keys that resemble each other share, more than d_dot
/// interfere.
/// </summary>
/// <remarks>
/// Schlag et al. 2021, arXiv 2102.11174. No call allocates, apart from the growing list of
/// <see cref="UpdateRule.Softmax"/>. Not for use by several threads at once; <see cref="Clone"/> one for each.
/// </remarks>
public sealed unsafe partial class FastWeightMemory
{
    private readonly float[] _state; // S = Wᵀ [features, valueSize]
    private readonly float[] _normalizer; // z [features], or empty
    private readonly float[] _features, _read; // scratch [features], [valueSize]
    private readonly SoftmaxList? _list;
    private readonly HeadKernels<float> _kernels = HeadKernels<float>.Current;
    private UndoLog _undo;
    private long _changes;

    /// <summary>An empty memory.</summary>
    /// <param name="options">Sizes, feature map, rule, normalisation.</param>
    /// <exception cref="ArgumentException">A combination that cannot work, with the reason.</exception>
    public FastWeightMemory(FastWeightOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Warnings = options.Check();
        FeatureCount = options.Features;
        bool list = options.Rule == UpdateRule.Softmax;
        _list = list ? new SoftmaxList(options.KeySize, options.ValueSize) : null;
        _state = new float[list ? 0 : FeatureCount * options.ValueSize];
        _normalizer = new float[options.HasNormalizer ? FeatureCount : 0];
        _features = new float[list ? 0 : FeatureCount];
        _read = new float[list ? 0 : options.ValueSize];
        _undo = new UndoLog(options.UndoDepth, _state.Length + _normalizer.Length);
    }

    /// <summary>What the memory is made of.</summary>
    public FastWeightOptions Options { get; }

    /// <summary>Points of the options that may not do what is expected.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>d_dot: how many keys can be orthogonal to each other. No bound for the softmax list.</summary>
    public int FeatureCount { get; }

    /// <summary>W transposed, [FeatureCount, ValueSize]; empty for the softmax list.</summary>
    public ReadOnlySpan<float> State => _state;

    /// <summary>z [FeatureCount], for the rules that divide by it; else empty.</summary>
    public ReadOnlySpan<float> Normalizer => _normalizer;

    /// <summary>Changes that <see cref="Undo"/> can take back.</summary>
    public int UndoCount => _list is null ? _undo.Count : (int)Math.Min(_changes, Options.UndoDepth);

    /// <summary>Writes a value under a key.</summary>
    /// <param name="key">[KeySize]</param>
    /// <param name="value">[ValueSize]</param>
    /// <param name="strength">β: 0 to 1, for the sum rules any number. By the delta rule with L2 normalisation 1 replaces
    /// what the key retrieves. The softmax list takes 1 alone.</param>
    /// <param name="gate">α in (0, 1], for <see cref="UpdateRule.GatedDelta"/>: W is multiplied by it first. Else 1.</param>
    /// <exception cref="ArgumentException">A length or number out of range, or β‖φ‖² ≥ 2, with which the memory would diverge.</exception>
    public void Write(ReadOnlySpan<float> key, ReadOnlySpan<float> value, float strength = 1, float gate = 1)
    {
        Require.SameLength(Options.KeySize, key.Length, nameof(key));
        Require.SameLength(Options.ValueSize, value.Length, nameof(value));
        CheckFinite(key, nameof(key));
        CheckFinite(value, nameof(value));
        CheckStrength(strength, gate);
        if (_list is not null)
        {
            _list.Add(key, value, ++_changes);
            return;
        }
        Map(key);
        if (Options.Rule is UpdateRule.Delta or UpdateRule.GatedDelta) CheckStable(strength);
        Keep();
        fixed (float* features = _features, v = value)
        {
            float logGate = Options.Rule == UpdateRule.Gated ? MathF.Log(1 - strength) : MathF.Log(gate);
            switch (Options.Rule)
            {
                case UpdateRule.NormalizedDelta:
                    WriteNormalized(features, v, strength);
                    break;
                case UpdateRule.Gated or UpdateRule.GatedDelta:
                    Step(features, v, strength, &logGate, Options.Rule == UpdateRule.GatedDelta);
                    break;
                default:
                    Step(features, v, strength, null, Options.Rule is UpdateRule.Delta or UpdateRule.NormBounded);
                    break;
            }
            fixed (float* z = _normalizer)
            {
                float weight = Options.Rule == UpdateRule.NormalizedSum ? strength : 1;
                if (z != null) LaneSums<float>.AddScaled(z, weight, features, FeatureCount);
            }
        }
        if (Options.Rule == UpdateRule.NormBounded) Bound();
    }

    /// <summary>Writes pairs one after the other.</summary>
    /// <param name="keys">[count, KeySize]</param>
    /// <param name="values">[count, ValueSize]</param>
    /// <param name="strengths">[count], or empty for 1.</param>
    public void WriteBatch(ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> strengths = default)
    {
        int count = keys.Length / Options.KeySize;
        Require.SameLength(checked(count * Options.KeySize), keys.Length, nameof(keys));
        Require.SameLength(checked(count * Options.ValueSize), values.Length, nameof(values));
        if (!strengths.IsEmpty) Require.SameLength(count, strengths.Length, nameof(strengths));
        for (int i = 0; i < count; i++)
        {
            Write(
                keys.Slice(i * Options.KeySize, Options.KeySize), values.Slice(i * Options.ValueSize, Options.ValueSize),
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
        if (_list is not null)
        {
            _list.Read(query, destination);
            return;
        }
        Map(query);
        fixed (float* features = _features, state = _state, z = _normalizer, to = destination)
        {
            _kernels.Read(features, state, FeatureCount, Options.ValueSize, to);
            if (z != null)
            {
                float along = LaneSums<float>.Dot(z, features, FeatureCount) + (float)AttentionNormalization.Floor;
                foreach (ref float x in destination) x /= along;
            }
        }
        if (Options.Rule == UpdateRule.NormBounded) LayerNormalize(destination);
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
            Read(queries.Slice(i * Options.KeySize, Options.KeySize), destination.Slice(i * Options.ValueSize, Options.ValueSize));
    }

    /// <summary>
    /// Makes the key retrieve zero, by taking W's component along φ(key) off: keys orthogonal to it keep what they have.
    /// From the softmax list, the pairs of exactly this key are removed.
    /// </summary>
    /// <param name="key">[KeySize]</param>
    public void Erase(ReadOnlySpan<float> key)
    {
        Require.SameLength(Options.KeySize, key.Length, nameof(key));
        CheckFinite(key, nameof(key));
        if (_list is not null)
        {
            _list.Erase(key, ++_changes);
            return;
        }
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
        if (_list is not null)
        {
            _list.EraseAll(++_changes);
            return;
        }
        Keep();
        Array.Clear(_state);
        Array.Clear(_normalizer);
    }

    /// <summary>Takes the last change back, to the bit.</summary>
    /// <returns>False if there is none that can be undone.</returns>
    public bool Undo()
    {
        if (_list is null) return _undo.TryRestore(_state, _normalizer);
        if (UndoCount == 0) return false;
        _list.Undo(_changes--);
        return true;
    }

    /// <summary>An independent copy: the fork of a memory, with what it can undo.</summary>
    public FastWeightMemory Clone() => new(this);

    private FastWeightMemory(FastWeightMemory other)
        : this(other.Options)
    {
        other._state.CopyTo(_state, 0);
        other._normalizer.CopyTo(_normalizer, 0);
        _undo = other._undo.Clone();
        _list = other._list?.Clone();
        _changes = other._changes;
    }

    private void Keep() => _undo.Keep(_state, _normalizer);

    private void Map(ReadOnlySpan<float> key)
    {
        Options.Map.Apply(key, _features.AsSpan());
        FeatureNormalization.Apply(Options.Normalization, _features.AsSpan());
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

    // v̄ = Wφ/(z·φ), 0 where nothing has been written; then W += β(v − v̄)⊗φ.
    private void WriteNormalized(float* features, float* value, float strength)
    {
        fixed (float* state = _state, z = _normalizer, read = _read)
        {
            _kernels.Read(features, state, FeatureCount, Options.ValueSize, read);
            float along = LaneSums<float>.Dot(z, features, FeatureCount);
            for (int i = 0; i < _read.Length; i++) read[i] = value[i] - (along > 0 ? read[i] / along : 0);
            Step(features, read, strength, null, correct: false);
        }
    }

    private void Bound()
    {
        fixed (float* state = _state)
        {
            float norm = MathF.Sqrt(LaneSums<float>.Dot(state, state, _state.Length));
            if (!(norm > 1)) return;
            for (int i = 0; i < _state.Length; i++) state[i] /= norm;
        }
    }

    private static void LayerNormalize(Span<float> x)
    {
        const float Floor = 1e-5f;
        float mean = 0, variance = 0;
        foreach (float a in x) mean += a;
        mean /= x.Length;
        foreach (float a in x) variance += (a - mean) * (a - mean);
        float scale = 1 / MathF.Sqrt(variance / x.Length + Floor);
        foreach (ref float a in x) a = (a - mean) * scale;
    }

    private void CheckStrength(float strength, float gate)
    {
        bool any = Options.Rule is UpdateRule.Sum or UpdateRule.NormalizedSum, delta = Options.Rule is UpdateRule.Delta or UpdateRule.GatedDelta;
        bool fits = Options.Rule == UpdateRule.Softmax ? strength == 1
            : any ? float.IsFinite(strength)
            : delta ? strength >= 0 && float.IsFinite(strength)
            : strength is >= 0 and <= 1;
        if (!fits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(strength), strength,
                Options.Rule == UpdateRule.Softmax ? "softmax attention knows no strength but 1"
                : any ? "must be finite" : delta ? "must be finite and not negative" : "must be between 0 and 1");
        }
        if (!(gate is > 0 and <= 1) || (gate != 1 && Options.Rule != UpdateRule.GatedDelta))
        {
            throw new ArgumentOutOfRangeException(
                nameof(gate), gate,
                Options.Rule == UpdateRule.GatedDelta ? "must be above 0 and at most 1" : $"{Options.Rule} has no gate: must be 1");
        }
    }

    private void CheckStable(float strength)
    {
        float square;
        fixed (float* features = _features) square = LaneSums<float>.Dot(features, features, FeatureCount);
        if (strength * square < 2) return;
        throw new ArgumentException(
            $"β‖φ(key)‖² = {strength * square:g4} with β = {strength:g4}: from 2 on, a write enlarges the error it should correct. " +
            "Normalise the keys (L2 makes ‖φ‖ = 1) or write with less strength", nameof(strength));
    }

    private static void CheckFinite(ReadOnlySpan<float> numbers, string name)
    {
        for (int i = 0; i < numbers.Length; i++)
            if (!float.IsFinite(numbers[i]))
                throw new ArgumentException($"holds {numbers[i]} at {i}: one number that is not finite would spoil the whole memory", name);
    }
}
