"""Tables of flows: encodings, separators, wrong cells by row, repeated pairs."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from chengce.core.errors import ChengceError, Problem
from chengce.models.demand.flow_table import Columns, FlowTable, read_flows

COLUMNS = Columns("起点", "终点", "人次", "分钟")
ROWS = "起点,终点,人次,分钟\n甲,乙,12,5.5\n甲,丙,3,9\n乙,丙,0,7\n"


def read(
    folder: Path, text: str | bytes, columns: Columns = COLUMNS, name: str = "流.csv"
) -> FlowTable:
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return read_flows(folder / name, columns)


def problems(folder: Path, text: str | bytes, columns: Columns = COLUMNS) -> list[Problem]:
    with pytest.raises(ChengceError) as error:
        read(folder, text, columns)
    return list(error.value.problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("name", ["流.csv", "流.csv.gz"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    table = read(tmp_path, ROWS.encode(encoding), name=name)
    assert table.origins == table.destinations == ("甲", "乙", "丙")  # zones are numbered alike
    assert table.pairs.origin.tolist() == [0, 0, 1]
    assert table.pairs.destination.tolist() == [1, 2, 2]
    assert table.flow.tolist() == [12, 3, 0]
    assert table.cost.tolist() == [5.5, 9, 7]
    assert not table.notes


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separators_and_thousands(tmp_path: Path, separator: str) -> None:
    text = ROWS.replace(",", separator).replace("12", "1,012").replace("5.5", "1 234.5")
    table = read(tmp_path, text)
    assert table.flow[0] == 1012
    assert table.cost[0] == 1234.5


def test_quoted_thousands(tmp_path: Path) -> None:
    assert read(tmp_path, ROWS.replace("12", '"1,234,012"')).flow[0] == 1_234_012


def test_a_missing_column_is_answered_with_near_names(tmp_path: Path) -> None:
    found = problems(tmp_path, "Origin,Destination,trips,cost\na,b,1,2\n",
                     Columns("origin", "Destination", "trip", "cost"))  # fmt: skip
    assert [p.code for p in found] == ["missing_column", "missing_column"]
    assert "Origin" in found[0].remedy.en
    assert "trips" in found[1].remedy.en


def test_wrong_cells_are_named_by_row(tmp_path: Path) -> None:
    text = "起点,终点,人次,分钟\n甲,乙,12人,5\n甲,丙,-3,9\n,丙,1,7\n乙,丙,2,远\n"
    found = {(p.code, p.row, p.column) for p in problems(tmp_path, text)}
    assert found == {
        ("not_a_number", 2, "人次"),
        ("negative_number", 3, "人次"),
        ("missing_value", 4, "起点"),
        ("not_a_number", 5, "分钟"),
    }


def test_missing_is_not_zero(tmp_path: Path) -> None:
    table = read(tmp_path, ROWS + "丙,甲,,4\n丙,乙,5,NA\n")
    assert [n.code for n in table.notes] == ["flow_missing", "cost_missing"]
    assert len(table.flow) == 4
    assert np.isnan(table.cost[-1])


def test_repeated_pairs_are_added_up(tmp_path: Path) -> None:
    table = read(tmp_path, ROWS + "甲,乙,8,6.5\n")
    assert table.flow[0] == 20
    assert table.cost[0] == 6.0
    (note,) = table.notes
    assert note.code == "pair_repeated"
    assert note.row == 5


def test_masses_belong_to_zones(tmp_path: Path) -> None:
    text = "o,d,n,c,v,w\na,x,1,2,10,7\na,y,2,3,10,8\nb,x,3,4,20,7\n"
    columns = Columns("o", "d", "n", "c", "v", "w")
    table = read(tmp_path, text, columns)
    assert table.masses.origin is not None
    assert table.masses.destination is not None
    assert table.masses.origin.tolist() == [10, 20]
    assert table.masses.destination.tolist() == [7, 8]
    (found,) = problems(tmp_path, text.replace("b,x,3,4,20,7", "b,x,3,4,20,9"), columns)
    assert found.code == "mass_contradictory"
    assert "x" in found.message.en


def test_modes(tmp_path: Path) -> None:
    text = "o,d,n,c,m\na,x,1,2,bus\na,x,5,3,car\n"
    table = read(tmp_path, text, Columns("o", "d", "n", "c", mode="m"))
    assert table.pairs.modes == ("bus", "car")
    assert table.pairs.mode is not None
    assert table.pairs.mode.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        ("起点,终点,人次,分钟\n".encode(), "empty_file"),
        ("起点,终点,人次,分钟\n甲,乙,1\n".encode(), "invalid_row_length"),
        (b"\xff\xff\xff\xff", "encoding_unknown"),
        (b"\x1f\x8b broken", "file_unreadable"),
        ("起点,终点,人次,分钟\n甲\0,乙,1,2\n".encode(), "encoding_unknown"),
        ("起点,终点,人次,分钟\n甲,乙,1,2\n".encode("utf-16"), "encoding_unknown"),
        ("起点,终点,人次,分钟\n甲,乙,1e300,2\n".encode(), "number_too_large"),
        ("起点,起点,终点,人次,分钟\n甲,甲,乙,1,2\n".encode(), "duplicated_column"),
    ],
)
def test_unreadable_files(tmp_path: Path, data: bytes, code: str) -> None:
    assert problems(tmp_path, data)[0].code == code


def test_old_line_ends(tmp_path: Path) -> None:
    table = read(tmp_path, ROWS.replace("\n", "\r"))
    assert table.flow.tolist() == read(tmp_path, ROWS).flow.tolist()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as error:
        read_flows(tmp_path, COLUMNS)
    assert error.value.problems[0].code == "file_is_folder"


def test_no_file(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("x")
    with pytest.raises(ChengceError) as error:
        read_flows(tmp_path / "flow.csv", COLUMNS)
    assert error.value.problems[0].code == "file_not_found"
    assert "flows.csv" in error.value.problems[0].remedy.en
