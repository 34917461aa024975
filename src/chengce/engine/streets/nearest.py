"""Find the nearest of some lines for each point, with the share of the street it is met at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.engine.streets.walls import NUDGE

TOUCH_M = 1e-3  # closer than this counts as equally near
END = 1e-9  # a share of an edge this small is its end


@dataclass(frozen=True)
class Nearest:
    """By point: the edge (−1: none), the share of its length, and the metres to it (inf: none)."""

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    offroad_m: NDArray[np.float64]


@dataclass(frozen=True)
class Lines:
    """Lines to look for: whole edges, or their stretches between two shares of the length.

    `edge` int32 with `ids` of their edges (ties go to the smallest), `shape` in the plane.
    """

    edge: NDArray[np.int32]
    ids: NDArray[np.object_]
    shape: NDArray[np.object_]
    start: NDArray[np.float64] | None = None
    end: NDArray[np.float64] | None = None

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The lines, indexed by place."""
        return shapely.STRtree(self.shape)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Place of each line in the order of the ids."""
        rank = np.empty(len(self.edge), np.int64)
        rank[np.argsort(self.ids.astype(str), kind="stable")] = np.arange(len(self.edge))
        return rank


def nearest(lines: Lines, points: NDArray[np.object_]) -> Nearest:
    """Return the nearest line of each point; a stretch is met clear of the walls at its ends."""
    edge = np.full(len(points), -1, np.int32)
    fraction = np.zeros(len(points))
    offroad = np.full(len(points), np.inf)
    if not len(lines.edge) or not len(points):
        return Nearest(edge, fraction, offroad)
    (point, found), distance = lines.tree.query_nearest(
        points, return_distance=True, all_matches=True
    )
    order = np.lexsort((lines.rank[found], point))
    point, found, distance = point[order], found[order], distance[order]
    one = np.flatnonzero(np.diff(point, prepend=-1))
    point, found = point[one], found[one]
    edge[point] = lines.edge[found]
    offroad[point] = distance[one]
    share = shapely.line_locate_point(lines.shape[found], points[point], normalized=True)
    share = np.clip(np.nan_to_num(share), 0.0, 1.0)
    share[share < END] = 0.0
    share[share > 1.0 - END] = 1.0
    if lines.start is not None and lines.end is not None:
        low, high = lines.start[found], lines.end[found]
        share = low + share * (high - low)
        clear = np.where(low > 0.0, low + NUDGE, 0.0), np.where(high < 1.0, high - NUDGE, 1.0)
        share = np.clip(share, np.minimum(*clear), clear[1])
    fraction[point] = share
    return Nearest(edge, fraction, offroad)
