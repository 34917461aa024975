"""Read how many vehicles drive between zones in the period asked for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.models.traffic.period import DAY_S, Period

Floats = NDArray[np.float64]

CLASSES = ("car", "truck")
EVERY = "all"  # the purpose of rows that hold all purposes
SHOWN = 12
COLUMN = "period"


@dataclass(frozen=True)
class RoadDemand:
    """Vehicles of the whole period between zones, by class.

    `classes`: "car" first, "truck" if there are any. `vehicles` float64[classes, zones, zones],
    diagonal 0. `inside`: vehicles that stay in their zone, by class. `daily`: the table gives days
    only, and `vehicles` is the period's share of them. `purposes`: those of the cars counted;
    `left_out`: (class, purpose) that has trips, but none that fill the period.
    """

    classes: tuple[str, ...]
    vehicles: Floats
    inside: Floats
    daily: bool
    purposes: tuple[str, ...] = ("all",)
    left_out: tuple[tuple[str, str], ...] = ()


def road_demand(city: City, zones: tuple[str, ...], period: Period) -> RoadDemand:
    """Return the vehicles of the `flows` table, all purposes together.

    Rows of purpose "all" hold every purpose: where a mode has any, its other rows are parts of them
    and do not count. Rows that lie within the period and fill it are added up, purpose by purpose;
    a table of whole days is used, at the assumption `car_hour_share`, only where there is no such
    row. A row counts vehicles, not people. Raises `ChengceError` naming the periods there are, or
    that the table has no cars.
    """
    table = city.table("flows")
    by_class = [_whole(table[table["mode"] == name]) for name in CLASSES]
    if not len(by_class[0]):
        raise ChengceError(_no_cars(city))
    chosen = [_choose(rows, period) for rows in by_class]
    if not chosen[0].purposes:
        raise ChengceError(_no_period(by_class[0], period))
    share = city.assumptions["car_hour_share"].value * period.hours
    at = pd.Index(zones)
    vehicles = np.zeros((len(CLASSES), len(zones), len(zones)))
    for k, some in enumerate(chosen):
        origin, destination = (at.get_indexer(some.rows[c]) for c in ("origin", "destination"))
        count = some.rows["count"].to_numpy(np.float64) * (share if some.daily else 1.0)
        use = (origin >= 0) & (destination >= 0)
        np.add.at(vehicles[k], (origin[use], destination[use]), count[use])
    inside = np.trace(vehicles, axis1=1, axis2=2)
    each = np.arange(len(zones))
    vehicles[:, each, each] = 0.0
    kept = [k for k in range(len(CLASSES)) if k == 0 or vehicles[k].any()]
    return RoadDemand(
        classes=tuple(CLASSES[k] for k in kept),
        vehicles=vehicles[kept],
        inside=inside[kept],
        daily=chosen[0].daily,
        purposes=chosen[0].purposes,
        left_out=tuple(
            (name, purpose)
            for name, some in zip(CLASSES, chosen, strict=True)
            for purpose in some.left_out
        ),
    )


@dataclass(frozen=True)
class _Chosen:
    """Rows of one class that tell of the period, by purpose; `daily` ones are of whole days."""

    rows: pd.DataFrame
    purposes: tuple[str, ...]
    left_out: tuple[str, ...]
    daily: bool


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of all purposes together where there are any, else all rows."""
    every = rows[rows["purpose"] == EVERY]
    return every if len(every) else rows


def _choose(rows: pd.DataFrame, period: Period) -> _Chosen:
    """Return the rows within the period of the purposes that fill it, else those of whole days."""
    start, end = rows["start_s"].to_numpy(np.int64), rows["end_s"].to_numpy(np.int64)
    within = (start >= period.start_s) & (end <= period.end_s) & (end > start)
    days = (start == 0) & (end >= DAY_S)
    there = tuple(sorted(set(rows["purpose"].astype(str))))
    filled = tuple(p for p in there if _fills(rows[within & (rows["purpose"] == p)], period))
    part = rows[within & rows["purpose"].isin(filled).to_numpy(bool)]
    if filled:
        return _Chosen(part, filled, tuple(p for p in there if p not in filled), daily=False)
    daily = tuple(p for p in there if (days & (rows["purpose"] == p)).any())
    rest = tuple(p for p in there if p not in daily)
    return _Chosen(rows[days], daily, rest, daily=bool(daily))


def _fills(rows: pd.DataFrame, period: Period) -> bool:
    """Say whether rows cover the period without gap or overlap."""
    spans = sorted(set(zip(rows["start_s"].tolist(), rows["end_s"].tolist(), strict=True)))
    at = period.start_s
    for start, end in spans:
        if start != at:
            return False
        at = end
    return bool(spans) and at == period.end_s


def _no_cars(city: City) -> Problem:
    modes = sorted(set(city.table("flows")["mode"].astype(str)))
    return Problem(
        "flows_without_cars",
        Text("出行量表中没有小汽车出行", "the table of trips has no trips by car"),
        Text(
            f"表中方式：{'、'.join(modes) or '（无）'}；请加入 mode 为 car 的行（按车辆计）",
            f"modes there: {', '.join(modes) or '(none)'}; add rows of mode car, counted in vehicles",
        ),
        file="flows",
        column="mode",
    )


def _no_period(cars: pd.DataFrame, period: Period) -> Problem:
    spans = sorted(set(zip(cars["start_s"].tolist(), cars["end_s"].tolist(), strict=True)))
    named = [str(Period(a, b)) for a, b in spans[:SHOWN]]
    more = f" … +{len(spans) - SHOWN}" if len(spans) > SHOWN else ""
    return Problem(
        "flows_period_absent",
        Text(
            f"出行量表中没有恰好覆盖 {period} 的小汽车出行",
            f"the table of trips has no trips by car that fill {period} exactly",
        ),
        Text(
            f"表中时段：{'、'.join(named)}{more}；改用其中的时段，或提供全日出行量",
            f"periods there: {', '.join(named)}{more}; ask for one of them, or give trips of the day",
        ),
        column=COLUMN,
    )
