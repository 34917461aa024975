"""Name units in both languages and print numbers with no more digits than they deserve."""

from chengce.core.text import Lang, Text

UNITS: dict[str, Text] = {
    "1": Text("", ""),
    "min": Text("分钟", "min"),
    "s": Text("秒", "s"),
    "m": Text("米", "m"),
    "km": Text("公里", "km"),
    "m/s": Text("米/秒", "m/s"),
    "km/h": Text("公里/小时", "km/h"),
    "%": Text("%", "%"),
    "people": Text("人", "people"),
    "jobs": Text("个岗位", "jobs"),
    "places": Text("处", "places"),
    "kinds": Text("类", "kinds"),
    "ratio": Text("", ""),
}


def unit_name(unit: str, lang: Lang) -> str:
    """Return the unit's name; an unknown unit is shown as written."""
    return UNITS[unit].get(lang) if unit in UNITS else unit


def number(value: float, *, signed: bool = False) -> str:
    """Print a number with three significant digits, thousands grouped, never as −0."""
    if value != value:
        return "—"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    decimals = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    text = f"{size:,.{decimals}f}"
    if float(text.replace(",", "")) == 0.0:
        return "0"
    if value < 0:
        return "−" + text
    return ("+" if signed else "") + text


def quantity(value: float, unit: str, lang: Lang, *, signed: bool = False) -> str:
    """Print a number with its unit."""
    name = unit_name(unit, lang)
    gap = "" if lang == "zh" or name == "%" or not name else " "
    return f"{number(value, signed=signed)}{gap}{name}"
