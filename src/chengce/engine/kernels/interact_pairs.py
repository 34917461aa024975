"""Sweep a list of pairs of zones, sorted by origin, in float64; arrays in, arrays out.

The same sums as over a matrix, for the pairs that exist: `ptr` int64[origins + 1], `to`
int32[pairs] and `terms` float64[k, pairs] by origin. Sums run in index order.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
CLAMP = 700.0  # what float64 holds
CORNISH_FISHER_FROM = 60.0


@njit(nogil=True, cache=True)
def fill_pairs(ptr: I64, to: I32, terms: F64, coef: F64, u: F64, v: F64, f: F64) -> None:
    """Write f = exp(coef·terms + u_i + v_j)."""
    for i in range(len(ptr) - 1):
        for p in range(ptr[i], ptr[i + 1]):
            eta = u[i] + v[to[p]]
            for k in range(len(coef)):
                eta += coef[k] * terms[k, p]
            f[p] = math.exp(min(max(eta, -CLAMP), CLAMP))


@njit(nogil=True, cache=True)
def sweep_pairs(
    ptr: I64, to: I32, f: F64, x: F64, by: F64, divide: bool, weight: F64, col: F64
) -> None:
    """Write `weight` = by ÷ (f·x) or by × (f·x), and `col` = weight·f; 0 where either is 0."""
    col[:] = 0.0
    for i in range(len(ptr) - 1):
        product = 0.0
        for p in range(ptr[i], ptr[i + 1]):
            product += f[p] * x[to[p]]
        w = 0.0
        if product != 0.0 and by[i] != 0.0:
            w = by[i] / product if divide else by[i] * product
        weight[i] = w
        if w != 0.0:
            for p in range(ptr[i], ptr[i + 1]):
                col[to[p]] += w * f[p]


@njit(nogil=True, cache=True)
def moments_pairs(
    ptr: I64, to: I32, terms: F64, f: F64, w: F64, x: F64, row: F64, col: F64, cross: F64
) -> float:
    """Add up flows T = w_i f x_j times the terms, by origin, by destination, by two; return Σ T²."""
    row[:] = 0.0
    col[:] = 0.0
    cross[:] = 0.0
    count = terms.shape[0]
    squares = 0.0
    for i in range(len(ptr) - 1):
        for p in range(ptr[i], ptr[i + 1]):
            j = to[p]
            flow = w[i] * f[p] * x[j]
            squares += flow * flow
            for k in range(count):
                part = flow * terms[k, p]
                row[k, i] += part
                col[k, j] += part
                for m in range(k + 1):
                    cross[k, m] += part * terms[m, p]
    for k in range(count):
        for m in range(k):
            cross[m, k] = cross[k, m]
    return squares


@njit(nogil=True, cache=True)
def coupled_pairs(ptr: I64, to: I32, f: F64, w: F64, x: F64, own: F64, out: F64) -> None:
    """Add up own_i q_i qᵀ_i over origins, where q_i are its flows w_i f x_j; lower half of `out`."""
    out[:] = 0.0
    for i in range(len(ptr) - 1):
        scale = own[i] * w[i] * w[i]
        for p in range(ptr[i], ptr[i + 1]):
            part = scale * f[p] * x[to[p]]
            for r in range(ptr[i], p + 1):
                out[max(to[p], to[r]), min(to[p], to[r])] += part * f[r] * x[to[r]]


@njit(nogil=True, cache=True)
def invert(a: F64) -> None:
    """Replace a symmetric positive definite matrix, given by its lower half, by its inverse."""
    n = len(a)
    for k in range(n):  # a = L Lᵀ
        for j in range(k):
            for i in range(k, n):
                a[i, k] -= a[i, j] * a[k, j]
        root = math.sqrt(max(a[k, k], 1e-300))
        for i in range(k, n):
            a[i, k] /= root
    for k in range(n):  # L⁻¹ in place
        a[k, k] = 1.0 / a[k, k]
        for i in range(k + 1, n):
            total = 0.0
            for j in range(k, i):
                total += a[i, j] * a[j, k]
            a[i, k] = -total / a[i, i]
    for i in range(n):  # L⁻ᵀ L⁻¹, row by row from the top: what is below is still L⁻¹
        for j in range(i + 1):
            total = 0.0
            for k in range(i, n):
                total += a[k, i] * a[k, j]
            a[i, j] = total
    for i in range(n):
        for j in range(i):
            a[j, i] = a[i, j]


@njit(nogil=True, cache=True)
def log_factorials(values: F64) -> float:
    """Return Σ ln Γ(value + 1)."""
    total = 0.0
    for p in range(len(values)):
        total += math.lgamma(values[p] + 1.0)
    return total


@njit(nogil=True, cache=True)
def _normal_quantile(uniform: float) -> float:
    """Return the standard normal quantile: Abramowitz & Stegun 26.2.23, then one Newton step."""
    tail = min(uniform, 1.0 - uniform)
    t = math.sqrt(-2.0 * math.log(tail))
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (
        1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    )
    above = 0.5 * math.erfc(z / math.sqrt(2.0))
    z += (above - tail) * math.sqrt(2.0 * math.pi) * math.exp(0.5 * z * z)
    return z if uniform > 0.5 else -z


@njit(nogil=True, cache=True)
def poisson(uniform: F64, mean: F64, out: F64) -> None:
    """Write the Poisson number that belongs to a uniform one, by inversion.

    Up to a mean of 60 by adding probabilities; above by the Cornish–Fisher expansion of third
    order, rounded (Johnson, Kemp & Kotz 2005, chapter 4), within one of the exact number.
    """
    for p in range(len(out)):
        m = mean[p]
        if m < CORNISH_FISHER_FROM:
            term = math.exp(-m)
            total = term
            n = 0
            while uniform[p] > total and term > 0.0:
                n += 1
                term *= m / n
                total += term
            out[p] = n
        else:
            z = _normal_quantile(uniform[p])
            s = math.sqrt(m)
            found = m + s * z + (z * z - 1.0) / 6.0 - z * (z * z - 1.0) / (72.0 * s)
            out[p] = max(math.floor(found + 0.5), 0.0)
