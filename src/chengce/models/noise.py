"""Turn assumptions about counts and places into draws, keyed by the object they are about."""

from collections.abc import Sequence
from math import comb
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumption
from chengce.core.context import Context
from chengce.core.draws import uniforms

EXACT = 50


def relative_errors(
    assumption: Assumption, ids: Sequence[str], context: Context
) -> NDArray[np.float64]:
    """Return factors with mean 1, (draws, ids): lognormal, `assumption` = sd of the logarithm."""
    sd = scalar(assumption, context)[:, None]
    normal = standard_normal(uniforms(context.seed, assumption.id, ids, context.draws))
    return np.asarray(np.exp(sd * normal - 0.5 * sd**2))


def scalar(assumption: Assumption, context: Context) -> NDArray[np.float64]:
    """Return one value per draw of an assumption that holds for the whole city, (draws,)."""
    return assumption.quantile(quantiles(assumption, context))


def quantiles(assumption: Assumption, context: Context) -> NDArray[np.float64]:
    """Return the quantile of an assumption drawn in each draw, (draws,)."""
    return uniforms(context.seed, assumption.id, ["city"], context.draws)[:, 0]


def operating(
    assumption: Assumption, ids: Sequence[str], counts: NDArray[np.float64], context: Context
) -> NDArray[np.float64]:
    """Return how many of the places each row stands for operate, (draws, ids).

    A row that stands for one place operates or not; of a row of n places each operates with the
    same probability (binomial; for more than 50, its normal approximation, rounded).
    """
    share = scalar(assumption, context)[:, None]
    u = uniforms(context.seed, assumption.id, ids, context.draws)
    out = np.empty(u.shape)
    for n in np.unique(counts):
        at = counts == n
        if n <= 1:
            out[:, at] = n * (u[:, at] < share)
        elif n <= EXACT and n == int(n):
            out[:, at] = _binomial(u[:, at], int(n), share)
        else:
            spread = np.sqrt(n * share * (1 - share))
            out[:, at] = np.clip(np.rint(n * share + spread * standard_normal(u[:, at])), 0.0, n)
    return out


def _binomial(u: NDArray[np.float64], n: int, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantile of a binomial distribution at `u` (draws, ids), `share` (draws, 1)."""
    out = np.zeros(u.shape)
    below = np.zeros(share.shape)
    for k in range(n):
        below = below + comb(n, k) * share**k * (1 - share) ** (n - k)
        out += u >= below
    return out


def standard_normal(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return standard normal quantiles of uniform numbers in (0, 1), elementwise."""
    return np.asarray(np.frompyfunc(NormalDist().inv_cdf, 1, 1)(u), dtype=np.float64)
