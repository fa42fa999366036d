"""Transformer families (those with fast weights in fast_weights.py), each a function (config, weights, ids) -> Trace, after the semantics of transformers.

`config` is the parsed config.json, `ids` the tokens of one sequence. No batches, no cache, no dropout.
"""

import numpy as np

import experts
import fast_weights
import maths
import more_families
import other_families
from model import Trace


def gpt2(c, w, ids):
    """Learned positions, pre-norm, fused query-key-value in Conv1D layout; released files lack the name prefix."""
    head_weight = None if c.get("tie_word_embeddings", True) else w["lm_head.weight"]
    w = w.under("transformer.") if "transformer.wte.weight" in w else w
    eps, heads, act = c["layer_norm_epsilon"], c["n_head"], maths.ACTIVATIONS[c["activation_function"]]
    trace, r = Trace(), w["wte.weight"][ids] + w["wpe.weight"][: len(ids)]
    for n in range(c["n_layer"]):
        at = f"h.{n}."
        fused = w.conv1d(w.layer_norm(at + "ln_1", eps)(r), at + "attn.c_attn")
        q, k, v = (maths.split_heads(part, heads) for part in np.split(fused, 3, axis=-1))
        scale = q.shape[-1] ** -0.5 if c.get("scale_attn_weights", True) else 1.0
        if c.get("scale_attn_by_inverse_layer_idx", False):
            scale /= n + 1
        attention = w.conv1d(maths.attention(q, k, v, scale), at + "attn.c_proj")
        x = w.layer_norm(at + "ln_2", eps)(r + attention)
        m = act(w.conv1d(x, at + "mlp.c_fc"))
        r = trace.block(n, r, attention, x, m, w.conv1d(m, at + "mlp.c_proj"))
    unembedding = w["wte.weight"] if head_weight is None else head_weight
    return trace.head(r, w.layer_norm("ln_f", eps), unembedding)


def opt(c, w, ids):
    """ReLU; learned positions whose table starts with two unused rows; tied output; norm eps is not in the config."""
    eps, heads, act = 1e-5, c["num_attention_heads"], maths.ACTIVATIONS[c["activation_function"]]
    w = w.under("model.decoder.")
    trace, r = Trace(), w["embed_tokens.weight"][ids] + w["embed_positions.weight"][2 : 2 + len(ids)]
    for n in range(c["num_hidden_layers"]):
        at = f"layers.{n}."
        y = w.layer_norm(at + "self_attn_layer_norm", eps)(r)
        q, k, v = (maths.split_heads(w.linear(y, f"{at}self_attn.{p}_proj"), heads) for p in "qkv")
        attention = w.linear(maths.attention(q, k, v, q.shape[-1] ** -0.5), at + "self_attn.out_proj")
        x = w.layer_norm(at + "final_layer_norm", eps)(r + attention)
        m = act(w.linear(x, at + "fc1"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "fc2"))
    return trace.head(r, w.layer_norm("final_layer_norm", eps), w["embed_tokens.weight"])


def gpt_neox(c, w, ids):
    """Rotary positions on part of each head; query, key, value interleaved head by head; parallel or sequential."""
    heads, eps, act = c["num_attention_heads"], c["layer_norm_eps"], maths.ACTIVATIONS[c["hidden_act"]]
    f = rotary(c, c["hidden_size"] // heads)
    trace, r = Trace(), w["gpt_neox.embed_in.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"gpt_neox.layers.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        fused = maths.split_heads(w.linear(y, at + "attention.query_key_value"), heads)  # [heads, tokens, 3 d_head]
        q, k, v = np.split(fused, 3, axis=-1)
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, q.shape[-1] ** -0.5)
        attention = w.linear(mixed, at + "attention.dense")
        x = w.layer_norm(at + "post_attention_layernorm", eps)(r if c["use_parallel_residual"] else r + attention)
        m = act(w.linear(x, at + "mlp.dense_h_to_4h"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.dense_4h_to_h"))
    return trace.head(r, w.layer_norm("gpt_neox.final_layer_norm", eps), w["embed_out.weight"])


def llama(c, w, ids):
    return rms_decoder(c, w, ids, tied=c.get("tie_word_embeddings", False))


def mistral(c, w, ids):
    """Llama with a sliding window in every layer."""
    return rms_decoder(c, w, ids, tied=c.get("tie_word_embeddings", False), window=c["sliding_window"])


def qwen2(c, w, ids):
    """Llama with biases on query, key and value; `sliding_window` counts only where `use_sliding_window` is set."""
    assert not c["use_sliding_window"]
    return rms_decoder(c, w, ids, tied=c.get("tie_word_embeddings", False), biases=True)


def qwen3(c, w, ids):
    """Llama with an RMSNorm on every head's query and key, before rotation."""
    assert not c["use_sliding_window"] and not c["attention_bias"]
    return rms_decoder(c, w, ids, tied=c.get("tie_word_embeddings", False), head_norms=True)


def rms_decoder(c, w, ids, tied, window=None, biases=False, head_norms=False, rotate=None):
    """The block Llama, Mistral and Qwen share: RMSNorm, rotary grouped-query attention, gated feed-forward."""
    heads, groups = c["num_attention_heads"], c["num_key_value_heads"]
    eps, act = c["rms_norm_eps"], maths.ACTIVATIONS[c["hidden_act"]]
    f, rotate = rotary(c, head_size(c)), rotate or maths.rotate
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.rms_norm(at + "input_layernorm", eps)(r)
        q = maths.split_heads(w.linear(y, at + "self_attn.q_proj", biases), heads)
        k = maths.split_heads(w.linear(y, at + "self_attn.k_proj", biases), groups)
        v = maths.split_heads(w.linear(y, at + "self_attn.v_proj", biases), groups)
        if head_norms:
            q, k = w.rms_norm(at + "self_attn.q_norm", eps)(q), w.rms_norm(at + "self_attn.k_norm", eps)(k)
        mixed = maths.attention(rotate(q, f), rotate(k, f), v, q.shape[-1] ** -0.5, window)
        attention = w.linear(mixed, at + "self_attn.o_proj", bias=False)
        x = w.rms_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = gated(w, x, at, act)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", bias=False))
    unembedding = w["model.embed_tokens.weight" if tied else "lm_head.weight"]
    return trace.head(r, w.rms_norm("model.norm", eps), unembedding)


def gemma2(c, w, ids):
    """Scaled embedding, norms of gain 1 + weight before and after each branch, soft-caps, windows in even layers."""
    heads, groups, eps = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    act, f = maths.ACTIVATIONS[c["hidden_activation"]], rotary(c, c["head_dim"])
    norm = lambda name: w.rms_norm(name, eps, offset=1.0)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids] * c["hidden_size"] ** 0.5
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = norm(at + "input_layernorm")(r)
        q = maths.split_heads(w.linear(y, at + "self_attn.q_proj", bias=False), heads)
        k = maths.split_heads(w.linear(y, at + "self_attn.k_proj", bias=False), groups)
        v = maths.split_heads(w.linear(y, at + "self_attn.v_proj", bias=False), groups)
        mixed = maths.attention(
            maths.rotate(q, f),
            maths.rotate(k, f),
            v,
            c["query_pre_attn_scalar"] ** -0.5,
            window=c["sliding_window"] if n % 2 == 0 else None,
            cap=c["attn_logit_softcapping"],
        )
        attention = norm(at + "post_attention_layernorm")(w.linear(mixed, at + "self_attn.o_proj", bias=False))
        x = norm(at + "pre_feedforward_layernorm")(r + attention)
        m = gated(w, x, at, act)
        down = w.linear(m, at + "mlp.down_proj", bias=False)
        r = trace.block(n, r, attention, x, m, norm(at + "post_feedforward_layernorm")(down))
    return trace.head(r, norm("model.norm"), w["model.embed_tokens.weight"], c["final_logit_softcapping"])


def gated(w, x, at, act):  # [tokens, cells]
    return act(w.linear(x, at + "mlp.gate_proj", bias=False)) * w.linear(x, at + "mlp.up_proj", bias=False)


def head_size(c):
    return c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]


def rotary(c, size):
    """The angles of a config, in the spelling of transformers 4 (rope_theta, rope_scaling, rotary_pct) or 5."""
    if "rope_parameters" in c:
        p = c["rope_parameters"]
        theta, share, scaling = p["rope_theta"], p.get("partial_rotary_factor", 1.0), p
    else:
        theta = c["rope_theta"] if "rope_theta" in c else c["rotary_emb_base"]
        share, scaling = c.get("rotary_pct", 1.0), c.get("rope_scaling")
    kind = scaling["rope_type"] if scaling else "default"
    assert kind in ("default", "llama3"), kind
    return maths.frequencies(int(size * share), theta, scaling if kind == "llama3" else None)


FAMILIES = {f.__name__: f for f in (gpt2, opt, gpt_neox, llama, mistral, qwen2, qwen3, gemma2)}
FAMILIES |= more_families.FAMILIES | other_families.FAMILIES | experts.FAMILIES
FAMILIES |= {f.__name__: f for f in (fast_weights.loci, fast_weights.delta_net, fast_weights.gated_deltanet)}


def run(config, weights, ids):
    if config.get("new_decoder_architecture"):
        return other_families.falcon_groups(config, weights, ids)
    if config.get("alibi"):
        return other_families.falcon_rw(config, weights, ids)
    return FAMILIES[config["model_type"]](config, weights, ids)
