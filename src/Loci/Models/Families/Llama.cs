using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Llama (Touvron et al. 2023, and versions 2 and 3): RMSNorm, rotary positions, grouped-query attention, SwiGLU, no
/// biases. Its layout is the pattern of Mistral, Qwen and Gemma, which start from the spec and names here.
/// </summary>
internal static class Llama
{
    public static Family Family { get; } = new(config => Spec(config), Names, Config);

    public static TensorNames Names => new()
    {
        Prefix = "model.",
        Embedding = "embed_tokens",
        FinalNorm = "norm",
        Output = "lm_head",
        AttentionNorm = "layers.{0}.input_layernorm",
        QueryKeyValue = ["layers.{0}.self_attn.q_proj", "layers.{0}.self_attn.k_proj", "layers.{0}.self_attn.v_proj"],
        AttentionOutput = "layers.{0}.self_attn.o_proj",
        FeedForwardNorm = "layers.{0}.post_attention_layernorm",
        Keys = "layers.{0}.mlp.up_proj",
        GateKeys = "layers.{0}.mlp.gate_proj",
        Values = "layers.{0}.mlp.down_proj",
    };

    public static ModelSpec Spec(
        ModelConfig config, string activationField = "hidden_act", string usualActivation = "silu",
        double? rotated = null)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_attention_heads");
        int headSize = config.OptionalSize("head_dim") ?? FamilyReadings.HeadSize(config, width, heads);
        if (rotated is null && config.OptionalNumber("partial_rotary_factor") is { } part && part != 1)
            throw new UnsupportedException(
                $"{config.Path}: partial_rotary_factor {part} is not implemented in this family.");
        int keyValueHeads = config.OptionalSize("num_key_value_heads") ?? heads;
        if (heads % keyValueHeads != 0)
            throw config.Wrong($"num_attention_heads {heads} is not a multiple of num_key_value_heads {keyValueHeads}");
        bool attentionBias = config.Flag("attention_bias", false);
        var rotary = RotaryConfig.Read(config, headSize, rotated ?? 1);
        config.Require("mlp_bias", false, fallback: false);
        return new()
        {
            Family = "llama",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = RotaryConfig.Context(rotary, config.Size("max_position_embeddings")),
            Norm = NormKind.RmsNorm,
            NormEpsilon = (float)config.Number("rms_norm_eps", 1e-6),
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = keyValueHeads, HeadSize = headSize,
                    Scale = FamilyReadings.RootScale(headSize),
                    Rotary = rotary, QueryKeyValueBias = attentionBias, OutputBias = attentionBias,
                },
                Cells = new(
                    config.Size("intermediate_size"), config.Activation(activationField, usualActivation), Gated: true),
            }),
            Head = new(config.Flag("tie_word_embeddings", false)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    public static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_attention_heads"] = softmax.Heads,
            ["num_key_value_heads"] = softmax.KeyValueHeads,
            ["head_dim"] = softmax.HeadSize,
            ["intermediate_size"] = cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["rms_norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["hidden_act"] = ConfigWriter.Name(cells.Activation),
            ["attention_bias"] = softmax.OutputBias,
            ["mlp_bias"] = false,
            ["attention_dropout"] = 0.0,
        };
        if (softmax.Rotary is { } rotary) RotaryConfig.Write(config, rotary);
        return config;
    }
}
