using System.Text.Json.Nodes;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;

namespace Loci.Models.Families;

/// <summary>
/// DeltaNet (Yang et al. 2024, arXiv 2406.06484) as flash-linear-attention stores it: the delta rule over short
/// convolutions, the reads normed by head, SwiGLU; softmax attention in the layers that <c>attn</c> names.
/// </summary>
internal static class DeltaNet
{
    private static readonly Dictionary<string, string> s_maps = new()
    {
        ["silu"] = "silu", ["relu"] = "relu", ["elu"] = "elu+1", ["identity"] = "identity",
    };

    private static readonly Dictionary<string, Normalization> s_norms =
        new() { ["l2"] = Normalization.L2, ["sum"] = Normalization.Sum };

    public static Family Family { get; } = new(Spec, FlashLinearAttention.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int width = config.Size("hidden_size"), heads = config.Size("num_heads");
        int keys = FlashLinearAttention.Expanded(config, width, "expand_k", 1),
            values = FlashLinearAttention.Expanded(config, width, "expand_v", 1);
        int keySize = FamilyReadings.HeadSize(config, keys, heads),
            valueSize = FamilyReadings.HeadSize(config, values, heads);
        var normalization = config.Has("qk_norm") ? config.Choice("qk_norm", s_norms) : Normalization.L2;
        return FlashLinearAttention.Spec(config, "delta_net", new()
        {
            Rule = UpdateRule.Delta,
            Map = config.Has("qk_activation") ? config.Choice("qk_activation", s_maps) : "silu",
            Normalization = normalization,
            NormalizationEpsilon = normalization == Normalization.L2 ? FlashLinearAttention.KeyEpsilon : 0,
            Heads = heads,
            KeySize = keySize,
            ValueSize = valueSize,
            LearnedStrength = config.Flag("use_beta", true),
            OutputGate = config.Flag("use_gate", false),
        });
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = FlashLinearAttention.Config(spec, "DeltaNetForCausalLM", out var memory);
        config["expand_k"] = (double)memory.KeyWidth / spec.Width;
        config["expand_v"] = (double)memory.ValueWidth / spec.Width;
        config["qk_activation"] = s_maps.First(map => map.Value == memory.Map).Key;
        config["qk_norm"] = s_norms.First(norm => norm.Value == memory.Normalization).Key;
        config["use_beta"] = memory.LearnedStrength;
        return config;
    }
}
