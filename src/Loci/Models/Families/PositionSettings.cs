namespace Loci.Models.Families;

/// <summary>
/// Refuses what a config says of positions and no family reads, at every depth: a setting that is passed over gives
/// wrong numbers without a word. A field that is null or false sets nothing.
/// </summary>
internal static class PositionSettings
{
    private static readonly string[] s_words = ["rope", "mrope", "longrope", "rotary", "yarn", "ntk", "alibi", "xpos"];

    private static readonly string[] s_base =
    [
        "rope_theta", "rope_scaling", "rope_parameters", "partial_rotary_factor",
    ];

    // The fields that each family's reader looks at; families that are not here read the usual ones.
    private static readonly Dictionary<string, string[]> s_read = new()
    {
        ["gpt2"] = [], ["opt"] = [],
            ["gpt_neox"] = ["rope_theta", "rope_scaling", "rope_parameters", "rotary_pct", "rotary_emb_base"],
        ["gpt_neo"] = [], ["gpt_bigcode"] = [],
        ["stablelm"] = [.. s_base], ["smollm3"] = [.. s_base, "no_rope_layers", "no_rope_layer_interval"],
        ["gptj"] = ["rotary", "rotary_dim"], ["bloom"] = ["offset_alibi"], ["falcon"] = [.. s_base, "alibi"],
        ["mpt"] = ["attn_config.alibi", "attn_config.alibi_bias_max"],
        [Gemma3.Name] = [.. s_base, "rope_local_base_freq"],
        ["delta_net"] = ["attn.rope_theta"], ["gated_deltanet"] = ["attn.rope_theta"],
        [LociFamily.Name] = ["softmax.rotary"],
    };

    // Those that may rotate a part of each head.
    private static readonly string[] s_partial = ["stablelm", "phi", "phi3", "nemotron", "glm4"];

    /// <param name="config">The config.</param>
    /// <param name="family">Its family.</param>
    /// <exception cref="UnsupportedException">A setting is not implemented; named with its place.</exception>
    /// <exception cref="InvalidFileException">Two settings contradict each other.</exception>
    public static void RequireUnderstood(ModelConfig config, string family)
    {
        string[] read = s_read.GetValueOrDefault(family, s_base);
        foreach (string field in config.SetFields())
        {
            string[] names = field.Split('.');
            bool inSection = names.Length > 1 && names[0] is "rope_scaling" or "rope_parameters"
                && read.Contains(names[0]);
            if (inSection || read.Contains(field)) continue;
            if (names[^1].ToLowerInvariant().Split('_', '-').Any(s_words.Contains))
                throw new UnsupportedException($"{config.Path}: {field} is not implemented in the family {family}.");
        }
        if (!read.Contains("rope_scaling")) return;
        var (scaling, parameters) = (config.Section("rope_scaling"), config.Section("rope_parameters"));
        if (scaling is not null && parameters is not null)
            throw config.Wrong("has rope_scaling and rope_parameters, which may contradict each other");
        if (family == Gemma3.Name && parameters is not null)
        {
            // A section for each kind of layer.
            foreach (string kind in (string[])["full_attention", "sliding_attention"])
                RequireScaling(config, parameters.Section(kind) ?? throw parameters.Missing(kind), isNew: true);
            return;
        }
        if ((scaling ?? parameters) is { } section) RequireScaling(config, section, isNew: scaling is null);
        RequireOne("rope_theta", config.OptionalNumber("rope_theta"), parameters?.OptionalNumber("rope_theta"), config);
        if (family != "gpt_neox")
        {
            if (s_partial.Contains(family))
                RequireOne(
                    "the rotated part", config.OptionalNumber("partial_rotary_factor"),
                    parameters?.OptionalNumber("partial_rotary_factor"), config);
            else if (parameters?.OptionalNumber("partial_rotary_factor") is { } part && part != 1)
                throw new UnsupportedException(
                    $"{parameters.Path}: partial_rotary_factor {part} is not implemented in the family {family}.");
            return;
        }
        RequireOne(
            "the base", config.OptionalNumber("rope_theta") ?? parameters?.OptionalNumber("rope_theta"),
            config.OptionalNumber("rotary_emb_base"), config);
        RequireOne(
            "the rotated part", config.OptionalNumber("rotary_pct"),
            parameters?.OptionalNumber("partial_rotary_factor"), config);
    }

    private static void RequireScaling(ModelConfig config, ModelConfig section, bool isNew)
    {
        string? type = section.Text("rope_type"), older = section.Text("type");
        if (type is not null && older is not null && type != older)
            throw section.Wrong($"states rope_type as «{type}» and type as «{older}»");
        type ??= older;
        string[] common = isNew ? ["rope_type", "type", "rope_theta", "partial_rotary_factor"] : ["rope_type", "type"];
        string[] others = [.. section.SetFields().Except(common)];
        if (type is null && (others.Length > 0 || !isNew)) throw section.Missing("rope_type");
        if (!RotaryScaling.Settings.TryGetValue(type ?? "default", out string[]? known))
            throw new UnsupportedException(
                $"{config.Path}: rotary scaling «{type}» is not implemented; "
                + $"{string.Join(", ", RotaryScaling.Settings.Keys)} "
                    + "are.");
        if (others.Except(known).FirstOrDefault() is { } unknown)
            throw new UnsupportedException(
                $"{section.Path}: {unknown} is not implemented with the rotary scaling «{type ?? "default"}».");
    }

    private static void RequireOne(string what, double? one, double? other, ModelConfig config)
    {
        if (one is not null && other is not null && one != other)
            throw config.Wrong($"states {what} of rotary positions as {one} and as {other}");
    }
}
