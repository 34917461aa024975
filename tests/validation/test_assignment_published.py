"""Compare with the best known solutions of public test networks (TransportationNetworks)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from benchmarks.equilibrium_check import check_equilibrium

from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions

Find = Callable[[str], Path]
OBJECTIVE = {"SiouxFalls": 4231335.287107441, "Anaheim": 1286032.171096033}


def problem(shared_data: Find, name: str):
    folder = shared_data(f"traffic_assignment/{name}")
    net, trips = next(folder.glob("*_net.tntp")), next(folder.glob("*_trips.tntp"))
    found = read_problem(net, trips)
    return found.network, found.classes


@pytest.mark.parametrize("name", ["SiouxFalls", "Anaheim"])
@pytest.mark.parametrize(("gap", "close"), [(1e-10, 1e-9), (1e-12, 1e-11)])
def test_objective(shared_data, name, gap, close):
    found = assign(*problem(shared_data, name), AssignOptions(gap=gap))
    assert found.converged
    assert abs(found.objective / OBJECTIVE[name] - 1) <= close


@pytest.mark.parametrize("name", ["SiouxFalls", "Anaheim"])
def test_flows(shared_data, name):
    net, classes = problem(shared_data, name)
    found = assign(net, classes, AssignOptions(gap=1e-12))
    file = shared_data(f"traffic_assignment/{name}/{name}_flow.tntp")
    rows = np.loadtxt(file, skiprows=1)
    link = {(a, b): i for i, (a, b) in enumerate(zip(net.tail, net.head, strict=True))}
    at = [link[int(a) - 1, int(b) - 1] for a, b in rows[:, :2]]
    assert sorted(at) == list(range(net.links))
    np.testing.assert_allclose(found.flow[at], rows[:, 2], atol=0.01)
    np.testing.assert_allclose(found.time[at], rows[:, 3], rtol=1e-6)


@pytest.mark.parametrize("name", ["SiouxFalls", "Anaheim", "Berlin-Mitte-Center", "Braess-Example"])
def test_scipy_finds_no_cheaper_path(shared_data, name):
    found = assign(*problem(shared_data, name), AssignOptions(gap=1e-12))
    off = check_equilibrium(found)
    assert found.converged
    assert off["gap"] < 2e-12
    assert max(off["balance"], off["origin_balance"]) < 1e-9
    assert off["through"] == 0


def test_berlin_has_links_of_no_time_whose_flows_are_open(shared_data):
    """Two equilibria may differ there, and nowhere else."""
    net, classes = problem(shared_data, "Berlin-Mitte-Center")
    assert (net.free_flow == 0).any()
    fine = AssignOptions(gap=1e-12)
    first = assign(net, classes, fine)
    back = {
        c: getattr(net, c)[::-1]
        for c in ("tail", "head", "free_flow", "capacity", "b", "power", "length")
    }
    second = assign(
        type(net)(nodes=net.nodes, zones=net.zones, first_through=net.first_through, **back),
        classes,
        fine,
    )
    sure = first.determined
    np.testing.assert_allclose(second.flow[::-1][sure], first.flow[sure], atol=0.01)
    np.testing.assert_allclose(second.objective, first.objective, rtol=1e-11)
    assert 0 < (~sure).sum() < 0.05 * net.links


def test_braess(shared_data):
    net, classes = problem(shared_data, "Braess-Example")
    found = assign(net, classes, AssignOptions(gap=1e-12))
    np.testing.assert_allclose(found.flow, [4, 2, 2, 2, 4], atol=1e-6)
