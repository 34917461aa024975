"""Every planted fault is repaired and listed, or asked about; nothing is dropped in silence."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from tests.faults.cells import ASK, CELL_FAULTS, CellFault
from tests.faults.layout import LAYOUT_FAULTS, LayoutFault
from tests.faults.sheet import COLUMNS, CONTRACT, HEADER, FaultTable, Sheet, clean, write

from chengce.city.readers.tables import TableSpec, read_table
from chengce.city.readers.tables_repairs import Workings
from chengce.core.errors import ChengceError, Problem

NAMES = [c.name for c in CONTRACT.columns]
AT = 4  # the row, from 0, where a cell is planted


def read(
    sheet: Sheet, folder: Path, kind: str
) -> tuple[pd.DataFrame | None, list[Problem], Workings]:
    workings = Workings()
    path = write(sheet, folder, kind)
    try:
        frame, problems = read_table(path, FaultTable(**sheet.spec), workings=workings)
    except ChengceError as error:
        return None, list(error.problems), workings
    return frame, list(problems), workings


def rows_of(frame: pd.DataFrame) -> list[list[object]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [list(row) for row in plain[NAMES].itertuples(index=False)]


@cache
def clean_rows(kind: str) -> list[list[object]]:
    with TemporaryDirectory() as folder:
        frame, problems, workings = read(clean(), Path(folder), kind)
    assert frame is not None
    assert problems == []
    assert workings.files() == {}
    return rows_of(frame)


def expected(kind: str) -> list[list[object]]:
    return [list(row) for row in clean_rows(kind)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_clean_sheet_is_read_without_a_word(kind: str) -> None:
    found = expected(kind)
    assert len(found) == len(clean().rows) - 1
    assert found[1] == ["A001", "第1社区", 1237.0, 21.0, True, "2002-04-09", 29400, "limited"]


def test_there_are_sixty_kinds_of_faults_and_more() -> None:
    names = [f.name for f in (*CELL_FAULTS, *LAYOUT_FAULTS)]
    assert len(set(names)) == len(names) >= 60


CELLS = [(f, k) for f in CELL_FAULTS for k in f.kinds]


@pytest.mark.parametrize(("fault", "kind"), CELLS, ids=[f"{f.name}-{k}" for f, k in CELLS])
def test_a_fault_of_a_cell(tmp_path: Path, fault: CellFault, kind: str) -> None:
    wanted = expected(kind)
    sheet, column = clean(), NAMES.index(fault.column)
    sheet.put(AT, column, fault.value)
    if fault.shape == "error":
        sheet.errors.add((AT, column))
    elif fault.shape:
        sheet.formats[AT, column] = fault.shape
    frame, problems, workings = read(sheet, tmp_path, kind)
    place = (AT + 1, HEADER[column])
    if fault.becomes is not ASK:
        listed = [(r.code, (r.row, r.column)) for r in workings.repairs]
        assert (fault.code, place) in listed
        assert {at for _, at in listed} == {place}
        wanted[AT - 1][column] = fault.becomes
        assert frame is not None
        assert rows_of(frame) == wanted
        assert "repaired" in {p.code for p in problems}
        return
    asked = [(q.code, (q.row, q.column)) for q in workings.questions]
    assert asked == [(fault.code, place)]
    required = not CONTRACT.columns[column].nullable
    assert (frame is None) == required
    if frame is not None:
        wanted[AT - 1][column] = None
        assert rows_of(frame) == wanted


LAYOUTS = [(f, k) for f in LAYOUT_FAULTS for k in f.kinds]


@pytest.mark.parametrize(("fault", "kind"), LAYOUTS, ids=[f"{f.name}-{k}" for f, k in LAYOUTS])
def test_a_fault_of_the_layout(tmp_path: Path, fault: LayoutFault, kind: str) -> None:
    wanted = expected(kind)
    sheet = clean()
    fault.plant(sheet)
    frame, _, workings = read(sheet, tmp_path, kind)
    if fault.asked:
        assert fault.code in {q.code for q in workings.questions}
    else:
        assert fault.code in {r.code for r in workings.repairs}
        assert not workings.questions
    if frame is not None and fault.code not in ("merged_filled", "fill_down", "total_unclear"):
        assert rows_of(frame) == wanted
    if fault.code in ("merged_filled", "fill_down"):
        assert frame is not None
        assert frame["name"][2] == frame["name"][1] == wanted[1][1]


def test_an_answer_in_the_configuration_settles_a_question(tmp_path: Path) -> None:
    sheet = clean()
    sheet.put(AT, 2, "约300")
    sheet.put(AT, 5, "14/05/2019")
    sheet.spec |= {"values": {"people": {"约300": 300}}, "dates": "dmy"}
    frame, _, workings = read(sheet, tmp_path, "csv")
    assert frame is not None
    assert not workings.questions
    assert (frame["people"][AT - 1], frame["since"][AT - 1]) == (300.0, "2019-05-14")
    assert {r.code for r in workings.repairs} == {"answered", "date_notation"}


def test_rows_can_be_kept_and_skipped(tmp_path: Path) -> None:
    sheet = clean()
    sheet.rows.append(["合计", None, 5, 5, None, None, None, None])
    sheet.spec = {"keep_rows": [len(sheet.rows)], "skip_rows": [2]}
    frame, _, workings = read(sheet, tmp_path, "xlsx")
    assert frame is not None
    assert frame["id"].tolist()[-1] == "合计"
    assert "A000" not in frame["id"].tolist()
    assert [r.code for r in workings.repairs] == ["skipped_row"]


def test_a_header_can_be_declared_and_a_unit_too(tmp_path: Path) -> None:
    sheet = clean()
    sheet.rows.insert(0, list("abcdefgh"))
    sheet.spec = {"header": "2", "units": {"people": "千人"}}
    frame, _, _ = read(sheet, tmp_path, "csv")
    assert frame is not None
    assert frame["people"][0] == 1_200_000
    sheet.spec = {"header": "99"}
    _, problems, _ = read(sheet, tmp_path, "csv")
    assert [p.code for p in problems] == ["header_not_found"]
    sheet.spec = {"header": "2", "units": {"people": "斛"}}
    _, problems, _ = read(sheet, tmp_path, "csv")
    assert [p.code for p in problems if p.severity == "error"] == ["unit_unknown"]


def test_a_total_in_mixed_units_is_checked_in_one(tmp_path: Path) -> None:
    sheet = clean([1000.0 * i for i in range(1, 9)])
    sheet.rows.append(["合计", None, "3.6万人", sum(r[3] for r in sheet.rows[1:]), *[None] * 4])
    sheet.put(1, 2, "0.1万")
    sheet.put(2, 2, "2，000人")
    frame, _, workings = read(sheet, tmp_path, "xlsx")
    assert frame is not None
    assert frame["people"].sum() == 36_000
    assert not workings.questions
    (total,) = [r for r in workings.repairs if r.code == "total_row"]
    assert total.after == "✓ 人口; ✓ 床位"


@pytest.mark.parametrize("first", ["dimension", "zone"])
def test_a_group_called_total_is_no_row_of_totals(tmp_path: Path, first: str) -> None:
    lines = ["zone,dimension,group,n"]
    for zone in ("Z1", "Z2", "Z3"):
        lines += [f"{zone},total,total,7", f"{zone},age,child,3", f"{zone},age,adult,4"]
    if first == "dimension":
        lines = [
            ",".join([parts[1], parts[0], *parts[2:]]) for parts in (x.split(",") for x in lines)
        ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines))
    spec = TableSpec(
        table="people", path="", constants={"base": "resident"},
        columns={"zone": "zone", "dimension": "dimension", "group": "group", "count": "n"},
    )  # fmt: skip
    frame, problems = read_table(path, spec)
    assert len(frame) == 9
    assert problems == ()


def test_the_lists_open_in_a_spreadsheet(tmp_path: Path) -> None:
    sheet = clean()
    sheet.put(AT, 2, "1,234")
    sheet.put(AT, 3, "不清")
    _, _, workings = read(sheet, tmp_path, "csv")
    files = workings.files()
    assert all(data.startswith(b"\xef\xbb\xbf") for data in files.values())
    assert '"1,234",1234,thousands' in files["repairs.csv"].decode()
    assert (
        f",{AT + 1},{COLUMNS['beds']},不清,not_a_number,warning" in files["questions.csv"].decode()
    )
