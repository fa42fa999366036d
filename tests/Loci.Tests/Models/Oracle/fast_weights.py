"""Fast-weight attention token by token, in plain recurrences, and the families that have it: loci, delta_net, gated_deltanet.

delta_net and gated_deltanet follow flash-linear-attention: its config fields, tensor names and arithmetic.
"""

import numpy as np

import maths
from model import Trace

FLOOR = 1e-6  # of the sum of features, and of the sum of keys a read is divided by


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(x))


def dpfp(x, nu):
    """Equation 37 of Schlag et al. 2021: products of [relu(x), relu(-x)] with itself, rolled by 1 .. nu."""
    r = np.concatenate([maths.relu(x), maths.relu(-x)], -1)
    return np.concatenate([r * np.roll(r, j, -1) for j in range(1, nu + 1)], -1)


MAPS = {
    "identity": lambda x: x,
    "relu": maths.relu,
    "silu": maths.silu,
    "tanh": np.tanh,
    "elu+1": lambda x: np.where(x > 0, x + 1.0, np.exp(np.minimum(x, 0))),
    "dpfp-1": lambda x: dpfp(x, 1),
    "dpfp-2": lambda x: dpfp(x, 2),
}


def normalized(x, kind, eps, floor):
    if kind == "sum":
        return x / (x.sum(-1, keepdims=True) + floor)
    return x / np.sqrt((x * x).sum(-1, keepdims=True) + eps) if kind == "l2" else x


def convolved(x, w):
    """x [tokens, channels], w [channels, 1, size]: causal, depthwise, the last factor for the token itself."""
    size = w.shape[-1]
    padded = np.concatenate([np.zeros((size - 1, x.shape[1])), x])
    return sum(padded[j : j + len(x)] * w[:, 0, j] for j in range(size))


def memory(q, k, v, beta, log_alpha, rule):
    """One head. q, k [tokens, features], v [tokens, values], beta, log_alpha [tokens] -> reads [tokens, values]."""
    w, z, reads = np.zeros((v.shape[1], k.shape[1])), np.zeros(k.shape[1]), []
    for t in range(len(q)):
        if rule == "sum" or rule == "normalized_sum":
            w += np.outer(v[t], k[t])
        elif rule == "delta":
            w += beta[t] * np.outer(v[t] - w @ k[t], k[t])
        elif rule == "normalized_delta":
            old = w @ k[t] / (z @ k[t]) if z @ k[t] > 0 else 0.0
            w += beta[t] * np.outer(v[t] - old, k[t])
        elif rule == "gated":
            w = (1 - beta[t]) * w + beta[t] * np.outer(v[t], k[t])
        elif rule == "gated_delta":
            w = np.exp(log_alpha[t]) * w
            w += beta[t] * np.outer(v[t] - w @ k[t], k[t])
        z += k[t]
        read = w @ q[t]
        if rule == "normalized_sum":
            read = read / (z @ q[t] + FLOOR)
        elif rule == "normalized_delta":
            read = read / max(z @ q[t], FLOOR)
        reads.append(read)
    return np.array(reads)


def attend(a, w, y, at, names, eps):
    """What a fast-weight layer adds, of the normed stream y [tokens, d]; `a` is its entry in a loci config."""
    project = lambda name: w.linear(y, at + names[name], bias=False)
    q, k, v = project("query"), project("key"), project("value")
    if size := a.get("convolution"):
        q, k, v = (convolved(x, w[f"{at}{names[n]}.weight"]) for x, n in zip((q, k, v), ("query_conv", "key_conv", "value_conv")))
        assert size == w[f"{at}{names['query_conv']}.weight"].shape[-1]
    heads, features = a["heads"], MAPS[a["map"]]
    q, k = (normalized(features(maths.split_heads(x, heads)), a["normalization"], a["normalization_eps"], a.get("floor", FLOOR)) for x in (q, k))
    v = maths.split_heads(maths.silu(v) if a["silu_values"] else v, heads)
    beta = sigmoid(project("strength")) if a["learned_strength"] else np.ones((len(y), heads))
    decay = np.zeros((len(y), heads))
    if a["rule"] == "gated_delta":
        decay = -np.exp(w[at + names["rate"]]) * softplus(project("decay") + w[at + names["bias"]])
    reads = np.stack([memory(q[h], k[h], v[h], beta[:, h], decay[:, h], a["rule"]) for h in range(heads)], 1)
    reads = reads * a["read_scale"]  # [tokens, heads, values]
    if a["output_norm"]:
        reads = w.rms_norm(at + names["norm"], eps)(reads)
    reads = reads.reshape(len(y), -1)
    if a["output_gate"]:
        reads = reads * maths.silu(project("gate"))
    return w.linear(reads, at + names["output"], bias=False)


LOCI = {
    "query": "attention.query", "key": "attention.key", "value": "attention.value", "output": "attention.output",
    "gate": "attention.gate", "strength": "attention.strength", "decay": "attention.decay",
    "rate": "attention.decay_rate_log", "bias": "attention.decay_bias", "norm": "attention.read_norm",
    "query_conv": "attention.query_convolution", "key_conv": "attention.key_convolution",
    "value_conv": "attention.value_convolution",
}  # fmt: skip

FLA = {
    "query": "attn.q_proj", "key": "attn.k_proj", "value": "attn.v_proj", "output": "attn.o_proj",
    "gate": "attn.g_proj", "strength": "attn.b_proj", "decay": "attn.a_proj",
    "rate": "attn.A_log", "bias": "attn.dt_bias", "norm": "attn.o_norm",
    "query_conv": "attn.q_conv1d", "key_conv": "attn.k_conv1d", "value_conv": "attn.v_conv1d",
}  # fmt: skip


def loci(c, w, ids):
    """Loci's own layout: every layer says which attention it has."""
    eps, act = c["norm_eps"], maths.ACTIVATIONS[c["hidden_act"]]
    norm = (lambda name: w.layer_norm(name, eps)) if c["norm"] == "layer_norm" else (lambda name: w.rms_norm(name, eps))
    trace, r = Trace(), w["embedding.weight"][ids] * c["embedding_scale"]
    if c["learned_positions"]:
        r = r + w["positions.weight"][: len(ids)]
    for n, a in enumerate(c["layers"]):
        at = f"layers.{n}."
        y = norm(at + "attention_norm")(r)
        attention = softmax(c["softmax"], a, w, y, at) if a["attention"] == "softmax" else attend(a, w, y, at, LOCI, eps)
        x = norm(at + "feed_forward_norm")(r + attention)
        if c["gated"]:
            m = act(w.linear(x, at + "feed_forward.gate_keys", False)) * w.linear(x, at + "feed_forward.keys", False)
        else:
            m = act(w.linear(x, at + "feed_forward.keys", False))
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "feed_forward.values", False))
    unembedding = w["embedding.weight" if c["tie_word_embeddings"] else "output.weight"]
    return trace.head(r, norm("final_norm"), unembedding)


def softmax(s, a, w, y, at):
    heads, groups = s["num_attention_heads"], s["num_key_value_heads"]
    q = maths.split_heads(w.linear(y, at + "attention.query", False), heads)
    k, v = (maths.split_heads(w.linear(y, at + "attention." + n, False), groups) for n in ("key", "value"))
    if "rotary" in s:
        f = np.array(s["rotary"]["inverse_frequencies"])
        q, k = maths.rotate(q, f), maths.rotate(k, f)
    return w.linear(maths.attention(q, k, v, a["scale"], a.get("window")), at + "attention.output", False)


def delta_net(c, w, ids):
    key = int(c["hidden_size"] * c["expand_k"]) // c["num_heads"]
    value = int(c["hidden_size"] * c["expand_v"]) // c["num_heads"]
    return fla(c, w, ids, {
        "rule": "delta", "map": {"elu": "elu+1"}.get(c["qk_activation"], c["qk_activation"]),
        "normalization": c["qk_norm"], "normalization_eps": 1e-6 if c["qk_norm"] == "l2" else 0.0,
        "heads": c["num_heads"], "key_size": key, "value_size": value, "learned_strength": c["use_beta"],
    })  # fmt: skip


def gated_deltanet(c, w, ids):
    return fla(c, w, ids, {
        "rule": "gated_delta", "map": "silu", "normalization": "l2", "normalization_eps": 1e-6,
        "heads": c["num_heads"], "key_size": c["head_dim"], "value_size": int(c["head_dim"] * c["expand_v"]),
        "learned_strength": True,
    })  # fmt: skip


def fla(c, w, ids, a):
    """The block both share: RMSNorm, SiLU on values, norm of the reads, SwiGLU; softmax attention in the layers `attn` names."""
    a = {
        **a, "convolution": c["conv_size"] if c["use_short_conv"] else 0, "silu_values": True,
        "read_scale": a["key_size"] ** -0.5, "output_norm": True, "output_gate": c["use_gate"], "floor": 0.0,
    }  # fmt: skip
    eps, hybrid = c["norm_eps"], c.get("attn")
    trace, r = Trace(), w["model.embeddings.weight"][ids]
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.rms_norm(at + "attn_norm", eps)(r)
        if hybrid and n in hybrid["layers"]:
            heads = hybrid["num_heads"]
            q = maths.split_heads(w.linear(y, at + "attn.q_proj", hybrid["qkv_bias"]), heads)
            k, v = (maths.split_heads(w.linear(y, at + f"attn.{p}_proj", hybrid["qkv_bias"]), hybrid["num_kv_heads"]) for p in "kv")
            f = maths.frequencies(q.shape[-1], hybrid["rope_theta"])
            mixed = maths.attention(maths.rotate(q, f), maths.rotate(k, f), v, q.shape[-1] ** -0.5, hybrid["window_size"])
            attention = w.linear(mixed, at + "attn.o_proj", bias=False)
        else:
            attention = attend(a, w, y, at, FLA, eps)
        x = w.rms_norm(at + "mlp_norm", eps)(r + attention)
        m = maths.silu(w.linear(x, at + "mlp.gate_proj", bias=False)) * w.linear(x, at + "mlp.up_proj", bias=False)
        r = trace.block(n, r, attention, x, m, w.linear(m, at + "mlp.down_proj", bias=False))
    unembedding = w["model.embeddings.weight" if c["tie_word_embeddings"] else "lm_head.weight"]
    return trace.head(r, w.rms_norm("model.norm", eps), unembedding)
