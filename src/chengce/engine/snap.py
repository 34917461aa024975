"""Connect points to the nearest point of a street edge that a profile may use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.graph import StreetNetwork, street_network

TOUCH_M = 1e-3  # closer than this counts as equally near
END = 1e-9  # a share of an edge this small is its end


@dataclass(frozen=True)
class Connectors:
    """Where points meet the streets: CSR by point over connectors.

    `indptr` int64[n + 1]; per connector `edge` int32, `fraction` float64 (share of the edge's
    length from its start), `offroad_m`. Per point: `ids`, `lon`, `lat`, `snapped` and `nearest_m`,
    the distance to the nearest usable edge even where it is beyond the limit (inf: no such edge).
    """

    ids: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    indptr: NDArray[np.int64]
    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    offroad_m: NDArray[np.float64]
    nearest_m: NDArray[np.float64]

    @property
    def snapped(self) -> NDArray[np.bool_]:
        """Points that have a connector."""
        return np.diff(self.indptr) > 0

    @property
    def unsnapped(self) -> tuple[tuple[str, float], ...]:
        """Points not on the network, with the metres to the nearest usable edge."""
        out = np.flatnonzero(~self.snapped)
        return tuple((str(self.ids[i]), float(self.nearest_m[i])) for i in out)


def snap(
    city: City,
    ids: Sequence[str],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    profile: str,
    *,
    limit_m: float = 400.0,
) -> Connectors:
    """Return the connectors of points to the streets of a city.

    The first connector of a point goes to the nearest edge of the *base* city that the profile may
    use, within `limit_m` (ties: the smallest edge id), and stays in every scenario, also if the
    edge is closed. In a scenario, a point gets a second connector to the nearest edge newly usable
    if that edge is as near as the first one or nearer: what snapping afresh would have chosen.
    """
    network = street_network(city)
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    points = shapely.points(network.plane.xy(x, y)) if len(ids) else np.empty(0, object)
    column = network.column(profile)
    first = _nearest(network, network.base_door[:, column] > 0, points)
    new = (network.passage[:, column] > 0) & (network.base_door[:, column] == 0)
    second = _nearest(network, new, points)
    keep_first = first.offroad_m <= limit_m
    keep_second = (second.offroad_m <= limit_m) & (
        ~keep_first | (second.offroad_m <= first.offroad_m + TOUCH_M)
    )
    point = np.concatenate([np.flatnonzero(keep_first), np.flatnonzero(keep_second)])
    order = np.argsort(point, kind="stable")
    indptr = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(np.bincount(point, minlength=len(ids)), out=indptr[1:])
    return Connectors(
        ids=np.array([str(i) for i in ids], dtype=object),
        lon=x,
        lat=y,
        indptr=indptr,
        edge=np.concatenate([first.edge[keep_first], second.edge[keep_second]])[order],
        fraction=np.concatenate([first.fraction[keep_first], second.fraction[keep_second]])[order],
        offroad_m=np.concatenate([first.offroad_m[keep_first], second.offroad_m[keep_second]])[
            order
        ],
        nearest_m=np.minimum(first.offroad_m, second.offroad_m),
    )


@dataclass(frozen=True)
class _Nearest:
    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    offroad_m: NDArray[np.float64]


def _nearest(
    network: StreetNetwork, usable: NDArray[np.bool_], points: NDArray[np.object_]
) -> _Nearest:
    edge = np.full(len(points), -1, np.int32)
    fraction = np.zeros(len(points))
    offroad = np.full(len(points), np.inf)
    candidates = np.flatnonzero(usable)
    if not len(candidates) or not len(points):
        return _Nearest(edge, fraction, offroad)
    lines = network.plane.lines(network.lines[candidates])
    tree = shapely.STRtree(lines)
    (point, found), distance = tree.query_nearest(points, return_distance=True, all_matches=True)
    by_id = np.argsort(network.ids[candidates].astype(str), kind="stable")
    rank = np.empty(len(candidates), np.int64)
    rank[by_id] = np.arange(len(candidates))
    order = np.lexsort((rank[found], point))
    point, found, distance = point[order], found[order], distance[order]
    one = np.flatnonzero(np.diff(point, prepend=-1))
    point, found = point[one], found[one]
    edge[point] = candidates[found]
    offroad[point] = distance[one]
    share = shapely.line_locate_point(lines[found], points[point], normalized=True)
    share = np.clip(np.nan_to_num(share), 0.0, 1.0)
    share[share < END] = 0.0
    share[share > 1.0 - END] = 1.0
    fraction[point] = share
    return _Nearest(edge, fraction, offroad)
