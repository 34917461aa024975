"""Merge sources of places into one table: every row of every source ends in exactly one place.

The sources are taken in the order of trust; each is matched with the places found so far, and what
matches none is a place of its own. A place keeps the id of its most trusted row and takes each
attribute from the first source, in the order for that attribute, that says anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from chengce.city.layers import WGS84
from chengce.city.places.match import Found, Rule, match
from chengce.city.places.spec import PlacesSpec

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "position": ("geometry",),
    "name": ("name",),
    "count": ("count",),
    "capacity": ("capacity", "capacity_unit"),
    "hours": ("hours",),
    "wheelchair": ("wheelchair",),
    "code": ("code",),
}


@dataclass(frozen=True)
class Row:
    """A row of a source."""

    source: str
    row: int


@dataclass(frozen=True)
class Merged:
    """The places, the rows that each is made of (most trusted first), and the pairs looked at.

    `pairs`: places found so far against a source's rows, as rows of the sources. `won`: for each
    place, attribute → source that it was taken from.
    """

    frame: gpd.GeoDataFrame
    members: tuple[tuple[Row, ...], ...]
    pairs: tuple[tuple[Row, Row, Found], ...]
    won: tuple[Mapping[str, str], ...]


def merge(sources: Mapping[str, gpd.GeoDataFrame], spec: PlacesSpec, rule: Rule) -> Merged:
    """Return one table of places from the tables of several sources, by name."""
    sources = _aligned(sources)
    order = spec.order("", list(sources))
    members: list[list[Row]] = []
    pairs: list[tuple[Row, Row, Found]] = []
    for source in order:
        right = sources[source]
        lead = _leading(sources, members)
        found = match(lead, right, rule) if len(lead) and len(right) else []
        joined = {f.right: f.left for f in found if f.state == "same"}
        pairs += [(members[f.left][0], Row(source, f.right), f) for f in found]
        for at in range(len(right)):
            if at in joined:
                members[joined[at]].append(Row(source, at))
            else:
                members.append([Row(source, at)])
    return _table(sources, spec, members, pairs)


def _aligned(sources: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Return the tables with the columns of all of them."""
    whole, out, start = _concat(list(sources.values())), {}, 0
    for name, frame in sources.items():
        out[name] = whole.iloc[start : start + len(frame)].reset_index(drop=True)
        start += len(frame)
    return out


def _leading(
    sources: Mapping[str, gpd.GeoDataFrame], members: Sequence[Sequence[Row]]
) -> gpd.GeoDataFrame:
    """Return the most trusted row of each place found so far."""
    if not members:
        return next(iter(sources.values())).iloc[:0]
    frames = {s: np.array([m[0].row for m in members if m[0].source == s]) for s in sources}
    parts = [sources[s].iloc[rows] for s, rows in frames.items() if len(rows)]
    places = [i for s in sources for i, m in enumerate(members) if m[0].source == s]
    whole = _concat(parts)
    return whole.iloc[np.argsort(places)].reset_index(drop=True)


def _table(
    sources: Mapping[str, gpd.GeoDataFrame], spec: PlacesSpec, members: list[list[Row]],
    pairs: list[tuple[Row, Row, Found]],
) -> Merged:  # fmt: skip
    frame = _leading(sources, members)
    values = {c: frame[c].tolist() for c in _columns(frame)}
    won: list[dict[str, str]] = [{} for _ in members]
    several = [at for at, rows in enumerate(members) if len(rows) > 1]
    for attribute, columns in ATTRIBUTES.items():
        lead = columns[0]
        order = spec.order(attribute, list(sources))
        for at in several:
            given = {r.source: sources[r.source].iloc[r.row] for r in members[at]}
            best = next(
                (s for s in order if s in given and lead in given[s] and _says(given[s][lead])),
                None,
            )
            if best is None:
                continue
            won[at][attribute] = best
            for column in columns:
                if column in values:
                    values[column][at] = given[best].get(column)
    for column, listed in values.items():
        if column == "geometry":
            frame = frame.set_geometry(gpd.GeoSeries(listed, index=frame.index, crs=WGS84))
        else:
            frame[column] = pd.Series(listed, index=frame.index, dtype=frame[column].dtype)
    rows = tuple(tuple(m) for m in members)
    return Merged(frame, rows, tuple(pairs), tuple(won))


def _columns(frame: gpd.GeoDataFrame) -> list[str]:
    return [c for columns in ATTRIBUTES.values() for c in columns if c in frame]


def _says(value: object) -> bool:
    return value is not None and (not pd.api.types.is_scalar(value) or not pd.isna(value))


def _concat(parts: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=WGS84)


def moved(merged: Merged, sources: Mapping[str, gpd.GeoDataFrame]) -> dict[str, str]:
    """Return id → id of the place that it is part of, for rows whose id is not kept."""
    out = {}
    for at, rows in enumerate(merged.members):
        kept = merged.frame["id"].iloc[at]
        for row in rows[1:]:
            own = sources[row.source]["id"].iloc[row.row]
            if own != kept:
                out[own] = kept
    return out
