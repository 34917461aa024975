"""Turn road files into what the assignment sees: TNTP or GMNS links, and trips of any format."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.gmns import read_gmns_network
from chengce.city.readers.gmns_demand import CsvTrips, read_csv_trips
from chengce.city.readers.omx import read_omx
from chengce.city.readers.raw_file import no_file
from chengce.city.readers.tntp import TntpNetwork, read_tntp_network, read_tntp_trips
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.road_gmns import from_gmns
from chengce.engine.roads import Floats, Ints, RoadNetwork, TravelClass

T = TypeVar("T")


@dataclass(frozen=True)
class RoadLinks:
    """The links of the file, each at position `at` of the network's links.

    `ids`: their ids (TNTP: their number in the file); `tail`, `head`: positions in the problem's
    `node_ids`; `toll` in the file's currency.
    """

    ids: tuple[str, ...]
    tail: Ints
    head: Ints
    at: Ints
    toll: Floats


@dataclass(frozen=True)
class RoadProblem:
    """A network, its trips, and the names the files use.

    `network` may hold links besides those of the file (connectors of zones, turns): `links` says
    which are which. `time_minutes`: length of one unit of time; None where the file does not say.
    """

    network: RoadNetwork
    classes: tuple[TravelClass, ...]
    node_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    links: RoadLinks
    warnings: tuple[Problem, ...]
    time_minutes: float | None = None

    @property
    def link_ids(self) -> tuple[str, ...]:
        """The ids of the file's links."""
        return self.links.ids


def read_problem(
    net: Path,
    trips: Path | None,
    *,
    toll_factor: float | None = None,
    distance_factor: float | None = None,
    matrix: str | None = None,
) -> RoadProblem:
    """Read a network (.tntp, or a GMNS folder) and its trips (.tntp, .omx, .csv).

    Factors: time per unit of toll and of length, added to the cost of each link; None: as the
    network file says, else 0. `matrix` names one of several in an OMX file. Problems of both files
    are raised together in one `ChengceError`.
    """
    problems: list[Problem] = []
    if net.is_dir():
        part = _attempt(problems, lambda: from_gmns(read_gmns_network(net)))
    else:
        part = _attempt(problems, lambda: _from_tntp(net))
    factors = (toll_factor, distance_factor)
    if part is None:
        if trips is not None:
            _attempt(problems, lambda: _look_at(trips))
        raise ChengceError(problems)
    chosen = tuple(f if f is not None else d for f, d in zip(factors, part.factors, strict=True))
    fixed = _attempt(problems, lambda: _fixed(part, (chosen[0], chosen[1]), net))
    zones = part.problem.zone_ids
    read = _attempt(problems, lambda: _trips(trips, zones, matrix)) if trips is not None else ([], ())
    raise_if_any(problems)
    assert fixed is not None
    assert read is not None
    classes = tuple(
        TravelClass(t.name, t.demand, t.pce, fixed if fixed.any() else None) for t in read[0]
    )
    problem = part.problem
    return RoadProblem(
        problem.network, classes, problem.node_ids, zones, problem.links,
        (*problem.warnings, *read[1]), problem.time_minutes,
    )  # fmt: skip
