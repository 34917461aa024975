"""Bend the town's plan into a landscape and place it on the globe."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A tangent plane at (`lon`, `lat`): metres east and north of it, accurate to 1e-4 nearby."""

    lon: float
    lat: float

    def degrees(self, xy: ArrayLike) -> Floats:
        """Return longitude and latitude, shape (n, 2), of metres `xy`, to 1e-7°."""
        east, north = self._metres_per_degree()
        metres = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        return np.round(metres / (east, north) + (self.lon, self.lat), 7)

    def metres(self, lonlat: ArrayLike) -> Floats:
        """Return metres east and north, shape (n, 2), of longitudes and latitudes."""
        degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        return np.asarray((degrees - (self.lon, self.lat)) * self._metres_per_degree())

    def _metres_per_degree(self) -> tuple[float, float]:
        phi = np.radians(self.lat)
        east = 111412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi) + 0.118 * np.cos(5 * phi)
        north = 111132.954 - 559.822 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
        return float(east), float(north)


TOWN = Frame(112.35, 33.62)
_TURN = np.radians(6.0)


def bend(uv: ArrayLike) -> Floats:
    """Return metres `xy`, shape (n, 2), of plan coordinates: smooth, invertible, never straight."""
    plan = np.asarray(uv, dtype=np.float64).reshape(-1, 2)
    u, v = plan[:, 0], plan[:, 1]
    x = u + 100 * np.sin(v / 640 + 0.4) + 26 * np.sin((u + 1.3 * v) / 400)
    x += 17 * np.sin(v / 190 + u / 800)
    y = v + 150 * np.sin(u / 780 + 1.1) + 26 * np.sin((1.2 * u - v) / 370 + 2.0)
    y += 13 * np.sin(u / 210 - v / 700)
    cos, sin = np.cos(_TURN), np.sin(_TURN)
    return np.column_stack([x * cos - y * sin, x * sin + y * cos])


def bend_line(points: list[Point], step: float = 40.0) -> list[Point]:
    """Return a plan polyline in metres, with enough vertices that it follows the landscape."""
    dense: list[Point] = [points[0]]
    for (u0, v0), (u1, v1) in pairwise(points):
        parts = max(1, round(float(np.hypot(u1 - u0, v1 - v0)) / step))
        dense += [
            (u0 + (u1 - u0) * t / parts, v0 + (v1 - v0) * t / parts) for t in range(1, parts + 1)
        ]
    return [(float(x), float(y)) for x, y in bend(dense)]
