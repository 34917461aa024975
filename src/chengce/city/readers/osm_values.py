"""Parse the numbers people write in OpenStreetMap tags; what cannot be read is null, never 0."""

import math
import re

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_FEET = re.compile(r"""^(\d+(?:\.\d+)?)\s*(?:'|ft)\s*(?:(\d+(?:\.\d+)?)\s*(?:"|in)?)?$""")
_LENGTH = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(m|cm|km|metres?|meters?)?$")
_RATIO = re.compile(r"^([-+]?\d+(?:\.\d+)?)\s*[:/]\s*(\d+(?:\.\d+)?)$")

KMH_PER_MPH = 1.609344
WALKING_PACE_KMH = 7.0  # "walk": Schrittgeschwindigkeit as German courts read it
UNLIMITED_KMH = 130.0  # "none": the advised speed where no limit is posted
# Zone values "XX:urban". Chinese urban: one lane each way, Implementing Regulations of the Road
# Traffic Safety Law, article 45. Other entries: the legal limits listed in the OSM wiki.
_ZONE_KMH = {
    "urban": 50.0, "rural": 90.0, "trunk": 100.0, "motorway": 120.0, "living_street": 20.0,
    "pedestrian_zone": WALKING_PACE_KMH, "walk": WALKING_PACE_KMH,
    "bicycle_road": 30.0, "nsl_single": 60 * KMH_PER_MPH, "nsl_dual": 70 * KMH_PER_MPH,
    "BR:urban": 60.0, "BR:rural": 100.0, "BR:motorway": 110.0, "CN:rural": 70.0,
    "DE:rural": 100.0, "DE:motorway": UNLIMITED_KMH, "DE:living_street": WALKING_PACE_KMH,
    "FI:urban": 50.0, "FI:rural": 80.0,
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set: a readable way to write down a list of tag values."""
    return frozenset(text.split())


def number(text: str | None) -> float | None:
    """Return a plain non-negative number ("120", "1,5"), else None."""
    if not text:
        return None
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if value >= 0 else None


def speed_kmh(text: str | None) -> float | None:
    """Return a speed limit in km/h: "50", "30 mph", "BR:urban", "walk"; the lowest of a list.

    None when there is no limit to read ("signals", "variable", nonsense, 0 or above 200).
    """
    if not text:
        return None
    found = [v for v in map(_one_speed, re.split(r"[;|]", text)) if v is not None]
    return min(found) if found else None


def incline_pct(text: str | None) -> float | None:
    """Return an incline in percent, positive uphill along the way: "5%", "-10°", "1:12".

    "up" and "down" name a direction without a size: None.
    """
    if not text:
        return None
    text = text.strip().replace(",", ".")
    if ratio := _RATIO.match(text):
        run = float(ratio[2])
        value = 100.0 * float(ratio[1]) / run if run else math.inf
    elif text.endswith(("°", "deg")):
        degrees = _plain(text.removesuffix("°").removesuffix("deg"))
        if degrees is None or abs(degrees) >= 90:
            return None
        value = 100.0 * math.tan(math.radians(degrees))
    else:
        percent = _plain(text.removesuffix("%"))
        if percent is None:
            return None
        value = percent
    return value if abs(value) <= 100 else None


def width_m(text: str | None) -> float | None:
    """Return a width in metres: "3.5", "3,5 m", "90 cm", 12'6"."""
    if not text:
        return None
    text = text.strip().lower()
    if feet := _FEET.match(text):
        return 0.3048 * float(feet[1]) + 0.0254 * float(feet[2] or 0)
    if length := _LENGTH.match(text):
        value = float(length[1].replace(",", "."))
        return value * {"cm": 0.01, "km": 1000.0}.get(length[2] or "m", 1.0)
    return None


def _plain(text: str) -> float | None:
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _one_speed(text: str) -> float | None:
    text = text.strip()
    if text == "none":
        return UNLIMITED_KMH
    if text in _ZONE_KMH:
        return _ZONE_KMH[text]
    zone = text.rpartition(":")[2]
    if ":" in text and zone in _ZONE_KMH:
        return _ZONE_KMH[zone]
    if ":" in text and (limit := re.fullmatch(r"(?:zone)?(\d+)", zone)):
        return _sane(float(limit[1]))
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/?h|kph)?", text):
        return _sane(float(match[1]) * (KMH_PER_MPH if match[2] == "mph" else 1.0))
    return None


def _sane(value: float) -> float | None:
    return value if 0 < value <= 200 else None
