"""Hold a road network with its trips and the names its files use."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.roads.network import Floats, Ints, RoadNetwork, TravelClass


@dataclass(frozen=True)
class RoadLinks:
    """The links of the file, which are the first links of the network, in the same order.

    `ids`: their ids (TNTP: their number, from 1); `tail`, `head`: positions in `node_ids`; `toll`
    in the file's currency; `file`, `rows`: where each stands.
    """

    ids: tuple[str, ...]
    tail: Ints
    head: Ints
    toll: Floats
    file: str
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class RoadProblem:
    """A network, its trips, and the names the files use.

    `network` may hold more links and nodes than the file, after those of the file: connectors of
    zones, turns. Node i of the network is `node_ids[i]`, zone i `zone_ids[i]`. `pace`: minutes that
    one unit of length takes at one unit of speed, and times are minutes; None where the file does
    not state its units. Factors: time per unit of toll and length.
    """

    network: RoadNetwork
    classes: tuple[TravelClass, ...]
    node_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    links: RoadLinks
    warnings: tuple[Problem, ...] = ()
    pace: float | None = None
    toll_factor: float = 0.0
    distance_factor: float = 0.0

    @property
    def link_ids(self) -> tuple[str, ...]:
        """The ids of the file's links."""
        return self.links.ids

    def between(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return the links of the file by the names of their two ends; several if parallel."""
        found: dict[tuple[str, str], tuple[int, ...]] = {}
        for link, (tail, head) in enumerate(zip(self.links.tail, self.links.head, strict=True)):
            ends = (self.node_ids[int(tail)], self.node_ids[int(head)])
            found[ends] = (*found.get(ends, ()), link)
        return found

    def fixed(self) -> Floats | None:
        """Return toll and length of every link of the network as time; None where both are free.

        Raises `ChengceError` naming the links whose cost would be negative.
        """
        if not self.toll_factor and not self.distance_factor:
            return None
        m = len(self.links.ids)
        cost = self.toll_factor * self.links.toll + self.distance_factor * self.network.length[:m]
        bad = np.flatnonzero(~(cost >= 0))
        if len(bad):
            raise ChengceError(
                Problem(
                    "road_cost_negative",
                    Text(
                        f"收费与距离折算后为负：{cost[i]:g}", f"toll and distance cost less than 0: {cost[i]:g}"
                    ),
                    Text("改正该收费，或改用非负系数", "correct the toll, or use factors of at least 0"),
                    self.links.file,
                    int(self.links.rows[i]),
                    "toll",
                )
                for i in bad[:50]
            )  # fmt: skip
        return np.concatenate([cost, np.zeros(self.network.links - m)])

    def with_factors(self, toll: float | None, distance: float | None) -> "RoadProblem":
        """Return the problem with other factors; None keeps the file's own."""
        return replace(
            self,
            toll_factor=self.toll_factor if toll is None else toll,
            distance_factor=self.distance_factor if distance is None else distance,
        )
