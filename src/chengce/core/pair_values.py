"""Hold what goes from each place to each other: commuters, minutes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PairValues:
    """Values float64[places, places], from row to column, at the central assumptions.

    They carry no interval: a table of pairs and draws would not fit. +inf: not reached.
    """

    name: str
    unit: str
    values: NDArray[np.float64]
