using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>Fast weight memory of bounded size (Schlag, Munkhdalai, Schmidhuber 2021, arXiv 2011.07831).</summary>
internal sealed unsafe class NormBoundedRule() : UpdateRule(
    6, "norm_bounded", "W ← W + β(v − Wφ)⊗φ; W ← W/max(1, ‖W‖); read layer-normalised")
{
    private const float VarianceFloor = 1e-5f;

    public override bool Corrects => true;

    public override bool HasChunkForm => false; // the norm of the whole W stands between two tokens

    public override bool HasLinearReads => false;

    internal override void AfterWrite(Span<float> state)
    {
        fixed (float* s = state)
        {
            float norm = MathF.Sqrt(LaneSums<float>.Dot(s, s, state.Length));
            if (!(norm > 1)) return;
            foreach (ref float x in state) x /= norm;
        }
    }

    internal override void AfterRead(Span<float> read)
    {
        float mean = 0, variance = 0;
        foreach (float a in read) mean += a;
        mean /= read.Length;
        foreach (float a in read) variance += (a - mean) * (a - mean);
        float scale = 1 / MathF.Sqrt(variance / read.Length + VarianceFloor);
        foreach (ref float a in read) a = (a - mean) * scale;
    }

    internal override string? CheckPlainFeatures(FeatureMap map) =>
        "without normalisation β‖φ‖² can reach 2, where each write enlarges the error it should correct; " +
        "the bound on ‖W‖ hides that";
}
