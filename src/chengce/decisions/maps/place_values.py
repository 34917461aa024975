"""Give each place its value, interval and state, before, after and in difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding, Metric
from chengce.decisions.changes import place_verdicts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PlaceValues:
    """One quantity by place for everyone there, all arrays (places,) but `people` (draws, places).

    `state`: `known`, `unreached` (+inf), `nobody` (no people; a total of places needs none),
    `unknown` (not evaluable); a difference carries `gain`, `loss` and `none` in place of `known`.
    """

    metric: Metric
    places: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    state: NDArray[np.str_]
    people: Floats

    def estimate(self, index: int) -> Estimate:
        """Return the estimate of one place."""
        low, value, high = (float(a[index]) for a in (self.low, self.value, self.high))
        return Estimate(value, self.metric.unit, "interval", low, high, n=len(self.people))

    def people_where(self, chosen: NDArray[np.bool_], finding: Finding) -> Estimate:
        """Return how many people live in the chosen places."""
        return Estimate.from_draws(self.people[:, chosen].sum(axis=1), "people", finding.sources)


def values_by_place(finding: Finding, metric_id: str) -> PlaceValues:
    """Return the value of a metric in one state of the city."""
    low, value, high = percentiles(finding.by_place(metric_id))
    people = finding.counted(metric_id).sum(axis=2)
    state = np.full(value.shape, "known", dtype="<U9")
    state[np.isposinf(value)] = "unreached"
    state[np.isnan(value)] = "unknown"
    metric = finding.metric(metric_id)
    if metric.of == "people":
        state[np.median(people, axis=0) <= 0] = "nobody"
    return PlaceValues(metric, finding.places, value, low, high, state, people)


def differences_by_place(before: Finding, after: Finding, metric_id: str) -> PlaceValues:
    """Return the change of a metric; where not reached counts as the cap, it does so here too."""
    metric = after.metric(metric_id)
    old, new = before.by_place(metric_id), after.by_place(metric_id)
    with np.errstate(invalid="ignore"):  # not reached before and after, without a cap
        low, value, high = percentiles(metric.averaged(new) - metric.averaged(old))
    people = after.counted(metric_id).sum(axis=2)
    verdicts = place_verdicts(metric, before, after)
    state = np.where(verdicts == "empty", "unknown", verdicts).astype("<U9")
    if metric.of == "people":
        state[np.median(people, axis=0) <= 0] = "nobody"
    return PlaceValues(metric, after.places, value, low, high, state, people)
