"""Read turns by the nodes of a network file: the time they take, or that they are not allowed.

Columns `from`, `via`, `to` and `penalty`: time in the unit of the network, or the word banned. A row
holds for all parallel links between its nodes. Turns not listed are free, U-turns (`from` = `to`)
too.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.gmns_table import GmnsTable, read_gmns_table
from chengce.core.text import Text
from chengce.engine.roads.network import Floats
from chengce.engine.roads.problem import RoadProblem
from chengce.engine.roads.turns import with_turns

WHAT = Text("转向表", "table of turns")
FROM, VIA, TO = ("from", "起点"), ("via", "经过"), ("to", "终点")
PENALTY = ("penalty", "附加时间")
BANNED = ("banned", "ban", "禁止", "禁行", "禁转")
Flags = NDArray[np.bool_]


def with_turn_table(problem: RoadProblem, path: Path) -> RoadProblem:
    """Return the problem with the turns of a file on its network.

    Turns at zones that nothing passes through never happen and are left out with a warning. Raises
    `ChengceError` with every row that is wrong: no such link, no number, a turn given twice.
    """
    table = read_gmns_table(path, WHAT, (FROM, VIA, TO, PENALTY))
    closed = np.array([w.lower() in BANNED for w in table.words(*PENALTY)], dtype=bool)
    time = _times(table, closed)
    ends = [table.ids(*names).tolist() for names in (FROM, VIA, TO)]
    turns = list(zip(*ends, strict=True))
    links = problem.between()
    _unknown(table, FROM, [(a, b) for a, b, _ in turns], links)
    _unknown(table, TO, [(b, c) for _, b, c in turns], links)
    _again(table, turns)
    table.report.stop_if_wrong()
    _idle(table, ends[1], problem)
    every = [
        (row, i, o) for row, (a, b, c) in enumerate(turns) for i in links[a, b] for o in links[b, c]
    ]
    banned = np.array([(i, o) for row, i, o in every if closed[row]], np.int64).reshape(-1, 2)
    slow = [(i, o, float(time[row])) for row, i, o in every if not closed[row]]
    return replace(
        problem,
        network=with_turns(problem.network, banned, slow).network,
        warnings=(*problem.warnings, *table.report.found),
    )


def _times(table: GmnsTable, closed: Flags) -> Floats:
    """Return the penalties, 0 for banned turns, with a problem for each that is none."""
    time = np.zeros(len(table))
    for row, word in enumerate(table.words(*PENALTY)):
        try:
            time[row] = 0.0 if closed[row] else float(word)
        except ValueError:
            time[row] = np.nan
    said = (
        "turn_penalty",
        Text(
            "附加时间应为不小于 0 的数，或写 banned：{value}",
            "the penalty must be a number of at least 0, or the word banned: {value}",
        ),
        Text("改正该值", "correct it"),
    )
    table.wrong(said, ~((time >= 0) & np.isfinite(time)), table.has(*PENALTY) or PENALTY[0])
    return time


def _unknown(
    table: GmnsTable,
    column: tuple[str, ...],
    pairs: Iterable[tuple[str, str]],
    links: dict[tuple[str, str], tuple[int, ...]],
) -> None:
    lost = {row: f"{a}→{b}" for row, (a, b) in enumerate(pairs) if (a, b) not in links}
    said = (
        "turn_link_unknown",
        Text("路网没有路段 {value}", "the network has no link {value}"),
        Text("核对节点，方向是否写反", "check the nodes; are they the wrong way round?"),
    )
    rows, shown = table.rows[list(lost)], np.array(list(lost.values()), dtype=object)
    table.report.rows(said, rows, shown, column=table.has(*column) or column[0])


def _again(table: GmnsTable, turns: Iterable[tuple[str, ...]]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    again = [row for row, turn in enumerate(turns) if seen.setdefault(turn, row) != row]
    said = (
        "turn_repeated",
        Text("该转向前面已有一行", "an earlier row gives this turn"),
        Text("每个转向只写一行", "give each turn one row"),
    )
    table.report.rows(said, table.rows[again], column=table.has(*FROM) or FROM[0])


def _idle(table: GmnsTable, via: Iterable[str], problem: RoadProblem) -> None:
    """Warn of turns where nothing turns: at centroids."""
    closed = set(problem.node_ids[: problem.network.first_through])
    idle = [row for row, node in enumerate(via) if node in closed]
    said = (
        "turn_at_centroid",
        Text("该节点不可通过，此转向不会发生", "nothing passes through this node: no such turn"),
        Text("", ""),
    )
    table.report.rows(said, table.rows[idle], column=table.has(*VIA) or VIA[0], severity="warning")
