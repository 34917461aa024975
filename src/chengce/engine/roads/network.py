"""Hold a road network as the assignment sees it: directed links, BPR delay, zones first."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

CLOSED = 1e9  # free-flow time from which a link counts as closed: nobody may use it


@dataclass(frozen=True)
class RoadNetwork:
    """Directed links with the delay of the Bureau of Public Roads (1964).

    A link with flow v (passenger-car units per period) takes
    `free_flow · (1 + b · (v / capacity) ** power)`. Nodes are 0 … `nodes` − 1, the first `zones`
    of them are zones; no path passes *through* a node below `first_through` (a centroid), it may
    only begin or end there. `tail`, `head` int32[m]; `free_flow` (time ≥ 0), `capacity`, `b`,
    `power`, `length` float64[m]. Parallel links are allowed. A link with free flow ≥ `CLOSED` is
    closed: it stays in place, so that numbers keep, and is not used. One unit of time throughout.
    `zone_names`: how messages call the zones, by number where there are none.
    """

    tail: Ints
    head: Ints
    nodes: int
    zones: int
    first_through: int
    free_flow: Floats
    capacity: Floats
    b: Floats
    power: Floats
    length: Floats
    zone_names: tuple[str, ...] = ()

    @property
    def links(self) -> int:
        """Number of directed links."""
        return len(self.tail)

    def time(self, flow: Floats) -> Floats:
        """Return the time of every link at a flow; a link with b = 0 or no flow is free."""
        some = (self.b > 0) & (self.free_flow > 0) & (flow > 0)
        with np.errstate(over="ignore"):
            load = np.where(some, flow, 0.0) / np.where(some, self.capacity, 1.0)
            delay = np.where(some, self.b * load**self.power, 0.0)
        return np.asarray(self.free_flow * (1.0 + delay))

    def beckmann(self, flow: Floats) -> float:
        """Return Σ ∫₀ᵛ t(x) dx, the objective of Beckmann, McGuire & Winsten (1956)."""
        extra = self.time(flow) - self.free_flow
        return float(np.sum(flow * (self.free_flow + extra / (self.power + 1.0))))


@dataclass(frozen=True)
class TravelClass:
    """Vehicles of one kind: `demand` float64[zones, zones] vehicles, diagonal ignored.

    `pce`: passenger-car units of one vehicle. `fixed` float64[m]: cost added to the time of each
    link for this class, in units of time (tolls and distance at its value of time), flow-free.
    """

    name: str
    demand: Floats
    pce: float = 1.0
    fixed: Floats | None = None


@dataclass(frozen=True)
class AssignOptions:
    """How far and by which method: `gap` is (Σ t·v − Σ shortest) / Σ t·v in generalised cost.

    `method`: "b" Algorithm B (Dial 2006), "bfw" bi-conjugate Frank–Wolfe (Mitradjieva & Lindberg
    2013). `principle`: "user" equilibrium or "system" optimum (marginal costs). `max_iterations`
    None: 1,000 for "b", which gains a digit in one or two, 10,000 for "bfw", whose last digits are
    slow.
    """

    gap: float = 1e-6
    method: Literal["b", "bfw"] = "b"
    principle: Literal["user", "system"] = "user"
    max_iterations: int | None = None

    @property
    def most(self) -> int:
        """Return the most iterations: as asked for, else what the method may need."""
        if self.max_iterations is not None:
            return self.max_iterations
        return 10_000 if self.method == "bfw" else 1_000


@dataclass(frozen=True)
class Step:
    """One iteration of a trace."""

    iteration: int
    gap: float
    objective: float
    seconds: float


@dataclass(frozen=True)
class Bushes:
    """Where the vehicles of each class and origin run: the state a warm start continues from.

    Origin-class block k (class-major: k = class · zones + origin) owns
    `link[indptr[k]:indptr[k + 1]]` (int32) with `flow` (vehicles, float64), acyclic.
    """

    indptr: NDArray[np.int64]
    link: Ints
    flow: Floats


@dataclass(frozen=True)
class Equilibrium:
    """An assignment: flows in pce (`flow`) and in vehicles by class (`class_flow`, [k, m]).

    `time`: of every link at `flow`. `objective`: Beckmann with fixed costs, for "system" the total
    generalised cost. `total`: Σ v·(t + fixed), v in pce; `gap` as in `AssignOptions`. `flow_error`
    float64[m]:
    estimate of |flow − equilibrium flow| in pce. `determined` bool[m]: False where the equilibrium
    leaves the flow open (constant-cost links on a cycle of such links). `converged`: the gap asked
    for was reached.
    """

    network: RoadNetwork
    classes: tuple[TravelClass, ...]
    options: AssignOptions
    flow: Floats
    class_flow: Floats
    time: Floats
    objective: float
    total: float
    gap: float
    iterations: int
    seconds: float
    converged: bool
    flow_error: Floats
    determined: NDArray[np.bool_]
    trace: tuple[Step, ...]
    bushes: Bushes | None = field(default=None, repr=False)
