"""A run is written in the formats asked for; what can't be is said before anything is computed."""

from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.conftest import Run
from tests.report_worlds import chinese_or_skip

from chengce.city.readers.omx import read_omx
from chengce.city.store import open_city
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

QUICK = ("--draws", "20", "--workers", "1", "--set", "kinds=clinic")


@pytest.fixture
def made(run: Run, town: Path) -> Any:
    """Return the JSON of one recorded run."""
    return run("run", "everyday_reach", "--city", town / "city", *QUICK, "--json").json


def test_a_recorded_run_is_exported_later_under_its_own_id(
    run: Run, made: Any, tmp_path: Path
) -> None:
    words = ("export", made["run"][:8], "--out", tmp_path / "gis", "--format", "gpkg,csv", "--bom")
    found = run(*words, "--format", "shp", "--dbf-encoding", "gbk", "--workers", "1", "--json").json
    assert found["run"] == made["run"]
    names = {Path(p).name for p in found["files"]}
    assert {
        "layers.gpkg",
        "table.csv",
        "zones_today.shp",
        "fields.csv",
        "sources.txt",
        "run.json",
    } <= names
    assert not any(n.startswith("report") for n in names)
    assert {p.name for p in (tmp_path / "gis").iterdir()} == names
    assert made["run"] in (tmp_path / "gis" / "sources.txt").read_text("utf-8")
    assert len(run("runs", "--json").json) == 1


def test_a_run_writes_pages_for_people(run: Run, town: Path, tmp_path: Path) -> None:
    chinese_or_skip()
    words = ("run", "everyday_reach", "--city", town / "city", *QUICK, "--out", tmp_path / "out")
    result = run(*words, "--format", "a3map", "--format", "pdf", "--lang", "zh")
    assert result.code == 0
    assert "report.zh.pdf" in result.out
    names = {p.name for p in (tmp_path / "out").iterdir()}
    pages = {f"report.{lang}.pdf" for lang in ("zh", "en")}
    maps = {f"map.today.{lang}.{end}" for lang in ("zh", "en") for end in ("pdf", "png")}
    assert names == pages | maps | {"run.json"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--format", "dxc"), "format_unknown"),
        (("--format", "omx"), "format_without_matrix"),
        (("--format", "shp", "--dbf-encoding", "latin-9"), "dbf_encoding_unknown"),
    ],
)
def test_what_cannot_be_written_is_said_before_computing(
    run: Run, town: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    asked = ("run", "everyday_reach", "--city", town / "city", *QUICK, "--out", tmp_path / "out")
    result = run(*asked, *words, "--json")
    assert result.code == 2
    assert result.problem(code)["remedy"]["zh"]
    assert run("runs", "--json").json == []
    assert not (tmp_path / "out").exists()


def test_who_goes_where_is_exported_as_matrices(run: Run, town: Path, tmp_path: Path) -> None:
    asked = ("--draws", "20", "--workers", "1", "--set", "mode=walk", "--json")
    made = run("run", "commuting_flows", "--city", town / "city", *asked).json
    out = tmp_path / "omx"
    found = run("export", made["run"], "--out", out, "--format", "omx", "--workers", "1", "--json")
    assert {Path(p).name for p in found.json["files"]} == {"flows-today.omx", "run.json"}
    flow = read_omx(out / "flows-today.omx", "flow_people")
    zones = open_city(town / "city").table("zones")["id"]
    assert flow.zones == tuple(sorted(zones.astype(str)))
    assert flow.values.sum() > 0


def test_formats_need_a_folder(run: Run, town: Path) -> None:
    asked = ("run", "everyday_reach", "--city", town / "city", *QUICK, "--format", "csv")
    assert run(*asked, "--json").problem("format_without_folder")


def test_a_missing_font_is_said_before_computing(
    run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise ChengceError(Problem("font_missing", Text("缺字体", "no font")))

    monkeypatch.setattr("chengce.decisions.typeset.fonts.require_chinese", missing)
    asked = ("run", "everyday_reach", "--city", town / "city", *QUICK, "--out", tmp_path / "out")
    result = run(*asked, "--format", "pdf", "--format", "dxc", "--json")
    assert result.code == 2
    assert result.problem("format_unknown")
    result = run(*asked, "--format", "pdf", "--json")
    assert result.problem("font_missing")
    assert run("runs", "--json").json == []


def test_an_unknown_run_is_told_with_the_other_faults(run: Run, tmp_path: Path) -> None:
    result = run("export", "ffffffffffff", "--out", tmp_path / "x", "--format", "dxc", "--json")
    codes = {p["code"] for p in result.json["problems"]}
    assert "format_unknown" in codes
    assert len(codes) == 2
