"""Random blocks of every packing of GGUF and what ggml's own loops make of them, for GgufFileTests.

The loops follow ggml-quants.c (dequantize_row_*) step by step, pointers and all, in float32: another way to the
same numbers than the reader's formulas.

python3 gguf_blocks.py    # writes blocks.gguf and blocks.f32 beside this file
"""
import struct
import numpy as np

rng = np.random.default_rng(5)
f32 = np.float32


def half(b, at):
    return f32(np.frombuffer(b[at:at + 2], np.float16)[0])


def q4_0(b):
    d, qs = half(b, 0), b[2:]
    return [f32((qs[j] & 15) - 8) * d for j in range(16)] + [f32((qs[j] >> 4) - 8) * d for j in range(16)]


def q4_1(b):
    d, m, qs = half(b, 0), half(b, 2), b[4:]
    return [f32(qs[j] & 15) * d + m for j in range(16)] + [f32(qs[j] >> 4) * d + m for j in range(16)]


def q5(b, at):
    qh, qs = struct.unpack("<I", b[at:at + 4])[0], b[at + 4:]
    low, high = [], []
    for j in range(16):
        low.append((qs[j] & 15) | (((qh >> j) << 4) & 0x10))
        high.append((qs[j] >> 4) | ((qh >> (j + 12)) & 0x10))
    return low + high


def q5_0(b):
    return [f32(q - 16) * half(b, 0) for q in q5(b, 2)]


def q5_1(b):
    return [f32(q) * half(b, 0) + half(b, 2) for q in q5(b, 4)]


def q8_0(b):
    return [f32(q) * half(b, 0) for q in np.frombuffer(b[2:], np.int8)]


KV = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
FP4 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]


def iq4_nl(b):
    d, qs = half(b, 0), b[2:]
    return [d * f32(KV[q & 15]) for q in qs] + [d * f32(KV[q >> 4]) for q in qs]


def mxfp4(b):
    d, qs = f32(2.0 ** (b[0] - 128)), b[1:]
    return [d * f32(FP4[q & 15]) for q in qs] + [d * f32(FP4[q >> 4]) for q in qs]


def q2_k(b):
    scales, q, d, m, y, s = b[:16], b[16:80], half(b, 80), half(b, 82), [], 0
    for n in range(0, 256, 128):
        shift = 0
        for _ in range(4):
            for part in (0, 16):
                sc = scales[s]
                s += 1
                y += [d * f32(sc & 15) * f32((q[l + part] >> shift) & 3) - m * f32(sc >> 4) for l in range(16)]
            shift += 2
        q = q[32:]
    return y


def q3_k(b):
    hm, q, d = b[:32], b[32:96], half(b, 108)
    aux = list(struct.unpack("<3I", b[96:108])) + [0]
    k1, k2, tmp = 0x03030303, 0x0f0f0f0f, aux[2]
    aux = [(aux[0] & k2) | (((tmp >> 0) & k1) << 4), (aux[1] & k2) | (((tmp >> 2) & k1) << 4),
           ((aux[0] >> 4) & k2) | (((tmp >> 4) & k1) << 4), ((aux[1] >> 4) & k2) | (((tmp >> 6) & k1) << 4)]
    scales, y, s, m = struct.pack("<4I", *aux), [], 0, 1
    for n in range(0, 256, 128):
        shift = 0
        for _ in range(4):
            for part in (0, 16):
                dl = d * f32(scales[s] - 32)
                s += 1
                y += [dl * f32(((q[l + part] >> shift) & 3) - (0 if hm[l + part] & m else 4)) for l in range(16)]
            shift += 2
            m <<= 1
        q = q[32:]
    return y


def scale_min(j, q):
    if j < 4:
        return q[j] & 63, q[j + 4] & 63
    return (q[j + 4] & 15) | ((q[j - 4] >> 6) << 4), (q[j + 4] >> 4) | ((q[j] >> 6) << 4)


def q4_k(b):
    d, m, s, q, y, i = half(b, 0), half(b, 2), b[4:16], b[16:], [], 0
    for _ in range(0, 256, 64):
        for shift in (0, 4):
            sc, mn = scale_min(i, s)
            i += 1
            y += [d * f32(sc) * f32((q[l] >> shift) & 15) - m * f32(mn) for l in range(32)]
        q = q[32:]
    return y


def q5_k(b):
    d, m, s, qh, q, y, i, u = half(b, 0), half(b, 2), b[4:16], b[16:48], b[48:], [], 0, 1
    for _ in range(0, 256, 64):
        for shift in (0, 4):
            sc, mn = scale_min(i, s)
            i += 1
            y += [d * f32(sc) * f32(((q[l] >> shift) & 15) + (16 if qh[l] & u else 0)) - m * f32(mn) for l in range(32)]
            u <<= 1
        q = q[32:]
    return y


def q6_k(b):
    ql, qh, sc, d, y = b[:128], b[128:192], np.frombuffer(b[192:208], np.int8), half(b, 208), np.zeros(256, f32)
    at = 0
    for n in range(0, 256, 128):
        for l in range(32):
            i = l // 16
            q = [(ql[l] & 15) | ((qh[l] & 3) << 4), (ql[l + 32] & 15) | (((qh[l] >> 2) & 3) << 4),
                 (ql[l] >> 4) | (((qh[l] >> 4) & 3) << 4), (ql[l + 32] >> 4) | (((qh[l] >> 6) & 3) << 4)]
            for part in range(4):
                y[at + l + 32 * part] = d * f32(sc[i + 2 * part]) * f32(q[part] - 32)
        at += 128
        ql, qh, sc = ql[64:], qh[32:], sc[8:]
    return list(y)


KINDS = [("q4_0", 2, 32, 18, [0], q4_0), ("q4_1", 3, 32, 20, [0, 2], q4_1), ("q5_0", 6, 32, 22, [0], q5_0),
         ("q5_1", 7, 32, 24, [0, 2], q5_1), ("q8_0", 8, 32, 34, [0], q8_0), ("iq4_nl", 20, 32, 18, [0], iq4_nl),
         ("mxfp4", 39, 32, 17, [], mxfp4), ("q2_k", 10, 256, 84, [80, 82], q2_k), ("q3_k", 11, 256, 110, [108], q3_k),
         ("q4_k", 12, 256, 144, [0, 2], q4_k), ("q5_k", 13, 256, 176, [0, 2], q5_k), ("q6_k", 14, 256, 210, [208], q6_k)]
BLOCKS = 3


def text(s):
    return struct.pack("<Q", len(s)) + s.encode()


head = b"GGUF" + struct.pack("<IQQ", 3, len(KINDS), 4)
head += text("general.architecture") + struct.pack("<I", 8) + text("none")
head += text("list") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("bc")
head += text("number") + struct.pack("<If", 6, 1.5) + text("flag") + struct.pack("<IB", 7, 1)
data, values, offset = b"", [], 0
for name, kind, n, size, halves, widen in KINDS:
    blocks = b""
    for _ in range(BLOCKS):
        block = bytearray(rng.integers(0, 256, size, dtype=np.uint8).tobytes())
        for at in halves:
            block[at:at + 2] = np.float16(rng.normal() / 8).tobytes()
        if name == "mxfp4":
            block[0] = 120 + block[0] % 16
        blocks += bytes(block)
        values += widen(bytes(block))
    head += text(name) + struct.pack("<IQIQ", 1, n * BLOCKS, kind, len(data))
    data += blocks + b"\0" * (-len(blocks) % 32)
open("blocks.gguf", "wb").write(head + b"\0" * (-len(head) % 32) + data)
np.array(values, f32).tofile("blocks.f32")
