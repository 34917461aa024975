"""Walk from zones to places: one search per profile serves every draw of the walking speed.

All edges of a profile scale alike with the walking speed, so the shortest path does not depend on
it: times at speed v are times at the central speed · (central / v). What remains is the rounding
of edge costs to milliseconds at the central speed.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.csr import Sparse
from chengce.engine.options import Unknown, street_profile
from chengce.engine.streets.distances import within
from chengce.engine.streets.gates import GateRules, walkable
from chengce.engine.streets.snap import Connectors, snap
from chengce.engine.streets.weights import weigh
from chengce.models.noise import scalar

STREET_PROFILE: dict[str, Literal["walk", "wheelchair"]] = {
    "adult": "walk",
    "elder": "walk",
    "child": "walk",
    "wheelchair": "wheelchair",
}


@dataclass(frozen=True)
class Walkers:
    """Who walks: people of a walking profile; in a wheelchair they use the unknown or avoid it."""

    profile: str
    unknown: Unknown = "use"

    @property
    def streets(self) -> str:
        """The profile of their streets."""
        return street_profile(STREET_PROFILE[self.profile], self.unknown)


@dataclass(frozen=True)
class Walks:
    """Walks of some walkers: sparse ms at the central speed, and each draw's factor on them."""

    costs: Sparse
    scale: NDArray[np.float64]
    origins: Connectors
    destinations: Connectors


Points = tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]


def walks(
    city: City, who: Walkers, origins: Points, destinations: Points, *, limit_s: float,
    context: Context,
) -> Walks:  # fmt: skip
    """Return walks of at most `limit_s` in the draw with the fastest walkers.

    No hour is asked: gates are passed at the hours they are open, by those who may.
    """
    speed = city.assumptions[f"walk_speed_{who.profile}"]
    drawn = scalar(speed, context)
    scale = speed.value / drawn
    street = who.streets
    gates = GateRules(city.assumptions["gate_tolerance"].value)
    weights = weigh(
        walkable(city, street, gates),
        street,
        speed_mps=speed.value,
        slope_effect=city.assumptions["walk_slope_effect"].value,
    )
    limit_m = city.assumptions["snap_limit"].value
    start = snap(city, *origins, street, limit_m=limit_m, gates=gates)
    end = snap(city, *destinations, street, limit_m=limit_m, gates=gates)
    limit_ms = int(np.ceil(limit_s * 1000.0 / float(scale.min()))) + 1
    costs = within(weights, start, end, limit_ms=limit_ms, runner=context.runner)
    return Walks(costs, scale, start, end)
