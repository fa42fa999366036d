namespace Loci.Memory.Numerics;

/// <summary>The coefficients of a gated feed-forward layer (SwiGLU, GeGLU; Shazeer 2020, arXiv 2002.05202).</summary>
public static class Gating
{
    /// <summary>gate[i] ↦ f(gate[i])·up[i], with the f and the guarantees of <see cref="Activations"/>.</summary>
    /// <param name="kind">The function f.</param>
    /// <param name="gate">Selector pre-activations; replaced in place.</param>
    /// <param name="up">As many factors. Must not partially overlap <paramref name="gate"/>.</param>
    public static void Apply(Activation kind, Span<float> gate, ReadOnlySpan<float> up)
    {
        Require.SameLength(gate.Length, up.Length, nameof(up));
        switch (kind)
        {
            case Activation.Relu: ElementFunction.MapTimes(gate, up, default(ReluFunction)); break;
            case Activation.Gelu: ElementFunction.MapTimes(gate, up, default(GeluFunction)); break;
            case Activation.GeluTanh: ElementFunction.MapTimes(gate, up, default(GeluTanhFunction)); break;
            case Activation.Silu: ElementFunction.MapTimes(gate, up, default(SiluFunction)); break;
            case Activation.QuickGelu: ElementFunction.MapTimes(gate, up, default(QuickGeluFunction)); break;
            case Activation.SquaredRelu: ElementFunction.MapTimes(gate, up, default(SquaredReluFunction)); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an activation");
        }
    }
}
