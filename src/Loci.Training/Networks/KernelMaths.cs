using Loci.Memory.FeatureMaps;
using Loci.Training.Autograd;
using static TorchSharp.torch;

namespace Loci.Training.Networks;

/// <summary>Fast weights by the kernels of Loci.Memory, on the CPU.</summary>
internal sealed class KernelMaths : IFastWeightMaths
{
    public Tensor Convolve(Tensor x, Tensor factors, Tensor before) => ConvolutionFunction.apply(x.contiguous(), factors, before.contiguous());

    public Tensor Features(FeatureMap map, Tensor x, Normalization normalization, float epsilon) =>
        Autograd.Features.Apply(map, x, normalization, epsilon);

    public SequenceResult Remember(MemoryInputs inputs, bool correct, bool normalized, MemoryState? before)
    {
        var (q, k, v, strengths, logGates) = inputs;
        return normalized ? FastWeightSequence.NormalizedSum(q, k, v, before?.Memory, before?.KeySums)
            : correct ? FastWeightSequence.Delta(q, k, v, strengths, logGates, before?.Memory)
            : FastWeightSequence.Sum(q, k, v, strengths, logGates, before?.Memory);
    }
}
