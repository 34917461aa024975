"""Estimate what the equilibria of a state take, from the size of its roads and trips."""

import math

import numpy as np

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.models.traffic.period import Period
from chengce.models.traffic.road_state import road_task

LINK_S = 7e-8  # seconds per origin, link and factor of ten of the gap, measured with two workers
DRAW_S = 1e-7  # seconds per draw, street link and point of the design, measured
BUSHES = 5  # times all bushes, in memory at once
BUSH_BYTES = 12.0  # per origin and node
COPIES = 4  # of the draws of all street links


def state_cost(city: City, period: Period, *, gap: float, context: Context) -> Cost:
    """Return the cost of `road_state` and its measures; a kept result takes less."""
    task = road_task(city, period, gap, context)
    points = len(task.design.settings)
    if city.base is None and points > 1:
        points += 1  # the one left out
    network = task.links.network
    origins = np.count_nonzero((task.demand.vehicles > 0).any(axis=2))
    digits = max(1.0, -math.log10(gap))
    cells = float(context.draws * len(task.links.on_street))
    return Cost(
        LINK_S * origins * network.links * digits * points + DRAW_S * cells * points,
        BUSHES * BUSH_BYTES * origins * network.nodes + COPIES * 8.0 * cells,
    )
