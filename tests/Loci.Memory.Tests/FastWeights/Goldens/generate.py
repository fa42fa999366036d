#!/usr/bin/python3
"""Writes the golden files of the fast-weight kernels: python3 generate.py (numpy). Deterministic.

One head; row vectors; S is (dk, dv); o_t = q_t S_t, read after the write. Everything is float64, token by token, and the
gradients are back-propagation through time over the recurrence, written by hand: no chunks anywhere.
  sum                S = e^g S + b k^T v           (attention normalisation: y = qS / (q.z + 1e-6), z += b k)
  (gated) delta      S = e^g S + b k^T (v - e^g k S)

File: int32 length, dk, dv, correct, gated, normalised; then float64, little endian:
q k v beta g S0 z0 do dS dz | o S z dq dk dv dbeta dg dS0 dz0
"""
import os
import numpy as np


def run(q, k, v, beta, g, S0, z0, do, dS, dz, correct, normalised):
    n = len(q)
    S, z, o, trace = S0.copy(), z0.copy(), np.empty_like(v), []
    for t in range(n):
        a = np.exp(g[t])
        decayed = a * S
        error = v[t] - (k[t] @ decayed if correct else 0)
        S1, z1 = decayed + np.outer(k[t], beta[t] * error), a * z + beta[t] * k[t]
        num, den = q[t] @ S1, q[t] @ z1 + 1e-6
        o[t] = num / den if normalised else num
        trace.append((a, S, decayed, error, S1, z, z1, num, den))
        S, z = S1, z1
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    db, dg, G, H = np.zeros(n), np.zeros(n), dS.copy(), dz.copy()
    for t in reversed(range(n)):
        a, before, decayed, error, S1, z_before, z1, num, den = trace[t]
        dnum, dden = (do[t] / den, -(do[t] @ num) / den**2) if normalised else (do[t], 0.0)
        dq[t] = S1 @ dnum + dden * z1
        G, H = G + np.outer(q[t], dnum), H + dden * q[t]
        dk[t] = G @ (beta[t] * error) + beta[t] * H
        ddelta = k[t] @ G
        db[t] = ddelta @ error + H @ k[t]
        dv[t] = beta[t] * ddelta
        back = G
        if correct:
            dk[t] -= decayed @ dv[t]
            back = G - np.outer(k[t], dv[t])
        dg[t] = a * (np.sum(back * before) + H @ z_before)
        G, H = a * back, a * H
    return o, S, z, dq, dk, dv, db, dg, G, H


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def case(name, seed, n, dk, dv, correct, gates, normalised, keys):
    rng = np.random.default_rng(seed)
    common = 3 * rng.standard_normal(dk)
    shift = common if keys == "correlated" else 0
    q, k = unit(rng.standard_normal((n, dk)) + shift), unit(rng.standard_normal((n, dk)) + shift)
    if keys == "positive":
        q, k = np.abs(q), np.abs(k)
    v = rng.standard_normal((n, dv))
    beta = 1 / (1 + np.exp(-2 * rng.standard_normal(n)))
    g = np.zeros(n)
    if gates == "soft":
        g = -np.log1p(np.exp(-(rng.standard_normal(n) + 3)))
    if gates == "hard":
        g = -20.0 * (rng.random(n) < 0.1)
    S0, z0 = 0.5 * rng.standard_normal((dk, dv)), rng.random(dk)
    do, dS, dz = rng.standard_normal((n, dv)), rng.standard_normal((dk, dv)), rng.standard_normal(dk)
    if not normalised:
        dz = 0 * dz
    found = run(q, k, v, beta, g, S0, z0, do, dS, dz, correct, normalised)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, name + ".golden"), "wb") as out:
        out.write(np.array([n, dk, dv, correct, gates != "none", normalised], "<i4").tobytes())
        for x in (q, k, v, beta, g, S0, z0, do, dS, dz, *found):
            out.write(np.ascontiguousarray(x, "<f8").tobytes())


if __name__ == "__main__":
    case("delta", 1, 45, 8, 6, True, "none", False, "unit")
    case("delta-correlated", 2, 70, 8, 5, True, "none", False, "correlated")
    case("gated-delta", 3, 45, 7, 6, True, "soft", False, "correlated")
    case("hard-gated-delta", 4, 45, 8, 4, True, "hard", False, "unit")
    case("sum", 5, 45, 8, 6, False, "none", False, "unit")
    case("gated-sum", 6, 33, 5, 6, False, "soft", False, "unit")
    case("normalized-sum", 7, 45, 8, 6, False, "none", True, "positive")
    case("one-token", 8, 1, 4, 3, True, "soft", False, "unit")
