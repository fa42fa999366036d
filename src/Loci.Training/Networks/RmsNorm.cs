using static TorchSharp.torch;

namespace Loci.Training.Networks;

/// <summary>x/√(mean square + ε), times a gain, over the last dimension.</summary>
internal static class RmsNorm
{
    public static Tensor Apply(Tensor x, Tensor gain, float epsilon) =>
        x * (x.square().mean([-1], keepdim: true) + epsilon).rsqrt() * gain;
}
