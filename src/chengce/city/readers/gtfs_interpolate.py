"""Fill blank stop times between timepoints in proportion to distance.

Between two timed stops the time is spread by `shape_dist_traveled` where every stop of the stretch
has it and it never decreases; else by the straight-line distance from stop to stop; else, where
that is 0, evenly by stop. Whole seconds, halves up; times never decrease. No dwell is invented:
arrival equals departure at an interpolated stop.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8


def straight_distance(lon: Floats, lat: Floats, first: NDArray[np.bool_]) -> Floats:
    """Return the cumulated great-circle distance in metres over the rows, no step into `first`."""
    x, y = np.radians(lon), np.radians(lat)
    dx, dy = np.diff(x), np.diff(y)
    h = np.sin(dy / 2) ** 2 + np.cos(y[1:]) * np.cos(y[:-1]) * np.sin(dx / 2) ** 2
    step = np.append(0.0, 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0))))[: len(lon)]
    return np.cumsum(np.where(first, 0.0, step))


def interpolated(
    trip: Ints, arrival: Ints, departure: Ints, distance: tuple[Floats, Floats]
) -> tuple[Ints, Ints]:
    """Return arrival and departure, −1 (blank) filled; every trip's first and last row are timed.

    Rows are sorted by trip and sequence. `distance`: along the shape (NaN = unknown) and straight,
    each cumulated along the trip.
    """
    n = len(trip)
    timed = arrival >= 0
    row = np.arange(n)
    before = np.maximum.accumulate(np.where(timed, row, 0))
    after = np.minimum.accumulate(np.where(timed, row, n - 1)[::-1])[::-1]
    along, straight = distance
    fall = np.append(0.0, np.diff(along))
    unfit = np.isnan(along) | (np.isnan(fall) | (fall < 0))
    count = np.append(0, np.cumsum(unfit))
    unusable = (count[after + 1] - count[before + 1] > 0) | np.isnan(along[before])
    length = np.where(unusable, 0.0, along[after] - along[before])
    by_shape = length > 0
    part = np.where(by_shape, along - along[before], straight - straight[before])
    length = np.where(by_shape, length, straight[after] - straight[before])
    even = ~(length > 0)
    part = np.where(even, row - before, part)
    length = np.where(even, np.maximum(after - before, 1), length)
    share = np.clip(part / length, 0.0, 1.0)
    span = arrival[after] - departure[before]
    filled = departure[before] + np.floor(share * span + 0.5).astype(np.int64)
    return np.where(timed, arrival, filled), np.where(timed, departure, filled)
