"""The config.json of every tiny checkpoint, in the fields and defaults transformers 4 writes for the family.

Chosen to catch mistakes: norm epsilons large enough to matter, cells that are no multiple of 16, heads whose total
width is not the hidden size, windows shorter than the sequence or given but switched off, ties left to the default.
"""


def _config(architecture, model_type, dtype, **fields):
    common = {"architectures": [architecture], "model_type": model_type, "torch_dtype": dtype}
    return dict(sorted({**common, "transformers_version": "4.46.3", "use_cache": True, **fields}.items()))


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


def as_transformers_5(config):
    """The same model in the spelling of transformers 5: rope_parameters, dtype, layer_types. None without rotary."""
    c = {**config, "transformers_version": "5.0.0", "dtype": config["torch_dtype"]}
    theta = c.pop("rope_theta", c.pop("rotary_emb_base", None))
    if theta is None:
        return None
    rope = {"rope_theta": theta, "rope_type": "default", **(c.pop("rope_scaling", None) or {})}
    if "rotary_pct" in c:
        rope["partial_rotary_factor"] = c.pop("rotary_pct")
    del c["torch_dtype"]
    if "use_sliding_window" in c:
        c["sliding_window"], c["layer_types"] = None, ["full_attention"] * c["num_hidden_layers"]
    if c["model_type"] == "gemma2":
        kinds = ["sliding_attention", "full_attention"]
        c["layer_types"] = [kinds[n % 2] for n in range(c["num_hidden_layers"])]
    return dict(sorted({**c, "rope_parameters": dict(sorted(rope.items()))}.items()))
