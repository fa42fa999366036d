"""GPT-2's and Llama 3's pre-tokenization as hand-written scanners over characters (no regular expressions).

Character categories are those of Python's unicodedata; the cases use only characters old enough to be the same in every
version of Unicode in use.
"""

import unicodedata

SPACES = set("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}


def letter(c):
    return unicodedata.category(c)[0] == "L"


def number(c):
    return unicodedata.category(c)[0] == "N"


def space(c):
    return c in SPACES


def other(c):
    return not (letter(c) or number(c) or space(c))


def run(text, at, kind, most=None):
    end = at
    while end < len(text) and kind(text[end]) and (most is None or end - at < most):
        end += 1
    return end


def white(text, at):
    """\\s+(?!\\S)|\\s+ : all the white space but, where something follows, the last character, if that leaves one."""
    end = run(text, at, space)
    return end - 1 if end < len(text) and end - at > 1 else end


def gpt2(text):
    at, pieces = 0, []
    while at < len(text):
        end = next((at + len(s) for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text.startswith(s, at)), None)
        if end is None:
            body = at + 1 if text[at] == " " else at
            for kind in (letter, number, other):
                if run(text, body, kind) > body:
                    end = run(text, body, kind)
                    break
        if end is None:
            end = white(text, at)
        pieces.append(text[at:end])
        at = end
    return pieces


def llama3(text, digits=3):
    at, pieces = 0, []
    while at < len(text):
        end = None
        low = text[at:at + 3].replace("\u017f", "s").lower() if text[at] == "'" else ""
        for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d"):
            if low.startswith(s):
                end = at + len(s)
                break
        if end is None:
            body = at if letter(text[at]) or number(text[at]) or text[at] in "\r\n" else at + 1
            if run(text, body, letter) > body:
                end = run(text, body, letter)
        if end is None and number(text[at]):
            end = run(text, at, number, digits)
        if end is None:
            body = at + 1 if text[at] == " " else at
            if run(text, body, other) > body:
                end = run(text, run(text, body, other), lambda c: c in "\r\n")
        if end is None:
            blank = text[at:run(text, at, space)]
            last = max(blank.rfind("\r"), blank.rfind("\n"))
            if last >= 0:
                end = at + last + 1
        if end is None:
            end = white(text, at)
        pieces.append(text[at:end])
        at = end
    return pieces


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
