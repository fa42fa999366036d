using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Torch.Autograd;

namespace Loci.Torch.Networks;

/// <summary>
/// Carries weights between the managed engine and the Torch network, without loss in either direction, but for the rates
/// of decay: one side has them, the other their logarithms.
/// </summary>
public static class WeightExchange
{
    /// <summary>A Torch network with the weights of a managed one.</summary>
    /// <param name="model">The managed one.</param>
    /// <param name="maths">As in <see cref="TorchTransformer"/>.</param>
    public static TorchTransformer ToTorch(Transformer model, IFastWeightMaths? maths = null)
    {
        var weights = model.Weights;
        var network = new TorchTransformer(model.Spec, Biases.Of(weights), maths);
        Put(network.Embedding, weights.Embedding);
        if (!model.Spec.TiedOutput) Put(network.Output, weights.Output);
        if (network.Positions is { } positions) Put(positions, weights.Positions);
        Put(network.FinalNorm, weights.FinalNorm);
        foreach (var (block, layer) in network.Blocks.Zip(weights.Layers))
        {
            Put(block.AttentionNorm, layer.AttentionNorm);
            Put(block.QueryKeyValue, layer.QueryKeyValueBias, layer.QueryKeyValue);
            if (block.Attention is FastWeightAttention fast) Put(fast, layer.FastWeight!);
            else foreach (var (gain, values) in block.Attention.Parameters.Zip([layer.QueryGain, layer.KeyGain])) Put(gain, values);
            Put(block.AttentionOutput, layer.AttentionOutputBias, layer.AttentionOutput);
            if (block.PostAttentionNorm is { } after) Put(after, layer.PostAttentionNorm!);
            Put(block.FeedForwardNorm, layer.FeedForwardNorm);
            Put(block.Keys, layer.KeyBias, layer.GateKeys is { } gate ? [gate, layer.Keys] : [layer.Keys]);
            Put(block.Values, layer.ValueBias, layer.Values);
            if (block.PostFeedForwardNorm is { } last) Put(last, layer.PostFeedForwardNorm!);
        }
        return network;
    }

    /// <summary>The weights of a Torch network, packed for the managed engine.</summary>
    public static TransformerWeights FromTorch(TorchTransformer network)
    {
        var spec = network.Spec;
        var embedding = Pack(network.Embedding, 0, spec.Vocabulary);
        return new()
        {
            Embedding = embedding,
            Output = spec.TiedOutput ? embedding : Pack(network.Output, 0, spec.Vocabulary),
            Positions = Numbers(network.Positions),
            FinalNorm = Norm(spec, network.FinalNorm)!,
            Layers = [.. network.Blocks.Select(block => Layer(spec, block))],
        };
    }

    private static LayerWeights Layer(ModelSpec spec, TorchBlock block)
    {
        var fast = block.Attention as FastWeightAttention;
        float[][] headGains = fast is null ? [.. block.Attention.Parameters.Select(Numbers)] : [];
        return new()
        {
            AttentionNorm = Norm(spec, block.AttentionNorm)!,
            QueryKeyValue = Pack(block.QueryKeyValue.Weight, 0, (int)block.QueryKeyValue.Weight.Shape[0]),
            QueryKeyValueBias = Numbers(block.QueryKeyValue.Bias),
            QueryGain = headGains is [var query, _] ? query : [],
            KeyGain = headGains is [_, var key] ? key : [],
            FastWeight = fast is null ? null : new()
            {
                Convolution = Numbers(fast.Convolution), ReadGain = Numbers(fast.ReadGain),
                DecayRate = [.. Numbers(fast.DecayRateLog).Select(log => (float)Math.Exp(log))], DecayBias = Numbers(fast.DecayBias),
            },
            AttentionOutput = Pack(block.AttentionOutput.Weight, 0, spec.Width),
            AttentionOutputBias = Numbers(block.AttentionOutput.Bias),
            PostAttentionNorm = Norm(spec, block.PostAttentionNorm),
            FeedForwardNorm = Norm(spec, block.FeedForwardNorm)!,
            Keys = Pack(block.Keys.Weight, spec.Gated ? spec.Cells : 0, spec.Cells),
            KeyBias = Numbers(block.Keys.Bias),
            GateKeys = spec.Gated ? Pack(block.Keys.Weight, 0, spec.Cells) : null,
            Values = Pack(block.Values.Weight, 0, spec.Width),
            ValueBias = Numbers(block.Values.Bias),
            PostFeedForwardNorm = Norm(spec, block.PostFeedForwardNorm),
        };
    }

    private static NormWeights? Norm(ModelSpec spec, TorchNorm? norm) =>
        norm is null ? null : new(spec.Norm, Numbers(norm.Gain), Numbers(norm.Bias), spec.NormEpsilon);

    /// <summary>Some rows of a matrix that stands as [outputs, inputs].</summary>
    private static PackedMatrix Pack(Parameter matrix, int first, int count)
    {
        int inputs = (int)matrix.Shape[1];
        return PackedMatrix.Pack(Span(matrix).Slice(first * inputs, count * inputs), inputs, count, outputsFirst: true);
    }

    private static void Put(TorchLinear linear, float[] bias, params ReadOnlySpan<PackedMatrix> matrices)
    {
        Put(linear.Weight, matrices);
        if (linear.Bias is { } own) Put(own, bias);
    }

    private static void Put(Parameter parameter, params ReadOnlySpan<PackedMatrix> matrices)
    {
        var rows = Span(parameter);
        foreach (var matrix in matrices)
            for (int o = 0; o < matrix.Outputs; o++, rows = rows[matrix.Inputs..]) matrix.CopyOutput(o, rows[..matrix.Inputs]);
        if (!rows.IsEmpty) throw new ArgumentException($"{parameter.Name} is larger than the matrices given", nameof(matrices));
    }

    private static void Put(FastWeightAttention attention, FastWeightParameters own)
    {
        if (attention.Convolution is { } convolution) Put(convolution, own.Convolution);
        if (attention.ReadGain is { } gain) Put(gain, own.ReadGain);
        if (attention.DecayRateLog is { } rate) Put(rate, [.. own.DecayRate.Select(x => (float)Math.Log(x))]);
        if (attention.DecayBias is { } bias) Put(bias, own.DecayBias);
    }

    private static void Put(TorchNorm norm, NormWeights weights)
    {
        Put(norm.Gain, weights.Gain);
        if (norm.Bias is { } bias) Put(bias, weights.Bias);
    }

    private static void Put(Parameter parameter, float[] numbers)
    {
        if (numbers.Length != parameter.Count)
            throw new ArgumentException($"{parameter.Name} holds {parameter.Count} numbers, not {numbers.Length}", nameof(numbers));
        numbers.CopyTo(Span(parameter));
    }

    private static float[] Numbers(Parameter? parameter) => parameter is null ? [] : Span(parameter).ToArray();

    private static Span<float> Span(Parameter parameter) => TensorData.Of<float>(parameter.Values);
}
