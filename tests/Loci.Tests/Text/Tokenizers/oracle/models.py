"""The models, as slowly and plainly as they can be written: every merge looks at all pairs, every segmentation is tried."""

from functools import lru_cache


def alphabet():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in kept]
    return {**{b: chr(b) for b in kept}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


ALPHABET = alphabet()


def byte_level(text):
    return "".join(ALPHABET[b] for b in text.encode())


def merge(symbols, ranks):
    """Symbols are strings; ranks maps a pair to its rank. The lowest rank first, the leftmost among equals."""
    symbols = list(symbols)
    while True:
        found = [(ranks[pair], i) for i, pair in enumerate(zip(symbols, symbols[1:])) if pair in ranks]
        if not found:
            return symbols
        _, i = min(found)
        symbols[i:i + 2] = ["".join(symbols[i:i + 2])]


def train(words, count, keep=lambda pair: True):
    """The usual training: the most frequent pair becomes the next merge, ties to the lesser pair."""
    words = [list(word) for word in words]
    merges = []
    for _ in range(count):
        pairs = {}
        for word in words:
            for pair in zip(word, word[1:]):
                if keep(pair):
                    pairs[pair] = pairs.get(pair, 0) + 1
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [merge(word, {best: 0}) for word in words]
    return merges


def unigram(text, scores, unknown, byte_fallback):
    """Pieces by the highest sum of scores, summed from the left; of equals, the one whose last piece starts first wins."""
    penalty = min(scores.values()) - 10.0

    @lru_cache(maxsize=None)
    def best(end):
        if end == 0:
            return (0.0, None)
        found = None
        for start in range(end):
            piece = text[start:end]
            if piece in scores:
                score = scores[piece]
            elif end - start == 1:
                score, piece = penalty, None
            else:
                continue
            total = score + best(start)[0]
            if found is None or total > found[0]:
                found = (total, start, piece)
        return found

    pieces, end = [], len(text)
    for position in range(len(text)):  # keeps the recursion shallow
        best(position)
    while end > 0:
        _, start, piece = best(end)
        if piece in (None, unknown) and pieces and pieces[-1][0] is None:
            pieces[-1] = (None, text[start:end] + pieces[-1][1])
        else:
            pieces.append((None if piece in (None, unknown) else piece, text[start:end]))
        end = start
    result = []
    for piece, part in reversed(pieces):
        if piece is not None:
            result.append(piece)
        elif part in scores:
            result.append(part)
        elif byte_fallback and all(f"<0x{b:02X}>" in scores for b in part.encode()):
            result += [f"<0x{b:02X}>" for b in part.encode()]
        else:
            result.append(unknown)
    return result
