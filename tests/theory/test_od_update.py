"""Check the adjustment of trips to counts where the answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.engine.running.runner import make_runner
from chengce.models.calibration.counted import Counted, Counts, counts_of
from chengce.models.calibration.od_solver import information
from chengce.models.calibration.od_update import OdUpdate, UpdateOptions, update_od

FINE = UpdateOptions(tolerance=1e-4, assign=AssignOptions(gap=1e-10))


def grid(size: int = 4, zones: int = 6) -> RoadNetwork:
    """Return a square grid of two-way streets; the first nodes, spread over it, are zones."""
    rng = np.random.default_rng(2)
    name = np.argsort(rng.permutation(size * size)).reshape(size, size)
    ends = [(name[r, c], name[r + dr, c + dc]) for r in range(size) for c in range(size)
            for dr, dc in ((0, 1), (1, 0)) if r + dr < size and c + dc < size]  # fmt: skip
    tail, head = (
        np.array(x, np.int32) for x in zip(*[*ends, *[(b, a) for a, b in ends]], strict=True)
    )
    m = len(tail)
    free = rng.uniform(1, 3, m)
    return RoadNetwork(
        tail, head, size * size, zones, 0, free, rng.uniform(300, 600, m), np.full(m, 0.15),
        np.full(m, 4.0), free,
    )  # fmt: skip


def trips(zones: int = 6, seed: int = 1) -> np.ndarray:
    demand = np.random.default_rng(seed).gamma(2.0, 40.0, (zones, zones))
    np.fill_diagonal(demand, 0.0)
    return demand


def counted(network: RoadNetwork, flow: np.ndarray, every: int = 1) -> Counts:
    rows = [Counted(f"link {a}", float(flow[a]), 0.05 * float(flow[a]) + 1.0, (a,))
            for a in range(0, network.links, every)]  # fmt: skip
    return counts_of(rows)


def car(demand: np.ndarray) -> list[TravelClass]:
    return [TravelClass("car", demand)]


@pytest.fixture(scope="module")
def world() -> tuple[RoadNetwork, np.ndarray, np.ndarray, np.ndarray]:
    """Return a network, the true trips, their flows, and a prior that is off."""
    network, truth = grid(), trips()
    flow = assign(network, car(truth), AssignOptions(gap=1e-10)).flow
    off = truth * np.random.default_rng(5).lognormal(0.1, 0.4, truth.shape)
    return network, truth, flow, off


def test_counts_are_met_and_those_held_out_get_nearer(world) -> None:  # type: ignore[no-untyped-def]
    network, truth, flow, prior = world
    found = update_od(network, car(prior), counted(network, flow), prior_weight=1e-4, options=FINE)
    assert found.converged
    assert found.held.sum() == round(0.2 * network.links)
    fit, before = found.fit(after=True, held=False), found.fit(after=False, held=False)
    assert fit.rmse < 0.05 * before.rmse
    assert found.fit(after=True, held=True).rmse < 0.5 * found.fit(after=False, held=True).rmse
    assert np.linalg.norm(found.classes[0].demand - truth) < np.linalg.norm(prior - truth)
    falls = [s.objective for s in found.trace]
    assert falls == sorted(falls, reverse=True)


def test_the_modelled_counts_are_the_flows_of_the_adjusted_trips(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    found = update_od(network, car(prior), counted(network, flow, 2), prior_weight=0.01)
    again = assign(network, found.classes, AssignOptions(gap=1e-9))
    np.testing.assert_allclose(found.modelled, again.flow[::2], rtol=2e-3, atol=0.5)


def test_an_infinite_weight_returns_the_prior_to_the_bit(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    found = update_od(network, car(prior), counted(network, flow), prior_weight=np.inf)
    assert np.array_equal(found.classes[0].demand, prior)
    assert found.converged


def test_counts_of_the_prior_itself_change_nothing(world) -> None:  # type: ignore[no-untyped-def]
    network, _, _, prior = world
    flow = assign(network, car(prior), FINE.assign).flow
    found = update_od(network, car(prior), counted(network, flow), options=FINE)
    assert np.array_equal(found.classes[0].demand, prior)
    assert (found.converged, len(found.trace)) == (True, 1)


def test_a_heavier_prior_fits_worse_and_stays_nearer(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    away, error = [], []
    for weight in (1e-3, 1e-2, 1e-1, 1.0):
        found = update_od(
            network, car(prior), counted(network, flow), prior_weight=weight, holdout=0.0,
            options=FINE,
        )  # fmt: skip
        some = prior > 0
        away.append(information(found.classes[0].demand[some], prior[some]))
        error.append(found.trace[-1].misfit)
    assert away == sorted(away, reverse=True)
    assert error == sorted(error)


def test_empty_pairs_stay_empty_unless_opened(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    sparse = np.where(np.random.default_rng(3).uniform(size=prior.shape) < 0.3, 0.0, prior)
    counts = counted(network, flow)
    found = update_od(network, car(sparse), counts)
    assert ((found.classes[0].demand > 0) == (sparse > 0)).all()
    opened = update_od(network, car(sparse), counts, options=UpdateOptions(open_cells=0.5))
    assert (opened.classes[0].demand[~np.eye(6, dtype=bool)] > 0).all()
    assert opened.fit(after=True, held=False).rmse < found.fit(after=True, held=False).rmse


def test_two_classes_and_trips_of_whole_zones(world) -> None:  # type: ignore[no-untyped-def]
    network, truth, _, prior = world
    classes = [TravelClass("car", prior), TravelClass("truck", 0.1 * trips(seed=9), pce=2.0)]
    true = [TravelClass("car", truth), TravelClass("truck", 0.2 * trips(seed=9), pce=2.0)]
    flow = assign(network, true, AssignOptions(gap=1e-9)).class_flow
    rows = [Counted(f"{k}{a}", float(flow[k, a]), float(flow[k, a]) * 0.05 + 0.5, (a,), cls=k)
            for a in range(0, network.links, 2) for k in (0, 1)]  # fmt: skip
    rows += [Counted("from 0", float(truth[0].sum()), 5.0, origin=0, cls=0),
             Counted("to 3", float(true[1].demand[:, 3].sum()), 1.0, destination=3, cls=1)]  # fmt: skip
    found = update_od(network, classes, counts_of(rows), prior_weight=1e-3, holdout=0.0)
    assert found.fit(after=True, held=False).rmse < 0.2 * found.fit(after=False, held=False).rmse
    assert found.classes[0].demand[0].sum() == pytest.approx(truth[0].sum(), abs=10)
    assert found.classes[1].demand.sum() > 1.5 * classes[1].demand.sum()


def test_threads_change_no_bit(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world

    def run(context: Context) -> OdUpdate:
        return update_od(network, car(prior), counted(network, flow, 3), context=context)

    one, two = run(Context()), run(Context(runner=make_runner("threads", 3)))
    assert np.array_equal(one.classes[0].demand, two.classes[0].demand)
    assert np.array_equal(one.modelled, two.modelled)


def test_an_update_cut_short_says_so(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    found = update_od(
        network, car(3 * prior), counted(network, flow), prior_weight=1e-4,
        options=replace(FINE, updates=1),
    )  # fmt: skip
    assert not found.converged
    assert "update_not_converged" in [p.code for p in found.problems]
    assert np.isfinite(found.classes[0].demand).all()


def test_what_cannot_be_asked_is_refused_all_at_once(world) -> None:  # type: ignore[no-untyped-def]
    network, _, _, prior = world
    rows = [Counted("a", 100.0, 5.0, (0,)), Counted("b", 300.0, 5.0, (0,)),
            Counted("c", 5.0, 1.0, (network.links,))]  # fmt: skip
    with pytest.raises(ChengceError) as caught:
        update_od(network, car(prior), counts_of(rows), prior_weight=0.0, holdout=1.0)
    assert {p.code for p in caught.value.problems} == {
        "counts_contradict",
        "prior_weight",
        "holdout_share",
        "count_outside_network",
    }


def test_too_few_counts_to_hold_any_out_is_said(world) -> None:  # type: ignore[no-untyped-def]
    network, _, flow, prior = world
    rows = [Counted("a", float(flow[0]), 5.0, (0,))]
    found = update_od(network, car(prior), counts_of(rows))
    assert "counts_not_held_out" in [p.code for p in found.problems]
    assert found.fit(after=True, held=True).rmse is None
