using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Loci.Memory.Numerics;
using Loci.Models.Families;

namespace Loci.Models;

/// <summary>
/// Loci's own checkpoint layout, a directory as Hugging Face has it: <c>config.json</c> with <c>model_type</c> «loci»,
/// <c>model.safetensors</c>, and <c>tokenizer.json</c> beside them. <see cref="Model.Open"/> reads it.
/// </summary>
public static class LociFormat
{
    /// <summary>The <c>config.json</c> of a spec, the same bytes for the same spec.</summary>
    /// <param name="spec">Any spec; its family does not matter.</param>
    /// <exception cref="ArgumentException">Something in the spec cannot work, with the reason.</exception>
    public static byte[] Config(ModelSpec spec)
    {
        spec.Check();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("model_type", LociFamily.Name);
            json.WriteNumber("num_hidden_layers", spec.Layers);
            json.WriteNumber("hidden_size", spec.Width);
            json.WriteNumber("intermediate_size", spec.Cells);
            json.WriteNumber("vocab_size", spec.Vocabulary);
            json.WriteNumber("max_position_embeddings", spec.Context);
            json.WriteString("norm", Word(LociFamily.Norms, spec.Norm));
            json.WriteNumber("norm_eps", spec.NormEpsilon);
            json.WriteString("hidden_act", Word(spec.Activation));
            json.WriteBoolean("gated", spec.Gated);
            json.WriteBoolean("parallel_residual", spec.ParallelResidual);
            json.WriteBoolean("sandwich_norms", spec.SandwichNorms);
            json.WriteBoolean("learned_positions", spec.LearnedPositions);
            if (spec.LearnedPositionOffset > 0) json.WriteNumber("learned_position_offset", spec.LearnedPositionOffset);
            json.WriteBoolean("tie_word_embeddings", spec.TiedOutput);
            json.WriteNumber("embedding_scale", spec.EmbeddingScale);
            json.WriteNumber("logit_soft_cap", spec.LogitSoftCap);
            if (spec.BeginOfSequence is { } begin) json.WriteNumber("bos_token_id", begin);
            json.WriteStartArray("eos_token_id");
            foreach (int end in spec.EndOfSequence) json.WriteNumberValue(end);
            json.WriteEndArray();
            if (spec.HasSoftmax) WriteSoftmax(json, spec);
            json.WriteStartArray("layers");
            for (int layer = 0; layer < spec.Layers; layer++) WriteLayer(json, spec, layer);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>The spec that a config of this layout describes.</summary>
    /// <param name="config">The bytes of a <c>config.json</c>.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="LociException">It is none, or describes a model that cannot be.</exception>
    public static ModelSpec Read(ReadOnlyMemory<byte> config, string path)
    {
        var parsed = ModelConfig.Parse(config, path);
        if (parsed.Text("model_type") is not LociFamily.Name)
            throw new InvalidFileException(path, $"model_type is not «{LociFamily.Name}»");
        try
        {
            var spec = LociFamily.Spec(parsed);
            spec.Check();
            return spec;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidFileException(path, $"describes a model that cannot be: {e.Message}", inner: e);
        }
    }

    /// <summary>Every tensor of a spec, name and shape. Matrices stand as [outputs, inputs], as in a PyTorch Linear.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Tensors(ModelSpec spec)
    {
        var names = LociFamily.Names(spec);
        var tensors = new List<(string, long[])> { ($"{names.Embedding}.weight", [spec.Vocabulary, spec.Width]) };
        if (names.Positions is { } positions) tensors.Add(($"{positions}.weight", [spec.Context + spec.LearnedPositionOffset, spec.Width]));
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            Norm(At(names.AttentionNorm), spec.Width);
            AddAttention(At, layer);
            if (names.PostAttentionNorm is { } after) Norm(At(after), spec.Width);
            Norm(At(names.FeedForwardNorm), spec.Width);
            Matrix(At(names.Keys), spec.Cells, spec.Width);
            if (names.GateKeys is { } gate) Matrix(At(gate), spec.Cells, spec.Width);
            Matrix(At(names.Values), spec.Width, spec.Cells);
            if (names.PostFeedForwardNorm is { } last) Norm(At(last), spec.Width);

            string At(string pattern) => pattern.Replace("{0}", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }
        Norm(names.FinalNorm, spec.Width);
        if (!spec.TiedOutput) Matrix(names.Output, spec.Vocabulary, spec.Width);
        return tensors;

        void Matrix(string name, int outputs, int inputs) => tensors.Add(($"{name}.weight", [outputs, inputs]));

        void Norm(string name, int size)
        {
            tensors.Add(($"{name}.weight", [size]));
            if (spec.Norm == NormKind.LayerNorm) tensors.Add(($"{name}.bias", [size]));
        }

        void AddAttention(Func<string, string> at, int layer)
        {
            var fast = spec.FastWeight(layer);
            int keys = fast?.KeyWidth ?? spec.KeyValueHeads * spec.HeadSize, values = fast?.ValueWidth ?? keys;
            int[] outputs = [fast?.KeyWidth ?? spec.Heads * spec.HeadSize, keys, values];
            foreach (var (name, width) in names.QueryKeyValue.Zip(outputs)) Matrix(at(name), width, spec.Width);
            if (fast is null && names.QueryNorm is { } queryNorm) tensors.Add(($"{at(queryNorm)}.weight", [spec.HeadSize]));
            if (fast is null && names.KeyNorm is { } keyNorm) tensors.Add(($"{at(keyNorm)}.weight", [spec.HeadSize]));
            if (fast is not null) AddFastWeight(at, fast, outputs);
            Matrix(at(names.AttentionOutput), spec.Width, fast?.ValueWidth ?? outputs[0]);
        }

        void AddFastWeight(Func<string, string> at, FastWeightSpec fast, int[] outputs)
        {
            var own = names.FastWeight!;
            if (fast.OutputGate) Matrix(at(own.Gate), fast.ValueWidth, spec.Width);
            if (fast.LearnedStrength) Matrix(at(own.Strength), fast.Heads, spec.Width);
            if (fast.HasDecay)
            {
                Matrix(at(own.Decay), fast.Heads, spec.Width);
                tensors.Add((at(own.DecayRateLog), [fast.Heads]));
                tensors.Add((at(own.DecayBias), [fast.Heads]));
            }
            if (fast.Convolution > 0)
                foreach (var (name, channels) in own.Convolutions.Zip(outputs)) tensors.Add(($"{at(name)}.weight", [channels, 1, fast.Convolution]));
            if (fast.OutputNorm) tensors.Add(($"{at(own.OutputNorm)}.weight", [fast.ValueSize]));
        }
    }

    private static void WriteSoftmax(Utf8JsonWriter json, ModelSpec spec)
    {
        json.WriteStartObject("softmax");
        json.WriteNumber("num_attention_heads", spec.Heads);
        json.WriteNumber("num_key_value_heads", spec.KeyValueHeads);
        json.WriteNumber("head_dim", spec.HeadSize);
        json.WriteNumber("soft_cap", spec.AttentionSoftCap);
        json.WriteBoolean("query_key_norms", spec.QueryKeyNorms);
        if (spec.Rotary is { } rotary)
        {
            json.WriteStartObject("rotary");
            json.WriteBoolean("interleaved", rotary.Interleaved);
            json.WriteStartArray("inverse_frequencies");
            foreach (double frequency in rotary.InverseFrequencies) json.WriteNumberValue(frequency);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, ModelSpec spec, int layer)
    {
        json.WriteStartObject();
        if (spec.FastWeight(layer) is not { } fast)
        {
            json.WriteString("attention", "softmax");
            json.WriteNumber("scale", spec.AttentionScale[layer]);
            if (spec.AttentionWindow[layer] is > 0 and var window) json.WriteNumber("window", window);
            json.WriteEndObject();
            return;
        }
        json.WriteString("attention", "fast_weights");
        json.WriteString("rule", Word(LociFamily.Rules, fast.Rule));
        json.WriteString("map", fast.Map);
        json.WriteNumber("map_seed", fast.MapSeed);
        json.WriteString("normalization", Word(LociFamily.Normalizations, fast.Normalization));
        json.WriteNumber("normalization_eps", fast.NormalizationEpsilon);
        json.WriteNumber("heads", fast.Heads);
        json.WriteNumber("key_size", fast.KeySize);
        json.WriteNumber("value_size", fast.ValueSize);
        json.WriteBoolean("learned_strength", fast.LearnedStrength);
        if (fast.Convolution > 0) json.WriteNumber("convolution", fast.Convolution);
        json.WriteBoolean("silu_values", fast.SiluValues);
        json.WriteNumber("read_scale", fast.ReadScale);
        json.WriteBoolean("output_norm", fast.OutputNorm);
        json.WriteBoolean("output_gate", fast.OutputGate);
        json.WriteEndObject();
    }

    private static string Word<T>(Dictionary<string, T> words, T value) =>
        words.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Key;

    // The spellings ModelConfig.Activation reads.
    private static string Word(Activation activation) => activation switch
    {
        Activation.Relu => "relu",
        Activation.Gelu => "gelu",
        Activation.GeluTanh => "gelu_new",
        Activation.Silu => "silu",
        Activation.QuickGelu => "quick_gelu",
        _ => throw new ArgumentException($"{activation} has no name in a config"),
    };
}
