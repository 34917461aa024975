"""Turn TNTP files into the tables of a city: streets, zones and flows, with coordinates of nodes.

A link becomes a street for cars in one direction, drawn straight between its nodes. Links at
nodes below the first through node are connectors. The files state no units: they must be given.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from chengce.city.layers import WGS84
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tntp_net import TntpNetwork, read_tntp_network
from chengce.city.readers.tntp_nodes import read_node_points
from chengce.city.readers.tntp_trips import read_tntp_trips
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

METRES = {"m": 1.0, "km": 1000.0, "ft": 0.3048, "mile": 1609.344}
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
NUDGE = 1e-6  # degrees, about 0.1 m: a street between two nodes at one place has this length
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TntpUnits:
    """What the files do not say: units of length and time, and the period of the trips.

    `start_s`, `end_s`: seconds after midnight. Capacity and trips are of the whole period.
    """

    length: str
    time: str
    start_s: int
    end_s: int

    @property
    def hours(self) -> float:
        """Length of the period."""
        return (self.end_s - self.start_s) / 3600.0


def read_tntp_city(
    net: Path, nodes: Path, trips: Path | None, units: TntpUnits, *, crs: str
) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    """Return the tables `streets`, `zones` and (with trips) `flows`, and warnings.

    `nodes`: a TNTP node file or a CSV table in `crs`, or a GeoJSON file. Raises `ChengceError`
    with the problems of all files together.
    """
    problems: list[Problem] = []
    network = demand = None
    points: dict[int, tuple[float, float]] = {}
    try:
        network = read_tntp_network(net)
        problems += network.warnings
    except ChengceError as error:
        problems += error.problems
    try:
        points = read_node_points(nodes, crs)
    except ChengceError as error:
        problems += error.problems
    if trips is not None:
        try:
            read = read_tntp_trips(trips, None if network is None else network.zones)
            demand = read.demand
            problems += read.warnings
        except ChengceError as error:
            problems += error.problems
    if network is not None and points:
        problems += _without_place(network, points, nodes)
    if network is None or any(p.severity == "error" for p in problems):
        raise ChengceError(problems)
    xy = np.array([points.get(n, (np.nan, np.nan)) for n in range(1, network.nodes + 1)])
    tables: dict[str, pd.DataFrame] = {
        "streets": _streets(network, xy, units),
        "zones": _zones(network, xy),
    }
    if demand is not None:
        tables["flows"] = _flows(demand, units)
    return tables, tuple(problems)


def _without_place(
    network: TntpNetwork, points: dict[int, tuple[float, float]], nodes: Path
) -> list[Problem]:
    used = np.union1d(np.concatenate([network.tail, network.head]), np.arange(1, network.zones + 1))
    lost = [int(n) for n in used if int(n) not in points]
    if not lost:
        return []
    report = Report(str(nodes))
    shown = ", ".join(map(str, lost[:10])) + (" …" if len(lost) > 10 else "")
    report.add(
        "tntp_node_without_place",
        Text(
            f"{len(lost)} 个节点没有坐标：{shown}",
            f"{len(lost)} nodes have no coordinates: {shown}",
        ),
        Text("在节点文件中补上坐标", "add their coordinates to the node file"),
    )
    return report.found


def _streets(network: TntpNetwork, xy: Floats, units: TntpUnits) -> gpd.GeoDataFrame:
    tail, head = xy[network.tail - 1], xy[network.head - 1].copy()
    head[(tail == head).all(axis=1), 0] += NUDGE
    _, _, straight = Geod(ellps="WGS84").inv(tail[:, 0], tail[:, 1], head[:, 0], head[:, 1])
    length = network.length * METRES[units.length]
    length = np.where(length > 0, length, straight)
    free_flow = network.free_flow * SECONDS[units.time]
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = np.where(free_flow > 0, length / free_flow * 3.6, np.nan)
    first = network.first_through
    centroid = (network.tail < first) | (network.head < first)
    number = np.arange(1, len(length) + 1)
    none = np.zeros(len(length), np.int64)
    frame = pd.DataFrame(
        {
            "id": [f"link-{i}" for i in number],
            "way": number,
            "from_node": network.tail,
            "to_node": network.head,
            "length_m": length,
            "highway": np.where(centroid, "connector", "primary"),
            "walk": none,
            "wheelchair": none,
            "bike": none,
            "drive": none + 1,
            "wheelchair_state": "unknown",
            "speed_kmh": np.where(speed <= 200, speed, np.nan),
            "capacity_along": np.where(network.b > 0, network.capacity / units.hours, np.nan),
            "free_flow_s": free_flow,
            "vdf_b": network.b,
            "vdf_power": network.power,
            "toll": np.maximum(network.toll, 0.0),
        }
    )
    lines = shapely.linestrings(np.stack([tail, head], axis=1))
    return gpd.GeoDataFrame(frame, geometry=lines, crs=WGS84)


def _zones(network: TntpNetwork, xy: Floats) -> gpd.GeoDataFrame:
    at = xy[: network.zones]
    names = [str(z) for z in range(1, network.zones + 1)]
    return gpd.GeoDataFrame({"id": names}, geometry=shapely.points(at), crs=WGS84)


def _flows(demand: Floats, units: TntpUnits) -> pd.DataFrame:
    origin, destination = np.nonzero(demand)
    return pd.DataFrame(
        {
            "origin": [str(i + 1) for i in origin],
            "destination": [str(j + 1) for j in destination],
            "mode": "car",
            "purpose": "all",
            "start_s": units.start_s,
            "end_s": units.end_s,
            "count": demand[origin, destination],
        }
    )
