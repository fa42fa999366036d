using Loci.Models.Families;

namespace Loci.Models.Gguf;

/// <summary>What GGUF calls the tensors of its architectures, and how llama.cpp's converter turns them.</summary>
internal static class GgufNames
{
    /// <summary>The names of a family's tensors.</summary>
    public static TensorNames Of(string family) => family switch
    {
        "gpt2" or "gpt_neox" => s_names with
        {
            QueryKeyValue = ["blk.{0}.attn_qkv"], Layout = QueryKeyValueLayout.Fused,
        },
        // Rows of queries and keys are reordered so that rotary pairs are neighbours.
        "llama" => s_names with { PairsAreNeighbours = true },
        _ => s_names,
    };

    private static readonly TensorNames s_names = new()
    {
        Prefix = "",
        Embedding = "token_embd",
        Positions = "position_embd",
        FinalNorm = "output_norm",
        Output = "output",
        AttentionNorm = "blk.{0}.attn_norm",
        PostAttentionNorm = "blk.{0}.post_attention_norm",
        QueryKeyValue = ["blk.{0}.attn_q", "blk.{0}.attn_k", "blk.{0}.attn_v"],
        QueryNorm = "blk.{0}.attn_q_norm",
        KeyNorm = "blk.{0}.attn_k_norm",
        AttentionOutput = "blk.{0}.attn_output",
        FeedForwardNorm = "blk.{0}.ffn_norm",
        PostFeedForwardNorm = "blk.{0}.post_ffw_norm",
        Keys = "blk.{0}.ffn_up",
        GateKeys = "blk.{0}.ffn_gate",
        Values = "blk.{0}.ffn_down",
        Ignored = ["rope_freqs.weight"],
    };
}
