"""Run the town's three bus lines along its streets and its light rail along its own track."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely import LineString
from shapely import Point as Point2D

from chengce.city.synthetic.frame import Floats, Point, bend, bend_line
from chengce.city.synthetic.line_plan import STATIONS, BusLine, Corner, Name
from chengce.city.synthetic.plan import NORTH_SOUTH, WEST_EAST
from chengce.city.synthetic.sketch import Streets

_BUS_KMH, _RAIL_KMH = 19.0, 36.0
_BUS_DWELL_S, _RAIL_DWELL_S = 20, 30
_STOP_GAP_M = 360.0
_KERB_M, _PAST_M = 9.0, 45.0


@dataclass(frozen=True)
class Stop:
    """A stop in metres; stations have `kind` 1, their platforms name them as `parent`."""

    id: str
    name: Name
    xy: Point
    wheelchair: int = 0
    kind: int = 0
    parent: str = ""


@dataclass(frozen=True)
class Pattern:
    """One direction of a line: its stops with seconds after departure, and its course in metres."""

    route: str
    direction: int
    headsign: str
    stops: tuple[str, ...]
    arrive_s: tuple[int, ...]
    depart_s: tuple[int, ...]
    course: tuple[Point, ...]


def bus_line(line: BusLine, streets: Streets) -> tuple[list[Stop], list[Pattern]]:
    """Return the stops and both directions of a bus line; each direction has stops of its own."""
    stops: list[Stop] = []
    patterns = []
    for direction in (0, 1):
        order = line.corners if direction == 0 else line.corners[::-1]
        ends = line.ends if direction == 0 else line.ends[::-1]
        path = _path(order, streets)
        course = _course(path, streets)
        placed = _stops(line, direction, path, course, ends)
        stops += [s for s, _ in placed]
        arrive, depart = _times([at for _, at in placed], _BUS_KMH, _BUS_DWELL_S)
        ids = tuple(s.id for s, _ in placed)
        points = tuple((float(x), float(y)) for x, y in course)
        patterns.append(Pattern(line.id, direction, ends[1][0], ids, arrive, depart, points))
    return stops, patterns


def light_rail() -> tuple[list[Stop], list[Pattern]]:
    """Return stations, platforms and both directions of light rail line L1."""
    track = bend_line(_rounded([(u, v) for u, v, _, _ in STATIONS]), step=90.0)
    middle = LineString(track)
    stops: list[Stop] = []
    along: list[float] = []
    for k, (u, v, zh, en) in enumerate(STATIONS):
        at = float(middle.project(Point2D(bend([(u, v)])[0])))
        x, y = middle.interpolate(at).coords[0]
        along.append(at)
        station = f"L{k + 1:02d}"
        stops.append(Stop(station, (zh, en), (x, y), 1, 1))
        for side, letter in ((-6.0, "A"), (6.0, "B")):
            stops.append(Stop(f"{station}{letter}", (zh, en), (x, y + side), 1, 0, station))
    patterns = []
    for direction, letter in ((0, "A"), (1, "B")):
        turn = -1 if direction else 1
        runs = [abs(a - along[0 if turn > 0 else -1]) for a in along[::turn]]
        arrive, depart = _times(runs, _RAIL_KMH, _RAIL_DWELL_S)
        ids = tuple(f"L{k + 1:02d}{letter}" for k in range(len(STATIONS)))[::turn]
        headsign = STATIONS[-1 if turn > 0 else 0][2]
        patterns.append(
            Pattern("L1", direction, headsign, ids, arrive, depart, tuple(track[::turn]))
        )
    return stops, patterns


def _rounded(line: list[Point]) -> list[Point]:
    # Chaikin (1974): cut every corner at a quarter and three quarters, keep the ends
    for _ in range(3):
        cut = [
            (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
            for a, b in pairwise(line)
            for t in (0.25, 0.75)
        ]
        line = [line[0], *cut, line[-1]]
    return line


def _times(
    at: Sequence[float], kmh: float, dwell_s: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    arrive, depart = [0], [0]
    for a, b in pairwise(at):
        arrive.append(depart[-1] + max(30, 10 * round((b - a) / kmh * 3.6 / 10)))
        depart.append(arrive[-1] + dwell_s)
    depart[-1] = arrive[-1]
    return tuple(arrive), tuple(depart)


def _path(order: Sequence[Corner], streets: Streets) -> list[Corner]:
    graph = _corner_graph(streets)
    path = [order[0]]
    for goal in order[1:]:
        path += _shortest(graph, path[-1], goal)[1:]
    return path


def _corner_graph(streets: Streets) -> Mapping[Corner, list[tuple[float, Corner]]]:
    graph: dict[Corner, list[tuple[float, Corner]]] = {}
    for (axis, line, cell), way in streets.sides.items():
        a, b = ((line, cell), (line, cell + 1)) if axis == "u" else ((cell, line), (cell + 1, line))
        nodes = streets.ways[way].nodes
        length = float(np.hypot(*np.diff(streets.xy[list(nodes)], axis=0).T).sum())
        one_way = streets.ways[way].tags.get("oneway") == "yes"
        forward = nodes[0] == streets.corners[a]
        if forward or not one_way:
            graph.setdefault(a, []).append((length, b))
        if not forward or not one_way:
            graph.setdefault(b, []).append((length, a))
    return graph


def _shortest(
    graph: Mapping[Corner, list[tuple[float, Corner]]], start: Corner, goal: Corner
) -> list[Corner]:
    queue: list[tuple[float, Corner, tuple[Corner, ...]]] = [(0.0, start, (start,))]
    seen: set[Corner] = set()
    while queue:
        cost, corner, path = heapq.heappop(queue)
        if corner == goal:
            return list(path)
        if corner not in seen:
            seen.add(corner)
            for length, other in graph[corner]:
                heapq.heappush(queue, (cost + length, other, (*path, other)))
    raise AssertionError(f"the plan has no main street from {start} to {goal}")


def _course(path: list[Corner], streets: Streets) -> Floats:
    nodes = [streets.corners[path[0]]]
    for a, b in pairwise(path):
        axis, line, cell = (
            ("u", a[0], min(a[1], b[1])) if a[0] == b[0] else ("v", a[1], min(a[0], b[0]))
        )
        leg = streets.ways[streets.sides[axis, line, cell]].nodes
        nodes += leg[1:] if leg[0] == nodes[-1] else leg[-2::-1]
    return streets.xy[nodes]


def _stops(
    line: BusLine, direction: int, path: list[Corner], course: Floats, ends: tuple[Name, Name]
) -> list[tuple[Stop, float]]:
    road = LineString(course)
    length = float(road.length)
    marks: list[tuple[float, Name]] = [(25.0, ends[0])]
    corners = bend([(NORTH_SOUTH[i].at, WEST_EAST[j].at) for i, j in path])
    for k in range(1, len(path) - 1):
        at = float(road.project(Point2D(corners[k]))) + _PAST_M
        if at - marks[-1][0] >= _STOP_GAP_M and length - at >= _STOP_GAP_M:
            marks.append((at, _corner_name(path[k], path[k + 1])))
    marks.append((length - 25.0, ends[1]))
    out: list[tuple[Stop, float]] = []
    for k, (at, name) in enumerate(marks):
        here, ahead = road.interpolate(at), road.interpolate(min(at + 5, length))
        back = road.interpolate(at - 5)
        dx, dy = ahead.x - back.x, ahead.y - back.y
        size = float(np.hypot(dx, dy))
        xy = (here.x + _KERB_M * dy / size, here.y - _KERB_M * dx / size)
        number = f"1{line.id}{50 * direction + k + 1:02d}"
        out.append((Stop(number, name, xy, (0, 1, 2)[(k * 7 + int(line.id)) % 3]), at))
    return out


def _corner_name(corner: Corner, then: Corner) -> Name:
    along, cross = NORTH_SOUTH[corner[0]], WEST_EAST[corner[1]]
    if corner[0] != then[0]:
        along, cross = cross, along
    return f"{along.zh}{cross.zh}口", f"{along.en} at {cross.en}"
