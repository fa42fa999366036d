using System.Buffers;
using System.Text.Json;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;
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
    /// <remarks>
    /// The layout says once for all layers what their cells and softmax heads are, and nothing of biases: a
    /// model that differs there gets a config of the right sizes, and <see cref="ModelDirectory"/> refuses to
    /// write it in this layout.
    /// </remarks>
    /// <exception cref="ArgumentException">Something in the spec cannot work, with the reason.</exception>
    public static byte[] Config(ModelSpec spec)
    {
        spec.Check();
        var first = spec.Blocks[0];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("model_type", LociFamily.Name);
            json.WriteNumber("num_hidden_layers", spec.Layers);
            json.WriteNumber("hidden_size", spec.Width);
            json.WriteNumber("intermediate_size", first.Cells.Count);
            json.WriteNumber("vocab_size", spec.Vocabulary);
            json.WriteNumber("max_position_embeddings", spec.Context);
            json.WriteString("norm", Word(LociFamily.Norms, spec.Norm));
            json.WriteNumber("norm_eps", spec.NormEpsilon);
            json.WriteString("hidden_act", Word(first.Cells.Activation));
            json.WriteBoolean("gated", first.Cells.Gated);
            json.WriteBoolean("parallel_residual", first.Parallel);
            json.WriteBoolean("sandwich_norms", first.SandwichNorms);
            json.WriteBoolean("learned_positions", spec.LearnedPositions);
            if (spec.LearnedPositionOffset > 0) json.WriteNumber("learned_position_offset", spec.LearnedPositionOffset);
            json.WriteBoolean("tie_word_embeddings", spec.Head.Tied);
            json.WriteNumber("embedding_scale", spec.EmbeddingScale);
            json.WriteNumber("logit_soft_cap", spec.Head.SoftCap);
            if (spec.BeginOfSequence is { } begin) json.WriteNumber("bos_token_id", begin);
            json.WriteStartArray("eos_token_id");
            foreach (int end in spec.EndOfSequence) json.WriteNumberValue(end);
            json.WriteEndArray();
            if (spec.Blocks.Select(block => block.Mixer).OfType<SoftmaxSpec>().FirstOrDefault() is { } softmax)
                WriteSoftmax(json, softmax);
            json.WriteStartArray("layers");
            foreach (var block in spec.Blocks) WriteLayer(json, block.Mixer);
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

    private static void WriteSoftmax(Utf8JsonWriter json, SoftmaxSpec softmax)
    {
        json.WriteStartObject("softmax");
        json.WriteNumber("num_attention_heads", softmax.Heads);
        json.WriteNumber("num_key_value_heads", softmax.KeyValueHeads);
        json.WriteNumber("head_dim", softmax.HeadSize);
        json.WriteNumber("soft_cap", softmax.SoftCap);
        json.WriteBoolean("query_key_norms", softmax.QueryKeyNorms);
        if (softmax.Rotary is { } rotary)
        {
            json.WriteStartObject("rotary");
            json.WriteBoolean("interleaved", rotary.Interleaved);
            if (rotary.Scaling != 1) json.WriteNumber("scaling", rotary.Scaling);
            json.WriteStartArray("inverse_frequencies");
            foreach (double frequency in rotary.InverseFrequencies) json.WriteNumberValue(frequency);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, MixerSpec mixer)
    {
        json.WriteStartObject();
        if (mixer is SoftmaxSpec softmax)
        {
            json.WriteString("attention", "softmax");
            json.WriteNumber("scale", softmax.Scale);
            if (softmax.Window > 0) json.WriteNumber("window", softmax.Window);
            json.WriteEndObject();
            return;
        }
        var fast = (FastWeightSpec)mixer;
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
        Activation.SquaredRelu => "relu2",
        _ => throw new ArgumentException($"{activation} has no name in a config"),
    };
}
