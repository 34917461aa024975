"""YAML and TOML files written by people: what cannot be read is named with its row."""

from pathlib import Path

import pytest

from chengce.core.documents import read_toml_file, read_yaml
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

WHAT = Text("方案文件", "scenario file")
YAML = """name: a
modifications:
  - type: x
    headways:
      - {from: "07:00",
         minutes: 5}
  - {type: y, stops: [a, {lon: 1}]}
"""


def problem(path: Path) -> Problem:
    with pytest.raises(ChengceError) as caught:
        read_toml_file(path, WHAT) if path.suffix == ".toml" else read_yaml(path, WHAT)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("place", "row"),
    [
        ("name", 1), ("modifications", 2), ("modifications[1]", 3), ("modifications[1].headways", 4),
        ("modifications[1].headways[1].minutes", 6), ("modifications[2].stops[2].lon", 7),
        ("modifications[2].nothing", 7), ("modifications[9]", 2), ("nothing", None), ("", None),
    ],
)  # fmt: skip
def test_rows_of_fields(tmp_path: Path, place: str, row: int | None) -> None:
    (tmp_path / "a.yaml").write_text(YAML, "utf-8-sig")
    data, row_of = read_yaml(tmp_path / "a.yaml", WHAT)
    assert data["modifications"][1]["stops"] == ["a", {"lon": 1}]
    assert row_of(place) == row


@pytest.mark.parametrize(
    ("name", "data", "code", "row", "column"),
    [
        ("a.yaml", b"a: 1\nb: [1\n", "yaml_invalid", 3, "1"),
        ("a.yaml", b"a: 1\nc: {x: 1, x: 2}\n", "yaml_repeated", 2, "x"),
        ("a.yaml", b"a: 1\n\xff\xfe", "not_utf8", 2, ""),
        ("a.yaml", b"a: \x00", "yaml_invalid", None, ""),
        ("a.toml", b"a = 1\nb = = 2\n", "toml_invalid", 2, "5"),
        ("a.toml", b"a = 1\nb = [1,\n", "toml_invalid", 3, ""),
        ("a.toml", b"a = 1\na = 2\n", "toml_invalid", 2, "6"),
    ],
)
def test_what_cannot_be_read(
    tmp_path: Path, name: str, data: bytes, code: str, row: int | None, column: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = problem(tmp_path / name)
    assert (found.code, found.file, found.row, found.column) == (
        code,
        str(tmp_path / name),
        row,
        column,
    )
    assert found.message.zh.startswith(("方案文件", "字段"))
    assert found.remedy.zh
    assert found.remedy.en


def test_missing_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("")
    missing = problem(tmp_path / "a.yaml")
    assert missing.code == "file_missing"
    assert "b.yaml" in missing.remedy.zh
    assert problem(tmp_path).code == "file_is_directory"
    assert problem(tmp_path / "b.yaml" / "c.yaml").code == "file_unreadable"


def test_an_anchor_within_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: &x [*x, *x]\n")
    data, _ = read_yaml(tmp_path / "a.yaml", WHAT)
    assert data["a"][0] is data["a"]
