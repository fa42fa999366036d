"""Mixtures of experts, each (config, weights, ids) -> Trace. The coefficients of all experts stand side by side, each
cell's times the weight of its expert: zero where that was not chosen; a shared expert comes last."""

import numpy as np

import maths
from model import Trace
from other_families import _QKV, _counts, _heads, _rope, _turn


def _chosen(w, x, router, k, renormalise):
    """Weights [tokens, experts], zero but for the k largest of the softmax."""
    p = maths.softmax(w.linear(x, router, False))
    kept = np.where(p >= np.sort(p, -1)[:, -k, None], p, 0)
    return kept / kept.sum(-1, keepdims=True) if renormalise else kept


def _separate(w, x, at, experts, weights, names):
    """Coefficients [tokens, cells] and what they retrieve, from experts with matrices of their own."""
    gate, up, down = names
    m, out = [], 0
    for e in range(experts):
        inner = maths.silu(w.linear(x, f"{at}{e}.{gate}", False)) * w.linear(x, f"{at}{e}.{up}", False)
        m.append(inner * weights[:, e, None])
        out = out + w.linear(m[-1], f"{at}{e}.{down}", False)
    return np.concatenate(m, -1), out


def _run(c, w, ids, feed_forward, q_bias=False, norms=None, scale=None, times=1.0, embedding=1.0, window=None, divide=1.0):
    eps, size = c["rms_norm_eps"], c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]
    rope = _rope(c, size)
    trace, r = Trace(), w["model.embed_tokens.weight"][ids] * embedding
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        y = w.rms_norm(at + "input_layernorm", eps)(r)
        if norms == "whole":
            q, k, v = (w.linear(y, at + name, False) for name in _QKV)
            q, k = w.rms_norm(at + "self_attn.q_norm", eps)(q), w.rms_norm(at + "self_attn.k_norm", eps)(k)
            q, k, v = (maths.split_heads(part, count) for part, count in zip((q, k, v), _counts(c)))
        else:
            q, k, v = _heads(w, y, at, _QKV, _counts(c), q_bias)
        if norms == "heads":
            q, k = w.rms_norm(at + "self_attn.q_norm", eps)(q), w.rms_norm(at + "self_attn.k_norm", eps)(k)
        mixed = maths.attention(_turn(q, rope), _turn(k, rope), v, scale or size**-0.5, window)
        attention = times * w.linear(mixed, at + "self_attn.o_proj", False)
        x = w.rms_norm(at + "post_attention_layernorm", eps)(r + attention)
        m, out = feed_forward(n, x, at)
        r = trace.block(n, r, attention, x, m, times * out)
    unembedding = w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"] / divide
    return trace.head(r, w.rms_norm("model.norm", eps), unembedding)


_LLAMA = ("gate_proj", "up_proj", "down_proj")


def olmoe(c, w, ids):
    """RMS norms over all of q and of k; weights of the chosen experts as the softmax has them."""
    def cells(n, x, at):
        weights = _chosen(w, x, at + "mlp.gate", c["num_experts_per_tok"], c["norm_topk_prob"])
        return _separate(w, x, at + "mlp.experts.", c["num_experts"], weights, _LLAMA)
    return _run(c, w, ids, cells, norms="whole")


def qwen3_moe(c, w, ids):
    """RMS norms of each head's query and key; layers of mlp_only_layers have plain cells."""
    def cells(n, x, at):
        if n in c["mlp_only_layers"]:
            return _dense(w, x, at + "mlp.")
        weights = _chosen(w, x, at + "mlp.gate", c["num_experts_per_tok"], c["norm_topk_prob"])
        return _separate(w, x, at + "mlp.experts.", c["num_experts"], weights, _LLAMA)
    return _run(c, w, ids, cells, norms="heads")


def _dense(w, x, at, times=1.0):
    m = maths.silu(w.linear(x, at + "gate_proj", False)) * w.linear(x, at + "up_proj", False) * times
    return m, w.linear(m, at + "down_proj", False)


def qwen2_moe(c, w, ids):
    """Biases on q, k, v; a shared expert that counts as a sigmoid says."""
    def cells(n, x, at):
        if (n + 1) % c["decoder_sparse_step"] != 0:
            return _dense(w, x, at + "mlp.")
        weights = _chosen(w, x, at + "mlp.gate", c["num_experts_per_tok"], c["norm_topk_prob"])
        m, out = _separate(w, x, at + "mlp.experts.", c["num_experts"], weights, _LLAMA)
        own, shared = _dense(w, x, at + "mlp.shared_expert.", 1 / (1 + np.exp(-w.linear(x, at + "mlp.shared_expert_gate", False))))
        return np.concatenate([m, own], -1), out + shared
    return _run(c, w, ids, cells, q_bias=True)


def granitemoe(c, w, ids):
    """Granite's factors; the experts' matrices stacked; the softmax is over the chosen."""
    def cells(n, x, at):
        weights = _chosen(w, x, at + "block_sparse_moe.router.layer", c["num_experts_per_tok"], True)
        into, back = w[at + "block_sparse_moe.input_linear.weight"], w[at + "block_sparse_moe.output_linear.weight"]
        size, m, out = c["intermediate_size"], [], 0
        for e in range(c["num_local_experts"]):
            both = x @ into[e].T
            m.append(maths.silu(both[:, :size]) * both[:, size:] * weights[:, e, None])
            out = out + m[-1] @ back[e].T
        return np.concatenate(m, -1), out
    return _run(
        c, w, ids, cells, scale=c["attention_multiplier"], times=c["residual_multiplier"], embedding=c["embedding_multiplier"],
        divide=c["logits_scaling"],
    )  # fmt: skip


def mixtral(c, w, ids):
    """Llama's attention, perhaps over a window; weights of the chosen experts sum to one."""
    def cells(n, x, at):
        weights = _chosen(w, x, at + "block_sparse_moe.gate", c["num_experts_per_tok"], True)
        return _separate(w, x, at + "block_sparse_moe.experts.", c["num_local_experts"], weights, ("w1", "w3", "w2"))
    return _run(c, w, ids, cells, window=c["sliding_window"])


FAMILIES = {f.__name__: f for f in (olmoe, qwen2_moe, qwen3_moe, granitemoe, mixtral)}


def draw(c, draw, match, cell):
    """Random tensors of a config."""
    d, family = c["hidden_size"], c["model_type"]
    heads, groups, _ = _counts(c)
    size = c.get("head_dim") or d // heads
    experts = c.get("num_experts") or c["num_local_experts"]
    cells, dense = c.get("moe_intermediate_size") or c["intermediate_size"], c["intermediate_size"]
    draw.normal("model.embed_tokens.weight", (c["vocab_size"], d), 0.6 / c.get("embedding_multiplier", 1.0))

    def gated(at, names, count):
        gate, up, down = names
        draw.linear(at + gate, count, d, cell, False)
        draw.linear(at + up, count, d, bias=False)
        draw.linear(at + down, d, count, bias=False)

    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        draw.norm(at + "input_layernorm", d, False)
        draw.norm(at + "post_attention_layernorm", d, False)
        for part, outputs, spread in (("q", heads * size, match), ("k", groups * size, match), ("v", groups * size, 1.0)):
            draw.linear(f"{at}self_attn.{part}_proj", outputs, d, spread, family == "qwen2_moe")
        draw.linear(at + "self_attn.o_proj", d, heads * size, bias=False)
        if family in ("olmoe", "qwen3_moe"):
            whole = family == "olmoe"
            draw.normal(at + "self_attn.q_norm.weight", heads * size if whole else size, 0.3, 1.3)
            draw.normal(at + "self_attn.k_norm.weight", groups * size if whole else size, 0.3, 1.3)
        if n in c.get("mlp_only_layers", []) or (n + 1) % c.get("decoder_sparse_step", 1) != 0:
            gated(at + "mlp.", _LLAMA, dense)
            continue
        if family == "granitemoe":
            draw.linear(at + "block_sparse_moe.router.layer", experts, d, bias=False)
            draw.normal(at + "block_sparse_moe.input_linear.weight", (experts, 2 * cells, d), cell / d**0.5)
            draw.normal(at + "block_sparse_moe.output_linear.weight", (experts, d, cells), 1 / cells**0.5)
            continue
        mixtral_names = family == "mixtral"
        root = at + ("block_sparse_moe." if mixtral_names else "mlp.")
        draw.linear(root + "gate", experts, d, bias=False)
        for e in range(experts):
            gated(f"{root}experts.{e}.", ("w1", "w3", "w2") if mixtral_names else _LLAMA, cells)
        if family == "qwen2_moe":
            gated(root + "shared_expert.", _LLAMA, c["shared_expert_intermediate_size"])
            draw.linear(root + "shared_expert_gate", 1, d, bias=False)
    draw.norm("model.norm", d, False)
    if not c["tie_word_embeddings"]:
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)
