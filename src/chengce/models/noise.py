"""Turn assumptions about counts and places into draws, keyed by the object they are about."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumption
from chengce.core.context import Context
from chengce.core.draws import uniforms


def relative_errors(
    assumption: Assumption, ids: Sequence[str], context: Context
) -> NDArray[np.float64]:
    """Return factors with mean 1, (draws, ids): lognormal, `assumption` = sd of the logarithm."""
    sd = scalar(assumption, context)[:, None]
    normal = _normal(uniforms(context.seed, assumption.id, ids, context.draws))
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

    A row that stands for one place operates or not; a row of n places keeps each with the same
    probability (normal approximation to the binomial, rounded, within 0 … n).
    """
    share = scalar(assumption, context)[:, None]
    u = uniforms(context.seed, assumption.id, ids, context.draws)
    single = u < share
    spread = np.sqrt(np.maximum(counts * share * (1 - share), 0.0))
    many = np.rint(counts * share + spread * _normal(u))
    return np.where(counts <= 1, counts * single, np.clip(many, 0.0, counts))


def _normal(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.frompyfunc(NormalDist().inv_cdf, 1, 1)(u), dtype=np.float64)
