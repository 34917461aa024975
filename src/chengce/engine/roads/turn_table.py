"""Read turns by the nodes of a network file: what they take, or that they are not allowed.

Columns `from`, `via`, `to` and `penalty`: time in the unit of the network, or the word banned. A row
holds for all parallel links between its nodes. U-turns (`from` = `to`) are allowed unless listed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from chengce.city.readers.gmns_table import GmnsTable, read_gmns_table
from chengce.core.text import Text
from chengce.engine.roads.problem import RoadProblem
from chengce.engine.roads.turns import with_turns

WHAT = Text("转向表", "table of turns")
FROM, VIA, TO = ("from", "起点"), ("via", "经过"), ("to", "终点")
PENALTY = ("penalty", "附加时间")
BANNED = ("banned", "ban", "禁止", "禁行", "禁转")


def with_turn_table(problem: RoadProblem, path: Path) -> RoadProblem:
    """Return the problem with the turns of a file on its network.

    Turns at zones nothing passes through are left out with a warning. Raises `ChengceError` with
    every row that is wrong: no such link, no number, a turn given twice.
    """
    table = read_gmns_table(path, WHAT, (FROM, VIA, TO, PENALTY))
    words = table.words(*PENALTY)
    closed = np.array([w.lower() in BANNED for w in words], dtype=bool)
    time = _times(table, closed)
    ends = [table.ids(*names) for names in (FROM, VIA, TO)]
    links = problem.between()
    for first, second, column in ((0, 1, FROM), (1, 2, TO)):
        said = (
            "turn_link_unknown",
            Text("路网没有该转向的路段（{value}）", "the network lacks a link of this turn ({value})"),
            Text("核对三个节点；方向是否写反", "check the three nodes, and the direction"),
        )
        lost = [(a, b) not in links for a, b in zip(ends[first], ends[second], strict=True)]
        bad = np.flatnonzero(lost)
        shown = np.array([f"{ends[first][i]} → {ends[second][i]}" for i in bad], dtype=object)
        table.report.rows(said, table.rows[bad], shown, column=table.has(*column) or column[0])
    said = ("turn_repeated", Text("同一转向不止一行", "the turn is given more than once"),
            Text("每个转向只写一行", "give each turn one row"))  # fmt: skip
    keys = list(zip(*ends, strict=True))
    first_of: dict[tuple[str, ...], int] = {}
    again = [i for i, key in enumerate(keys) if first_of.setdefault(key, i) != i]
    table.report.rows(said, table.rows[again], column=table.has(*FROM) or FROM[0])
    _idle(table, problem, ends[1])
    table.report.stop_if_wrong()

    def turns(rows: Iterator[int]) -> list[tuple[int, int, float]]:
        return [
            (i, o, float(time[r]))
            for r in rows
            for i in links[ends[0][r], ends[1][r]]
            for o in links[ends[1][r], ends[2][r]]
        ]

    banned = [(i, o) for i, o, _ in turns(r for r in range(len(table)) if closed[r])]
    slow = turns(r for r in range(len(table)) if not closed[r])
    return replace(
        problem,
        network=with_turns(problem.network, np.array(banned).reshape(-1, 2), slow).network,
        warnings=(*problem.warnings, *table.report.found),
    )


def _times(table: GmnsTable, closed: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the penalties, 0 for banned turns, with a problem for each that is none."""
    words = table.words(*PENALTY)
    time = np.zeros(len(table))
    wrong = np.zeros(len(table), bool)
    for row, word in enumerate(words):
        try:
            time[row] = 0.0 if closed[row] else float(word)
        except ValueError:
            wrong[row] = True
    wrong |= ~((time >= 0) & np.isfinite(time))
    said = (
        "turn_penalty",
        Text("附加时间应为不小于 0 的数，或写 banned：{value}",
             'the penalty must be a number of at least 0, or the word banned: "{value}"'),
        Text("改正该值", "correct it"),
    )  # fmt: skip
    table.wrong(said, wrong, table.has(*PENALTY) or PENALTY[0])
    return time
