"""Connect points to the nearest point of a street edge that a profile may use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.gate_ways import joined, met, sides
from chengce.engine.streets.gates import GateRules
from chengce.engine.streets.graph import KNOWN, StreetNetwork, street_network
from chengce.engine.streets.nearest import TOUCH_M, Lines, nearest


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


def snap(  # noqa: PLR0913  (points as three arrays, and how they are met)
    city: City,
    ids: Sequence[str],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    profile: str,
    *,
    limit_m: float = 400.0,
    gates: GateRules | None = None,
) -> Connectors:
    """Return the connectors of points to the streets of a city.

    The first connector of a point goes to the nearest edge of the *base* city that the profile may
    use, within `limit_m` (ties: the smallest edge id), and stays in every scenario, also if the
    edge is closed. In a scenario, a point gets a second connector to the nearest edge newly usable
    if that edge is as near as the first one or nearer: what snapping afresh would have chosen.

    With `gates`, a point keeps to its side of the walls of compounds, and one in a compound has a
    connector through each gate its people may pass (`gate_ways`). A point that no gate lets out
    has none; its `nearest_m` is to the nearest street on either side.

    A wheelchair that keeps to known streets is not taken straight to one past an unknown street:
    a point whose nearest street open to wheelchairs is unknown has no connector either.
    """
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    walled = sides(city, profile, gates, limit_m)
    network = street_network(city) if walled is None else walled.network
    points = shapely.points(network.plane.xy(x, y)) if len(ids) else np.empty(0, object)
    column = network.column(profile)
    new = (network.passage[:, column] > 0) & (network.base_door[:, column] == 0)
    found = (
        nearest(_doors(city, network, profile), points),
        nearest(_lines(network, new), points),
    )
    nearest_m = np.minimum(found[0].offroad_m, found[1].offroad_m)
    past = np.full(len(ids), np.inf)  # metres at which an unknown street is passed
    if profile == KNOWN:
        past = nearest(_doors(city, network, "wheelchair"), points).offroad_m + TOUCH_M
    if walled is None:
        links = joined(met(np.arange(len(ids)), *found, np.minimum(limit_m, past)))
    else:
        links = walled.links(points).of(nearest_m <= past)
    indptr = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(np.bincount(links.point, minlength=len(ids)), out=indptr[1:])
    return Connectors(
        ids=np.array([str(i) for i in ids], dtype=object),
        lon=x,
        lat=y,
        indptr=indptr,
        edge=links.edge,
        fraction=links.fraction,
        offroad_m=links.offroad_m,
        nearest_m=nearest_m,
    )


def _doors(city: City, network: StreetNetwork, profile: str) -> Lines:
    """Return the edges usable in the base city; projected and indexed once for all its scenarios."""
    usable = network.base_door[:, network.column(profile)] > 0
    if city.base is None:
        return city.remembered(f"doors {profile}", lambda: _lines(network, usable))
    before = street_network(city.base)
    same = zip(network.lines[: len(before.lines)], before.lines, strict=True)
    if all(line is old for line, old in same):
        return _doors(city.base, before, profile)
    return _lines(network, usable)


def _lines(network: StreetNetwork, usable: NDArray[np.bool_]) -> Lines:
    at = np.flatnonzero(usable)
    shapes = network.plane.lines(network.lines[at]) if len(at) else network.lines[at]
    return Lines(at.astype(np.int32), network.ids[at], shapes)
