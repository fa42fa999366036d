"""More families, each a function (config, weights, ids) -> Trace like those of families.py: what differs from GPT-2 and Llama."""

import numpy as np

import maths
from model import Trace


def _heads(w, y, at, names, counts, bias):
    """Queries, keys and values from three matrices."""
    return [maths.split_heads(w.linear(y, at + name, bias), n) for name, n in zip(names, counts)]


def _rope(c):
    """theta and rotated share, in the spelling of transformers 4 or 5."""
    p = c.get("rope_parameters", c)
    return p["rope_theta"], p.get("partial_rotary_factor", 1.0)


_QKV = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")


def gemma(c, w, ids):
    """Llama with gains 1 + w, tanh GELU gates, the embedding times sqrt(d), tied."""
    counts, eps = (c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]), c["rms_norm_eps"]
    f = maths.frequencies(c["head_dim"], _rope(c)[0])
    norm = lambda name: w.rms_norm(name, eps, offset=1.0)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids] * c["hidden_size"] ** 0.5
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, norm(at + "input_layernorm")(r), at, _QKV, counts, False)
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, c["head_dim"] ** -0.5)
        attention = w.linear(mixed, at + "self_attn.o_proj", bias=False)
        x = norm(at + "post_attention_layernorm")(r + attention)
        m = maths.gelu_tanh(w.linear(x, at + "mlp.gate_proj", False)) * w.linear(x, at + "mlp.up_proj", False)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    return trace.head(r, norm("model.norm"), w["model.embed_tokens.weight"])


def gemma3_text(c, w, ids):
    """Gemma 2's block without caps; heads norm q and k with gains 1 + w; five windowed layers, then a full one."""
    counts, eps = (c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]), c["rms_norm_eps"]
    if "rope_parameters" in c:
        theta = {kind: p["rope_theta"] for kind, p in c["rope_parameters"].items()}
        linear = c["rope_parameters"]["full_attention"].get("factor", 1.0)
    else:
        theta = {"full_attention": c["rope_theta"], "sliding_attention": c["rope_local_base_freq"]}
        linear = (c["rope_scaling"] or {}).get("factor", 1.0)
    full = maths.frequencies(c["head_dim"], theta["full_attention"]) / linear
    local = maths.frequencies(c["head_dim"], theta["sliding_attention"])
    norm = lambda name: w.rms_norm(name, eps, offset=1.0)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids] * c["hidden_size"] ** 0.5
    for n in range(c["num_hidden_layers"]):
        at, sees_all = f"model.layers.{n}.", (n + 1) % c.get("sliding_window_pattern", 6) == 0
        if "layer_types" in c:
            sees_all = c["layer_types"][n] == "full_attention"
        q, k, v = _heads(w, norm(at + "input_layernorm")(r), at, _QKV, counts, False)
        q, k = norm(at + "self_attn.q_norm")(q), norm(at + "self_attn.k_norm")(k)
        f = full if sees_all else local
        mixed = maths.attention(
            maths.rotate(q, f), maths.rotate(k, f), v, c["query_pre_attn_scalar"] ** -0.5,
            window=None if sees_all else c["sliding_window"],
        )  # fmt: skip
        attention = norm(at + "post_attention_layernorm")(w.linear(mixed, at + "self_attn.o_proj", bias=False))
        x = norm(at + "pre_feedforward_layernorm")(r + attention)
        m = maths.gelu_tanh(w.linear(x, at + "mlp.gate_proj", False)) * w.linear(x, at + "mlp.up_proj", False)
        down = w.linear(m, at + "mlp.down_proj", False)
        r = trace.block(n, r, attention, x, m, norm(at + "post_feedforward_layernorm")(down))
    return trace.head(r, norm("model.norm"), w["model.embed_tokens.weight"])


def gpt_neo(c, w, ids):
    """GPT-2 with three matrices for q, k, v, no biases on them, no scale, and a window in every other layer."""
    heads, eps, act = c["num_heads"], c["layer_norm_epsilon"], maths.ACTIVATIONS[c["activation_function"]]
    kinds = [kind for group, times in c["attention_types"] for _ in range(times) for kind in group]
    names = [f"attn.attention.{p}_proj" for p in "qkv"]
    w = w.under("transformer.")
    trace, r = Trace(), w["wte.weight"][ids] + w["wpe.weight"][: len(ids)]
    for n in range(c["num_layers"]):
        at = f"h.{n}."
        q, k, v = _heads(w, w.layer_norm(at + "ln_1", eps)(r), at, names, (heads,) * 3, False)
        window = c["window_size"] if kinds[n] == "local" else None
        attention = w.linear(maths.attention(q, k, v, 1.0, window), at + "attn.attention.out_proj")
        x = w.layer_norm(at + "ln_2", eps)(r + attention)
        m = act(w.linear(x, at + "mlp.c_fc"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.c_proj"))
    return trace.head(r, w.layer_norm("ln_f", eps), w["wte.weight"])


def gpt_bigcode(c, w, ids):
    """GPT-2 with matrices [out, in]; all queries, then the one key and the one value that all heads share."""
    heads, eps, act = c["n_head"], c["layer_norm_epsilon"], maths.ACTIVATIONS[c["activation_function"]]
    d = c["n_embd"]
    w = w.under("transformer.")
    trace, r = Trace(), w["wte.weight"][ids] + w["wpe.weight"][: len(ids)]
    for n in range(c["n_layer"]):
        at = f"h.{n}."
        fused = w.linear(w.layer_norm(at + "ln_1", eps)(r), at + "attn.c_attn")
        q, k, v = np.split(fused, [d, d + d // heads], axis=-1)
        q, k, v = maths.split_heads(q, heads), maths.split_heads(k, 1), maths.split_heads(v, 1)
        attention = w.linear(maths.attention(q, k, v, (d // heads) ** -0.5), at + "attn.c_proj")
        x = w.layer_norm(at + "ln_2", eps)(r + attention)
        m = act(w.linear(x, at + "mlp.c_fc"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.c_proj"))
    return trace.head(r, w.layer_norm("ln_f", eps), w["wte.weight"])


def starcoder2(c, w, ids):
    """LayerNorm, biases, rotary grouped-query attention over a window, cells without gates, tied."""
    counts, eps = (c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]), c["norm_epsilon"]
    f, act = maths.frequencies(c["hidden_size"] // counts[0], _rope(c)[0]), maths.ACTIVATIONS[c["hidden_act"]]
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, w.layer_norm(at + "input_layernorm", eps)(r), at, _QKV, counts, True)
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, q.shape[-1] ** -0.5, c["sliding_window"])
        attention = w.linear(mixed, at + "self_attn.o_proj")
        x = w.layer_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = act(w.linear(x, at + "mlp.c_fc"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.c_proj"))
    return trace.head(r, w.layer_norm("model.norm", eps), w["model.embed_tokens.weight"])


def smollm3(c, w, ids):
    """Llama, tied; layers with a 0 in no_rope_layers are not rotated."""
    counts, eps = (c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]), c["rms_norm_eps"]
    f = maths.frequencies(c["hidden_size"] // counts[0], _rope(c)[0])
    turns = c.get("no_rope_layers") or [int((n + 1) % 4 != 0) for n in range(c["num_hidden_layers"])]
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, w.rms_norm(at + "input_layernorm", eps)(r), at, _QKV, counts, False)
        if turns[n]:
            q, k = maths.rotate(q, f), maths.rotate(k, f)
        attention = w.linear(maths.attention(q, k, v, q.shape[-1] ** -0.5), at + "self_attn.o_proj", False)
        x = w.rms_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = maths.silu(w.linear(x, at + "mlp.gate_proj", False)) * w.linear(x, at + "mlp.up_proj", False)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    return trace.head(r, w.rms_norm("model.norm", eps), w["model.embed_tokens.weight"])


def stablelm(c, w, ids):
    """Llama's layout with LayerNorm and a part of each head rotated; in parallel, one norm serves both branches."""
    counts, eps = (c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]), c["layer_norm_eps"]
    size, (theta, share) = c["hidden_size"] // counts[0], _rope(c)
    f, parallel = maths.frequencies(int(size * share), theta), c["use_parallel_residual"]
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        q, k, v = _heads(w, y, at, _QKV, counts, c["use_qkv_bias"])
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, size**-0.5)
        attention = w.linear(mixed, at + "self_attn.o_proj", False)
        x = y if parallel else w.layer_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = maths.silu(w.linear(x, at + "mlp.gate_proj", False)) * w.linear(x, at + "mlp.up_proj", False)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    return trace.head(r, w.layer_norm("model.norm", eps), w["lm_head.weight"])


def falcon(c, w, ids):
    """7B: both branches behind one LayerNorm; all queries, one key, one value; exact GELU; no biases; tied."""
    heads, d, eps = c["num_attention_heads"], c["hidden_size"], c["layer_norm_epsilon"]
    size = d // heads
    f = maths.frequencies(size, _rope(c)[0])
    w = w.under("transformer.")
    trace, r = Trace(), w["word_embeddings.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"h.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        q, k, v = np.split(w.linear(y, at + "self_attention.query_key_value", False), [d, d + size], axis=-1)
        q, k, v = maths.split_heads(q, heads), maths.split_heads(k, 1), maths.split_heads(v, 1)
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, size**-0.5)
        attention = w.linear(mixed, at + "self_attention.dense", False)
        m = maths.gelu(w.linear(y, at + "mlp.dense_h_to_4h", False))
        r = trace.block(n, r, attention, y, m, w.linear(m, at + "mlp.dense_4h_to_h", False))
    return trace.head(r, w.layer_norm("ln_f", eps), w["word_embeddings.weight"])


FAMILIES = {
    f.__name__: f
    for f in (gemma, gemma3_text, gpt_neo, gpt_bigcode, starcoder2, smollm3, stablelm, falcon)
}  # fmt: skip
