"""Name what a spatial interaction model is: its constraint, its decay, how it is calibrated."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.models.demand.decay import Decay, decay_named

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Constraint = Literal["unconstrained", "origin", "destination", "doubly"]
CONSTRAINTS: dict[str, Text] = {
    "unconstrained": Text("无约束", "unconstrained"),
    "origin": Text("产生（起点）约束", "origin-constrained (production)"),
    "destination": Text("吸引（终点）约束", "destination-constrained (attraction)"),
    "doubly": Text("双约束", "doubly constrained"),
}
SYNONYMS = {"none": "unconstrained", "production": "origin", "attraction": "destination"}


@dataclass(frozen=True)
class Model:
    """The family of Wilson (1971), doi:10.1068/a030001, as Poisson regressions of the flows.

    Flows are `A_i B_j V_i^α W_j^γ f(c_ij)`: "unconstrained" with one constant for A and B;
    "origin" with A_i so that origins send what they were seen to send, "destination" with B_j
    likewise for destinations, "doubly" with both and no masses. `criterion`: "likelihood"
    (Poisson), or "mean_cost": β so that the modelled mean cost is the observed one (Hyman 1969),
    for forms of one coefficient. `margins` of several modes: one total over all modes ("shared",
    with a constant for every mode but the first) or each mode its own ("own").
    """

    constraint: Constraint = "doubly"
    decay: str = "exponential"
    criterion: Literal["likelihood", "mean_cost"] = "likelihood"
    margins: Literal["shared", "own"] = "own"

    @property
    def form(self) -> Decay:
        """Return the form of decay."""
        return decay_named(self.decay)

    def check(self) -> None:
        """Raise `ChengceError` for names that do not exist and criteria that do not fit."""
        problems: list[Problem] = []
        try:
            decay = self.form
        except ChengceError as error:
            problems += error.problems
        else:
            if self.criterion == "mean_cost" and len(decay.terms) != 1:
                problems.append(_ONE_COEFFICIENT)
        if self.constraint not in CONSTRAINTS:
            problems.append(
                Problem(
                    "constraint_unknown",
                    Text(
                        f"没有名为“{self.constraint}”的约束",
                        f"there is no constraint called “{self.constraint}”",
                    ),
                    near_names(self.constraint, list(CONSTRAINTS)),
                    column="constraint",
                )
            )
        if problems:
            raise ChengceError(problems)


_ONE_COEFFICIENT = Problem(
    "criterion_unfit",
    Text(
        "按平均费用校准只定一个系数，该衰减函数有多个",
        "matching the mean cost gives one coefficient, and this decay has several",
    ),
    Text(
        "改用似然校准，或换一个单系数的衰减函数", "calibrate by likelihood, or use a decay of one"
    ),
    column="criterion",
)


def constraint_named(name: str) -> Constraint:
    """Return a constraint by its name or a synonym, unchecked (see `Model.check`)."""
    wanted = name.strip().lower()
    return SYNONYMS.get(wanted, wanted)  # type: ignore[return-value]


@dataclass(frozen=True)
class Masses:
    """What draws trips besides cost: `origin` float64[origins], `destination` likewise, ≥ 0.

    Their exponents are fitted where the constraint leaves them open; else they are not used.
    """

    origin: Floats | None = None
    destination: Floats | None = None


@dataclass(frozen=True)
class Pairs:
    """Which pairs a list of flows is about: positions of zones (and modes), one a pair.

    `shape`: numbers of origins and destinations. With a list of costs, pairs not listed are not
    part of the model; with a matrix of costs, they have no flow.
    """

    origin: Ints
    destination: Ints
    shape: tuple[int, int]
    mode: Ints | None = None
    modes: tuple[str, ...] = field(default=("",))
