"""Hold one layer of a run: a table with geometry, and what each of its columns means."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd

from chengce.core.metric import Metric
from chengce.core.text import Text
from chengce.core.units import unit_name
from chengce.decisions.report.numbers import POINTS

Role = Literal["id", "median", "low", "high", "state", "verdict", "fact"]
_ROLES: dict[Role, tuple[str, Text]] = {
    "median": ("", Text("{t}（中位数）", "{t} (median)")),
    "low": ("_low", Text("{t}（第 5 百分位）", "{t} (5th percentile)")),
    "high": ("_high", Text("{t}（第 95 百分位）", "{t} (95th percentile)")),
    "state": ("_state", Text("{t}：有无数值", "{t}: whether there is a number")),
    "verdict": ("_verdict", Text("{t}：变化判定", "{t}: verdict on the change")),
}


@dataclass(frozen=True)
class Field:
    """A column of a layer: its name, what it is, its unit ("" for what has none)."""

    name: str
    title: Text
    role: Role
    unit: Text = Text("", "")


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer in WGS-84 (EPSG:4326): `frame` holds the columns of `fields` and `geometry`."""

    name: str
    title: Text
    frame: gpd.GeoDataFrame
    fields: tuple[Field, ...]


def measured(metric: Metric, role: Role, *, difference: bool) -> Field:
    """Return the column of a metric: its median, an end of its 90 % interval, its state or verdict."""
    ending, title = _ROLES[role]
    plain = role in ("state", "verdict")
    unit = Text("", "") if plain else unit_of(metric, difference=difference)
    return Field(metric.id + ending, title.format(t=metric.title), role, unit)


def unit_of(metric: Metric, *, difference: bool) -> Text:
    """Return a metric's unit; a difference of percentages is in percentage points."""
    if difference and metric.unit == "%":
        return POINTS
    return Text(unit_name(metric.unit, "zh"), unit_name(metric.unit, "en"))
