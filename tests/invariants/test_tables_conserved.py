"""Rows and sums are conserved: what goes into a sheet comes out, or is listed."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.layout import LAYOUT_FAULTS, LayoutFault
from tests.faults.sheet import FaultTable, clean, write

from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Asked, Understood
from chengce.city.readers.tables import read_table
from chengce.city.readers.tables_repairs import Workings
from chengce.core.errors import ChengceError

FULL = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
NOTATIONS = {
    "plain": str,
    "thousands": lambda n: f"{n:,}",
    "full width": lambda n: str(n).translate(FULL),
    "full thousands": lambda n: f"{n:,}".translate(FULL),
    "spaces": lambda n: f" {n} ",
    "unit": lambda n: f"{n}人",
    "wan": lambda n: f"{n // 10_000}.{n % 10_000:04d}万",
    "apostrophe": lambda n: f"'{n}",
}
COUNTS = st.lists(st.integers(0, 5_000_000), min_size=8, max_size=8)
SHUFFLED = [f for f in LAYOUT_FAULTS if not f.asked and "xlsx" in f.kinds and f.code in (
    "title_row", "total_row", "note_row", "repeated_header", "numbering_row", "header_tidied",
    "hidden_row", "hidden_column", "header_blank", "other_sheet")]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    counts=COUNTS,
    said=st.lists(st.sampled_from(sorted(NOTATIONS)), min_size=8, max_size=8),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_the_sum_is_that_of_the_cells_however_they_are_written(
    counts: list[int], said: list[str], kind: str
) -> None:
    sheet = clean()
    written = [NOTATIONS[how](n) for n, how in zip(counts, said, strict=True)]
    for row, text in zip(sheet.rows[1:], written, strict=True):
        row[2] = text
    with TemporaryDirectory() as folder:
        workings = Workings()
        frame, _ = read_table(write(sheet, Path(folder), kind), FaultTable(), workings=workings)
    assert frame["people"].sum() == sum(counts)
    changed = {r.row for r in workings.repairs}
    assert changed == {i + 2 for i, n in enumerate(counts) if written[i] != str(n)}


@settings(max_examples=25, deadline=None)
@given(
    first=st.sampled_from(SHUFFLED), second=st.sampled_from(SHUFFLED), counts=COUNTS,
    blanks=st.sets(st.integers(1, 8), max_size=3),
)  # fmt: skip
def test_every_row_comes_out_or_is_listed(
    first: LayoutFault, second: LayoutFault, counts: list[int], blanks: set[int]
) -> None:
    sheet = clean([float(c) for c in counts])
    both = {f.code: f for f in (first, second)}
    for fault in sorted(both.values(), key=lambda f: f.code != "total_row"):
        fault.plant(sheet)
    data = [r for r in sheet.rows if str(r[0]).startswith("A0")]
    for at in blanks:
        data[at - 1][2] = None
    put_in = [r for r in sheet.rows if any(c is not None for c in r)]
    with TemporaryDirectory() as folder:
        workings = Workings()
        frame, _ = read_table(
            write(sheet, Path(folder), "xlsx"), FaultTable(**sheet.spec), workings=workings
        )
    gone = {r.row for r in workings.repairs if r.code in (
        "title_row", "total_row", "note_row", "repeated_header", "numbering_row")}  # fmt: skip
    asked = {q.row for q in workings.questions if q.code == "missing_value"}
    assert len(asked) == len(blanks)
    assert len(frame) + len(gone) + len(asked) + 1 == len(put_in)  # 1: the header
    assert frame["people"].sum() == sum(c for i, c in enumerate(counts, 1) if i not in blanks)


@given(st.text(max_size=12))
def test_a_cell_is_understood_or_asked_about(text: str) -> None:
    found = read_number(text, "people")
    assert isinstance(found, Understood | Asked)
    if isinstance(found, Understood) and found.value is not None:
        assert any(c.isdigit() for c in text)


@given(st.integers(0, 10**14))
def test_no_digit_is_lost(n: int) -> None:
    for how in NOTATIONS.values():
        found = read_number(how(n), "people")
        assert isinstance(found, Understood)
        assert found.value == float(n)


def test_what_is_left_out_for_good_reasons_is_listed_whole(tmp_path: Path) -> None:
    sheet = clean()
    for i in range(120):
        sheet.rows.append([f"B{i:03d}", "x", "若干", *[None] * 5])
    workings = Workings()
    with pytest.raises(ChengceError) as error:
        read_table(write(sheet, tmp_path, "csv"), FaultTable(), workings=workings)
    assert len([p for p in error.value.problems if p.code == "not_a_number"]) == 51
    assert len([q for q in workings.questions if q.code == "not_a_number"]) == 120
