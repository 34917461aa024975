"""Say which link flows an equilibrium determines: differences of the others mean nothing.

Times that rise with flow fix the total flow of a link (Beckmann, McGuire & Winsten 1956). What two
equilibria can differ by runs in circles of links of constant time, and for the trips of some origin
in circles of links that are all on its cheapest paths. A link on no such circle is determined; one
on both may not be, so the guard errs on the side of saying less. A delay too small to be seen at
the gap reached counts as none: an almost empty street beside an equal one.
"""

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.engine.assign.bushes import Ground
from chengce.engine.kernels.assign_ties import may_differ, on_circles
from chengce.engine.roads.network import Floats

ROUNDING = 1e-9  # of the cost of a trip: paths that differ by less cost the same
LITTLE = 1e-6  # of all trips: a difference of flow nobody minds
SLACK = 100.0  # times the gap: how much dearer, at most, a path may seem that equilibrium uses


def determined(ground: Ground, flow: Floats, gap: float, context: Context) -> NDArray[np.bool_]:
    """Return bool[m], in the order of `ground`: False where equilibrium leaves the flow open.

    `flow` float64[m], near equilibrium to `gap`: the larger, the more paths may be tied.
    """
    links, network = ground.links, ground.network
    time, _ = ground.price(flow)
    trips = sum(float(c.demand.sum()) * c.pce for c in ground.classes)
    mean = float(flow @ time) / trips if trips > 0 else 0.0
    little_more, _ = ground.price(flow + LITTLE * trips)
    flat = little_more - ground.delay[:, 0] <= max(ROUNDING, gap) * mean
    leaves = np.where(links.tail < network.first_through, links.tail + network.nodes, links.tail)
    leaves = leaves.astype(np.int32)
    candidate = on_circles(leaves, links.head, flat, 2 * network.nodes)
    if not candidate.any():
        return ~candidate
    slack = max(ROUNDING, SLACK * gap)

    def work(block: tuple[int, NDArray[np.int32], Floats]) -> tuple[NDArray[np.bool_], ...]:
        kind, origins, demand = block
        cost = time + ground.fixed[kind]
        return may_differ(
            ground.star, cost, origins, network.first_through, demand, slack, candidate
        )

    used, circled = np.zeros(network.links, bool), np.zeros(network.links, bool)
    for some, round_ in context.runner.map(work, ground.trips()):
        used |= some
        circled |= round_
    return ~(on_circles(leaves, links.head, used, 2 * network.nodes) & circled)
