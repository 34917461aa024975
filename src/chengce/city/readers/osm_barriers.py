"""Decide which profiles a barrier node on a way stops.

Cars pass the kinds of barrier made to be opened for them (gates, lift gates) unless locked or
tagged otherwise; every other kind stops them. Walkers, wheelchairs and bicycles are stopped only
by the kinds known to stop them. `locked=yes`, `access=no` and `access=private` stop everyone
whom no tag of their own lets through.
"""

from collections.abc import Mapping

from chengce.city.readers.osm_access import allowed
from chengce.city.readers.osm_values import words

WALK, WHEELCHAIR, BIKE, DRIVE = 1, 2, 4, 8

_CARS_PASS = words(
    "gate lift_gate swing_gate sliding_gate hampshire_gate bump_gate entrance cattle_grid "
    "toll_booth border_control checkpoint sally_port height_restrictor arch kerb spikes "
    "speed_bump no yes"
)
_STOPS_ALL = words("wall fence hedge retaining_wall city_wall")
_STOPS_BIKES = _STOPS_ALL | words(
    "turnstile full-height_turnstile stile kissing_gate horse_stile debris"
)
_STOPS_WHEELCHAIRS = _STOPS_BIKES | frozenset(("log", "steps"))


def stopped(tags: Mapping[str, str]) -> int:
    """Return the profiles a barrier node stops, as bits WALK, WHEELCHAIR, BIKE, DRIVE."""
    kind = tags.get("barrier", "no")
    locked = tags.get("locked") == "yes"
    walk = allowed(tags, "w", default=not locked and kind not in _STOPS_ALL)
    bike = allowed(tags, "b", default=not locked and kind not in _STOPS_BIKES)
    drive = allowed(tags, "d", default=not locked and kind in _CARS_PASS)
    surveyed = tags.get("wheelchair")
    wheels = walk and surveyed != "no"
    wheels = wheels and (kind not in _STOPS_WHEELCHAIRS or surveyed in ("yes", "designated"))
    return (
        (0 if walk else WALK)
        | (0 if wheels else WHEELCHAIR)
        | (0 if bike else BIKE)
        | (0 if drive else DRIVE)
    )


def raised_kerb(tags: Mapping[str, str]) -> bool:
    """Return whether a node is a raised kerb: recorded, not excluded."""
    return tags.get("kerb") == "raised" and tags.get("wheelchair") not in ("yes", "designated")
