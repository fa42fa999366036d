using System.Text.Json.Nodes;
using Loci.Models;
using Loci.Models.Families;

namespace Loci.Tests.Models.Families;

/// <summary>
/// Every number of a config lies in a stated range, and every setting about positions is read or refused by name.
/// </summary>
public class ConfigRangeTests
{
    [Theory]
    [
        InlineData("gemma2", "attn_logit_softcapping"), InlineData("gemma2", "final_logit_softcapping"),
        InlineData("gemma2", "query_pre_attn_scalar"),
    ]
    [
        InlineData("gemma2", "rms_norm_eps"), InlineData("llama", "rms_norm_eps"), InlineData("llama", "rope_theta"),
        InlineData("gpt2", "layer_norm_epsilon"),
    ]
    [
        InlineData("gpt-neox", "layer_norm_eps"), InlineData("gpt-neox", "rotary_pct"),
        InlineData("gpt-neox", "rotary_emb_base"),
    ]
    [InlineData("delta-net", "norm_eps"), InlineData("delta-net", "expand_k"), InlineData("loci-hybrid", "norm_eps")]
    [InlineData("loci-hybrid", "embedding_scale"), InlineData("loci-hybrid", "logit_soft_cap")]
    public void A_number_out_of_its_range_is_refused_by_name(string family, string field)
    {
        foreach (double value in (double[])[-1e7, 1e39, -1e300, 3.5e38])
        {
            var config = Config(family);
            config[field] = value;
            string message = Assert.Throws<InvalidFileException>(() => Spec(config)).Message;
            Assert.Contains($"{field} is ", message);
            Assert.Contains("a number from ", message);
        }
    }

    [Theory]
    [
        InlineData("llama", "rope_local_base_freq", "10000", "rope_local_base_freq"),
        InlineData("llama", "no_rope_layers", "[1,0]", "no_rope_layers"),
    ]
    [InlineData("llama", "rotary_pct", "0.5", "rotary_pct"), InlineData("gpt2", "rope_theta", "10000", "rope_theta")]
    [
        InlineData("llama", "attn", """{"rope_theta":1}""", "attn.rope_theta"),
        InlineData("llama", "a", """{"b":[{"use_rope":true}]}""", "a.b.use_rope"),
    ]
    [InlineData("llama", "rope_scaling", """{"rope_type":"linear","factor":2,"mscale":1}""", "mscale")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"default","factor":2}""", "factor")]
    [InlineData("llama", "rope_scaling", """{"type":"linear","factor":2,"inner":{"rope_theta":5}}""", "inner")]
    [InlineData("llama", "rope_scaling", """{"factor":2}""", "rope_type")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"linear","type":"llama3","factor":2}""", "states rope_type")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"linear","factor":2,"rope_theta":5}""", "rope_theta")]
    [InlineData("llama", "rope_parameters", """{"full_attention":{"rope_theta":5} }""", "rope_type")]
    [InlineData("llama", "rope_parameters", """{"rope_type":"default","rope_theta":5}""", "states rope_theta")]
    [
        InlineData(
            "llama", "rope_parameters", """{"rope_type":"default","partial_rotary_factor":0.5}""",
            "partial_rotary_factor"),
    ]
    [
        InlineData("gpt-neox", "partial_rotary_factor", "0.5", "partial_rotary_factor"),
        InlineData("gpt-neox", "rope_theta", "5", "states the base"),
    ]
    [InlineData("delta-net-sum", "rope_scaling", """{"rope_type":"linear","factor":2}""", "rope_scaling")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"ntk","factor":2}""", "«ntk» is not implemented")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"yarn","factor":2,"short_factor":[1]}""", "short_factor")]
    [
        InlineData(
            "llama", "rope_scaling", """{"rope_type":"longrope","short_factor":[1],"long_factor":[1]}""", "4 numbers"),
    ]
    [InlineData("llama", "rope_scaling", """{"rope_type":"longrope","long_factor":[1,1,1,1]}""", "short_factor")]
    [InlineData("llama", "rope_scaling", """{"rope_type":"dynamic"}""", "factor")]
    [InlineData("gptj", "rotary", "false", "rotary"), InlineData("gptj", "rope_theta", "5", "rope_theta")]
    [InlineData("bloom", "alibi", "true", "alibi")]
    public void A_setting_about_positions_that_is_not_read_is_refused_by_name(
        string family, string field, string value, string says)
    {
        var config = Config(family);
        config[field] = JsonNode.Parse(value);
        Assert.Contains(says, Assert.ThrowsAny<LociException>(() => Spec(config)).Message);
    }

    [Theory]
    [InlineData("phi", "qk_layernorm", "true"), InlineData("cohere2", "use_qk_norm", "true")]
    [InlineData("olmo", "clip_qkv", "8.0"), InlineData("olmoe", "clip_qkv", "8.0")]
    [InlineData("bloom", "apply_residual_connection_post_layernorm", "true"), InlineData("mpt", "logit_scale", "2.0")]
    [InlineData("mpt", "expansion_ratio", "2"), InlineData("mpt", "no_bias", "false")]
    [InlineData("mpt", "attn_config", """{"clip_qkv":6}""", "clip_qkv")]
    [InlineData("mpt", "attn_config", """{"alibi":false}""", "alibi")]
    [InlineData("mpt", "attn_config", """{"qk_ln":true}""", "qk_ln")]
    [InlineData("mixtral", "num_experts_per_tok", "5", "sends a token to 5 of 4 experts")]
    [InlineData("olmo3", "layer_types", """["chunked_attention"]""", "layer_types")]
    public void What_a_family_does_not_compute_is_refused_by_name(
        string family, string field, string value, string? says = null)
    {
        var config = Config(family);
        config[field] = JsonNode.Parse(value);
        Assert.Contains(says ?? field, Assert.ThrowsAny<LociException>(() => Spec(config)).Message);
    }

    [Theory]
    [
        InlineData("llama", "use_rope", "false"), InlineData("llama", "rope_scaling", "null"),
        InlineData("llama", "properties", "1"), InlineData("gpt2", "rope_theta", "null"),
    ]
    [
        InlineData("llama", "rope_scaling", """{"rope_type":"linear","factor":2.0}"""),
        InlineData("llama", "rope_parameters", """{"rope_type":"default","rope_theta":10000}"""),
    ]
    public void What_sets_nothing_or_is_read_is_accepted(string family, string field, string value)
    {
        var config = Config(family);
        config[field] = JsonNode.Parse(value);
        Spec(config);
    }

    private static ModelSpec Spec(JsonObject config)
    {
        var parsed = ModelConfig.Parse(System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json");
        return Family.Of(parsed).Spec(parsed);
    }

    private static JsonObject Config(string family) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Folder(family), "config.json")))!.AsObject();
}
