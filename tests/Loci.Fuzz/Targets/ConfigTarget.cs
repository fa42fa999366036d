using System.Text;
using Loci.Models.Families;

namespace Loci.Fuzz.Targets;

/// <summary>config.json: an accepted one gives a spec whose sizes are positive and fit each other.</summary>
internal static class ConfigTarget
{
    private const string Seed =
        """
        {"model_type":"gemma2","num_hidden_layers":2,"hidden_size":24,"num_attention_heads":3,"num_key_value_heads":1,"head_dim":8,"intermediate_size":40,
         "vocab_size":50,"max_position_embeddings":64,"rms_norm_eps":1e-6,"query_pre_attn_scalar":8,"attn_logit_softcapping":50.0,"final_logit_softcapping":30.0,
         "sliding_window":4,"layer_types":["sliding_attention","full_attention"],"hidden_activation":"gelu_pytorch_tanh","rope_theta":10000.0,
         "rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":16},
         "tie_word_embeddings":true,"bos_token_id":2,"eos_token_id":[1,3]}
        """;

    public static Target Target { get; } = new("config", Encoding.UTF8.GetBytes(Seed), Read);

    private static void Read(byte[] input)
    {
        var config = ModelConfig.Parse(input, "input");
        var family = Family.Of(config);
        Target.Require(family.Names.Embedding.Length > 0, "tensors have names");
        var spec = family.Spec(config);
        Target.Require(
            spec.Layers > 0 && spec.Width > 0 && spec.Blocks.All(block => block.Cells.Count > 0) && spec.Vocabulary > 0
                && spec.Context > 0,
            "sizes are positive");
    }
}
