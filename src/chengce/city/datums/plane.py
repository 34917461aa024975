"""Move, turn and scale a plane (4 parameters), and fit that to control points by least squares."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.datums.base import Floats

Fit = Callable[[Floats, Floats], Callable[[Floats], Floats]]


@dataclass(frozen=True, repr=False)
class Similarity:
    """X = east + k(x cos a − y sin a), Y = north + k(x sin a + y cos a): metres and radians.

    Coordinates are taken from `origin`, so that large eastings lose no digits. `angle` is
    counter-clockwise from the first axis (east) to the second (north).
    """

    east: float
    north: float
    angle: float
    scale: float
    origin: tuple[float, float] = (0.0, 0.0)

    def forward(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return target coordinates."""
        c, s = self.scale * np.cos(self.angle), self.scale * np.sin(self.angle)
        x, y = x - self.origin[0], y - self.origin[1]
        return self.east + c * x - s * y, self.north + s * x + c * y

    def inverse(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the coordinates `forward` came from."""
        c, s = np.cos(self.angle) / self.scale, np.sin(self.angle) / self.scale
        x, y = x - self.east, y - self.north
        return self.origin[0] + c * x + s * y, self.origin[1] - s * x + c * y


def fit_similarity(own: Floats, target: Floats) -> Similarity:
    """Return the least-squares similarity from `own` to `target`, arrays (points, 2) of metres.

    Closed form about the centroids; at least two different points.
    """
    middle, reached = own.mean(axis=0), target.mean(axis=0)
    p, q = own - middle, target - reached
    square = float((p**2).sum())
    c = float((p * q).sum()) / square
    s = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / square
    return Similarity(
        float(reached[0]),
        float(reached[1]),
        float(np.arctan2(s, c)),
        float(np.hypot(c, s)),
        (float(middle[0]), float(middle[1])),
    )


def thinness(points: Floats) -> float:
    """Return how much narrower than long a set of points lies: 0 on a line or one place, 1 round."""
    sizes = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(sizes[1] / sizes[0]) if sizes[0] > 0 else 0.0


def spread(points: Floats) -> float:
    """Return the largest distance of a point from the centroid."""
    return float(np.linalg.norm(points - points.mean(axis=0), axis=1).max())


def point_error(off: Floats, least: int) -> float:
    """Return the error of a point in a fit (点位中误差): √(Σ off² / (n − least)), metres.

    `least` is the number of points that fix the transform exactly; with no more than those nothing
    is checked and the result is NaN.
    """
    return float(np.sqrt((off**2).sum() / (len(off) - least))) if len(off) > least else float("nan")


def outliers(own: Floats, target: Floats, fit: Fit, least: int) -> NDArray[np.bool_]:
    """Tell which points lie off the fit of all the others by over three times its point error.

    A point takes part of its own error into the common fit, so each is judged by the others. Less
    than 1 cm is no outlier. With fewer than `least` + 2 points none can be told.
    """
    found = np.zeros(len(own), dtype=bool)
    if len(own) < least + 2:
        return found
    for i in range(len(own)):
        others = np.arange(len(own)) != i
        off = np.linalg.norm(fit(own[others], target[others])(own) - target, axis=1)
        found[i] = off[i] > max(0.01, 3 * point_error(off[others], least))
    return found
