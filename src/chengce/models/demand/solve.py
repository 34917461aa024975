"""Find the coefficients of a design: Newton steps on the Poisson likelihood, zones taken out.

Effects of zones are concentrated out by balancing (Correia, Guimarães & Zylkin 2020,
doi:10.1177/1536867X20909691); each step moves coefficients and zone effects together, so balancing
begins close to its end. Steps are exact derivatives of what is matched.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.interaction.balance import Balanced, Balancer, Cleared, Totals
from chengce.models.demand.design import Design
from chengce.models.demand.model import Floats, Ints

STEPS = 60
FINE = 1e-10  # of a step, where its end is taken as reached
SEPARATE = 1e-3  # of a step that has not ended while almost nothing is left to vary
RUNNING = 1e-5  # of a coefficient, and of ln flow when it began: more is not an end
GONE = 1e-8  # of a term's variation when it was widest: nothing is left to tell its coefficient
LONGEST = 1.0  # of a step: root mean square change of the flows' logarithms
ROUGH = 0.01  # balancing error that is enough far from the end
FLAT = 1e-9  # of a term's variation that is its own, below which its coefficient is open
Reason = Literal["", "totals", "separation", "steps"]


@dataclass(frozen=True)
class Solution:
    """Coefficients (terms,), logarithms of zone factors, and how far the solution is one.

    `information` (used, used): minus the derivative of the matched sums; `spread` (used, used):
    their variance for Poisson flows; the same for "likelihood".
    """

    coefficients: Floats
    u: Floats
    v: Floats
    information: Floats
    spread: Floats
    steps: int
    reason: Reason
    balanced: Balanced

    @property
    def covariance(self) -> Floats:
        """Return the covariance of the used coefficients for Poisson flows, in the signs of f."""
        inverse = np.linalg.pinv(self.information)
        return np.asarray(inverse @ self.spread @ inverse.T)


@dataclass(frozen=True)
class Start:
    """Where to begin: coefficients and logarithms of zone factors."""

    coefficients: Floats
    u: Floats
    v: Floats


def solve(
    design: Design, *, totals: Totals | None = None, observed: Floats | None = None,
    start: Start | None = None, precision: float = 0.0,
) -> Solution:  # fmt: skip
    """Return the coefficients that match the design's sums, or other `totals` and `observed`.

    `precision`: root mean square change of ln flow that no longer matters, where less than all
    the field can give is enough.
    Raises `ChengceError` where cost (or a mass) can't be told apart from zone effects.
    """
    totals = design.totals if totals is None else totals
    observed = design.observed if observed is None else observed
    field, used, matched = design.over, design.used, design.matched
    flow = max(float(np.sum(totals.origin)), 1e-300)
    fine, tight = max(FINE, field.tolerance, precision), max(field.tolerance, precision)
    if start is None:
        start = Start(design.start, np.zeros(field.origins), np.zeros(field.destinations))
    here, rough, widest = start, ROUGH, np.zeros(len(used))
    last: tuple[Start, _At, Floats, float] | None = None  # where from, and the step taken
    for step in range(1, STEPS + 1):
        at = _evaluate(design, here, totals, observed, rough)
        if step == 1:
            _check_identified(design, at.cleared.cross, at.sums)
        if last is not None and not at.merit <= last[1].merit + last[3]:
            origin, before, move, slack = last
            move = 0.25 * move
            here, last = _moved(origin, before, move, used), (origin, before, move, slack)
            continue
        information = at.cleared.cross[np.ix_(matched, used)]
        spread = at.cleared.cross[np.ix_(matched, matched)]
        own = at.cleared.cross[np.ix_(used, used)]
        move = _move(information, at.score[matched])
        size = float(np.sqrt(max(float(move @ own @ move), 0.0) / flow))
        widest = np.maximum(widest, np.diag(own))
        reason: Reason = "steps"
        if size <= fine and (
            _running(move, at.start.coefficients[used], widest / flow, max(RUNNING, 100 * fine))
            or (np.diag(own) < GONE * widest).any()
        ):
            reason = "separation"
        elif size <= fine and (totals.destination is None or at.balanced.error <= tight):
            reason = ""
        elif size <= fine and rough <= tight:
            reason = "totals"
        elif size > SEPARATE and (np.diag(own) < SEPARATE**2 * widest).any():
            reason = "separation"
        elif step < STEPS and np.isfinite(size):
            move = move * min(1.0, LONGEST / max(size, 1e-300))
            slack = flow * max(10 * field.tolerance, 1e-12) + abs(at.merit) * 1e-13
            last = (at.start, at, move, slack)
            here = _moved(at.start, at, move, used)
            rough = tight if size < 1e-3 else min(ROUGH, size * size)
            continue
        break
    return Solution(
        at.start.coefficients, at.start.u, at.start.v, information, spread, step, reason,
        at.balanced,
    )  # fmt: skip


@dataclass(frozen=True)
class _At:
    """What is known at some coefficients, zone factors balanced: `start` holds them."""

    start: Start
    balanced: Balanced
    sums: Floats
    cleared: Cleared
    score: Floats
    merit: float


def _evaluate(design: Design, here: Start, totals: Totals, observed: Floats, rough: float) -> _At:
    field = design.over
    field.fill(here.coefficients, here.u, here.v)
    balancer = Balancer(field, totals)
    at = balancer.balance(tolerance=rough)
    sums = field.moments(at.w, at.x)
    cleared = balancer.clear(at, sums, tolerance=max(1e-10, 10 * field.tolerance))
    score = observed - np.sum(sums.row, axis=1)
    u, v = _absorbed(here.u, at.w), _absorbed(here.v, at.x)
    ends = u
    if totals.group is not None:  # one factor for all rows of a group
        ends = np.bincount(totals.group, u) / np.bincount(totals.group)
    likelihood = float(observed @ here.coefficients + totals.origin @ ends)
    if totals.destination is not None:
        score = score - cleared.by_destination @ (totals.destination - at.received)
        likelihood += float(totals.destination @ v)
    matched_elsewhere = not np.array_equal(design.used, design.matched)
    merit = float(np.sum(np.abs(score[design.matched]))) if matched_elsewhere else -likelihood
    start = Start(here.coefficients, u, v)
    return _At(start, at, sums.cross, cleared, score, merit)


def _moved(start: Start, at: _At, move: Floats, used: Ints) -> Start:
    """Return coefficients moved, and zone factors with them to first order."""
    coefficients = start.coefficients.copy()
    coefficients[used] += move
    return Start(
        coefficients,
        start.u - move @ at.cleared.by_origin[used],
        start.v - move @ at.cleared.by_destination[used],
    )


def _absorbed(logarithm: Floats, factor: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.where(factor > 0, logarithm + np.log(factor), logarithm)


def _running(move: Floats, coefficients: Floats, widest: Floats, limit: float) -> bool:
    """Tell whether coefficients still run off, though flows no longer follow."""
    far = np.abs(move) > limit * np.abs(coefficients)
    return bool((far & (np.abs(move) * np.sqrt(widest) > limit)).any())


def _move(information: Floats, score: Floats) -> Floats:
    if not len(score):
        return np.zeros(0)
    scale = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    scaled = information / np.outer(scale, scale)
    return np.asarray(np.linalg.lstsq(scaled, score / scale, rcond=1e-13)[0] / scale)


def _check_identified(design: Design, cleared: Floats, raw: Floats) -> None:
    """Raise where a term varies with the zones only, or two terms are one."""
    used = design.used
    if not len(used):
        return
    left = np.diag(cleared)[used]
    limit = max(FLAT, design.over.tolerance)
    flat = left <= limit * np.diag(raw)[used]
    if not flat.any():
        scale = np.sqrt(left)
        values, vectors = np.linalg.eigh(cleared[np.ix_(used, used)] / np.outer(scale, scale))
        flat = (np.abs(vectors[:, 0]) > 0.3) if values[0] <= limit else flat
    if flat.any():
        named = [design.names[k] for k in np.flatnonzero(flat)]
        raise ChengceError(
            Problem(
                "coefficient_open",
                Text(
                    f"系数 {'、'.join(named)} 无法确定：其项被分区总量或其他项完全解释，数据未给出信息",
                    f"no value of {', '.join(named)} is better than another: zone totals or other "
                    "terms explain all of its variation",
                ),
                Text(
                    "改用约束较少的模型或较简单的衰减，或提供费用有差别的更多起讫对",
                    "use a model with fewer constraints or a simpler decay, or give more pairs "
                    "whose costs differ",
                ),
            )
        )
