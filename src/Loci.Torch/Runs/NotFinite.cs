using Loci.Torch.Autograd;
using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Torch.Runs;

/// <summary>A training whose numbers are no longer finite.</summary>
public sealed class DivergedException(string message) : LociException(message);

/// <summary>Where numbers first stopped being finite.</summary>
public static class NotFinite
{
    private const string Advice =
        "The checkpoint from before is kept; try a lower learning_rate, a longer warmup or a smaller clip.";

    /// <summary>What a training stops with.</summary>
    public static DivergedException Error(long step, string quantity, double value, string where) =>
        new($"Step {step}: the {quantity} is {value}; {where}. {Advice}");

    /// <summary>
    /// The first of weights, carried memories and activations that is not finite, in the order they are used.
    /// </summary>
    public static string InForward(TorchTransformer network, Tensor tokens, IReadOnlyList<CarriedMemory>? carried)
    {
        if (First(network.Parameters.Parameters, parameter => parameter.Values) is { } weight)
            return $"the weights {weight} are not finite";
        for (int l = 0; l < (carried?.Count ?? 0); l++)
            if (carried![l].Memory is { } memory && !Finite(memory))
                return $"the memory carried over in layer {l} is not finite";
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long sequences = tokens.shape[0];
        var stream = network.Embed(tokens);
        for (int l = 0; l < network.Blocks.Count; l++)
        {
            stream = network.Blocks[l].Forward(stream, sequences, dropout: 0);
            if (!Finite(stream)) return $"what leaves layer {l} is the first activation that is not finite";
        }
        return "all weights and all layers' activations are finite: the output's scores are not";
    }

    /// <summary>Gradients flow from the top: the last layer whose gradient is not finite is where it began.</summary>
    public static string InBackward(TorchTransformer network)
    {
        for (int l = network.Blocks.Count - 1; l >= 0; l--)
            if (First(network.Blocks[l].Parameters, parameter => parameter.Gradient) is { } name)
                return $"coming from the top, the gradient of {name} is the first that is not finite";
        return First(network.Parameters.Parameters, parameter => parameter.Gradient) is { } other
            ? $"the gradient of {other} is not finite" : "every gradient is finite, their squares' sum is not";
    }

    private static string? First(IEnumerable<Parameter> parameters, Func<Parameter, Tensor> numbers) =>
        parameters.FirstOrDefault(parameter => !Finite(numbers(parameter)))?.Name;

    private static bool Finite(Tensor numbers)
    {
        using var whole = numbers.detach().contiguous();
        foreach (float number in TensorData.Of<float>(whole)) if (!float.IsFinite(number)) return false;
        return true;
    }
}
