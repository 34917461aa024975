"""Turn a float32 matrix of costs into weights and into sums of cost terms, a chunk at a time.

Terms of a cost c are c, ln c, c², √c and (ln c)²; logarithm and exponential are short polynomials
(Cody & Waite 1980, range reduction by powers of two) that compile to vector code: relative error
below 1e-10 for the logarithm and 3e-7 for the float32 exponential.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

COST, LOG, SQUARE, ROOT, LOG_SQUARE = 0, 1, 2, 3, 4
CHUNK = 512
LN2 = 0.6931471805599453
LOG2E = 1.4426950408889634
SQRT2 = 1.4142135623730951
CLAMP = 120.0  # in powers of two: what float32 holds
FILL = {"contract"}
FAST = {"reassoc", "contract", "nsz", "arcp"}


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FILL)
def _logs(cost: F32, out: F64, scratch: F32) -> None:
    """Write natural logarithms of positive float32 numbers."""
    n = len(cost)
    for j in range(n):
        scratch[j] = cost[j]
    bits = scratch.view(np.int32)
    for j in range(n):
        out[j] = np.float64(np.int32(bits[j] >> 23))
    for j in range(n):
        bits[j] = (bits[j] & 0x7FFFFF) | 0x3F800000
    for j in range(n):
        m = np.float64(scratch[j])
        high = m > SQRT2
        m = 0.5 * m if high else m
        whole = out[j] - (126.0 if high else 127.0)
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        y = z * z
        p = (1.0 + z * (1.0 / 3.0)) + y * (
            (1.0 / 5.0 + z * (1.0 / 7.0)) + y * ((1.0 / 9.0 + z * (1.0 / 11.0)) + y * (1.0 / 13.0))
        )
        out[j] = whole * LN2 + 2.0 * s * p


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FILL)
def _terms(cost: F32, kinds: I64, out: F64, scratch: F32) -> None:
    """Write the terms of a chunk of costs, out float64[terms, chunk]."""
    n = len(cost)
    for k in range(len(kinds)):
        row = out[k]
        if kinds[k] == COST:
            for j in range(n):
                row[j] = np.float64(cost[j])
        elif kinds[k] == SQUARE:
            for j in range(n):
                row[j] = np.float64(cost[j]) * np.float64(cost[j])
        elif kinds[k] == ROOT:
            for j in range(n):
                row[j] = np.sqrt(np.float64(max(cost[j], np.float32(0))))
        else:
            _logs(cost, row, scratch)
            if kinds[k] == LOG_SQUARE:
                for j in range(n):
                    row[j] = row[j] * row[j]


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FILL)
def _exponentials(eta: F64, whole: F64, out: F32) -> None:
    """Write exp(eta) as float32, never below 2⁻¹²⁰ nor above 2¹²⁰."""
    n = len(out)
    for j in range(n):
        t = eta[j] * LOG2E
        t = -CLAMP if t < -CLAMP else t
        t = CLAMP if t > CLAMP else t
        w = np.floor(t + 0.5)
        whole[j] = w
        r = np.float32((t - w) * LN2)
        p = np.float32(1.0 / 720.0)
        p = p * r + np.float32(1.0 / 120.0)
        p = p * r + np.float32(1.0 / 24.0)
        p = p * r + np.float32(1.0 / 6.0)
        p = p * r + np.float32(0.5)
        p = p * r + np.float32(1.0)
        out[j] = p * r + np.float32(1.0)
    bits = out.view(np.int32)
    for j in range(n):
        bits[j] += np.int32(whole[j]) << 23


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FILL)
def fill(cost: F32, low: float, kinds: I64, coef: F64, u: F64, v: F64, f: F32) -> int:
    """Write f = exp(coef·terms + u_i + v_j), 0 where the cost is below `low` or not finite.

    `cost`, `f` float32[rows, n], `u` float64[rows], `v` float64[n]. Returns how many are not 0.
    """
    rows, n = cost.shape
    terms = np.empty((max(len(kinds), 1), CHUNK))
    eta, whole, scratch = np.empty(CHUNK), np.empty(CHUNK), np.empty(CHUNK, np.float32)
    count = 0
    for i in range(rows):
        own = u[i]
        for a in range(0, n, CHUNK):
            b = min(a + CHUNK, n)
            c, out, here = cost[i, a:b], f[i, a:b], v[a:b]
            size = len(c)
            _terms(c, kinds, terms, scratch)
            for j in range(size):
                eta[j] = own + here[j]
            for k in range(len(kinds)):
                slope, row = coef[k], terms[k]
                for j in range(size):
                    eta[j] += slope * row[j]
            _exponentials(eta, whole, out)
            for j in range(size):
                out[j] = out[j] if (c[j] >= low) & (c[j] < np.inf) else np.float32(0)
            found = np.float32(0)
            for j in range(size):
                found += np.float32(1) if out[j] > 0 else np.float32(0)
            count += int(found)
    return count


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FAST)
def moments(cost: F32, f: F32, w: F64, x: F64, kinds: I64, row: F64, col: F64, cross: F64) -> float:
    """Add up flows T = w_i f_ij x_j times the terms of their costs; return Σ T².

    Writes `row` float64[terms, rows], `col` float64[terms, n] and `cross` float64[terms, terms].
    """
    rows, n = cost.shape
    count = len(kinds)
    terms = np.empty((max(count, 1), CHUNK))
    flow, both, scratch = np.empty(CHUNK), np.empty(CHUNK), np.empty(CHUNK, np.float32)
    row[:] = 0.0
    col[:] = 0.0
    cross[:] = 0.0
    squares = 0.0
    for i in range(rows):
        own = w[i]
        for a in range(0, n, CHUNK):
            b = min(a + CHUNK, n)
            c, weight, here = cost[i, a:b], f[i, a:b], x[a:b]
            size = len(c)
            _terms(c, kinds, terms, scratch)
            total = 0.0
            for j in range(size):
                t = own * np.float64(weight[j]) * here[j]
                flow[j] = t
                total += t * t
            squares += total
            for k in range(count):
                g, sums = terms[k], col[k, a:b]
                for j in range(size):  # an excluded pair may have no cost at all
                    g[j] = g[j] if weight[j] > 0 else 0.0
                total = 0.0
                for j in range(size):
                    t = flow[j] * g[j]
                    both[j] = t
                    sums[j] += t
                    total += t
                row[k, i] += total
                for m in range(k + 1):
                    other = terms[m]
                    total = 0.0
                    for j in range(size):
                        total += both[j] * other[j]
                    cross[k, m] += total
    for k in range(count):
        for m in range(k):
            cross[m, k] = cross[k, m]
    return squares
