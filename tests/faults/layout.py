"""Faults of a sheet's layout: what is planted, and what must be listed."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.cells import BOTH, CSV, XLSX
from tests.faults.sheet import COLUMNS, HEADER, ROWS, Sheet, area


@dataclass(frozen=True)
class LayoutFault:
    """A change of a clean sheet; read, the table is the clean one unless it is asked about."""

    name: str
    plant: Callable[[Sheet], None]
    code: str
    asked: bool = False
    kinds: tuple[str, ...] = BOTH


def _total(sheet: Sheet, label: str, error: float = 0.0, at: int | None = None) -> None:
    total = sum(row[2] for row in sheet.rows[1:]) + error
    beds = sum(row[3] for row in sheet.rows[1:])
    row = [label, None, total, beds, None, None, None, None]
    sheet.rows.insert(len(sheet.rows) if at is None else at, row)


def _title(sheet: Sheet) -> None:
    sheet.rows.insert(0, ["某市养老设施统计表", *[None] * 7])


def _merged_title(sheet: Sheet) -> None:
    _title(sheet)
    sheet.merged.append(area(0, 0, 0, 7))


def _unit_line(sheet: Sheet) -> None:
    sheet.rows.insert(0, [*[None] * 7, "单位：万人"])
    for row in sheet.rows[2:]:
        row[2], row[3] = row[2] / 10_000, row[3] / 10_000


def _report_line(sheet: Sheet) -> None:
    sheet.rows.insert(0, ["填报单位：某街道办事处", None, None, "填报日期：2024年1月", *[None] * 4])


def _two_rows_merged(sheet: Sheet) -> None:
    below = list(HEADER)
    below[2], below[3] = "人数", "床位"
    sheet.rows[0] = [*HEADER[:2], "规模", None, *HEADER[4:]]
    sheet.rows.insert(1, [None, None, "人数", "床位", None, None, None, None])
    sheet.merged += [area(0, 2, 0, 3), *(area(0, c, 1, c) for c in (0, 1, 4, 5, 6, 7))]
    sheet.spec["columns"] = {**COLUMNS, "people": "规模-人数", "beds": "规模-床位"}


def _two_rows_unmerged(sheet: Sheet) -> None:
    _two_rows_merged(sheet)
    sheet.merged = []


def _unit_row(sheet: Sheet) -> None:
    sheet.rows.insert(1, [None, None, "万人", "张", None, None, None, None])
    for row in sheet.rows[2:]:
        row[2] = row[2] / 10_000


def _unit_in_header(sheet: Sheet) -> None:
    sheet.rows[0][2] = "人口（万人）"
    for row in sheet.rows[1:]:
        row[2] = row[2] / 10_000


def _other_unit(sheet: Sheet) -> None:
    sheet.rows[0][2] = "人口（公顷）"


def _broken_header(sheet: Sheet) -> None:
    sheet.rows[0][5] = "建成\n日期"


def _other_brackets(sheet: Sheet) -> None:
    sheet.rows[0][2] = "人口(人)"
    sheet.spec["columns"] = {**COLUMNS, "people": "人口（人）"}


def _wide_header(sheet: Sheet) -> None:
    sheet.rows[0][2] = "人　口"


def _numbering(sheet: Sheet) -> None:
    sheet.rows.insert(1, ["甲", "乙", 1, 2, 3, 4, 5, 6])


def _repeated_header(sheet: Sheet) -> None:
    sheet.rows.insert(5, list(HEADER))


def _subtotals(sheet: Sheet) -> None:
    for first, last in ((5, 8), (1, 4)):
        part = sheet.rows[first : last + 1]
        sums = [sum(row[c] for row in part) for c in (2, 3)]
        sheet.rows.insert(last + 1, ["小计", None, *sums, None, None, None, None])


def _whole(sheet: Sheet) -> None:
    _total(sheet, "全市", at=1)


def _whole_wrong(sheet: Sheet) -> None:
    _total(sheet, "全市", error=5, at=1)
    sheet.rows[1][3] += 3


def _note(sheet: Sheet) -> None:
    sheet.rows.append(["注：人口为常住人口。", *[None] * 7])


def _signature(sheet: Sheet) -> None:
    sheet.rows.append(["填表人：张某", None, None, "联系电话：010-1", *[None] * 4])


def _blank_rows(sheet: Sheet) -> None:
    sheet.rows.insert(4, [None] * 8)
    sheet.rows.insert(0, [None] * 8)
    _title(sheet)


def _merged_text(sheet: Sheet) -> None:
    for r in (2, 3, 4):
        sheet.rows[r][1] = sheet.rows[2][1] if r == 2 else None
    sheet.merged.append(area(2, 1, 4, 1))


def _merged_number(sheet: Sheet) -> None:
    sheet.rows[3][2] = None
    sheet.merged.append(area(2, 2, 3, 2))


def _merged_across(sheet: Sheet) -> None:
    sheet.rows[3][3] = None
    sheet.merged.append(area(3, 2, 3, 3))


def _blank_below(sheet: Sheet) -> None:
    sheet.rows[3][1] = sheet.rows[4][1] = None
    sheet.spec["fill_down"] = ["名称"]


def _ran_in(sheet: Sheet) -> None:
    sheet.rows[4] = [*sheet.rows[4], *HEADER, *HEADER]


def _long_row(sheet: Sheet) -> None:
    sheet.rows[4] = [*sheet.rows[4], "多余"]


def _other_sheet(sheet: Sheet) -> None:
    sheet.more["填表说明"] = [["本表由各街道填报"], ["每年一次"]]


def _two_sheets(sheet: Sheet) -> None:
    sheet.more["表2"] = [list(row) for row in sheet.rows]


def _hidden_sheet(sheet: Sheet) -> None:
    sheet.more["旧表"] = [list(row) for row in sheet.rows]
    sheet.hidden_sheets = ["旧表"]


def _twice(sheet: Sheet) -> None:
    sheet.rows[0].append("人口")
    for row in sheet.rows[1:]:
        row.append(1)


def _unnamed(sheet: Sheet) -> None:
    for row in sheet.rows:
        row.append("多" if str(row[0]).startswith("A") else None)


def _doubled_id(sheet: Sheet) -> None:
    sheet.rows[3][0] = sheet.rows[2][0]


def _set(**changes: object) -> Callable[[Sheet], None]:
    def plant(sheet: Sheet) -> None:
        for name, value in changes.items():
            setattr(sheet, name, value)

    return plant


LAYOUT_FAULTS: tuple[LayoutFault, ...] = (
    LayoutFault("title", _title, "title_row"),
    LayoutFault("merged title", _merged_title, "title_row", kinds=XLSX),
    LayoutFault("line of the unit", _unit_line, "unit_of_column"),
    LayoutFault("line of who reports", _report_line, "title_row"),
    LayoutFault("header of two rows, merged", _two_rows_merged, "header_joined", kinds=XLSX),
    LayoutFault("header of two rows, unmerged", _two_rows_unmerged, "header_joined"),
    LayoutFault("row of units", _unit_row, "unit_of_column"),
    LayoutFault("unit in the header", _unit_in_header, "unit_of_column"),
    LayoutFault("unit of another kind", _other_unit, "unit_differs", asked=True),
    LayoutFault("line break in the header", _broken_header, "header_tidied"),
    LayoutFault("space in the header", _wide_header, "header_tidied"),
    LayoutFault("other brackets in the header", _other_brackets, "header_matched"),
    LayoutFault("row of column numbers", _numbering, "numbering_row"),
    LayoutFault("header repeated inside", _repeated_header, "repeated_header"),
    LayoutFault("total below", lambda s: _total(s, "合 计"), "total_row"),
    LayoutFault("total above", lambda s: _total(s, "总计", at=1), "total_row"),
    LayoutFault("total in English", lambda s: _total(s, "Total"), "total_row"),
    LayoutFault("wrong total", lambda s: _total(s, "合计", error=10), "total_disagrees", asked=True),
    LayoutFault("subtotals", _subtotals, "total_row"),
    LayoutFault("whole city", _whole, "total_row"),
    LayoutFault("whole city, wrong", _whole_wrong, "total_unclear", asked=True),
    LayoutFault("note", _note, "note_row"),
    LayoutFault("who filled it in", _signature, "note_row"),
    LayoutFault("blank rows", _blank_rows, "title_row"),
    LayoutFault("text merged downwards", _merged_text, "merged_filled", kinds=XLSX),
    LayoutFault("number merged downwards", _merged_number, "merged_number", asked=True, kinds=XLSX),
    LayoutFault("number merged across", _merged_across, "merged_across", asked=True, kinds=XLSX),
    LayoutFault("blanks of merged cells", _blank_below, "fill_down"),
    LayoutFault("lost line break", _ran_in, "row_cut", kinds=CSV),
    LayoutFault("one cell too many", _long_row, "invalid_row_length", asked=True, kinds=CSV),
    LayoutFault("sheet of instructions", _other_sheet, "other_sheet", kinds=XLSX),
    LayoutFault("two sheets alike", _two_sheets, "sheet_ambiguous", asked=True, kinds=XLSX),
    LayoutFault("hidden sheet", _hidden_sheet, "other_sheet", kinds=XLSX),
    LayoutFault("column twice", _twice, "duplicated_column", asked=True),
    LayoutFault("column without a name", _unnamed, "header_blank"),
    LayoutFault("id twice", _doubled_id, "duplicate_key", asked=True),
    LayoutFault("hidden row", _set(hidden_rows=[3]), "hidden_row", kinds=XLSX),
    LayoutFault("hidden column", _set(hidden_columns=["D"]), "hidden_column", kinds=XLSX),
    LayoutFault("GBK", _set(encoding="gbk"), "encoding", kinds=CSV),
    LayoutFault("GB18030", _set(encoding="gb18030"), "encoding", kinds=CSV),
    LayoutFault("UTF-16", _set(encoding="utf-16"), "encoding", kinds=CSV),
    LayoutFault("UTF-16 without a mark", _set(encoding="utf-16-le"), "encoding", kinds=CSV),
    LayoutFault("semicolons", _set(delimiter=";"), "delimiter", kinds=CSV),
    LayoutFault("tabs", _set(delimiter="\t"), "delimiter", kinds=CSV),
    LayoutFault("text named .xls", _set(suffix=".xls", delimiter="\t"), "format_by_content", kinds=CSV),
    LayoutFault("workbook named .csv", _set(suffix=".csv"), "format_by_content", kinds=XLSX),
)  # fmt: skip
assert ROWS == 8  # the subtotals count on it
