"""Draw a city in ASCII and get its tables: a whole test on one screen.

    A--B--C
    |     |
    D--e--F

A capital letter or digit is a node and a zone, a small letter a node only, `+` a node without a
name; `-` and `|` are streets. Each dash or bar is `block_m` of street; nodes take no room.
After the gurka tests of valhalla (github.com/valhalla/valhalla, test/gurka).
"""

from collections.abc import Mapping, Sequence
from textwrap import dedent
from typing import Any

from chengce.city.city import City
from chengce.city.synthetic.lattice import Street, lattice_city
from chengce.city.synthetic.lattice_land import Counts, Land, Places, Point
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError, Problem
from chengce.core.groups import TOTAL, Group
from chengce.core.text import Text

Cell = tuple[int, int]
_RIGHT, _DOWN = (0, 1), (1, 0)
_BITS = ("walk", "wheelchair", "bike", "drive")
_REVERSED = {0: 0, 1: 2, 2: 1, 3: 3}


def ascii_city(  # noqa: PLR0913  (the drawing, then one option per table)
    drawing: str,
    *,
    block_m: float = 100.0,
    people: Counts | None = None,
    jobs: Counts | None = None,
    places: Places | None = None,
    lines: Sequence[Line] = (),
    streets: Mapping[str, Mapping[str, Any]] | None = None,
    dimension: str = TOTAL,
    groups: tuple[Group, ...] = (),
) -> City:
    """Return the city drawn; street lengths are exactly dashes × `block_m`.

    `streets` overrides columns of single streets, by their ends: {"AB": {"highway": "steps"}};
    directions (1 along, 2 against) count from the first letter named. A street is called "A-B",
    its ends from left to right or top to bottom. Places follow the drawing: columns and rows
    that hold a node take no room, so a street drawn longer than its straight line stays longer.
    `people`, `jobs`, `places`, `dimension`, `groups`: see `lattice.Land`. Raises `ChengceError`
    with every stroke that leads nowhere and every name that is not drawn.
    """
    cells, problems = _read(drawing)
    names = _names(cells, problems)
    drawn = _trace(cells, names, block_m, problems)
    drawn = _override(drawn, streets or {}, problems)
    if problems:
        raise ChengceError(problems)
    land = Land(people or {}, jobs or {}, places or {}, dimension, groups)
    return lattice_city(
        "ascii",
        _points(cells, names, block_m),
        drawn,
        zones=[n for n in names.values() if len(n) == 1 and (n.isupper() or n.isdigit())],
        land=land,
        lines=lines,
    )


def _read(drawing: str) -> tuple[dict[Cell, str], list[Problem]]:
    rows = dedent(drawing.strip("\n")).splitlines()
    cells = {(r, c): s for r, row in enumerate(rows) for c, s in enumerate(row) if s != " "}
    strange = [k for k, s in cells.items() if not (s in "-|+" or (s.isascii() and s.isalnum()))]
    return cells, [_problem("drawing_symbol", k, cells[k]) for k in strange]


def _names(cells: Mapping[Cell, str], problems: list[Problem]) -> dict[Cell, str]:
    names: dict[Cell, str] = {}
    for cell, symbol in cells.items():
        if symbol == "+":
            names[cell] = f"+{sum(n.startswith('+') for n in names.values()) + 1}"
        elif symbol.isalnum():
            if symbol in names.values():
                problems.append(_problem("drawing_name_twice", cell, symbol))
            names[cell] = symbol
    return names


def _trace(
    cells: Mapping[Cell, str], names: Mapping[Cell, str], block_m: float, problems: list[Problem]
) -> list[Street]:
    streets = []
    traced: set[Cell] = set()
    for start, name in names.items():
        for stroke, (down, right) in (("-", _RIGHT), ("|", _DOWN)):
            run = []
            at = (start[0] + down, start[1] + right)
            while cells.get(at) == stroke:
                run.append(at)
                at = (at[0] + down, at[1] + right)
            if run and at in names:
                traced |= set(run)
                streets.append(Street(name, names[at], len(run) * block_m, {}))
    loose = [k for k, symbol in cells.items() if symbol in "-|" and k not in traced]
    problems += [_problem("drawing_loose_street", k, cells[k]) for k in loose]
    return streets


def _override(
    drawn: Sequence[Street], wanted: Mapping[str, Mapping[str, Any]], problems: list[Problem]
) -> list[Street]:
    left = dict(wanted)
    out = []
    for s in drawn:
        columns = dict(left.pop(s.a + s.b, {}))
        back = left.pop(s.b + s.a, {})
        columns |= {k: _REVERSED[v] if k in _BITS else v for k, v in back.items()}
        out.append(Street(s.a, s.b, s.length_m, columns))
    known = ", ".join(s.a + s.b for s in drawn)
    problems += [
        Problem(
            "street_not_drawn",
            Text(f"图中没有道路 {key}", f"street {key} is not drawn"),
            Text(f"图中有：{known}", f"drawn: {known}"),
        )
        for key in left
    ]
    return out


def _points(
    cells: Mapping[Cell, str], names: Mapping[Cell, str], block_m: float
) -> dict[str, Point]:
    wide = _places([c for _, c in names], max((c for _, c in cells), default=0))
    high = _places([r for r, _ in names], max((r for r, _ in cells), default=0))
    return {n: (wide[c] * block_m, (high[-1] - high[r]) * block_m) for (r, c), n in names.items()}


def _places(nodes: Sequence[int], last: int) -> list[int]:
    held, at, out = set(nodes), 0, []
    for k in range(last + 1):
        out.append(at)
        at += k not in held
    return out


def _problem(code: str, cell: Cell, symbol: str) -> Problem:
    row, column = cell[0] + 1, cell[1] + 1
    return Problem(
        code,
        Text(f"第 {row} 行第 {column} 列的 {symbol!r} 无法识别", f"cannot read {symbol!r} in column {column}"),
        Text("节点用字母、数字或 +，道路用 - 或 |，两端都要接节点；名称不得重复",
             "nodes are letters, digits or +; streets - or | between two nodes; a name only once"),
        row=row,
    )  # fmt: skip
