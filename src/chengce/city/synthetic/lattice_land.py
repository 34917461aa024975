"""Put people, jobs and places at the nodes of a lattice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.layers import WGS84
from chengce.core.groups import TOTAL, Group
from chengce.core.text import Text

Point = tuple[float, float]
Counts = Mapping[str, "float | Mapping[str, float]"]
Places = Mapping[str, "Sequence[str] | Mapping[str, float]"]


@dataclass(frozen=True)
class Land:
    """What stands at the nodes.

    `people`: zone → count, or zone → group → count in the dimension `dimension`; `jobs`: zone →
    count, or zone → kind → count; `places`: node → kinds, or node → kind → capacity.
    """

    people: Counts
    jobs: Counts
    places: Places
    dimension: str = TOTAL
    groups: tuple[Group, ...] = ()


def people_table(land: Land) -> pd.DataFrame:
    """Return the table `people`, all residents."""
    rows = [
        (zone, land.dimension, group, float(count))
        for zone, counts in land.people.items()
        for group, count in _parts(counts, TOTAL)
    ]
    frame = pd.DataFrame(rows, columns=["zone", "dimension", "group", "count"])
    return frame.assign(base="resident").astype(
        {"zone": "str", "dimension": "str", "group": "str", "count": "float64", "base": "str"}
    )


def jobs_table(jobs: Counts) -> pd.DataFrame:
    """Return the table `jobs`; a bare count is of kind "total"."""
    rows = [(z, kind, float(n)) for z, counts in jobs.items() for kind, n in _parts(counts, TOTAL)]
    frame = pd.DataFrame(rows, columns=["zone", "kind", "count"])
    return frame.astype({"zone": "str", "kind": "str", "count": "float64"})


def _parts(counts: "float | Mapping[str, float]", alone: str) -> list[tuple[str, float]]:
    return list(counts.items()) if isinstance(counts, Mapping) else [(alone, counts)]


def places_table(places: Places, lonlat: Mapping[str, Point]) -> gpd.GeoDataFrame:
    """Return the table `places`; `lonlat` gives degrees by node. Ids are "node:kind", then ":2"."""
    rows: list[tuple[str, str, str, float, float | None]] = []
    at: list[Point] = []
    for node, kinds in places.items():
        seen: dict[str, int] = {}
        for kind in kinds:
            seen[kind] = seen.get(kind, 0) + 1
            number = f":{seen[kind]}" if seen[kind] > 1 else ""
            capacity = float(kinds[kind]) if isinstance(kinds, Mapping) else None
            rows.append((f"{node}:{kind}{number}", kind, f"{kind} {node}", 1.0, capacity))
            at.append(lonlat[node])
    frame = pd.DataFrame(rows, columns=["id", "kind", "name", "count", "capacity"])
    frame = frame.assign(hours=None, wheelchair=None).astype(
        {"id": "str", "kind": "str", "name": "str", "count": "float64", "capacity": "float64",
         "hours": "str", "wheelchair": "str"}
    )  # fmt: skip
    return gpd.GeoDataFrame(frame, geometry=shapely.points(np.array(at)), crs=WGS84)


def groups_of(land: Land) -> tuple[Group, ...]:
    """Return a group of adults for every group counted, in order; none for the total."""
    if land.dimension == TOTAL:
        return ()
    ids = dict.fromkeys(g for c in land.people.values() for g, _ in _parts(c, TOTAL))
    return tuple(Group(land.dimension, g, Text(g, g), {"adult": 1.0}) for g in ids)
