"""Decide who may use a way, and in which directions, from its OpenStreetMap tags.

Rules: the class of road gives a default; the most specific access tag overrides it
(`motorcar` > `motor_vehicle` > `vehicle` > `access`; `bicycle` > `vehicle` > `access`;
`foot` > `access`). General tags (`access`, `vehicle`) can close a way to a mode that its class
admits but never open it to another one. Source: OSM wiki, Key:access, Key:oneway, and the default
access table "OSM tags for routing/Access restrictions" (world-wide rows). Where it leaves room:
trunk roads and motor roads are closed to walking and cycling unless a `foot`, `bicycle`,
`sidewalk` or `cycleway` tag opens them; cycleways may be walked; tracks are for cars only
with `tracktype=grade1` or an explicit tag; `oneway=reversible` is closed to cars. Conditional
(time-dependent) tags are not read.
"""

from collections.abc import Mapping

from chengce.city.readers.osm_values import words

Tags = Mapping[str, str]

ALONG, AGAINST, BOTH = 1, 2, 3

# Which of w(alk), b(ike), d(rive) a class of road admits.
DEFAULTS: dict[str, str] = {
    "motorway": "d", "motorway_link": "d", "trunk": "d", "trunk_link": "d",
    "primary": "wbd", "primary_link": "wbd", "secondary": "wbd", "secondary_link": "wbd",
    "tertiary": "wbd", "tertiary_link": "wbd", "unclassified": "wbd", "residential": "wbd",
    "living_street": "wbd", "service": "wbd", "road": "wbd", "track": "wb",
    "pedestrian": "w", "footway": "w", "steps": "w", "corridor": "w", "platform": "w",
    "elevator": "w", "path": "wb", "cycleway": "wb", "bridleway": "w",
    "busway": "", "bus_guideway": "",
}  # fmt: skip
# Not there (yet, any more), or no way to travel on.
CLOSED = words(
    "construction proposed planned abandoned razed disused demolished raceway rest_area services "
    "via_ferrata escape emergency_bay no"
)
_OPEN = words("yes designated permissive destination customers official public")
_SHUT = words(
    "no private agricultural forestry delivery emergency military psv bus restricted permit "
    "residents use_sidepath dismount service staff employees"
)
_CHAINS = {
    "w": (("foot",), ("access",)),
    "b": (("bicycle",), ("vehicle", "access")),
    "d": (("motorcar", "motor_vehicle"), ("vehicle", "access")),
}
_ONEWAY = {
    "yes": ALONG, "true": ALONG, "1": ALONG, "-1": AGAINST, "reverse": AGAINST,
    "no": BOTH, "false": BOTH, "0": BOTH, "alternating": BOTH,
}  # fmt: skip
_ACCESS_KEYS = frozenset(k for own, general in _CHAINS.values() for k in (*own, *general))
KEYS = (
    _ACCESS_KEYS
    | {f"{key}:{way}" for key in _ACCESS_KEYS for way in ("forward", "backward")}
    | words(
        "highway railway public_transport service tracktype motorroad abandoned conveying oneway "
        "oneway:foot oneway:bicycle oneway:motor_vehicle oneway:motorcar oneway:vehicle junction "
        "sidewalk sidewalk:left sidewalk:right sidewalk:both cycleway cycleway:left cycleway:right "
        "cycleway:both cycleway:left:oneway cycleway:right:oneway ramp:bicycle"
    )
)


def is_street(tags: Tags) -> bool:
    """Return whether a way is a road, path or platform of any kind, open or not."""
    return "highway" in tags or "platform" in (tags.get("railway"), tags.get("public_transport"))


def highway(tags: Tags) -> str | None:
    """Return the class of road, `platform` for platforms without one; None if it is not a way."""
    value = tags.get("highway")
    if value is None:
        return "platform" if is_street(tags) else None
    return None if value in CLOSED or tags.get("abandoned") == "yes" else value


def walk(tags: Tags, road: str) -> int:
    """Return the direction bits for walking; one way only by `oneway:foot` or an escalator."""
    default = _default(tags, road, "w")
    bits = _ONEWAY.get(tags.get("oneway:foot", ""), BOTH)
    bits = {"forward": ALONG, "backward": AGAINST}.get(tags.get("conveying", ""), bits)
    return _directed(tags, "w", default=default, bits=bits)


def bike(tags: Tags, road: str) -> int:
    """Return the direction bits for cycling (`oneway:bicycle` and contraflow lanes respected)."""
    default = _default(tags, road, "b")
    bits = _oneway(tags, road)
    if "oneway:bicycle" in tags:
        bits = _ONEWAY.get(tags["oneway:bicycle"], bits)
    elif _contraflow(tags):
        bits = BOTH
    return _directed(tags, "b", default=default, bits=bits or BOTH)


def drive(tags: Tags, road: str) -> int:
    """Return the direction bits for driving a private car."""
    default = _default(tags, road, "d")
    return _directed(tags, "d", default=default, bits=running(tags, road))


def running(tags: Tags, road: str) -> int:
    """Return the direction bits in which motor traffic runs, whoever of it may enter."""
    bits = _oneway(tags, road)
    for key in ("oneway:vehicle", "oneway:motor_vehicle", "oneway:motorcar"):
        bits = _ONEWAY.get(tags.get(key, ""), bits)
    return bits


def verdict(tags: Tags, keys: tuple[str, ...]) -> bool | None:
    """Return whether the first tag present among `keys` opens or closes; None if none says."""
    for key in keys:
        value = tags.get(key)
        if value is None:
            continue
        values = {v.strip() for v in value.split(";")}
        if values & _OPEN:
            return True
        if values & _SHUT:
            return False
    return None


def allowed(tags: Tags, mode: str, *, default: bool) -> bool:
    """Return whether `mode` (w, b or d) may pass, from its own tags, then the general ones."""
    own, general = _CHAINS[mode]
    said = verdict(tags, own)
    if said is not None:
        return said
    return default and verdict(tags, general) is not False


def _default(tags: Tags, road: str, mode: str) -> bool:
    admitted = mode in DEFAULTS.get(road, "")
    if mode == "d":
        if road == "track":
            return tags.get("tracktype") == "grade1"
        return admitted and tags.get("service") != "emergency_access"
    if road.startswith("trunk") or (admitted and tags.get("motorroad") == "yes"):
        return _has_side(tags, "sidewalk" if mode == "w" else "cycleway")
    if road == "steps" and mode == "b":
        return tags.get("ramp:bicycle") == "yes"
    return admitted


def _has_side(tags: Tags, key: str) -> bool:
    keys = (key, f"{key}:left", f"{key}:right", f"{key}:both")
    return any(tags.get(k, "no") not in ("no", "none", "separate") for k in keys)


def _oneway(tags: Tags, road: str) -> int:
    """Return the bits open to vehicles; 0 for a reversible road."""
    said = tags.get("oneway", "")
    if said in _ONEWAY:
        return _ONEWAY[said]
    if said == "reversible":
        return 0
    implied = road == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return ALONG if implied else BOTH


def _contraflow(tags: Tags) -> bool:
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    if any(tags.get(k, "").startswith("opposite") for k in sides):
        return True
    return any(
        tags.get(f"{k}:oneway") in ("no", "-1") and tags.get(k, "no") not in ("no", "none")
        for k in ("cycleway:left", "cycleway:right")
    )


def _directed(tags: Tags, mode: str, *, default: bool, bits: int) -> int:
    own, general = _CHAINS[mode]
    bits = bits if allowed(tags, mode, default=default) else 0
    for name, bit in (("forward", ALONG), ("backward", AGAINST)):
        said = verdict(tags, tuple(f"{key}:{name}" for key in own))
        if said is None and verdict(tags, tuple(f"{key}:{name}" for key in general)) is False:
            said = False
        if said is not None:
            bits = bits | bit if said else bits & ~bit
    return bits
