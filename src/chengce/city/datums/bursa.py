"""Lead a city's projection on an old ellipsoid to a modern one with 7 parameters (Bursa–Wolf).

Plane → longitude and latitude on the old ellipsoid → geocentric metres → shift, turn and scale →
longitude and latitude on the new ellipsoid. Heights are not known and taken as 0, which moves
points by millimetres.
"""

from dataclasses import dataclass

import numpy as np
import pyproj
from pyproj.exceptions import ProjError

from chengce.city.datums.base import Floats
from chengce.city.datums.epsg import offline

_S = np.pi / 180 / 3600
ELLIPSOIDS = {
    "CGCS2000": (6_378_137.0, 298.257222101),
    "WGS84": (6_378_137.0, 298.257223563),
    "Krasovsky 1940": (6_378_245.0, 298.3),
    "IAG 1975": (6_378_140.0, 298.257),
}


@dataclass(frozen=True, repr=False)
class Projection:
    """A transverse Mercator projection of a city: degrees and metres.

    `height_m` is the height of the projection surface; the ellipsoid's axis is lengthened by it.
    """

    ellipsoid: tuple[float, float]
    central_meridian: float
    latitude_of_origin: float
    scale: float
    false_easting_m: float
    false_northing_m: float
    height_m: float

    @property
    def axes(self) -> str:
        """The ellipsoid as PROJ writes it."""
        return f"+a={self.ellipsoid[0] + self.height_m!r} +rf={self.ellipsoid[1]!r}"

    @property
    def step(self) -> str:
        """The projection as PROJ writes it."""
        return (
            f"+proj=tmerc +lat_0={self.latitude_of_origin!r} +lon_0={self.central_meridian!r} "
            f"+k={self.scale!r} +x_0={self.false_easting_m!r} +y_0={self.false_northing_m!r} {self.axes}"
        )


@dataclass(frozen=True, repr=False)
class Shift:
    """X' = t + (1 + scale)·R·X: metres, radians; turns as of a position vector about each axis."""

    x: float
    y: float
    z: float
    rx: float
    ry: float
    rz: float
    scale: float

    @property
    def step(self) -> str:
        """The shift as PROJ writes it."""
        return (
            f"+proj=helmert +x={self.x!r} +y={self.y!r} +z={self.z!r} +rx={self.rx / _S!r} "
            f"+ry={self.ry / _S!r} +rz={self.rz / _S!r} +s={self.scale * 1e6!r} "
            "+convention=position_vector"
        )


class Bursa:
    """Plane metres ↔ degrees on the new ellipsoid. Its text shows no parameters."""

    def __init__(self, projection: Projection, shift: Shift, target: str = "CGCS2000") -> None:
        a, rf = ELLIPSOIDS[target]
        self._pipeline = _made(
            f"+step +inv {projection.step} +step +proj=cart {projection.axes} +step {shift.step} "
            f"+step +inv +proj=cart +a={a!r} +rf={rf!r} "
            "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
        )

    def forward(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return longitude and latitude."""
        with offline():
            lon, lat = self._pipeline.transform(x, y)
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)

    def inverse(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Return easting and northing."""
        with offline():
            x, y = self._pipeline.transform(lon, lat, direction="INVERSE")
        return np.asarray(x, np.float64), np.asarray(y, np.float64)


def fit_shift(projection: Projection, own: Floats, lonlat: Floats) -> Shift:
    """Return the least-squares 7 parameters from own plane points to degrees on CGCS2000.

    Solved about the points' middle (Molodensky–Badekas), where shift and turn don't mix, and then
    written as Bursa–Wolf. Arrays are (points, 2); at least three points not on one line.
    """
    old = _geocentric(own, f"+step +inv {projection.step} +step +proj=cart {projection.axes}")
    a, rf = ELLIPSOIDS["CGCS2000"]
    new = _geocentric(
        lonlat,
        f"+step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +a={a!r} +rf={rf!r}",
    )
    middle = old.mean(axis=0)
    p = old - middle
    size = float(np.linalg.norm(p, axis=1).max())
    rows = np.zeros((len(p), 3, 7))
    rows[:, :, :3] = np.eye(3)
    rows[:, 1, 3], rows[:, 2, 3] = -p[:, 2], p[:, 1]
    rows[:, 0, 4], rows[:, 2, 4] = p[:, 2], -p[:, 0]
    rows[:, 0, 5], rows[:, 1, 5] = -p[:, 1], p[:, 0]
    rows[:, :, 6] = p
    rows[:, :, 3:] /= size
    found = np.linalg.lstsq(rows.reshape(-1, 7), (new - old).reshape(-1), rcond=None)[0]
    rx, ry, rz, scale = found[3:] / size
    turn = np.array([[1.0, -rz, ry], [rz, 1.0, -rx], [-ry, rx, 1.0]])
    t = found[:3] + middle - (1 + scale) * turn @ middle
    return Shift(*(float(v) for v in (*t, rx, ry, rz, scale)))


def _geocentric(points: Floats, steps: str) -> Floats:
    with offline():
        xyz = _made(steps).transform(points[:, 0], points[:, 1], np.zeros(len(points)))
    return np.column_stack(xyz)


def _made(steps: str) -> pyproj.Transformer:
    """Return a pipeline; PROJ's own message would repeat the parameters, so it is not passed on."""
    try:
        with offline():
            return pyproj.Transformer.from_pipeline(f"+proj=pipeline {steps}")
    except ProjError:
        raise ValueError("the parameters make no projection") from None
