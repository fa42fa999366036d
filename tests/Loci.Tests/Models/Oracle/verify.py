"""Reasons to believe the goldens. Needs numpy; checks more where torch is installed.

1. Attention and rotary positions against loops over single numbers.
2. Sensitivity: every plausible mistake in a family moves the goldens far beyond the tolerance of the C# tests.
3. Float32: how close a float32 engine can come, which is what the tolerance has to leave room for.
4. With torch: activations and norms against torch's, gpt2 and opt entire against torch.nn.TransformerEncoder.
"""

import json
import math
from contextlib import contextmanager

import numpy as np

import families
import maths
from generate import FOLDER
from model import Weights
from tensors import decode

TOLERANCE = 1e-4  # of the C# tests, relative to the largest logit of a position


def load(name):
    tensors = {}
    for file in sorted((FOLDER / name).glob("model*.safetensors")):
        tensors.update({t: s.widened() for t, s in decode(file.read_bytes()).items()})
    golden = {t: s.array for t, s in decode((FOLDER / name / "golden.safetensors").read_bytes()).items()}
    return json.loads((FOLDER / name / "config.json").read_text()), tensors, golden


def differences(taps, golden):
    """For each tap the largest difference in any row, relative to the row's largest value; and the worst tap."""

    def difference(a, b):  # [tokens, ...]
        a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
        return (np.abs(a - b).max(-1) / np.abs(b).max(-1)).max()

    each = {name: difference(tap, golden[name]) for name, tap in taps.items()}
    return each, max(each, key=each.get)


@contextmanager
def replaced(**functions):
    kept = {name: getattr(maths, name) for name in functions}
    try:
        for name, function in functions.items():
            setattr(maths, name, function)
        yield
    finally:
        for name, function in kept.items():
            setattr(maths, name, function)


def loop_attention(q, k, v, scale, window, cap):
    heads, tokens, size = q.shape
    out = np.zeros((tokens, heads, size))
    for h in range(heads):
        g = h * len(k) // heads
        for i in range(tokens):
            seen = [j for j in range(tokens) if j <= i and (window is None or j > i - window)]
            scores = [math.fsum(q[h, i] * k[g, j]) * scale for j in seen]
            scores = scores if cap is None else [math.tanh(s / cap) * cap for s in scores]
            weights = [math.exp(s) for s in scores]
            for j, weight in zip(seen, weights):
                out[i, h] += weight / math.fsum(weights) * v[g, j]
    return out.reshape(tokens, -1)


def check_pieces():
    rng = np.random.default_rng(1)
    q, k, v = rng.standard_normal((4, 13, 6)), rng.standard_normal((2, 13, 6)), rng.standard_normal((2, 13, 6))
    for window, cap in ((None, None), (1, None), (5, None), (5, 1.5), (99, 1.5)):
        expected = loop_attention(q, k, v, 0.7, window, cap)
        assert np.abs(maths.attention(q, k, v, 0.7, window, cap) - expected).max() < 1e-14

    # A rotation is a product of complex numbers, position 0 turns nothing, and scores depend on distance alone.
    f = maths.frequencies(4, 10000.0)
    assert np.allclose(f, [1, 0.01], rtol=1e-15)
    turned = maths.rotate(q, f)
    z = (q[..., :2] + 1j * q[..., 2:4]) * np.exp(1j * np.outer(np.arange(13), f))
    assert np.abs(turned - np.concatenate([z.real, z.imag, q[..., 4:]], -1)).max() < 1e-14
    z = (q[..., 0:4:2] + 1j * q[..., 1:4:2]) * np.exp(1j * np.outer(np.arange(13), f))
    paired = maths.rotate_interleaved(q[..., :4], f)
    assert np.abs(paired[..., 0::2] + 1j * paired[..., 1::2] - z).max() < 1e-14

    # Llama 3 stretching by its definition in wavelengths.
    scaling = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
    kinds = set()
    for plain, stretched in zip(maths.frequencies(8, 50.0), maths.frequencies(8, 50.0, scaling)):
        length = 2 * math.pi / plain
        smooth = (32 / length - 1) / 3
        kind = "kept" if length < 8 else "divided" if length > 32 else "blended"
        expected = {"kept": plain, "divided": plain / 8, "blended": (1 - smooth) * plain / 8 + smooth * plain}[kind]
        assert abs(stretched / expected - 1) < 1e-14
        kinds.add(kind)
    assert len(kinds) == 3
    print("attention, rotary positions and their Llama 3 stretching agree with loops over single numbers")


def _visible_shifted(by):
    visible = maths.visible
    return lambda tokens, window=None: visible(tokens, window and window + by)


def _tiled_attention(attention):
    def wrong(q, k, v, scale, window=None, cap=None):
        times = len(q) // len(k)
        return attention(q, np.tile(k, (times, 1, 1)), np.tile(v, (times, 1, 1)), scale, window, cap)

    return wrong


def _stripped_neox(split):
    """Query, key and value as three blocks instead of head by head."""

    def wrong(x, heads):
        blocks = [split(part, heads) for part in np.split(x, 3, axis=-1)]
        return np.concatenate(blocks, -1)

    return wrong


def mistakes(c):
    """(name, changes to the config, functions to replace) for the mistakes one could make in a family."""
    family = c["model_type"]
    eps = next((k for k in ("layer_norm_epsilon", "layer_norm_eps", "rms_norm_eps") if k in c), None)
    if eps:
        yield "norm epsilon of 1e-5", {eps: 1e-5}, {}
    for key in ("activation_function", "hidden_act", "hidden_activation"):
        if key in c and not (family == "gemma2" and key == "hidden_act"):
            other = {"gelu": "gelu_new", "gelu_new": "gelu", "gelu_pytorch_tanh": "gelu"}.get(c[key], "gelu")
            yield f"{other} for {c[key]}", {key: other}, {}
    if c.get("tie_word_embeddings", True) is False and family in ("gpt2", "llama", "mistral"):
        yield "tied output", {"tie_word_embeddings": True}, {}
    if family == "gpt2":
        yield "inverse layer scale", {"scale_attn_by_inverse_layer_idx": not c["scale_attn_by_inverse_layer_idx"]}, {}
    else:
        yield "no scaling of scores", {}, {"attention": _unscaled(maths.attention)}
    if family not in ("gpt2", "opt"):
        yield "interleaved rotary pairs", {}, {"rotate": _interleaved_part}
        base = "rope_theta" if "rope_theta" in c else "rotary_emb_base"
        yield "rotary base halved", {base: c[base] / 2}, {}
    if family == "gpt_neox":
        yield "residual wiring", {"use_parallel_residual": not c["use_parallel_residual"]}, {}
        yield "rotary share", {"rotary_pct": 1.0}, {}
        yield "query, key, value in blocks", {}, {"split_heads": _stripped_neox(maths.split_heads)}
    if c.get("rope_scaling"):
        yield "rope scaling ignored", {"rope_scaling": None}, {}
    if "num_key_value_heads" in c:
        yield "key-value heads tiled", {}, {"attention": _tiled_attention(maths.attention)}
    if family in ("mistral", "gemma2"):
        for by in (-1, 1, 99):
            yield f"window off by {by}", {}, {"visible": _visible_shifted(by)}
    if family in ("qwen2", "qwen3"):
        window = c["sliding_window"]
        yield "disabled window applied", {}, {"visible": lambda t, _=None, v=maths.visible: v(t, window)}
    if family == "gemma2":
        yield "no score soft-cap", {"attn_logit_softcapping": None}, {}
        yield "no final soft-cap", {"final_logit_softcapping": None}, {}
        yield "scale by head size", {"query_pre_attn_scalar": c["head_dim"]}, {}
        yield "windows in odd layers", {}, {"visible": _alternate(maths.visible)}


def _unscaled(attention):
    return lambda q, k, v, scale, window=None, cap=None: attention(q, k, v, 1.0, window, cap)


def _interleaved_part(x, f):
    n = 2 * len(f)
    return np.concatenate([maths.rotate_interleaved(x[..., :n], f), x[..., n:]], -1)


def _alternate(visible):
    calls = iter(range(10**6))
    return lambda tokens, window=None: visible(tokens, 5 if next(calls) % 2 else None)


def check_sensitivity():
    print("\nrelative change by a mistake (the tests tolerate 1e-4): logits; most affected tap")
    for folder in sorted(FOLDER.iterdir()):
        c, tensors, golden = load(folder.name)
        for mistake, changes, functions in mistakes(c):
            with replaced(**functions):
                taps = families.run({**c, **changes}, Weights(tensors), golden["ids"]).taps
            changed, most = differences(taps, golden)
            print(f"  {folder.name:20} {mistake:28} {changed['logits']:.1e}; {changed[most]:.1e} {most}")
            assert changed[most] > 2 * TOLERANCE, "a mistake that the goldens would not reveal"


def check_float32():
    print("\nnumpy in float32 against the goldens, relative to the largest value of a row: logits; worst tap")
    for folder in sorted(FOLDER.iterdir()):
        c, tensors, golden = load(folder.name)
        taps = families.run(c, Weights(tensors, np.float32), golden["ids"]).taps
        assert all(t.dtype == np.float32 for t in taps.values())
        error, worst = differences(taps, golden)
        print(f"  {folder.name:20} {error['logits']:.1e}; {error[worst]:.1e} {worst}")
        assert error["logits"] < TOLERANCE / 5


if __name__ == "__main__":
    check_pieces()
    check_sensitivity()
    check_float32()
    try:
        import torch
    except ImportError:
        print("\ntorch is not installed: its cross-checks are skipped")
    else:
        from verify_torch import check_torch

        check_torch()
