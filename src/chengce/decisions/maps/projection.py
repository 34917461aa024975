"""Place longitude and latitude on a sheet: plate carrée scaled by the cosine of its latitude."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EARTH_M = 6_371_008.8
WIDTH = 6000  # drawing units across; a sheet is shown at 350–700 px, so a unit is about 0.1 px
_MARGIN = 0.03
_TALLEST = 1.3


@dataclass(frozen=True)
class Sheet:
    """A rectangle of drawing units over a part of the earth; x to the east, y downwards.

    Distances along both axes are true at the middle latitude. `unit_m` is the length of a unit.
    """

    west: float
    north: float
    cosine: float
    unit_m: float
    width: int
    height: int

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float) -> "Sheet":
        """Return the sheet that holds a box of degrees with a margin; at most 1.3 times as tall as wide."""
        cosine = float(np.cos(np.radians((south + north) / 2)))
        degree_m = np.pi / 180 * EARTH_M
        across = max((east - west) * cosine * degree_m, 1.0)
        down = max((north - south) * degree_m, 1.0)
        across = max(across, down / _TALLEST, 200.0)
        down = max(down, across * 0.45)
        unit_m = across * (1 + 2 * _MARGIN) / WIDTH
        height = round(down / unit_m + 2 * _MARGIN * WIDTH)
        centre = (west + east) / 2, (south + north) / 2
        return cls(
            west=centre[0] - WIDTH / 2 * unit_m / (cosine * degree_m),
            north=centre[1] + height / 2 * unit_m / degree_m,
            cosine=cosine,
            unit_m=float(unit_m),
            width=WIDTH,
            height=height,
        )

    @classmethod
    def framed(
        cls, bounds: tuple[float, float, float, float], tall: float, margin: float = 0.02
    ) -> "Sheet":
        """Return the sheet that holds a box of degrees (west, south, east, north) in a given frame.

        `tall`: height over width of the frame; `margin`: least part of the frame left at each side.
        """
        west, south, east, north = bounds
        cosine = float(np.cos(np.radians((south + north) / 2)))
        degree_m = np.pi / 180 * EARTH_M
        across = max((east - west) * cosine * degree_m, 200.0)
        unit_m = max(across, (north - south) * degree_m / tall) / (1 - 2 * margin) / WIDTH
        height = round(WIDTH * tall)
        return cls(
            west=(west + east) / 2 - WIDTH / 2 * unit_m / (cosine * degree_m),
            north=(south + north) / 2 + height / 2 * unit_m / degree_m,
            cosine=cosine,
            unit_m=float(unit_m),
            width=WIDTH,
            height=height,
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in degrees."""
        degree = np.pi / 180 * EARTH_M / self.unit_m
        east = self.west + self.width / (self.cosine * degree)
        return self.west, self.north - self.height / degree, float(east), self.north

    def place(self, lonlat: Floats) -> Floats:
        """Return drawing units of points, (n, 2)."""
        degree = np.pi / 180 * EARTH_M / self.unit_m
        x = (lonlat[:, 0] - self.west) * self.cosine * degree
        return np.column_stack([x, (self.north - lonlat[:, 1]) * degree])

    def draw(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in drawing units."""
        return np.asarray(shapely.transform(shapes, self.place))

    def clip(self, shapes: NDArray[np.object_], margin: float = 60.0) -> NDArray[np.object_]:
        """Return drawn geometries cut to the sheet; those outside and broken ones are left out."""
        far = (-margin, -margin, self.width + margin, self.height + margin)
        kept = shapes[shapely.intersects(shapes, shapely.box(*far))]
        cut = np.asarray(shapely.clip_by_rect(kept, *far))
        return np.asarray(cut[~shapely.is_empty(cut)], dtype=object)


def scale_bar(sheet: Sheet, share: float = 0.22) -> tuple[int, float]:
    """Return a round length in metres of at most `share` of the width, and its drawing units."""
    longest = sheet.width * sheet.unit_m * share
    power = 10.0 ** np.floor(np.log10(longest))
    metres = float(max(s * power for s in (1, 2, 5) if s * power <= longest))
    return round(metres), metres / sheet.unit_m
