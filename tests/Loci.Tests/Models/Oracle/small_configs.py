"""Configs of the families of other_families.py and experts.py: two layers, a dozen tokens, no more than a mistake needs."""

from fields import config as _config, gpt_like as _gpt_like


def _small(architecture, model_type, dtype="float32", **fields):
    """Llama's fields, as small as a golden may be."""
    usual = {
        "hidden_size": 16, "intermediate_size": 20, "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
        "hidden_act": "silu", "rms_norm_eps": 0.003, "rope_theta": 500.0, "rope_scaling": None, "attention_bias": False,
        "attention_dropout": 0.0, "tie_word_embeddings": False, "max_position_embeddings": 64, "vocab_size": 37,
        "bos_token_id": 1, "eos_token_id": 2, "initializer_range": 0.02,
    }  # fmt: skip
    chosen = {**usual, **fields}
    return _config(architecture, model_type, dtype, **{k: v for k, v in chosen.items() if v != "absent"})


_KINDS = ["sliding_attention", "sliding_attention", "sliding_attention", "full_attention"]
_NO_RMS = {"rms_norm_eps": "absent", "attention_bias": "absent"}
_NO_ROPE = {"rope_theta": "absent", "rope_scaling": "absent"}

SMALL = {
    "gptj": _gpt_like(
        "GPTJForCausalLM", "gptj", "float16", activation_function="gelu_new", attn_pdrop=0.0, embd_pdrop=0.0, n_embd=16,
        n_head=2, n_inner=None, n_layer=2, n_positions=64, layer_norm_epsilon=0.003, resid_pdrop=0.0, rotary=True, rotary_dim=6,
        scale_attn_weights=True, tie_word_embeddings=False, vocab_size=37,
    ),
    "phi": _small(
        "PhiForCausalLM", "phi", "float16", **_NO_RMS, hidden_act="gelu_new", layer_norm_eps=0.003, num_key_value_heads=4,
        partial_rotary_factor=0.5, qk_layernorm=False, rope_scaling={"rope_type": "dynamic", "factor": 2.0}, embd_pdrop=0.0, resid_pdrop=0.0,
    ),
    "phi3": _small(
        "Phi3ForCausalLM", "phi3", "bfloat16", max_position_embeddings=128, original_max_position_embeddings=32,
        partial_rotary_factor=0.5, num_attention_heads=2, num_key_value_heads=1, sliding_window=7, resid_pdrop=0.0, embd_pdrop=0.0,
        rope_scaling={"type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [2.0, 9.0]},
    ),
    "olmo2": _small("Olmo2ForCausalLM", "olmo2"),
    "olmo3": _small(
        "Olmo3ForCausalLM", "olmo3", num_hidden_layers=4, num_key_value_heads=4, sliding_window=5, layer_types=_KINDS,
        rope_scaling={
            "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 8, "attention_factor": 1.2079,
            "beta_fast": 32.0, "beta_slow": 1.0,
        },
    ),
    "bloom": _gpt_like(
        "BloomForCausalLM", "bloom", "float16", apply_residual_connection_post_layernorm=False, attention_dropout=0.0,
        hidden_dropout=0.0, hidden_size=24, layer_norm_epsilon=0.003, n_head=6, n_layer=2, offset_alibi=100, pretraining_tp=1,
        seq_length=64, vocab_size=37,
    ),
    "granite": _small(
        "GraniteForCausalLM", "granite", tie_word_embeddings=True, mlp_bias=False, embedding_multiplier=12.0,
        attention_multiplier=0.3, logits_scaling=13.0, residual_multiplier=0.22,
    ),
    "cohere2": _small(
        "Cohere2ForCausalLM", "cohere2", num_hidden_layers=4, rms_norm_eps="absent", layer_norm_eps=0.003, logit_scale=0.25,
        sliding_window=5, sliding_window_pattern=4, tie_word_embeddings="absent", head_dim=4,
    ),
    "falcon-40b": _gpt_like(
        "FalconForCausalLM", "falcon", "bfloat16", alibi=False, attention_dropout=0.0, bias=False, hidden_dropout=0.0,
        hidden_size=16, layer_norm_epsilon=0.003, max_position_embeddings=64, multi_query=True, new_decoder_architecture=True,
        num_attention_heads=4, num_kv_heads=2, num_hidden_layers=2, parallel_attn=True, rope_scaling=None, rope_theta=500.0,
        vocab_size=37,
    ),
    "falcon-rw": _gpt_like(
        "FalconForCausalLM", "falcon", "float32", alibi=True, attention_dropout=0.0, bias=True, hidden_dropout=0.0,
        hidden_size=12, layer_norm_epsilon=0.003, max_position_embeddings=64, multi_query=False, new_decoder_architecture=False,
        num_attention_heads=3, num_hidden_layers=2, parallel_attn=False, vocab_size=37,
    ),
    "nemotron": _small(
        "NemotronForCausalLM", "nemotron", hidden_act="relu2", rms_norm_eps="absent", norm_eps=0.003, head_dim=4, mlp_bias=False,
        partial_rotary_factor=0.5, rope_scaling={"rope_type": "linear", "factor": 4.0},
    ),
    "glm4": _small(
        "Glm4ForCausalLM", "glm4", "bfloat16", attention_bias=True, head_dim=8, num_attention_heads=2, num_key_value_heads=1,
        partial_rotary_factor=0.5, intermediate_size=18,
        rope_scaling={
            "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "beta_fast": 4.0, "beta_slow": 0.5,
            "mscale": 2.0, "mscale_all_dim": 1.0, "truncate": False,
        },
    ),
    "mpt": _config(
        "MPTForCausalLM", "mpt", "float32",
        attn_config={
            "alibi": True, "alibi_bias_max": 4, "attn_impl": "torch", "attn_pdrop": 0, "attn_type": "multihead_attention",
            "attn_uses_sequence_id": False, "clip_qkv": None, "prefix_lm": False, "qk_ln": False, "softmax_scale": None,
        },
        d_model=12, emb_pdrop=0, expansion_ratio=4, layer_norm_epsilon=0.003, learned_pos_emb=True, logit_scale=None,
        max_seq_len=64, n_heads=3, n_layers=2, no_bias=True, norm_type="low_precision_layernorm", resid_pdrop=0, vocab_size=37,
    ),
    "olmo": _small("OlmoForCausalLM", "olmo", rms_norm_eps="absent", clip_qkv=None),
    "olmoe": _small(
        "OlmoeForCausalLM", "olmoe", intermediate_size=8, num_experts=5, num_experts_per_tok=2, norm_topk_prob=False,
        clip_qkv=None, output_router_logits=False, router_aux_loss_coef=0.01,
    ),
    "qwen2-moe": _small(
        "Qwen2MoeForCausalLM", "qwen2_moe", "bfloat16", attention_bias="absent", decoder_sparse_step=2, mlp_only_layers=[],
        intermediate_size=18, moe_intermediate_size=7, shared_expert_intermediate_size=10, num_experts=4, num_experts_per_tok=2,
        norm_topk_prob=False, max_window_layers=1, sliding_window=6, use_sliding_window=False, router_aux_loss_coef=0.001,
    ),
    "qwen3-moe": _small(
        "Qwen3MoeForCausalLM", "qwen3_moe", head_dim=6, decoder_sparse_step=1, mlp_only_layers=[0], intermediate_size=18,
        moe_intermediate_size=7, num_experts=4, num_experts_per_tok=2, norm_topk_prob=True, max_window_layers=1,
        sliding_window=None, use_sliding_window=False, router_aux_loss_coef=0.001, tie_word_embeddings=True,
    ),
    "granitemoe": _small(
        "GraniteMoeForCausalLM", "granitemoe", "float16", intermediate_size=8, num_local_experts=4, num_experts_per_tok=3,
        embedding_multiplier=12.0, attention_multiplier=0.3, logits_scaling=6.0, residual_multiplier=0.22,
        tie_word_embeddings=True, output_router_logits=False, router_aux_loss_coef=0.001,
    ),
    "mixtral": _small(
        "MixtralForCausalLM", "mixtral", "bfloat16", attention_bias="absent", rope_scaling="absent", intermediate_size=8,
        num_local_experts=4, num_experts_per_tok=2, sliding_window=6, output_router_logits=False, router_aux_loss_coef=0.02,
        router_jitter_noise=0.0,
    ),
}  # fmt: skip
