"""Fit a matrix to counts for shares that are held: minimum information, by Newton on the dual.

The problem: minimise ½ Σ ((count − S x) / sd)² + w Σ (x ln(x / x₀) − x + x₀) over x ≥ 0. The
second term is the information by which x departs from the prior x₀ (van Zuylen & Willumsen 1980,
doi:10.1016/0191-2615(80)90008-9); it is never negative and keeps x > 0 where x₀ > 0 and x = 0
where x₀ = 0. With one multiplier μ for each count, x = x₀ exp(Sᵀ μ), and the dual
μᵀ count − ½ w Σ sd² μ² − Σ x₀ (exp(Sᵀ μ) − 1) is smooth and strictly concave, so that its
maximum is the one answer.
"""

import numpy as np
from numpy.typing import NDArray

from chengce.models.calibration.counted import Counts
from chengce.models.calibration.od_shares import Shares

Floats = NDArray[np.float64]

STEPS = 200
HALVINGS = 60
DONE = 1e-18  # Newton decrement, as a share of the count's own weight, at which the dual is solved
STEEP = 300.0  # exponents beyond this would overflow


def fitted(prior: Floats, shares: Shares, counts: Counts, weight: float) -> Floats:
    """Return the matrix, by pair, that fits `counts` best for a prior weight > 0."""
    multiplier = np.zeros(len(counts))
    trips, value = prior.copy(), 0.0
    ridge = weight * counts.sd**2
    for _ in range(STEPS):
        gradient = counts.value - ridge * multiplier - shares.at_counts(trips)
        curvature = shares.normal(trips)
        curvature[np.diag_indices(len(counts))] += ridge
        step = np.linalg.solve(curvature, gradient)
        decrement = float(gradient @ step)
        if decrement <= DONE * float(np.sum(ridge + counts.value)):
            break
        size = 1.0
        for _ in range(HALVINGS):
            ahead = multiplier + size * step
            gain, moved = _dual(ahead, prior, shares, counts, ridge)
            if gain >= value + 1e-4 * size * decrement:
                break
            size /= 2.0
        else:
            break  # as exact as rounding allows
        multiplier, trips, value = ahead, moved, gain
    return trips


def information(trips: Floats, prior: Floats) -> float:
    """Return Σ (x ln(x / x₀) − x + x₀) over pairs with x₀ > 0; 0 where x = x₀, else positive."""
    ratio = np.where(trips > 0, trips, 1.0) / prior
    return float(np.sum(np.where(trips > 0, trips * np.log(ratio), 0.0) - trips + prior))


def misfit(modelled: Floats, counts: Counts) -> float:
    """Return Σ ((count − modelled) / sd)²."""
    return float(np.sum(((counts.value - modelled) / counts.sd) ** 2))


def _dual(
    multiplier: Floats, prior: Floats, shares: Shares, counts: Counts, ridge: Floats
) -> tuple[float, Floats]:
    exponent = shares.by_pair(multiplier)
    if not np.all(exponent < STEEP):
        return -np.inf, prior
    trips = prior * np.exp(exponent)
    gain = multiplier @ counts.value - 0.5 * np.sum(ridge * multiplier**2)
    return float(gain - np.sum(prior * np.expm1(exponent))), trips
