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
SHOWN = 12
COLUMN = "period"


@dataclass(frozen=True)
class RoadDemand:
    """Vehicles of the whole period between zones, by class.

    `classes`: "car" first, "truck" if there are any. `vehicles` float64[classes, zones, zones],
    diagonal 0. `inside`: vehicles that stay in their zone, by class. `daily`: the table gives days
    only, and `vehicles` is the period's share of them.
    """

    classes: tuple[str, ...]
    vehicles: Floats
    inside: Floats
    daily: bool


def road_demand(city: City, zones: tuple[str, ...], period: Period) -> RoadDemand:
    """Return the vehicles of the `flows` table, all purposes together.

    Rows that lie within the period and fill it are added up; a table of whole days is used, at the
    assumption `car_hour_share`, only where there is no such row. A row counts vehicles, not people.
    Raises `ChengceError` naming the periods there are, or that the table has no cars.
    """
    table = city.table("flows")
    table = table[table["mode"].isin(CLASSES)]
    if not (table["mode"] == "car").any():
        raise ChengceError(_no_cars(city))
    start, end = table["start_s"].to_numpy(np.int64), table["end_s"].to_numpy(np.int64)
    within = (start >= period.start_s) & (end <= period.end_s) & (end > start)
    daily = False
    share = 1.0
    if not _fills(table[within], period):
        within = (start == 0) & (end >= DAY_S)
        if not (table[within]["mode"] == "car").any():
            raise ChengceError(_no_period(table, period))
        daily = True
        share = city.assumptions["car_hour_share"].value * period.hours
    rows = table[within]
    at = pd.Index(zones)
    origin, destination = at.get_indexer(rows["origin"]), at.get_indexer(rows["destination"])
    count = rows["count"].to_numpy(np.float64) * share
    mode = rows["mode"].to_numpy(object)
    vehicles = np.zeros((len(CLASSES), len(zones), len(zones)))
    for k, name in enumerate(CLASSES):
        use = (mode == name) & (origin >= 0) & (destination >= 0)
        np.add.at(vehicles[k], (origin[use], destination[use]), count[use])
    inside = np.trace(vehicles, axis1=1, axis2=2)
    each = np.arange(len(zones))
    vehicles[:, each, each] = 0.0
    kept = [k for k in range(len(CLASSES)) if k == 0 or vehicles[k].any()]
    return RoadDemand(tuple(CLASSES[k] for k in kept), vehicles[kept], inside[kept], daily)


def _fills(rows: pd.DataFrame, period: Period) -> bool:
    """Say whether the cars' rows cover the period without gap or overlap."""
    cars = rows[rows["mode"] == "car"]
    spans = sorted(set(zip(cars["start_s"].tolist(), cars["end_s"].tolist(), strict=True)))
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


def _no_period(table: pd.DataFrame, period: Period) -> Problem:
    cars = table[table["mode"] == "car"]
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
