using System.Text.Json.Nodes;
using Loci.Memory.Attention;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Falcon (Almazrouei et al. 2023), exact GELU throughout. 7B: attention and cells side by side behind one LayerNorm,
/// one key and value head, rotary positions. 40B and 11B: groups of heads, a norm for each branch or one for both.
/// RW: attention and cells in turn, biases, and biases by distance in the place of positions.
/// </summary>
/// <remarks>
/// transformers rounds the products of RW's slopes and positions to bfloat16 as well, which makes them depend on where
/// a text is cut; here the slopes alone are rounded.
/// </remarks>
internal static class Falcon
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_hidden_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_attention_heads"), headSize = FamilyReadings.HeadSize(config, width, heads);
        bool grouped = config.Flag("new_decoder_architecture", false), alibi = config.Flag("alibi", false),
            biases = config.Flag("bias", false);
        int keyValueHeads = grouped ? config.OptionalSize("num_kv_heads") ?? heads
            : config.Flag("multi_query", true) ? 1 : heads;
        if (heads % keyValueHeads != 0)
            throw config.Wrong($"num_attention_heads {heads} is not a multiple of num_kv_heads {keyValueHeads}");
        float scale = FamilyReadings.RootScale(headSize);
        var rotary = alibi ? null : RotaryConfig.Read(config, headSize, fraction: 1);
        int context = config.OptionalSize("max_position_embeddings") ?? 2048;
        return new()
        {
            Family = "falcon",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = rotary is null ? context : RotaryConfig.Context(rotary, context),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks = FamilyReadings.Every(layers, new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = keyValueHeads, HeadSize = headSize, Scale = scale, Rotary = rotary,
                    Alibi = alibi ? new AlibiSlopes(heads, factor: scale, narrow: true) : null,
                    QueryKeyValueBias = biases, OutputBias = biases,
                },
                Cells = new(
                    config.OptionalSize("ffn_hidden_size") ?? 4 * width, config.Activation("activation", "gelu"),
                    Gated: false, KeyBias: biases, ValueBias: biases),
                Parallel = grouped || config.Flag("parallel_attn", true),
            }),
            Head = new(config.Flag("tie_word_embeddings", true)),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "word_embeddings",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.input_layernorm",
        QueryKeyValue = ["h.{0}.self_attention.query_key_value"],
        Layout = QueryKeyValueLayout.FusedByGroup, // of one key-value head: all queries, its key, its value
        AttentionOutput = "h.{0}.self_attention.dense",
        FeedForwardNorm = "h.{0}.post_attention_layernorm",
        Keys = "h.{0}.mlp.dense_h_to_4h",
        Values = "h.{0}.mlp.dense_4h_to_h",
        Variant = Variant,
    };

    // Side by side, the branches share a norm or have one each; the latter in models with groups alone.
    private static TensorNames Variant(ModelSpec spec, Func<string, bool>? holds)
    {
        if (!spec.Blocks[0].Parallel) return Names;
        return IsGrouped(spec) && (holds is null || holds("h.0.ln_attn.weight"))
            ? Names with { AttentionNorm = "h.{0}.ln_attn", FeedForwardNorm = "h.{0}.ln_mlp" }
            : Names with { FeedForwardNorm = Names.AttentionNorm };
    }

    private static bool IsGrouped(ModelSpec spec) =>
        spec.Blocks[0].Parallel && ConfigWriter.Softmax(spec).KeyValueHeads > 1;

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells, grouped) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells, IsGrouped(spec));
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("FalconForCausalLM"),
            ["num_hidden_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_attention_heads"] = softmax.Heads,
            ["ffn_hidden_size"] = cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["activation"] = ConfigWriter.Name(cells.Activation),
            ["multi_query"] = grouped || softmax.KeyValueHeads == 1,
            ["parallel_attn"] = spec.Blocks[0].Parallel,
            ["new_decoder_architecture"] = grouped,
            ["alibi"] = softmax.Alibi is not null,
            ["bias"] = softmax.OutputBias,
        };
        if (grouped)
        {
            config["num_kv_heads"] = softmax.KeyValueHeads;
            config["num_ln_in_parallel_attn"] = 2;
        }
        if (softmax.Rotary is { } rotary) RotaryConfig.Write(config, rotary);
        return config;
    }
}
