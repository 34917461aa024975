"""Hold the answer for one state of a city as plain data: metrics, draws by place and group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.estimate import Estimate, Source, percentiles
from chengce.core.groups import TOTAL, TOTAL_GROUP, Group
from chengce.core.text import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """One measured quantity.

    `cap` (same unit) turns a time into a restricted mean: where a place is not reached, the mean
    over people counts `cap`; the map still says *not reached*. `threshold` and `threshold_share`
    are the smallest change that counts as a gain or a loss: absolute, or a share of the value.
    """

    id: str
    title: Text
    unit: str
    better: Literal["more", "less"]
    definition: Text
    cap: float | None = None
    threshold: float = 0.0
    threshold_share: float = 0.01

    def averaged(self, values: Floats) -> Floats:
        """Return the values as they enter a mean: not reached counts as `cap`, if there is one."""
        return values if self.cap is None else np.minimum(values, self.cap)


@dataclass(frozen=True)
class Finding:
    """The answer of one application for one state of a city.

    `people`: (draws, places, groups), persons. `values[metric]`: (draws, places, groups);
    +inf = not reached, NaN = not evaluable (no people of the group, place not on the network).
    `spread[metric]`: (percentiles, places), variation over departure time, never an interval;
    `spread_percentiles` names its rows. `at_edge`: places closer to the edge of the data than the
    longest trip considered.
    """

    application: str
    dimension: str
    groups: tuple[Group, ...]
    metrics: tuple[Metric, ...]
    places: tuple[str, ...]
    people: Floats
    values: Mapping[str, Floats]
    sources: tuple[Source, ...]
    spread: Mapping[str, Floats]
    spread_percentiles: tuple[int, ...] = ()
    at_edge: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.people.shape[0])

    def metric(self, metric_id: str) -> Metric:
        """Return the metric called `metric_id`."""
        return next(m for m in self.metrics if m.id == metric_id)

    def rows(self) -> tuple[Group, ...]:
        """Return the groups reported: those of the dimension, then everyone."""
        return self.groups if self.dimension == TOTAL else (*self.groups, TOTAL_GROUP)

    def by_place(self, metric_id: str) -> Floats:
        """Return draws by place for everyone, shape (draws, places): mean over the people there.

        Where only some of them do not reach, they count the metric's `cap`, as in the city's mean;
        +inf where none does.
        """
        values = self.values[metric_id]
        mean = mean_over(self.people, self.metric(metric_id).averaged(values), axis=2)
        known = ~np.isnan(values) & (self.people > 0)
        never = known.any(axis=2) & (np.isposinf(values) | ~known).all(axis=2)
        return np.where(never, np.inf, mean)

    def by_group(self, metric_id: str) -> Floats:
        """Return draws of the mean over people, shape (draws, len(rows()))."""
        values = self.metric(metric_id).averaged(self.values[metric_id])
        parts = mean_over(self.people, values, axis=1)
        if self.dimension == TOTAL:
            return parts
        draws = len(values)
        everyone = mean_over(self.people.reshape(draws, -1), values.reshape(draws, -1), axis=1)
        return np.concatenate([parts, everyone[:, None]], axis=1)

    def headline(self) -> dict[str, Estimate]:
        """Return one estimate per metric: the mean over everyone."""
        return {
            m.id: Estimate.from_draws(self.by_group(m.id)[:, -1], m.unit, self.sources)
            for m in self.metrics
        }

    def table(self) -> pd.DataFrame:
        """Return the tidy table: metric × place × group, with interval, plus totals by group.

        Columns: metric, unit, place ("" = whole city), group, people, value, low, high.
        """
        frames = []
        for metric in self.metrics:
            city = percentiles(self.by_group(metric.id))
            frames.append(self._frame(metric, [""], city[:, None, :], self._people("city")))
            zones = percentiles(self._with_total(self.values[metric.id], metric.id))
            frames.append(self._frame(metric, list(self.places), zones, self._people("place")))
        return pd.concat(frames, ignore_index=True)

    def _with_total(self, values: Floats, metric_id: str) -> Floats:
        if self.dimension == TOTAL:
            return values
        return np.concatenate([values, self.by_place(metric_id)[:, :, None]], axis=2)

    def _people(self, level: Literal["city", "place"]) -> Floats:
        people = np.median(self.people, axis=0)
        if level == "city":
            people = people.sum(axis=0, keepdims=True)
        if self.dimension == TOTAL:
            return people
        return np.concatenate([people, people.sum(axis=1, keepdims=True)], axis=1)

    def _frame(
        self, metric: Metric, places: list[str], summary: Floats, people: Floats
    ) -> pd.DataFrame:
        rows = [g.id if g.dimension != TOTAL else TOTAL for g in self.rows()]
        count = len(places)
        return pd.DataFrame(
            {
                "metric": metric.id,
                "unit": metric.unit,
                "place": np.repeat(np.array(places, dtype=object), len(rows)),
                "group": np.tile(np.array(rows, dtype=object), count),
                "people": people.reshape(-1),
                "value": summary[1].reshape(-1),
                "low": summary[0].reshape(-1),
                "high": summary[2].reshape(-1),
            }
        )


def mean_over(people: Floats, values: Floats, axis: int) -> Floats:
    """Return the mean of `values` weighted by `people` over `axis`; NaN values drop out with theirs.

    Where no one is left the mean is NaN (not evaluable), never 0.
    """
    known = ~np.isnan(values) & (people > 0)
    weight = np.where(known, people, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.where(known, np.where(known, values, 0.0) * weight, 0.0).sum(axis=axis)
        return np.asarray(total / weight.sum(axis=axis))
