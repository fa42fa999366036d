"""The config.json of every tiny checkpoint, in the fields and defaults transformers 4 writes for the family.

Chosen to catch mistakes: norm epsilons large enough to matter, cells that are no multiple of 16, heads whose total
width is not the hidden size, windows shorter than the sequence or given but switched off, ties left to the default.
"""

from fields import config as _config, gpt_like as _gpt_like
from small_configs import SMALL


def _gpt2(**fields):
    return _config(
        "GPT2LMHeadModel", "gpt2", "float32",
        attn_pdrop=0.1, embd_pdrop=0.1, resid_pdrop=0.1, bos_token_id=0, eos_token_id=0, initializer_range=0.02,
        layer_norm_epsilon=0.003, n_ctx=64, n_positions=64, n_layer=3, scale_attn_weights=True,
        reorder_and_upcast_attn=False, summary_activation=None, summary_first_dropout=0.1,
        summary_proj_to_labels=True, summary_type="cls_index", summary_use_proj=True, **fields,
    )  # fmt: skip


def _gpt_neox(dtype, **fields):
    return _config(
        "GPTNeoXForCausalLM", "gpt_neox", dtype,
        attention_bias=True, attention_dropout=0.0, bos_token_id=0, classifier_dropout=0.1, eos_token_id=0,
        hidden_act="gelu", hidden_dropout=0.0, initializer_range=0.02, layer_norm_eps=0.003,
        max_position_embeddings=64, num_hidden_layers=3, rope_scaling=None, tie_word_embeddings=False, **fields,
    )  # fmt: skip


def _llama_like(architecture, model_type, dtype, **fields):
    return _config(
        architecture, model_type, dtype,
        attention_dropout=0.0, bos_token_id=1, eos_token_id=2, hidden_act="silu", initializer_range=0.02,
        max_position_embeddings=64, num_attention_heads=4, num_hidden_layers=3, num_key_value_heads=2, **fields,
    )  # fmt: skip


CONFIGS = {
    "gpt2": _gpt2(
        activation_function="gelu_new", n_embd=28, n_head=4, n_inner=44, vocab_size=67,
        scale_attn_by_inverse_layer_idx=False,
    ),
    "gpt2-untied": _gpt2(
        activation_function="gelu", n_embd=24, n_head=3, n_inner=None, vocab_size=73,
        scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False,
    ),
    "opt": _config(
        "OPTForCausalLM", "opt", "float16",
        _remove_final_layer_norm=False, activation_function="relu", attention_dropout=0.0, bos_token_id=2,
        do_layer_norm_before=True, dropout=0.1, enable_bias=True, eos_token_id=2, ffn_dim=44, hidden_size=28,
        init_std=0.02, layer_norm_elementwise_affine=True, layerdrop=0.0, max_position_embeddings=64,
        num_attention_heads=4, num_hidden_layers=3, pad_token_id=1, prefix="</s>", vocab_size=71,
        word_embed_proj_dim=28,
    ),
    "gpt-neox": _gpt_neox(
        "float16", hidden_size=32, intermediate_size=52, num_attention_heads=2, rotary_emb_base=10000,
        rotary_pct=0.25, use_parallel_residual=True, vocab_size=79,
    ),
    "gpt-neox-sequential": _gpt_neox(
        "float32", hidden_size=24, intermediate_size=44, num_attention_heads=3, rotary_emb_base=500,
        rotary_pct=0.5, use_parallel_residual=False, vocab_size=61,
    ),
    "llama": _llama_like(
        "LlamaForCausalLM", "llama", "bfloat16",
        attention_bias=False, hidden_size=32, intermediate_size=52, mlp_bias=False, pretraining_tp=1,
        rms_norm_eps=0.003, rope_scaling=None, rope_theta=10000.0, tie_word_embeddings=False, vocab_size=83,
    ),
    "llama-rope-scaling": _llama_like(
        "LlamaForCausalLM", "llama", "float32",
        attention_bias=False, head_dim=8, hidden_size=32, intermediate_size=44, mlp_bias=False, pretraining_tp=1,
        rms_norm_eps=0.003,
        rope_scaling={
            "factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
            "original_max_position_embeddings": 32, "rope_type": "llama3",
        },
        rope_theta=50.0, tie_word_embeddings=True, vocab_size=89,
    ),
    "mistral": _llama_like(
        "MistralForCausalLM", "mistral", "bfloat16",
        head_dim=10, hidden_size=28, intermediate_size=44, rms_norm_eps=0.003, rope_theta=10000.0,
        sliding_window=5, tie_word_embeddings=False, vocab_size=97,
    ),
    "qwen2": _llama_like(
        "Qwen2ForCausalLM", "qwen2", "float32",
        hidden_size=24, intermediate_size=40, max_window_layers=1, rms_norm_eps=0.003, rope_scaling=None,
        rope_theta=1000000.0, sliding_window=6, tie_word_embeddings=True, use_sliding_window=False, vocab_size=61,
    ),
    "qwen3": _llama_like(
        "Qwen3ForCausalLM", "qwen3", "bfloat16",
        attention_bias=False, head_dim=12, hidden_size=28, intermediate_size=52, max_window_layers=1,
        rms_norm_eps=0.003, rope_scaling=None, rope_theta=1000000.0, sliding_window=6, tie_word_embeddings=True,
        use_sliding_window=False, vocab_size=73,
    ),
    "gemma2": {
        **_llama_like(
            "Gemma2ForCausalLM", "gemma2", "float32",
            attention_bias=False, attn_logit_softcapping=3.0, cache_implementation="hybrid",
            final_logit_softcapping=4.0, head_dim=10, hidden_activation="gelu_pytorch_tanh", hidden_size=24,
            intermediate_size=44, pad_token_id=0, query_pre_attn_scalar=14, rms_norm_eps=0.003, rope_theta=10000.0,
            sliding_window=5, vocab_size=79,
        ),
        "bos_token_id": 2, "eos_token_id": 1, "hidden_act": "gelu_pytorch_tanh", "num_hidden_layers": 4,
    },
}  # fmt: skip



def _fast(rule, map, normalization, heads, key_size, value_size, **fields):
    """A fast-weight layer of a loci config."""
    usual = {
        "attention": "fast_weights", "map_seed": 0, "normalization_eps": 0.0, "silu_values": False, "read_scale": 1.0,
        "learned_strength": "sum" not in rule, "output_norm": False, "output_gate": False,
    }  # fmt: skip
    return {
        **usual, "rule": rule, "map": map, "normalization": normalization, "heads": heads, "key_size": key_size,
        "value_size": value_size, **fields,
    }  # fmt: skip


def _loci(layers, **fields):
    usual = {
        "model_type": "loci", "torch_dtype": "float32", "num_hidden_layers": len(layers), "max_position_embeddings": 64,
        "norm_eps": 0.003, "parallel_residual": False, "sandwich_norms": False, "learned_positions": False,
        "embedding_scale": 1.0, "logit_soft_cap": 0.0, "bos_token_id": 1, "eos_token_id": [2],
    }  # fmt: skip
    return {**usual, **fields, "layers": layers}


def _fla(architecture, model_type, dtype, **fields):
    """In the fields flash-linear-attention writes."""
    return dict(sorted({
        "architectures": [architecture], "model_type": model_type, "torch_dtype": dtype, "transformers_version": "4.46.3",
        "attn": None, "attn_mode": "chunk", "bos_token_id": 1, "conv_size": 4, "eos_token_id": 2, "fuse_cross_entropy": True,
        "fuse_norm": True, "fuse_swiglu": True, "hidden_act": "swish", "hidden_ratio": 4, "initializer_range": 0.02,
        "max_position_embeddings": 64, "norm_eps": 0.003, "num_hidden_layers": 3, "tie_word_embeddings": False,
        "use_cache": True, "use_l2warp": False, "use_short_conv": True, **fields,
    }.items()))  # fmt: skip


_GATED_BLOCK = _fast(
    "gated_delta", "silu", "l2", 3, 8, 12, normalization_eps=1e-6, convolution=4, silu_values=True, read_scale=0.5,
    output_norm=True, output_gate=True,
)  # fmt: skip
_WINDOW = {"attention": "softmax", "scale": 0.25, "window": 7}

CONFIGS |= {
    "loci-delta": _loci(
        [
            _fast("delta", "dpfp-1", "sum", 3, 6, 10),
            _fast("delta", "dpfp-2", "sum", 2, 5, 7, convolution=3, output_norm=True),
            _fast("gated", "elu+1", "sum", 4, 8, 8, output_gate=True),
        ],
        norm="layer_norm", hidden_act="gelu", gated=False, learned_positions=True, tie_word_embeddings=True, hidden_size=28,
        intermediate_size=44, vocab_size=61,
    ),
    "loci-sum": _loci(
        [
            _fast("normalized_sum", "elu+1", "none", 2, 9, 12),
            _fast("normalized_delta", "dpfp-1", "none", 3, 6, 8),
            _fast("sum", "silu", "l2", 2, 8, 16, silu_values=True),
        ],
        norm="rms_norm", hidden_act="silu", gated=True, tie_word_embeddings=False, hidden_size=24, intermediate_size=40,
        vocab_size=67, embedding_scale=2.0,
    ),
    "loci-hybrid": _loci(
        [_GATED_BLOCK, _WINDOW, _fast("delta", "relu", "sum", 2, 10, 6), _WINDOW],
        norm="rms_norm", hidden_act="silu", gated=True, tie_word_embeddings=False, hidden_size=32, intermediate_size=52,
        vocab_size=71, torch_dtype="bfloat16",
        softmax={
            "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "soft_cap": 0.0, "query_key_norms": False,
            "rotary": {"interleaved": False, "inverse_frequencies": [1.0, 0.25, 0.03125]},
        },
    ),
    "delta-net": _fla(
        "DeltaNetForCausalLM", "delta_net", "bfloat16", expand_k=0.75, expand_v=1.5, hidden_size=32, intermediate_size=52,
        num_heads=2, qk_activation="silu", qk_norm="l2", use_beta=True, use_gate=False, use_output_norm=True, vocab_size=73,
    ),
    "delta-net-sum": _fla(
        "DeltaNetForCausalLM", "delta_net", "float32", expand_k=1.0, expand_v=1.0, hidden_size=24, intermediate_size=None,
        num_heads=3, qk_activation="elu", qk_norm="sum", use_beta=False, use_gate=True, use_output_norm=True, vocab_size=61,
        use_short_conv=False, tie_word_embeddings=True,
        attn={"layers": [1], "num_heads": 3, "num_kv_heads": 1, "qkv_bias": True, "window_size": 6, "rope_theta": 500.0},
    ),
    "gated-deltanet": _fla(
        "GatedDeltaNetForCausalLM", "gated_deltanet", "float32", allow_neg_eigval=False, expand_v=2.0, head_dim=8,
        hidden_size=32, intermediate_size=44, num_heads=3, num_v_heads=None, use_gate=True, vocab_size=67,
    ),
    "gated-deltanet-hybrid": _fla(
        "GatedDeltaNetForCausalLM", "gated_deltanet", "float16", allow_neg_eigval=False, expand_v=1.5, head_dim=6,
        hidden_size=24, intermediate_size=44, num_heads=2, num_v_heads=2, use_gate=False, vocab_size=59, use_short_conv=False,
        attn={"layers": [0], "num_heads": 2, "num_kv_heads": 2, "qkv_bias": False, "window_size": None, "rope_theta": 10000.0},
    ),
}  # fmt: skip


CONFIGS |= {
    "gemma": {
        **_llama_like(
            "GemmaForCausalLM", "gemma", "bfloat16", attention_bias=False, head_dim=10, hidden_size=24,
            intermediate_size=44, pad_token_id=0, rms_norm_eps=0.003, rope_theta=10000.0, vocab_size=79,
        ),
        "hidden_act": "gelu", "hidden_activation": None,
    },
    "gemma3": {
        **_llama_like(
            "Gemma3ForCausalLM", "gemma3_text", "float32", attention_bias=False, attn_logit_softcapping=None,
            final_logit_softcapping=None, head_dim=10, hidden_activation="gelu_pytorch_tanh", hidden_size=24,
            intermediate_size=44, pad_token_id=0, query_pre_attn_scalar=14, rms_norm_eps=0.003, rope_theta=1000000.0,
            rope_local_base_freq=100.0, rope_scaling={"rope_type": "linear", "factor": 4.0}, sliding_window=5,
            sliding_window_pattern=3, vocab_size=71,
        ),
        "num_hidden_layers": 4,
    },
    "gpt-neo": _gpt_like(
        "GPTNeoForCausalLM", "gpt_neo", "float32", activation_function="gelu_new", attention_dropout=0,
        attention_types=[[["global", "local"], 2]], embed_dropout=0, hidden_size=28, intermediate_size=None,
        layer_norm_epsilon=0.003, max_position_embeddings=64, num_heads=4, num_layers=4, resid_dropout=0, vocab_size=67,
        window_size=5,
    ),
    "gpt-bigcode": _gpt_like(
        "GPTBigCodeForCausalLM", "gpt_bigcode", "float32", activation_function="gelu_pytorch_tanh", attn_pdrop=0.1,
        attention_softmax_in_fp32=True, embd_pdrop=0.1, layer_norm_epsilon=0.003, multi_query=True, n_embd=28, n_head=4,
        n_inner=44, n_layer=3, n_positions=64, resid_pdrop=0.1, scale_attention_softmax_in_fp32=True,
        scale_attn_weights=True, vocab_size=73,
    ),
    "starcoder2": {
        **_llama_like(
            "Starcoder2ForCausalLM", "starcoder2", "bfloat16", embedding_dropout=0.0, hidden_size=32,
            intermediate_size=44, mlp_type="default", norm_epsilon=0.003, norm_type="layer_norm", residual_dropout=0.0,
            rope_theta=999.0, sliding_window=6, use_bias=True, vocab_size=83,
        ),
        "hidden_act": "gelu_pytorch_tanh",
    },
    "smollm3": {
        **_llama_like(
            "SmolLM3ForCausalLM", "smollm3", "float32", attention_bias=False, hidden_size=24, intermediate_size=40,
            mlp_bias=False, rms_norm_eps=0.003, rope_scaling=None, rope_theta=50000.0, use_sliding_window=False,
            no_rope_layers=[1, 0, 1, 1, 0], vocab_size=61,
        ),
        "num_hidden_layers": 5,
    },
    "stablelm": _llama_like(
        "StableLmForCausalLM", "stablelm", "float16", hidden_dropout=0.0, hidden_size=32, intermediate_size=44,
        layer_norm_eps=0.003, partial_rotary_factor=0.25, qk_layernorm=False, rope_scaling=None, rope_theta=10000,
        tie_word_embeddings=False, use_parallel_residual=False, use_qkv_bias=True, vocab_size=67,
    ),
    "stablelm-parallel": _llama_like(
        "StableLmForCausalLM", "stablelm", "float32", hidden_dropout=0.0, hidden_size=32, intermediate_size=40,
        layer_norm_eps=0.003, partial_rotary_factor=0.5, qk_layernorm=False, rope_scaling=None, rope_theta=500,
        tie_word_embeddings=False, use_parallel_residual=True, use_qkv_bias=False, vocab_size=59,
    ),
    "falcon": _gpt_like(
        "FalconForCausalLM", "falcon", "float32", alibi=False, attention_dropout=0.0, bias=False, hidden_dropout=0.0,
        hidden_size=24, layer_norm_epsilon=0.003, max_position_embeddings=64, multi_query=True,
        new_decoder_architecture=False, num_attention_heads=3, num_hidden_layers=3, parallel_attn=True,
        rope_scaling=None, rope_theta=777.0, vocab_size=61,
    ),
}  # fmt: skip


CONFIGS |= SMALL


def as_transformers_5(config):
    """The same model in the spelling of transformers 5: rope_parameters, dtype, layer_types. None without rotary."""
    c = {**config, "transformers_version": "5.0.0", "dtype": config["torch_dtype"]}
    theta = c.pop("rope_theta", c.pop("rotary_emb_base", None))
    if theta is None:
        return None
    if "rope_local_base_freq" in c:
        local = {"rope_theta": c.pop("rope_local_base_freq"), "rope_type": "default"}
        full = {"rope_theta": theta, "rope_type": "default", **(c.pop("rope_scaling", None) or {})}
        pattern = c.pop("sliding_window_pattern")
        kinds = ["full_attention" if (n + 1) % pattern == 0 else "sliding_attention" for n in range(c["num_hidden_layers"])]
        del c["torch_dtype"]
        c |= {"layer_types": kinds, "rope_parameters": {"full_attention": full, "sliding_attention": local}}
        return dict(sorted(c.items()))
    rope = {"rope_theta": theta, "rope_type": "default", **(c.pop("rope_scaling", None) or {})}
    if "type" in rope:
        rope["rope_type"] = rope.pop("type")
    if "rotary_pct" in c:
        rope["partial_rotary_factor"] = c.pop("rotary_pct")
    if "partial_rotary_factor" in c:
        rope["partial_rotary_factor"] = c.pop("partial_rotary_factor")
    del c["torch_dtype"]
    if "original_max_position_embeddings" in c:
        rope["original_max_position_embeddings"] = c.pop("original_max_position_embeddings")
    if c["model_type"] == "cohere2":
        pattern = c.pop("sliding_window_pattern")
        kinds = ("full_attention", "sliding_attention")
        c["layer_types"] = [kinds[(n + 1) % pattern > 0] for n in range(c["num_hidden_layers"])]
    elif c["model_type"] == "smollm3":
        c["layer_types"] = ["full_attention"] * c["num_hidden_layers"]
    elif "use_sliding_window" in c:
        c["sliding_window"], c["layer_types"] = None, ["full_attention"] * c["num_hidden_layers"]
    if c["model_type"] == "gemma2":
        kinds = ["sliding_attention", "full_attention"]
        c["layer_types"] = [kinds[n % 2] for n in range(c["num_hidden_layers"])]
    return dict(sorted({**c, "rope_parameters": dict(sorted(rope.items()))}.items()))
