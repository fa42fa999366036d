namespace Loci.Models.Families;

/// <summary>
/// The range of every real number of a config, by its field: wider than any published model goes, narrow enough that
/// the formula it enters makes sense. A number of no field here must be finite in float32.
/// </summary>
internal static class NumberRanges
{
    private const double MostFactor = 1e6; // of scales, caps, frequencies; published ones stay below 1,000

    private static readonly Dictionary<string, (double Least, double Most)> s_ranges = new()
    {
        ["rms_norm_eps"] = (0, 1), ["layer_norm_eps"] = (0, 1), ["layer_norm_epsilon"] = (0, 1), ["norm_eps"] = (0, 1),
        ["normalization_eps"] = (0, 1),
        ["rope_theta"] = (1 + 1e-6, 1e12), ["rotary_emb_base"] = (1 + 1e-6, 1e12),
        ["rotary_pct"] = (1e-3, 1), ["partial_rotary_factor"] = (1e-3, 1),
        ["factor"] = (1e-6, MostFactor), ["low_freq_factor"] = (1e-6, MostFactor),
        ["high_freq_factor"] = (1e-6, MostFactor),
        ["original_max_position_embeddings"] = (1, 1 << 30),
        ["query_pre_attn_scalar"] = (1e-3, MostFactor), ["attn_logit_softcapping"] = (1e-3, MostFactor),
        ["final_logit_softcapping"] = (1e-3, MostFactor),
        ["expand_k"] = (1e-3, 1e3), ["expand_v"] = (1e-3, 1e3),
        ["scaling"] = (1e-6, MostFactor), ["attention_factor"] = (1e-6, MostFactor), ["mscale"] = (0, MostFactor),
        ["mscale_all_dim"] = (0, MostFactor), ["beta_fast"] = (1e-6, MostFactor), ["beta_slow"] = (1e-6, MostFactor),
        ["short_factor"] = (1e-6, MostFactor), ["long_factor"] = (1e-6, MostFactor),
        ["alibi_bias_max"] = (1e-3, 1e3), ["softmax_scale"] = (-MostFactor, MostFactor),
        ["embedding_multiplier"] = (-MostFactor, MostFactor), ["residual_multiplier"] = (-MostFactor, MostFactor),
        ["attention_multiplier"] = (-MostFactor, MostFactor), ["logits_scaling"] = (1 / MostFactor, MostFactor),
        ["logit_scale"] = (1 / MostFactor, MostFactor),
        ["scale"] = (-MostFactor, MostFactor), ["read_scale"] = (-MostFactor, MostFactor),
        ["embedding_scale"] = (-MostFactor, MostFactor),
        ["soft_cap"] = (0, MostFactor), ["logit_soft_cap"] = (0, MostFactor), ["inverse_frequencies"] = (0, MostFactor),
    };

    /// <summary>The range of a field.</summary>
    public static (double Least, double Most) Of(string field) =>
        s_ranges.GetValueOrDefault(field, (-float.MaxValue, float.MaxValue));
}
