"""What a family function works with: the weights of a checkpoint by name, and the trace of one run."""

import numpy as np

import maths
from maths import Norm


class Weights:
    """The tensors of a checkpoint in one dtype; remembers which were read, so that none is forgotten."""

    def __init__(self, tensors, dtype=np.float64, prefix="", read=None):
        self._tensors, self._dtype, self._prefix = tensors, dtype, prefix
        self.read = set() if read is None else read

    def under(self, prefix):
        return Weights(self._tensors, self._dtype, self._prefix + prefix, self.read)

    def __contains__(self, name):
        return self._prefix + name in self._tensors

    def __getitem__(self, name):
        self.read.add(self._prefix + name)
        return self._tensors[self._prefix + name].astype(self._dtype)

    def linear(self, x, name, bias=True):
        """torch.nn.Linear: the weight is [out, in]."""
        y = x @ self[name + ".weight"].T
        return y + self[name + ".bias"] if bias else y

    def conv1d(self, x, name):
        """GPT-2's Conv1D: the weight is [in, out]."""
        return x @ self[name + ".weight"] + self[name + ".bias"]

    def layer_norm(self, name, eps):
        return Norm(self[name + ".weight"], self[name + ".bias"], eps, centres=True)

    def rms_norm(self, name, eps, offset=0.0):
        """`offset` is added to the stored weight: Gemma stores its gain less one."""
        return Norm(offset + self[name + ".weight"], None, eps, centres=False)


class Trace:
    """Everything recorded of one run: `taps` by name, and the head (final norm, unembedding) for the identity."""

    def __init__(self):
        self.taps = {}

    def block(self, layer, before, attention, x, coefficients, feed_forward):
        """Records a block and returns the stream that leaves it; `attention` and `feed_forward` as added to it."""
        middle = before + attention
        after = middle + feed_forward
        for name, value in {
            "residual_before": before,
            "attention": attention,
            "residual_middle": middle,
            "feed_forward_input": x,
            "coefficients": coefficients,
            "feed_forward": feed_forward,
            "residual_after": after,
        }.items():
            self.taps[f"layers.{layer}.{name}"] = value
        return after

    def head(self, stream, norm, unembedding, cap=None, bias=0.0):
        self.norm, self.unembedding, self.bias = norm, unembedding, bias
        self.logits_before_cap = norm(stream) @ unembedding.T + bias
        self.taps["final_scale"] = norm.scale(stream)[:, 0]
        self.taps["logits"] = maths.softcap(self.logits_before_cap, cap)
        return self


def direct_contributions(trace):
    """The logits before any soft-cap, added up from the embedding, every attention and every feed-forward branch.

    (1/sigma) W_U (gamma * C(part)) for each part of the final stream, and W_U beta once.
    """
    taps, scale = trace.taps, trace.taps["final_scale"][:, None]
    parts = [taps["layers.0.residual_before"]]
    parts += [value for name, value in taps.items() if name.endswith((".attention", ".feed_forward"))]
    logits = sum(scale * (trace.norm.linear(part) @ trace.unembedding.T) for part in parts) + trace.bias
    return logits if trace.norm.bias is None else logits + trace.unembedding @ trace.norm.bias
