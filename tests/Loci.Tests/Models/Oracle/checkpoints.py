"""Random tensors for a config, under the names and in the layouts transformers gives them."""

import numpy as np

import experts
import fast_weights
import other_families
from families import head_size, rotary
from tensors import Stored

_DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}


class Draw:
    """Draws tensors one by one, from one generator, into `tensors`."""

    def __init__(self, rng, dtype):
        self.rng, self.dtype, self.tensors = rng, _DTYPES[dtype], {}

    def put(self, name, values):
        self.tensors[name] = Stored.of(values, self.dtype)

    def normal(self, name, shape, spread, mean=0.0):
        self.put(name, mean + spread * self.rng.standard_normal(shape))

    def linear(self, name, outputs, inputs, spread=1.0, bias=True):
        """Outputs of standard deviation `spread` for inputs of one; weight [out, in]."""
        self.normal(name + ".weight", (outputs, inputs), spread / inputs**0.5)
        if bias:
            self.normal(name + ".bias", outputs, 0.3)

    def conv1d(self, name, inputs, outputs, spread=1.0):
        self.normal(name + ".weight", (inputs, outputs), spread / inputs**0.5)
        self.normal(name + ".bias", outputs, 0.3)

    def norm(self, name, size, bias=True, mean=1.0):
        self.normal(name + ".weight", size, 0.2, mean)
        if bias:
            self.normal(name + ".bias", size, 0.2)


# Queries and keys of this spread make scores of about 1.7 at scale 1/sqrt(d_head): attention neither flat nor one-hot.
# Feed-forward inputs of spread 1.5 reach both tails of the activations.
_MATCH, _CELL = 1.3, 1.5


def gpt2(c, draw):
    d, cells, tied = c["n_embd"], c["n_inner"] or 4 * c["n_embd"], c.get("tie_word_embeddings", True)
    root = "" if tied else "transformer."  # the released gpt2 files have no prefix, saved models have
    draw.normal(root + "wte.weight", (c["vocab_size"], d), 0.6)
    draw.normal(root + "wpe.weight", (c["n_positions"], d), 0.4)
    for n in range(c["n_layer"]):
        at = f"{root}h.{n}."
        draw.norm(at + "ln_1", d)
        draw.conv1d(at + "attn.c_attn", d, 3 * d, _MATCH)
        draw.conv1d(at + "attn.c_proj", d, d)
        draw.norm(at + "ln_2", d)
        draw.conv1d(at + "mlp.c_fc", d, cells, _CELL)
        draw.conv1d(at + "mlp.c_proj", cells, d)
        if tied:  # the released files also carry the causal mask
            mask = np.tril(np.ones((c["n_ctx"], c["n_ctx"])))[None, None]
            draw.tensors[at + "attn.bias"] = Stored.of(mask, "U8")
    draw.norm(root + "ln_f", d)
    if not tied:
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)


def opt(c, draw):
    d, root = c["hidden_size"], "model.decoder."
    draw.normal(root + "embed_tokens.weight", (c["vocab_size"], d), 0.6)
    draw.normal(root + "embed_positions.weight", (c["max_position_embeddings"] + 2, d), 0.4)
    for n in range(c["num_hidden_layers"]):
        at = f"{root}layers.{n}."
        for part, spread in (("q", _MATCH), ("k", _MATCH), ("v", 1.0), ("out", 1.0)):
            draw.linear(f"{at}self_attn.{part}_proj", d, d, spread)
        draw.norm(at + "self_attn_layer_norm", d)
        draw.linear(at + "fc1", c["ffn_dim"], d, _CELL)
        draw.linear(at + "fc2", d, c["ffn_dim"])
        draw.norm(at + "final_layer_norm", d)
    draw.norm(root + "final_layer_norm", d)
    draw.tensors["lm_head.weight"] = draw.tensors[root + "embed_tokens.weight"]  # tied, yet stored, as some files do


def gpt_neox(c, draw):
    d, cells, released = c["hidden_size"], c["intermediate_size"], c["torch_dtype"] == "float16"
    draw.normal("gpt_neox.embed_in.weight", (c["vocab_size"], d), 0.7)
    for n in range(c["num_hidden_layers"]):
        at = f"gpt_neox.layers.{n}."
        draw.norm(at + "input_layernorm", d)
        draw.norm(at + "post_attention_layernorm", d)
        draw.linear(at + "attention.query_key_value", 3 * d, d, _MATCH)
        draw.linear(at + "attention.dense", d, d)
        draw.linear(at + "mlp.dense_h_to_4h", cells, d, _CELL)
        draw.linear(at + "mlp.dense_4h_to_h", d, cells)
        if released:  # Pythia's files also carry the mask and the rotary angles
            size = c["max_position_embeddings"]
            draw.tensors[at + "attention.bias"] = Stored.of(np.tril(np.ones((size, size)))[None, None], "BOOL")
            draw.tensors[at + "attention.masked_bias"] = Stored.of(np.array(-10000.0), "F16")
            draw.put(at + "attention.rotary_emb.inv_freq", rotary(c, d // c["num_attention_heads"]))
    draw.norm("gpt_neox.final_layer_norm", d)
    draw.normal("embed_out.weight", (c["vocab_size"], d), 0.6)


def rms_decoder(c, draw):
    """llama, mistral, qwen2, qwen3, gemma2."""
    d, cells, size, family = c["hidden_size"], c["intermediate_size"], head_size(c), c["model_type"]
    gain = 0.0 if family == "gemma2" else 1.0
    wide, narrow = c["num_attention_heads"] * size, c["num_key_value_heads"] * size
    # Gemma multiplies the embedding by sqrt(d), so it is drawn smaller.
    draw.normal("model.embed_tokens.weight", (c["vocab_size"], d), 0.3 if family == "gemma2" else 0.6)
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        draw.norm(at + "input_layernorm", d, bias=False, mean=gain)
        for part, outputs, spread in (("q", wide, _MATCH), ("k", narrow, _MATCH), ("v", narrow, 1.0)):
            draw.linear(f"{at}self_attn.{part}_proj", outputs, d, spread, bias=family == "qwen2")
        draw.linear(at + "self_attn.o_proj", d, wide, bias=False)
        if family == "qwen3":
            draw.normal(at + "self_attn.q_norm.weight", size, 0.3, 1.3)
            draw.normal(at + "self_attn.k_norm.weight", size, 0.3, 1.3)
        draw.norm(at + "post_attention_layernorm", d, bias=False, mean=gain)
        if family == "gemma2":
            draw.norm(at + "pre_feedforward_layernorm", d, bias=False, mean=gain)
            draw.norm(at + "post_feedforward_layernorm", d, bias=False, mean=gain)
        draw.linear(at + "mlp.gate_proj", cells, d, _CELL, bias=False)
        draw.linear(at + "mlp.up_proj", cells, d, bias=False)
        draw.linear(at + "mlp.down_proj", d, cells, bias=False)
    draw.norm("model.norm", d, bias=False, mean=gain)
    if not c.get("tie_word_embeddings", family == "gemma2"):
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)


def fast_weight(a, d, draw, at, names):
    """The attention of a fast-weight layer; `a` as in fast_weights.attend."""
    keys, values = a["heads"] * a["key_size"], a["heads"] * a["value_size"]
    parts = [("query", keys, _MATCH), ("key", keys, _MATCH), ("value", values, 1.0)]
    for part, outputs, spread in parts:
        draw.linear(at + names[part], outputs, d, spread, bias=False)
        if size := a.get("convolution"):
            draw.normal(f"{at}{names[part + '_conv']}.weight", (outputs, 1, size), 0.6)
    if a["learned_strength"]:
        draw.linear(at + names["strength"], a["heads"], d, bias=False)
    if a["rule"] == "gated_delta":
        draw.linear(at + names["decay"], a["heads"], d, bias=False)
        draw.normal(at + names["rate"], a["heads"], 0.5, -1.0)
        draw.normal(at + names["bias"], a["heads"], 0.5, -1.0)
    if a["output_gate"]:
        draw.linear(at + names["gate"], values, d, bias=False)
    if a["output_norm"]:
        draw.normal(f"{at}{names['norm']}.weight", a["value_size"], 0.2, 1.0)
    draw.linear(at + names["output"], d, values, bias=False)


def loci(c, draw):
    d, cells, bias = c["hidden_size"], c["intermediate_size"], c["norm"] == "layer_norm"
    draw.normal("embedding.weight", (c["vocab_size"], d), 0.6 / c["embedding_scale"])
    if c["learned_positions"]:
        draw.normal("positions.weight", (c["max_position_embeddings"], d), 0.4)
    for n, a in enumerate(c["layers"]):
        at = f"layers.{n}."
        draw.norm(at + "attention_norm", d, bias)
        if a["attention"] == "softmax":
            wide, narrow = (c["softmax"][h] * c["softmax"]["head_dim"] for h in ("num_attention_heads", "num_key_value_heads"))
            for part, outputs, spread in (("query", wide, _MATCH), ("key", narrow, _MATCH), ("value", narrow, 1.0)):
                draw.linear(f"{at}attention.{part}", outputs, d, spread, bias=False)
            draw.linear(at + "attention.output", d, wide, bias=False)
        else:
            fast_weight(a, d, draw, at, fast_weights.LOCI)
        draw.norm(at + "feed_forward_norm", d, bias)
        draw.linear(at + "feed_forward.keys", cells, d, _CELL, bias=False)
        if c["gated"]:
            draw.linear(at + "feed_forward.gate_keys", cells, d, bias=False)
        draw.linear(at + "feed_forward.values", d, cells, bias=False)
    draw.norm("final_norm", d, bias)
    if not c["tie_word_embeddings"]:
        draw.normal("output.weight", (c["vocab_size"], d), 0.6)


def fla(c, draw):
    """delta_net, gated_deltanet."""
    d, hybrid = c["hidden_size"], c["attn"]
    cells = c["intermediate_size"] or 256 * -(-int(d * c["hidden_ratio"] * 2 / 3) // 256)
    gated = c["model_type"] == "gated_deltanet"
    a = {
        "rule": "gated_delta" if gated else "delta", "heads": c["num_heads"], "output_norm": True, "output_gate": c["use_gate"],
        "key_size": c["head_dim"] if gated else int(d * c["expand_k"]) // c["num_heads"],
        "value_size": int(c["head_dim"] * c["expand_v"]) if gated else int(d * c["expand_v"]) // c["num_heads"],
        "learned_strength": gated or c["use_beta"], "convolution": c["conv_size"] if c["use_short_conv"] else 0,
    }  # fmt: skip
    draw.normal("model.embeddings.weight", (c["vocab_size"], d), 0.6)
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        draw.norm(at + "attn_norm", d, bias=False)
        if hybrid and n in hybrid["layers"]:
            narrow = d // hybrid["num_heads"] * hybrid["num_kv_heads"]
            for part, outputs, spread in (("q", d, _MATCH), ("k", narrow, _MATCH), ("v", narrow, 1.0)):
                draw.linear(f"{at}attn.{part}_proj", outputs, d, spread, bias=hybrid["qkv_bias"])
            draw.linear(at + "attn.o_proj", d, d, bias=False)
        else:
            fast_weight(a, d, draw, at, fast_weights.FLA)
        draw.norm(at + "mlp_norm", d, bias=False)
        draw.linear(at + "mlp.gate_proj", cells, d, _CELL, bias=False)
        draw.linear(at + "mlp.up_proj", cells, d, bias=False)
        draw.linear(at + "mlp.down_proj", d, cells, bias=False)
    draw.norm("model.norm", d, bias=False)
    if not c["tie_word_embeddings"]:
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)


def llama_layout(c, draw):
    """gemma, gemma3_text, starcoder2, smollm3, stablelm: Llama's names, with what each has of its own."""
    d, cells, family = c["hidden_size"], c["intermediate_size"], c["model_type"]
    size, layer_norm = head_size(c), family in ("starcoder2", "stablelm")
    offset = family.startswith("gemma")
    gain, biases = 0.0 if offset else 1.0, c.get("use_bias", False)
    wide, narrow = c["num_attention_heads"] * size, c["num_key_value_heads"] * size
    draw.normal("model.embed_tokens.weight", (c["vocab_size"], d), 0.3 if offset else 0.6)
    for n in range(c["num_hidden_layers"]):
        at = f"model.layers.{n}."
        draw.norm(at + "input_layernorm", d, layer_norm, gain)
        for part, outputs, spread in (("q", wide, _MATCH), ("k", narrow, _MATCH), ("v", narrow, 1.0)):
            draw.linear(f"{at}self_attn.{part}_proj", outputs, d, spread, biases or c.get("use_qkv_bias", False))
        draw.linear(at + "self_attn.o_proj", d, wide, bias=biases)
        if family == "gemma3_text":
            draw.normal(at + "self_attn.q_norm.weight", size, 0.3, 0.3)
            draw.normal(at + "self_attn.k_norm.weight", size, 0.3, 0.3)
            draw.norm(at + "pre_feedforward_layernorm", d, False, gain)
            draw.norm(at + "post_feedforward_layernorm", d, False, gain)
        if not c.get("use_parallel_residual", False):
            draw.norm(at + "post_attention_layernorm", d, layer_norm, gain)
        if family == "starcoder2":
            draw.linear(at + "mlp.c_fc", cells, d, _CELL, biases)
            draw.linear(at + "mlp.c_proj", d, cells, bias=biases)
            continue
        draw.linear(at + "mlp.gate_proj", cells, d, _CELL, bias=False)
        draw.linear(at + "mlp.up_proj", cells, d, bias=False)
        draw.linear(at + "mlp.down_proj", d, cells, bias=False)
    draw.norm("model.norm", d, layer_norm, gain)
    if not c.get("tie_word_embeddings", True):
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)


def gpt_layout(c, draw):
    """gpt_neo, gpt_bigcode: GPT-2's names with matrices [out, in]."""
    neo = c["model_type"] == "gpt_neo"
    d, heads = (c["hidden_size"], c["num_heads"]) if neo else (c["n_embd"], c["n_head"])
    cells = (c["intermediate_size"] if neo else c["n_inner"]) or 4 * d
    draw.normal("transformer.wte.weight", (c["vocab_size"], d), 0.6)
    draw.normal("transformer.wpe.weight", (c["max_position_embeddings" if neo else "n_positions"], d), 0.4)
    for n in range(c["num_layers" if neo else "n_layer"]):
        at = f"transformer.h.{n}."
        draw.norm(at + "ln_1", d)
        if neo:
            # No scale on the scores: a smaller spread keeps attention from being one-hot.
            for part, spread in (("q", _MATCH * (d // heads) ** -0.5), ("k", _MATCH), ("v", 1.0)):
                draw.linear(f"{at}attn.attention.{part}_proj", d, d, spread, bias=False)
            draw.linear(at + "attn.attention.out_proj", d, d)
            mask = np.tril(np.ones((c["max_position_embeddings"],) * 2))[None, None]
            draw.tensors[at + "attn.attention.bias"] = Stored.of(mask, "U8")
        else:
            draw.linear(at + "attn.c_attn", d + 2 * (d // heads), d, _MATCH)
            draw.linear(at + "attn.c_proj", d, d)
        draw.norm(at + "ln_2", d)
        draw.linear(at + "mlp.c_fc", cells, d, _CELL)
        draw.linear(at + "mlp.c_proj", d, cells)
    draw.norm("transformer.ln_f", d)


def falcon(c, draw):
    d, size = c["hidden_size"], c["hidden_size"] // c["num_attention_heads"]
    draw.normal("transformer.word_embeddings.weight", (c["vocab_size"], d), 0.6)
    for n in range(c["num_hidden_layers"]):
        at = f"transformer.h.{n}."
        draw.norm(at + "input_layernorm", d)
        draw.linear(at + "self_attention.query_key_value", d + 2 * size, d, _MATCH, bias=False)
        draw.linear(at + "self_attention.dense", d, d, bias=False)
        draw.linear(at + "mlp.dense_h_to_4h", 4 * d, d, _CELL, bias=False)
        draw.linear(at + "mlp.dense_4h_to_h", d, 4 * d, bias=False)
    draw.norm("transformer.ln_f", d)


def small(c, draw):
    """The families of other_families.py: what each calls its parts, and what it has beside."""
    family = c["model_type"]
    kind = "falcon40" if c.get("new_decoder_architecture") else "falconrw" if c.get("alibi") else family
    first = lambda *names: next(c[name] for name in names if c.get(name) is not None)
    d, layers = first("hidden_size", "n_embd", "d_model"), first("num_hidden_layers", "n_layer", "n_layers")
    heads = first("num_attention_heads", "n_head", "n_heads")
    size, cells = c.get("head_dim") or d // heads, c.get("intermediate_size") or 4 * d
    wide, narrow = heads * size, c.get("num_key_value_heads", c.get("num_kv_heads", heads)) * size
    root, table, block, final = {
        "gptj": ("transformer.", "wte", "h.{}.", "ln_f"), "bloom": ("transformer.", "word_embeddings", "h.{}.", "ln_f"),
        "falcon40": ("transformer.", "word_embeddings", "h.{}.", "ln_f"),
        "falconrw": ("transformer.", "word_embeddings", "h.{}.", "ln_f"), "mpt": ("transformer.", "wte", "blocks.{}.", "norm_f"),
        "phi": ("model.", "embed_tokens", "layers.{}.", "final_layernorm"),
    }.get(kind, ("model.", "embed_tokens", "layers.{}.", "norm"))  # fmt: skip
    norms = {
        "gptj": ["ln_1"], "phi": ["input_layernorm"], "cohere2": ["input_layernorm"], "mpt": ["norm_1", "norm_2"], "olmo": [],
        "olmo2": ["post_attention_layernorm", "post_feedforward_layernorm"], "falcon40": ["ln_attn", "ln_mlp"],
        "olmo3": ["post_attention_layernorm", "post_feedforward_layernorm"],
        "glm4": ["input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm"],
    }.get(kind, ["input_layernorm", "post_attention_layernorm"])  # fmt: skip
    biased = kind in ("gptj", "phi", "bloom", "falcon40", "falconrw", "nemotron")
    mean, spread = (0.0 if kind == "nemotron" else 1.0), 0.6 / c.get("embedding_multiplier", 1.0)
    draw.normal(f"{root}{table}.weight", (c["vocab_size"], d), spread)
    if kind == "bloom":
        draw.norm(root + "word_embeddings_layernorm", d)
    parts = (("q", wide, _MATCH), ("k", narrow, _MATCH), ("v", narrow, 1.0))
    for n in range(layers):
        at = root + block.format(n)
        for name in norms:
            draw.norm(at + name, d, biased, mean)
        if kind in ("bloom", "falcon40", "falconrw"):
            bias = kind != "falcon40"
            draw.linear(at + "self_attention.query_key_value", wide + 2 * narrow, d, _MATCH, bias)
            draw.linear(at + "self_attention.dense", d, wide, bias=bias)
            draw.linear(at + "mlp.dense_h_to_4h", cells, d, _CELL, bias)
            draw.linear(at + "mlp.dense_4h_to_h", d, cells, bias=bias)
            continue
        if kind == "mpt":
            draw.linear(at + "attn.Wqkv", 3 * d, d, _MATCH, False)
            draw.linear(at + "attn.out_proj", d, d, bias=False)
            draw.linear(at + "ffn.up_proj", cells, d, _CELL, False)
            draw.linear(at + "ffn.down_proj", d, cells, bias=False)
            continue
        attention = at + ("attn." if kind == "gptj" else "self_attn.")
        if kind == "phi3":
            draw.linear(attention + "qkv_proj", wide + 2 * narrow, d, _MATCH, False)
        else:
            for part, outputs, reach in parts:
                draw.linear(f"{attention}{part}_proj", outputs, d, reach, kind in ("phi", "glm4"))
        if kind in ("olmo2", "olmo3"):
            draw.normal(attention + "q_norm.weight", wide, 0.3, 1.3)
            draw.normal(attention + "k_norm.weight", narrow, 0.3, 1.3)
        draw.linear(attention + {"gptj": "out_proj", "phi": "dense"}.get(kind, "o_proj"), d, wide, bias=kind == "phi")
        if kind in ("gptj", "phi"):
            into, out = ("fc_in", "fc_out") if kind == "gptj" else ("fc1", "fc2")
            draw.linear(f"{at}mlp.{into}", cells, d, _CELL)
            draw.linear(f"{at}mlp.{out}", d, cells)
            continue
        if kind in ("phi3", "glm4"):
            draw.linear(at + "mlp.gate_up_proj", 2 * cells, d, _CELL, False)
        else:
            if kind != "nemotron":
                draw.linear(at + "mlp.gate_proj", cells, d, _CELL, False)
            draw.linear(at + "mlp.up_proj", cells, d, bias=False)
        draw.linear(at + "mlp.down_proj", d, cells, bias=False)
    if kind != "olmo":
        draw.norm(root + final, d, biased, mean)
    if not c.get("tie_word_embeddings", True):
        draw.normal("lm_head.weight", (c["vocab_size"], d), 0.6)
        if kind in ("gptj", "phi"):
            draw.normal("lm_head.bias", c["vocab_size"], 0.6)


_FAMILIES = {
    **dict.fromkeys(other_families.FAMILIES, small),
    **dict.fromkeys(experts.FAMILIES, lambda c, to: experts.draw(c, to, _MATCH, _CELL)),
    **dict.fromkeys(("gemma", "gemma3_text", "starcoder2", "smollm3", "stablelm"), llama_layout),
    "gpt_neo": gpt_layout, "gpt_bigcode": gpt_layout, "falcon": falcon,
    "gpt2": gpt2, "opt": opt, "gpt_neox": gpt_neox, "loci": loci, "delta_net": fla, "gated_deltanet": fla,
}  # fmt: skip


def tensors(config, seed):
    """name -> Stored, in the dtype the config names."""
    draw = Draw(np.random.default_rng(seed), config["torch_dtype"])
    if config["model_type"] == "falcon" and (config["alibi"] or config["new_decoder_architecture"]):
        small(config, draw)
    else:
        _FAMILIES.get(config["model_type"], rms_decoder)(config, draw)
    return draw.tensors


def ids(config, seed, length):
    """A sequence with the first and the last token of the vocabulary and a repetition in it."""
    sequence = np.random.default_rng(seed).integers(0, config["vocab_size"], length)
    sequence[1], sequence[3], sequence[-1] = config["vocab_size"] - 1, 0, sequence[2]
    return sequence
