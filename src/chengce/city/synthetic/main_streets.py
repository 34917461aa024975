"""Draw the main streets along the blocks, the bridges, the riverside walk and the roads out."""

from itertools import pairwise

import numpy as np

from chengce.city.synthetic.plan import (
    BRIDGES,
    NORTH_SOUTH,
    PROMENADE,
    RIVER_ROW,
    WEST_EAST,
    Block,
    MainStreet,
)
from chengce.city.synthetic.sketch import Side, Sketch, Tags

_SPEED = {"primary": "60", "secondary": "50", "tertiary": "40", "unclassified": "30"}
_ONE_WAY = {
    4: (5, 9, True),
    6: (5, 9, False),
}  # 中山街 southbound, 新华街 northbound, in the centre
_LONGEST_M = 150.0
_ROADS_OUT = (
    ((5, 11), (5, 2480.0)),
    ((0, 9), (-2560.0, 9)),
    ((10, 9), (2560.0, 9)),
    ((5, 0), (5, -2700.0)),
)


def draw_main_streets(sketch: Sketch, blocks: list[Block], rng: np.random.Generator) -> None:
    """Draw every side of every block once, with the doors that blocks have opened on it."""
    for side in _sides(blocks):
        sketch.sides[side] = _draw_side(sketch, side, rng)
    for corner, (column, row) in _ROADS_OUT:
        u = NORTH_SOUTH[column].at if isinstance(column, int) else column
        v = WEST_EAST[row].at if isinstance(row, int) else row
        street = NORTH_SOUTH[corner[0]] if isinstance(column, int) else WEST_EAST[corner[1]]
        steps = [sketch.uv[corner_node(sketch, *corner)], (u, v)]
        middle = sketch.node((steps[0][0] + u) / 2 + 30, (steps[0][1] + v) / 2 + 30)
        nodes = [corner_node(sketch, *corner), middle, sketch.node(u, v)]
        sketch.way(nodes, _tags(street, south=v < PROMENADE))


def draw_promenade(sketch: Sketch, rng: np.random.Generator) -> None:
    """Draw the riverside walk on the north bank: stairs down to it, two ramps, no street access."""
    line: list[int] = []
    for step, u in enumerate(np.arange(-1090.0, 1460.0, 75.0)):
        walk = sketch.node(float(u), PROMENADE + float(rng.normal(0, 3)))
        line.append(walk)
        if step % 4 == 1:
            column = max(i for i, s in enumerate(NORTH_SOUTH) if s.at < u)
            top = sketch.door(("v", RIVER_ROW + 1, column), float(u), WEST_EAST[RIVER_ROW + 1].at)
            ramp = step % 16 == 9
            sketch.way([walk, top], _RAMP if ramp else _STAIRS)
    name = {"name": "清河滨水步道", "name:en": "Qinghe Riverside Walk"}
    sketch.way(line, {"highway": "footway", "surface": "paving_stones", "width": "3", **name})


_STAIRS = {
    "highway": "steps",
    "incline": "up",
    "step_count": "18",
    "handrail": "yes",
    "surface": "concrete",
}
_RAMP = {
    "highway": "footway",
    "incline": "6%",
    "wheelchair": "yes",
    "surface": "concrete",
    "width": "2.5",
}


def corner_node(sketch: Sketch, column: int, row: int) -> int:
    """Return the node where two main streets cross, drawing it the first time."""
    if (column, row) not in sketch.corners:
        signals = min(_rank(NORTH_SOUTH[column]), _rank(WEST_EAST[row])) <= 1
        tags = {"highway": "traffic_signals"} if signals else None
        at = (NORTH_SOUTH[column].at, WEST_EAST[row].at)
        sketch.corners[column, row] = sketch.node(*at, tags=tags)
    return sketch.corners[column, row]


def _rank(street: MainStreet) -> int:
    return list(_SPEED).index(street.highway)


def _sides(blocks: list[Block]) -> list[Side]:
    sides: dict[Side, None] = {}
    for b in blocks:
        sides |= dict.fromkeys(
            [
                ("v", b.row, b.column),
                ("v", b.row + 1, b.column),
                ("u", b.column, b.row),
                ("u", b.column + 1, b.row),
            ]
        )
    sides |= {("u", column, RIVER_ROW): None for column in BRIDGES}
    return list(sides)


def _draw_side(sketch: Sketch, side: Side, rng: np.random.Generator) -> int:
    axis, line, cell = side
    north = axis == "u"
    ends = [(line, cell), (line, cell + 1)] if north else [(cell, line), (cell + 1, line)]
    first, last = (corner_node(sketch, *end) for end in ends)
    along = 1 if north else 0
    stops = [(sketch.uv[first][along], first), (sketch.uv[last][along], last)]
    stops = sorted([*stops, *sketch.doors.get(side, [])])
    street = NORTH_SOUTH[line] if north else WEST_EAST[line]
    bridge = north and cell == RIVER_ROW
    nodes = [stops[0][1]]
    for (a, _), (b, node) in pairwise(stops):
        parts = 1 if bridge else int(np.ceil((b - a) / _LONGEST_M))
        for t in range(1, parts):
            at, off = a + (b - a) * t / parts, street.at + float(rng.normal(0, 3))
            nodes.append(sketch.node(off, at) if north else sketch.node(at, off))
        nodes.append(node)
    tags = _tags(street, south=cell < RIVER_ROW if north else line <= RIVER_ROW)
    if rng.random() < 0.6:  # surveyed; the others stay unknown
        tags["wheelchair"] = "limited" if tags["sidewalk"] == "right" else "yes"
    if bridge:
        zh, en = BRIDGES[line]
        tags |= {"bridge": "yes", "layer": "1", "lanes": "2", "name": zh, "name:en": en}
    if north and line in _ONE_WAY:
        low, high, backward = _ONE_WAY[line]
        if low <= cell < high:
            tags["oneway"] = "yes"
            nodes = nodes[::-1] if backward else nodes
    return sketch.way(nodes, tags)


def _tags(street: MainStreet, *, south: bool) -> Tags:
    poor = south and street.highway in {"tertiary", "unclassified"}
    lanes = "4" if street.highway == "primary" else "2"
    return {
        "highway": street.highway,
        "name": street.zh,
        "name:en": street.en,
        "maxspeed": _SPEED[street.highway],
        "lanes": lanes,
        "surface": "concrete" if poor else "asphalt",
        "sidewalk": "right" if poor else "both",
    }
