using Loci.Memory.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>The delta rule with attention normalisation (Schlag et al. 2021, equations 26–28).</summary>
/// <remarks>
/// It is the plain one with key φ/(z·φ) and strength β(z·φ), z before the write; reads are divided by z·φ(q), z after
/// it.
/// Both divisors are at least <see cref="UpdateRule.KeySumFloor"/>: what a memory holds nothing of reads zero, whatever
/// it is divided by.
/// </remarks>
internal sealed class NormalizedDeltaRule() : UpdateRule(
    3, "normalized_delta", "v̄ = Wφ/(z·φ); W ← W + β(v − v̄)⊗φ; z ← z + φ; read Wφ(q)/(z·φ(q))")
{
    public override bool Corrects => true;

    public override KeySumUse KeySums => KeySumUse.DivideReadsAndWrites;

    public override void PrepareWrite(Span<float> keySums, Span<float> key, ref float strength)
    {
        float own = ReadDivisor(keySums, key);
        Elementwise.Add(keySums, key);
        strength *= own;
        foreach (ref float x in key) x /= own;
    }

    public override float ReadDivisor(ReadOnlySpan<float> keySums, ReadOnlySpan<float> query) =>
        Math.Max(Reductions.Dot(keySums, query), (float)KeySumFloor);
}
