"""Read a TNTP network: links with capacity, length, free-flow time and the two numbers of BPR."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.constant_delay import fold_constant
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tntp_columns import columns_of
from chengce.city.readers.tntp_text import (
    MOST_ZONES,
    Floats,
    TntpText,
    numbers,
    read_tntp_text,
    whole,
)
from chengce.core.errors import Problem
from chengce.core.text import Text

WHAT = Text("路网文件", "network file")
_CORRECT = Text("改正该值", "correct the value")
MOST_NODES = 10_000_000
_SIZES = ("NUMBER OF ZONES", "NUMBER OF NODES", "FIRST THRU NODE")


@dataclass(frozen=True)
class TntpNetwork:
    """A network as the file has it, in the file's own units; arrays by link (length m).

    `tail`, `head` int64: node numbers from 1; nodes 1 … `zones` are zones, and no path passes
    through a node below `first_through`. Time of a link at flow v:
    `free_flow · (1 + b · (v / capacity) ** power)`. A delay that does not grow with flow (b = 0 or
    power = 0) is folded into `free_flow`, with b = 0 and power = 1. `rows`: line of each link.
    `toll_factor`, `distance_factor`: from the metadata, None where it has none.
    """

    zones: int
    nodes: int
    first_through: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    capacity: Floats
    length: Floats
    free_flow: Floats
    b: Floats
    power: Floats
    speed: Floats
    toll: Floats
    kind: Floats
    rows: NDArray[np.int64]
    toll_factor: float | None = None
    distance_factor: float | None = None
    warnings: tuple[Problem, ...] = ()


def read_tntp_network(path: Path) -> TntpNetwork:
    """Read a network file.

    Raises `ChengceError` with every problem: row, column and what to do. A number of links that
    differs from the metadata is a warning: the rows that are there count.
    """
    text = read_tntp_text(path, WHAT)
    report = Report(str(path))
    _swapped(text, report)
    report.stop_if_wrong()
    zones, nodes, first = _sizes(text, report)
    columns = columns_of([text.metadata.get("ORIGINAL HEADER", ("", 0))[0], *text.comments])
    cells, rows = numbers(text, columns.at, columns.needed, report)
    report.stop_if_wrong()
    absent = np.zeros(len(rows))
    get = {name: cells.get(name, absent) for name in ("speed", "toll", "link_type")}
    _check(cells, rows, nodes, report)
    _count(text, len(rows), report)
    if columns.per_lane:
        report.add(
            "tntp_capacity_per_lane",
            Text(
                "表头称通行能力按单车道计；此处按原值使用",
                "the header calls capacity per lane; it is used as written",
            ),
            Text(
                "若要按全部车道计，请先乘以车道数",
                "multiply it by the lanes first if all lanes are meant",
            ),
            severity="warning",
        )
    toll, distance = (text.number(f"{name} FACTOR", report) for name in ("TOLL", "DISTANCE"))
    report.stop_if_wrong()
    free_flow, b, power = fold_constant(cells["free_flow_time"], cells["b"], cells["power"])
    return TntpNetwork(
        zones,
        nodes,
        first,
        cells["init_node"].astype(np.int64),
        cells["term_node"].astype(np.int64),
        cells["capacity"],
        cells["length"],
        free_flow,
        b,
        power,
        get["speed"],
        get["toll"],
        get["link_type"],
        rows,
        toll,
        distance,
        tuple(report.found),
    )


def _swapped(text: TntpText, report: Report) -> None:
    origins = any(cells[0].lower().startswith("origin") for cells in text.records[:50])
    if origins or ("TOTAL OD FLOW" in text.metadata and "NUMBER OF LINKS" not in text.metadata):
        report.add(
            "tntp_swapped",
            Text(
                "这是出行量文件（含 Origin），不是路网",
                "this is a trips file (it has Origin lines), not a network",
            ),
            Text(
                "核对两个文件是否给反：先路网，后出行量",
                "check whether the two were exchanged: first the network, then the trips",
            ),
        )
    elif not {"NUMBER OF LINKS", "NUMBER OF NODES", "NUMBER OF ZONES"} & set(text.metadata):
        report.add(
            "tntp_not_a_network",
            Text("文件开头没有 <NUMBER OF …>", "there is no <NUMBER OF …> at the top"),
            Text("核对是否为 TNTP 路网文件", "check that this is a TNTP network"),
        )
    elif not text.records:
        report.add(
            "tntp_no_links",
            Text("文件中没有路段", "the file has no links"),
            Text("核对是否为 TNTP 路网文件", "check that this is a TNTP network"),
        )


def _sizes(text: TntpText, report: Report) -> tuple[int, int, int]:
    """Return zones, nodes and first through node."""
    found: dict[str, int] = {}
    for name in _SIZES:
        value = text.number(name, report)
        if value is not None and not (value >= 1 and value == int(value)):
            _, row = text.metadata[name]
            report.add(
                "tntp_metadata_value",
                Text(
                    f"<{name}> 应为正整数，现为 {value:g}",
                    f"<{name}> must be a whole number of at least 1, not {value:g}",
                ),
                _CORRECT,
                row=row,
            )
        elif value is not None:
            found[name] = int(value)
        elif name == "FIRST THRU NODE" and name not in text.metadata:
            found[name] = 1
            report.add(
                "tntp_metadata_missing",
                Text(
                    "没有 <FIRST THRU NODE>，视为所有节点都可通过",
                    "there is no <FIRST THRU NODE>: every node may be passed through",
                ),
                severity="warning",
            )
        elif name not in text.metadata:
            report.add(
                "tntp_metadata_missing",
                Text(f"缺少 <{name}>", f"<{name}> is missing"),
                Text("在文件开头补上", "add it at the top of the file"),
            )
    zones, nodes, first = (found.get(name, 0) for name in _SIZES)
    for name, most in (("NUMBER OF ZONES", MOST_ZONES), ("NUMBER OF NODES", MOST_NODES)):
        if found.get(name, 0) > most:
            report.add(
                "tntp_too_many",
                Text(
                    f"<{name}> 为 {found[name]:,}，最多可用 {most:,}",
                    f"<{name}> is {found[name]:,}; at most {most:,} can be handled",
                ),
                Text("核对文件开头的数", "check the number at the top"),
                row=text.metadata[name][1],
            )
    if nodes and zones > nodes:
        _, row = text.metadata["NUMBER OF ZONES"]
        report.add(
            "tntp_zones_nodes",
            Text(
                f"小区数 {zones} 大于节点数 {nodes}",
                f"there are more zones ({zones}) than nodes ({nodes})",
            ),
            Text("改正文件开头的两个数", "correct the two numbers at the top"),
            row=row,
        )
    if nodes and first > nodes + 1:
        _, row = text.metadata["FIRST THRU NODE"]
        report.add(
            "tntp_first_through",
            Text(
                f"首个可通过节点 {first} 超出节点数 {nodes}",
                f"the first through node {first} is beyond the {nodes} nodes",
            ),
            Text(
                "节点须从 1 起连续编号；核对文件开头的数",
                "nodes are numbered from 1; check the numbers at the top",
            ),
            row=row,
        )
    return zones, nodes, first


def _check(cells: dict[str, Floats], rows: NDArray[np.int64], nodes: int, report: Report) -> None:
    def wrong(code: str, zh: str, en: str, mask: NDArray[np.bool_], column: str) -> None:
        said = (code, Text(zh + "：{value}", en + ": {value}"), _CORRECT)
        at = np.flatnonzero(mask)
        shown = np.array([f"{v:.12g}" for v in cells[column][at]], dtype=object)
        report.rows(said, rows[at], shown, column=column)

    for column in ("init_node", "term_node"):
        value = cells[column]
        wrong("tntp_unknown_node", f"没有该节点（节点为 1 至 {nodes}）",
              f"there is no such node (they are 1 to {nodes})",
              ~(whole(value) & (value >= 1) & (value <= nodes)), column)  # fmt: skip
    time, capacity, b, power = (cells[n] for n in ("free_flow_time", "capacity", "b", "power"))
    wrong(
        "tntp_negative_time",
        "自由流时间为负",
        "negative free-flow time",
        time < 0,
        "free_flow_time",
    )
    wrong("tntp_negative_capacity", "通行能力为负", "negative capacity", capacity < 0, "capacity")
    wrong("tntp_zero_capacity", "B > 0 而通行能力为零", "zero capacity with B > 0",
          (capacity == 0) & (b > 0), "capacity")  # fmt: skip
    wrong("tntp_negative_b", "B 为负", "negative B", b < 0, "b")
    wrong(
        "tntp_negative_power",
        "B > 0 而幂次为负",
        "negative power with B > 0",
        (power < 0) & (b > 0),
        "power",
    )
    wrong("tntp_negative_length", "长度为负", "negative length", cells["length"] < 0, "length")
    loops = np.flatnonzero(cells["init_node"] == cells["term_node"])
    said = (
        "tntp_loop",
        Text(
            "路段首尾为同一节点，不会有流量", "the link ends where it begins and carries no trips"
        ),
        Text("", ""),
    )
    report.rows(said, rows[loops], severity="warning")


def _count(text: TntpText, links: int, report: Report) -> None:
    said = text.number("NUMBER OF LINKS", report, severity="warning")
    if said is not None and said != links:
        report.add(
            "tntp_link_count",
            Text(
                f"文件开头称有 {said:g} 条路段，实有 {links} 条",
                f"the top of the file says {said:g} links, there are {links}",
            ),
            Text(
                "核对文件是否完整；按实有的计算",
                "check that the file is complete; those that are there are used",
            ),
            row=text.metadata["NUMBER OF LINKS"][1],
            severity="warning",
        )
