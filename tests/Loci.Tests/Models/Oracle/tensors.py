"""safetensors files by hand: 8 bytes of header length, JSON header, data. And bfloat16, which numpy does not know."""

import json
import math
from dataclasses import dataclass

import numpy as np

_NUMPY = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "U8": "u1", "BOOL": "?"}


@dataclass
class Stored:
    """A tensor as it lies in a file; the array of a BF16 tensor holds its 16 bits."""

    dtype: str
    array: np.ndarray

    @staticmethod
    def of(values, dtype):
        if dtype != "BF16":
            return Stored(dtype, np.ascontiguousarray(values, _NUMPY[dtype]))
        bits = np.ascontiguousarray(values, "<f4").view("<u4")
        return Stored(dtype, ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2"))  # nearest, ties to even

    def widened(self):
        """The values, exactly: floats as float64, everything else as it is."""
        if self.dtype == "BF16":
            return (self.array.astype("<u4") << 16).view("<f4").astype(np.float64)
        return self.array.astype(np.float64) if self.dtype[0] == "F" else self.array


def encode(tensors, aligned=True):
    """The bytes of a file, in the order transformers writes: widest dtype first, then by name.

    `aligned=False` pads the header to an odd length instead of a multiple of 8, which the format allows.
    """
    ordered = sorted(tensors.items(), key=lambda t: (-t[1].array.itemsize, t[0]))
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, t in ordered:
        header[name] = {"dtype": t.dtype, "shape": list(t.array.shape), "data_offsets": [at, at + t.array.nbytes]}
        at += t.array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8 if aligned else 1 - len(text) % 2)
    return len(text).to_bytes(8, "little") + text + b"".join(t.array.tobytes() for _, t in ordered)


def decode(data):
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, t in header.items():
        begin = 8 + length + t["data_offsets"][0]
        flat = np.frombuffer(data, _NUMPY[t["dtype"]], math.prod(t["shape"]), begin)
        tensors[name] = Stored(t["dtype"], flat.reshape(t["shape"]))
    return tensors
