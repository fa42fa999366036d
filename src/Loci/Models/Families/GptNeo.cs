using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// GPT-Neo (Black et al. 2021): GPT-2 with separate queries, keys and values without biases, scores that are not
/// scaled, and a window of 256 in every other layer.
/// </summary>
internal static class GptNeo
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int layers = config.Size("num_layers", ModelConfig.MostLayers), width = config.Size("hidden_size"),
            heads = config.Size("num_heads"), window = config.OptionalSize("window_size") ?? 256;
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        var local = Local(config, layers);
        return new()
        {
            Family = "gpt_neo",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("max_position_embeddings"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks =
            [
                .. Enumerable.Range(0, layers).Select(l => new BlockSpec
                {
                    Mixer = new SoftmaxSpec
                    {
                        Heads = heads, KeyValueHeads = heads, HeadSize = headSize, Scale = 1,
                        Window = local[l] ? window : 0, OutputBias = true,
                    },
                    Cells = new(
                        config.OptionalSize("intermediate_size") ?? 4 * width,
                        config.Activation("activation_function", "gelu_new"), Gated: false, KeyBias: true,
                        ValueBias: true),
                }),
            ],
            Head = new(config.Flag("tie_word_embeddings", true)),
            LearnedPositions = true,
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    // attention_types says [[["global", "local"], 12]]: the kinds in turn, so many times; attention_layers all of them.
    private static IReadOnlyList<bool> Local(ModelConfig config, int layers)
    {
        IReadOnlyList<string> kinds = config.Texts("attention_layers")
            ?? config.Repeated("attention_types")
            ?? [.. Enumerable.Range(0, layers).Select(l => l % 2 == 0 ? "global" : "local")];
        if (kinds.Count != layers) throw config.Wrong($"its attention kinds are {kinds.Count} for {layers} layers");
        return [.. kinds.Select(kind => kind switch
        {
            "global" => false,
            "local" => true,
            _ => throw new UnsupportedException($"{config.Path}: attention «{kind}» is not implemented."),
        })];
    }

    private static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "wte",
        Positions = "wpe",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.ln_1",
        QueryKeyValue =
        [
            "h.{0}.attn.attention.q_proj", "h.{0}.attn.attention.k_proj", "h.{0}.attn.attention.v_proj",
        ],
        AttentionOutput = "h.{0}.attn.attention.out_proj",
        FeedForwardNorm = "h.{0}.ln_2",
        Keys = "h.{0}.mlp.c_fc",
        Values = "h.{0}.mlp.c_proj",
        Ignored = [".attn.attention.bias", ".attn.attention.masked_bias"],
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        int[] windows = [.. spec.Blocks.Select(block => ((SoftmaxSpec)block.Mixer).Window)];
        return new()
        {
            ["architectures"] = new JsonArray("GPTNeoForCausalLM"),
            ["num_layers"] = spec.Layers,
            ["hidden_size"] = spec.Width,
            ["num_heads"] = softmax.Heads,
            ["intermediate_size"] = cells.Count,
            ["max_position_embeddings"] = spec.Context,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["activation_function"] = ConfigWriter.Name(cells.Activation),
            ["window_size"] = windows.Max() is > 0 and var window ? window : 256,
            ["attention_layers"] = new JsonArray([.. windows.Select(w => (JsonNode)(w > 0 ? "local" : "global"))]),
            ["attention_types"] = new JsonArray(
                [.. windows.Select(w => new JsonArray(new JsonArray(w > 0 ? "local" : "global"), 1))]),
            ["attention_dropout"] = 0.0,
            ["embed_dropout"] = 0.0,
            ["resid_dropout"] = 0.0,
        };
    }
}
