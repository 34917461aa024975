"""Read a delimited text file into a grid, whatever its encoding and delimiter."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from chengce.city.readers.sheets.encoding import recognise
from chengce.city.readers.sheets.grid import Grid
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

_DELIMITERS = (",", "\t", ";", "|", "，")
_LOOKED_AT = 50
_SAY = Text(
    '写明 encoding，如 encoding = "gb18030"、"utf-8"、"big5"、"latin-1"',
    'say encoding = "gb18030", "utf-8", "big5", "latin-1" or another',
)


def read_text_file(path: Path, encoding: str, report: Report) -> Grid | None:
    """Return the cells of a text file, all of them text; None after adding an error.

    Rows count as in a spreadsheet: a quoted line break does not start a row; blank lines count.
    """
    text = _decoded(path.read_bytes(), encoding, report)
    if text is None:
        return None
    delimiter = _delimiter(text)
    if delimiter != ("\t" if path.suffix.lower() in (".tsv", ".txt") else ","):
        name = {"\t": "Tab"}.get(delimiter, delimiter)
        report.repair("delimiter", path.suffix, name)
    records = [
        (row, cells)
        for row, cells in _records(text, delimiter, report)
        if any(cell.strip() for cell in cells)
    ]
    return Grid(
        name="",
        cells=[[cell if cell.strip() else None for cell in cells] for _, cells in records],
        rows=[row for row, _ in records],
        lengths=[len(cells) for _, cells in records],
    )


def _decoded(data: bytes, encoding: str, report: Report) -> str | None:
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError) as error:
            report.add(
                "encoding_wrong",
                Text(f"不能按 {encoding} 解读：{error}", f"cannot be read as {encoding}: {error}"),
                _SAY,
            )
            return None
    found = recognise(data)
    if not found.name:
        report.add(
            "encoding_unknown",
            Text(
                f"编码无法确定：{found.evidence.zh}",
                f"the encoding is not clear: {found.evidence.en}",
            ),
            _SAY,
        )
        return None
    if not found.plain:
        report.repair("encoding", f"{found.evidence.zh} / {found.evidence.en}", found.name)
    return data.decode(found.name).removeprefix("\ufeff")


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most lines into equally many cells; else a comma."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        split = [c for c in counts if c]
        if not split:
            continue
        usual = max(set(split), key=split.count)
        agreeing = counts.count(usual)
        if usual and agreeing > most and agreeing * 2 >= len(lines):
            best, most = delimiter, agreeing
    return best


def _records(text: str, delimiter: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) as a spreadsheet counts rows."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.add(
                "csv_parsing_failed",
                Text(f"无法解析：{error}", f"cannot be parsed: {error}"),
                Text("检查引号是否成对", "check for unbalanced quotes"),
                row=row,
            )
            continue
        yield row, cells
