using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// GPT-2 (Radford et al. 2019): LayerNorm before each branch, learned positions, biases everywhere, tanh GELU, tied
/// output. Matrices stand as [inputs, outputs]; queries, keys and values are one tensor.
/// </summary>
internal static class Gpt2
{
    public static Family Family { get; } = new(Spec, Names, Config);

    public static ModelSpec Spec(ModelConfig config) => Spec(config, "gelu_new");

    /// <summary>The spec, for a family with another usual activation.</summary>
    public static ModelSpec Spec(ModelConfig config, string usualActivation)
    {
        int layers = config.Size("n_layer", ModelConfig.MostLayers), width = config.Size("n_embd"),
            heads = config.Size("n_head");
        config.Require("add_cross_attention", false, fallback: false);
        int headSize = FamilyReadings.HeadSize(config, width, heads);
        float scale = config.Flag("scale_attn_weights", true) ? FamilyReadings.RootScale(headSize) : 1;
        bool byLayer = config.Flag("scale_attn_by_inverse_layer_idx", false);
        return new()
        {
            Family = "gpt2",
            Width = width,
            Vocabulary = config.Size("vocab_size"),
            Context = config.Size("n_positions"),
            Norm = NormKind.LayerNorm,
            NormEpsilon = (float)config.Number("layer_norm_epsilon", 1e-5),
            Blocks =
            [
                .. Enumerable.Range(0, layers).Select(l => new BlockSpec
                {
                    Mixer = new SoftmaxSpec
                    {
                        Heads = heads, KeyValueHeads = heads, HeadSize = headSize,
                        Scale = byLayer ? scale / (l + 1) : scale,
                        QueryKeyValueBias = true, OutputBias = true,
                    },
                    Cells = new(
                        config.OptionalSize("n_inner") ?? 4 * width,
                        config.Activation("activation_function", usualActivation), Gated: false,
                        KeyBias: true, ValueBias: true),
                }),
            ],
            Head = new(config.Flag("tie_word_embeddings", true)),
            LearnedPositions = true,
            BeginOfSequence = config.TokenId("bos_token_id"),
            EndOfSequence = config.TokenIds("eos_token_id"),
        };
    }

    public static TensorNames Names => new()
    {
        Prefix = "transformer.",
        Embedding = "wte",
        Positions = "wpe",
        FinalNorm = "ln_f",
        Output = "lm_head",
        AttentionNorm = "h.{0}.ln_1",
        QueryKeyValue = ["h.{0}.attn.c_attn"],
        Layout = QueryKeyValueLayout.Fused,
        AttentionOutput = "h.{0}.attn.c_proj",
        FeedForwardNorm = "h.{0}.ln_2",
        Keys = "h.{0}.mlp.c_fc",
        Values = "h.{0}.mlp.c_proj",
        InputsFirst = true,
        Ignored = [".attn.bias", ".attn.masked_bias"],
    };

    public static JsonObject Config(ModelSpec spec)
    {
        var (softmax, cells) = (ConfigWriter.Softmax(spec), spec.Blocks[0].Cells);
        return new()
        {
            ["architectures"] = new JsonArray("GPT2LMHeadModel"),
            ["n_layer"] = spec.Layers,
            ["n_embd"] = spec.Width,
            ["n_head"] = softmax.Heads,
            ["n_inner"] = cells.Count,
            ["n_positions"] = spec.Context,
            ["n_ctx"] = spec.Context,
            ["layer_norm_epsilon"] = ConfigWriter.Shortest(spec.NormEpsilon),
            ["activation_function"] = ConfigWriter.Name(cells.Activation),
            ["scale_attn_weights"] = softmax.Scale != 1 || softmax.HeadSize == 1,
            ["scale_attn_by_inverse_layer_idx"] = spec.Layers > 1
                && ((SoftmaxSpec)spec.Blocks[1].Mixer).Scale != softmax.Scale,
            ["attn_pdrop"] = 0.0,
            ["embd_pdrop"] = 0.0,
            ["resid_pdrop"] = 0.0,
        };
    }
}
