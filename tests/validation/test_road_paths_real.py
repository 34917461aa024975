"""Frank–Wolfe against the best known solutions of test networks, skims against scipy."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from benchmarks.equilibrium_check import shortest_by_scipy

from chengce.city.readers.tntp import read_tntp_flow, read_tntp_network, read_tntp_trips
from chengce.core.context import Context
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.engine.roads.paths import skim
from chengce.engine.running.runner import ThreadRunner

Find = Callable[[str], Path]
OBJECTIVE = {"SiouxFalls": 4231335.287107441, "Anaheim": 1286032.171096033}


def world(folder: Path) -> tuple[RoadNetwork, TravelClass]:
    (net,), (trips,) = folder.glob("*_net.tntp"), folder.glob("*_trips.tntp")
    found = read_tntp_network(net)
    network = RoadNetwork(
        (found.tail - 1).astype(np.int32), (found.head - 1).astype(np.int32), found.nodes,
        found.zones, found.first_through - 1, found.free_flow, found.capacity, found.b,
        found.power, found.length,
    )  # fmt: skip
    return network, TravelClass("car", read_tntp_trips(trips, found.zones).demand)


@pytest.mark.parametrize("name", sorted(OBJECTIVE))
def test_the_best_known_objective(shared_data: Find, name: str) -> None:
    network, cars = world(shared_data("traffic_assignment") / name)
    options = AssignOptions(gap=1e-5, method="bfw")
    _, flow, count, trace = frank_wolfe(network, [cars], options, None, Context())
    assert trace[-1].gap <= 1e-5
    assert trace[-1].objective == network.beckmann(flow)
    above = trace[-1].objective / OBJECTIVE[name] - 1
    assert 0 <= above <= 5e-6
    assert count < 400


def test_flows_of_sioux_falls(shared_data: Find) -> None:
    folder = shared_data("traffic_assignment") / "SiouxFalls"
    network, cars = world(folder)
    best = read_tntp_flow(folder / "SiouxFalls_flow.tntp")
    options = AssignOptions(gap=1e-6, method="bfw", max_iterations=3000)
    _, flow, _, _ = frank_wolfe(network, [cars], options, None, Context())
    order = np.lexsort((network.head, network.tail))
    known = best.volume[np.lexsort((best.head, best.tail))]
    # a gap of 1e-6 still leaves single links off by about one vehicle
    assert np.abs(flow[order] - known).max() < 2
    assert np.abs(flow[order] - known).mean() < 0.5


@pytest.mark.parametrize("name", ["Anaheim", "SiouxFalls"])
def test_skims_equal_scipy(shared_data: Find, name: str) -> None:
    network, _ = world(shared_data("traffic_assignment") / name)
    cost = network.free_flow
    found = skim(network, cost, {"time": cost, "links": np.ones_like(cost)}, runner=ThreadRunner(2))
    label = shortest_by_scipy(network, cost)[:, : network.zones]
    assert np.allclose(found["time"], label, rtol=1e-13, atol=0)
    assert (found["links"][np.isfinite(label)] == found["links"][np.isfinite(label)].round()).all()
    assert (np.diag(found["links"]) == 0).all()
    off = ~np.eye(network.zones, dtype=bool)
    assert (found["links"][off] >= 1).all()


def test_berlin_with_links_of_no_time(shared_data: Find) -> None:
    network, cars = world(shared_data("traffic_assignment") / "Berlin-Mitte-Center")
    assert (network.free_flow == 0).any()
    times = skim(network, network.free_flow, {"t": network.free_flow}, runner=ThreadRunner(2))["t"]
    label = shortest_by_scipy(network, network.free_flow)[:, : network.zones]
    assert np.allclose(times, label, rtol=1e-12, atol=1e-12)
    options = AssignOptions(gap=1e-6, method="bfw")
    assert frank_wolfe(network, [cars], options, None, Context())[3][-1].gap <= 1e-6
