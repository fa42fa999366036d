"""Writes families/<name>/: config.json, weights, goldens. With --check, verifies that what is there is what this makes.

Configs, weights and token ids must agree to the byte. The numbers of a golden come through the machine's BLAS and libm,
so another machine may differ in the last bits of a float64: they must agree within 1e-12 of the tensor's largest value.
"""

import json
import sys
from pathlib import Path

import numpy as np

import checkpoints
import families
from configs import CONFIGS, as_transformers_5
from model import Weights, direct_contributions
from small_configs import SMALL
from tensors import Stored, decode, encode

FOLDER = Path(__file__).parent / "families"
SEED = 20201214
SHARDED, UNALIGNED = "llama", "qwen2"
LENGTHS = {"golden.safetensors": 18, "golden-short.safetensors": 5}
SHORT = {"golden.safetensors": 12}  # of the small ones
LONG = {"golden-long.safetensors": 40}  # past a border of the chunk form, and twice past every window
IGNORED = (".attn.attention.bias", ".attn.bias", ".attention.bias", ".masked_bias", ".inv_freq")  # stored buffers no forward pass reads


def text(value):
    return (json.dumps(value, indent=2) + "\n").encode()


def weight_files(name, tensors):
    if name != SHARDED:
        return {"model.safetensors": encode(tensors, aligned=name != UNALIGNED)}
    shards = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    place = {t: shards[i * 2 // len(tensors)] for i, t in enumerate(tensors)}
    index = {
        "metadata": {"total_size": sum(t.array.nbytes for t in tensors.values())},
        "weight_map": dict(sorted(place.items())),
    }
    files = {s: encode({t: v for t, v in tensors.items() if place[t] == s}) for s in shards}
    return {**files, "model.safetensors.index.json": text(index)}


def close(a, b, relative):
    return np.abs(a - b).max() <= relative * max(np.abs(a).max(), np.abs(b).max())


def golden(config, tensors, ids):
    """The golden's bytes, after checking that the run read every weight and obeys the direct-contribution identity."""
    weights = Weights(tensors)
    trace = families.run(config, weights, ids)
    unread = set(tensors) - weights.read
    assert all(t.endswith(IGNORED) or t == "lm_head.weight" for t in unread), unread
    assert close(direct_contributions(trace), trace.logits_before_cap, 1e-10)
    if other := as_transformers_5(config):
        assert np.array_equal(trace.taps["logits"], families.run(other, weights, ids).taps["logits"])
    stored = {name: Stored.of(value, "F64") for name, value in trace.taps.items()}
    return encode({"ids": Stored.of(ids, "I64"), **stored})


def files(name, index):
    """Everything that belongs into families/<name>/."""
    config = CONFIGS[name]
    made = {"config.json": text(config)}
    if other := as_transformers_5(config):
        made["config.transformers5.json"] = text(other)
    weights = weight_files(name, checkpoints.tensors(config, [SEED, index]))
    made.update(weights)
    tensors = {}  # read back, so that a golden belongs to the stored bytes
    for file, data in weights.items():
        if file.endswith(".safetensors"):
            tensors.update({t: stored.widened() for t, stored in decode(data).items()})
    fast = config["model_type"] in ("loci", "delta_net", "gated_deltanet")
    for number, (file, length) in enumerate((SHORT if name in SMALL else LENGTHS | LONG if fast else LENGTHS).items()):
        made[file] = golden(config, tensors, checkpoints.ids(config, [SEED, index, number], length))
    return made


def same(file, ours, theirs):
    if ours == theirs:
        return True
    if not file.startswith("golden"):
        return False
    a, b = decode(ours), decode(theirs)
    return list(a) == list(b) and all(
        x.dtype == y.dtype
        and x.array.shape == y.array.shape
        and (close(x.array, y.array, 1e-12) if x.dtype == "F64" else np.array_equal(x.array, y.array))
        for x, y in zip(a.values(), b.values())
    )


def main(check):
    wrong = []
    for index, name in enumerate(CONFIGS):
        folder = FOLDER / name
        made = files(name, index)
        if check:
            present = {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}
            both = made.keys() & present.keys()
            wrong += [f"{name}/{f}" for f in made | present if f not in both or not same(f, made[f], present[f])]
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in made.items():
            (folder / file).write_bytes(data)
    if check:
        wrong += [p.name for p in FOLDER.iterdir() if p.name not in CONFIGS]
        print("\n".join(["these differ:", *wrong]) if wrong else "all files are what the script makes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
