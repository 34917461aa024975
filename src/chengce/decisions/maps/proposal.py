"""Mark what a scenario adds, changes and takes away."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import shapely

from chengce.city.city import City
from chengce.core.text import Text
from chengce.decisions.maps.network import route_shapes, simple_lines
from chengce.decisions.maps.path import path_data, paths_data
from chengce.decisions.maps.projection import Sheet

SIGNS: dict[str, Text] = {
    "line": Text("新增线路", "new line"),
    "service": Text("班次调整的线路", "line with changed service"),
    "stop": Text("新增站点", "new stop"),
    "place": Text("新增设施", "new place"),
    "street": Text("新增道路", "new street"),
    "altered": Text(
        "改动的道路（车道、方向、转向、限速、收费等）",
        "street changed (lanes, direction, turns, speed, price …)",
    ),
    "closed": Text("封闭的道路", "closed street"),
    "gone": Text("取消的站点或设施", "stop or place removed"),
}


@dataclass(frozen=True)
class Marks:
    """What a scenario does, as drawn: SVG and the signs used, in order."""

    svg: str
    signs: tuple[str, ...]


def draw_proposal(city: City, sheet: Sheet) -> Marks:
    """Return marks for what differs from the base city; none for a base city."""
    if city.base is None or city.delta is None:
        return Marks("", ())
    base, delta = city.base, city.delta
    svg: dict[str, str] = {
        "closed": _lines(base, "streets", delta.of("streets").removed, sheet),
        "altered": _altered(city, sheet),
        "street": _lines(city, "streets", delta.of("streets").added, sheet),
        "service": _routes(city, _changed_routes(city, base), sheet, "service"),
        "line": _routes(city, {str(k) for k in delta.of("routes").added}, sheet, "line"),
        "stop": _points(city, "stops", delta.of("stops").added, sheet, "stop"),
        "place": _points(city, "places", delta.of("places").added, sheet, "place"),
        "gone": _points(base, "stops", delta.of("stops").removed, sheet, "gone")
        + _points(base, "places", delta.of("places").removed, sheet, "gone"),
    }
    for name in ("closed", "altered", "street"):
        if svg[name]:
            svg[name] = (
                f'<path class="pc" d="{svg[name]}"/><path class="p-{name}" d="{svg[name]}"/>'
            )
    return Marks("".join(svg.values()), tuple(s for s in SIGNS if svg[s]))


def _altered(city: City, sheet: Sheet) -> str:
    """Return streets whose own row, hours of the day, or turns a scenario changes."""
    assert city.delta is not None
    streets, periods = city.delta.of("streets"), city.delta.of("street_periods")
    hours = (*periods.added, *periods.changed, *periods.removed)
    keys = {str(k) for k in streets.changed} | {str(k[0]) for k in hours} | _turned(city)
    shapes = _rows(city.table("streets"), keys - {str(k) for k in streets.added})["geometry"]
    return paths_data(simple_lines(sheet, np.asarray(shapes.to_numpy(), dtype=object)))


def _turned(city: City) -> set[str]:
    """Return the streets between which turns change, if both are there before and after."""
    assert city.base is not None
    assert city.delta is not None
    turns = city.delta.of("turns")
    rows = (
        _rows(city.table("turns"), (*turns.added, *turns.changed)),
        _rows(city.base.table("turns"), turns.removed),
    )
    both = set(city.table("streets")["id"]) & set(city.base.table("streets")["id"])
    pairs = (
        {str(a), str(b)}
        for r in rows
        for a, b in zip(r["from_street"], r["to_street"], strict=True)
    )
    return {street for pair in pairs if pair <= both for street in pair}


def _changed_routes(city: City, base: City) -> set[str]:
    """Return routes the base knows too whose trips were added or removed."""
    assert city.delta is not None
    trips = city.delta.of("trips")
    known = set(base.table("routes")["id"].astype(str))
    found: set[str] = set()
    for frame, keys in ((city.table("trips"), trips.added), (base.table("trips"), trips.removed)):
        found |= set(_rows(frame, keys)["route"].astype(str)) & known
    return found


def _routes(city: City, routes: set[str], sheet: Sheet, sign: str) -> str:
    if not routes:
        return ""
    shapes = route_shapes(city, routes)
    data = paths_data(simple_lines(sheet, shapes)) if len(shapes) else ""
    if not data:
        return ""
    name = escape("; ".join(sorted(routes)))
    casing = f'<path class="pc" d="{data}"/>' if sign == "line" else ""
    return f'{casing}<path class="p-{sign}" d="{data}"><title>{name}</title></path>'


def _lines(city: City, table: str, keys: Iterable[object], sheet: Sheet) -> str:
    shapes = _rows(city.table(table), keys)["geometry"].to_numpy()
    if not len(shapes):
        return ""
    return "".join(path_data(s) for s in sheet.clip(sheet.draw(np.asarray(shapes, dtype=object))))


def _points(city: City, table: str, keys: Iterable[object], sheet: Sheet, sign: str) -> str:
    rows = _rows(city.table(table), keys)
    if not len(rows):
        return ""
    drawn = shapely.get_coordinates(
        sheet.draw(np.asarray(rows["geometry"].to_numpy(), dtype=object))
    )
    names = rows["name"] if "name" in rows.columns else rows["id"]
    names = names.where(names.notna(), rows["id"])
    return "".join(
        f'<g transform="translate({x},{y})"><title>{escape(str(name))}</title>{_SHAPES[sign]}</g>'
        for (x, y), name in zip(np.rint(drawn).astype(int).tolist(), names, strict=True)
    )


def _rows(frame: pd.DataFrame, keys: Iterable[object]) -> pd.DataFrame:
    return frame[frame["id"].astype(str).isin([str(k) for k in keys])]


# in drawing units: 12 to a pixel on a screen, 17 on A4
_SHAPES = {
    "stop": '<circle class="p-stop" r="62"/>',
    "place": '<path class="p-place" d="M0,-130L115,0 0,130 -115,0z"/>',
    "gone": '<path class="p-gone" d="M-65,-65L65,65M-65,65L65,-65"/>',
}
