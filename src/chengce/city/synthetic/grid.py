"""Make a city on a regular lattice, streets of exactly the given length, to check by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengce.city.city import City
from chengce.city.synthetic.lattice import Street, lattice_city
from chengce.city.synthetic.lattice_land import Counts, Land, Places
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.groups import TOTAL


def grid_city(  # noqa: PLR0913  (the lattice, then one option per table)
    columns: int,
    rows: int,
    spacing_m: float = 100.0,
    *,
    people: Counts | float | None = None,
    jobs: Counts | float | None = None,
    places: Places | None = None,
    lines: Sequence[Line] = (),
    dimension: str = TOTAL,
    street: Mapping[str, Any] | None = None,
) -> City:
    """Return a lattice of `columns` × `rows` nodes, `spacing_m` apart, every node a zone.

    Nodes are called "x,y" from "0,0" in the south-west (x east, y north); streets "x,y-x,y".
    `people` and `jobs`: one number for every zone, or zone → count (see `lattice.Land`). `street`
    overrides columns of all streets.
    """
    names = [[f"{x},{y}" for x in range(columns)] for y in range(rows)]
    points = {
        names[y][x]: (x * spacing_m, y * spacing_m) for y in range(rows) for x in range(columns)
    }
    more = dict(street or {})
    streets = [
        Street(names[y][x], names[y][x + 1], spacing_m, more)
        for y in range(rows)
        for x in range(columns - 1)
    ] + [
        Street(names[y][x], names[y + 1][x], spacing_m, more)
        for y in range(rows - 1)
        for x in range(columns)
    ]
    land = Land(_everywhere(people, points), _everywhere(jobs, points), places or {}, dimension)
    return lattice_city(
        f"grid {columns}×{rows}", points, streets, zones=list(points), land=land, lines=lines
    )


def _everywhere(counts: Counts | float | None, points: Mapping[str, Any]) -> Counts:
    if counts is None:
        return {}
    return counts if isinstance(counts, Mapping) else dict.fromkeys(points, counts)
