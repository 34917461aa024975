import numpy as np
import pytest
from benchmarks.equilibrium_check import shortest_by_scipy
from tests.unit.engine.road_worlds import random_roads, roads

from chengce.core.context import SerialRunner
from chengce.core.errors import ChengceError
from chengce.engine.roads.network import CLOSED, RoadNetwork
from chengce.engine.roads.paths import shortest, skim
from chengce.engine.running.runner import ThreadRunner


@pytest.mark.parametrize("first_through", [0, 3, 8])
@pytest.mark.parametrize("seed", range(20))
def test_labels_equal_scipy_and_predecessors_lead_back(seed: int, first_through: int) -> None:
    network = random_roads(seed, first_through=first_through)
    cost = network.free_flow
    label, pred = shortest(network, cost, range(network.zones))
    assert np.array_equal(label, shortest_by_scipy(network, cost))
    for origin in range(network.zones):
        assert pred[origin, origin] == -1
        for v in range(network.nodes):
            node, links = v, []
            while pred[origin, node] >= 0:
                link = pred[origin, node]
                assert network.head[link] == node
                links.append(link)
                node = int(network.tail[link])
                assert node == origin or node >= first_through
                assert len(links) <= network.nodes
            along = cost[links[::-1]].sum()
            if np.isfinite(label[origin, v]):
                assert node == origin
                assert along == pytest.approx(label[origin, v], rel=1e-14)
            else:
                assert (node, links) == (v, [])


def test_larger_networks_equal_scipy() -> None:
    network = random_roads(1, nodes=2000, zones=30, first_through=20, links=9000)
    label, _ = shortest(network, network.free_flow, range(30))
    assert np.array_equal(label, shortest_by_scipy(network, network.free_flow))


def test_an_infinite_cost_closes_a_link() -> None:
    network = roads([(0, 1, 1.0), (0, 1, 3.0), (1, 2, 1.0)], zones=3)
    label, pred = shortest(network, np.array([np.inf, 3.0, np.inf]), [0])
    assert label.tolist() == [[0.0, 3.0, np.inf]]
    assert pred.tolist() == [[-1, 1, -1]]


def test_a_network_without_links() -> None:
    links = np.empty(0, np.int32)
    none = np.empty(0)
    network = RoadNetwork(links, links, 2, 2, 0, none, none, none, none, none)
    label, pred = shortest(network, none, [1])
    assert label.tolist() == [[np.inf, 0.0]]
    assert pred.tolist() == [[-1, -1]]
    assert skim(network, none, {"n": none}, runner=SerialRunner())["n"][0, 1] == np.inf


def test_closed_links_are_not_used_at_any_cost() -> None:
    network = roads([(0, 1, 1.0), (1, 2, CLOSED)], zones=3)
    cost = np.array([1.0, 1.0])
    assert shortest(network, cost, [0])[0].tolist() == [[0.0, 1.0, np.inf]]
    assert shortest_by_scipy(network, cost)[0].tolist() == [0.0, 1.0, np.inf]
    assert skim(network, cost, {"n": cost}, runner=SerialRunner())["n"][0, 2] == np.inf


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_a_cost_below_zero_or_missing_is_an_error(bad: float) -> None:
    network = roads([(0, 1, 1.0), (1, 0, 1.0)], zones=2)
    with pytest.raises(ChengceError, match="link_cost_invalid"):
        shortest(network, np.array([1.0, bad]), [0])
    with pytest.raises(ChengceError, match="1 links"):
        skim(network, np.array([1.0, bad]), {}, runner=SerialRunner())


def test_skim_adds_up_along_the_cheapest_path() -> None:
    #  0 → 1 → 2 costs 2, the direct 0 → 2 costs 3 but is short
    network = roads([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 3.0)], zones=3, length=[5.0, 7.0, 1.0])
    toll = np.array([0.5, 0.25, 9.0])
    out = skim(
        network, network.free_flow, {"km": network.length, "toll": toll}, runner=SerialRunner()
    )
    inf = np.inf
    assert out["km"].tolist() == [[0, 5, 12], [inf, 0, 7], [inf, inf, 0]]
    assert out["toll"].tolist() == [[0, 0.5, 0.75], [inf, 0, 0.25], [inf, inf, 0]]


def test_no_trip_goes_through_a_centroid() -> None:
    links = [(0, 1, 1.0), (1, 2, 1.0)]
    through = skim(roads(links, zones=3), np.ones(2), {"n": np.ones(2)}, runner=SerialRunner())
    stopped = skim(
        roads(links, zones=3, first_through=3), np.ones(2), {"n": np.ones(2)}, runner=SerialRunner()
    )
    assert through["n"][0, 2] == 2
    assert stopped["n"][0].tolist() == [0, 1, np.inf]


def test_skims_do_not_depend_on_workers() -> None:
    network = random_roads(3, nodes=3000, zones=40, first_through=10, links=12000)
    ask = {"time": network.free_flow, "length": network.length}
    one = skim(network, network.free_flow, ask, runner=SerialRunner())
    three = skim(network, network.free_flow, ask, runner=ThreadRunner(3))
    for name in ask:
        assert one[name].tobytes() == three[name].tobytes()
    label = shortest_by_scipy(network, network.free_flow)[:, :40]
    assert np.allclose(one["time"], label, rtol=1e-13, atol=0)
