"""The oracle against torch, in float64: single functions, and gpt2 and opt entire as torch.nn.TransformerEncoder."""

import numpy as np
import torch
import torch.nn.functional as F

import families
import maths
from model import Weights
from tensors import Stored


def _tensor(array):
    return torch.tensor(np.asarray(array, np.float64))


def _agree(ours, theirs, what, tolerance=1e-12):
    worst = np.abs(ours - theirs.numpy()).max() / np.abs(ours).max()
    assert worst < tolerance, (what, worst)


def _check_functions():
    x = np.random.default_rng(2).standard_normal((7, 30)) * 4
    gain, bias = np.linspace(0.5, 1.5, 30), np.linspace(-1, 1, 30)
    _agree(maths.gelu(x), F.gelu(_tensor(x)), "gelu")
    _agree(maths.gelu_tanh(x), F.gelu(_tensor(x), approximate="tanh"), "gelu_tanh")
    _agree(maths.silu(x), F.silu(_tensor(x)), "silu")
    for name, dtype in {"F16": torch.float16, "BF16": torch.bfloat16}.items():
        rounded = torch.tensor(x, dtype=torch.float32).to(dtype).double().numpy()
        assert np.array_equal(Stored.of(x, name).widened(), rounded), name
    _agree(maths.softmax(x), F.softmax(_tensor(x), -1), "softmax")
    norm = F.layer_norm(_tensor(x), (30,), _tensor(gain), _tensor(bias), 0.003)
    _agree(maths.Norm(gain, bias, 0.003, centres=True)(x), norm, "layer norm")


def _encoder(d, heads, cells, layers, eps, activation, attention_in, attention_out, up, down, norms):
    """torch's own pre-norm stack; the arguments yield (weight [out, in], bias) of layer n."""
    layer = torch.nn.TransformerEncoderLayer(
        d, heads, cells, 0.0, activation, layer_norm_eps=eps, norm_first=True, dtype=torch.float64
    )
    stack = torch.nn.TransformerEncoder(layer, layers)
    for n, block in enumerate(stack.layers):
        state = {}
        for name, (weight, bias) in {
            "self_attn.in_proj_": attention_in(n),
            "self_attn.out_proj.": attention_out(n),
            "linear1.": up(n),
            "linear2.": down(n),
            "norm1.": norms(n)[0],
            "norm2.": norms(n)[1],
        }.items():
            state[name + "weight"], state[name + "bias"] = _tensor(weight), _tensor(bias)
        block.load_state_dict(state)
    return stack.train()  # the fused path of eval mode has its own arithmetic; dropout is 0


def _logits(stack, embedded, gain, bias, eps, unembedding):
    tokens, d = embedded.shape
    mask = torch.triu(torch.full((tokens, tokens), -torch.inf, dtype=torch.float64), 1)
    with torch.no_grad():
        stream = stack(_tensor(embedded)[:, None], mask)[:, 0]
        return F.layer_norm(stream, (d,), _tensor(gain), _tensor(bias), eps) @ _tensor(unembedding).T


def _check_gpt2(c, t, ids, golden):
    root = "" if "wte.weight" in t else "transformer."
    w = lambda name: t[root + name]
    d, heads = c["n_embd"], c["n_head"]

    def attention_in(n):
        weight, bias = w(f"h.{n}.attn.c_attn.weight").T.copy(), w(f"h.{n}.attn.c_attn.bias").copy()
        if c["scale_attn_by_inverse_layer_idx"]:  # the same as smaller queries
            weight[:d], bias[:d] = weight[:d] / (n + 1), bias[:d] / (n + 1)
        return weight, bias

    conv = lambda part: lambda n: (w(f"h.{n}.{part}.weight").T, w(f"h.{n}.{part}.bias"))
    norms = lambda n: [(w(f"h.{n}.{i}.weight"), w(f"h.{n}.{i}.bias")) for i in ("ln_1", "ln_2")]
    act = F.gelu if c["activation_function"] == "gelu" else lambda x: F.gelu(x, approximate="tanh")
    eps = c["layer_norm_epsilon"]
    stack = _encoder(
        d, heads, c["n_inner"] or 4 * d, c["n_layer"], eps, act,
        attention_in, conv("attn.c_proj"), conv("mlp.c_fc"), conv("mlp.c_proj"), norms,
    )  # fmt: skip
    embedded = w("wte.weight")[ids] + w("wpe.weight")[: len(ids)]
    unembedding = t.get("lm_head.weight", t.get("wte.weight"))
    _agree(golden, _logits(stack, embedded, w("ln_f.weight"), w("ln_f.bias"), eps, unembedding), "gpt2")


def _check_opt(c, t, ids, golden):
    w = lambda name: t["model.decoder." + name]

    def attention_in(n):
        parts = [f"layers.{n}.self_attn.{p}_proj." for p in "qkv"]
        return [np.concatenate([w(p + kind) for p in parts]) for kind in ("weight", "bias")]

    linear = lambda part: lambda n: (w(f"layers.{n}.{part}.weight"), w(f"layers.{n}.{part}.bias"))
    norms = lambda n: [linear("self_attn_layer_norm")(n), linear("final_layer_norm")(n)]
    stack = _encoder(
        c["hidden_size"], c["num_attention_heads"], c["ffn_dim"], c["num_hidden_layers"], 1e-5, F.relu,
        attention_in, linear("self_attn.out_proj"), linear("fc1"), linear("fc2"), norms,
    )  # fmt: skip
    embedded = w("embed_tokens.weight")[ids] + w("embed_positions.weight")[2 + np.arange(len(ids))]
    gain, bias = w("final_layer_norm.weight"), w("final_layer_norm.bias")
    _agree(golden, _logits(stack, embedded, gain, bias, 1e-5, w("embed_tokens.weight")), "opt")


def _torch_attention(q, k, v, scale, window=None, cap=None):
    """maths.attention once more in torch: grouped heads by einsum, the window by triu and tril."""
    tokens, size = q.shape[1:]
    q = _tensor(q).view(len(k), -1, tokens, size)  # [kv_heads, group, tokens, size]
    scores = torch.einsum("gnid,gjd->gnij", q * scale, _tensor(k))
    scores = scores if cap is None else torch.tanh(scores / cap) * cap
    ones = torch.ones(tokens, tokens)
    hidden = ones.triu(1) if window is None else ones.triu(1) + ones.tril(-window)
    mixed = torch.einsum("gnij,gjd->ignd", scores.masked_fill(hidden.bool(), -torch.inf).softmax(-1), _tensor(v))
    return mixed.reshape(tokens, -1).numpy()


def _torch_rotate(x, f):
    n = len(f)
    angles = torch.outer(torch.arange(x.shape[-2]).double(), _tensor(f))
    turn = torch.polar(torch.ones_like(angles), angles)
    z = torch.complex(_tensor(x[..., :n]), _tensor(x[..., n : 2 * n])) * turn
    return torch.cat([z.real, z.imag, _tensor(x[..., 2 * n :])], -1).numpy()


def check_torch():
    from verify import FOLDER, load, replaced

    _check_functions()
    for name, check in {"gpt2": _check_gpt2, "gpt2-untied": _check_gpt2, "opt": _check_opt}.items():
        c, tensors, golden = load(name)
        check(c, tensors, golden["ids"], golden["logits"])
    for folder in FOLDER.iterdir():
        c, tensors, golden = load(folder.name)
        with replaced(attention=_torch_attention, rotate=_torch_rotate):
            logits = families.run(c, Weights(tensors), golden["ids"]).taps["logits"]
        _agree(golden["logits"], torch.tensor(logits), folder.name)
    print(f"\ntorch {torch.__version__} agrees within 1e-12: activations, norms, softmax; gpt2 and opt entire as")
    print("torch.nn.TransformerEncoder; every family with attention and rotation done by torch")
