"""Fit the vehicles of a city to its counts, once for the base city, and say how well that went."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.units import number
from chengce.engine.roads.links import TABLES, RoadLinks
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.models.calibration.count_checks import nowhere
from chengce.models.calibration.count_fit import CountFit, count_fit
from chengce.models.calibration.counts import city_counts
from chengce.models.calibration.od_update import UpdateOptions, update_od
from chengce.models.traffic.period import Period

Floats = NDArray[np.float64]
VERSION = 1
_TABLES = (*TABLES, "flows", "counts", "count_links", "stops")


@dataclass(frozen=True)
class Fitting:
    """How vehicles are fitted: the weight of the prior, and the share of counts held out."""

    prior_weight: float = 0.01
    holdout: float = 0.2


@dataclass(frozen=True)
class FitQuestion:
    """What is fitted: `gap` of every equilibrium; `known`: what else network and classes rest on."""

    period: Period
    fitting: Fitting
    gap: float
    known: Mapping[str, Any]


@dataclass(frozen=True)
class CityFit:
    """How the vehicles of the base city change to meet its counts.

    `factor` float64[classes, zones, zones]: adjusted by prior vehicles, 1 where there are none.
    `notes` tell the error in the fit and over the counts held out, before and after.
    """

    factor: Floats
    notes: tuple[Text, ...]
    problems: tuple[Problem, ...]


def fit_city_od(
    city: City, links: RoadLinks, network: RoadNetwork, classes: tuple[TravelClass, ...],
    question: FitQuestion, context: Context,
) -> CityFit:  # fmt: skip
    """Return the fit of a base city's vehicles to its counts of the period; kept results are reused.

    Raises `ChengceError` where no count can be used or counts contradict each other.
    """
    period = question.period
    tied = city_counts(
        city, links, [c.name for c in classes], start_s=period.start_s, end_s=period.end_s
    )
    counts = tied.counts
    if not len(counts):
        raise ChengceError([_none(period), *tied.problems])

    def build() -> dict[str, NDArray[Any]]:
        found = update_od(
            network, classes, counts, prior_weight=question.fitting.prior_weight,
            holdout=question.fitting.holdout,
            options=UpdateOptions(assign=AssignOptions(gap=question.gap)), context=context,
        )  # fmt: skip
        prior = np.stack([c.demand for c in classes])
        after = np.stack([c.demand for c in found.classes])
        return {
            "factor": np.where(prior > 0, after / np.where(prior > 0, prior, 1.0), 1.0),
            "held": found.held,
            "before": found.modelled_before,
            "after": found.modelled,
            "converged": np.array(found.converged),
        }

    key = {
        "period": str(period),
        "weight": question.fitting.prior_weight,
        "holdout": question.fitting.holdout,
        "gap": question.gap,
        "seed": context.seed,
        "known": dict(question.known),
        "error": city.assumptions["count_error"].value,
    }
    kept = city.derived("count-fit", VERSION, tables=_TABLES, params=key, build=build)
    held = np.asarray(kept["held"])
    before, after = np.asarray(kept["before"]), np.asarray(kept["after"])
    parts = [
        (label, count_fit(counts, before, among), count_fit(counts, after, among))
        for label, among in (
            (Text("参与校准的", "in the fit"), ~held),
            (Text("留出未用的", "held out"), held),
        )
    ]
    problems = [*tied.problems, *nowhere(counts, after)]
    if not bool(kept["converged"]):
        problems.append(_not_converged())
    factor = np.asarray(kept["factor"])
    return CityFit(factor, (_said(parts, question.fitting.prior_weight),), tuple(problems))


def _said(parts: list[tuple[Text, CountFit, CountFit]], weight: float) -> Text:
    zh, en = [], []
    for label, before, after in parts:
        if before.rmse is None or after.rmse is None:
            continue
        zh.append(
            f"{label.zh} {before.n} 个计数 RMSE {number(before.rmse)} → {number(after.rmse)} 辆"
            f"（GEH<5 的占 {_share(before)} → {_share(after)}）"
        )
        en.append(
            f"{before.n} counts {label.en}: RMSE {number(before.rmse)} → {number(after.rmse)} "
            f"vehicles (GEH below 5: {_share(before)} → {_share(after)})"
        )
    return Text(
        f"出行量已按现状计数校准（先验权重 {weight:g}）：{'；'.join(zh)}；各方案沿用同一调整系数",
        f"trips fitted to today's counts (weight of the prior {weight:g}): {'; '.join(en)}; every "
        "scenario takes the same factors",
    )


def _share(fit: CountFit) -> str:
    return f"{100 * (fit.geh_below_5 or 0.0):.0f}%"


def _none(period: Period) -> Problem:
    return Problem(
        "counts_none",
        Text(f"{period} 没有可用于校准的计数", f"no count of {period} can be used"),
        Text(
            "补充该时段的断面计数，或不用 fit_counts",
            "add counts of this period, or leave out fit_counts",
        ),
        column="fit_counts",
    )


def _not_converged() -> Problem:
    return Problem(
        "update_not_converged",
        Text(
            "按计数校准未收敛，结果可用但不是最优",
            "the fit to counts did not converge; it is usable, not the best",
        ),
        Text(
            "提高先验权重，或核对误差最大的计数",
            "weigh the prior more, or look at the counts that fit worst",
        ),
        severity="warning",
    )
