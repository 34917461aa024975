"""Fill a block with its own streets: lanes, an estate behind walls and gates, a park's paths."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from chengce.city.synthetic.block_tags import lane_name, steps_tags, street_tags
from chengce.city.synthetic.plan import KINDS, NORTH_SOUTH, WEST_EAST, Block, Kind
from chengce.city.synthetic.sketch import Sketch

Cell = tuple[int, int]
_GATE_M = 14.0
_WALL_M = 13.0


def fill_block(sketch: Sketch, block: Block, rng: np.random.Generator) -> None:
    """Draw the streets inside one block and open its doors on the main streets around it."""
    kind = KINDS[block.kind]
    us, vs = _cuts(block.u, kind, rng), _cuts(block.v, kind, rng)
    noise = 0.085 * kind.spacing_m
    inside = {
        (i, j): sketch.node(
            u + float(rng.normal(0, noise)), v + float(rng.normal(0, noise)), kind=block.kind
        )
        for i, u in enumerate(us)
        for j, v in enumerate(vs)
    }
    ends = [(i, j) for i in range(-1, len(us) + 1) for j in range(-1, len(vs) + 1)]
    ends = [c for c in ends if c not in inside and _on_one_line(c, len(us), len(vs))]
    if kind.gates:
        picked = rng.choice(len(ends), size=min(kind.gates, len(ends)), replace=False)
        opened = {ends[int(k)] for k in picked}
        _wall(sketch, block)
    else:
        opened = {c for c in ends if rng.random() > 0.8 * kind.missing}
    nodes = dict(inside)
    for cell in ends:
        if cell in opened:
            nodes[cell] = _door(sketch, block, cell, us, vs)
    for number, run in enumerate(_runs(nodes, inside, (len(us), len(vs)), kind, rng)):
        _draw(sketch, block, [nodes[c] for c in run], number, rng)


def _cuts(span: tuple[float, float], kind: Kind, rng: np.random.Generator) -> list[float]:
    low, high = span
    count = max(1, round((high - low) / kind.spacing_m) - 1)
    step = (high - low) / (count + 1)
    return [low + step * (k + 1 + float(rng.uniform(-0.17, 0.17))) for k in range(count)]


def _on_one_line(cell: Cell, columns: int, rows: int) -> bool:
    i, j = cell
    return (0 <= i < columns) != (0 <= j < rows)


def _door(sketch: Sketch, block: Block, cell: Cell, us: list[float], vs: list[float]) -> int:
    i, j = cell
    if 0 <= i < len(us):
        row = block.row + (j >= 0)
        return sketch.door(("v", row, block.column), us[i], WEST_EAST[row].at)
    column = block.column + (i >= 0)
    return sketch.door(("u", column, block.row), vs[j], NORTH_SOUTH[column].at)


def _runs(
    nodes: dict[Cell, int],
    inside: dict[Cell, int],
    size: Cell,
    kind: Kind,
    rng: np.random.Generator,
) -> Iterator[list[Cell]]:
    columns, rows = size
    lines = [[(i, j) for i in range(-1, columns + 1)] for j in range(rows)]
    lines += [[(i, j) for j in range(-1, rows + 1)] for i in range(columns)]
    for line in lines:
        run: list[Cell] = []
        for cell in line:
            inner = run and cell in inside and run[-1] in inside
            if cell not in nodes or (inner and rng.random() < kind.missing):
                if len(run) > 1:
                    yield run
                run = []
            if cell in nodes:
                run.append(cell)
        if len(run) > 1:
            yield run


def _draw(
    sketch: Sketch, block: Block, run: list[int], number: int, rng: np.random.Generator
) -> None:
    if KINDS[block.kind].gates:
        run = _with_gates(sketch, run)
    if block.kind == "hill":
        for a, b in pairwise(run):
            climbs = abs(sketch.uv[b][1] - sketch.uv[a][1]) > abs(sketch.uv[b][0] - sketch.uv[a][0])
            steps = climbs and rng.random() < 0.45
            sketch.way(
                [a, b], steps_tags(rng) if steps else {"highway": "footway", "surface": "concrete"}
            )
        return
    tags = street_tags(block, number, rng)
    if "name" not in tags and block.kind in {"core", "lanes", "village"}:
        tags |= lane_name(block, number)
    sketch.way(run, tags)


def _with_gates(sketch: Sketch, run: list[int]) -> list[int]:
    doors = {node for side in sketch.doors.values() for _, node in side}
    out = list(run)
    for at, neighbour, place in ((0, 1, 1), (-1, -2, len(out) - 1)):
        if run[at] in doors:
            (u0, v0), (u1, v1) = sketch.uv[run[at]], sketch.uv[run[neighbour]]
            t = _GATE_M / max(float(np.hypot(u1 - u0, v1 - v0)), 2 * _GATE_M)
            gate = {"barrier": "gate", "foot": "yes", "motor_vehicle": "private"}
            extra = len(out) - len(run)
            out.insert(
                place + extra, sketch.node(u0 + (u1 - u0) * t, v0 + (v1 - v0) * t, tags=gate)
            )
    return out


def _wall(sketch: Sketch, block: Block) -> None:
    (u0, u1), (v0, v1) = block.u, block.v
    ring = [(u0, v0), (u1, v0), (u1, v1), (u0, v1)]
    inset = [
        (u + (_WALL_M if u == u0 else -_WALL_M), v + (_WALL_M if v == v0 else -_WALL_M))
        for u, v in ring
    ]
    sketch.walls.append(inset)
