"""Invent who travels where in the town: commuters of a day by mode, cars of the morning peak.

Fiction, not a model of any place: a gravity rule with round numbers, then dice. Workers go to jobs
in proportion to the jobs and to exp(−distance / 1.8 km), matched to both by proportional fitting;
the shorter the trip the more walk, the others split between buses and cars. Cars between 08:00
and 09:00 are most of the commuters who drive, and trips of other people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.synthetic.frame import Floats
from chengce.city.synthetic.zones import Zones, apportion

MODES = ("car", "transit", "walk")
PEAK_H = (8, 9)
_WORKING = 0.6  # of people from 15 to 59
_TO_WORK_M, _BY_CAR_M, _WALK_M = 1800.0, 2500.0, 700.0
_DRIVING = 0.65  # of commuters who do not walk
_IN_PEAK = 0.6  # of the cars of commuters
_OTHER_CARS = 2600.0  # trips of the hour that are not to work
_ROUNDS = 30


@dataclass(frozen=True)
class Trips:
    """Trips between zones: `commute` int64[n, n, modes] a day, `cars` int64[n, n] in the peak."""

    commute: NDArray[np.int64]
    cars: NDArray[np.int64]


def make_trips(zones: Zones, rng: np.random.Generator) -> Trips:
    """Return the trips of the town; whole numbers, nobody drives within a zone in `cars`."""
    apart = np.hypot(*(zones.points[:, None] - zones.points[None]).T).T
    workers = np.asarray(zones.ages[:, 1] * _WORKING, dtype=np.float64)
    jobs = zones.jobs.sum(axis=1).astype(np.float64)
    work = _balanced(np.exp(-apart / _TO_WORK_M), workers, jobs * workers.sum() / jobs.sum())
    foot = np.exp(-((apart / _WALK_M) ** 2))
    parts = np.stack([(1 - foot) * _DRIVING, (1 - foot) * (1 - _DRIVING), foot], axis=-1)
    exact = work[:, :, None] * parts
    commute = apportion(exact.ravel(), round(float(exact.sum()))).reshape(exact.shape)
    people = zones.ages.sum(axis=1).astype(np.float64)
    other = people[:, None] * (0.4 * people + jobs)[None] * np.exp(-apart / _BY_CAR_M)
    np.fill_diagonal(other, 0.0)
    mean = _IN_PEAK * commute[:, :, 0] + other * (_OTHER_CARS / other.sum())
    np.fill_diagonal(mean, 0.0)
    return Trips(commute, rng.poisson(mean).astype(np.int64))


def _balanced(pull: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return `pull` scaled by row and column until it adds up to both."""
    found = pull.copy()
    for _ in range(_ROUNDS):
        found *= (rows / np.maximum(found.sum(axis=1), 1e-12))[:, None]
        found *= (columns / np.maximum(found.sum(axis=0), 1e-12))[None]
    return found
