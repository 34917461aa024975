"""Tell whether a layer was declared in the wrong one of WGS-84, GCJ-02 and BD-09.

The three differ by 50 to 1,500 m, so a wrong declaration still looks like a map. Two things show it:

- points or lines that lie closer to a reference layer (streets) in another system: the median
  distance is halved, and clearly more than half of the points come closer (3 standard errors of a
  fair coin), so that a few scattered points don't raise an alarm. Of areas the edges are compared,
  and only edges that then run along the streets (within 15 m) count: in a regular plan the edges
  of a grid keep a like distance from streets, whatever the system;
- points whose row names the zone they lie in, fewer of which lie outside it in another system.

What is tested: the file's own numbers read in each of the other systems, and, where they were not
shifted as declared, a conversion that should not have been made taken back. Nothing is changed.
Outside the rectangle around China the shifts do not apply and nothing is tested.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.crs import System
from chengce.city.datums import offsets
from chengce.city.datums.base import Floats
from chengce.city.datums.names import epsg
from chengce.city.datums.shifted import Shifted
from chengce.core.errors import Problem
from chengce.core.text import Text

LEAST, SAMPLE, NEAR_M, ALONG_M = 20, 2000, 5000.0, 15.0
Shapes = NDArray[np.object_]
Way = Callable[[Floats, Floats], tuple[Floats, Floats]]
_CHECK = Text(
    "核对后改正 crs；若声明无误，可忽略",
    "find out and correct crs; if the declaration is right, ignore this",
)


@dataclass(frozen=True)
class Located:
    """The positions of one source: geometries in WGS-84 as declared, and the declared system.

    `inside` holds for each row the row of the zone it says it lies in, −1 where it says none;
    `points` are compared with the reference instead of the shapes, where given.
    """

    file: str
    table: str
    shapes: Shapes
    system: System
    inside: NDArray[np.int64] | None = None
    points: Shapes | None = None


@dataclass(frozen=True)
class Hypothesis:
    """Another way the file's numbers could be meant: from WGS-84 as declared to WGS-84 then."""

    title: Text
    write: Text
    way: Way


def check_datums(layers: Sequence[Located], reference: Located | None) -> list[Problem]:
    """Return what the positions of each layer show, one problem per layer and kind of evidence.

    `datum_suspected` (warning), `datum_checked` or `datum_not_checkable` (notes).
    """
    zones = [layer for layer in layers if layer.table == "zones"]
    found = []
    for layer in layers:
        if layer is reference or not _in_china(layer.shapes):
            continue
        by_zone = _check_zones(layer, zones[0]) if len(zones) == 1 else None
        by_distance = None if reference is None else _check_distance(layer, reference)
        said = [p for p in (by_distance, by_zone) if p is not None]
        found += said or [_not_checkable(layer, reference)]
    return found


def hypotheses(system: System) -> list[Hypothesis]:
    """Return what else a file declared in `system` could be in."""
    declared: System = Shifted("BD-09") if system.name == "BD-09MC" else system
    shifted = isinstance(declared, Shifted)
    others: list[System] = [epsg(4326), Shifted("GCJ-02"), Shifted("BD-09")]
    found = [
        Hypothesis(other.title, _write(other, system), _reading(declared, other))
        for other in others
        if other.name != declared.name and (shifted or isinstance(other, Shifted))
    ]
    if shifted:
        return found
    return found + [
        Hypothesis(
            Text(f"撤销多做的一次 {name} 换算", f"without a conversion from {name} made by mistake"),
            Text(f"数据可能本是 WGS-84，却按 {name} 换算过一次；请用换算前的文件",
                 f"the data may have been WGS-84 and been converted from {name} once too often; use the file before"),
            way,
        )
        for name, way in (("GCJ-02", offsets.gcj02), ("BD-09", offsets.bd09))
    ]  # fmt: skip


def _reading(declared: System, other: System) -> Way:
    """Return the way from WGS-84 as declared to WGS-84 when the same numbers are in `other`."""
    if not isinstance(declared, Shifted):
        return other.to_wgs84
    return lambda lon, lat: other.to_wgs84(*declared.from_wgs84(lon, lat))


def _write(other: System, system: System) -> Text:
    if system.degrees:
        name = "WGS-84" if other.name == "EPSG:4326" else other.name
        return Text(f'若属实，改写 crs = "{name}"', f'if so, write crs = "{name}"')
    return Text(
        f"数据可能由 {other.title.zh} 投影而来；请向提供方索取投影前的经纬度",
        f"the data may have been projected from {other.title.en}; ask for the degrees before that",
    )


def _check_distance(layer: Located, reference: Located) -> Problem | None:
    shapes = layer.shapes if layer.points is None else layer.points
    lon, lat = _sample(shapes)
    if len(lon) < LEAST:
        return None
    edges = bool((shapely.get_dimensions(shapes) == 2).any())
    plane = _Plane(float(np.median(lon)), float(np.median(lat)))
    tree = _tree(reference.shapes, lon, lat, plane)
    if tree is None:
        return None
    before = _distances(tree, plane, lon, lat)
    tried = []
    for guess in hypotheses(layer.system):
        after = _distances(tree, plane, *guess.way(lon, lat))
        closer = float(np.mean(after < before) - 0.5) * 2 * np.sqrt(len(lon))
        tried.append((float(np.median(after)), guess, closer))
    middle = float(np.median(before))
    tried.sort(key=lambda t: t[0])
    best, guess, closer = tried[0]
    table, to = layer.table, _name(reference)
    if best <= middle / 2 and closer >= 3 and (best <= ALONG_M or not edges):
        said = layer.system.title
        message = Text(
            f"{table} 的坐标系可能声明有误：到{to.zh}的中位距离，按声明（{said.zh}）为 {middle:.0f} 米，"
            f"按 {guess.title.zh} 为 {best:.0f} 米（抽查 {len(lon)} 点）",
            f"the coordinate system of {table} looks wrong: the median distance to {to.en} is "
            f"{middle:.0f} m as declared ({said.en}) and {best:.0f} m as {guess.title.en} "
            f"({len(lon)} points)",
        )
        return _suspected(message, guess, layer.file)
    message = Text(
        f"{table} 的坐标系核对：到{to.zh}的中位距离 {middle:.0f} 米，换作其他坐标系最小为 {best:.0f} 米",
        f"coordinate system of {table} checked: median distance to {to.en} {middle:.0f} m, "
        f"in any other system {best:.0f} m or more",
    )
    return Problem("datum_checked", message, file=layer.file, severity="info")


def _suspected(message: Text, guess: Hypothesis, file: str) -> Problem:
    remedy = Text(f"{guess.write.zh}；{_CHECK.zh}", f"{guess.write.en}; {_CHECK.en}")
    return Problem("datum_suspected", message, remedy, file, severity="warning")


def _check_zones(layer: Located, zones: Located) -> Problem | None:
    """Count the points outside the zone they name, with either side read in another system."""
    if layer.inside is None or layer.table == "zones":
        return None
    areas = shapely.get_dimensions(zones.shapes) == 2
    rows = np.flatnonzero(layer.inside >= 0)
    rows = rows[areas[layer.inside[rows]] & ~shapely.is_missing(layer.shapes[rows])]
    rows = rows[_spaced(len(rows), 5000)]
    if len(rows) < LEAST:
        return None
    points, own = shapely.point_on_surface(layer.shapes[rows]), layer.inside[rows]

    def outside(places: Shapes, shapes: Shapes) -> int:
        return int((~shapely.intersects(shapes[own], places)).sum())

    declared = outside(points, zones.shapes)
    tried = [(outside(_moved(points, g.way), zones.shapes), layer, g) for g in hypotheses(layer.system)]  # fmt: skip
    tried += [(outside(points, _moved(zones.shapes, g.way)), zones, g) for g in hypotheses(zones.system)]  # fmt: skip
    tried.sort(key=lambda t: t[0])
    best, wrong, guess = tried[0]
    table = layer.table
    if declared >= LEAST and best <= declared / 2:
        message = Text(
            f"{table} 的坐标系可能声明有误：{len(rows)} 点中不在所称分区内的，按声明为 {declared} 点，"
            f"若 {wrong.file} 按 {guess.title.zh} 读入则为 {best} 点",
            f"the coordinate system of {table} looks wrong: of {len(rows)} points {declared} lie "
            f"outside the zone they name as declared, {best} if {wrong.file} is read as {guess.title.en}",
        )
        return _suspected(message, guess, wrong.file)
    message = Text(
        f"{table} 的坐标系核对：{len(rows)} 点中 {declared} 点不在所称分区内，"
        f"换作其他坐标系最少 {best} 点",
        f"coordinate system of {table} checked: of {len(rows)} points {declared} lie outside the "
        f"zone they name, in any other system {best} or more",
    )
    return Problem("datum_checked", message, file=layer.file, severity="info")


def _not_checkable(layer: Located, reference: Located | None) -> Problem:
    why = Text(
        "没有可比对的参照图层（如道路）", "there is no layer to compare with, such as streets"
    )
    if reference is not None:
        why = Text(f"不足 {LEAST} 个点，或附近没有{_name(reference).zh}",
                   f"fewer than {LEAST} points, or no {_name(reference).en} near")  # fmt: skip
    message = Text(
        f"{layer.table} 的坐标系无从核对：{why.zh}；按声明（{layer.system.title.zh}）采用",
        f"the coordinate system of {layer.table} cannot be checked: {why.en}; "
        f"taken as declared ({layer.system.title.en})",
    )
    return Problem("datum_not_checkable", message, file=layer.file, severity="info")


def _name(reference: Located) -> Text:
    if reference.table == "streets":
        return Text("道路", "streets")
    return Text(f"参照图层 {reference.table}", reference.table)


@dataclass(frozen=True)
class _Plane:
    """Metres east and north of a place, good to a thousandth over a city."""

    lon: float
    lat: float

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        phi = np.radians(self.lat)
        w = np.sqrt(1 - 0.00669438 * np.sin(phi) ** 2)
        east = np.radians(lon - self.lon) * 6_378_137 / w * np.cos(phi)
        north = np.radians(lat - self.lat) * 6_378_137 * (1 - 0.00669438) / w**3
        return np.column_stack([east, north])


def _tree(reference: Shapes, lon: Floats, lat: Floats, plane: _Plane) -> shapely.STRtree | None:
    """Return the parts of the reference within 5 km of the sample, in metres."""
    margin = NEAR_M / 111_000
    wide = margin / max(0.1, float(np.cos(np.radians(plane.lat))))
    box = shapely.box(lon.min() - wide, lat.min() - margin, lon.max() + wide, lat.max() + margin)
    near = reference[~shapely.is_missing(reference)]
    near = near[shapely.intersects(near, box)]
    if not len(near):
        return None
    return shapely.STRtree(shapely.transform(near, lambda xy: plane.metres(xy[:, 0], xy[:, 1])))


def _distances(tree: shapely.STRtree, plane: _Plane, lon: Floats, lat: Floats) -> Floats:
    points = shapely.points(plane.metres(lon, lat))
    _, found = tree.query_nearest(points, return_distance=True, all_matches=False)
    return np.asarray(found, np.float64)


def _sample(shapes: Shapes) -> tuple[Floats, Floats]:
    """Return up to 2,000 points spread over a layer: its points, or vertices of lines and edges."""
    xy = shapely.get_coordinates(shapes[~shapely.is_missing(shapes)])
    xy = xy[_spaced(len(xy), SAMPLE)]
    return np.asarray(xy[:, 0]), np.asarray(xy[:, 1])


def _spaced(count: int, most: int) -> NDArray[np.int64]:
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).astype(np.int64)


def _moved(shapes: Shapes, way: Way) -> Shapes:
    return np.asarray(
        shapely.transform(shapes, lambda xy: np.column_stack(way(xy[:, 0], xy[:, 1]))), dtype=object
    )


def _in_china(shapes: Shapes) -> bool:
    lon, lat = _sample(shapes)
    return bool(len(lon)) and bool(offsets.in_china(float(np.median(lon)), float(np.median(lat))))
