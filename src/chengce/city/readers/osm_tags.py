"""Turn the tags of one way into what the street table says about it."""

from collections.abc import Mapping
from typing import NamedTuple

from chengce.city.readers import osm_access, osm_lanes, osm_wheelchair
from chengce.city.readers.osm_values import incline_pct, speed_kmh, width_m

# Free speed where no limit is tagged, km/h: the middle of the design speeds of CJJ 37-2012 (unverified)
# (2016), table 3.2.1, for expressway, arterial, collector and local streets.
DEFAULT_SPEED_KMH: dict[str, float] = {
    "motorway": 100.0, "motorway_link": 60.0, "trunk": 80.0, "trunk_link": 50.0,
    "primary": 60.0, "primary_link": 40.0, "secondary": 50.0, "secondary_link": 40.0,
    "tertiary": 40.0, "tertiary_link": 30.0, "unclassified": 30.0, "residential": 30.0,
    "living_street": 20.0, "service": 20.0, "road": 30.0, "track": 15.0,
}  # fmt: skip
_OTHER_SPEED_KMH = 15.0  # a car let onto a footway, path or square

KEYS = frozenset(
    osm_access.KEYS
    | osm_lanes.KEYS
    | osm_wheelchair.KEYS
    | {"maxspeed", "maxspeed:forward", "maxspeed:backward", "zone:maxspeed", "surface"}
)
PROFILES = ("walk", "wheelchair", "bike", "drive")


class Use(NamedTuple):
    """Who may use a way and how; bits: 1 along its geometry, 2 against."""

    highway: str
    walk: int
    wheelchair: int
    bike: int
    drive: int
    wheelchair_state: str
    speed_kmh: float | None
    surface: str | None
    incline_pct: float | None
    width_m: float | None
    lanes_along: float | None
    lanes_against: float | None


def use_of(tags: Mapping[str, str]) -> Use | None:
    """Return what the street table says about a way; None if no profile may use it."""
    road = osm_access.highway(tags)
    if road is None:
        return None
    walk = osm_access.walk(tags, road)
    bike = osm_access.bike(tags, road)
    drive = osm_access.drive(tags, road)
    if not (walk or bike or drive):
        return None
    incline = incline_pct(tags.get("incline"))
    width = width_m(tags.get("width") or tags.get("est_width"))
    wheels, state = osm_wheelchair.wheelchair(tags, road, walk, incline_pct=incline, width_m=width)
    speed = _speed(tags, road) if drive else None
    running = osm_access.running(tags, road)
    lanes = osm_lanes.car_lanes(tags, running=running, drive=drive)
    surface = tags.get("surface")
    return Use(road, walk, wheels, bike, drive, state, speed, surface, incline, width, *lanes)


def _speed(tags: Mapping[str, str], road: str) -> float:
    posted = speed_kmh(tags.get("maxspeed"))
    if posted is None:
        ways = (speed_kmh(tags.get(f"maxspeed:{way}")) for way in ("forward", "backward"))
        posted = min((v for v in ways if v is not None), default=None)
    if posted is None:
        posted = speed_kmh(tags.get("zone:maxspeed"))
    return posted if posted is not None else DEFAULT_SPEED_KMH.get(road, _OTHER_SPEED_KMH)
