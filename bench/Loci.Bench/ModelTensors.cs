using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Bench;

/// <summary>
/// The tensors of a model's layers by what they are, for those who compute a forward pass in other ways.
/// </summary>
internal static class ModelTensors
{
    /// <summary>The numbers of one tensor, [outputs, inputs]; empty where the layer has none.</summary>
    public static float[] Numbers(this Transformer model, int layer, TensorRole role, bool bias = false) =>
        model.Tensors.FirstOrDefault(tensor => tensor.Role == role && tensor.Layer == layer
            && tensor.IsBias == bias) is { } found ? model.Read(found) : [];

    /// <summary>Several tensors over the same inputs, one after the other. [outputs, inputs]</summary>
    public static float[] Joined(this Transformer model, int layer, bool bias, params ReadOnlySpan<TensorRole> roles)
    {
        float[] all = [];
        foreach (var role in roles) all = [.. all, .. model.Numbers(layer, role, bias)];
        return all;
    }

    /// <summary>A matrix [outputs, inputs], packed.</summary>
    public static PackedMatrix Packed(float[] numbers, int inputs) =>
        PackedMatrix.Pack(numbers, inputs, numbers.Length / inputs, outputsFirst: true);
}
