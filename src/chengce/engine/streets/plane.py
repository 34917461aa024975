"""Measure in metres: a local plane around a city's centre, and great-circle distances."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
EARTH_M = 6_371_008.8  # mean radius (IUGG)


@dataclass(frozen=True)
class Plane:
    """Azimuthal equidistant plane (WGS-84) centred on (`lon`, `lat`); x, y in metres.

    At 50 km from the centre, lengths across the radius are 1e-5 too long; along it, exact.
    """

    lon: float
    lat: float

    def xy(self, lon: Floats, lat: Floats) -> Floats:
        """Project degrees to metres, shape (n, 2)."""
        x, y = self._to_plane.transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return np.column_stack([x, y])

    @cached_property
    def _to_plane(self) -> Transformer:
        return Transformer.from_crs(
            "EPSG:4326",
            f"+proj=aeqd +lat_0={self.lat!r} +lon_0={self.lon!r} +datum=WGS84 +units=m",
            always_xy=True,
        )

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude of a point in metres."""
        back = Transformer.from_crs(
            f"+proj=aeqd +lat_0={self.lat!r} +lon_0={self.lon!r} +datum=WGS84 +units=m",
            "EPSG:4326",
            always_xy=True,
        )
        lon, lat = back.transform(x, y)
        return float(lon), float(lat)

    def lines(self, lines: NDArray[np.object_]) -> NDArray[np.object_]:
        """Project geometries given in degrees."""
        projected: NDArray[np.object_] = shapely.transform(
            lines, lambda lonlat: self.xy(lonlat[:, 0], lonlat[:, 1])
        )
        return projected


def great_circle_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return haversine distances between points in degrees, metres; arguments broadcast."""
    a, b = np.radians(lat), np.radians(to_lat)
    up = np.sin((b - a) / 2) ** 2
    across = np.sin(np.radians(np.asarray(to_lon) - lon) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(up + np.cos(a) * np.cos(b) * across)))
