"""Balance and calibrate 8,436 synthetic zones; numpy's gemv and the triad in the same run.

Zones lie at random in a square 300 km wide; flows are drawn around a doubly constrained model with
a mean trip of about 16 km, so most of the region is out of reach of any zone: the case in which plain
iterations converge slowly. Observed flows are a sparse list over the matrix of costs.
"""

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np
from benchmarks.machine import best_of
from numba import njit

from chengce.core.context import Context, Runner, SerialRunner
from chengce.engine.interaction.field import MatrixField
from chengce.engine.running.runner import make_runner
from chengce.models.demand import listing
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import Floats, Pairs

ZONES, WIDTH_KM, BETA = 8436, 300.0, 0.12
TRIAD = 50_000_000
REPEATS = 7


def interaction_speed(runner: Runner, *, zones: int = ZONES) -> dict[str, Any]:
    """Return seconds per balancing iteration of ours, of numpy and of the triad, and of a calibration."""
    cost, pairs, flow = country(zones)
    origin, destination = _totals(pairs, flow, zones)
    field = MatrixField(cost, np.array([0]), runner=runner)
    field.fill(np.array([-BETA]), np.zeros(zones), np.zeros(zones))
    x = (destination > 0).astype(np.float64)
    field.sweep(x, origin, divide=True)
    ours_s, numpy_s, bound_s, triad = _side_by_side(field, origin, x, runner)
    del field
    gc.collect()
    context = Context(runner=runner)
    calibrate(flow, cost, pairs=pairs, context=context)
    fit, seconds = best_of(lambda: calibrate(flow, cost, pairs=pairs, context=context))
    beta = fit.coefficients[0]
    return {
        "case": f"{zones:,} zones, doubly constrained",
        "zones": zones,
        "pairs": fit.report.pairs,
        "threads": runner.workers,
        "iteration_ms": round(1e3 * ours_s, 2),
        "numpy_gemv_ms": round(1e3 * numpy_s, 2),
        "bound_ms": round(1e3 * bound_s, 2),
        "ratio": round(numpy_s / ours_s, 3),
        "of_bound": round(ours_s / bound_s, 3),
        "gb_per_s": round(4 * zones * zones / ours_s / 1e9, 1),
        "triad_gb_per_s": round(triad / 1e9, 1),
        "calibrate_s": round(seconds, 2),
        "steps": fit.steps,
        "converged": fit.converged,
        "beta": beta.value,
        "beta_se": beta.se,
        "beta_true": BETA,
        "max_difference": 0 if abs(beta.value - BETA) < 5 * beta.se_dispersed else 1,
    }


def interaction_exact() -> dict[str, Any]:
    """Compare the float32 matrix path with the float64 list path, and 1 with 2 workers, on a small size."""
    cost, pairs, flow = country(400)
    listed = calibrate(flow, cost.astype(np.float64), pairs=pairs)
    large, listing.LARGE = listing.LARGE, 0
    try:
        fits = [
            calibrate(flow, cost, pairs=pairs, context=Context(runner=runner))
            for runner in (SerialRunner(), make_runner("threads", 2))
        ]
    finally:
        listing.LARGE = large
    one, two = (fit.coefficients[0].value for fit in fits)
    difference = abs(one - listed.coefficients[0].value) / listed.coefficients[0].value
    return {
        "case": "interaction, 400 zones, float32 matrix against float64 list",
        "all_pairs": 400 * 400,
        "max_difference": 0 if difference < 1e-6 else 1,
        "max_difference_workers": 0 if one == two else 1,
    }


def country(zones: int) -> tuple["np.ndarray[Any, np.dtype[np.float32]]", Pairs, Floats]:
    """Return costs float32[zones, zones] in km, the pairs with flow, and their flows."""
    rng = np.random.default_rng(11)
    width = WIDTH_KM * np.sqrt(zones / ZONES)
    xy = rng.random((zones, 2)) * width
    size = rng.lognormal(0.0, 0.7, zones)
    cost = np.empty((zones, zones), np.float32)
    origin, destination, flow = [], [], []
    for i in range(zones):
        cost[i] = np.hypot(xy[:, 0] - xy[i, 0], xy[:, 1] - xy[i, 1]) + 1.0
        weight = size * np.exp(-BETA * cost[i].astype(np.float64))
        drawn = rng.poisson(2000.0 * size[i] * weight / weight.sum())
        some = np.flatnonzero(drawn)
        origin.append(np.full(len(some), i))
        destination.append(some)
        flow.append(drawn[some])
    pairs = Pairs(np.concatenate(origin), np.concatenate(destination), (zones, zones))
    return cost, pairs, np.concatenate(flow).astype(np.float64)


def _totals(pairs: Pairs, flow: Floats, zones: int) -> tuple[Floats, Floats]:
    return (
        np.bincount(pairs.origin, flow, zones).astype(np.float64),
        np.bincount(pairs.destination, flow, zones).astype(np.float64),
    )


def _side_by_side(
    field: MatrixField, origin: Floats, x: Floats, runner: Runner
) -> tuple[float, float, float, float]:
    """Return the best seconds of an iteration, ours, numpy's and the triad's, and triad bytes a second.

    The three take turns, so that what else the machine does meets all of them.
    """
    f, single, sent = field.f, x.astype(np.float32), origin.astype(np.float32)
    a, b, c = (np.ones(TRIAD, np.float32) for _ in range(3))

    def numpy_iteration() -> None:
        with np.errstate(divide="ignore"):
            w = sent / (f @ single)
        w @ f

    halves = np.array_split(np.arange(TRIAD), runner.workers)
    slices = [slice(int(h[0]), int(h[-1]) + 1) for h in halves]
    del halves

    def triad(pool: ThreadPoolExecutor) -> None:
        list(pool.map(lambda s: _triad(a[s], b[s], c[s], np.float32(3.0)), slices))

    times: dict[str, list[float]] = {"ours": [], "numpy": [], "triad": []}
    with ThreadPoolExecutor(runner.workers) as pool:
        works: dict[str, Callable[[], object]] = {
            "ours": lambda: field.sweep(x, origin, divide=True),
            "numpy": numpy_iteration,
            "triad": lambda: triad(pool),
        }
        for work in works.values():
            work()
        for _ in range(REPEATS):
            for name, work in works.items():
                begin = perf_counter()
                work()
                times[name].append(perf_counter() - begin)
    rate = 3 * 4 * TRIAD / min(times["triad"])
    return min(times["ours"]), min(times["numpy"]), f.nbytes / rate, rate


@njit(nogil=True)
def _triad(a: Any, b: Any, c: Any, k: float) -> None:
    for i in range(len(a)):
        a[i] = b[i] + k * c[i]
