"""Add up how far, how long and how delayed the vehicles of an assignment drive."""

import numpy as np

from chengce.engine.roads.network import Equilibrium, Floats


def totals(equilibrium: Equilibrium) -> dict[str, Floats]:
    """Return vehicle-distance, vehicle-time and delay by class, float64[k] each.

    "distance" (vehicles · length unit of the network), "time" (vehicles · its unit of time) and
    "delay", the part of the time above free flow; per period of the demand. Vehicles, not pce.
    """
    network = equilibrium.network
    by_class = equilibrium.class_flow
    return {
        "distance": np.asarray(by_class @ network.length),
        "time": np.asarray(by_class @ equilibrium.time),
        "delay": np.asarray(by_class @ (equilibrium.time - network.free_flow)),
    }
