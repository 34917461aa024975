"""Bad questions are answered all at once, in the user's language, with what to do."""

from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.conftest import Result, Run

from chengce.interfaces import commands

SCENARIO = """
name: three_mistakes
titel: 三处错误
modifications:
  - type: add_lin
    id: a
  - type: add_line
    id: b
    stops: ["bus:1", "bus:2"]
    speed_kmh: -5
    headways:
      - {from: "07:00", to: "六点", minutes: 10}
"""


def compare(run: Run, city: Path, *words: object, app: str = "everyday_reach") -> Result:
    return run("compare", app, "--city", city, "--draws", "20", "--workers", "1", *words)


def test_everything_wrong_is_said_at_once(run: Run, tmp_path: Path) -> None:
    words = (
        "--scenario",
        tmp_path / "没有 这个.yaml",
        "--set",
        "window_mim=3",
        "--set",
        "start=7点",
        "--json",
    )
    result = compare(run, tmp_path / "无", *words, app="new_line")
    assert result.code == 2
    codes = [p["code"] for p in result.json["problems"]]
    wanted = {"parameter_extra_forbidden", "parameter_value_error", "file_missing", "not_a_city"}
    assert set(codes) == wanted
    assert "window_min" in result.problem("parameter_extra_forbidden")["remedy"]["zh"]
    assert "时刻应写作 HH:MM" in result.problem("parameter_value_error")["message"]["zh"]


@pytest.mark.parametrize(
    ("lang", "near"), [("zh", "是否想写 new_line"), ("en", "did you mean new_line?")]
)
def test_unknown_application(run: Run, town: Path, scenarios: Path, lang: str, near: str) -> None:
    words = ("--scenario", scenarios / "new_clinic.yaml", "--set", "x", "--lang", lang)
    result = compare(run, town / "city", *words, app="new_lime")
    assert result.code == 2
    assert near in result.err
    assert "--set x" in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("set_", "code", "zh"),
    [
        ("cutoffs_min=0", "parameter_value_error", "时限须在 1 至 120 分钟之间"),
        ("cutoffs_min=五", "parameter_int_parsing", "应为整数，现为“五”"),
        ("cutoff=5", "parameter_extra_forbidden", "没有这个字段"),
        ("dimension", "set_invalid", "缺少等号"),
        ("dimension=agee", "", "age"),
        ("kinds=clinicc", "", "clinic"),
    ],
)
def test_wrong_parameters(run: Run, town: Path, set_: str, code: str, zh: str) -> None:
    result = run(
        "run",
        "everyday_reach",
        "--city",
        town / "city",
        "--draws",
        "20",
        "--set",
        set_,
        "--lang",
        "zh",
    )
    assert result.code == 2
    assert zh in result.err
    assert f"[{code or ''}" in result.err


def test_a_parameter_given_twice(run: Run, town: Path) -> None:
    words = (
        "--city",
        town / "city",
        "--set",
        "dimension=age",
        "--set",
        "dimension=total",
        "--json",
    )
    assert run("run", "everyday_reach", *words).problem("set_repeated")["column"] == "dimension"


def test_three_mistakes_in_one_scenario_have_rows_and_remedies(
    run: Run, town: Path, tmp_path: Path
) -> None:
    path = tmp_path / "方案 甲.yaml"
    path.write_text(SCENARIO, "utf-8")
    result = compare(run, town / "city", "--scenario", path, "--json")
    assert result.code == 2
    found = {
        p["code"]: (p["file"], p["row"], p["column"], p["remedy"]["zh"])
        for p in result.json["problems"]
    }
    file = str(path)
    assert found["scenario_field_unknown"] == (file, 3, "titel", "是否想写 title")
    assert found["modification_union_tag_invalid"][:3] == (file, 5, "modifications[1]")
    assert "add_line" in found["modification_union_tag_invalid"][3]
    assert found["modification_greater_than"][:3] == (file, 10, "modifications[2].speed_kmh")
    assert "站间运行速度" in found["modification_greater_than"][3]
    assert found["modification_value_error"][:3] == (file, 12, "modifications[2].headways[1].to")
    chinese = compare(run, town / "city", "--scenario", path, "--lang", "zh").err
    assert f"{path}，第 10 行，字段 modifications[2].speed_kmh：" in chinese
    assert "Input should" not in chinese


def test_two_modifications_in_conflict(run: Run, town: Path, tmp_path: Path) -> None:
    path = tmp_path / "conflict.yaml"
    path.write_text(
        """
modifications:
  - {type: change_headway, route: "bus:2", headways: [{from: "07:00", to: "09:00", minutes: 5}]}
  - {type: change_headway, route: "bus:2", headways: [{from: "07:00", to: "09:00", minutes: 9}]}
  - {type: close_facility, place: nothing_here}
""",
        "utf-8",
    )
    result = compare(run, town / "city", "--scenario", path, "--json")
    assert result.code == 2
    conflict = result.problem("modifications_conflict")
    assert "第 1 项与第 2 项改动冲突" in conflict["message"]["zh"]
    assert "keep one of" in conflict["remedy"]["en"]
    assert result.problem("places_unknown")["column"].startswith("modifications[3] close_facility")


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "scenario_empty", None),
        (b"\xef\xbb\xbf", "scenario_empty", None),
        (b"- 1\n", "scenario_empty", None),
        ("name: a\ntitle: 方案：甲\nnotes: b: c\n".encode(), "yaml_invalid", 3),
        (b"modifications:\n\t- type: x\n", "yaml_invalid", 2),
        ("name: a\ntitle: 新线\n".encode("gbk"), "not_utf8", 2),
        (b"name: a\nmodifications: []\nmodifications: []\n", "yaml_repeated", 3),
        (b"name: a\nmodifications: 3\n", "modifications_invalid", 2),
        (b"title: 5\n", "title_invalid", 1),
    ],
)
def test_files_that_are_no_scenario(
    run: Run, town: Path, tmp_path: Path, data: bytes, code: str, row: int | None
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes(data)
    result = compare(run, town / "city", "--scenario", path, "--json")
    assert result.code == 2
    problem = result.problem(code)
    assert (problem["file"], problem["row"]) == (str(path), row)
    assert problem["remedy"]["zh"]
    assert problem["remedy"]["en"]


def test_a_missing_scenario_names_those_beside_it(run: Run, town: Path, scenarios: Path) -> None:
    problem = compare(run, town / "city", "--scenario", scenarios / "south.yaml", "--json").problem(
        "file_missing"
    )
    assert "south_line.yaml" in problem["remedy"]["en"]


def test_two_scenarios_of_one_name(run: Run, town: Path, scenarios: Path) -> None:
    twice = ("--scenario", scenarios / "new_clinic.yaml", scenarios / "new_clinic.yaml", "--json")
    assert compare(run, town / "city", *twice).problem("scenario_name_repeated")


def test_a_date_without_service_names_the_dates(run: Run, town: Path, scenarios: Path) -> None:
    words = (
        "--scenario",
        scenarios / "south_line.yaml",
        "--set",
        "date=2030-01-01",
        "--lang",
        "zh",
    )
    result = compare(run, town / "city", *words, app="new_line")
    assert result.code == 2
    assert "2030-01-01" in result.err
    assert "2026-12-31" in result.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_error_of_ours_is_one_line(
    run: Run, town: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise RuntimeError("kaputt\nand more")

    monkeypatch.setattr(commands, "record", fail)
    words = ("run", "everyday_reach", "--city", town / "city", "--draws", "20")
    result = run(*words, "--lang", lang)
    assert result.code == 1
    assert "RuntimeError: kaputt" in result.err
    assert "CHENGCE_DEBUG=1" in result.err
    assert "and more" not in result.err
    assert run(*words, "--json").problem("internal_error")
    monkeypatch.setenv("CHENGCE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="kaputt"):
        run(*words)


def test_an_app_that_lacks_a_layer_says_so_before_anything_is_computed(
    run: Run, tmp_path: Path, town: Path
) -> None:
    config = tmp_path / "streets.toml"
    osm = (town / "input" / "qinghe.osm.pbf").as_posix()
    config.write_text(
        f'name = "s"\ntitle = "只有道路"\n[osm]\npath = "{osm}"\nlayers = ["streets"]\n', "utf-8"
    )
    assert run("city", "build", config).code == 0
    result = run("run", "new_line", "--city", tmp_path / "s", "--json")
    assert result.code == 2
    missing = {p["column"] for p in result.json["problems"] if p["code"] == "layer_missing"}
    assert missing == {"zones", "people", "transit"}
