namespace Loci.Memory.Numerics;

/// <summary>
/// The non-linearities of a feed-forward layer, element by element. A result depends on its argument alone: the same
/// bits at any place, alignment and vector width. The error against the true function is under 5e-7 of its value
/// (measured: 3.2e-7 for GELU, 2.2e-7 for the others but ReLU, which is exact), also in the negative tail, plus at most
/// one unit of the smallest subnormal.
/// </summary>
/// <remarks>
/// NaN gives NaN (its payload is not defined), +∞ gives +∞, −∞ gives −0 (ReLU: +0), huge x gives x or −0.
/// </remarks>
public static class Activations
{
    /// <summary>x ↦ f(x).</summary>
    /// <param name="kind">The function f.</param>
    /// <param name="x">Any length; replaced in place.</param>
    public static void Apply(Activation kind, Span<float> x)
    {
        switch (kind)
        {
            case Activation.Relu: ElementFunction.Map(x, default(ReluFunction)); break;
            case Activation.Gelu: ElementFunction.Map(x, default(GeluFunction)); break;
            case Activation.GeluTanh: ElementFunction.Map(x, default(GeluTanhFunction)); break;
            case Activation.Silu: ElementFunction.Map(x, default(SiluFunction)); break;
            case Activation.QuickGelu: ElementFunction.Map(x, default(QuickGeluFunction)); break;
            case Activation.SquaredRelu: ElementFunction.Map(x, default(SquaredReluFunction)); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an activation");
        }
    }

    /// <summary>
    /// x ↦ f′(x), within 5e-7 of it. ReLU's slope at 0 is that of below, 0; NaN gives NaN, ±∞ the limits.
    /// </summary>
    /// <param name="kind">The function f.</param>
    /// <param name="x">Any length; replaced in place.</param>
    public static void Slope(Activation kind, Span<float> x)
    {
        switch (kind)
        {
            case Activation.Relu: ElementFunction.Map(x, default(ReluSlope)); break;
            case Activation.Gelu: ElementFunction.Map(x, default(GeluSlope)); break;
            case Activation.GeluTanh: ElementFunction.Map(x, default(GeluTanhSlope)); break;
            case Activation.Silu: ElementFunction.Map(x, default(SiluSlope)); break;
            case Activation.QuickGelu: ElementFunction.Map(x, default(QuickGeluSlope)); break;
            case Activation.SquaredRelu: ElementFunction.Map(x, default(SquaredReluSlope)); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an activation");
        }
    }
}
