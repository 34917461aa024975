"""Call every kernel from sixteen threads at once; run as a module, in a process of its own.

The threads share their input. They come before the serial run, so that the kernels are loaded, or
compiled, by sixteen callers too. What is printed at last is what the test looks for.
"""

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from dis import get_instructions
from importlib import import_module
from pkgutil import iter_modules
from threading import Barrier
from typing import Any

import numpy as np
from numba import njit, prange, threading_layer
from numba.core.dispatcher import Dispatcher
from tests.street_costs import many_to_many
from tests.theory.test_od_update import counted, grid, trips
from tests.unit.engine.hierarchy.test_hierarchy import crossings
from tests.unit.engine.matrix_worlds import OPTIONS, lines, points
from tests.unit.engine.road_worlds import connected_roads
from tests.unit.engine.transit.test_priced_rides import as_points, options, random_rules, world
from tests.unit.engine.worlds import city
from tests.unit.engine.worlds import grid as grid_of_streets

from chengce.applications import APPLICATIONS, application_named
from chengce.core.context import Context
from chengce.decisions.compare import finding_hash
from chengce.engine import kernels as room
from chengce.engine.assign.assignment import assign
from chengce.engine.assign.select_link import select_link
from chengce.engine.hierarchy import customize as costing
from chengce.engine.hierarchy import order as ordering
from chengce.engine.hierarchy.hierarchy import build_hierarchy
from chengce.engine.hierarchy.ladder import Ladder
from chengce.engine.hierarchy.nearest import nearest_k
from chengce.engine.hierarchy.paths import cheapest_path
from chengce.engine.hierarchy.seeds import points_at
from chengce.engine.hierarchy.sweeps import matrix, one_to_all, select
from chengce.engine.interaction.balance import Balancer, Totals
from chengce.engine.interaction.field import MatrixField
from chengce.engine.kernels import commute, opportunity
from chengce.engine.kernels.interact_decay import COST, LOG
from chengce.engine.matrix import travel_times
from chengce.engine.roads.network import CLOSED, AssignOptions, TravelClass
from chengce.engine.roads.paths import shortest, skim
from chengce.engine.running.threads import ThreadRunner
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import snap
from chengce.engine.streets.weights import weigh
from chengce.models.calibration.od_update import update_od
from chengce.models.demand.bootstrap import Bootstrap, bootstrap
from chengce.models.demand.interaction import calibrate

CALLERS = 16
SIDE = 90  # nodes along a side of the street graph
RUNNER = ThreadRunner(2)
CONTEXT = Context(draws=8, runner=RUNNER)
Call = Callable[[], Any]


def application(name: str) -> Call:
    """Return how to ask the whole example of an application."""
    app = application_named(name)
    town, params = app.example.city(), app.parse(app.example.params)
    return lambda: finding_hash(app.run(town, params, CONTEXT))


def journeys() -> Call:
    """Return how to ask times by timetable, and with a budget of money."""
    here, plain = points(150), lines()
    priced, _, _, some, _ = world(5, random_rules(np.random.default_rng(2005)))
    ends, asked = as_points(some), options(5, max_fare=6.0, max_boardings=3)

    def call() -> Any:
        return (
            travel_times(plain, here, here, OPTIONS, context=CONTEXT).seconds,
            travel_times(priced, ends, ends, asked, context=CONTEXT).seconds,
        )

    return call


def access() -> Call:
    """Return how to count what is reached and how soon, by draw."""
    rng = np.random.default_rng(2)
    times = rng.integers(60, 5000, (5, 64, 200)).astype(np.int32)
    departures = rng.integers(0, 21, times.shape).astype(np.uint8)
    amount, kind = rng.random((50, 200)), rng.integers(0, 3, 200)
    drawn = rng.integers(0, 5, 50), rng.random(50), amount
    ptr, place = np.arange(0, 64 * 200 + 1, 200), np.tile(np.arange(200, dtype=np.int32), 64)

    def call() -> Any:
        return (
            opportunity.cumulative(times, *drawn, 1800.0),
            opportunity.nearest(times, *drawn, 5.0),
            opportunity.expected(departures, *drawn, 20),
            opportunity.nearest_by_kind(ptr, place, times[0].ravel(), drawn[1], kind, amount, 3),
        )

    return call


def commuting() -> Call:
    """Return how to spread workers over jobs and to measure their ways."""
    rng, n = np.random.default_rng(6), 500
    low, high = rng.integers(60, 7200, (2, n, n)).astype(np.int32)
    workers, centre = rng.random(n), rng.integers(-1, 3, n).astype(np.int32)
    jobs = np.full(n, workers.sum() / n)

    def call() -> Any:
        time = commute.minutes(low, high, 0.4)
        pull = np.exp(-0.05 * time)
        a, b, error = commute.balance(pull, workers, jobs, np.ones(n), 100, 1e-9)
        limits = np.array([30.0, 45.0])
        return a, b, error, commute.measure(pull, a, b, time, 120.0, limits, centre, 3)

    return call


def walks() -> Call:
    """Return how to search streets from many doors."""
    town = city(streets=grid_of_streets(40, 100.0))
    weights, doors = weigh(street_network(town), "walk", speed_mps=1.2), points(80)
    ends = snap(town, list(doors.ids), doors.lon, doors.lat, "walk")
    return lambda: many_to_many(weights, ends, ends, limit_ms=900_000, runner=RUNNER)


def assignment() -> Call:
    """Return how to assign by both methods, to go on without the fullest link, to follow flows."""
    roads, rng = connected_roads(3, side=12, zones=20), np.random.default_rng(3)
    cars = [TravelClass("car", rng.gamma(0.5, 3.0, (20, 20)), fixed=np.ones(roads.links))]
    asked = AssignOptions(gap=1e-6)
    first = assign(roads, cars, asked)
    free = roads.free_flow.copy()
    free[np.argmax(first.flow)] = CLOSED
    fewer = replace(roads, free_flow=free)

    def call() -> Any:
        plain = assign(roads, cars, AssignOptions(gap=1e-3, method="bfw"), context=CONTEXT)
        found = assign(fewer, cars, asked, warm=first, context=CONTEXT)
        chosen = select_link(found, [int(np.argmax(found.flow))])
        label, _ = shortest(fewer, found.time, range(20))
        skims = skim(fewer, found.time, {"km": roads.length}, runner=RUNNER)
        flows = plain.class_flow, found.class_flow, found.determined, found.bushes
        return *flows, chosen.flow, chosen.od, label, skims

    return call


def counts() -> Call:
    """Return how to adjust trips to counts."""
    network, demand = grid(5, 8), trips(8)
    counts = counted(network, assign(network, [TravelClass("car", demand)]).flow)
    prior = [TravelClass("car", demand * 1.2)]

    def call() -> Any:
        found = update_od(network, prior, counts, context=CONTEXT)
        return found.classes, found.modelled, found.after.flow

    return call


def hierarchy() -> Call:
    """Return how to build a hierarchy, to cost it, to change its costs and to search it."""
    ordering.PIECE, costing.LARGE = 500, 1000  # so that a small graph is cut and shared out
    rng = np.random.default_rng(9)
    indptr, head, cost, xy = crossings(rng, SIDE)
    doors, changed = points_at(rng.integers(0, SIDE**2, 70)), cost.copy()
    changed[rng.choice(len(cost), 5, replace=False)] = 7

    def call() -> Any:
        built = build_hierarchy(indptr, head, xy, runner=RUNNER)
        metric = costing.customize(built, cost, runner=RUNNER)
        after = costing.recustomize(built, metric, cost, changed)
        ladder = Ladder.of(built)
        ends = select(ladder, doors)
        return (
            built.arrays(), metric, after,
            matrix(ladder, after, doors, ends, RUNNER),
            nearest_k(ladder, after, doors, ends, 3, RUNNER),
            one_to_all(ladder, after, doors.column, RUNNER),
            [cheapest_path(built, after, changed, a, SIDE**2 - 1 - a) for a in range(0, 1000, 100)],
        )  # fmt: skip

    return call


def interaction() -> Call:
    """Return how to fit flows between zones, listed and as a matrix of costs."""
    rng = np.random.default_rng(4)
    xy = rng.random((40, 2)) * 20
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 0.5
    flow = rng.poisson(40 * np.exp(-0.3 * apart)).astype(np.float64)
    costs, zone = rng.uniform(0.5, 30, (600, 300)).astype(np.float32), rng.random(600)
    totals = Totals(zone, np.full(300, zone.sum() / 300))

    def call() -> Any:
        fit = bootstrap(calibrate(flow, apart, context=CONTEXT), Bootstrap(draws=4), CONTEXT)
        field = MatrixField(costs, np.array([LOG, COST]), runner=RUNNER)
        field.fill(np.array([-0.4, -0.3]), np.zeros(600), np.zeros(300))
        balancer = Balancer(field, totals)
        state = balancer.balance()
        sums = field.moments(state.w, state.x)
        cleared = balancer.clear(state, sums, tolerance=1e-5)
        return fit.coefficients, fit.report.as_dict(), state, sums, cleared

    return call


def kernels() -> dict[str, Dispatcher]:
    """Return every compiled function of the kernels, private ones too, by module and name."""
    found = {}
    for module in (import_module(f"{room.__name__}.{m.name}") for m in iter_modules(room.__path__)):
        for name, value in vars(module).items():
            if isinstance(value, Dispatcher) and value.__module__ == module.__name__:
                found[f"{module.__name__.removeprefix(room.__name__)[1:]}.{name}"] = value
    return found


def not_called(all_: dict[str, Dispatcher]) -> set[str]:
    """Return those that have neither run nor are named by one that has: kernels call kernels."""
    name_of = {kernel: name for name, kernel in all_.items()}
    left = set(all_)
    todo = [name for name, kernel in all_.items() if kernel.signatures]
    while todo:
        name = todo.pop()
        if name in left:
            left.remove(name)
            code = all_[name].py_func
            globals_ = {i.argval for i in get_instructions(code) if i.opname == "LOAD_GLOBAL"}
            used = (code.__globals__.get(n) for n in globals_)
            todo += [name_of[u] for u in used if isinstance(u, Dispatcher)]
    return left


@njit(parallel=True)
def launch(n: int) -> int:
    """Start the threading layer as a program that embeds the package may have done."""
    total = 0
    for i in prange(n):
        total += i
    return total


def together(calls: Sequence[Call]) -> list[bytes]:
    """Return the answers of callers who begin at the same moment."""
    start = Barrier(len(calls))

    def one(call: Call) -> bytes:
        start.wait()
        return pickle.dumps(call())

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def main() -> None:
    """Print the threading layer, then "equal" where all is well; raise otherwise."""
    assert launch(10) == 45
    print(threading_layer())
    all_ = kernels()
    assert not_called(all_) == set(all_), "some kernel is compiled when it is imported"
    rooms = (journeys, walks, access, commuting, assignment, counts, hierarchy, interaction)
    for made in rooms:
        call = made()
        assert set(together([call] * CALLERS)) == {pickle.dumps(call())}, made.__name__
    assert not not_called(all_), not_called(all_)
    examples = [application(name) for name in APPLICATIONS]
    times = -(-CALLERS // len(examples))
    assert together(examples * times) == [pickle.dumps(call()) for call in examples] * times
    assert launch(10) == 45
    print("equal")


if __name__ == "__main__":
    main()
