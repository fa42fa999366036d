using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// GPT-NeoX (Black et al. 2022; Pythia): attention and feed-forward read the same stream side by side, rotary positions
/// on the first part of each head, exact GELU, biases, an output of its own. Query, key and
/// value are fused head by head.
/// </summary>
internal static class GptNeoX
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_attention_heads");
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        bool attentionBias = config.Flag("attention_bias", true);
        var rotary = RotaryConfig.Read(
            config, headSize,
            config.Section("rope_parameters")?.OptionalNumber("partial_rotary_factor")
                ?? config.OptionalNumber("rotary_pct") ?? 0.25,
            baseField: "rotary_emb_base");
        return new()
        {
            Family = "gpt_neox",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = RotaryConfig.Context(rotary, config.Size("max_position_embeddings")),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_eps", 1e-5),
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads,
                    KeyValueHeads = heads,
                    HeadSize = headSize,
                    Scale = FamilyReadings.RootScale(headSize),
                    Rotary = rotary,
                    QueryKeyValueBias = attentionBias,
                    OutputBias = attentionBias,
                },
                Cells = new(
                    config.Size("intermediate_size"), config.Activation("hidden_act", "gelu"), Gated: false,
                    KeyBias: true, ValueBias: true),
                Parallel = config.Flag("use_parallel_residual", true),
            }),
            Head = new(config.Flag("tie_word_embeddings", false)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "gpt_neox.",
        Embedding = "embed_in",
        FinalNorm = "final_layer_norm",
        Output = "embed_out",
        AttentionNorm = "layers.{0}.input_layernorm",
        QueryKeyValue = ["layers.{0}.attention.query_key_value"],
        Layout = QueryKeyValueLayout.FusedByGroup,
        AttentionOutput = "layers.{0}.attention.dense",
        FeedForwardNorm = "layers.{0}.post_attention_layernorm",
        Keys = "layers.{0}.mlp.dense_h_to_4h",
        Values = "layers.{0}.mlp.dense_4h_to_h",
        Ignored = [".attention.bias", ".attention.masked_bias"],
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, block) = (ConfigWriter.Softmax(spec), spec.Blocks[0]);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("GPTNeoXForCausalLM"),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_attention_heads"] = softmax.Heads,
            ["intermediate_size"] = block.Cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["layer_norm_eps"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["hidden_act"] = ConfigWriter.Name(block.Cells.Activation),
            ["use_parallel_residual"] = block.Parallel,
            ["attention_bias"] = softmax.QueryKeyValueBias,
        };
        if (softmax.Rotary is not { } rotary) return config;
        config["rotary_pct"] = (double)rotary.Size / softmax.HeadSize;
        RotaryConfig.Write(config, rotary, "rotary_emb_base");
        return config;
    }
}
