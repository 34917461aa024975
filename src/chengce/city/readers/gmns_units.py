"""Take the units of a GMNS folder from config.csv: lengths of links, speeds, and their ratio."""

import re
from dataclasses import dataclass
from pathlib import Path

from chengce.city.readers.gmns_table import read_gmns_table
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

METRES = {
    "m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1000.0, "kilometer": 1000.0, "kilometre": 1000.0,
    "mi": 1609.344, "mile": 1609.344, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "yd": 0.9144, "yard": 0.9144,
}  # fmt: skip
METRES_AN_HOUR = {
    "kph": 1000.0, "kmh": 1000.0, "kmph": 1000.0, "km/h": 1000.0, "km/hr": 1000.0,
    "mph": 1609.344, "mi/h": 1609.344, "mi/hr": 1609.344, "m/s": 3600.0, "mps": 3600.0, "ft/s": 1097.28, "fps": 1097.28,
}  # fmt: skip
CONFIG = Text("配置表 config.csv", "config.csv")


@dataclass(frozen=True)
class GmnsUnits:
    """`minutes`: of one unit of length at one unit of speed; `crs` of the coordinates ("" unknown)."""

    minutes: float = 60.0
    crs: str = ""


def read_gmns_units(folder: Path, report: Report) -> GmnsUnits:
    """Read config.csv; without it speed is taken as lengths per hour, with a warning."""
    path = folder / "config.csv"
    if not path.is_file():
        report.add(
            "gmns_no_config",
            Text(
                "没有 config.csv：速度视为每小时多少个长度单位",
                "there is no config.csv: speed is taken as units of length per hour",
            ),
            Text(
                "在 config.csv 中写明 long_length 与 speed（如 km、kph）",
                "state long_length and speed in config.csv (such as km, kph)",
            ),
            severity="warning",
        )
        return GmnsUnits()
    table = read_gmns_table(path, CONFIG)
    report.found += table.report.found

    def said(column: str, known: dict[str, float]) -> float | None:
        words = table.words(column)
        name = re.sub(r"\s+", "", str(words[0]).lower()) if len(words) else ""
        if not name:
            return None
        name = (
            name.replace("perhour", "/h").replace("kilometers/h", "km/h").replace("miles/h", "mph")
        )
        if name not in known:
            name = re.sub(r"(?<=[a-z]{2})s$", "", name)
        if name not in known:
            report.add(
                "gmns_unit",
                Text(
                    f"不认识的单位“{words[0]}”（config.csv 的 {column}）",
                    f'unknown unit "{words[0]}" ({column} of config.csv)',
                ),
                Text(f"可用：{'、'.join(known)}", f"known: {', '.join(known)}"),
                column=column,
            )
            return None
        return known[name]

    length, speed = said("long_length", METRES), said("speed", METRES_AN_HOUR)
    crs = str(table.words("crs")[0]) if len(table) else ""
    if length is None or speed is None:
        return GmnsUnits(crs=crs)
    return GmnsUnits(60.0 * length / speed, crs)
