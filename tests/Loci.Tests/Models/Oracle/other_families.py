"""Families with parts of their own (ALiBi, norms after branches, factors, head biases), each (config, weights, ids) -> Trace."""

import numpy as np

import maths
from maths import Norm
from model import Trace

_QKV = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")


def _heads(w, y, at, names, counts, bias):
    return [maths.split_heads(w.linear(y, at + name, bias), n) for name, n in zip(names, counts)]


def _counts(c):
    return c["num_attention_heads"], c["num_key_value_heads"], c["num_key_value_heads"]


def _rope(c, size):
    """Frequencies and the factor on cosines and sines, in the spelling of transformers 4 or 5."""
    p = c.get("rope_parameters") or {**(c.get("rope_scaling") or {}), "rope_theta": c["rope_theta"]}
    share = p.get("partial_rotary_factor", c.get("partial_rotary_factor", 1.0))
    full, kind = c["max_position_embeddings"], p.get("rope_type", p.get("type", "default"))
    r, theta = int(size * share), p["rope_theta"]
    f = maths.frequencies(r, theta)
    original = c.get("original_max_position_embeddings", p.get("original_max_position_embeddings", full))
    if kind in ("default", "dynamic"):  # dynamic changes nothing within max_position_embeddings
        return f, 1.0
    if kind == "linear":
        return f / p["factor"], 1.0
    if kind in ("longrope", "su"):  # the short factors: no text here is longer than the original context
        s = p.get("factor", full / original)
        a = p.get("attention_factor") or (np.sqrt(1 + np.log(s) / np.log(original)) if s > 1 else 1.0)
        return f / np.array(p["short_factor"]), a
    assert kind == "yarn", kind
    s = p.get("factor") or full / original
    m = lambda k: 0.1 * k * np.log(s) + 1 if s > 1 else 1.0
    both = p.get("mscale") and p.get("mscale_all_dim")
    a = p.get("attention_factor") or (m(p["mscale"]) / m(p["mscale_all_dim"]) if both else m(1))
    edge = lambda beta: r * np.log(original / (beta * 2 * np.pi)) / (2 * np.log(theta))
    low, high = edge(p.get("beta_fast") or 32), edge(p.get("beta_slow") or 1)
    if p.get("truncate", True):
        low, high = np.floor(low), np.ceil(high)
    low, high = max(low, 0), min(high, r - 1)
    t = np.clip((np.arange(r // 2) - low) / ((high - low) or 0.001), 0, 1)
    return f * (1 - t) + f / s * t, a


def _rotate_pairs(x, f):
    """Interleaved pairs on the first 2 len(f) dimensions."""
    return np.concatenate([maths.rotate_interleaved(x[..., : 2 * len(f)], f), x[..., 2 * len(f) :]], -1)


def _turn(x, rope, rotate=maths.rotate):
    """Rotated, the turned dimensions scaled by a."""
    f, a = rope
    y = rotate(x, f)
    return np.concatenate([y[..., : 2 * len(f)] * a, y[..., 2 * len(f) :]], -1)


def _plain_norm(w, name, eps):
    """LayerNorm with a gain and no bias."""
    return Norm(w[name + ".weight"], None, eps, centres=True)


def alibi_slopes(heads, most=8.0):
    """2^(-most k / n) for a power of two n; else those of the power below, then of its double with odd k."""
    n = 2 ** int(np.floor(np.log2(heads)))
    slopes = [2 ** (-most * k / n) for k in range(1, n + 1)]
    return np.array((slopes + [2 ** (-most * k / (2 * n)) for k in range(1, 2 * n, 2)])[:heads])


def _alibi(q, k, v, scale, slopes, window=None):
    group, tokens = len(q) // len(k), q.shape[1]
    k, v = np.repeat(k, group, axis=0), np.repeat(v, group, axis=0)
    scores = q @ k.transpose(0, 2, 1) * scale + slopes[:, None, None] * np.arange(tokens)  # [heads, queries, keys]
    weights = maths.softmax(np.where(maths.visible(tokens, window), scores, -np.inf))
    return (weights @ v).transpose(1, 0, 2).reshape(tokens, -1)


def gptj(c, w, ids):
    """Both branches behind one LayerNorm; interleaved rotary pairs on rotary_dim dimensions; a bias on the output."""
    heads, eps, act = c["n_head"], c["layer_norm_epsilon"], maths.ACTIVATIONS[c["activation_function"]]
    f, names = maths.frequencies(c["rotary_dim"], 10000.0), [f"attn.{p}_proj" for p in "qkv"]
    trace, r = Trace(), w["transformer.wte.weight"][ids]
    for n in range(c["n_layer"]):
        at = f"transformer.h.{n}."
        y = w.layer_norm(at + "ln_1", eps)(r)
        q, k, v = _heads(w, y, at, names, (heads,) * 3, False)
        mixed = maths.attention(_rotate_pairs(q, f), _rotate_pairs(k, f), v, q.shape[-1] ** -0.5)
        attention = w.linear(mixed, at + "attn.out_proj", False)
        m = act(w.linear(y, at + "mlp.fc_in"))
        r = trace.block(n, r, attention, y, m, w.linear(m, at + "mlp.fc_out"))
    return trace.head(r, w.layer_norm("transformer.ln_f", eps), w["lm_head.weight"], bias=w["lm_head.bias"])


def phi(c, w, ids):
    """Both branches behind one LayerNorm, biases everywhere, the output's included; a part of each head turns."""
    eps, act, size = c["layer_norm_eps"], maths.ACTIVATIONS[c["hidden_act"]], c["hidden_size"] // c["num_attention_heads"]
    rope = _rope(c, size)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        q, k, v = _heads(w, y, at, _QKV, _counts(c), True)
        attention = w.linear(maths.attention(_turn(q, rope), _turn(k, rope), v, size**-0.5), at + "self_attn.dense")
        m = act(w.linear(y, at + "mlp.fc1"))
        r = trace.block(n, r, attention, y, m, w.linear(m, at + "mlp.fc2"))
    return trace.head(r, w.layer_norm("model.final_layernorm", eps), w["lm_head.weight"], bias=w["lm_head.bias"])


def _split_rows(w, y, name, sizes, bias=False):
    return np.split(w.linear(y, name, bias), np.cumsum(sizes)[:-1], axis=-1)


def phi3(c, w, ids):
    """Llama with queries, keys, values in one matrix, gates and contents in another; longrope."""
    eps, (heads, groups, _) = c["rms_norm_eps"], _counts(c)
    size, cells = c["hidden_size"] // heads, c["intermediate_size"]
    rope = _rope(c, size)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.rms_norm(at + "input_layernorm", eps)(r)
        parts = _split_rows(w, y, at + "self_attn.qkv_proj", [heads * size, groups * size, groups * size])
        q, k, v = (maths.split_heads(part, count) for part, count in zip(parts, _counts(c)))
        mixed = maths.attention(_turn(q, rope), _turn(k, rope), v, size**-0.5, c["sliding_window"])
        attention = w.linear(mixed, at + "self_attn.o_proj", False)
        x = w.rms_norm(at + "post_attention_layernorm", eps)(r + attention)
        gate, up = _split_rows(w, x, at + "mlp.gate_up_proj", [cells, cells])
        m = maths.silu(gate) * up
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    unembedding = w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"]
    return trace.head(r, w.rms_norm("model.norm", eps), unembedding)


def _gated(w, x, at, act=maths.silu):
    return act(w.linear(x, at + "mlp.gate_proj", False)) * w.linear(x, at + "mlp.up_proj", False)


def olmo2(c, w, ids, sliding=None):
    """Branches read the stream as it is and are normed on their way back to it; RMS norms over all of q and of k."""
    eps, size = c["rms_norm_eps"], c["hidden_size"] // c["num_attention_heads"]
    rope = _rope(c, size)
    local = maths.frequencies(size, c["rope_theta"] if "rope_theta" in c else c["rope_parameters"]["rope_theta"]), 1.0
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = (w.linear(r, at + name, False) for name in _QKV)
        q, k = w.rms_norm(at + "self_attn.q_norm", eps)(q), w.rms_norm(at + "self_attn.k_norm", eps)(k)
        q, k, v = (maths.split_heads(part, count) for part, count in zip((q, k, v), _counts(c)))
        slides = sliding is not None and sliding[n]
        own = local if slides else rope
        mixed = maths.attention(_turn(q, own), _turn(k, own), v, size**-0.5, c["sliding_window"] if slides else None)
        attention = w.rms_norm(at + "post_attention_layernorm", eps)(w.linear(mixed, at + "self_attn.o_proj", False))
        x = r + attention
        m = _gated(w, x, at)
        down = w.linear(m, at + "mlp.down_proj", False)
        r = trace.block(n, r, attention, x, m, w.rms_norm(at + "post_feedforward_layernorm", eps)(down))
    return trace.head(r, w.rms_norm("model.norm", eps), w["lm_head.weight"])


def olmo3(c, w, ids):
    """OLMo 2 with a window in three of four layers; only layers that see all have the rotary scaling."""
    return olmo2(c, w, ids, [kind == "sliding_attention" for kind in c["layer_types"]])


def olmo(c, w, ids):
    """Llama with LayerNorms that have neither gain nor bias."""
    d, size = c["hidden_size"], c["hidden_size"] // c["num_attention_heads"]
    rope, norm = _rope(c, size), Norm(np.ones(d), None, 1e-5, centres=True)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, norm(r), at, _QKV, _counts(c), False)
        attention = w.linear(maths.attention(_turn(q, rope), _turn(k, rope), v, size**-0.5), at + "self_attn.o_proj", False)
        x = norm(r + attention)
        m = _gated(w, x, at)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    return trace.head(r, norm, w["lm_head.weight"])


def bloom(c, w, ids):
    """ALiBi, a norm on the embedding, queries, keys, values head by head; tanh GELU; tied."""
    heads, d, eps = c["n_head"], c["hidden_size"], c["layer_norm_epsilon"]
    slopes = alibi_slopes(heads)
    w = w.under("transformer.")
    trace, r = Trace(), w.layer_norm("word_embeddings_layernorm", eps)(w["word_embeddings.weight"][ids])
    for n in range(c["n_layer"]):
        at = f"h.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        q, k, v = np.split(maths.split_heads(w.linear(y, at + "self_attention.query_key_value"), heads), 3, axis=-1)
        attention = w.linear(_alibi(q, k, v, (d // heads) ** -0.5, slopes), at + "self_attention.dense")
        x = w.layer_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = maths.gelu_tanh(w.linear(x, at + "mlp.dense_h_to_4h"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.dense_4h_to_h"))
    return trace.head(r, w.layer_norm("ln_f", eps), w["word_embeddings.weight"])


def granite(c, w, ids):
    """Llama with factors on the embedding, on each branch, on the scores and (a divisor) on the logits."""
    eps, size, times = c["rms_norm_eps"], c["hidden_size"] // c["num_attention_heads"], c["residual_multiplier"]
    rope = _rope(c, size)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids] * c["embedding_multiplier"]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, w.rms_norm(at + "input_layernorm", eps)(r), at, _QKV, _counts(c), False)
        mixed = maths.attention(_turn(q, rope), _turn(k, rope), v, c["attention_multiplier"])
        attention = times * w.linear(mixed, at + "self_attn.o_proj", False)
        x = w.rms_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = _gated(w, x, at)
        r = trace.block(n, r, attention, x, m, times * w.linear(m, at + "mlp.down_proj", False))
    unembedding = w["model.embed_tokens.weight"] / c["logits_scaling"]
    return trace.head(r, w.rms_norm("model.norm", eps), unembedding)


def cohere2(c, w, ids):
    """Both branches behind one LayerNorm without bias; layers that see all do not turn; interleaved pairs."""
    eps, size = c["layer_norm_eps"], c["hidden_size"] // c["num_attention_heads"]
    rope = _rope(c, size)
    pattern = c.get("sliding_window_pattern", 4)
    kinds = c.get("layer_types") or [
        "full_attention" if (n + 1) % pattern == 0 else "sliding_attention" for n in range(c["num_hidden_layers"])
    ]
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at, slides = f"model.layers.{n}.", kinds[n] == "sliding_attention"
        y = _plain_norm(w, at + "input_layernorm", eps)(r)
        q, k, v = _heads(w, y, at, _QKV, _counts(c), False)
        if slides:
            q, k = _turn(q, rope, _rotate_pairs), _turn(k, rope, _rotate_pairs)
        mixed = maths.attention(q, k, v, size**-0.5, c["sliding_window"] if slides else None)
        attention, m = w.linear(mixed, at + "self_attn.o_proj", False), _gated(w, y, at)
        r = trace.block(n, r, attention, y, m, w.linear(m, at + "mlp.down_proj", False))
    unembedding = w["model.embed_tokens.weight"] * c["logit_scale"]
    return trace.head(r, _plain_norm(w, "model.norm", eps), unembedding)


def falcon_groups(c, w, ids):
    """40B: rows of every key-value head are its queries, its key, its value; the branches have a norm each."""
    heads, groups, d, eps = c["num_attention_heads"], c["num_kv_heads"], c["hidden_size"], c["layer_norm_epsilon"]
    size, each = d // heads, heads // groups
    f, w = _rope(c, size)[0], w.under("transformer.")
    trace, r = Trace(), w["word_embeddings.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"h.{n}."
        y, x = w.layer_norm(at + "ln_attn", eps)(r), w.layer_norm(at + "ln_mlp", eps)(r)
        fused = w.linear(y, at + "self_attention.query_key_value", False).reshape(len(ids), groups, each + 2, size)
        q = fused[:, :, :each].reshape(len(ids), heads, size).transpose(1, 0, 2)
        k, v = fused[:, :, each].transpose(1, 0, 2), fused[:, :, each + 1].transpose(1, 0, 2)
        mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, size**-0.5)
        attention = w.linear(mixed, at + "self_attention.dense", False)
        m = maths.gelu(w.linear(x, at + "mlp.dense_h_to_4h", False))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.dense_4h_to_h", False))
    return trace.head(r, w.layer_norm("ln_f", eps), w["word_embeddings.weight"])


def _bfloat16(x):
    """Rounded to 8 significant bits, ties to even."""
    bits = np.asarray(x, "<f4").view("<u4")
    return (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16).astype("<u4").view("<f4").astype(np.float64)


def falcon_rw(c, w, ids):
    """In turn, with biases; ALiBi of bfloat16 slopes, scaled as the products of queries and keys are."""
    heads, d, eps = c["num_attention_heads"], c["hidden_size"], c["layer_norm_epsilon"]
    scale, w = (d // heads) ** -0.5, w.under("transformer.")
    slopes = _bfloat16(alibi_slopes(heads)) * scale
    trace, r = Trace(), w["word_embeddings.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"h.{n}."
        y = w.layer_norm(at + "input_layernorm", eps)(r)
        q, k, v = np.split(maths.split_heads(w.linear(y, at + "self_attention.query_key_value"), heads), 3, axis=-1)
        attention = w.linear(_alibi(q, k, v, scale, slopes), at + "self_attention.dense")
        x = w.layer_norm(at + "post_attention_layernorm", eps)(r + attention)
        m = maths.gelu(w.linear(x, at + "mlp.dense_h_to_4h"))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.dense_4h_to_h"))
    return trace.head(r, w.layer_norm("ln_f", eps), w["word_embeddings.weight"])


def nemotron(c, w, ids):
    """LayerNorm of gain 1 + w with a bias; half of each head turns; squared ReLU without gates."""
    eps, size = c["norm_eps"], c["hidden_size"] // c["num_attention_heads"]
    rope = _rope(c, size)
    norm = lambda name: Norm(1 + w[name + ".weight"], w[name + ".bias"], eps, centres=True)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, norm(at + "input_layernorm")(r), at, _QKV, _counts(c), False)
        attention = w.linear(maths.attention(_turn(q, rope), _turn(k, rope), v, size**-0.5), at + "self_attn.o_proj", False)
        x = norm(at + "post_attention_layernorm")(r + attention)
        m = maths.relu(w.linear(x, at + "mlp.up_proj", False)) ** 2
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", False))
    return trace.head(r, norm("model.norm"), w["lm_head.weight"])


def glm4(c, w, ids):
    """Four norms a block under names of its own; interleaved pairs on half of each head; biases on q, k, v."""
    eps, size, cells = c["rms_norm_eps"], c["head_dim"], c["intermediate_size"]
    rope = _rope(c, size)
    norm = lambda name: w.rms_norm(name, eps)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        q, k, v = _heads(w, norm(at + "input_layernorm")(r), at, _QKV, _counts(c), True)
        mixed = maths.attention(_turn(q, rope, _rotate_pairs), _turn(k, rope, _rotate_pairs), v, size**-0.5)
        attention = norm(at + "post_self_attn_layernorm")(w.linear(mixed, at + "self_attn.o_proj", False))
        x = norm(at + "post_attention_layernorm")(r + attention)
        gate, up = _split_rows(w, x, at + "mlp.gate_up_proj", [cells, cells])
        m = maths.silu(gate) * up
        r = trace.block(n, r, attention, x, m, norm(at + "post_mlp_layernorm")(w.linear(m, at + "mlp.down_proj", False)))
    return trace.head(r, norm("model.norm"), w["lm_head.weight"])


def mpt(c, w, ids):
    """ALiBi, LayerNorm without bias, queries, keys, values in one matrix, exact GELU, no biases, tied."""
    heads, d, a = c["n_heads"], c["d_model"], c["attn_config"]
    slopes, scale = alibi_slopes(heads, a["alibi_bias_max"]), a["softmax_scale"] or (d // heads) ** -0.5
    w = w.under("transformer.")
    trace, r = Trace(), w["wte.weight"][ids]
    for n in range(c["n_layers"]):
        at = f"blocks.{n}."
        y = _plain_norm(w, at + "norm_1", c["layer_norm_epsilon"])(r)
        q, k, v = (maths.split_heads(part, heads) for part in _split_rows(w, y, at + "attn.Wqkv", [d, d, d]))
        attention = w.linear(_alibi(q, k, v, scale, slopes), at + "attn.out_proj", False)
        x = _plain_norm(w, at + "norm_2", c["layer_norm_epsilon"])(r + attention)
        m = maths.gelu(w.linear(x, at + "ffn.up_proj", False))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "ffn.down_proj", False))
    return trace.head(r, _plain_norm(w, "norm_f", c["layer_norm_epsilon"]), w["wte.weight"])


FAMILIES = {
    f.__name__: f
    for f in (gptj, phi, phi3, olmo, olmo2, olmo3, bloom, granite, cohere2, nemotron, glm4, mpt)
}  # fmt: skip
