"""Fold a delay that does not depend on flow into the free-flow time."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fold_constant(free_flow: Floats, b: Floats, power: Floats) -> tuple[Floats, Floats, Floats]:
    """Return free-flow time, B and power with B = 0 and power = 1 where time does not vary.

    `free_flow · (1 + b · (v / capacity) ** power)` is constant where b, power or the time is 0.
    """
    constant = (b == 0) | (power == 0) | (free_flow == 0)
    folded = np.where((power == 0) & (b > 0), free_flow * (1.0 + b), free_flow)
    return folded, np.where(constant, 0.0, b), np.where(constant, 1.0, power)
