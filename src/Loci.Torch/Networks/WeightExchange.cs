using Loci.Models;
using Loci.Models.Weights;
using Loci.Torch.Autograd;

namespace Loci.Torch.Networks;

/// <summary>
/// Carries weights between the managed engine and the Torch network, without loss in either direction: along the
/// model's list of tensors, each of which some parameter holds.
/// </summary>
public static class WeightExchange
{
    /// <summary>A Torch network with the weights of a managed one.</summary>
    /// <param name="model">The managed one.</param>
    /// <param name="maths">As in <see cref="TorchTransformer"/>.</param>
    public static TorchTransformer ToTorch(Transformer model, IFastWeightMaths? maths = null)
    {
        var network = new TorchTransformer(model.Spec, maths);
        foreach (var (tensor, parameter, first) in Places(network))
            Copy(tensor, Span(parameter), first, (int)parameter.Shape[^1], model.Read(tensor), toParameter: true);
        return network;
    }

    /// <summary>The managed network with the weights of a Torch network.</summary>
    public static Transformer FromTorch(TorchTransformer network)
    {
        var places = Places(network).ToDictionary(place => place.Tensor);
        return new(network.Spec, TensorSource.Of(tensor =>
        {
            var (_, parameter, first) = places[tensor];
            float[] numbers = new float[tensor.Count];
            Copy(tensor, Span(parameter), first, (int)parameter.Shape[^1], numbers, toParameter: false);
            return numbers;
        }));
    }

    // Every tensor, with the parameter that holds it and its first row there.
    private static IEnumerable<(TensorSlot Tensor, Parameter Parameter, int First)> Places(TorchTransformer network)
    {
        foreach (var parameter in network.Parameters.Parameters)
        {
            int first = 0;
            foreach (var tensor in parameter.Tensors)
            {
                yield return (tensor, parameter, first);
                first += (int)tensor.Shape[0];
            }
        }
    }

    // Rows stand as they are; the channels of a convolution, [channels, 1, size], are columns of [size, all channels].
    private static void Copy(TensorSlot tensor, Span<float> parameter, int first, int columns, Span<float> numbers,
        bool toParameter)
    {
        if (tensor.Shape.Length < 3)
        {
            var rows = parameter.Slice(checked(first * (numbers.Length / (int)tensor.Shape[0])), numbers.Length);
            if (toParameter) numbers.CopyTo(rows);
            else rows.CopyTo(numbers);
            return;
        }
        int size = (int)tensor.Shape[2];
        for (int i = 0; i < numbers.Length; i++)
        {
            ref float factor = ref parameter[i % size * columns + first + i / size];
            if (toParameter) factor = numbers[i];
            else numbers[i] = factor;
        }
    }

    private static Span<float> Span(Parameter parameter) => TensorData.Of<float>(parameter.Values);
}
