"""Measure how well modelled flows meet counts: mean error, RMSE, %RMSE, share with GEH below 5."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.models.calibration.counted import Counts

Floats = NDArray[np.float64]
GEH_LIMIT = 5.0


@dataclass(frozen=True)
class CountFit:
    """Errors over `n` counts; None where there is nothing to divide by.

    `bias`: mean of modelled − counted; `rmse`: root of the mean squared error; `rmse_pct`: of the
    mean count; `geh_below_5`: share of counts with √(2 (m − c)² / (m + c)) < 5 on hourly flows
    (DMRB 12.2.1, 1996: 85 % is the usual aim for single links).
    """

    n: int
    bias: float | None
    rmse: float | None
    rmse_pct: float | None
    geh_below_5: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """Return plain data for JSON."""
        return {
            "n": self.n,
            "bias": self.bias,
            "rmse": self.rmse,
            "rmse_pct": self.rmse_pct,
            "geh_below_5": self.geh_below_5,
        }


def count_fit(counts: Counts, modelled: Floats, among: NDArray[np.bool_]) -> CountFit:
    """Return the errors of some of the counts."""
    n = int(among.sum())
    if n == 0:
        return CountFit(0, None, None, None, None)
    error = modelled[among] - counts.value[among]
    rmse = float(np.sqrt(np.mean(error**2)))
    mean = float(np.mean(counts.value[among]))
    below = geh(modelled, counts)[among] < GEH_LIMIT
    return CountFit(
        n,
        bias=float(np.mean(error)),
        rmse=rmse,
        rmse_pct=100.0 * rmse / mean if mean > 0 else None,
        geh_below_5=float(np.mean(below)),
    )


def geh(modelled: Floats, counts: Counts) -> Floats:
    """Return the GEH statistic of every count, on flows per hour; 0 where both are 0."""
    m, c = modelled / counts.hours, counts.value / counts.hours
    both = m + c
    return np.sqrt(2.0 * (m - c) ** 2 / np.where(both > 0, both, 1.0))
