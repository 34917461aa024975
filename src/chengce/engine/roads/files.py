"""Read a road network and its trips from files: TNTP or GMNS, with trips as TNTP, OMX or CSV."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from chengce.city.readers.gmns import read_gmns_network
from chengce.city.readers.gmns_demand import CsvTrips, read_csv_trips
from chengce.city.readers.omx import read_omx
from chengce.city.readers.raw_file import no_file
from chengce.city.readers.tntp import read_tntp_network, read_tntp_trips
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.roads.gmns import from_gmns
from chengce.engine.roads.network import TravelClass
from chengce.engine.roads.problem import RoadProblem
from chengce.engine.roads.tntp import from_tntp
from chengce.engine.roads.turn_table import with_turn_table

T = TypeVar("T")
TRIPS = Text("出行量文件", "trips file")
Found = tuple[Sequence[CsvTrips], tuple[Problem, ...]]


def read_problem(
    net: Path,
    trips: Path | None,
    *,
    turns: Path | None = None,
    toll_factor: float | None = None,
    distance_factor: float | None = None,
    matrix: str | None = None,
) -> RoadProblem:
    """Read a network (.tntp file, or a GMNS folder) and its trips (.tntp, .omx, .csv).

    `turns`: a table of turns that take time or are not allowed, for a TNTP network. Factors: time
    per unit of toll and of length, added to the cost of each link; None: as the network file says,
    else 0. `matrix` names one of several in an OMX file. Raises `ChengceError` with the problems of
    all files together.
    """
    problems: list[Problem] = []

    def attempt(work: Callable[[], T]) -> T | None:
        try:
            return work()
        except ChengceError as error:
            problems.extend(error.problems)
            return None

    road = attempt(lambda: _network(net).with_factors(toll_factor, distance_factor))
    if turns is not None and net.is_dir():
        problems.append(_turns_twice(turns))
    elif turns is not None and road is not None:
        plain = road
        road = attempt(lambda: with_turn_table(plain, turns)) or plain
    if matrix is not None and trips is not None and _suffix(trips) != ".omx":
        problems.append(_no_matrices(trips))
    fixed = attempt(road.fixed) if road is not None else None
    found: Found | None = ((), ())
    if trips is not None and road is not None:
        found = attempt(lambda: _trips(trips, road.zone_ids, matrix))
    elif trips is not None and not trips.is_file():
        problems.append(no_file(trips, TRIPS))
    elif trips is not None and _suffix(trips) not in (".omx", ".csv"):
        attempt(lambda: read_tntp_trips(trips))
    if problems or road is None or found is None:
        raise ChengceError(problems)
    classes = tuple(TravelClass(t.name, t.demand, t.pce, fixed) for t in found[0])
    return replace(road, classes=classes, warnings=(*road.warnings, *found[1]))


def _network(net: Path) -> RoadProblem:
    if net.is_dir():
        return from_gmns(read_gmns_network(net), str(net / "link.csv"))
    return from_tntp(read_tntp_network(net), str(net))


def _trips(path: Path, zones: Sequence[str], matrix: str | None) -> Found:
    if _suffix(path) == ".omx":
        return _omx(path, zones, matrix)
    if _suffix(path) == ".csv":
        return read_csv_trips(path, zones)
    if list(zones) != [str(i) for i in range(1, len(zones) + 1)]:
        raise ChengceError(
            Problem(
                "trips_format",
                Text("TNTP 出行量只适用于编号为 1、2、3… 的小区", "TNTP trips are for zones numbered 1, 2, 3 …"),
                Text("改用 OMX 或 CSV", "use OMX or CSV"),
                str(path),
            )
        )  # fmt: skip
    read = read_tntp_trips(path, len(zones))
    return [CsvTrips("car", read.demand, 1.0)], read.warnings


def _suffix(path: Path) -> str:
    """Return what kind of file a name says it is, packed or not."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def _turns_twice(turns: Path) -> Problem:
    return Problem(
        "turns_of_gmns",
        Text("GMNS 目录的转向写在 movement.csv 中", "a GMNS folder has its turns in movement.csv"),
        Text("去掉 --turns", "leave out --turns"),
        str(turns),
    )


def _no_matrices(trips: Path) -> Problem:
    return Problem(
        "matrix_not_omx",
        Text("--matrix 只用于 OMX 文件", "--matrix is for OMX files"),
        Text("去掉 --matrix", "leave out --matrix"),
        str(trips),
        column="matrix",
    )


def _omx(path: Path, zones: Sequence[str], matrix: str | None) -> Found:
    """Return the matrix with its rows in the order of the network's zones."""
    found = read_omx(path, matrix)
    n, size = len(zones), len(found.values)
    bad = int(np.count_nonzero(~np.isfinite(found.values) | (found.values < 0)))
    if bad:
        raise ChengceError(
            Problem(
                "trips_values",
                Text(
                    f"矩阵“{found.name}”有 {bad} 个值为负或不是数",
                    f'{bad} values of matrix "{found.name}" are negative or missing',
                ),
                Text("改为零或正数", "write zero or a positive number"),
                str(path),
            )
        )
    if found.zones is None:
        if size != n:
            raise ChengceError(
                Problem(
                    "omx_zone_count",
                    Text(f"矩阵有 {size} 个小区，路网有 {n} 个，且文件没有小区编号（lookup）",
                         f"the matrix has {size} zones, the network {n}, and the file has no lookup of zones"),
                    Text("在 OMX 中加入小区 lookup", "add a lookup of zones to the OMX file"),
                    str(path),
                )
            )  # fmt: skip
        return [CsvTrips(found.name, found.values, 1.0)], ()
    index = {zone: i for i, zone in enumerate(zones)}
    place = np.array([index.get(z, -1) for z in found.zones])
    used = (found.values.sum(axis=0) + found.values.sum(axis=1)) > 0
    lost = [z for z, p, u in zip(found.zones, place, used, strict=True) if p < 0 and u]
    twice = [z for z, times in Counter(found.zones).items() if times > 1]
    problems = []
    if lost:
        shown = ", ".join(lost[:10]) + (" …" if len(lost) > 10 else "")
        problems.append(
            Problem(
                "trips_unknown_zone",
                Text(
                    f"路网没有这些有出行的小区：{shown}",
                    f"the network lacks these zones that have trips: {shown}",
                ),
                Text(
                    "核对 lookup 与路网的小区编号",
                    "check the lookup against the zones of the network",
                ),
                str(path),
            )
        )
    if twice:
        problems.append(
            Problem(
                "omx_zone_twice",
                Text(
                    f"lookup 中有重复的小区：{', '.join(twice[:10])}",
                    f"zones appear twice in the lookup: {', '.join(twice[:10])}",
                ),
                Text("小区编号须唯一", "zones must be unique"),
                str(path),
            )
        )
    if problems:
        raise ChengceError(problems)
    demand = np.zeros((n, n))
    here = np.flatnonzero(place >= 0)
    demand[np.ix_(place[here], place[here])] = found.values[np.ix_(here, here)]
    return [CsvTrips(found.name, demand, 1.0)], ()
