using System.Text.Json.Nodes;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;

namespace Loci.Models.Families;

/// <summary>
/// Gated DeltaNet (Yang et al. 2024, arXiv 2412.06464) as flash-linear-attention stores it: DeltaNet that forgets by
/// α = exp(−exp(A_log)·softplus(a + dt_bias)), with SiLU keys of unit length and the reads gated.
/// </summary>
internal static class GatedDeltaNet
{
    public static Family Family { get; } = new(Spec, FlashLinearAttention.Names, Config);

    private static ModelSpec Spec(ModelConfig config)
    {
        int heads = config.Size("num_heads"), keySize = config.OptionalSize("head_dim") ?? 256;
        if (config.OptionalSize("num_v_heads") is { } valueHeads && valueHeads != heads)
            throw new UnsupportedException(
                $"{config.Path}: num_v_heads {valueHeads} beside num_heads {heads} is not implemented.");
        return FlashLinearAttention.Spec(config, "gated_deltanet", new()
        {
            Rule = UpdateRule.GatedDelta,
            Map = "silu",
            Normalization = Normalization.L2,
            NormalizationEpsilon = FlashLinearAttention.KeyEpsilon,
            Heads = heads,
            KeySize = keySize,
            ValueSize = FlashLinearAttention.Expanded(config, keySize, "expand_v", 2),
            LearnedStrength = true,
            OutputGate = config.Flag("use_gate", true),
        });
    }

    private static JsonObject Config(ModelSpec spec)
    {
        var config = FlashLinearAttention.Config(spec, "GatedDeltaNetForCausalLM", out var memory);
        config["head_dim"] = memory.KeySize;
        config["expand_v"] = (double)memory.ValueSize / memory.KeySize;
        return config;
    }
}
