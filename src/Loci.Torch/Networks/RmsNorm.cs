using Loci.Torch.Autograd;
using TorchSharp;
using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>x/√(mean square + ε), times a gain, over the last dimension.</summary>
public static class RmsNorm
{
    /// <summary>One function of Torch's graph on the CPU, Torch's operations elsewhere.</summary>
    public static Tensor Apply(Tensor x, Tensor gain, float epsilon) => x.device_type == DeviceType.CPU
        ? RmsNormFunction.apply(x.contiguous(), gain, (double)epsilon)
        : InOperations(x, gain, epsilon);

    /// <summary>The same in Torch's operations.</summary>
    public static Tensor InOperations(Tensor x, Tensor gain, float epsilon) =>
        x * (x.square().mean([-1], keepdim: true) + epsilon).rsqrt() * gain;
}
