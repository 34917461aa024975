"""Adjust perturbed trips to counts on Sioux Falls and Anaheim, and test on counts held out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions, TravelClass
from chengce.models.calibration.counted import Counted, counts_of
from chengce.models.calibration.od_update import UpdateOptions, update_od

Find = Callable[[str], Path]


@pytest.mark.parametrize(
    ("name", "share", "level", "left"),
    [("SiouxFalls", 0.6, 1.2, 0.4), ("Anaheim", 0.3, 1.0, 0.6)],
)
def test_error_outside_the_fit_falls(
    shared_data: Find, name: str, share: float, level: float, left: float
) -> None:
    """True trips make the counts; the prior is `level` times too high and 30–50 % off a pair."""
    folder = shared_data(f"traffic_assignment/{name}")
    problem = read_problem(folder / f"{name}_net.tntp", folder / f"{name}_trips.tntp")
    network, truth = problem.network, problem.classes[0].demand
    flow = assign(network, problem.classes, AssignOptions(gap=1e-8)).flow
    rng = np.random.default_rng(0)
    prior = truth * rng.lognormal(-0.08, 0.4, truth.shape) * level
    links = np.sort(rng.choice(network.links, int(share * network.links), replace=False))
    rows = [Counted(str(a), float(flow[a]), 0.05 * float(flow[a]) + 1.0, (int(a),)) for a in links]
    found = update_od(
        network, [TravelClass("car", prior)], counts_of(rows), prior_weight=1e-3,
        options=UpdateOptions(assign=AssignOptions(gap=1e-7)),
    )  # fmt: skip
    fit, before = found.fit(after=True, held=False), found.fit(after=False, held=False)
    assert fit.rmse < 0.15 * before.rmse
    assert fit.geh_below_5 > 0.95
    assert found.fit(after=True, held=True).rmse < left * found.fit(after=False, held=True).rmse
    error = [np.linalg.norm(c.demand - truth) for c in (found.prior[0], found.classes[0])]
    assert error[1] < error[0]
