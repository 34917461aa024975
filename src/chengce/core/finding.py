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
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.pair_values import PairValues
from chengce.core.text import Text

__all__ = ["Finding", "Metric", "mean_over", "sum_over"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """The answer of one application for one state of a city.

    `people`: (draws, places, groups), persons. `values[metric]`: (draws, places, groups);
    +inf = not reached, NaN = not evaluable (no people of the group, place not on the network); a
    total of places holds the same number in every group's column. `links`: quantities of streets;
    `pairs`: quantities from place to place, the first of them says which pairs there are.
    `spread[metric]`: (percentiles, places), variation over departure time, never an interval;
    `spread_percentiles` names its rows. `at_edge`: places closer to the edge of the data than the
    longest trip considered. Raises `ValueError` where a total of places differs between groups,
    links have another number of draws, or pairs are not places by places.
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
    links: tuple[LinkValues, ...] = ()
    pairs: tuple[PairValues, ...] = ()

    def __post_init__(self) -> None:
        for metric in self.metrics:
            if metric.of == "place":
                values = self.values[metric.id]
                first = np.broadcast_to(values[:, :, :1], values.shape)
                if not np.array_equal(values, first, equal_nan=True):
                    raise ValueError(f"{metric.id}: a total of places differs between groups")
        if any(len(part.values) != self.draws for part in self.links):
            raise ValueError("links have another number of draws than people")
        square = (len(self.places), len(self.places))
        if any(part.values.shape != square for part in self.pairs):
            raise ValueError("pairs are not places by places")
        names = [part.metric.id for part in self.links]
        if len(set(names)) != len(names):
            raise ValueError(f"a quantity of links is given twice: {names}")

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.people.shape[0])

    def metric(self, metric_id: str) -> Metric:
        """Return the metric called `metric_id`."""
        return next(m for m in self.metrics if m.id == metric_id)

    def link_values(self, metric_id: str) -> LinkValues:
        """Return the quantity of links called `metric_id`."""
        return next(part for part in self.links if part.metric.id == metric_id)

    def counted(self, metric_id: str) -> Floats:
        """Return the people a metric speaks of, (draws, places, groups)."""
        profile = self.metric(metric_id).among
        if profile is None:
            return self.people
        share = np.array([g.mix.get(profile, 0.0) for g in self.groups])
        return np.asarray(self.people * share)

    def rows(self, metric_id: str | None = None) -> tuple[Group, ...]:
        """Return the groups reported: those of the dimension, then everyone.

        For a total of places there is one row: everyone.
        """
        if metric_id is not None and self.metric(metric_id).of == "place":
            return (TOTAL_GROUP,)
        return self.groups if self.dimension == TOTAL else (*self.groups, TOTAL_GROUP)

    def by_place(self, metric_id: str) -> Floats:
        """Return draws by place for everyone, shape (draws, places): mean over the people there.

        Where only some of them do not reach, they count the metric's `cap`, as in the city's mean;
        +inf where none does. A total of places is returned as it is, with people there or without.
        """
        values = self.values[metric_id]
        if self.metric(metric_id).of == "place":
            return values[:, :, 0]
        people = self.counted(metric_id)
        mean = mean_over(people, self.metric(metric_id).averaged(values), axis=2)
        known = ~np.isnan(values) & (people > 0)
        never = known.any(axis=2) & (np.isposinf(values) | ~known).all(axis=2)
        return np.where(never, np.inf, mean)

    def by_group(self, metric_id: str) -> Floats:
        """Return draws of the mean over people, shape (draws, len(rows(metric_id))).

        Of a total of places: the sum over the places that can be evaluated, NaN where none can.
        """
        if self.metric(metric_id).of == "place":
            return sum_over(self.values[metric_id][:, :, 0])[:, None]
        values = self.metric(metric_id).averaged(self.values[metric_id])
        people = self.counted(metric_id)
        parts = mean_over(people, values, axis=1)
        if self.dimension == TOTAL:
            return parts
        draws = len(values)
        everyone = mean_over(people.reshape(draws, -1), values.reshape(draws, -1), axis=1)
        return np.concatenate([parts, everyone[:, None]], axis=1)

    def headline(self) -> dict[str, Estimate]:
        """Return one estimate per metric: the mean over everyone, or the sum over places."""
        return {
            m.id: Estimate.from_draws(self.by_group(m.id)[:, -1], m.unit, self.sources)
            for m in self.metrics
        }

    def table(self) -> pd.DataFrame:
        """Return the tidy table: metric × place × group, with interval, plus totals by group.

        Columns: metric, unit, place ("" = whole city), group, people (whom the metric speaks of),
        value, low, high.
        """
        frames = []
        for metric in self.metrics:
            city = percentiles(self.by_group(metric.id))
            frames.append(self._frame(metric, [""], city[:, None, :], self._people(metric, "city")))
            zones = percentiles(self._with_total(metric))
            places = list(self.places)
            frames.append(self._frame(metric, places, zones, self._people(metric, "place")))
        return pd.concat(frames, ignore_index=True)

    def _with_total(self, metric: Metric) -> Floats:
        values = self.values[metric.id]
        if self.dimension == TOTAL:
            return values
        everyone = self.by_place(metric.id)[:, :, None]
        return everyone if metric.of == "place" else np.concatenate([values, everyone], axis=2)

    def _people(self, metric: Metric, level: Literal["city", "place"]) -> Floats:
        people = np.median(self.counted(metric.id), axis=0)
        if level == "city":
            people = people.sum(axis=0, keepdims=True)
        if self.dimension == TOTAL:
            return people
        everyone = people.sum(axis=1, keepdims=True)
        return everyone if metric.of == "place" else np.concatenate([people, everyone], axis=1)

    def _frame(
        self, metric: Metric, places: list[str], summary: Floats, people: Floats
    ) -> pd.DataFrame:
        rows = [g.id if g.dimension != TOTAL else TOTAL for g in self.rows(metric.id)]
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


def sum_over(totals: Floats) -> Floats:
    """Return the sum over axis 1 of (draws, places), leaving NaN out; NaN where all are NaN."""
    known = ~np.isnan(totals)
    total = np.where(known, totals, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total, np.nan)


def mean_over(people: Floats, values: Floats, axis: int) -> Floats:
    """Return the mean of `values` weighted by `people` over `axis`; NaN values drop out with theirs.

    Where no one is left the mean is NaN (not evaluable), never 0.
    """
    known = ~np.isnan(values) & (people > 0)
    weight = np.where(known, people, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.where(known, np.where(known, values, 0.0) * weight, 0.0).sum(axis=axis)
        return np.asarray(total / weight.sum(axis=axis))
