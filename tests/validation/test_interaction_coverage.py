"""Bootstrap intervals against the truth: 200 simulated calibrations at nominal 90 %.

With 200 calibrations the share that covers scatters by 2.1 points (binomial) around the coverage; the
bounds below are 88–92 % widened by that, so the test fails for intervals that are off, not for luck.
"""

from math import sqrt

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.models.demand.bootstrap import Bootstrap, bootstrap
from chengce.models.demand.interaction import calibrate

SIMULATIONS, DRAWS, BETA = 200, 59, 0.15
SCATTER = sqrt(0.9 * 0.1 / SIMULATIONS)


@pytest.mark.parametrize("kind", ["dispersed"])
def test_intervals_cover_the_truth_as_often_as_they_say(kind: str) -> None:
    rng = np.random.default_rng(5)
    xy = rng.random((9, 2)) * 20
    cost = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1
    mean = np.outer(rng.lognormal(size=9), rng.lognormal(size=9)) * np.exp(-BETA * cost)
    mean *= 4000 / mean.sum()
    covered, estimates = 0, []
    for k in range(SIMULATIONS):
        fit = calibrate(rng.poisson(mean).astype(np.float64), cost)
        found = bootstrap(fit, Bootstrap(kind, DRAWS), Context(seed=k))  # type: ignore[arg-type]
        assert found.intervals.failed == 0
        beta = found.coefficients[0]
        covered += beta.low <= BETA <= beta.high
        estimates.append(beta.value)
    assert 0.88 - SCATTER <= covered / SIMULATIONS <= 0.92 + SCATTER
    error = np.std(estimates) / sqrt(SIMULATIONS)
    assert abs(np.mean(estimates) - BETA) < 3 * error  # no bias either
