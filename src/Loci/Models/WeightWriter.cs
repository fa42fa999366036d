using System.Globalization;
using Loci.Memory.Numerics;
using Loci.Checkpoints;
using Loci.Models.Families;

namespace Loci.Models;

/// <summary>Writes a model's weights under its family's names: the other way round of <see cref="WeightReader"/>.</summary>
internal sealed class WeightWriter
{
    private readonly TensorNames _names;
    private readonly List<(TensorInfo Info, Func<float[]> Numbers)> _tensors = [];
    private readonly TensorType _type;

    private WeightWriter(ModelSpec spec, TensorNames names, TransformerWeights weights, TensorType type)
    {
        (_names, _type) = (names, type);
        Matrix($"{names.Prefix}{names.Embedding}", weights.Embedding, inputsFirst: false);
        if (!spec.TiedOutput) Matrix(names.Output, weights.Output, inputsFirst: false);
        if (names.Positions is { } positions)
            Add($"{names.Prefix}{positions}.weight", () => weights.Positions, spec.Context + spec.LearnedPositionOffset, spec.Width);
        Norm(names.FinalNorm, weights.FinalNorm);
        for (int l = 0; l < spec.Layers; l++) Layer(spec, weights.Layers[l], l);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="LociException">The file cannot be written, or a weight is not finite in its type.</exception>
    public static void Write(string path, ModelSpec spec, TensorNames names, TransformerWeights weights, TensorType type)
    {
        var tensors = new WeightWriter(spec, names, weights, type)._tensors;
        using var writer = new SafetensorsWriter(
            path, tensors.Select(tensor => tensor.Info), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (info, numbers) in tensors)
        {
            float[] values = numbers();
            float largest = type == TensorType.Float16 ? (float)Half.MaxValue : float.MaxValue;
            int wrong = Array.FindIndex(values, value => !(Math.Abs(value) <= largest));
            if (wrong >= 0) throw new LociException($"{path}: number {wrong} of the tensor «{info.Name}» is {values[wrong]}, beyond {type}.");
            writer.Append(info.Name, values);
        }
        writer.Complete();
    }

    private void Layer(ModelSpec spec, LayerWeights layer, int l)
    {
        Norm(Of(_names.AttentionNorm, l), layer.AttentionNorm);
        if (spec.FastWeight(l) is { } fast) FastWeight(spec, fast, layer, l);
        else QueryKeyValue(spec, layer, l);
        Pair(_names.AttentionOutput, l, layer.AttentionOutput, layer.AttentionOutputBias);
        if (layer.PostAttentionNorm is { } after) Norm(Of(_names.PostAttentionNorm!, l), after);
        Norm(Of(_names.FeedForwardNorm, l), layer.FeedForwardNorm);
        Pair(_names.Keys, l, layer.Keys, layer.KeyBias);
        if (layer.GateKeys is { } gate) Pair(_names.GateKeys!, l, gate, []);
        Pair(_names.Values, l, layer.Values, layer.ValueBias);
        if (layer.PostFeedForwardNorm is { } last) Norm(Of(_names.PostFeedForwardNorm!, l), last);
    }

    // The fused matrix in the order of FastWeightSpec.ProjectedWidth, and what stands beside it.
    private void FastWeight(ModelSpec spec, FastWeightSpec fast, LayerWeights layer, int l)
    {
        var (own, parameters) = (_names.FastWeight!, layer.FastWeight!);
        int[] widths = [fast.KeyWidth, fast.KeyWidth, fast.ValueWidth];
        List<(string Name, int Outputs)> parts = [.. _names.QueryKeyValue.Zip(widths)];
        if (fast.OutputGate) parts.Add((own.Gate, fast.ValueWidth));
        if (fast.LearnedStrength) parts.Add((own.Strength, fast.Heads));
        if (fast.HasDecay) parts.Add((own.Decay, fast.Heads));
        int from = 0;
        foreach (var (name, count) in parts)
        {
            int first = from;
            Add($"{PrefixedOf(name, l)}.weight", () => Outputs(layer.QueryKeyValue, first, count), count, spec.Width);
            from += count;
        }
        if (fast.Convolution > 0)
        {
            int channel = 0;
            foreach (var (name, count) in own.Convolutions.Zip(widths))
            {
                int first = channel;
                Add($"{PrefixedOf(name, l)}.weight", () => Factors(parameters.Convolution, fast.Convolution, first, count), count, 1, fast.Convolution);
                channel += count;
            }
        }
        if (fast.OutputNorm) Add($"{PrefixedOf(own.OutputNorm, l)}.weight", () => parameters.ReadGain, fast.ValueSize);
        if (!fast.HasDecay) return;
        Add(PrefixedOf(own.DecayRateLog, l), () => [.. parameters.DecayRate.Select(rate => (float)Math.Log(rate))], fast.Heads);
        Add(PrefixedOf(own.DecayBias, l), () => parameters.DecayBias, fast.Heads);
    }

    private void QueryKeyValue(ModelSpec spec, LayerWeights layer, int l)
    {
        if (_names.Layout == QueryKeyValueLayout.Fused)
        {
            Pair(_names.QueryKeyValue[0], l, layer.QueryKeyValue, layer.QueryKeyValueBias);
            return;
        }
        int[] widths = [spec.Heads * spec.HeadSize, spec.KeyValueHeads * spec.HeadSize, spec.KeyValueHeads * spec.HeadSize];
        int from = 0;
        for (int part = 0; part < 3; from += widths[part++])
        {
            int first = from, count = widths[part];
            string name = PrefixedOf(_names.QueryKeyValue[part], l);
            Add($"{name}.weight", () => Outputs(layer.QueryKeyValue, first, count), count, spec.Width);
            if (_names.QueryKeyValueBias) Add($"{name}.bias", () => layer.QueryKeyValueBias[first..(first + count)], count);
        }
        if (_names.QueryNorm is { } queryNorm) Add($"{PrefixedOf(queryNorm, l)}.weight", () => layer.QueryGain, spec.HeadSize);
        if (_names.KeyNorm is { } keyNorm) Add($"{PrefixedOf(keyNorm, l)}.weight", () => layer.KeyGain, spec.HeadSize);
    }

    private void Pair(string pattern, int l, PackedMatrix matrix, float[] bias)
    {
        string name = PrefixedOf(pattern, l);
        Matrix(name, matrix, _names.InputsFirst);
        if (bias.Length > 0) Add($"{name}.bias", () => bias, bias.Length);
    }

    private void Matrix(string name, PackedMatrix matrix, bool inputsFirst)
    {
        if (inputsFirst) Add($"{name}.weight", () => Transposed(matrix), matrix.Inputs, matrix.Outputs);
        else Add($"{name}.weight", () => Outputs(matrix, 0, matrix.Outputs), matrix.Outputs, matrix.Inputs);
    }

    private void Norm(string name, NormWeights norm)
    {
        Add($"{_names.Prefix}{name}.weight", () => norm.Gain, norm.Gain.Length);
        if (norm.Bias.Length > 0) Add($"{_names.Prefix}{name}.bias", () => norm.Bias, norm.Bias.Length);
    }

    private void Add(string name, Func<float[]> numbers, params ReadOnlySpan<long> shape) =>
        _tensors.Add((new(name, _type, [.. shape]), numbers));

    private string PrefixedOf(string pattern, int layer) => _names.Prefix + Of(pattern, layer);

    private static string Of(string pattern, int layer) =>
        pattern.Replace("{0}", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>[count, inputs]</summary>
    private static float[] Outputs(PackedMatrix matrix, int first, int count)
    {
        float[] numbers = new float[checked(count * matrix.Inputs)];
        for (int o = 0; o < count; o++) matrix.CopyOutput(first + o, numbers.AsSpan(o * matrix.Inputs, matrix.Inputs));
        return numbers;
    }

    /// <summary>Some channels of factors that stand as [size, all channels], as [count, 1, size].</summary>
    private static float[] Factors(float[] factors, int size, int first, int count)
    {
        int channels = factors.Length / size;
        float[] numbers = new float[count * size];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = factors[i % size * channels + first + i / size];
        return numbers;
    }

    /// <summary>[inputs, outputs]</summary>
    private static float[] Transposed(PackedMatrix matrix)
    {
        float[] numbers = new float[checked(matrix.Inputs * matrix.Outputs)];
        for (int i = 0; i < matrix.Inputs; i++) matrix.CopyInput(i, numbers.AsSpan(i * matrix.Outputs, matrix.Outputs));
        return numbers;
    }
}
