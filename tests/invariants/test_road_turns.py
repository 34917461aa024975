"""Hold for any network and turns: paths on the taken-apart network are the paths that obey."""

import heapq

import numpy as np
import pytest
from tests.unit.engine.road_worlds import connected_roads, random_roads

from chengce.core.context import Context
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.engine.roads.paths import shortest
from chengce.engine.roads.turns import with_turns

Time = dict[tuple[int, int], float]


def obeying(network: RoadNetwork, turns: Time, origin: int) -> np.ndarray:
    """Search over links, not nodes: a state is the link one stands at the end of."""
    cost = network.free_flow
    best = np.full(network.links, np.inf)
    queue = [(cost[i], i) for i in np.flatnonzero(network.tail == origin)]
    while queue:
        d, i = heapq.heappop(queue)
        if d >= best[i]:
            continue
        best[i] = d
        if network.head[i] < network.first_through:
            continue
        for o in np.flatnonzero(network.tail == network.head[i]):
            heapq.heappush(queue, (d + turns.get((i, o), 0.0) + cost[o], o))
    out = np.full(network.zones, np.inf)
    for i, d in enumerate(best):
        if network.head[i] < network.zones:
            out[network.head[i]] = min(out[network.head[i]], d)
    out[origin] = 0.0
    return out


def random_turns(network: RoadNetwork, seed: int, share: float) -> Time:
    rng = np.random.default_rng(seed)
    pairs = [
        (int(i), int(o))
        for i in range(network.links)
        for o in np.flatnonzero(network.tail == network.head[i])
    ]
    return {p: float(rng.choice([np.inf, 2.0, 0.5, 0.0])) for p in pairs if rng.random() < share}


@pytest.mark.parametrize("share", [0.05, 0.5])
@pytest.mark.parametrize("first_through", [0, 3, 5])
@pytest.mark.parametrize("seed", range(8))
def test_shortest_paths_obey(seed: int, first_through: int, share: float) -> None:
    network = random_roads(seed, first_through=first_through)
    turns = random_turns(network, seed, share)
    banned = [p for p, t in turns.items() if np.isinf(t)]
    penalty = [(*p, t) for p, t in turns.items() if np.isfinite(t)]
    turned = with_turns(network, banned, penalty)
    label, _ = shortest(turned.network, turned.network.free_flow, range(network.zones))
    for origin in range(network.zones):
        expected = obeying(network, turns, origin)
        assert np.allclose(label[origin, : network.zones], expected, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_flows_pass_no_banned_turn_and_all_arrive(seed: int) -> None:
    network = connected_roads(seed)
    turns = {p: t for p, t in random_turns(network, seed, 0.2).items() if np.isinf(t)}
    turned = with_turns(network, list(turns))
    trips = np.random.default_rng(seed).gamma(1.0, 2.0, (6, 6))
    np.fill_diagonal(trips, 0.0)
    label, _ = shortest(turned.network, turned.network.free_flow, range(6))
    assert np.isfinite(label[:, :6]).all()
    options = AssignOptions(gap=1e-4, method="bfw")
    kind = TravelClass("car", trips)
    _, flow, _, _ = frank_wolfe(turned.network, [kind], options, None, Context())
    own = turned.restore(flow)
    surplus = np.bincount(network.tail, own, 25) - np.bincount(network.head, own, 25)
    surplus[:6] -= trips.sum(axis=1) - trips.sum(axis=0)
    assert np.abs(surplus).max() < 1e-9
    free = frank_wolfe(network, [kind], options, None, Context())[3][-1].objective
    assert network.beckmann(own) > free * (1 - 1e-4)  # fewer choices never help the objective
