"""Measure driving from doors to doors of an OSM extract beside Valhalla, from the file on.

Both read the same file and answer the same doors, each by its own rules of access, speeds and turns:
costs are not equal and not compared, only the time they take.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import shapely
from benchmarks.machine import best_of
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from chengce.city.city import City
from chengce.city.readers.osm import read_osm
from chengce.core.context import Runner
from chengce.core.text import Text
from chengce.engine.hierarchy.ladder import Ladder
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.hierarchy.streets import street_hierarchy
from chengce.engine.streets.graph import StreetNetwork
from chengce.engine.streets.network import INF, Weights, snap, street_network, weigh

PEER = Path(__file__).with_name("valhalla_peer.py")
DOORS, PEER_TIMES = 400, 1
Ends = tuple[NDArray[np.float64], NDArray[np.float64]]


def extract_speed(
    path: Path, runner: Runner, python: Path | None = None, doors: int = DOORS
) -> dict[str, Any]:
    """Return the row of one extract; with `python`, also of the Valhalla installed there."""
    begin = perf_counter()
    city = _city(path)
    network = street_network(city)
    weights = weigh(network, "drive", speed_mps=1.3)
    Ladder.of(street_hierarchy(city, runner=runner))
    prepared_s = perf_counter() - begin
    ends = (_doors(network, weights, doors, 11), _doors(network, weights, doors, 12))

    def answer() -> NDArray[np.int32]:
        ids = [str(i) for i in range(doors)]
        at = [snap(city, ids, lonlat[:, 0], lonlat[:, 1], "drive") for lonlat in ends]
        return street_matrix(city, weights, (at[0], at[1]), limit_ms=INF - 1, runner=runner)

    answer()
    found, took = best_of(answer)
    row = {
        "case": path.name.split(".")[0],
        "nodes": len(weights.indptr) - 1,
        "origins": doors,
        "destinations": doors,
        "threads": runner.workers,
        "reached": round(float((found < INF).mean()), 4),
        "ours_prepared_s": round(prepared_s, 3),
        "ours_s": round(took, 4),
    }
    return row if python is None else row | _peer(path, ends, python, took)


def _city(path: Path) -> City:
    name = path.name.split(".")[0]
    return City(name, Text(name, name), read_osm(path, places=False, ground=False).tables())


def _doors(network: StreetNetwork, weights: Weights, count: int, seed: int) -> NDArray[np.float64]:
    """Return degrees[count, 2] half-way along streets drawn from those that reach one another by car."""
    size = len(weights.indptr) - 1
    arcs = csr_matrix(
        (np.ones(len(weights.head)), weights.head, weights.indptr), (size, size), copy=True
    )
    arcs.sum_duplicates()  # scipy never ends on arcs given twice
    part = connected_components(arcs, connection="strong")[1]
    joined = part == np.bincount(part).argmax()
    street = np.unique(weights.arc // 2)
    street = street[street < len(network.tail)]
    street = street[joined[network.tail[street]] & joined[network.head[street]]]
    drawn = np.random.default_rng(seed).choice(street, count)
    points = shapely.line_interpolate_point(network.lines[drawn], 0.5, normalized=True)
    return np.asarray(shapely.get_coordinates(points))


def _peer(path: Path, ends: Ends, python: Path, ours_s: float) -> dict[str, Any]:
    """Return the columns of Valhalla, none where it does not run."""
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(given, origins=ends[0], destinations=ends[1])
        parts = [python.absolute(), "-P", PEER, given, found, path.absolute(), PEER_TIMES]
        try:
            subprocess.run([str(p) for p in parts], check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            print(f"valhalla: not run\n{error.stderr.decode()[-400:]}", file=sys.stderr)
            return {}
        with np.load(found) as data:
            seconds = {k.removesuffix("_s"): float(data[k]) for k in data.files if k[-2:] == "_s"}
            prepared = seconds.pop("tiles")
            fastest = min(seconds, key=lambda k: seconds[k])
            return {
                "peer": f"pyvalhalla {data['version']}",
                "peer_prepared_s": round(prepared, 3),
                **{f"peer_{k}_s": round(v, 3) for k, v in seconds.items()},
                "peer_reached": round(float(data[f"{fastest}_found"].mean()), 4),
                "ratio": round(seconds[fastest] / ours_s, 1),
            }
