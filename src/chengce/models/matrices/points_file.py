"""Read named points from a table: id, lon, lat, in WGS-84 degrees."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.delimited import filled_rows
from chengce.city.readers.raw_file import decode, read_raw
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text
from chengce.engine.options import Points

NAMES = {
    "id": ("id", "编号", "zone", "分区"),
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
}
MOST = {"lon": 180.0, "lat": 90.0}
EXPECTED = Text(
    "表头应有 id、lon、lat（或 编号、经度、纬度）",
    "the header must have id, lon, lat (or 编号, 经度, 纬度)",
)
_Cells = dict[str, list[str]]


def read_points(path: Path, what: Text) -> Points:
    """Return the points of a CSV file in the order of its rows; other columns are left aside.

    Commas, semicolons or tabs; UTF-8 or GBK. Raises `ChengceError` with everything wrong: no such
    file, no rows, columns that are missing, ids that are blank or appear twice, degrees that are
    no numbers or out of range.
    """
    report = Report(str(path))
    cells, rows = _columns(decode(read_raw(path, what)), what, report)
    ids = cells["id"]
    report.rows(_BLANK, rows[[not name for name in ids]], column="id")
    _, first = np.unique(ids, return_index=True)
    again = np.array([k for k in np.setdiff1d(np.arange(len(ids)), first) if ids[k]], np.int64)
    report.rows(_AGAIN, rows[again], np.array(ids, object)[again], column="id")
    lon, lat = (_degrees(cells[axis], rows, axis, report) for axis in MOST)
    report.stop_if_wrong()
    return Points(tuple(ids), lon, lat)


def _columns(text: str, what: Text, report: Report) -> tuple[_Cells, NDArray[np.int64]]:
    """Return the cells of the three columns, and the row of each as a spreadsheet counts."""
    full = filled_rows(text, report.file)
    header = [cell.lower() for cell in full[0][1]]
    at = {name: [header.index(n) for n in names if n in header] for name, names in NAMES.items()}
    missing = [name for name, found in at.items() if not found]
    if missing:
        zh, en = "、".join(missing), ", ".join(missing)
        report.add(
            "points_columns", Text(f"缺少列 {zh}", f"no column {en}"), EXPECTED, row=full[0][0]
        )
    if len(full) < 2:
        report.add(
            "points_empty",
            Text("{what}没有数据行", "the {what} has no rows").format(what=what),
            Text("每行写一个点：id,lon,lat", "write a point per row: id,lon,lat"),
        )
    report.stop_if_wrong()
    body = [line for _, line in full[1:]]
    cells = {name: [_cell(line, found[0]) for line in body] for name, found in at.items()}
    return cells, np.array([i for i, _ in full[1:]], np.int64)


def _cell(line: list[str], column: int) -> str:
    return line[column] if column < len(line) else ""


def _degrees(
    cells: list[str], rows: NDArray[np.int64], axis: str, report: Report
) -> NDArray[np.float64]:
    values = np.array([_number(cell) for cell in cells])
    wrong = ~(np.abs(values) <= MOST[axis])  # also where it is no number
    report.rows(_DEGREES[axis], rows[wrong], np.array(cells, object)[wrong], column=axis)
    return values


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


_BLANK = (
    "points_without_id",
    Text("该行没有编号", "the row has no id"),
    Text("给每个点一个编号", "give every point an id"),
)
_AGAIN = (
    "points_id_twice",
    Text("编号 {value} 重复", "the id {value} is there twice"),
    Text("每个点的编号应不同", "every point needs an id of its own"),
)
_DEGREES = {
    axis: (
        "points_degrees",
        Text(
            f"{'经' if axis == 'lon' else '纬'}度“{{value}}”应为 −{most:g} 至 {most:g} 的度数",
            f'{axis} "{{value}}" must be degrees from −{most:g} to {most:g}',
        ),
        Text("坐标用 WGS-84 经纬度", "write WGS-84 longitude and latitude"),
    )
    for axis, most in MOST.items()
}
