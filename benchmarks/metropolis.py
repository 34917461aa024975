"""Make a seeded synthetic metropolis as a compiled timetable: grid, radial, orbital, express lines.

Stops stand on a lattice that is denser at the centre. Grid lines follow its rows and columns in
overlapping pieces, radial lines run from the centre outwards, orbital ones along squares around it,
express lines along the axes. Headways shorten towards the centre and in the peaks; running times
lengthen in the peaks, yet no trip overtakes another of its line.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chengce.engine.csr import Sparse, by_value, from_rows
from chengce.engine.transit.timetable import Timetable

SPAN_M = 26_000  # from the centre to the edge
DETOUR = 1.3
WALK_MPS = 1.2
DAY = (5 * 3600, 24 * 3600)  # first and last start of a trip
DWELL_S = 15

Line = tuple[NDArray[np.int64], float, float]  # stops, speed m/s, headway at noon s


class Metropolis(NamedTuple):
    """Compiled arrays of the metropolis; `xy` metres, float64[stops, 2]."""

    xy: NDArray[np.float64]
    timetable: Timetable
    transfers: Sparse  # walks between stops, each row by ascending seconds


def metropolis(side: int = 200, *, headway: float = 1.29, seed: int = 11) -> Metropolis:
    """Return a metropolis of side² stops; `headway` scales the time between the trips of a line."""
    rng = np.random.default_rng(seed)
    grid = np.arange(side * side).reshape(side, side)
    xy = _lattice(side) + rng.uniform(-40, 40, (side * side, 2))
    lines = _lines(grid, rng)
    runs = [_runs(xy, line, headway, rng) for line in lines for line in (line, _back(line))]
    return Metropolis(xy, _compiled(runs, len(xy)), walks(xy, xy, 500 / DETOUR, same=False))


def walks(
    one: NDArray[np.float64], two: NDArray[np.float64], limit_m: float, *, same: bool
) -> Sparse:
    """Return walks between points within a straight distance, s; `same` keeps i to i."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(one).sparse_distance_matrix(cKDTree(two), limit_m, output_type="ndarray")
    row, column = pairs["i"].astype(np.int64), pairs["j"].astype(np.int32)
    keep = same | (row != column)
    seconds = np.ceil(pairs["v"] * DETOUR / WALK_MPS).astype(np.int32)
    return by_value(from_rows(row[keep], Sparse(row[:0], column[keep], seconds[keep]), len(one)))


def _lattice(side: int) -> NDArray[np.float64]:
    """Return points from edge to edge, closest together at the centre (half the mean distance)."""
    u = np.linspace(-1, 1, side)
    across = SPAN_M * (0.5 * u + 0.5 * np.sign(u) * u**2)
    x, y = np.meshgrid(across, across)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _lines(grid: NDArray[np.int64], rng: np.random.Generator) -> list[Line]:
    side = len(grid)
    middle = side // 2
    lines: list[Line] = []
    for street in [*grid, *grid.T]:
        cuts = np.arange(-int(rng.integers(0, 20)), side, 22)
        for low, high in pairwise([*cuts.tolist(), side]):
            piece = street[max(low, 0) : min(high + 8, side)]
            away = abs(float(np.mean(piece // side)) - middle) + abs(
                float(np.mean(piece % side)) - middle
            )
            if len(piece) >= 4:
                lines.append((piece, 5.5, 360 + 900 * away / side * rng.uniform(0.7, 1.3)))
    for spoke in range(48):
        angle = 2 * np.pi * spoke / 48
        at = np.arange(0, middle, 1 if spoke % 2 else 3)
        row = np.clip(np.round(middle + at * np.sin(angle)), 0, side - 1).astype(np.int64)
        column = np.clip(np.round(middle + at * np.cos(angle)), 0, side - 1).astype(np.int64)
        stops = grid[row, column]
        stops = stops[np.append(True, np.diff(stops) != 0)]
        lines.append((stops, 6.0 if spoke % 2 else 11.0, 420.0))
    for ring in range(8, middle, 8):
        low, high = middle - ring, middle + ring - 1
        square = np.concatenate(
            [
                grid[low, low:high],
                grid[low:high, high],
                grid[high, high:low:-1],
                grid[high:low:-1, low],
            ]
        )
        lines += [
            (half[::2], 9.0, 480.0) for half in np.array_split(np.append(square, square[0]), 4)
        ]
    for street in [*grid[::10], *grid.T[::10]]:
        lines.append((street[::5], 12.0, 300.0))
    return lines


def _back(line: Line) -> Line:
    return line[0][::-1], line[1], line[2]


def _runs(
    xy: NDArray[np.float64], line: Line, scale: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return a line's stops, arrivals and departures, int32[trips, stops]."""
    stops, speed, headway = line
    metres = np.hypot(*np.diff(xy[stops], axis=0).T) * DETOUR
    hop = np.maximum(np.round(metres / speed), 20.0)
    starts, time = [], DAY[0] + rng.uniform(0, headway)
    while time < DAY[1]:
        starts.append(time)
        time += scale * headway * (1.0 - 0.4 * _peak(time)) * (1.6 if time > 20 * 3600 else 1.0)
    start = np.round(np.array(starts))
    ride = np.outer(1.0 + 0.25 * _peak(start), np.cumsum(hop)).round()
    dwelt = DWELL_S * np.arange(len(stops))
    arrival = start[:, None] + np.pad(ride, ((0, 0), (1, 0))) + dwelt
    arrival = np.maximum.accumulate(arrival, axis=0).astype(np.int32)
    return stops, arrival, arrival + DWELL_S


def _peak(time: "float | NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return 1 at 8:00 and 18:00, falling to 0 within two hours."""
    hours = np.asarray(time) / 3600
    away = np.minimum(np.abs(hours - 8), np.abs(hours - 18))
    return np.asarray(np.clip(1 - away / 2, 0, 1))


def _compiled(
    runs: list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]], stops: int
) -> Timetable:
    length = np.array([len(s) for s, _, _ in runs])
    trips = np.array([len(a) for _, a, _ in runs])
    pattern_ptr = np.concatenate([[0], np.cumsum(length)])
    trip_ptr = np.concatenate([[0], np.cumsum(trips)])
    ones = np.ones(pattern_ptr[-1], np.uint8)
    return Timetable(
        stop_ids=np.arange(stops).astype(object),
        stop_wheelchair=np.zeros(stops, np.int64),
        pattern_ptr=pattern_ptr,
        pattern_stop=np.concatenate([s for s, _, _ in runs]).astype(np.int32),
        pickup=ones,
        dropoff=ones,
        trip_ptr=trip_ptr,
        trip=np.arange(trip_ptr[-1]),
        trip_wheelchair=np.zeros(trip_ptr[-1], np.int64),
        time_ptr=np.concatenate([[0], np.cumsum(length * trips)]),
        arrival=np.concatenate([a.ravel() for _, a, _ in runs]),
        departure=np.concatenate([d.T.ravel() for _, _, d in runs]),
    )
