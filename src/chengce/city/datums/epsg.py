"""Reach WGS-84 from any system PROJ knows, without ever downloading a grid, and label how well."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyproj
from pyproj import network
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

from chengce.city.datums.base import Accuracy, Floats
from chengce.city.datums.gauss import Zone, zone_of
from chengce.core.errors import Problem
from chengce.core.text import Text

WGS84, CGCS2000 = 4326, 4490
_NAMES = {4326: Text("WGS-84", "WGS-84"), 4490: Text("CGCS2000（国家2000）", "CGCS2000")}
_BY_DEFINITION = Text("定义相同", "the same by definition")
_PLATE = Text(
    "与 WGS-84 定义一致，差别来自 2000 年以来的板块运动，未改正",
    "defined like WGS-84; the drift of the plates since 2000 is not corrected",
)
_BALLPARK = Text(
    "此地没有公开的基准转换参数，按经纬度原样采用，可能偏上百米",
    "no published datum transformation here: taken as it is, may be off by more than a hundred metres",
)


@contextmanager
def offline() -> Iterator[None]:
    """Keep PROJ from the network while transformers are made and used, then restore its setting."""
    before = network.is_network_enabled()  # type: ignore[attr-defined]
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        network.set_network_enabled(active=before)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Epsg:
    """A system that PROJ knows, with the operation fit for the place of the data.

    Where several transformations are published, the one PROJ prefers for the middle of the data is
    used for all of it, so `accuracy` says what was done.
    """

    crs: pyproj.CRS
    code: int | None = None
    known_as: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return f"EPSG:{self.code}" if self.code else self.known_as

    @property
    def title(self) -> Text:
        if self.code in _NAMES:
            return _NAMES[self.code]
        if self.code is None:  # its text may hold parameters that are nobody's business
            return Text("自定义坐标系（无 EPSG 编号）", "a system without EPSG code")
        named = f"{self.crs.name} (EPSG:{self.code})"
        return Text(named, named)

    @property
    def degrees(self) -> bool:
        return bool(self.crs.is_geographic)

    @property
    def notices(self) -> tuple[Problem, ...]:
        return ()

    @property
    def zone(self) -> Zone | None:
        """The Gauss–Krüger zone, if it is one of China's."""
        return None if self.code is None else zone_of(self.code)

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if self.code == WGS84:
            return np.asarray(x, np.float64), np.asarray(y, np.float64)
        with offline():
            rough = _default(self.crs).transform(x, y)
            lon, lat = (float(np.median(c[np.isfinite(c)])) if np.isfinite(c).any() else np.nan
                        for c in map(np.asarray, rough))  # fmt: skip
            return _arrays(_best(self.crs, lon, lat).transform(x, y))

    def from_wgs84(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        if self.code == WGS84:
            return np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        with offline():
            at = float(np.median(lon)), float(np.median(lat))
            return _arrays(_best(self.crs, *at).transform(lon, lat, direction="INVERSE"))

    def accuracy(self, lon: float, lat: float) -> Accuracy:
        base = self.crs.geodetic_crs
        with offline():
            datum = None if base is None else base.to_epsg()
            best = _best(self.crs, lon, lat)
        if datum == WGS84:
            return Accuracy(0.0, _BY_DEFINITION)
        if datum == CGCS2000:
            return Accuracy(1.0, _PLATE)
        if best.accuracy is None or best.accuracy < 0:
            return Accuracy(None, _BALLPARK, approximate=True)
        source = Text(f"EPSG：{_operation(best)}", f"EPSG: {_operation(best)}")
        return Accuracy(float(best.accuracy), source, approximate=best.accuracy > 1)


@lru_cache(maxsize=32)
def _default(crs: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


def _best(crs: pyproj.CRS, lon: float, lat: float) -> pyproj.Transformer:
    """Return the operation PROJ prefers at a place; its default where the place is not on earth."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return _default(crs)
    return _preferred(crs, round(lon, 2), round(lat, 2))


@lru_cache(maxsize=64)
def _preferred(crs: pyproj.CRS, lon: float, lat: float) -> pyproj.Transformer:
    place = AreaOfInterest(lon, lat, lon, lat)
    found = TransformerGroup(crs, WGS84, always_xy=True, area_of_interest=place).transformers  # type: ignore[arg-type]
    return found[0] if found else _default(crs)


def _operation(transformer: pyproj.Transformer) -> str:
    """Return the datum shift's name among the steps of an operation."""
    steps = str(transformer.description).split(" + ")
    shifts = [s for s in steps if " to " in s]
    return shifts[0] if shifts else steps[0]


def _arrays(pair: tuple[object, object]) -> tuple[Floats, Floats]:
    return np.asarray(pair[0], np.float64), np.asarray(pair[1], np.float64)
