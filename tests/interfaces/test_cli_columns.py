"""From a workbook to a city: columns proposed, confirmed, built; repairs and questions listed."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from tests.interfaces.conftest import Run

from chengce.city.store import open_city


@pytest.fixture
def config(raw: Path) -> Path:
    """Return the town's configuration with its people in a messy GBK file."""
    people = list(csv.reader((raw / "people.csv").read_text("utf-8-sig").splitlines()))
    head, rows = people[0], people[1:]
    at = head.index("15–59岁")
    sums = [str(sum(int(r[c]) for r in rows)) for c in range(3, len(head))]
    rows[1][at] = f"{int(rows[1][at]):,}人"
    last = ["合计", "", "", *sums]
    lines = [["全镇人口统计表", *[""] * (len(head) - 1)], head, *rows, last]
    with (raw / "people.csv").open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(lines)
    return raw / "town.toml"


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_repairs_are_listed_beside_the_city(run: Run, raw: Path, config: Path) -> None:
    built = run("city", "build", config, "--out", raw / "city", "--json")
    assert built.code == 0, built.out
    repairs = listed(raw / "city" / "repairs.csv")
    assert {r["代码 code"] for r in repairs} == {
        "clock_span",  # gates: 06:00-23:00 in one cell
        "encoding",
        "title_row",
        "total_row",
        "unit_in_cell",
        "value_word",  # gates: 所有人
    }
    assert [r["行 row"] for r in repairs if r["代码 code"] == "unit_in_cell"] == ["4"]
    assert {p["code"] for p in built.json["problems"]} >= {"repaired"}
    assert built.json["listed"]["repairs.csv"]["encoding"] == 1
    described = run("--lang", "zh", "city", "describe", raw / "city")
    assert f"读表时处理 {len(repairs)} 处" in described.out
    before = open_city(raw / "city").hash
    (raw / "city" / "repairs.csv").unlink()
    assert open_city(raw / "city").hash == before


def test_a_build_that_stops_leaves_its_questions(run: Run, raw: Path, config: Path) -> None:
    text = config.parent.joinpath("people.csv").read_text("gbk")
    (raw / "people.csv").write_text(text.replace("人,", "人左右,", 1), "gbk")
    built = run("city", "build", config, "--out", raw / "city", "--json")
    assert built.code == 2
    questions = listed(raw / "city.questions.csv")
    asked = [q for q in questions if q["代码 code"] == "number_is_about"]
    assert len(asked) == 1
    assert asked[0]["原值 value"].endswith("左右")
    assert built.problem("questions_listed")["severity"] == "info"
    data: dict[str, Any] = tomllib.loads(config.read_text("utf-8"))
    (entry,) = [e for e in data["tables"] if e["path"] == "people.csv"]
    value = float(asked[0]["原值 value"].removesuffix("人左右").replace(",", ""))
    entry["values"] = {"count": {asked[0]["原值 value"]: value}}
    config.write_text(tomli_w.dumps(data), "utf-8")
    assert run("city", "build", config, "--out", raw / "city").code == 0
    assert not (raw / "city.questions.csv").exists()
    assert "answered" in {r["代码 code"] for r in listed(raw / "city" / "repairs.csv")}


def test_columns_in_words_and_in_json(run: Run, raw: Path, config: Path) -> None:
    shown = run("--lang", "zh", "city", "columns", raw / "people.csv", "--table", "people")
    assert shown.code == 0
    assert '[[tables]]\ntable = "people"' in shown.out
    found = run("city", "columns", raw / "people.csv", "--table", "people", "--json").json
    assert found["table"] == "people"
    by_target = {c["target"]: c for c in found["columns"] if c["target"]}
    assert by_target["count"]["confidence"] >= 0.5
    assert all(c["why"]["zh"] and c["why"]["en"] for c in by_target.values())
    assert tomllib.loads(found["toml"]["en"])["tables"][0]["columns"] == {
        "zone": "分区编号", "count": "合计",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("missing.xlsx",), "file_not_found"),
        (("people.csv", "--table", "nothing"), "table_unknown"),
        (("people.csv", "--header", "x"), "parameter_invalid_string_pattern_mismatch"),
        (("people.csv", "--header", "999"), "header_not_found"),
        (("people.csv", "--encoding", "no-such"), "encoding_wrong"),
    ],
)
def test_columns_of_what_cannot_be_read(
    run: Run, raw: Path, config: Path, words: tuple[str, ...], code: str
) -> None:
    found = run("city", "columns", raw / words[0], *words[1:], "--json")
    assert found.code == 2
    assert found.problem(code)["message"]["zh"]
