"""Lay the links of streets out as layers: one per state of the city, one per difference."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from chengce.city.layers import WGS84
from chengce.core.estimate import percentiles
from chengce.core.metric import Metric
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, State
from chengce.decisions.file_names import plain_name
from chengce.decisions.layers.layer import Field, Layer, Role, measured
from chengce.decisions.roads import Roads, course

_FIRST = (
    Field("street", Text("道路编号", "id of the street"), "id"),
    Field(
        "direction",
        Text("方向：1 沿几何，2 逆几何", "direction: 1 along the geometry, 2 against it"),
        "id",
    ),
    Field("name", Text("道路名称", "name of the street"), "fact"),
    Field("highway", Text("道路等级", "class of the street"), "fact"),
    Field("towards", Text("行进方向", "way it runs"), "fact"),
)
Keys = list[tuple[str, int]]
Column = tuple[Field, Keys, Sequence[object]]


def link_layers(comparison: Comparison) -> list[Layer]:
    """Return every quantity of links of every state, then the differences; none without links.

    A line runs in the link's direction of travel.
    """
    out = []
    for state in comparison.states:
        columns = [c for part in state.finding.links
                   for c in _state(part.metric, part.keys, percentiles(part.values), part.determined)]  # fmt: skip
        if columns:
            out.append(_layer(comparison, state, columns, difference=False))
    for state, changes in zip(comparison.alternatives, comparison.link_changes, strict=True):
        columns = []
        for c in changes.values():
            keys = list(zip(c.streets, c.directions, strict=True))
            columns += _numbers(c.metric, keys, c.spans[2], difference=True)
            verdict = measured(c.metric, "verdict", difference=True)
            columns.append((verdict, keys, c.verdicts.tolist()))
        if columns:
            out.append(_layer(comparison, state, columns, difference=True))
    return out


def _state(
    metric: Metric, keys: Keys, span: NDArray[np.float64], determined: NDArray[np.bool_]
) -> list[Column]:
    field = measured(metric, "state", difference=False)
    states = np.where(determined, "known", "open").tolist()
    return [*_numbers(metric, keys, span, difference=False), (field, keys, states)]


def _numbers(
    metric: Metric, keys: Keys, span: NDArray[np.float64], *, difference: bool
) -> list[Column]:
    ends: tuple[tuple[Role, int], ...] = (("median", 1), ("low", 0), ("high", 2))
    return [
        (measured(metric, role, difference=difference), keys, span[row].tolist())
        for role, row in ends
    ]


def _layer(
    comparison: Comparison, state: State, columns: list[Column], *, difference: bool
) -> Layer:
    keys = list(dict.fromkeys(k for _, some, _ in columns for k in some))
    at = {key: i for i, key in enumerate(keys)}
    streets, directions = [k[0] for k in keys], [k[1] for k in keys]
    roads = Roads((state.city, comparison.reference.city))
    lines = roads.lines(streets, directions)
    data: dict[str, object] = {
        "street": streets,
        "direction": directions,
        "name": roads.names(streets),
        "highway": roads.kinds(streets),
        "towards": [course(line).en for line in lines],
    }
    for field, some, values in columns:
        whole: list[object] = [None] * len(keys)
        for key, value in zip(some, values, strict=True):
            whole[at[key]] = value
        data[field.name] = whole
    frame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(lines, crs=WGS84))
    title = state.scenario.title
    if difference:
        other = comparison.reference.scenario.title
        title = Text("“{a}”减“{b}”", "“{a}” minus “{b}”").format(a=title, b=other)
    name = plain_name("links", state.scenario.name, "change" if difference else "")
    return Layer(name, title, frame, (*_FIRST, *(f for f, _, _ in columns)))
