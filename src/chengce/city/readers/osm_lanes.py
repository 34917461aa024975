"""Count the lanes cars may use in each direction of a way, from its OpenStreetMap tags.

`lanes` counts marked lanes of motor traffic, bus and turn lanes included, cycle and parking lanes
not (OSM wiki, Key:lanes). Read here, in this order:

- a street on which traffic runs one way has all its lanes in that direction, less those tagged for
  the other one (a contraflow bus lane);
- otherwise `lanes:forward` and `lanes:backward` count, and what is missing of the two follows from
  the total less `lanes:both_ways` (a centre turn lane belongs to neither direction);
- a total without a split is shared equally, so that one lane used both ways, or three of which
  the middle one changes hands, is half a lane more for each.

Lanes reserved for buses are taken off: those `bus:lanes` or `psv:lanes` call `designated`, or `yes`
where `vehicle:lanes`, `motor_vehicle:lanes` or `motorcar:lanes` says `no`; else `lanes:psv` or
`lanes:bus`; else `busway`. A count of both directions is shared by them, and so is one side named
alone (`busway:right`), because which direction it serves depends on the side people drive on.
Turn lanes are not told apart. Lanes that are for buses at certain hours only (`:conditional`) are
not read. Nothing tagged, nonsense, or no lane left for cars that may enter: null, never guessed.
"""

from collections.abc import Mapping

from chengce.city.readers.osm_access import AGAINST, ALONG
from chengce.city.readers.osm_values import number

Tags = Mapping[str, str]
Pair = tuple[float | None, float | None]

MOST = 20.0  # lanes in one direction; more is a slip of the pen
_BUS, _CARS = ("bus", "psv"), ("vehicle", "motor_vehicle", "motorcar")
_ENDS = ("", ":forward", ":backward")
_BUSWAY = ("busway", "busway:both", "busway:left", "busway:right")
KEYS = frozenset(
    {f"lanes{end}" for end in (*_ENDS, ":both_ways")}
    | {f"lanes:{kind}{end}" for kind in _BUS for end in _ENDS}
    | {f"{kind}:lanes{end}" for kind in (*_BUS, *_CARS) for end in _ENDS}
    | set(_BUSWAY)
)


def car_lanes(tags: Tags, *, running: int, drive: int) -> Pair:
    """Return the lanes cars may use along and against a way; null where not known or not open.

    `running`: direction bits in which motor traffic of any kind runs; `drive`: those open to cars.
    """
    if running in (ALONG, AGAINST):
        lanes = _one_way(tags, running)
        pair: Pair = (lanes, None) if running == ALONG else (None, lanes)
    else:
        pair = _two_way(tags)
    along, against = (v if v is not None and 0 < v <= MOST else None for v in pair)
    return along if drive & ALONG else None, against if drive & AGAINST else None


def _one_way(tags: Tags, running: int) -> float | None:
    own, other = ("forward", "backward") if running == ALONG else ("backward", "forward")
    lanes = number(tags.get(f"lanes:{own}"))
    if lanes is None:
        total = number(tags.get("lanes"))
        lanes = None if total is None else total - _contraflow(tags, other)
    return None if lanes is None else lanes - _reserved(tags, own, alone=True)


def _two_way(tags: Tags) -> Pair:
    forward, backward = number(tags.get("lanes:forward")), number(tags.get("lanes:backward"))
    total = number(tags.get("lanes"))
    if total is not None:
        total -= number(tags.get("lanes:both_ways")) or 0.0
        if forward is None and backward is None:
            forward = backward = total / 2.0
        elif forward is None and backward is not None:
            forward = total - backward
        elif backward is None and forward is not None:
            backward = total - forward
    if forward is not None:
        forward -= _reserved(tags, "forward", alone=False)
    if backward is not None:
        backward -= _reserved(tags, "backward", alone=False)
    return forward, backward


def _contraflow(tags: Tags, other: str) -> float:
    """Return the lanes of a one-way street that lead the other way: for buses."""
    for key in ("lanes", "lanes:psv", "lanes:bus"):
        if (counted := number(tags.get(f"{key}:{other}"))) is not None:
            return counted
    return float("opposite_lane" in (tags.get(key) for key in _BUSWAY))


def _reserved(tags: Tags, way: str, *, alone: bool) -> float:
    """Return how many lanes of a direction are for buses only; `alone`: it is the only direction."""
    for end in (f":{way}", "") if alone else (f":{way}",):
        if (listed := _lane_by_lane(tags, end)) is not None:
            return float(listed)
        if (counted := _counted(tags, end)) is not None:
            return counted
    if not alone and not any(f"lanes:{k}{end}" in tags for k in _BUS for end in _ENDS[1:]):
        shared = _counted(tags, "")
        return _busways(tags, alone=False) if shared is None else shared / 2.0
    return _busways(tags, alone=alone)


def _counted(tags: Tags, end: str) -> float | None:
    found = (number(tags.get(f"lanes:{kind}{end}")) for kind in _BUS)
    return next((value for value in found if value is not None), None)


def _lane_by_lane(tags: Tags, end: str) -> int | None:
    buses = [tags[f"{kind}:lanes{end}"].split("|") for kind in _BUS if f"{kind}:lanes{end}" in tags]
    cars = [tags[f"{kind}:lanes{end}"].split("|") for kind in _CARS if f"{kind}:lanes{end}" in tags]
    if not buses:
        return None
    count = 0
    for at in range(max(map(len, buses))):
        here = {lanes[at] for lanes in buses if at < len(lanes)}
        shut = any(at < len(lanes) and lanes[at] == "no" for lanes in cars)
        count += "designated" in here or ("yes" in here and shut)
    return count


def _busways(tags: Tags, *, alone: bool) -> float:
    both = "lane" in (tags.get("busway"), tags.get("busway:both"))
    sides = sum(tags.get(f"busway:{side}") == "lane" for side in ("left", "right"))
    if alone:
        return float(sides or both)
    return 1.0 if both else sides / 2.0
