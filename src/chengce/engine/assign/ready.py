"""Compile or load the kernels of an assignment, so that its clock times the solving alone."""

from time import perf_counter
from typing import Literal

import numpy as np

from chengce.engine.assign.algorithm_b import rehearse
from chengce.engine.assign.assignment import assign
from chengce.engine.assign.bushes import Ground
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass


def make_ready(method: Literal["b", "bfw"] = "b") -> float:
    """Run every kernel of a method once, on four links; return the seconds it took.

    Some seconds the first time on a machine, a fraction of one afterwards, next to nothing the
    second time in a process.
    """
    start = perf_counter()
    network, cars = small_problem()
    ground = Ground.of(network, [cars])
    rehearse(ground, ground.plant())
    assign(network, [cars], AssignOptions(gap=1e-3, method=method))
    return perf_counter() - start


def small_problem() -> tuple[RoadNetwork, TravelClass]:
    """Return two links that fill up, then two of equal, constant time, and trips along them."""
    one = np.ones(4)
    network = RoadNetwork(
        tail=np.array([0, 0, 2, 2], np.int32), head=np.array([2, 2, 1, 1], np.int32),
        nodes=3, zones=2, first_through=2, free_flow=np.array([1.0, 1.1, 1.0, 1.0]), capacity=one,
        b=np.array([0.2, 0.2, 0.0, 0.0]), power=np.array([4.0, 2.0, 1.0, 1.0]), length=one,
    )  # fmt: skip
    return network, TravelClass("car", np.array([[0.0, 5.0], [0.0, 0.0]]))
