"""Hold one quantity of streets by direction, draw by draw: the flow of cars, the delay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.metric import Metric

Floats = NDArray[np.float64]
ALONG, AGAINST = 1, 2


@dataclass(frozen=True)
class LinkValues:
    """Values of the links of a state: `streets[i]` in `directions[i]` (1 along its geometry, 2 against).

    `values` (draws, links) in `metric.unit`, finite. `determined` (links,): False where the
    equilibrium leaves the value open, so that another solution would hold another number.
    Raises `ValueError` where the shapes differ, a link is named twice or a value is not finite.
    """

    metric: Metric
    streets: tuple[str, ...]
    directions: tuple[int, ...]
    values: Floats
    determined: NDArray[np.bool_]

    def __post_init__(self) -> None:
        links = len(self.streets)
        name = self.metric.id
        if len(self.directions) != links or self.determined.shape != (links,):
            raise ValueError(f"{name}: streets, directions and determined differ in length")
        if self.values.ndim != 2 or self.values.shape[1] != links:
            raise ValueError(f"{name}: values are {self.values.shape}, not (draws, {links})")
        if not set(self.directions) <= {ALONG, AGAINST}:
            raise ValueError(f"{name}: a direction is 1 (along) or 2 (against)")
        if len(set(self.keys)) != links:
            raise ValueError(f"{name}: a link is named twice")
        if not np.isfinite(self.values).all():
            raise ValueError(f"{name}: a value is not a finite number")

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Return (street, direction) of every link."""
        return list(zip(self.streets, self.directions, strict=True))
