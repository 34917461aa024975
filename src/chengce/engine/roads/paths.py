"""Find cheapest paths on a road network and add up what a trip meets along them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.kernels.road_tree import sums, trees
from chengce.engine.roads.network import CLOSED, Floats, Ints, RoadNetwork

BLOCK_NODES = 2**15  # labels set by one block of origins: about a millisecond of work
SHOWN = 10


@dataclass(frozen=True)
class Star:
    """Links sorted by tail: position p is link `link[p]`, the links of node u `indptr[u:u + 2]`."""

    indptr: NDArray[np.int64]
    head: Ints
    tail: Ints
    link: Ints

    def by_link(self, by_position: Floats) -> Floats:
        """Return values by link from values by position (last axis)."""
        out = np.empty_like(by_position)
        out[..., self.link] = by_position
        return out


def star(network: RoadNetwork) -> Star:
    """Sort the links of a network by tail; links of one node keep their order."""
    link = np.argsort(network.tail, kind="stable").astype(np.int32)
    indptr = np.zeros(network.nodes + 1, np.int64)
    np.cumsum(np.bincount(network.tail, minlength=network.nodes), out=indptr[1:])
    head = np.asarray(network.head, np.int32)[link]
    return Star(indptr, head, np.asarray(network.tail, np.int32)[link], link)


def origin_blocks(origins: Ints, nodes: int) -> list[Ints]:
    """Cut origins into blocks of similar work; the cut depends on the network only."""
    size = max(1, BLOCK_NODES // max(nodes, 1))
    return [origins[i : i + size] for i in range(0, len(origins), size)]


def shortest(
    network: RoadNetwork, cost: Floats, origins: Sequence[int] | Ints
) -> tuple[Floats, Ints]:
    """Return the cheapest cost float64[k, nodes] from k origins and the link before each node.

    `cost` float64[m] ≥ 0, inf for a link not to be used; links closed in the network are not used
    either. Labels are inf where unreachable; predecessor links int32[k, nodes] are −1 where there
    is none. No path passes through a node below `first_through`. Among paths of equal cost the
    choice is arbitrary but always the same. Raises `ChengceError` for a negative or missing cost.
    """
    links = star(network)
    label, pred = trees(
        links.indptr, links.head, _open(network, cost)[links.link],
        network.first_through, np.asarray(origins, np.int32),
    )  # fmt: skip
    return label, np.append(links.link, np.int32(-1))[pred]  # position −1: none


def skim(
    network: RoadNetwork,
    cost: Floats,
    quantities: Mapping[str, Floats],
    *,
    runner: Runner,
) -> dict[str, Floats]:
    """Return the sum of each link quantity along the cheapest path, float64[zones, zones].

    `quantities`: name → float64[m] (time, length, toll, …) added up along the path cheapest by
    `cost`; inf where unreachable, 0 on the diagonal. Where paths of equal cost differ in a
    quantity, one of them counts, always the same. The same for any number of workers. Raises
    `ChengceError` for a negative or missing cost.
    """
    links = star(network)
    by_position = _open(network, cost)[links.link]
    values = np.empty((len(quantities), network.links))
    for row, quantity in zip(values, quantities.values(), strict=True):
        row[:] = quantity[links.link]

    def work(origins: Ints) -> Floats:
        return sums(
            links.indptr, links.head, links.tail, by_position, network.first_through,
            origins, values, network.zones,
        )  # fmt: skip

    out = {name: np.empty((network.zones, network.zones)) for name in quantities}
    blocks = origin_blocks(np.arange(network.zones, dtype=np.int32), network.nodes)
    for origins, part in zip(blocks, runner.map(work, blocks), strict=True):
        for matrix, rows in zip(out.values(), part, strict=True):
            matrix[origins] = rows
    return out


def _open(network: RoadNetwork, cost: Floats) -> Floats:
    """Return costs with inf for closed links; raise `ChengceError` for those that can't be."""
    cost = np.asarray(cost, np.float64)
    wrong = np.flatnonzero(~(cost >= 0)) + 1
    if len(wrong):
        some = ", ".join(map(str, wrong[:SHOWN]))
        raise ChengceError(
            Problem(
                "link_cost_invalid",
                Text(
                    f"{len(wrong)} 条路段的费用为负或缺失，如第 {some} 条",
                    f"{len(wrong)} links have a negative or missing cost, such as number {some}",
                ),
                Text("费用须大于等于 0", "give costs of at least 0"),
            )
        )
    return np.where(network.free_flow >= CLOSED, np.inf, cost)
