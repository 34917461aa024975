"""Pairs without a way are found as a search from every zone finds them."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.road_worlds import random_roads, roads

from chengce.engine.roads.paths import shortest
from chengce.models.traffic.connected import unconnected


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("first_through", [0, 5, 7])
def test_as_by_searching_from_every_zone(seed: int, first_through: int) -> None:
    network = random_roads(seed, nodes=40, zones=5, links=70, first_through=first_through)
    rng = np.random.default_rng(seed)
    closed = rng.random(network.links) < 0.2
    wanted = rng.random((5, 5)) < 0.7
    np.fill_diagonal(wanted, False)
    found = unconnected(network, closed, wanted)
    label, _ = shortest(network, np.where(closed, np.inf, network.free_flow), np.arange(5))
    assert np.array_equal(found, wanted & np.isinf(label[:, :5]))


def test_two_ways_that_meet_in_a_zone_make_none() -> None:
    network = roads([(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)], zones=3, first_through=3)
    wanted = ~np.eye(3, dtype=bool)
    found = unconnected(network, np.zeros(3, bool), wanted)
    assert not found[0, 1]
    assert not found[1, 2]
    assert found[0, 2]
    assert replace(network, first_through=0).zones == 3
