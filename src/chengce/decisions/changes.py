"""Tell gains from losses: a change beyond a threshold and of one sign in 95 % of draws."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.estimate import Estimate
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL
from chengce.core.text import Text

Floats = NDArray[np.float64]
Verdict = Literal["gain", "loss", "none", "unreached", "empty"]
CLEAR = 0.95

VERDICTS: dict[Verdict, Text] = {
    "gain": Text("受益", "gains"),
    "loss": Text("受损", "loses"),
    "none": Text("无明显变化", "no clear change"),
    "unreached": Text("前后均不可达", "not reached before or after"),
    "empty": Text("无人口或无法评价", "no people, or not evaluable"),
}


@dataclass(frozen=True)
class Change:
    """The change of one metric from the reference to a scenario, draw by draw.

    `cells` (draws, places, groups) and `by_group` (draws, groups + total; of a total of places the
    total alone) are scenario − reference with the metric's cap applied; `verdicts` (places,
    groups). Of a total of places, `people` are those who live where it clearly changes.
    """

    metric: Metric
    cells: Floats
    by_group: Floats
    verdicts: NDArray[np.str_]
    people: dict[Verdict, Estimate]


def change(metric: Metric, before: Finding, after: Finding) -> Change:
    """Return the change of one metric; both findings share draws, places and groups."""
    old, new = before.values[metric.id], after.values[metric.id]
    cells = minus(metric, new, old)
    people = after.counted(metric.id)
    verdicts = _verdicts(metric, old, new, cells, people)
    return Change(
        metric=metric,
        cells=cells,
        by_group=minus(metric, after.by_group(metric.id), before.by_group(metric.id)),
        verdicts=verdicts,
        people=_people(verdicts, people, after),
    )


def minus(metric: Metric, new: Floats, old: Floats) -> Floats:
    """Return new − old with the metric's cap applied; NaN where, without a cap, neither is reached."""
    with np.errstate(invalid="ignore"):
        return np.asarray(metric.averaged(new) - metric.averaged(old))


def place_verdicts(metric: Metric, before: Finding, after: Finding) -> NDArray[np.str_]:
    """Return one verdict per place for everyone there, (places,)."""
    if after.dimension == TOTAL and len(after.groups) == 1:
        return change(metric, before, after).verdicts[:, 0]
    old, new = before.by_place(metric.id)[:, :, None], after.by_place(metric.id)[:, :, None]
    people = after.counted(metric.id).sum(axis=2, keepdims=True)
    cells = minus(metric, new, old)
    return _verdicts(metric, old, new, cells, people)[:, 0]


def _verdicts(
    metric: Metric, old: Floats, new: Floats, cells: Floats, people: Floats
) -> NDArray[np.str_]:
    middle = np.median(cells, axis=0)
    size = np.abs(middle)
    base = np.abs(np.median(metric.averaged(old), axis=0))
    least = metric.threshold_share * base if metric.threshold_share else 0.0  # 0 · ∞ is no number
    beyond = (size >= metric.threshold) & (size >= least) & (size > 0)
    up = (cells > 0).mean(axis=0) >= CLEAR
    down = (cells < 0).mean(axis=0) >= CLEAR
    better, worse = (up, down) if metric.better == "more" else (down, up)
    out = np.full(middle.shape, "none", dtype="<U9")
    out[beyond & better] = "gain"
    out[beyond & worse] = "loss"
    out[np.isnan(middle)] = "empty"
    out[(np.isinf(old) & np.isinf(new)).all(axis=0)] = "unreached"  # inf − inf is NaN without a cap
    if metric.of == "people":
        out[np.median(people, axis=0) <= 0] = "empty"
    return out


def _people(verdicts: NDArray[np.str_], people: Floats, after: Finding) -> dict[Verdict, Estimate]:
    """Return the people of each verdict, whole persons."""
    flat = people.reshape(after.draws, -1)
    marks = verdicts.reshape(-1)
    found: dict[Verdict, Estimate] = {}
    for verdict in VERDICTS:
        draws = flat[:, marks == verdict].sum(axis=1)
        drawn = Estimate.from_draws(draws, "people", after.sources)
        low, value, high = (float(np.rint(v)) for v in (drawn.low, drawn.value, drawn.high))
        found[verdict] = replace(drawn, low=low, value=value, high=high)
    return found
