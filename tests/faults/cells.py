"""Faults of single cells: what is planted, and what must become of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

ASK = object()
BOTH, CSV, XLSX = ("csv", "xlsx"), ("csv",), ("xlsx",)


@dataclass(frozen=True)
class CellFault:
    """A value planted in a column; `becomes` is what is read, or ASK; `code` what is listed."""

    name: str
    column: str
    value: Any
    code: str
    becomes: Any
    kinds: tuple[str, ...] = BOTH
    shape: str = ""


N, B, Y, D, T, W, K, M = "people", "beds", "canteen", "since", "opens_s", "wheelchair", "id", "name"

CELL_FAULTS: tuple[CellFault, ...] = (
    CellFault("thousands comma", N, "1,234", "thousands", 1234.0),
    CellFault("thousands space", N, "12 345", "thousands", 12345.0),
    CellFault("thousands full-width comma", N, "1，234", "thousands", 1234.0),
    CellFault("full-width digits", N, "１２３４", "full_width", 1234.0),
    CellFault("wan", N, "1.2万", "scale_word", 12000.0),
    CellFault("yi", N, "0.5亿", "scale_word", 5e7),
    CellFault("unit in the cell", N, "300人", "unit_in_cell", 300.0),
    CellFault("wan and unit", N, "1.5万人", "unit_in_cell", 15000.0),
    CellFault("percent", N, "50%", "percent", 0.5),
    CellFault("per mille", N, "５‰", "percent", 0.005),
    CellFault("apostrophe", N, "'123", "apostrophe", 123.0),
    CellFault("no-break space", N, "123\u00a0", "space_trimmed", 123.0),
    CellFault("zero-width space", N, "12\u200b3", "invisible", 123.0),
    CellFault("negative in brackets", N, "(1,200)", "number_negative_sign", ASK),
    CellFault("range", N, "3-5", "number_is_range", ASK),
    CellFault("range zh", N, "300至500", "number_is_range", ASK),
    CellFault("about", N, "约300", "number_is_about", ASK),
    CellFault("about after", N, "300左右", "number_is_about", ASK),
    CellFault("some more", N, "300余人", "number_is_about", ASK),
    CellFault("less than", N, "＜5", "number_is_bound", ASK),
    CellFault("at least", N, "500以上", "number_is_bound", ASK),
    CellFault("has, in a number", N, "有", "number_is_word", ASK),
    CellFault("has not, in a number", N, "无", "number_is_word", ASK),
    CellFault("numeral in words", N, "三百", "number_in_chinese", ASK),
    CellFault("two numbers", N, "120、80", "number_is_several", ASK),
    CellFault("decimal comma", N, "12,5", "number_grouping", ASK),
    CellFault("other unit", N, "300户", "unit_differs", ASK),
    CellFault("words", N, "见附表", "not_a_number", ASK),
    CellFault("infinity", N, "inf", "not_a_number", ASK),
    CellFault("range turned into a date", N, dt.date(2024, 3, 5), "number_is_date", ASK, XLSX),
    CellFault("logical value", N, True, "number_is_bool", ASK, XLSX),
    CellFault("broken reference", N, "#REF!", "cell_error", ASK, XLSX, "error"),
    CellFault("formula never computed", N, "=1+1", "formula_not_computed", ASK, XLSX),
    CellFault("unknown, in words", B, "不详", "null_token", None),
    CellFault("dash for nothing", B, "—", "null_token", None),
    CellFault("n/a", B, "N/A", "null_token", None),
    CellFault("ellipsis", B, "…", "null_token", None),
    CellFault("spreadsheet n/a", B, "#N/A", "null_token", None, XLSX, "error"),
    CellFault("name unknown", M, "暂无", "null_token", None),
    CellFault("tick", Y, "√", "value_word", True),
    CellFault("cross", Y, "×", "value_word", False),
    CellFault("has", Y, "有", "value_word", True),
    CellFault("is not", Y, "否", "value_word", False),
    CellFault("maybe", Y, "部分", "not_yes_or_no", ASK),
    CellFault("barrier-free word", W, "无", "value_word", "no"),
    CellFault("barrier-free partly", W, "部分", "value_word", "limited"),
    CellFault("date slashes", D, "2019/5/14", "date_notation", "2019-05-14"),
    CellFault("date dots", D, "2019.5.14", "date_notation", "2019-05-14"),
    CellFault("date compact", D, "20190514", "date_notation", "2019-05-14"),
    CellFault("date zh", D, "2019年5月14日", "date_notation", "2019-05-14"),
    CellFault("date serial", D, 43599, "excel_serial", "2019-05-14"),
    CellFault("date with weekday", D, "2019-5-14 周二", "date_notation", "2019-05-14"),
    CellFault("date day first", D, "14/05/2019", "date_ambiguous", ASK),
    CellFault("date short year", D, "19.5.14", "date_short_year", ASK),
    CellFault("date without day", D, "2019年5月", "date_incomplete", ASK),
    CellFault("date impossible", D, "2019-02-30", "date_impossible", ASK),
    CellFault("date in words", D, "去年", "date_unreadable", ASK),
    CellFault("clock", T, "8:30", "clock_time", 30_600),
    CellFault("clock zh", T, "上午8点半", "clock_time", 30_600),
    CellFault("clock of a spreadsheet", T, dt.time(8, 30), "clock_time", 30_600, XLSX),
    CellFault("id full-width", K, "Ａ９01", "full_width", "A901"),
    CellFault("id with an inner space", K, "甲　乙", "inner_space", "甲乙"),
    CellFault("id displayed with zeros", K, 12, "displayed_zeros", "00012", XLSX, "00000"),
    CellFault("id of 18 digits as a number", K, 110101199003071234, "digits_lost", ASK, XLSX),
    CellFault("id in scientific notation", K, "1.10101E+17", "id_is_scientific", ASK),
    CellFault("id turned into a date", K, dt.date(2024, 1, 2), "id_is_date", ASK, XLSX),
)  # fmt: skip
