"""List the forms of decay with cost, each exp(−Σ coefficient × term of the cost).

Taylor (1971), doi:10.1111/j.1538-4632.1971.tb00364.x, names the family; Tanner (1961), Road
Research Technical Paper 51, combines two. All are log-linear, so one calibration serves them all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.engine.interaction.field import TERMS
from chengce.engine.kernels.interact_decay import COST, LOG, LOG_SQUARE, ROOT, SQUARE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decay:
    """A form f(c): `terms` of the cost and the names of their coefficients."""

    name: str
    title: Text
    formula: str
    terms: tuple[int, ...]
    coefficients: tuple[str, ...]

    @property
    def positive(self) -> bool:
        """Tell whether the form needs costs above 0."""
        return any(term in (LOG, LOG_SQUARE) for term in self.terms)

    def values(self, cost: Floats) -> Floats:
        """Return the terms of costs, (terms, *cost.shape)."""
        return np.array([TERMS[t](cost) for t in self.terms]).reshape(-1, *cost.shape)

    def factor(self, cost: Floats, coefficients: Floats) -> Floats:
        """Return f(c)."""
        return np.asarray(np.exp(-np.tensordot(coefficients, self.values(cost), axes=1)))


DECAYS = (
    Decay("exponential", Text("指数", "exponential"), "exp(−β c)", (COST,), ("beta",)),
    Decay("power", Text("幂", "power"), "c^−β", (LOG,), ("beta",)),
    Decay(
        "tanner",
        Text("Tanner（幂 × 指数）", "Tanner (power × exponential)"),
        "c^−β_power · exp(−β c)",
        (LOG, COST),
        ("beta_power", "beta"),
    ),
    Decay(
        "exponential_normal",
        Text("指数正态", "exponential-normal"),
        "exp(−β c²)",
        (SQUARE,),
        ("beta",),
    ),
    Decay(
        "exponential_root",
        Text("平方根指数", "square-root exponential"),
        "exp(−β √c)",
        (ROOT,),
        ("beta",),
    ),
    Decay("lognormal", Text("对数正态", "lognormal"), "exp(−β ln² c)", (LOG_SQUARE,), ("beta",)),
)
NO_DECAY = Decay("none", Text("不计费用", "without cost"), "1", (), ())
SHORT = {"exp": "exponential", "pow": "power"}


def decay_named(name: str) -> Decay:
    """Return the form of decay; raises `ChengceError` with the names there are."""
    wanted = SHORT.get(name.lower(), name.lower().replace("-", "_"))
    for decay in (*DECAYS, NO_DECAY):
        if decay.name == wanted:
            return decay
    raise ChengceError(
        Problem(
            "decay_unknown",
            Text(f"没有名为“{name}”的衰减函数", f"there is no decay called “{name}”"),
            near_names(name, [d.name for d in DECAYS]),
            column="decay",
        )
    )
