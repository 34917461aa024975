"""Sweep a float32 matrix of weights between zones once an iteration; arrays in, arrays out.

One sweep reads every row once: its product with a vector gives the row's weight, and the weighted
row is added to the column sums while it is still in cache. Eight rows go together. Products are
summed in float32 over at most 1,024 columns (or 8 rows) and then in float64, always in the same
order, so the result depends on the block of rows and on nothing else.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
CHUNK = 1024
FAST = {"reassoc", "contract", "nsz", "arcp"}  # sums may be split over vector lanes


@njit(nogil=True, cache=True, fastmath=FAST)
def sweep(f: F32, x: F32, by: F64, divide: bool, weight: F64, col: F64) -> None:
    """Write `weight` = by ÷ (f·x) or by × (f·x), and `col` = weight·f.

    `f` float32[rows, n], `x` float32[n], `by` and `weight` float64[rows], `col` float64[n].
    A row whose product or `by` is 0 has weight 0.
    """
    rows, n = f.shape
    s = np.empty(8)
    w = np.empty(8, np.float32)
    col[:] = 0.0
    i = 0
    while i + 8 <= rows:
        r0, r1, r2, r3 = f[i], f[i + 1], f[i + 2], f[i + 3]
        r4, r5, r6, r7 = f[i + 4], f[i + 5], f[i + 6], f[i + 7]
        s[:] = 0.0
        for a in range(0, n, CHUNK):
            b = min(a + CHUNK, n)
            xc = x[a:b]
            c0, c1, c2, c3 = r0[a:b], r1[a:b], r2[a:b], r3[a:b]
            c4, c5, c6, c7 = r4[a:b], r5[a:b], r6[a:b], r7[a:b]
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = np.float32(0)
            for j in range(len(xc)):
                v = xc[j]
                s0 += c0[j] * v
                s1 += c1[j] * v
                s2 += c2[j] * v
                s3 += c3[j] * v
                s4 += c4[j] * v
                s5 += c5[j] * v
                s6 += c6[j] * v
                s7 += c7[j] * v
            s[0] += s0
            s[1] += s1
            s[2] += s2
            s[3] += s3
            s[4] += s4
            s[5] += s5
            s[6] += s6
            s[7] += s7
        for k in range(8):
            weight[i + k] = _weight(by[i + k], s[k], divide)
            w[k] = np.float32(weight[i + k])
        w0, w1, w2, w3, w4, w5, w6, w7 = w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
        for j in range(n):
            col[j] += np.float64(
                ((w0 * r0[j] + w1 * r1[j]) + (w2 * r2[j] + w3 * r3[j]))
                + ((w4 * r4[j] + w5 * r5[j]) + (w6 * r6[j] + w7 * r7[j]))
            )
        i += 8
    while i < rows:
        row = f[i]
        total = 0.0
        for j in range(n):
            total += np.float64(row[j] * x[j])
        weight[i] = _weight(by[i], total, divide)
        w0 = np.float32(weight[i])
        for j in range(n):
            col[j] += np.float64(w0 * row[j])
        i += 1


@njit(nogil=True, cache=True)
def _weight(by: float, product: float, divide: bool) -> float:
    if product == 0.0 or by == 0.0:
        return 0.0
    return by / product if divide else by * product


@njit(nogil=True, cache=True, fastmath=FAST)
def coupled(f: F32, w: F64, x: F64, own: F64, group: I64, out: F64) -> None:
    """Add up own_i q_i qᵀ_i over rows, where q_i are flows w_i f_ij x_j by group of destinations.

    `out` float64[groups, groups], its lower half.
    """
    rows, n = f.shape
    groups = out.shape[0]
    q = np.empty(groups)
    out[:] = 0.0
    for i in range(rows):
        q[:] = 0.0
        for j in range(n):
            q[group[j]] += f[i, j] * x[j]
        scale = own[i] * w[i] * w[i]
        for g in range(groups):
            part, row = scale * q[g], out[g]
            for h in range(g + 1):
                row[h] += part * q[h]
