"""Writes goldens.json: small tokenizers of every kind with the ids a naive implementation gives, for awkward texts.

Run from this folder: python3 generate.py > goldens.json
"""

import json
import random
import unicodedata

from models import ALPHABET, byte_level, merge, train, unigram
from scanners import GPT2, LLAMA3, QWEN2, gpt2, llama3

TRAINING = ("the cat sat on the mat and the dog's dinner wasn't there; they'll say they've 1234 numbers, 42 more, "
            "the naïve café façade costs 100€ and the the theme then thus; under the bridge, over the river. ") * 2

TEXTS = [
    "", "the", " the", "the ", "  the  cat", "the\ncat", "the\n\n\n cat\r\n\r\n  sat", " \t ", "\n", "   ", "a", "é", "e\u0301",
    "don't DON'T they'Ll we've 'tis '\u017f x'\u017f", "12345 1 22 333 4444 ٣٤٥ ½ ⅷ 五", "x1y2", "!!! ... ?!\n\n!", "$100.50",
    "naïve café", "cafe\u0301 nai\u0308ve", "日本語 テキスト", "😀😀 👩‍👩‍👧 🇩🇪", "\U00010400\U00010428 \U0001d49c\U0001d7d8", "a\u00a0b\u2003c\u3000d\u0085e",
    "a\u200bb\u200dc\ufeff", "\x00\x01\x7f", "ﬁ ﬀ ℌ ①", "Ǆ ǅ ǆ İ ı ẞ Σς", "▁the ▁ ▁▁", "the▁cat", "<s>the</s> cat", "the<s> cat <mask> sat", "<extra>x<extra>",
    "<extra><extra2>", "word wordy aword word.", "<0x41><0x0A>", "tab\ttab\t\tx", "\u1100\u1161\u11a8 각 가\u11a8", "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
    "thethethethethethethethethethethethethethethethethe", "the " * 30, " \n \n  x", "x \n", "'", "''s", "'S'T'rE", " 's", "\r\n's",
]


def random_texts(seed, count):
    rng = random.Random(seed)
    parts = ["the", " ", "  ", "\n", "cat", "'s", "'LL", "12", "7", ".", ",!", "é", "e\u0301", "😀", "\U00010400", "▁", "<s>", "\t", "ß", "日", "\u0301", "x"]
    return ["".join(rng.choice(parts) for _ in range(rng.randrange(1, 14))) for _ in range(count)]


def split_added(text, tokens):
    """[(id or None, text)]: leftmost, then longest."""
    out, at, start = [], 0, 0
    while at < len(text):
        found = max((t for t in tokens if text.startswith(t, at)), key=len, default=None)
        if found is None:
            at += 1
            continue
        if at > start:
            out.append((None, text[start:at]))
        out.append((tokens[found], found))
        at = start = at + len(found)
    if start < len(text):
        out.append((None, text[start:]))
    return out


def added(content, id, **options):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False, **options}


def byte_level_case(name, pattern, scanner, form=None, ignore_merges=False, pairs=False):
    words = [byte_level(piece) for piece in scanner(TRAINING)]
    merges = train(words, 90)
    vocabulary = {c: i for i, c in enumerate(sorted(ALPHABET.values()))}
    for pair in merges:
        vocabulary.setdefault("".join(pair), len(vocabulary))
    if ignore_merges:
        for word in (" bridge", "333", "x1", " 22"):  # whole pieces that no merges lead to
            vocabulary.setdefault(byte_level(word), len(vocabulary))
    tokens = {"<s>": len(vocabulary), "<extra>": len(vocabulary) + 1, "<extra><extra2>": len(vocabulary) + 2}
    ranks = {pair: rank for rank, pair in enumerate(merges)}

    def encode(text):
        ids = []
        for id, part in split_added(text, tokens):
            if id is not None:
                ids.append(id)
                continue
            for piece in scanner(unicodedata.normalize(form, part) if form else part):
                piece = byte_level(piece)
                if ignore_merges and piece in vocabulary:
                    ids.append(vocabulary[piece])
                else:
                    ids += [vocabulary[s] for s in merge(piece, ranks)]
        return ids

    split = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
    if pattern != GPT2:
        split = {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}]}
    return name, {
        "added_tokens": [added(t, id, special=t == "<s>") for t, id in tokens.items()],
        "normalizer": {"type": form} if form else None,
        "pre_tokenizer": split,
        "decoder": {"type": "ByteLevel"},
        "model": {"type": "BPE", "ignore_merges": ignore_merges, "vocab": vocabulary,
                  "merges": [list(pair) for pair in merges] if pairs else [" ".join(pair) for pair in merges]},
    }, encode


def sentence_piece_case(name, metaspace, fuse, bytes_known=True):
    words = ["▁" + word for word in TRAINING.split()]
    merges = train(words, 90)
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2}
    if bytes_known:
        vocabulary.update({f"<0x{b:02X}>": 3 + b for b in range(256)})
    for c in sorted(set("".join(words)) - {"€"}):
        vocabulary[c] = len(vocabulary)
    for pair in merges:
        vocabulary.setdefault("".join(pair), len(vocabulary))
    merges = [pair for pair in merges if "".join(pair) in vocabulary and all(part in vocabulary for part in pair)]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    tokens = {"<unk>": 0, "<s>": 1, "</s>": 2}

    def symbols(text):
        out = []
        for c in text:
            if c in vocabulary:
                out.append(c)
            elif bytes_known:
                out += [f"<0x{b:02X}>" for b in c.encode()]
            elif not (fuse and out and out[-1] is None):
                out.append(None)
        return ["<unk>" if s is None else s for s in out]

    def encode(text):
        ids, at = [], 0
        for id, part in split_added(text, tokens):
            start, at = at, at + len(part)
            if id is not None:
                ids.append(id)
                continue
            part = part.replace(" ", "▁")
            if not metaspace or (start == 0 and not part.startswith("▁")):
                part = "▁" + part
            ids += [vocabulary[s] for s in merge(symbols(part), ranks)]
        return ids

    return name, {
        "added_tokens": [added(t, id, special=True) for t, id in tokens.items()],
        "normalizer": None if metaspace else {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False} if metaspace else None,
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
                           "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": fuse, "byte_fallback": bytes_known, "vocab": vocabulary,
                  "merges": [" ".join(pair) for pair in merges]},
    }, encode


def unigram_case(name, byte_fallback):
    rng = random.Random(7)
    text = TRAINING.replace(" ", "▁")
    pieces = {text[at:at + n] for n in range(1, 6) for at in range(0, len(text) - n, 3)} - {"€"}
    vocabulary = [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0]]
    if byte_fallback:
        vocabulary += [[f"<0x{b:02X}>", 0.0] for b in range(256)]
    # Few different scores, so that there are ties; none that a sum would round.
    vocabulary += [[piece, -rng.randrange(8, 60) / 4 - (6 if len(piece) == 1 else 0)] for piece in sorted(pieces)]
    scores = {piece: score for piece, score in vocabulary}
    ids = {piece: id for id, (piece, _) in enumerate(vocabulary)}
    tokens = {"<s>": 1, "</s>": 2}

    def encode(text):
        out = []
        for id, part in split_added(text, tokens):
            if id is not None:
                out.append(id)
                continue
            part = part.replace(" ", "▁")
            part = part if part.startswith("▁") else "▁" + part
            cuts = [0] + [i for i, c in enumerate(part) if c == "▁" and i > 0] + [len(part)]
            for start, end in zip(cuts, cuts[1:]):
                out += [ids[p] for p in unigram(part[start:end], scores, "<unk>", byte_fallback)]
        return out

    return name, {
        "added_tokens": [added(t, id, special=True) for t, id in tokens.items()],
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": byte_fallback, "vocab": vocabulary},
    }, encode


def word_level_case():
    words = sorted({word.lower() for word in gpt2(TRAINING) if word.strip().isalpha() and word.strip() == word})
    words += ["cat", "the", "sat", "1", "2", "3", "café", "word", "."]
    vocabulary = {"[UNK]": 0}
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    tokens = {"<mask>": len(vocabulary), "<s>": len(vocabulary) + 1}

    def word(c):
        return unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Me", "Nd", "Pc") or c in "\u200c\u200d"

    def pieces(text):
        out, kind = [], None
        for c in text:
            now = "space" if c.isspace() and c not in "\x1c\x1d\x1e\x1f" else "word" if word(c) else "rest"
            number = unicodedata.category(c)[0] == "N"
            if now == "space":
                kind = None
            elif number:
                out.append(c)
                kind = None
            elif now == kind:
                out[-1] += c
            else:
                out.append(c)
                kind = now
        return out

    def lower(text):
        return "".join(c.lower() for c in text)

    def encode(text):
        # <mask> swallows the white space before it; <s> counts only where no word character stands beside it.
        ids, rest = [], text
        out, at, start = [], 0, 0
        while at < len(text):
            if text.startswith("<mask>", at):
                begin = max(len(text[:at].rstrip()), start)
                out += [(None, text[start:begin])] if begin > start else []
                out.append((tokens["<mask>"], ""))
                at = start = at + 6
            elif text.startswith("<s>", at):
                beside = (at > 0 and word(text[at - 1])) or (at + 3 < len(text) and word(text[at + 3]))
                if not beside:
                    out += [(None, text[start:at])] if at > start else []
                    out.append((tokens["<s>"], ""))
                    start = at + 3
                at += 3
            else:
                at += 1
        out += [(None, text[start:])] if start < len(text) else []
        for id, part in out:
            ids += [id] if id is not None else [vocabulary.get(p, 0) for p in pieces(lower(part))]
        return ids

    return "word level", {
        "added_tokens": [added("<mask>", tokens["<mask>"], lstrip=True, special=True), added("<s>", tokens["<s>"], single_word=True)],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Digits", "individual_digits": True}]},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }, encode


cases = [
    byte_level_case("byte level, GPT-2", GPT2, gpt2),
    byte_level_case("byte level, Llama 3", LLAMA3, llama3, ignore_merges=True, pairs=True),
    byte_level_case("byte level, Qwen 2", QWEN2, lambda text: llama3(text, 1), form="NFC"),
    byte_level_case("byte level, NFKD", GPT2, gpt2, form="NFKD"),
    sentence_piece_case("Llama 2", metaspace=False, fuse=True),
    sentence_piece_case("Llama 2, Metaspace", metaspace=True, fuse=True),
    sentence_piece_case("unknown, fused", metaspace=False, fuse=True, bytes_known=False),
    sentence_piece_case("unknown, not fused", metaspace=False, fuse=False, bytes_known=False),
    unigram_case("Unigram", byte_fallback=False),
    unigram_case("Unigram, bytes", byte_fallback=True),
    word_level_case(),
]
out = {"unicode": unicodedata.unidata_version, "tokenizers": [], "normalization": []}
for name, tokenizer, encode in cases:
    texts = TEXTS + random_texts(11, 60)
    out["tokenizers"].append({"name": name, "tokenizer": tokenizer, "cases": [[text, encode(text)] for text in texts]})

rng = random.Random(3)
marks = [c for c in map(chr, range(0x110000)) if unicodedata.combining(c)]
decomposing = [c for c in map(chr, range(0x110000)) if unicodedata.decomposition(c)] + [chr(c) for c in range(0xAC00, 0xD7A4, 97)]
for _ in range(400):
    text = "".join(rng.choice(rng.choice([marks, decomposing, "aeioAEO\u1100\u1161\u11a8\u0b47\u0b3e"])) for _ in range(rng.randrange(1, 7)))
    out["normalization"].append([text] + [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")])
print(json.dumps(out, ensure_ascii=True, separators=(",", ":")))
