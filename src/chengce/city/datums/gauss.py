"""Know the Gauss–Krüger zones of China by their EPSG codes, and tell a wrong zone from the eastings.

National plane coordinates come in two forms: with the zone's number before the easting
(39 500 000) and without it (500 000). A file whose eastings don't show what its declared code says
is in another zone or in the other form; which code is right follows from the eastings.
Source: EPSG dataset; GB/T 17798 and GB 22021 for the zones (3° zones 25–45, 6° zones 13–23).
"""

from dataclasses import dataclass
from typing import Literal

Datum = Literal["CGCS2000", "Xian 1980", "Beijing 1954"]

# per datum: first EPSG code of 6° zones, 6° meridians, 3° zones, 3° meridians
_FIRST: dict[Datum, tuple[int, int, int, int]] = {
    "CGCS2000": (4491, 4502, 4513, 4534),
    "Xian 1980": (2327, 2338, 2349, 2370),
    "Beijing 1954": (21413, 21453, 2401, 2422),
}
_LOW = {3: 25, 6: 13}
_COUNT = {3: 21, 6: 11}
PREFIXED_M = (
    1e7  # eastings with a zone number are above it, northings in China and bare eastings below
)


@dataclass(frozen=True)
class Zone:
    """A Gauss–Krüger zone: its width in degrees, its number, and whether eastings begin with it."""

    datum: Datum
    width: Literal[3, 6]
    number: int
    prefixed: bool

    @property
    def meridian(self) -> int:
        """The central meridian, degrees east."""
        return self.number * 3 if self.width == 3 else self.number * 6 - 3

    @property
    def code(self) -> int:
        """The EPSG code."""
        at = (0 if self.width == 6 else 2) + (0 if self.prefixed else 1)
        return _FIRST[self.datum][at] + self.number - _LOW[self.width]


def zone_of(code: int) -> Zone | None:
    """Return the zone an EPSG code stands for, None for any other code."""
    for datum, firsts in _FIRST.items():
        for at, first in enumerate(firsts):
            width: Literal[3, 6] = 6 if at < 2 else 3
            if 0 <= code - first < _COUNT[width]:
                return Zone(datum, width, _LOW[width] + code - first, prefixed=at % 2 == 0)
    return None


def zone_numbered(datum: Datum, number: int) -> Zone | None:
    """Return the zone whose number stands before eastings: 13–23 are 6° zones, 25–45 are 3° zones."""
    for width in (3, 6):
        if 0 <= number - _LOW[width] < _COUNT[width]:
            return Zone(datum, 3 if width == 3 else 6, number, prefixed=True)
    return None


def zone_at(datum: Datum, width: Literal[3, 6], meridian: float) -> Zone | None:
    """Return the zone without number whose central meridian this is."""
    number = meridian / 3 if width == 3 else (meridian + 3) / 6
    if number != int(number) or not 0 <= number - _LOW[width] < _COUNT[width]:
        return None
    return Zone(datum, width, int(number), prefixed=False)


def shown_by(zone: Zone, easting: float) -> Zone | None:
    """Return the zone an easting shows if it contradicts the declared one, else None."""
    if easting >= PREFIXED_M:
        if zone.prefixed and int(easting // 1e6) == zone.number:
            return None
        return zone_numbered(zone.datum, int(easting // 1e6))
    if zone.prefixed and abs(easting) < 1e6:
        return Zone(zone.datum, zone.width, zone.number, prefixed=False)
    return None


def likelier(zone: Zone, lon: float, near: float) -> Zone | None:
    """Return the zone of the same kind that brings a longitude nearest to the city's, if another does.

    `lon` is where the declared zone puts the data, `near` the city's longitude: degrees. A zone of
    another meridian moves all points east or west by the difference of the meridians.
    """
    off = round((near - lon) / zone.width) * zone.width
    other = zone_at(zone.datum, zone.width, zone.meridian + off)
    return other if off and abs(near - lon - off) < zone.width / 6 else None
