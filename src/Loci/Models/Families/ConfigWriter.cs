using System.Text.Json.Nodes;
using Loci.Memory.Numerics;

namespace Loci.Models.Families;

/// <summary>Writes a spec as the <c>config.json</c> of its family, with the keys transformers reads.</summary>
internal static class ConfigWriter
{
    /// <summary>The families that can be written.</summary>
    public static IReadOnlyList<string> Families { get; } = ["gpt2", "opt", "llama", LociFamily.Name];

    /// <summary>The config; it reads back as the same spec, or is refused.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="type">What its weights are held as, for <c>torch_dtype</c>.</param>
    /// <exception cref="UnsupportedException">The family is not one of <see cref="Families"/>, or has no key for one of the spec's choices.</exception>
    public static JsonObject Write(ModelSpec spec, string type)
    {
        var config = spec.Family switch
        {
            "gpt2" => Gpt2(spec),
            "opt" => Opt(spec),
            "llama" => Llama(spec),
            LociFamily.Name => JsonNode.Parse(LociFormat.Config(spec))!.AsObject(),
            _ => throw new UnsupportedException(
                $"A model of the family «{spec.Family}» cannot be written yet; {string.Join(", ", Families)} can."),
        };
        config["vocab_size"] = spec.Vocabulary;
        config["tie_word_embeddings"] = spec.TiedOutput;
        config["bos_token_id"] = spec.BeginOfSequence;
        config["eos_token_id"] = spec.EndOfSequence switch
        {
            [] => null,
            [int only] => only,
            var several => new JsonArray([.. several.Select(id => (JsonNode)id)]),
        };
        config["torch_dtype"] = type;
        config["use_cache"] = true;
        SpecEquality.Require(spec, Read(config));
        return config;
    }

    private static ModelSpec Read(JsonObject config)
    {
        var parsed = ModelConfig.Parse(System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json");
        return Family.Of(parsed).Spec(parsed);
    }

    private static JsonObject Gpt2(ModelSpec spec) => new()
    {
        ["model_type"] = "gpt2",
        ["architectures"] = new JsonArray("GPT2LMHeadModel"),
        ["n_layer"] = spec.Layers,
        ["n_embd"] = spec.Width,
        ["n_head"] = spec.Heads,
        ["n_inner"] = spec.Cells,
        ["n_positions"] = spec.Context,
        ["n_ctx"] = spec.Context,
        ["layer_norm_epsilon"] = Shortest(spec.NormEpsilon),
        ["activation_function"] = Name(spec.Activation),
        ["attn_pdrop"] = 0.0,
        ["embd_pdrop"] = 0.0,
        ["resid_pdrop"] = 0.0,
    };

    private static JsonObject Opt(ModelSpec spec) => new()
    {
        ["model_type"] = "opt",
        ["architectures"] = new JsonArray("OPTForCausalLM"),
        ["num_hidden_layers"] = spec.Layers,
        ["hidden_size"] = spec.Width,
        ["word_embed_proj_dim"] = spec.Width,
        ["num_attention_heads"] = spec.Heads,
        ["ffn_dim"] = spec.Cells,
        ["max_position_embeddings"] = spec.Context,
        ["activation_function"] = Name(spec.Activation),
        ["do_layer_norm_before"] = true,
        ["enable_bias"] = true,
        ["layer_norm_elementwise_affine"] = true,
        ["dropout"] = 0.0,
        ["attention_dropout"] = 0.0,
        ["pad_token_id"] = spec.BeginOfSequence,
    };

    private static JsonObject Llama(ModelSpec spec) => new()
    {
        ["model_type"] = "llama",
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["num_hidden_layers"] = spec.Layers,
        ["hidden_size"] = spec.Width,
        ["num_attention_heads"] = spec.Heads,
        ["num_key_value_heads"] = spec.KeyValueHeads,
        ["head_dim"] = spec.HeadSize,
        ["intermediate_size"] = spec.Cells,
        ["max_position_embeddings"] = spec.Context,
        ["rms_norm_eps"] = Shortest(spec.NormEpsilon),
        ["rope_theta"] = RotaryBase(spec.Rotary),
        ["hidden_act"] = Name(spec.Activation),
        ["attention_bias"] = false,
        ["mlp_bias"] = false,
        ["attention_dropout"] = 0.0,
    };

    // The frequencies are base^(−2i/size); a base people write is whole.
    private static double RotaryBase(RotarySpec? rotary) =>
        rotary is not { InverseFrequencies.Count: > 1 } ? 10_000 : Math.Round(Math.Pow(rotary.InverseFrequencies[1], -rotary.Size / 2.0), 3);

    // The decimal a person would have written: 1e-05, not 9.99999974737875e-06.
    private static double Shortest(float value) =>
        double.Parse(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    private static string Name(Activation activation) => activation switch
    {
        Activation.Relu => "relu",
        Activation.Gelu => "gelu",
        Activation.GeluTanh => "gelu_new",
        Activation.Silu => "silu",
        _ => "quick_gelu",
    };
}
