"""Estimate emissions of cars from the mean speed on each street."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MILE_KM = 1.609344


@dataclass(frozen=True)
class SpeedCurve:
    """Grams per mile as exp of a polynomial in miles per hour, held at the ends of its range."""

    coefficients: tuple[float, ...]
    lowest_kmh: float
    highest_kmh: float
    source: str

    def grams_per_km(self, speed_kmh: Floats) -> Floats:
        """Return g/km of one car; speeds outside the range count as the nearer end of it."""
        x = np.clip(speed_kmh, self.lowest_kmh, self.highest_kmh) / MILE_KM
        exponent = np.polynomial.polynomial.polyval(x, np.array(self.coefficients))
        return np.asarray(np.exp(exponent) / MILE_KM)

    def outside(self, speed_kmh: Floats) -> NDArray[np.bool_]:
        """Return which speeds lie outside the range."""
        return (speed_kmh < self.lowest_kmh) | (speed_kmh > self.highest_kmh)


@cache
def co2_curve() -> SpeedCurve:
    """Return CO2 by speed as shipped; its source says of which fleet."""
    data = yaml.safe_load(
        files("chengce.models.traffic").joinpath("emission_factors.yaml").read_text("utf-8")
    )["co2"]
    return SpeedCurve(
        tuple(float(c) for c in data["coefficients"]),
        float(data["lowest_kmh"]),
        float(data["highest_kmh"]),
        str(data["source"]),
    )
