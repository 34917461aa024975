"""Hold a calibrated model: coefficients with intervals, how it fits, what it makes of the flows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.demand.design import Design
from chengce.models.demand.listing import Listing
from chengce.models.demand.model import Floats, Masses, Model
from chengce.models.demand.report import Report
from chengce.models.demand.solve import Solution

NORMAL_95 = 1.6448536269514722  # standard normal, 95th percentile


@dataclass(frozen=True)
class Coefficient:
    """One coefficient with its 90 % interval.

    `se`: standard error for Poisson flows; `se_dispersed`: the same × √dispersion, for flows that
    scatter more (or less). `low`, `high`: from the bootstrap, or value ± 1.645 `se_dispersed`.
    """

    name: str
    value: float
    se: float
    se_dispersed: float
    low: float
    high: float

    def as_dict(self, *, sure: bool = True) -> dict[str, object]:
        """Return plain data for JSON; of a fit that did not converge (not `sure`) no interval."""
        errors = ("low", "high", "se", "se_dispersed")
        return {
            "name": self.name,
            "value": self.value,
            **{k: getattr(self, k) if sure else None for k in errors},
        }


@dataclass(frozen=True)
class Intervals:
    """How intervals came about: `kind` of bootstrap or "normal", its draws, and how many failed."""

    kind: str = "normal"
    draws: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Fit:
    """A calibrated model.

    β of a decay stand as in exp(−β c): positive where trips fall with cost. `log_origin`,
    `log_destination`: logarithms of the zone factors, flow = exp(log_origin + log_destination −
    Σ β term + Σ exponent · ln mass), up to a constant between the two; −inf for zones without
    flow; (modes × zones) where margins are own. `modelled`: flows on the pairs of the model, one
    a pair of `listed` (for a large matrix: of the pairs with flow; see `predict`). `converged`
    False: `reason` says why, and coefficients must not be used.
    """

    model: Model
    masses: Masses
    coefficients: tuple[Coefficient, ...]
    report: Report
    modes: dict[str, Report]
    converged: bool
    reason: Text | None
    steps: int
    silent_origins: int
    silent_destinations: int
    intervals: Intervals
    log_origin: Floats = field(repr=False)
    log_destination: Floats = field(repr=False)
    modelled: Floats = field(repr=False)
    listed: Listing = field(repr=False)
    design: Design = field(repr=False)
    solution: Solution = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def values(self) -> dict[str, float]:
        """Return the coefficients by name."""
        return {c.name: c.value for c in self.coefficients}

    @property
    def at_flows(self) -> NDArray[np.int64]:
        """Return positions of the modelled pairs in the caller's list or flattened matrix."""
        return self.listed.kept


REASONS: dict[str, Text] = {
    "separation": Text(
        "似然没有最大值：流量几乎全在费用最低（或最高）的起讫对上，系数可以无限增大",
        "the likelihood has no maximum: almost all flow is on the cheapest (or dearest) pairs, so a "
        "larger coefficient always fits better",
    ),
    "totals": Text(
        "起讫总量在这些起讫对上只能在极限处满足：有的流量被总量逼到 0",
        "zone totals can be met on these pairs in the limit only: some flows are forced to 0",
    ),
    "steps": Text(
        "迭代步数用尽仍未收敛", "the steps allowed were used up before the end was reached"
    ),
}
