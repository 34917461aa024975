"""Give coefficients intervals by calibrating again on flows as they might have been.

Percentile intervals (Efron & Tibshirani 1993, chapter 13). Random numbers are keyed by zone or
pair, so they do not depend on the order of the flows or on threads. Small models are calibrated
again in full; over a float32 matrix the coefficients take one Newton step from the fit with its
zone effects and matrix re-used (the one-step bootstrap of Davidson & MacKinnon 1999,
doi:10.2307/1392265).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from chengce.core.context import Context
from chengce.core.draws import uniforms
from chengce.core.errors import ChengceError
from chengce.core.text import Text
from chengce.engine.interaction import MatrixField
from chengce.engine.interaction_balance import Balancer, Totals
from chengce.engine.kernels.interact_pairs import poisson
from chengce.models.demand.design import Design
from chengce.models.demand.fit import Coefficient, Fit, Intervals
from chengce.models.demand.model import Floats
from chengce.models.demand.solve import Solution, Start, solve

Kind = Literal["dispersed", "poisson", "trips", "origins"]
BLOCK = 4096  # pairs whose numbers are drawn at once
DRAWING = Text("自助抽样，重新校准", "bootstrap: calibrating again")


@dataclass(frozen=True)
class Bootstrap:
    """How flows might have been, and how often.

    `kind`: "poisson", around the modelled flows; "dispersed", the same with the variance the
    residuals show (dispersion × mean); "trips", observed trips drawn again; "origins", whole
    origins weighted at random (Rubin 1981, doi:10.1214/aos/1176345338), for flows of an origin
    that stray together.
    """

    kind: Kind = "dispersed"
    draws: int = 200


def bootstrap(fit: Fit, how: Bootstrap, context: Context) -> Fit:
    """Return the fit with bootstrap intervals; a fit that did not converge comes back as it is.

    Draws whose calibration does not converge are left out and counted in `intervals.failed`.
    """
    if not fit.converged or how.draws < 2 or not fit.coefficients:
        return fit
    again = _Again(fit.design)
    totals, sums = again.empty(how.draws)
    for pairs, flows in _flows(fit, how, context.seed):
        again.add(totals, sums, pairs, flows)
    found = _in_full(fit, totals, sums, context)
    if found is None:
        return fit
    low, high = np.quantile(found, (0.05, 0.95), axis=0)
    return replace(
        fit,
        coefficients=tuple(
            replace(c, low=float(a), high=float(b))
            for c, a, b in zip(fit.coefficients, low, high, strict=True)
        ),
        intervals=Intervals(how.kind, how.draws, how.draws - len(found)),
    )
