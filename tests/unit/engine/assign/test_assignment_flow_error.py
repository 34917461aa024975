"""Compare the estimated error of link flows with the true one."""

import numpy as np
import pytest
from benchmarks.road_networks import road_town

from chengce.engine.assign.assignment import assign
from chengce.engine.assign.flow_error import error_against, error_of_next_step
from chengce.engine.roads.network import AssignOptions


def test_the_next_step_twice_and_its_mean():
    np.testing.assert_allclose(
        error_of_next_step(np.array([3.0, -4.0, 0, 0])), [8.5, 10.5, 2.5, 2.5]
    )
    assert len(error_of_next_step(np.empty(0))) == 0
    np.testing.assert_allclose(
        error_against(np.array([1.0, 5.0]), np.array([2.0, 2.0]), np.array([0.5, 0.0])), [1.5, 3.0]
    )


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_the_estimate_holds(method):
    """Aim: in nine of ten cases the largest error is not underestimated, nor 30 times too large."""
    cases, held, ratios, covered = 0, 0, [], []
    for seed, load in ((3, 1.0), (4, 1.5), (5, 2.0)):
        net, cars = road_town((8, 9, 40, 330), seed=seed, load=load)
        best = assign(net, [cars], AssignOptions(gap=1e-13))
        for gap in (1e-3, 1e-4, 1e-5) + ((1e-7, 1e-9) if method == "b" else ()):
            found = assign(net, [cars], AssignOptions(gap=gap, method=method))
            true = np.abs(found.flow - best.flow)
            cases += 1
            held += true.max() <= found.flow_error.max()
            ratios.append(found.flow_error.max() / true.max())
            covered.append(float(np.mean(true <= found.flow_error)))
    assert held >= 0.9 * cases
    assert max(ratios) < 30
    assert np.mean(covered) > 0.9
