using Loci.Memory.FeatureMaps;
using Loci.Torch.Autograd;
using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>
/// What a fast-weight layer computes over time: once by the kernels of Loci.Memory, once by Torch's operations.
/// </summary>
public interface IFastWeightMaths
{
    /// <summary>A causal convolution, every channel by itself.</summary>
    /// <param name="x">[sequences, length, channels]</param>
    /// <param name="factors">[size, channels], the last row for the token itself.</param>
    /// <param name="before">The rows before the first. [sequences, size − 1, channels]</param>
    Tensor Convolve(Tensor x, Tensor factors, Tensor before);

    /// <summary>φ of every row, normalised.</summary>
    /// <param name="map">φ.</param>
    /// <param name="x">[…, size]</param>
    /// <param name="normalization">What is done to the features.</param>
    /// <param name="epsilon">Added to ‖φ‖² in L2 normalisation.</param>
    Tensor Features(FeatureMap map, Tensor x, Normalization normalization, float epsilon);

    /// <summary>S ← e^g S; S ← S + kᵀβ(v − kS), or S + kᵀβv; o = qS, divided by z·q + 1e-6 where z is kept.</summary>
    /// <param name="inputs">Queries, keys, values; strengths and log gates, or null for 1 and 0.</param>
    /// <param name="correct">True for the delta rule.</param>
    /// <param name="normalized">True to keep z, the sum of the keys.</param>
    /// <param name="before">What the text before left, or null for empty memories.</param>
    SequenceResult Remember(MemoryInputs inputs, bool correct, bool normalized, MemoryState? before);
}

/// <summary>What goes into the memories of a batch.</summary>
/// <param name="Queries">[sequences, length, heads, features]</param>
/// <param name="Keys">[sequences, length, heads, features]</param>
/// <param name="Values">[sequences, length, heads, value size]</param>
/// <param name="Strengths">β [sequences, length, heads], or null for 1.</param>
/// <param name="LogGates">g [sequences, length, heads], or null for 0.</param>
public readonly record struct MemoryInputs(Tensor Queries, Tensor Keys, Tensor Values, Tensor? Strengths,
    Tensor? LogGates);

/// <summary>The memories of a batch between two segments of its texts.</summary>
/// <param name="Memory">S [sequences, heads, features, value size]</param>
/// <param name="KeySums">z [sequences, heads, features], or null where none is kept.</param>
public readonly record struct MemoryState(Tensor Memory, Tensor? KeySums);
