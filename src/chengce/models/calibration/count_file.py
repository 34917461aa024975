"""Read counts from a CSV by the nodes of a network file: links, screen lines, trips of zones.

Columns `from`, `to`, `count`, and if wanted `sd`, `screenline`, `class`. With both nodes, the
count is of the links between them; with `from` alone, of all trips that start in that zone
(entries of a station that is a zone); with `to` alone, of all that end there. Rows of one
`screenline` are one count: the only `count` among them, or their sum if every row has one.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from math import nan
from pathlib import Path

import numpy as np

from chengce.city.readers.delimited import separator
from chengce.city.readers.raw_file import decode, read_raw
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.engine.roads.problem import RoadProblem
from chengce.models.calibration.counted import ALL, Counted, Counts, counts_of, default_sd

COLUMNS = ("from", "to", "count", "sd", "screenline", "class")
CHINESE = {
    "起点": "from", "终点": "to", "计数": "count", "流量": "count", "标准差": "sd", "核查线": "screenline",
    "车类": "class", "车种": "class",
}  # fmt: skip
MOST, LEAST = 1e12, 1e-6  # vehicles: beyond, a count or its error is a slip of the pen
WHAT = Text("计数文件", "file of counts")


@dataclass(frozen=True)
class Named:
    """How files name things: links by the names of their ends, zones, nodes, and the classes."""

    links: Mapping[tuple[str, str], tuple[int, ...]]
    zones: Mapping[str, int]
    nodes: frozenset[str]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, problem: RoadProblem) -> "Named":
        """Return the names of a network read from files."""
        zones = {name: i for i, name in enumerate(problem.zone_ids)}
        nodes = frozenset(problem.node_ids) | frozenset(zones)
        return cls(problem.between(), zones, nodes, tuple(c.name for c in problem.classes))


@dataclass(frozen=True)
class _Line:
    row: int
    tied: Counted
    value: float | None
    sd: float | None
    screenline: str


def read_counts(path: Path, named: Named, *, error: float, hours: float = 1.0) -> Counts:
    """Return the counts of a file; `error`: relative error where a row states no sd.

    Raises `ChengceError` with every row that is wrong: no such node or link, no number, a screen
    line whose rows disagree.
    """
    problems: list[Problem] = []
    lines = list(_lines(path, named, problems))
    groups: dict[str, list[_Line]] = {}
    for line in lines:
        key = f"screenline {line.screenline}" if line.screenline else f"row {line.row}"
        groups.setdefault(key, []).append(line)
    rows = []
    for key, same in groups.items():
        found = _joined(key, same, error, str(path), problems)
        if found is not None:
            rows.append(found)
    raise_if_any(problems)
    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        seen[row.id] = seen.get(row.id, 0) + 1
        if seen[row.id] > 1:  # counted again
            rows[i] = replace(row, id=f"{row.id} #{seen[row.id]}")
    return counts_of(rows, hours=hours)


def _lines(path: Path, named: Named, problems: list[Problem]) -> Iterator[_Line]:
    text = decode(read_raw(path, WHAT))
    table = csv.DictReader(
        StringIO(text, newline=None), delimiter=separator(text), skipinitialspace=True
    )
    try:
        header = [(h or "").strip().lower() for h in table.fieldnames or []]
        header = [CHINESE.get(h, h) for h in header]
        table.fieldnames = header
        rows = [(table.line_num, cells) for cells in table]
    except csv.Error as error:
        problems.append(
            Problem(
                "csv_parsing_failed",
                Text(f"无法解析：{error}", f"cannot be parsed: {error}"),
                Text(
                    "核对是否为 CSV 文件，引号是否成对",
                    "check that it is a CSV file, and its quotes",
                ),
                str(path),
            )
        )
        return
    wrong = [Problem("count_column_missing",
                     Text(f"计数文件缺少列 {c}", f"the file of counts has no column {c}"),
                     near_names(c, [h for h in header if h]), str(path), 1, c)
             for c in ("from", "to", "count") if c not in header]  # fmt: skip
    problems += wrong
    for row, cells in rows if not wrong else ():
        values = {k: (v or "").strip() for k, v in cells.items() if k in COLUMNS}
        if not any(values.values()):
            continue
        found = len(problems)
        numbers = [_number(values, c, row, str(path), problems) for c in ("count", "sd")]
        tied = _tied(values, row, named, str(path), problems)
        if len(problems) == found and tied is not None:
            yield _Line(row, tied, numbers[0], numbers[1], values.get("screenline", ""))


def _tied(
    values: Mapping[str, str], row: int, named: Named, file: str, problems: list[Problem]
) -> Counted | None:
    def wrong(code: str, message: Text, remedy: Text, column: str) -> None:
        problems.append(Problem(code, message, remedy, file, row, column))

    for column in ("from", "to"):
        name = values.get(column, "")
        if name and name not in named.nodes:
            wrong(
                "count_node_unknown",
                Text(f"路网没有节点 {name}", f"the network has no node {name}"),
                near_names(name, sorted(named.nodes)),
                column,
            )
    kind = values.get("class", "")
    cls = ALL if kind in ("", "all") else -2
    if kind in named.classes:
        cls = named.classes.index(kind)
    if cls == -2:
        wrong(
            "count_class_unknown",
            Text(f"没有车种 {kind}", f"there is no class {kind}"),
            near_names(kind, ["all", *named.classes]),
            "class",
        )
    tail, head = values.get("from", ""), values.get("to", "")
    if not tail and not head:
        wrong(
            "count_place_missing",
            Text("from 与 to 都为空", "from and to are both empty"),
            Text("写出路段两端的节点，或一个小区", "name the nodes of the link, or one zone"),
            "from",
        )
    if problems and problems[-1].row == row:
        return None
    if tail and head:
        found = named.links.get((tail, head), ())
        if not found:
            back = (head, tail) in named.links
            wrong(
                "count_link_unknown",
                Text(f"路网没有路段 {tail}→{head}", f"the network has no link {tail}→{head}"),
                Text("方向是否写反", "are from and to the wrong way round?")
                if back
                else Text("核对两端节点", "check both nodes"),
                "to",
            )
        return Counted(f"{tail}→{head}", 0.0, 0.0, found, cls=cls)
    zone = named.zones.get(tail or head, -1)
    if zone < 0:
        wrong(
            "count_zone_unknown",
            Text(f"节点 {tail or head} 不是小区", f"node {tail or head} is no zone"),
            Text(
                "只有小区可以只写一端；路段请写两端",
                "only a zone stands alone; a link needs both nodes",
            ),
            "from" if tail else "to",
        )
    if tail:
        return Counted(f"{tail}→*", 0.0, 0.0, origin=zone, cls=cls)
    return Counted(f"*→{head}", 0.0, 0.0, destination=zone, cls=cls)


def _joined(
    key: str, same: list[_Line], error: float, file: str, problems: list[Problem]
) -> Counted | None:
    """Return one count of the rows of a screen line, or of a lone row."""
    given = [line for line in same if line.value is not None]
    first = same[0]
    lone = not first.screenline
    if not given or (1 < len(given) < len(same)):
        problems.append(
            Problem(
                "count_value_missing",
                Text("没有填写 count", "there is no count")
                if lone
                else Text(
                    f"核查线 {first.screenline}：count 应只填一行（合计），或每行都填（分路段）",
                    f"screen line {first.screenline}: give the count in one row (the total), or in "
                    "every row (by link)",
                ),
                Text("补上计数，或删除该行", "add it, or drop the row"),
                file,
                first.row,
                "count",
            )
        )
        return None
    if not lone and any(not line.tied.links for line in same):
        problems.append(
            Problem(
                "screenline_of_zones",
                Text(
                    f"核查线 {first.screenline} 只能由路段组成",
                    f"screen line {first.screenline} may only hold links",
                ),
                Text("每行写出路段两端的节点", "name both nodes of a link in every row"),
                file,
                first.row,
                "screenline",
            )
        )
        return None
    value = sum(line.value or 0.0 for line in given)
    sds = [
        line.sd if line.sd is not None else default_sd(max(line.value or 0.0, 0.0), error)
        for line in given
    ]
    links = tuple(sorted({a for line in same for a in line.tied.links}))
    name = first.tied.id if lone else key
    return Counted(
        name, value, float(np.sqrt(sum(s**2 for s in sds))), links, first.tied.origin,
        first.tied.destination, first.tied.cls,
    )  # fmt: skip


def _number(
    values: Mapping[str, str], column: str, row: int, file: str, problems: list[Problem]
) -> float | None:
    written = values.get(column, "")
    if not written:
        return None
    try:
        value = float(written.replace("，", ",").replace(",", ""))
    except ValueError:
        value = nan
    if value != value:
        what = (
            "count_not_a_number",
            Text(f"{written} 不是数", f"{written} is not a number"),
            Text("写成数字，如 1250", "write a number, such as 1250"),
        )
    elif column == "count" and not 0 <= value <= MOST:
        what = (
            "count_value",
            Text(f"计数不能为负，也不能超过 {MOST:.0e}：{written}",
                 f"a count must be from 0 to {MOST:.0e}, not {written}"),
            Text("改正该计数，或删除该行", "correct the count, or drop its row"),
        )  # fmt: skip
    elif column == "sd" and not LEAST <= value <= MOST:
        what = (
            "count_sd",
            Text(f"标准差应大于 0，现为 {written}", f"the sd must be more than 0, not {written}"),
            Text("给出计数的误差；没有时留空", "give the count's error, or leave it empty"),
        )
    else:
        return value
    problems.append(Problem(*what, file, row, column))
    return None
