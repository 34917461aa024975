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
    "dwellings": Text("套", "dwellings"),
    "buildings": Text("栋", "buildings"),
    "kinds": Text("类", "kinds"),
    "ratio": Text("", ""),
    "trips": Text("人次", "trips"),
    "veh": Text("辆", "veh"),
    "veh/h": Text("辆/小时", "veh/h"),
    "pcu": Text("pcu", "pcu"),
    "pcu/h": Text("pcu/小时", "pcu/h"),
    "veh-km": Text("车公里", "veh-km"),
    "veh-km/h": Text("车公里/小时", "veh-km/h"),
    "veh-h": Text("车小时", "veh-h"),
    "veh-h/h": Text("车小时/小时", "veh-h/h"),
    "kg": Text("千克", "kg"),
    "kg/h": Text("千克/小时", "kg/h"),
    "g/km": Text("克/公里", "g/km"),
    "pcu/veh": Text("pcu/辆", "pcu/veh"),
    "1/min": Text("/分钟", "/min"),
    "money": Text("元（城市货币）", "units of money"),
    "money/h": Text("元/小时（城市货币）", "units of money/h"),
}


def unit_name(unit: str, lang: Lang) -> str:
    """Return the unit's name; an unknown unit is shown as written."""
    return UNITS[unit].get(lang) if unit in UNITS else unit


def number(value: float, *, signed: bool = False) -> str:
    """Print a number with up to three significant digits, thousands grouped, never as −0.

    Below 0.0005 it is 0.
    """
    if value != value:
        return "—"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    rough = float(f"{size:.3g}")  # 99.97 is about 100, not 100.0
    decimals = 0 if rough >= 100 or size == int(size) else 1 if rough >= 10 else 2
    text = f"{size:,.{decimals}f}" if rough >= 0.1 else f"{size:.3f}".removesuffix("0")
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
