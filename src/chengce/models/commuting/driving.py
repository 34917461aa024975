"""Compute free-flow driving times between zones: every street at its speed, no queues, no parking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.provenance import content_hash
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import snap
from chengce.engine.streets.weights import weigh

_TABLES = ("streets", "turns")


@dataclass(frozen=True)
class DriveTimes:
    """Seconds by car, int32[origins, points], INF beyond the limit; zones off the streets apart."""

    seconds: NDArray[np.int32]
    unsnapped: tuple[tuple[str, float], ...]


def drive_times(city: City, points: Points, *, longest_min: float, context: Context) -> DriveTimes:
    """Return free-flow driving times between all points, by turns that are allowed."""
    limit_m = city.assumptions["snap_limit"].value

    def build() -> dict[str, NDArray[np.float64] | NDArray[np.int32]]:
        weights = weigh(street_network(city), "drive", speed_mps=1.0)
        at = snap(city, points.ids, points.lon, points.lat, "drive", limit_m=limit_m)
        limit_ms = int(longest_min * 60_000)
        ms = street_matrix(city, weights, (at, at), limit_ms=limit_ms, runner=context.runner)
        seconds = np.where(ms < INF, -(-ms // 1000), INF).astype(np.int32)
        off = np.where(at.snapped, np.nan, at.nearest_m)
        return {"seconds": seconds, "off": off}

    where = [list(points.ids), np.round(points.lon, 7).tolist(), np.round(points.lat, 7).tolist()]
    key = {"points": content_hash(where), "limit": [limit_m, longest_min]}
    found = city.derived("drive-times", 2, tables=_TABLES, params=key, build=build)
    off = found["off"]
    gone = tuple((str(points.ids[int(i)]), float(off[i])) for i in np.flatnonzero(~np.isnan(off)))
    return DriveTimes(found["seconds"], gone)
