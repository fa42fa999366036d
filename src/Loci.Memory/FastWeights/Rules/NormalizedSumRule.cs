using Loci.Memory.FastWeights.Kernels;

namespace Loci.Memory.FastWeights;

/// <summary>Linear attention (Schlag et al. 2021, equations 17–19): a read is a mean of the values, weighed by
/// φ(k)·φ(q).</summary>
internal sealed unsafe class NormalizedSumRule()
    : UpdateRule(1, "normalized_sum", "W ← W + βv⊗φ; z ← z + βφ; read Wφ(q)/(z·φ(q) + 1e-6)")
{
    public override KeySumUse KeySums => KeySumUse.DivideReads;

    public override StrengthRange Strengths => StrengthRange.Any;

    public override bool LearnsStrength => false;

    public override void PrepareWrite(Span<float> keySums, Span<float> key, ref float strength)
    {
        fixed (float* z = keySums, k = key) LaneSums<float>.AddScaled(z, strength, k, key.Length);
    }

    public override float ReadDivisor(ReadOnlySpan<float> keySums, ReadOnlySpan<float> query)
    {
        fixed (float* z = keySums, q = query) return LaneSums<float>.Dot(z, q, query.Length) + (float)KeySumFloor;
    }
}
