using System.Diagnostics.CodeAnalysis;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// How a memory takes in a pair of key and value. φ is the key's feature vector, normalised, β the strength of the
/// write and α its gate. A rule is a value: memories, models, trainers and files ask it for what they need to know.
/// </summary>
/// <remarks>
/// Kernels know one step, W ← αW; W ← W + β(v − Wφ)⊗φ or W ← W + βv⊗φ. A rule says which of the two, where α comes
/// from, and what is done to z, key and strength before the step and to W after it. Schlag et al. 2021, arXiv
/// 2102.11174.
/// </remarks>
public abstract class UpdateRule
{
    /// <summary>The least z·φ that divides, or what is added to it, as the rule has it: an empty memory reads
    /// zero.</summary>
    public const double KeySumFloor = 1e-6;

    private protected UpdateRule(int id, string name, string formula) => (Id, Name, Formula) = (id, name, formula);

    /// <summary>W ← W + βv⊗φ.</summary>
    public static UpdateRule Sum { get; } = new SumRule();

    /// <summary>The sum, with reads divided by z·φ(q), z the sum of the keys.</summary>
    public static UpdateRule NormalizedSum { get; } = new NormalizedSumRule();

    /// <summary>W ← W + β(v − Wφ)⊗φ.</summary>
    public static UpdateRule Delta { get; } = new DeltaRule();

    /// <summary>Delta on what a read divided by z·φ gives.</summary>
    public static UpdateRule NormalizedDelta { get; } = new NormalizedDeltaRule();

    /// <summary>W ← (1 − β)W + βv⊗φ.</summary>
    public static UpdateRule Gated { get; } = new GatedRule();

    /// <summary>W ← αW, then delta.</summary>
    public static UpdateRule GatedDelta { get; } = new GatedDeltaRule();

    /// <summary>Delta, then W ← W/max(1, ‖W‖).</summary>
    public static UpdateRule NormBounded { get; } = new NormBoundedRule();

    /// <summary>Every rule, by <see cref="Id"/>.</summary>
    public static IReadOnlyList<UpdateRule> All { get; } =
        [Sum, NormalizedSum, Delta, NormalizedDelta, Gated, GatedDelta, NormBounded];

    /// <summary>The number that stands for the rule in files. Never changed, never used again.</summary>
    public int Id { get; }

    /// <summary>The name in configs and on the command line: "normalized_delta".</summary>
    public string Name { get; }

    /// <summary>The whole rule in one line.</summary>
    public string Formula { get; }

    /// <summary>True if what the key retrieves is taken off the value before it is written, so that a write
    /// replaces.</summary>
    public virtual bool Corrects => false;

    /// <summary>Where α comes from.</summary>
    public virtual Forgetting Forgetting => Forgetting.Never;

    /// <summary>What is done with z, the sum of the keys.</summary>
    public virtual KeySumUse KeySums => KeySumUse.None;

    /// <summary>Which β a write may have.</summary>
    public virtual StrengthRange Strengths => StrengthRange.UpToOne;

    /// <summary>True where a model's layer may learn β; for the sums a strength is no more than a factor of the
    /// value.</summary>
    public virtual bool LearnsStrength => true;

    /// <summary>True where sequences can be run in chunks, as a model's layer does.</summary>
    public virtual bool HasChunkForm => true;

    /// <summary>False where a read is not linear in W.</summary>
    public virtual bool HasLinearReads => true;

    /// <summary>The β‖φ‖² from which on a write is refused, as it would enlarge the error it should correct.</summary>
    public virtual double StabilityBound => double.PositiveInfinity;

    /// <summary>The rule of a name.</summary>
    /// <param name="name">As <see cref="Name"/> gives it; a hyphen is as good as an underscore.</param>
    /// <exception cref="ArgumentException">There is no such rule.</exception>
    public static UpdateRule Named(string name) =>
        TryNamed(name, out var rule) ? rule : throw new ArgumentException(
            $"«{name}» is no update rule: {string.Join(", ", All.Select(one => one.Name))} are", nameof(name));

    /// <summary>The rule of a name, if there is one.</summary>
    /// <param name="name">As for <see cref="Named"/>.</param>
    /// <param name="rule">The rule.</param>
    public static bool TryNamed(string? name, [NotNullWhen(true)] out UpdateRule? rule) =>
        (rule = All.FirstOrDefault(one => one.Name == name?.Replace('-', '_'))) is not null;

    /// <summary>Takes a pair into z, and turns its key and strength into those of the kernels' step.</summary>
    /// <param name="keySums">z [d_dot], in and out; empty for rules without.</param>
    /// <param name="key">φ(k) [d_dot], in and out.</param>
    /// <param name="strength">β, in and out.</param>
    public virtual void PrepareWrite(Span<float> keySums, Span<float> key, ref float strength)
    {
    }

    /// <summary>What Wφ(q) is divided by.</summary>
    /// <param name="keySums">z [d_dot]; empty for rules without.</param>
    /// <param name="query">φ(q) [d_dot]</param>
    public virtual float ReadDivisor(ReadOnlySpan<float> keySums, ReadOnlySpan<float> query) => 1;

    /// <summary>What is done to W [d_dot·valueSize] after a write.</summary>
    internal virtual void AfterWrite(Span<float> state)
    {
    }

    /// <summary>What is done to a read [valueSize] at the end.</summary>
    internal virtual void AfterRead(Span<float> read)
    {
    }

    /// <summary>Judges features that are not normalised.</summary>
    /// <returns>Why they may not do what is expected, or null.</returns>
    /// <exception cref="ArgumentException">They cannot work.</exception>
    internal virtual string? CheckPlainFeatures(FeatureMap map) => null;

    /// <summary>The rule of a number in a file; null if there is none.</summary>
    internal static UpdateRule? WithId(int id) => All.FirstOrDefault(one => one.Id == id);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
