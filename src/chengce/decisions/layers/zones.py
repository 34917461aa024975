"""Lay zones out as layers: one per state of the city, one per difference a scenario makes."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.finding import Metric
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, State
from chengce.decisions.file_names import plain_name
from chengce.decisions.layers.layer import Field, Layer, Role, measured
from chengce.decisions.maps.place_values import PlaceValues, differences_by_place, values_by_place
from chengce.decisions.maps.zones import zones_of

_ID = Field("id", Text("分区编号", "id of the zone"), "id")
_NAME = Field("name", Text("分区名称", "name of the zone"), "fact")
_PEOPLE = Field("people", Text("人口（中位数）", "people (median)"), "fact", Text("人", "people"))
_EDGE = Field("at_edge", Text("靠近数据边缘", "near the edge of the data"), "fact")


def zone_layers(comparison: Comparison) -> list[Layer]:
    """Return every metric of every state by zone, then the difference each scenario makes.

    A number that isn't there (not reached, no people, not evaluable) is empty; the column of its
    state or verdict says why.
    """
    out = [_layer(comparison, s, None) for s in comparison.states]
    return out + [_layer(comparison, s, comparison.reference) for s in comparison.alternatives]


def zone_names(city: City, places: Sequence[str]) -> list[str | None]:
    """Return the name of each zone, None where it has none."""
    zones = city.table("zones")
    if "name" not in zones.columns:
        return [None] * len(places)
    known = zones[zones["name"].notna()]
    names = dict(zip(known["id"].astype(str), known["name"].astype(str), strict=True))
    return [names.get(p) for p in places]


def _layer(comparison: Comparison, state: State, before: State | None) -> Layer:
    finding, title = state.finding, state.scenario.title
    edge = set(finding.at_edge)
    columns: dict[str, object] = {
        "id": list(finding.places),
        "name": zone_names(state.city, finding.places),
        "people": np.median(finding.people.sum(axis=2), axis=0),
        "at_edge": [p in edge for p in finding.places],
    }
    fields = [_ID, _NAME, _PEOPLE, _EDGE]
    for metric in finding.metrics:
        found = (
            values_by_place(finding, metric.id)
            if before is None
            else differences_by_place(before.finding, finding, metric.id)
        )
        for field, values in _columns(metric, found, difference=before is not None):
            columns[field.name] = values
            fields.append(field)
    shapes = zones_of(comparison.reference.city, finding.places)
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WGS84))
    if before is None:
        return Layer(plain_name("zones", state.scenario.name), title, frame, tuple(fields))
    minus = Text("“{a}”减“{b}”", "“{a}” minus “{b}”").format(a=title, b=before.scenario.title)
    return Layer(plain_name("zones", state.scenario.name, "change"), minus, frame, tuple(fields))


def _columns(
    metric: Metric, found: PlaceValues, *, difference: bool
) -> list[tuple[Field, NDArray[np.float64] | list[str]]]:
    ends: tuple[tuple[Role, NDArray[np.float64]], ...] = (
        ("median", found.value),
        ("low", found.low),
        ("high", found.high),
    )
    out: list[tuple[Field, NDArray[np.float64] | list[str]]] = [
        (measured(metric, role, difference=difference), np.where(np.isfinite(v), v, np.nan))
        for role, v in ends
    ]
    last: Role = "verdict" if difference else "state"
    return [*out, (measured(metric, last, difference=difference), found.state.tolist())]
