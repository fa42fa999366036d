"""The mathematics all families share: norms, activations, rotary positions, attention.

Everything works in the dtype of its input. The goldens are float64; float32 serves only to measure how close a float32
engine can come. Shapes are in comments: [tokens, d] for streams, [heads, tokens, d_head] inside attention.
"""

import math
from dataclasses import dataclass

import numpy as np

_erf = np.vectorize(math.erf, otypes=[np.float64])


def gelu(x):
    """x Phi(x), exact."""
    return (0.5 * x * (1.0 + _erf(x / math.sqrt(2.0)))).astype(x.dtype)


def gelu_tanh(x):
    """The tanh approximation of GELU; up to 5e-4 away from the exact one."""
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))


def silu(x):
    return x / (1.0 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


# The names config.json uses.
ACTIVATIONS = {"gelu": gelu, "gelu_new": gelu_tanh, "gelu_pytorch_tanh": gelu_tanh, "relu": relu, "silu": silu}


@dataclass
class Norm:
    """gain * centred(x) * scale(x) + bias. RMSNorm neither centres nor has a bias."""

    gain: np.ndarray
    bias: np.ndarray | None
    eps: float
    centres: bool

    def centred(self, x):
        return x - x.mean(-1, keepdims=True) if self.centres else x

    def scale(self, x):  # [..., d] -> [..., 1]
        """1/sigma. eps is inside the root; the variance divides by d."""
        return 1.0 / np.sqrt((self.centred(x) ** 2).mean(-1, keepdims=True) + self.eps)

    def linear(self, x):
        """What the norm does to one part of a sum, apart from the shared scale: gain * centred(x)."""
        return self.gain * self.centred(x)

    def __call__(self, x):
        y = self.linear(x) * self.scale(x)
        return y if self.bias is None else y + self.bias


def softcap(x, cap):
    return x if cap is None else cap * np.tanh(x / cap)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def frequencies(dimensions, theta, scaling=None):  # [dimensions / 2]
    """Rotary angles per position: theta^(-2i/dimensions), stretched the Llama 3 way where `scaling` is given."""
    f = theta ** (-np.arange(0, dimensions, 2, dtype=np.float64) / dimensions)
    if scaling is None:
        return f
    low, high, factor = (scaling[k] for k in ("low_freq_factor", "high_freq_factor", "factor"))
    turns = scaling["original_max_position_embeddings"] * f / (2 * math.pi)  # within the original context
    blend = np.clip((turns - low) / (high - low), 0, 1)  # 1: fast, kept; 0: slow, divided by factor
    return f * (blend + (1 - blend) / factor)


def _rotated(a, b, f, dtype):
    angle = np.arange(a.shape[-2])[:, None] * f  # [tokens, pairs]
    cos, sin = np.cos(angle).astype(dtype), np.sin(angle).astype(dtype)
    return a * cos - b * sin, b * cos + a * sin


def rotate(x, f):
    """Rotary positions on the first 2 len(f) dimensions, i paired with i + len(f); the rest pass unchanged."""
    n = len(f)
    a, b = _rotated(x[..., :n], x[..., n : 2 * n], f, x.dtype)
    return np.concatenate([a, b, x[..., 2 * n :]], -1)


def rotate_interleaved(x, f):
    """Rotary positions with 2i paired with 2i + 1 (llama2.c)."""
    a, b = _rotated(x[..., 0::2], x[..., 1::2], f, x.dtype)
    return np.stack([a, b], -1).reshape(x.shape)


def split_heads(x, heads):  # [tokens, heads * d_head] -> [heads, tokens, d_head]
    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)


def visible(tokens, window=None):  # [tokens, tokens], row: query, column: key
    """Position i sees j where j <= i and, with a window, i - j < window (itself included)."""
    distance = np.arange(tokens)[:, None] - np.arange(tokens)
    return (distance >= 0) if window is None else (distance >= 0) & (distance < window)


def attention(q, k, v, scale, window=None, cap=None):
    """q [heads, tokens, d_head]; k, v [kv_heads, tokens, d_head] -> [tokens, heads * d_head].

    Query head h reads key-value head h // (heads / kv_heads). The soft-cap comes before the mask.
    """
    group = len(q) // len(k)
    k, v = np.repeat(k, group, axis=0), np.repeat(v, group, axis=0)
    scores = softcap(q @ k.transpose(0, 2, 1) * scale, cap)
    weights = softmax(np.where(visible(q.shape[1], window), scores, -np.inf))
    return (weights @ v).transpose(1, 0, 2).reshape(q.shape[1], -1)
