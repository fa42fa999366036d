using Loci.Memory.FeatureMaps;
using Loci.Torch.Autograd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>Fast weights by the kernels of Loci.Memory, on the CPU.</summary>
internal sealed class KernelMaths : IFastWeightMaths
{
    public Tensor Convolve(Tensor x, Tensor factors, Tensor before) =>
        ConvolutionFunction.apply(x.contiguous(), factors, before.contiguous());

    // Torch's SiLU is vectorised.
    public Tensor Features(FeatureMap map, Tensor x, Normalization normalization, float epsilon) =>
        map == FeatureMap.Silu
        ? Autograd.Features.Apply(FeatureMap.Identity, silu(x), normalization, epsilon)
        : Autograd.Features.Apply(map, x, normalization, epsilon);

    public SequenceResult Remember(MemoryInputs inputs, bool correct, bool normalized, MemoryState? before)
    {
        var (q, k, v, strengths, logGates) = inputs;
        return normalized ? FastWeightSequence.NormalizedSum(q, k, v, before?.Memory, before?.KeySums)
            : correct ? FastWeightSequence.Delta(q, k, v, strengths, logGates, before?.Memory)
            : FastWeightSequence.Sum(q, k, v, strengths, logGates, before?.Memory);
    }
}
