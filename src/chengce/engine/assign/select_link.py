"""Tell whose trips use given links, and where else those vehicles run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.kernels.select_link import select
from chengce.engine.roads.network import Equilibrium, Floats, Ints


@dataclass(frozen=True)
class SelectLink:
    """Vehicles of one class that use any of some links: `od` [zones, zones], `flow` by link [m]."""

    od: Floats
    flow: Floats


def select_link(
    equilibrium: Equilibrium, links: Sequence[int] | Ints, *, cls: int = 0
) -> SelectLink:
    """Return the trips of class number `cls` that use any of `links` (indices), each counted once.

    For one link `od` sums to its flow. Equilibrium fixes link flows, not paths: here vehicles of
    one origin mix in proportion at every node, the likeliest paths given that origin's link flows
    (Akamatsu 1997, doi:10.1287/trsc.31.4.349); those need not be unique either, so these numbers
    are one answer among others. Raises `ChengceError` for a result of "bfw", which keeps no flows
    by origin, and for unknown links.
    """
    network, bushes = equilibrium.network, equilibrium.bushes
    if bushes is None:
        raise ChengceError(
            Problem(
                "select_link_no_origins",
                Text("该分配结果没有分起点的流量，不能做选定路段分析",
                     "this assignment keeps no flows by origin, so it can't say whose trips use a link"),
                Text("改用算法 B 分配（method=\"b\"）", "assign with method “b”"),
            )
        )  # fmt: skip
    unknown = [int(i) for i in links if not 0 <= i < network.links]
    raise_if_any(
        Problem(
            "select_link_unknown",
            Text(f"没有路段 {i}", f"there is no link {i}"),
            Text(f"路段序号从 0 到 {network.links - 1}", f"links are 0 to {network.links - 1}"),
        )
        for i in unknown
    )
    chosen = np.zeros(network.links, np.bool_)
    chosen[np.asarray(links, np.int64)] = True
    demand = np.array(equilibrium.classes[cls].demand, np.float64)
    np.fill_diagonal(demand, 0.0)
    od = np.zeros_like(demand)
    flow = np.zeros(network.links)
    for origin in range(network.zones):
        block = cls * network.zones + origin
        part = slice(bushes.indptr[block], bushes.indptr[block + 1])
        trips = select(
            network.tail, network.head, network.nodes, chosen,
            bushes.link[part], bushes.flow[part], demand[origin], flow,
        )  # fmt: skip
        if not len(trips):
            raise ValueError(f"the flow of origin {origin} runs in circles")
        od[origin] = trips
    return SelectLink(od, flow)
