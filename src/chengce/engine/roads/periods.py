"""Average what holds on a street at certain hours over the period asked for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.roads.network import Floats


@dataclass(frozen=True)
class PeriodFactors:
    """Per street and direction (along, against), float64[n, 2], for one period.

    `speed`: mean factor of the speed while open to cars, 0 where closed throughout. `capacity`:
    mean factor over the whole period, 0 while closed. `toll`: mean extra charge while open, money.
    """

    speed: Floats
    capacity: Floats
    toll: Floats


def period_factors(city: City, ids: NDArray[np.object_], start_s: int, end_s: int) -> PeriodFactors:
    """Return the factors of streets `ids` between two times of day, from `street_periods`.

    A street without an entry, or outside its hours, has factor 1 and no extra charge.
    """
    table = city.table("street_periods")
    shape = (len(ids), 2)
    total = float(end_s - start_s)
    starts, ends = (table[c].to_numpy(np.float64) for c in ("start_s", "end_s"))
    part = np.minimum(ends, end_s) - np.maximum(starts, start_s)
    street = pd.Index(ids).get_indexer(table["street"])
    use = (part > 0) & (street >= 0)
    at = (street[use], table["direction"].to_numpy(np.int64)[use] - 1)
    part = part[use]
    speed, capacity, toll = (
        table[c].to_numpy(np.float64)[use] for c in ("speed_factor", "capacity_factor", "toll")
    )
    open_s = np.where((speed > 0) & (capacity > 0), part, 0.0)

    def summed(values: Floats) -> Floats:
        out = np.zeros(shape)
        np.add.at(out, at, values)
        return out

    rest = total - summed(part)
    running = rest + summed(open_s)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_speed = np.where(running > 0, (rest + summed(open_s * speed)) / running, 0.0)
        mean_toll = np.where(running > 0, summed(open_s * toll) / running, 0.0)
    return PeriodFactors(mean_speed, (rest + summed(open_s * capacity)) / total, mean_toll)
