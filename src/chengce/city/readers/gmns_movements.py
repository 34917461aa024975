"""Read movement.csv of a GMNS folder: turns that take time, and turns that are not allowed.

The specification lists movements with a penalty in seconds. A movement is closed to cars when its
allowed_uses name no cars, or its capacity is 0. Turns that are not listed stay allowed.
"""

from pathlib import Path

import numpy as np

from chengce.city.readers.gmns_links import GmnsLinks, for_cars
from chengce.city.readers.gmns_table import GmnsTable, read_gmns_table
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

WHAT = Text("转向表 movement.csv", "movement.csv")
Turn = tuple[int, int]
_NEEDED = (("ib_link_id",), ("ob_link_id",))


def read_gmns_movements(
    path: Path, links: GmnsLinks, report: Report
) -> tuple[list[Turn], list[tuple[int, int, float]]]:
    """Return banned turns and penalties in minutes, as pairs of positions in `links`."""
    table = read_gmns_table(path, WHAT, _NEEDED)
    penalty = table.numbers("penalty", blank=0.0)
    capacity = table.numbers("capacity")
    said = ("gmns_negative", Text("值为负：{value}", "negative: {value}"),
            Text("改正该值", "correct the value"))  # fmt: skip
    table.wrong(said, penalty < 0, "penalty")
    turns = _turns(table, links)
    closed = ~for_cars(table) | (capacity == 0)
    banned, slow = [], []
    for row, pair in enumerate(turns):
        if pair is not None and closed[row]:
            banned.append(pair)
        elif pair is not None and penalty[row] > 0:
            slow.append((*pair, float(penalty[row]) / 60.0))
    report.found += table.report.found
    return banned, _once(slow)


def _turns(table: GmnsTable, links: GmnsLinks) -> list[Turn | None]:
    """Return the pair of directed links each movement joins; None where cars do not use them."""
    by_id: dict[str, list[int]] = {}
    for i, link in enumerate(links.ids):
        by_id.setdefault(link, []).append(i)
    inbound, outbound, node = table.ids("ib_link_id"), table.ids("ob_link_id"), table.ids("node_id")
    found: list[Turn | None] = []
    apart = np.zeros(len(table), bool)
    for row in range(len(table)):
        pairs = [
            (i, o)
            for i in by_id.get(inbound[row], [])
            for o in by_id.get(outbound[row], [])
            if links.head[i] == links.tail[o] and node[row] in ("", links.head[i])
        ]
        pairs = [(i, o) for i, o in pairs if links.ids[i] != links.ids[o]] or pairs
        found.append(pairs[0] if pairs else None)
        known = inbound[row] in by_id and outbound[row] in by_id
        apart[row] = known and not pairs
    said = (
        "gmns_turn_apart",
        Text(
            "路段 {value} 与下一条路段不在该节点相接",
            "link {value} does not meet the next at the node",
        ),
        Text("核对转向表的路段与节点", "check links and node of the movement"),
    )
    table.wrong(said, apart, "ib_link_id")
    return found


def _once(slow: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Keep the longest penalty of a turn: lanes of one turn may be listed apart."""
    longest: dict[Turn, float] = {}
    for i, o, time in slow:
        longest[i, o] = max(time, longest.get((i, o), 0.0))
    return [(i, o, time) for (i, o), time in longest.items()]
