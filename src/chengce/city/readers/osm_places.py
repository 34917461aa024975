"""Lay out places as a table, each once, at a point that lies on it.

An area stands at a point on its surface; a line at its middle node. The same place drawn twice
is merged: a smaller object (a node, or a closed way beside a relation) goes into an area of the
same kind if it has the same name and is within 50 m of it, or, for a node, if it lies inside and
one of the two has no name. The area keeps its id and takes the attributes that it lacks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.layers import WGS84
from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.write import write_hours
from chengce.city.readers.osm_scan import Feature
from chengce.city.readers.osm_values import number
from chengce.city.readers.place_kinds import kinds_of

SAME_M = 50.0
_DEGREE_M = 111_195.0
_FILLED = ("name", "capacity", "capacity_unit", "hours", "wheelchair")
_RANK = {"n": 0, "w": 1, "r": 2}


@dataclass(frozen=True)
class Places:
    """The place table, which ids were merged into which, and the hours that were not understood."""

    frame: gpd.GeoDataFrame
    merged: Mapping[str, str]
    unread: Mapping[str, str]


def places(features: Iterable[Feature]) -> Places:
    """Return the place table of the features; one row per object and kind."""
    rows, shapes = [], []
    unread: dict[str, str] = {}
    for feature in features:
        shape = shapely.from_wkb(feature.wkb) if feature.wkb else shapely.Point(feature.point)
        for kind in kinds_of(feature.tags):
            rows.append(_row(feature, kind, unread))
            shapes.append(shape)
    frame = pd.DataFrame(rows, columns=["rank", "id", "kind", "count", *_FILLED])
    shape_of = np.array(shapes, dtype=object)
    merged = _merge(frame, shape_of)
    frame["geometry"] = _points(shape_of)
    ids = frame["id"].tolist()
    gone = np.zeros(len(frame), dtype=bool)
    gone[list(merged)] = True
    frame = frame[~gone].drop(columns="rank").reset_index(drop=True)
    for name in ("id", "kind", "name", "capacity_unit", "hours", "wheelchair"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), None)
    for name in ("count", "capacity"):
        frame[name] = frame[name].astype(np.float64)
    made = gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)
    return Places(made, {ids[a]: ids[b] for a, b in merged.items()}, unread)


def _row(feature: Feature, kind: str, unread: dict[str, str]) -> dict[str, Any]:
    tags = feature.tags
    id_ = f"{feature.type}{feature.id}:{kind}"
    text = tags.get("opening_hours", "").strip()
    hours = read_hours(text, osm=True) if text else None
    if isinstance(hours, Unread):
        unread[id_] = text
        hours = None
    capacity = number(tags.get("capacity"))
    wheelchair = {"designated": "yes"}.get(tags.get("wheelchair", ""), tags.get("wheelchair"))
    return {
        "rank": _RANK[feature.type],
        "id": id_,
        "kind": kind,
        "count": 1.0,
        "name": tags.get("name") or tags.get("name:zh") or tags.get("name:en"),
        "capacity": capacity if capacity is not None else number(tags.get("beds")),
        "capacity_unit": "beds"
        if capacity is None and number(tags.get("beds")) is not None
        else None,
        "hours": None if hours is None else write_hours(hours),
        "wheelchair": wheelchair if wheelchair in ("yes", "limited", "no") else None,
    }


def _points(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(shapely.point_on_surface(shapes), dtype=object)


def _merge(frame: pd.DataFrame, shapes: NDArray[np.object_]) -> dict[int, int]:
    """Return row → row it is merged into, and fill the latter's gaps in `frame`."""
    is_area = shapely.get_dimensions(shapes) == 2 if len(shapes) else np.zeros(0, dtype=bool)
    areas = np.flatnonzero(is_area)
    if not len(areas):
        return {}
    metric = _metric(shapes)
    tree = shapely.STRtree(metric[areas])
    points = _points(metric)
    small, big = tree.query(points, predicate="dwithin", distance=SAME_M)
    big = areas[big]
    kind, rank = frame["kind"].to_numpy(dtype=object), frame["rank"].to_numpy(dtype=np.int64)
    name = frame["name"].fillna("").to_numpy(dtype=object)
    fits = (kind[small] == kind[big]) & (rank[small] < rank[big])
    small, big = small[fits], big[fits]
    inside = shapely.covers(metric[big], points[small])
    merged: dict[int, int] = {}
    order = np.lexsort((frame["id"].to_numpy(dtype=object)[big], -rank[big], small))
    for i in order.tolist():
        a, b = int(small[i]), int(big[i])
        same = bool(name[a]) and name[a] == name[b]
        nameless = rank[a] == 0 and inside[i] and not (name[a] and name[b])
        if a not in merged and b not in merged and (same or nameless):
            merged[a] = b
    for a, b in merged.items():
        for column in _FILLED:
            if pd.isna(frame.at[b, column]):
                frame.at[b, column] = frame.at[a, column]
    return merged


def _metric(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the shapes in metres, equirectangular; true to 1 % within a degree of latitude."""
    points = shapely.get_coordinates(shapes)
    scale = np.array([_DEGREE_M * np.cos(np.radians(points[:, 1].mean())), _DEGREE_M])
    return np.asarray(shapely.transform(shapes, lambda xy: xy * scale), dtype=object)
