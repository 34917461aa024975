"""Cut a street in two at a point, and keep what other tables say of it."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from chengce.engine.streets.plane import Plane
from chengce.models.modifications.base import Draft

_SHARED = ("length_m", "free_flow_s", "toll")  # go by the share of the length


def split_street(draft: Draft, street: str, share: float, by: str) -> tuple[int, Any]:
    """Put a node at a share of a street's length; return its number and position.

    Two streets "street~by:1" and "street~by:2" take the place of the old one. Length, free-flow
    time and tolls are parted in proportion, everything else is kept; turn restrictions go with
    the half that meets their junction, counts with the longer half.
    """
    table = draft.table("streets")
    row = table[table["id"] == street].iloc[0].to_dict()
    first, second = cut(row["geometry"], share)
    node = new_node(table, f"{by}:{street}")
    halves = [f"{street}~{by}:{i}" for i in (1, 2)]
    shares = (share, 1.0 - share)
    rows = [
        {
            **row,
            "id": half,
            "geometry": line,
            end: node,
            **{c: row[c] * part for c in _SHARED if pd.notna(row.get(c))},
        }
        for half, line, part, end in zip(
            halves, (first, second), shares, ("to_node", "from_node"), strict=True
        )
    ]
    draft.keep("streets", table["id"] != street)
    draft.append("streets", list(rows))
    _turns(draft, street, halves, int(row["from_node"]))
    _periods(draft, street, halves, shares)
    links = draft.table("count_links")
    if len(links):
        longer = halves[0] if share >= 0.5 else halves[1]
        draft.put("count_links", "street", links["street"].where(links["street"] != street, longer))
    return node, shapely.Point(first.coords[-1])


def cut(line: LineString, share: float) -> tuple[LineString, LineString]:
    """Return the parts of a line before and after a share of its length on the ground."""
    points = np.array(line.coords)
    ends = plane_of(line).lines(np.array([line], dtype=object))[0]
    metres = np.hypot(*np.diff(np.array(ends.coords), axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(metres)])
    wanted = share * at[-1]
    k = int(np.clip(np.searchsorted(at, wanted, side="right") - 1, 0, len(metres) - 1))
    part = (wanted - at[k]) / metres[k] if metres[k] else 0.0
    middle = points[k] + part * (points[k + 1] - points[k])
    before = np.vstack([points[: k + 1], middle]) if part > 0 else points[: k + 1]
    return LineString(before), LineString(np.vstack([middle, points[k + 1 :]]))


def plane_of(line: LineString) -> Plane:
    """Return a plane in metres around the beginning of a line."""
    lon, lat = line.coords[0][:2]
    return Plane(float(lon), float(lat))


def new_node(streets: pd.DataFrame, name: str) -> int:
    """Return a node number not in use, the same for the same name wherever it is asked for."""
    used = set(streets["from_node"]) | set(streets["to_node"])
    number = -int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") - 1
    while number in used:
        number -= 1
    return number


def _turns(draft: Draft, street: str, halves: list[str], from_node: int) -> None:
    turns = draft.table("turns")
    if not len(turns):
        return
    half: NDArray[np.object_] = np.where(turns["via_node"] == from_node, *halves).astype(object)
    for column in ("from_street", "to_street"):
        old = draft.table("turns")[column]
        draft.put("turns", column, old.where(old != street, pd.Series(half, old.index)))


def _periods(draft: Draft, street: str, halves: list[str], shares: tuple[float, float]) -> None:
    periods = draft.table("street_periods")
    here = periods["street"] == street
    if not here.any():
        return
    rows = periods[here].to_dict("records")
    draft.keep("street_periods", ~here)
    draft.append(
        "street_periods",
        [
            {**row, "street": half, "toll": row["toll"] * part}
            for row in rows
            for half, part in zip(halves, shares, strict=True)
        ],
    )
