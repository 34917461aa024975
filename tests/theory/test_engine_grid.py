"""On a square grid the shortest walk is the Manhattan distance."""

import numpy as np
from tests.street_costs import many_to_many
from tests.unit.engine.worlds import city, degrees, grid

from chengce.core.context import SerialRunner
from chengce.engine.streets.network import INF, snap, street_network, weigh


def test_manhattan_between_corners_and_mid_blocks() -> None:
    size, step = 8, 125.0
    world = city(streets=grid(size, step))
    rng = np.random.default_rng(3)
    # mid-block doors on streets running east
    column, row = rng.integers(0, size - 1, 30) + 0.5, rng.integers(0, size, 30)
    xy = np.column_stack([column * step, row * step])
    lonlat = np.array([degrees((x, y)) for x, y in xy])
    doors = snap(world, [f"p{i}" for i in range(30)], lonlat[:, 0], lonlat[:, 1], "walk")
    weights = weigh(street_network(world), "walk", speed_mps=1.25)
    got = many_to_many(weights, doors, doors, limit_ms=INF, runner=SerialRunner()) / 1000
    dx = np.abs(column[:, None] - column)
    dy = np.abs(row[:, None] - row)
    # two doors in one column of blocks but on different rows go out to a corner and back
    blocks = np.where((dx == 0) & (dy > 0), 1.0, dx) + dy
    np.testing.assert_allclose(got, blocks * step / 1.25, atol=0.01)
