"""Open a text file or workbook as one table: by its content, on the sheet that is meant."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import xlrd
from openpyxl.utils.exceptions import InvalidFileException
from xlrd.compdoc import CompDocError

from chengce.city.readers.sheets.grid import Grid, filled
from chengce.city.readers.sheets.matching import match_names
from chengce.city.readers.sheets.sniff import Content, sniff
from chengce.city.readers.sheets.table import Layout, Table, read_table_of
from chengce.city.readers.sheets.text_file import read_text_file
from chengce.city.readers.sheets.workbook import Sheet, open_xlsx
from chengce.city.readers.sheets.workbook_old import open_xls
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

SHEETS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et")
_EXPECTED = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".et": "xls"}
_DAMAGED = (
    zipfile.BadZipFile, InvalidFileException, CompDocError, ParseError, struct.error, KeyError, ValueError, OSError,
    IndexError, AssertionError, TypeError, AttributeError, EOFError, NotImplementedError,
)  # fmt: skip
_SAVE_AS = Text("在表格软件中打开，另存为 XLSX", "open it in a spreadsheet and save it as XLSX")

REFUSED: dict[Content, tuple[str, Text, Text]] = {
    "html": (
        "file_is_html",
        Text("这是网页，不是工作簿（系统导出的“假 XLS”）", "a web page, not a workbook: an export with a false suffix"),
        _SAVE_AS,
    ),
    "xml_2003": ("file_is_xml_2003", Text("这是 XML 表格 2003 格式", "an XML Spreadsheet 2003"), _SAVE_AS),
    "locked": (
        "file_locked",
        Text("工作簿有打开密码", "the workbook is locked with a password"),
        Text("去掉密码后另存", "save it without the password"),
    ),
    "ods": ("file_is_ods", Text("这是 ODS 表格", "an OpenDocument spreadsheet"), _SAVE_AS),
    "word": (
        "file_is_word",
        Text("这是文字文档", "a text document"),
        Text("把其中的表格复制到工作簿", "copy its tables into a workbook"),
    ),
    "zip": ("file_is_archive", Text("这是压缩包", "an archive"), Text("先解压", "unpack it first")),
    "rar": ("file_is_archive", Text("这是压缩包", "an archive"), Text("先解压", "unpack it first")),
    "pdf": (
        "file_is_pdf",
        Text("这是 PDF", "a PDF"),
        Text("索取原表，或把表格录入工作簿", "ask for the original table, or type it into a workbook"),
    ),
    "dwg": (
        "file_is_dwg",
        Text("DWG 是 CAD 软件的内部格式，不能直接读取", "DWG is a CAD program's own format and is not read"),
        Text(
            "在 AutoCAD、中望 CAD 或浩辰 CAD 中另存为 DXF（2007 或以后），或用免费的 ODA File Converter 转为 DXF",
            "save it as DXF (2007 or later) in the CAD program, or convert it with the free ODA File Converter",
        ),
    ),
    "binary": (
        "file_unreadable",
        Text("文件已损坏，或不是表格", "the file is damaged, or no table"),
        Text("重新导出，或换一种格式", "export it again, or in another format"),
    ),
    "empty": (
        "empty_file",
        Text("文件没有数据行", "the file has no rows of data"),
        Text("核对文件是否导出完整", "check that the export is complete"),
    ),
}  # fmt: skip


def refuse(content: Content, report: Report) -> None:
    """Add the error that a file of another kind than expected is answered with."""
    code, message, remedy = REFUSED[content]
    report.add(code, message, remedy)


def open_sheet(
    path: Path, sheet: str, encoding: str, layout: Layout, report: Report
) -> Table | None:
    """Return the table of a file; None after adding an error, or if there are no rows of data."""
    content = sniff(path)
    if content in REFUSED:
        refuse(content, report)
        return None
    expected = _EXPECTED.get(path.suffix.lower(), "text")
    if content != expected:
        report.repair("format_by_content", path.suffix, content)
    if content == "text":
        grid = read_text_file(path, encoding, report)
    else:
        grid = _workbook(path, content, sheet, layout.wanted, report)
    return None if grid is None else read_table_of(grid, layout, report)


def sheets_of(path: Path, report: Report) -> list[Sheet] | None:
    """Return the sheets of a workbook; None after adding an error."""
    try:
        return open_xlsx(path) if sniff(path) == "xlsx" else open_xls(path)
    except xlrd.XLRDError as error:
        refuse("locked" if "encrypted" in str(error).lower() else "binary", report)
    except _DAMAGED:
        refuse("binary", report)  # what the two libraries raise for damaged files
    return None


def _workbook(
    path: Path, content: Content, wanted_sheet: str, wanted: Sequence[str], report: Report
) -> Grid | None:
    sheets = sheets_of(path, report)
    if sheets is None:
        return None
    names = [s.name for s in sheets]
    shown = ", ".join(names)
    if wanted_sheet:
        found = [s for s in sheets if s.name.strip() == wanted_sheet.strip()]
        if not found:
            report.add(
                "sheet_not_found",
                Text(f"没有工作表“{wanted_sheet}”", f"there is no sheet “{wanted_sheet}”"),
                Text(f"在 sheet 中写明其一：{shown}", f"name one in `sheet`: {shown}"),
            )
            return None
        return found[0].read()
    grids = [(s, s.read()) for s in sheets]
    grids = [(s, g) for s, g in grids if any(filled(row) for row in g.cells)]
    seen = [(s, g) for s, g in grids if s.visible] or grids
    chosen = seen
    if len(seen) > 1:
        chosen = [(s, g) for s, g in seen if wanted and _has(g, wanted)]
        if len(chosen) == 1:
            report.repair("sheet_chosen", shown, chosen[0][0].name)
    if len(chosen) > 1 or (seen and not chosen):
        report.add(
            "sheet_ambiguous",
            Text(f"有多张工作表：{shown}", f"there are several sheets: {shown}"),
            Text("在 sheet 中写明用哪一张", "say in `sheet` which one is meant"),
        )
        return None
    for other, _ in grids:
        if other is not chosen[0][0]:
            report.repair("other_sheet", other.name, "" if other.visible else "hidden")
    return chosen[0][1] if chosen else Grid("", [], [])


def _has(grid: Grid, wanted: Sequence[str]) -> bool:
    """Tell whether a sheet has all columns wanted, without noting anything."""
    quiet = Report("")
    table = read_table_of(_copy(grid), Layout(wanted), quiet)
    if table is None:
        return False
    from_names = match_names(wanted, [str(c) for c in table.frame.columns])
    return all(found is not None for found in from_names.values())


def _copy(grid: Grid) -> Grid:
    return Grid(
        grid.name, [list(r) for r in grid.cells], list(grid.rows), list(grid.merged),
        grid.hidden_rows, grid.hidden_columns, list(grid.lengths),
    )  # fmt: skip
