using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Writes a spec as the <c>config.json</c> of its family, with the keys transformers reads: the other way round
/// of the families' readers.
/// </summary>
internal static class ConfigWriter
{
    /// <summary>The config; it reads back as the same spec, or is refused.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="type">What its weights are held as, for <c>torch_dtype</c>.</param>
    /// <exception cref="UnsupportedException">
    /// There is no such family, or it has no key for one of the spec's choices.
    /// </exception>
    public static JsonObject Write(ModelSpec spec, string type)
    {
        var family = Family.Named(spec.Family)
            ?? throw new UnsupportedException(
                $"There is no family «{spec.Family}»; there are {string.Join(", ", Family.Known)}.");
        var config = family.Config(spec);
        config["model_type"] = spec.Family;
        config["vocab_size"] = spec.Vocabulary;
        config["tie_word_embeddings"] = spec.Head.Tied;
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

    /// <summary>The decimal a person would have written: 1e-05, not 9.99999974737875e-06.</summary>
    public static double Shortest(float value) =>
        double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>What transformers calls an activation.</summary>
    public static string Name(Activation activation) => activation switch
    {
        Activation.Relu => "relu",
        Activation.Gelu => "gelu",
        Activation.GeluTanh => "gelu_new",
        Activation.Silu => "silu",
        Activation.SquaredRelu => "relu2",
        _ => "quick_gelu",
    };

    /// <summary>The softmax mixer that all layers have, up to their windows.</summary>
    /// <exception cref="UnsupportedException">A layer has another mixer.</exception>
    public static SoftmaxSpec Softmax(ModelSpec spec) =>
        spec.Blocks[0].Mixer as SoftmaxSpec ?? throw new UnsupportedException(
        $"A config.json of the family «{spec.Family}» cannot say that attention is a fast-weight memory.");
}
