"""Decide whether a wheelchair user may pass, and say *unknown* where nobody has looked.

An explicit `wheelchair` tag is a survey and wins. Without one a way is excluded only for a known
barrier: steps without a ramp, an escalator, an incline steeper than 1:10, a surface too broken to
roll on, a footway narrower than 0.80 m. Raised kerbs, inclines over 1:12, rough surfaces and
footways under 1.20 m make it *limited*: passable for some, so recorded and not excluded.
Inclines: GB 55019-2021, 2.3.1 (1:12; 1:10 at most where space is short), clause unverified.
"""

from collections.abc import Mapping

from chengce.city.readers.osm_values import words

EXCLUDED_INCLINE_PCT = 10.0
LIMITED_INCLINE_PCT = 100.0 / 12.0
EXCLUDED_WIDTH_M = 0.80
LIMITED_WIDTH_M = 1.20

KEYS = words("wheelchair ramp ramp:wheelchair kerb smoothness conveying incline width est_width")
_SURVEYED = {"yes": "yes", "designated": "yes", "limited": "limited", "no": "no"}
_IMPASSABLE = frozenset(("very_bad", "horrible", "very_horrible", "impassable"))
_FOOTWAYS = frozenset(("footway", "path", "steps", "corridor", "pedestrian", "cycleway"))
_RAMPED = frozenset(("yes", "separate", "wheelchair"))


def wheelchair(
    tags: Mapping[str, str],
    road: str,
    walk: int,
    *,
    incline_pct: float | None,
    width_m: float | None,
) -> tuple[int, str]:
    """Return the direction bits for a wheelchair and its state: yes, limited, no or unknown."""
    surveyed = _SURVEYED.get(tags.get("wheelchair", ""))
    if surveyed is not None:
        return (0 if surveyed == "no" else walk), surveyed
    if walk == 0:
        return 0, "unknown"
    slope = abs(incline_pct) if incline_pct is not None else 0.0
    width = width_m if width_m is not None and road in _FOOTWAYS else LIMITED_WIDTH_M
    ramped = tags.get("ramp:wheelchair") in _RAMPED or (
        tags.get("ramp") in _RAMPED and tags.get("ramp:wheelchair") != "no"
    )
    moving = tags.get("conveying", "no") != "no"
    if road == "steps" and (moving or not ramped):
        return 0, "no"
    if (
        slope > EXCLUDED_INCLINE_PCT
        or width < EXCLUDED_WIDTH_M
        or tags.get("smoothness") in _IMPASSABLE
    ):
        return 0, "no"
    doubtful = (
        road == "steps"
        or slope > LIMITED_INCLINE_PCT
        or width < LIMITED_WIDTH_M
        or tags.get("smoothness") == "bad"
        or tags.get("kerb") == "raised"
    )
    return walk, "limited" if doubtful else "unknown"
