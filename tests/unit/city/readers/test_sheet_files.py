"""Files that are not what they seem, and workbooks of the old kind."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from tests.faults.sheet import FaultTable, clean, write

from chengce.city.readers.sheets.encoding import recognise
from chengce.city.readers.tables import read_table
from chengce.city.readers.tables_repairs import Workings
from chengce.core.errors import ChengceError

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def codes(path: Path, **spec: Any) -> list[str]:
    with pytest.raises(ChengceError) as error:
        read_table(path, FaultTable(**spec))
    wrong = [p for p in error.value.problems if p.severity == "error"]
    assert all(p.remedy.zh and p.remedy.en for p in wrong)
    return [p.code for p in wrong]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "empty_file"),
        ("a.xlsx", b"PK\x03\x04 cut off", "file_unreadable"),
        ("a.xls", OLE2 + "Workbook".encode("utf-16-le"), "file_unreadable"),
        ("a.xls", OLE2, "file_unreadable"),
        ("a.xlsx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "file_locked"),
        ("a.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "file_is_html"),
        ("a.xls", b"\xef\xbb\xbf<table><tr><td>1</td></tr></table>", "file_is_html"),
        (
            "a.xls",
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>',
            "file_is_xml_2003",
        ),
        ("a.csv", b"%PDF-1.7\n", "file_is_pdf"),
        ("a.pdf", b"%PDF-1.7\n", "file_is_pdf"),
        ("a.dwg", b"AC1032" + bytes(64), "file_is_dwg"),
        ("a.rar", b"Rar!\x1a\x07\x00", "file_is_archive"),
        ("a.csv", bytes(range(256)) * 8, "file_unreadable"),
        ("a.mdb", b"x", "unknown_format"),
        ("missing.xlsx", None, "file_not_found"),
    ],
)
def test_a_file_that_is_no_table_is_answered_with_what_to_do(
    tmp_path: Path, name: str, data: bytes | None, code: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert codes(tmp_path / name) == [code]


@pytest.mark.parametrize(
    ("inside", "code"),
    [("word/document.xml", "file_is_word"), ("content.xml", "file_is_ods"), ("a.txt", "file_is_archive"),
     ("xl/nothing.xml", "file_unreadable")],
)  # fmt: skip
def test_zipped_files_are_told_apart(tmp_path: Path, inside: str, code: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(inside, "x")
    assert codes(tmp_path / "a.xlsx") == [code]


def test_a_workbook_cut_short_or_without_rows(tmp_path: Path) -> None:
    path = write(clean(), tmp_path, "xlsx")
    path.write_bytes(path.read_bytes()[:3000])
    assert codes(path) == ["file_unreadable"]
    openpyxl.Workbook().save(path)
    assert codes(path) == ["empty_file"]


def test_the_sheet_that_is_meant(tmp_path: Path) -> None:
    sheet = clean()
    sheet.more = {"表2": [list(r) for r in sheet.rows[:3]], "说明": [["甲", "乙"], ["丙", "丁"]]}
    path = write(sheet, tmp_path, "xlsx")
    assert codes(path) == ["sheet_ambiguous"]
    assert codes(path, sheet="表3") == ["sheet_not_found"]
    frame, _ = read_table(path, FaultTable(sheet="表2"))
    assert len(frame) == 2


def old_workbook(path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("表", cell_overwrite_ok=True)
    page.write_merge(0, 0, 0, 7, "统计表")
    for r, row in enumerate(clean().rows, 1):
        for c, value in enumerate(row):
            page.write(r, c, value)
    page.write(2, 0, 7, xlwt.easyxf(num_format_str="0000"))
    page.write(3, 5, dt.date(2019, 5, 14), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    page.write(4, 6, dt.time(8, 30), xlwt.easyxf(num_format_str="hh:mm"))
    page.row(5).hidden = True
    page.col(7).hidden = True
    book.save(str(path))


@pytest.mark.parametrize("name", ["old.xls", "wps.et", "new.xlsx"])
def test_an_old_workbook_whatever_its_suffix(tmp_path: Path, name: str) -> None:
    old_workbook(tmp_path / name)
    workings = Workings()
    frame, _ = read_table(tmp_path / name, FaultTable(), workings=workings)
    assert frame["id"].tolist()[:2] == ["0007", "A001"]
    assert frame["since"][1] == "2019-05-14"
    assert frame["opens_s"][2] == 30_600
    assert frame["people"].sum() == sum(r[2] for r in clean().rows[1:])
    wrong_suffix = {"format_by_content"} if name == "new.xlsx" else set()
    assert {r.code for r in workings.repairs} == wrong_suffix | {
        "title_row", "displayed_zeros", "clock_time", "hidden_row", "hidden_column",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("街道,人口\n东华门街道,61\n", "gb18030", "gb18030"),
        ("街道,人口\n䶮街道𠮷,61\n常住人口统计，单位：人\n", "gb18030", "gb18030"),
        ("name,price\nCafé Zoë,£1\n", "latin-1", "cp1252"),
        ("name\nÅse Ærø — “x”\n", "cp1252", "cp1252"),
        ("街道,人口\n", "utf-8", "utf-8"),
        ("街道,人口\n", "utf-8-sig", "utf-8-sig"),
        ("街道,人口\n", "utf-16", "utf-16"),
    ],
)
def test_encodings_by_content(text: str, encoding: str, found: str) -> None:
    assert recognise(text.encode(encoding)).name == found


def test_an_encoding_that_is_not_clear_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("編號,名稱,人口\nA1,臺灣鄉鎮,1\n".encode("big5"))
    spec = {"columns": {"id": "編號", "name": "名稱", "people": "人口"}}
    assert codes(path, **spec)[0] in ("encoding_unknown", "missing_column")
    frame, _ = read_table(path, FaultTable(**spec, encoding="big5"))
    assert frame["name"][0] == "臺灣鄉鎮"
    assert codes(path, **spec, encoding="utf-8") == ["encoding_wrong"]
    assert codes(path, **spec, encoding="no-such") == ["encoding_wrong"]
