"""Describe one measured quantity: of people or of a place, what is better, which change counts."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.text import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """One measured quantity.

    `of` "people": what a person there gets; the city's value is the mean over people. `of`
    "place": a total of the place (vehicle-km, kg CO2), the same for every group; the city's value
    is the sum over places. `cap` (same unit) turns a time into a restricted mean: where a place is
    not reached, the mean over people counts `cap`; the map still says *not reached*. `threshold`
    and `threshold_share` are the smallest change that counts as a gain or a loss: absolute, or a
    share of the value. `among` names the walking profile a metric speaks of: means and counts of
    people then hold that part of each group's mix alone; None is everyone.
    """

    id: str
    title: Text
    unit: str
    better: Literal["more", "less"]
    definition: Text
    cap: float | None = None
    threshold: float = 0.0
    threshold_share: float = 0.01
    of: Literal["people", "place"] = "people"
    among: str | None = None

    def averaged(self, values: Floats) -> Floats:
        """Return the values as they enter a mean: not reached counts as `cap`, if there is one."""
        return values if self.cap is None else np.minimum(values, self.cap)
