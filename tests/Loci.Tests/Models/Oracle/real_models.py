"""The oracle on two trained models: what they are known to do, and the numbers a test compares with.

    python3 real_models.py DATA [--check]

DATA holds stories260K/ (llama2.c's stories260K.bin and tokenizer.bin) and gpt-nano-sort/ (minGPT's sorting model in
transformers layout). Neither is part of the repository; the numbers in stories260K.json and gpt-nano-sort.json are.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np

import families
import maths
from model import Weights
from tensors import decode

HERE = Path(__file__).parent
OPENING = (
    "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. "
    "One day, she saw a big, red ball."
)


def llama2c(data):
    """A llama2.c file of version 0 as a llama config and tensors: 7 int32, then float32 arrays in fixed order."""
    d, cells, layers, heads, groups, vocabulary, context = (int(n) for n in np.frombuffer(data, "<i4", 7))
    values, at = np.frombuffer(data, "<f4", offset=28).astype(np.float64), 0

    def take(*shape):
        nonlocal at
        at += (size := int(np.prod(shape)))
        return values[at - size : at].reshape(shape)

    narrow = groups * d // heads
    tensors = {"model.embed_tokens.weight": take(vocabulary, d)}
    for name, *shape in (
        ("input_layernorm", d),
        ("self_attn.q_proj", d, d),
        ("self_attn.k_proj", narrow, d),
        ("self_attn.v_proj", narrow, d),
        ("self_attn.o_proj", d, d),
        ("post_attention_layernorm", d),
        ("mlp.gate_proj", cells, d),
        ("mlp.down_proj", d, cells),
        ("mlp.up_proj", cells, d),
    ):
        for n, weight in enumerate(take(layers, *shape)):
            tensors[f"model.layers.{n}.{name}.weight"] = weight
    tensors["model.norm.weight"] = take(d)
    take(context, d // heads)  # rotary cosines and sines, not needed
    assert at == len(values) and vocabulary > 0  # a negative vocabulary would announce an output matrix of its own
    config = {
        "hidden_size": d, "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": groups,
        "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 10000.0,
    }  # fmt: skip
    return config, tensors


def as_transformers(c, tensors):
    """The same model with the rows of q and k reordered, so that pairs (2i, 2i + 1) become (i, i + d_head / 2)."""

    def reordered(name, weight):
        heads = {"q": c["num_attention_heads"], "k": c["num_key_value_heads"]}[name.split("_proj")[0][-1]]
        return weight.reshape(heads, -1, 2, weight.shape[1]).transpose(0, 2, 1, 3).reshape(weight.shape)

    return {n: reordered(n, w) if n.endswith(("q_proj.weight", "k_proj.weight")) else w for n, w in tensors.items()}


def pieces(data):
    """tokenizer.bin: int32 longest piece, then float32 score, int32 length and bytes of every piece."""
    found, at = [], 4
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append(data[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def decoded(ids, vocabulary):
    """The bytes after a beginning-of-sequence token (1): no leading space, and <0x0A> stands for a byte."""
    out, previous = b"", 1
    for t in ids:
        piece = vocabulary[t]
        if previous == 1 and piece.startswith(b" "):
            piece = piece[1:]
        if len(piece) == 6 and piece.startswith(b"<0x"):
            piece = bytes([int(piece[3:5], 16)])
        out, previous = out + piece, t
    return out


def rounded(x):
    return float(f"{x:.6g}")


def top(logits, count):
    order = sorted(range(len(logits)), key=lambda t: (-logits[t], t))[:count]
    return [{"id": t, "logit": rounded(logits[t])} for t in order]


def stories(data):
    config, tensors = llama2c((data / "stories260K.bin").read_bytes())
    w, vocabulary = Weights(tensors), pieces((data / "tokenizer.bin").read_bytes())
    run = lambda ids: families.rms_decoder(config, w, ids, tied=True, rotate=maths.rotate_interleaved).taps["logits"]

    ids, margin = [1], np.inf
    for _ in range(200):
        last = run(np.array(ids))[-1]
        first, second = np.sort(last)[[-1, -2]]
        margin = min(margin, first - second)
        ids.append(int(last.argmax()))
    text = decoded(ids[1:], vocabulary).decode()
    assert text.startswith(OPENING), text

    prompt = ids[:24]
    logits = run(np.array(prompt))
    half_split = Weights(as_transformers(config, tensors))
    other = families.llama({**config, "tie_word_embeddings": True}, half_split, np.array(prompt))
    assert np.abs(other.taps["logits"] - logits).max() < 1e-12
    return {
        "greedy": ids[1:],
        "text": text,
        "smallest_margin": rounded(margin),
        "ids": prompt,
        "positions": [{"position": i, "token": t, "top": top(logits[i], 10)} for i, t in enumerate(prompt)],
    }


def sorting(data):
    config = json.loads((data / "config.json").read_text())
    stored = decode((data / "model.safetensors").read_bytes())
    w = Weights({n: s.widened() for n, s in stored.items()})
    run = lambda ids: families.run(config, w, np.array(ids)).taps["logits"]
    wrong = []
    for digits in itertools.product(range(3), repeat=6):
        answer = sorted(digits)  # position 5 + i predicts the i-th smallest digit
        if list(run([*digits, *answer[:5]])[5:].argmax(-1)) != answer:
            wrong.append("".join(map(str, digits)))
    assert not wrong, wrong
    sequences = [[0, 0, 2, 1, 0, 1, 0, 0, 0, 1, 1], [2, 1, 0, 2, 1, 0, 0, 0, 1, 1, 2], [2, 2, 2, 1, 2, 0], [1]]
    logits = [[[rounded(x) for x in row] for row in run(s)] for s in sequences]
    return {"sequences": [{"ids": s, "logits": rows} for s, rows in zip(sequences, logits)]}


def text_of(value):
    """JSON with one line for each innermost object or row, so that differences can be read."""
    rows = lambda items: "[\n" + ",\n".join("    " + json.dumps(i, ensure_ascii=False) for i in items) + "\n  ]"
    shown = lambda v: rows(v) if isinstance(v, list) and isinstance(v[0], dict) else json.dumps(v, ensure_ascii=False)
    return "{\n" + ",\n".join(f"  {json.dumps(k)}: {shown(v)}" for k, v in value.items()) + "\n}\n"


def main(data, check):
    data, same = Path(data), True
    for name, known in {"stories260K": stories, "gpt-nano-sort": sorting}.items():
        file, made = name + ".json", known(data / name)
        if check:
            same &= (HERE / file).read_text() == text_of(made)
        else:
            (HERE / file).write_text(text_of(made))
    if check:
        print("as committed" if same else "the committed numbers differ")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], check="--check" in sys.argv[2:]))
