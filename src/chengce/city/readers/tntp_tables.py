"""Read the tables beside a TNTP network: flows of a solution, and coordinates of nodes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.tables_report import Report
from chengce.city.readers.tntp_text import Floats, numbers, read_tntp_text, whole
from chengce.core.text import Text


@dataclass(frozen=True)
class TntpFlow:
    """Flow and cost of links by their end nodes, in the order of the file."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    volume: Floats
    cost: Floats


@dataclass(frozen=True)
class TntpNodes:
    """Coordinates of nodes by number, in the file's own coordinate system."""

    node: NDArray[np.int64]
    x: Floats
    y: Floats


def read_tntp_flow(path: Path) -> TntpFlow:
    """Read a flow file: from, to, volume and (0 where absent) cost; raises `ChengceError`."""
    text = read_tntp_text(path, Text("流量文件", "flow file"))
    report = Report(str(path))
    cells, rows = numbers(text, {"from": 0, "to": 1, "volume": 2, "cost": 3}, 3, report)
    _nodes_are_whole(cells, rows, ("from", "to"), report)
    report.stop_if_wrong()
    ends = (cells["from"].astype(np.int64), cells["to"].astype(np.int64))
    return TntpFlow(*ends, cells["volume"], cells["cost"])


def read_tntp_nodes(path: Path) -> TntpNodes:
    """Read a node file: number, x, y, whether or not it begins with a header.

    Raises `ChengceError`, also for a node that is given twice.
    """
    text = read_tntp_text(path, Text("节点文件", "node file"))
    report = Report(str(path))
    cells, rows = numbers(text, {"node": 0, "x": 1, "y": 2}, 3, report)
    _nodes_are_whole(cells, rows, ("node",), report)
    _, first, times = np.unique(cells["node"], return_index=True, return_counts=True)
    twice = (
        np.setdiff1d(np.arange(len(rows)), first) if (times > 1).any() else np.zeros(0, np.int64)
    )
    said = ("tntp_node_twice", Text("节点 {value} 给了两次", "node {value} is given twice"),
            Text("只留一处", "keep one"))  # fmt: skip
    report.rows(said, rows[twice], np.array([f"{v:g}" for v in cells["node"][twice]], dtype=object))
    report.stop_if_wrong()
    return TntpNodes(cells["node"].astype(np.int64), cells["x"], cells["y"])


def _nodes_are_whole(
    cells: dict[str, Floats], rows: NDArray[np.int64], columns: tuple[str, ...], report: Report
) -> None:
    for column in columns:
        bad = np.flatnonzero(~(whole(cells[column]) & (cells[column] >= 1)))
        said = ("tntp_unknown_node", Text("不是节点编号：{value}", "not the number of a node: {value}"),
                Text("改正该值", "correct the value"))  # fmt: skip
        shown = np.array([f"{v:g}" for v in cells[column][bad]], dtype=object)
        report.rows(said, rows[bad], shown, column=column)
