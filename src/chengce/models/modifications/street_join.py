"""Join the end of a new street to the network: at a node, or on a street that is cut there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.streets.plane import Plane
from chengce.models.modifications.base import Draft
from chengce.models.modifications.street_split import split_street

NODE_M = 5.0  # a junction this near to the end of a street is made there
AROUND = 0.05  # degrees; what lies farther is looked at only if nothing is as near
CONNECTOR = "connector"


@dataclass(frozen=True)
class Junction:
    """Where a new street meets the network: a node, or a street to cut at a share of its length."""

    point: Point
    distance_m: float
    node: int | None
    street: str = ""
    share: float = 0.0

    def made(self, draft: Draft, by: str) -> tuple[int, Point]:
        """Return the node and its position, after cutting the street if there is none yet."""
        if self.node is not None:
            return self.node, self.point
        return split_street(draft, self.street, self.share, by)


def at_node(table: pd.DataFrame, node: int) -> Junction | None:
    """Return the junction at a node that is there, None if it is not."""
    for column, end in (("from_node", 0), ("to_node", -1)):
        rows = table.index[table[column] == node]
        if len(rows):
            return Junction(Point(table.loc[rows[0], "geometry"].coords[end]), 0.0, node)
    return None


def nearest(table: pd.DataFrame, usable: NDArray[np.bool_], at: Point) -> Junction | None:
    """Return the junction on the nearest usable street, None if there is no such street."""
    every = np.asarray(table["geometry"].array, dtype=object)
    box = shapely.box(at.x - AROUND, at.y - AROUND, at.x + AROUND, at.y + AROUND)
    around = usable & shapely.intersects(every, box)
    rows = np.flatnonzero(around if around.any() else usable)
    if not len(rows):
        return None
    plane = Plane(at.x, at.y)
    lines = plane.lines(every[rows])
    here = Point(0.0, 0.0)
    distance = shapely.distance(lines, here)
    ids = table["id"].to_numpy(dtype=object)[rows].astype(str)
    best = int(np.lexsort((ids, np.round(distance, 3)))[0])
    row, line = table.iloc[rows[best]], lines[best]
    along = float(shapely.line_locate_point(line, here))
    near = along <= NODE_M, line.length - along <= NODE_M
    metres = float(distance[best])
    if any(near):
        first = near[0] and (not near[1] or along <= line.length - along)
        end, column = (0, "from_node") if first else (-1, "to_node")
        corner = Point(row["geometry"].coords[end])
        return Junction(corner, metres, int(row[column]))
    share = along / line.length
    return Junction(at, metres, None, str(row["id"]), share)


def not_joined(key: str, which: Text, found: Junction | None, limit_m: float) -> Problem:
    """Return the problem of an end that lies too far from any street."""
    far = "∞" if found is None else f"{found.distance_m:.0f}"
    return Problem(
        "street_not_connected",
        Text(
            f"新建道路 {key} 的{which.zh}距可衔接的道路 {far} 米，超过 {limit_m:g} 米",
            f"the {which.en} of new street {key} lies {far} m from any street it could join, "
            f"more than {limit_m:g} m",
        ),
        Text(
            "移动端点、给出节点编号，或加大 snap_m；只与其全部使用者都能通行的道路衔接",
            "move the end, name a node, or raise `snap_m`; it joins only streets that all who use it may use",
        ),
        column=key,
    )
