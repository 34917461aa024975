"""Give coefficients intervals by calibrating again on flows as they might have been.

Percentile intervals (Efron & Tibshirani 1993, chapter 13). Random numbers are keyed by zone or
pair, so they do not depend on the order of the flows or on threads. Small models are calibrated
again in full; over a float32 matrix the coefficients take one Newton step from the fit with its
zone effects and matrix re-used (the one-step bootstrap of Davidson & MacKinnon 1999,
doi:10.1111/1468-2354.00026).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from chengce.core.context import Context
from chengce.core.draws import uniforms
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.interaction.balance import Balancer, Totals
from chengce.engine.interaction.field import MatrixField
from chengce.engine.kernels.interact_pairs import poisson
from chengce.models.demand.fit import Fit, Intervals
from chengce.models.demand.model import Floats
from chengce.models.demand.solve import Start, solve

Kind = Literal["dispersed", "poisson", "trips", "origins"]
EXACT = 1e-9  # dispersion of a perfect fit: nothing to draw
PRECISE = 0.01
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

    Draws whose calibration does not converge are left out and counted in `intervals.failed`. Over
    a float32 matrix, "dispersed" and "poisson" keep the normal intervals, to which they lead.
    """
    parametric = how.kind in ("dispersed", "poisson")
    large = isinstance(fit.design.over, MatrixField)
    if not (fit.converged and fit.coefficients and how.draws > 1) or (large and parametric):
        return fit
    found = _one_step(fit, how, context) if large else _in_full(fit, how, context)
    if len(found) < 2:
        return fit
    low, high = np.quantile(found, (0.05, 0.95), axis=0, method="weibull")
    failed = how.draws - len(found)
    warnings = (*fit.warnings, _failed(failed, how.draws)) if failed else fit.warnings
    return replace(
        fit,
        coefficients=tuple(
            replace(c, low=float(a), high=float(b))
            for c, a, b in zip(fit.coefficients, low, high, strict=True)
        ),
        intervals=Intervals(how.kind, how.draws, failed),
        warnings=warnings,
    )


def _failed(failed: int, draws: int) -> Problem:
    return Problem(
        "bootstrap_failed",
        Text(
            f"{draws} 次自助抽样中有 {failed} 次校准未收敛，未计入区间",
            f"{failed} of {draws} bootstrap calibrations did not converge: left out of the intervals",
        ),
        Text(
            "若占比不小，区间偏窄，请谨慎使用",
            "if they are many, intervals are too narrow: take care",
        ),
        severity="warning",
    )


def _in_full(fit: Fit, how: Bootstrap, context: Context) -> Floats:
    """Return the coefficients of the draws that converge, (converged, coefficients)."""
    design, at = fit.design, fit.solution
    totals, sums = _totals(fit, how, context.seed)
    start = Start(at.coefficients, at.u, at.v)
    flow = max(fit.report.flow, 1e-300)
    precision = PRECISE * np.sqrt((fit.report.dispersion or 1.0) / flow)  # of a standard error
    found = []
    for k in range(how.draws):
        context.step(DRAWING, k, how.draws)
        try:
            again = solve(
                design, totals=totals[k], observed=sums[k], start=start, precision=precision
            )
        except ChengceError:
            continue
        if again.reason == "":
            found.append(design.signs * again.coefficients[design.used])
    context.step(DRAWING, how.draws, how.draws)
    return np.array(found).reshape(-1, len(design.used))


def _one_step(fit: Fit, how: Bootstrap, context: Context) -> Floats:
    """Return coefficients one Newton step from the fit, (draws, coefficients)."""
    design, at = fit.design, fit.solution
    field = design.over
    field.fill(at.coefficients, at.u, at.v)
    balancer = Balancer(field, design.totals)
    balanced = balancer.balance()
    sums = field.moments(balanced.w, balanced.x)
    cleared = balancer.clear(balanced, sums, tolerance=10 * field.tolerance)
    values = design.values - cleared.by_origin[:, design.row]
    values -= cleared.by_destination[:, design.column]
    score = np.zeros((how.draws, len(values)))
    for block, flows in _flows(fit, how, context.seed):
        score += flows @ values[:, block].T
        context.step(DRAWING, block.stop, len(design.row))
    moves = np.linalg.solve(at.information, score[:, design.matched].T).T
    return design.signs * (at.coefficients[design.used] + moves)


def _totals(fit: Fit, how: Bootstrap, seed: int) -> tuple[list[Totals], Floats]:
    """Return zone totals and sums of terms of every draw."""
    design = fit.design
    field, group = design.over, design.totals.group
    values = design.values
    rows = np.zeros((how.draws, field.origins))
    columns = np.zeros((how.draws, field.destinations))
    sums = np.zeros((how.draws, len(values)))
    for block, flows in _flows(fit, how, seed):
        for k in range(how.draws):
            rows[k] += np.bincount(design.row[block], flows[k], field.origins)
            columns[k] += np.bincount(design.column[block], flows[k], field.destinations)
        sums += flows @ values[:, block].T
    if group is not None:
        rows = np.stack([np.bincount(group, r, len(design.totals.origin)) for r in rows])
    both = design.totals.destination is not None
    return [Totals(rows[k], columns[k] if both else None, group) for k in range(how.draws)], sums


def _flows(fit: Fit, how: Bootstrap, seed: int) -> Iterator[tuple[slice, Floats]]:
    """Yield blocks of pairs and flows on them, (draws, block)."""
    listed = fit.listed
    scale = 1.0
    if how.kind == "dispersed" and fit.report.dispersion is not None:
        scale = fit.report.dispersion
    if how.kind == "origins":
        names = [str(i) for i in range(listed.shape[0])]
        exponential = -np.log(uniforms(seed, "interaction origin", names, how.draws))
        weight = exponential / exponential.mean(axis=1, keepdims=True)
    for first in range(0, len(listed.flow), BLOCK):
        block = slice(first, min(first + BLOCK, len(listed.flow)))
        i, j, m = listed.origin[block], listed.destination[block], listed.mode[block]
        if how.kind == "origins":
            yield block, weight[:, i] * listed.flow[block]
            continue
        mean = listed.flow[block] if how.kind == "trips" else fit.modelled[block]
        if scale < EXACT:
            yield block, np.repeat(mean[None], how.draws, axis=0)
            continue
        names = [f"{a} {b} {c}" for a, b, c in zip(i, j, m, strict=True)]
        uniform = uniforms(seed, "interaction flow", names, how.draws)
        drawn = np.empty_like(uniform)
        for k in range(how.draws):
            poisson(uniform[k], mean / scale, drawn[k])
        yield block, drawn * scale
