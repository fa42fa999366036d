using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// GPT-J (Wang and Komatsuzaki 2021): attention and cells side by side behind one LayerNorm, rotary positions on
/// neighbouring pairs, no biases in attention, an output with a bias.
/// </summary>
internal static class GptJ
{
    public static Family Family { get; } = new(Spec, Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int width = config.Size("n_embd"), heads = config.Size("n_head");
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        int turned = config.OptionalSize("rotary_dim") ?? headSize;
        config.Require("rotary", true, fallback: true);
        config.Require("scale_attn_weights", true, fallback: true);
        return new()
        {
            Family = "gptj",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("n_positions"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks = FamilyReadings.Every(config.Size("n_layer", ModelConfig.MostLayers), new()
            {
                Mixer = new SoftmaxSpec
                {
                    Heads = heads, KeyValueHeads = heads, HeadSize = headSize,
                    Scale = FamilyReadings.RootScale(headSize),
                    Rotary = RotaryConfig.Of(config, null, 10_000, turned) with { Interleaved = true },
                },
                Cells = new(
                    config.OptionalSize("n_inner") ?? 4 * width,
                    config.Activation("activation_function", "gelu_new"), Gated: false, KeyBias: true, ValueBias: true),
                Parallel = true,
            }),
            Head = new(config.Flag("tie_word_embeddings", false), Bias: true),
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    private static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "wte",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.ln_1",
        QueryKeyValue = ["h.{0}.attn.q_proj", "h.{0}.attn.k_proj", "h.{0}.attn.v_proj"],
        AttentionOutput = "h.{0}.attn.out_proj",
        FeedForwardNorm = "h.{0}.ln_1",
        Keys = "h.{0}.mlp.fc_in",
        Values = "h.{0}.mlp.fc_out",
        Ignored = [".attn.bias", ".attn.masked_bias"],
    };

    private static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        return new()
        {
            ["architectures"] = new JsonArray("GPTJForCausalLM"),
            ["n_layer"] = spec.Layers,
            ["n_embd"] = spec.Width,
            ["n_head"] = softmax.Heads,
            ["n_inner"] = cells.Count,
            ["n_positions"] = spec.Context,
            ["rotary_dim"] = softmax.Rotary?.Size,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["activation_function"] = ConfigWriter.Name(cells.Activation),
            ["attn_pdrop"] = 0.0,
            ["embd_pdrop"] = 0.0,
            ["resid_pdrop"] = 0.0,
        };
    }
}
