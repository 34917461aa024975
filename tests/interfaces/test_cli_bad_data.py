"""Raw files that are wrong: which file, which row, which column, what to do, nothing written."""

import json
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from tests.interfaces.conftest import Result, Run

Spoil = Callable[[Path, dict[str, Any]], object]


def build(run: Run, raw: Path, spoil: Spoil, *words: object) -> Result:
    """Spoil the raw files or their configuration, then build."""
    config: dict[str, Any] = tomllib.loads((raw / "town.toml").read_text("utf-8"))
    spoil(raw, config)
    (raw / "town.toml").write_text(tomli_w.dumps(config), "utf-8")
    return run("city", "build", raw / "town.toml", "--out", raw / "城市 目录", *words)


def cell(file: Path, row: int, column: str, value: str) -> None:
    """Write a value into a cell; the header is row 1."""
    lines = file.read_text("utf-8-sig").splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    lines[row - 1] = ",".join(cells)
    file.write_text("\n".join(lines) + "\n", "utf-8")


def rezip(file: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    with zipfile.ZipFile(file) as archive:
        items = {name: archive.read(name) for name in archive.namelist()}
    change(items)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in items.items():
            archive.writestr(name, data)


def half(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def drop(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda items: items.pop(name)


CASES: dict[str, tuple[Spoil, str, str, int | None, str, str]] = {
    "empty file": (
        lambda f, c: (f / "people.csv").write_bytes(b""), "empty_file", "people.csv", None, "", "核对文件"),
    "empty map": (
        lambda f, c: (f / "qinghe.osm.pbf").write_bytes(b""), "osm_empty", "qinghe.osm.pbf", None, "", "重新下载"),
    "truncated map": (
        lambda f, c: half(f / "qinghe.osm.pbf"), "osm_truncated", "qinghe.osm.pbf", None, "", "重新下载"),
    "zip without stop_times": (
        lambda f, c: rezip(f / "bus.zip", drop("stop_times.txt")),
        "missing_required_file", "bus.zip/stop_times.txt", None, "", "补上该文件"),
    "not a zip": (lambda f, c: (f / "rail.zip").write_bytes(b"x"), "not_a_zip", "rail.zip", None, "", "重新下载"),
    "negative population": (
        lambda f, c: cell(f / "people.csv", 4, "0–14岁", "-5"), "negative_number", "people.csv", 4, "0–14岁", ""),
    "a word for a number": (
        lambda f, c: cell(f / "people.csv", 5, "15–59岁", "许多"), "not_a_number", "people.csv", 5, "15–59岁", ""),
    "missing column": (
        lambda f, c: c["tables"][1]["melt"]["columns"].update({"0-14": "0-14岁"}),
        "missing_column", "people.csv", None, "0-14岁", "0–14岁"),
    "unknown column of the table": (
        lambda f, c: c["tables"][1]["columns"].update({"zoen": "分区编号"}),
        "mapping_unknown_column", "people.csv", None, "zoen", "zone"),
    "swapped coordinates": (
        lambda f, c: c["tables"][4].update({"geometry": "point:纬度,经度"}),
        "swapped_lon_lat", "care.csv", 2, "", "先经度，后纬度"),
    "undeclared coordinate system": (
        lambda f, c: c["tables"][4].update({"crs": ""}), "crs_missing", "care.csv", None, "", "CGCS2000"),
    "missing file": (lambda f, c: (f / "jobs.csv").unlink(), "file_not_found", "jobs.csv", None, "", "核对路径"),
    "another encoding than said": (
        lambda f, c: c["tables"][4].update({"encoding": "ascii"}), "encoding_wrong", "care.csv", None, "", "gb18030"),
    "unknown field": (
        lambda f, c: c.update({"tabels": []}), "config_extra_forbidden", "town.toml", None, "tabels", "tables"),
    "unknown layer": (
        lambda f, c: c["osm"].update({"layers": ["street"]}),
        "config_literal_error", "town.toml", None, "osm.layers[1]", "streets"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_spoilt_raw_files(run: Run, raw: Path, name: str) -> None:
    spoil, code, file, row, column, remedy = CASES[name]
    result = build(run, raw, spoil, "--json")
    assert result.code == 2
    problem = result.problem(code)
    assert problem["file"].endswith(file)
    assert row is None or problem["row"] == row
    assert column in problem["column"]
    assert remedy in problem["remedy"]["zh"]
    assert problem["remedy"]["en"]
    assert not (raw / "城市 目录").exists()


def test_all_files_are_read_before_anything_is_said(run: Run, raw: Path) -> None:
    def spoil(folder: Path, config: dict[str, Any]) -> None:
        half(folder / "qinghe.osm.pbf")
        rezip(folder / "bus.zip", drop("stop_times.txt"))
        (folder / "jobs.csv").unlink()
        cell(folder / "people.csv", 4, "0–14岁", "-5")

    result = build(run, raw, spoil, "--lang", "zh")
    assert result.code == 2
    files = ("qinghe.osm.pbf", "bus.zip/stop_times.txt", "jobs.csv", "people.csv，第 4 行")
    assert all(file in result.err for file in files)
    assert result.out == ""


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "config_missing", None),
        (b'name = "a\n', "toml_invalid", 1),
        ('title = "清河"\n'.encode("gbk"), "not_utf8", 1),
    ],
)
def test_configurations_that_cannot_be_read(
    run: Run, tmp_path: Path, data: bytes, code: str, row: int | None
) -> None:
    path = tmp_path / "城 市.toml"
    path.write_bytes(data)
    result = run("city", "build", path, "--json")
    assert result.code == 2
    problem = result.problem(code)
    assert (problem["file"], problem["row"]) == (str(path), row)


def test_a_missing_configuration_names_those_beside_it(run: Run, raw: Path) -> None:
    problem = run("city", "build", raw / "twon.toml", "--json").problem("file_missing")
    assert "town.toml" in problem["remedy"]["zh"]


def test_a_zone_far_from_any_street_is_a_warning_with_its_distance(run: Run, raw: Path) -> None:
    def spoil(folder: Path, config: dict[str, Any]) -> None:
        path = folder / "zones.geojson"
        found = json.loads(path.read_text("utf-8"))
        point = {"type": "Point", "coordinates": [112.45, 33.62]}
        far = {"type": "Feature", "properties": {"编号": "FAR1", "名称": "远村"}, "geometry": point}
        found["features"].append(far)
        path.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
        for name in ("point_lon", "point_lat"):
            config["tables"][0]["columns"].pop(name)

    result = build(run, raw, spoil, "--lang", "zh")
    assert result.code == 0, result.err
    line = next(line for line in result.err.splitlines() if "point_too_far_from_street" in line)
    assert line.startswith("警告：")
    assert "FAR1" in line
    assert "不计为 0 分钟" in line
    assert "补充道路数据" in line


def test_a_feed_without_service_on_the_date_is_named(run: Run, town: Path, raw: Path) -> None:
    """In one feed: a warning naming the feed and its dates; in all: an error."""

    def later(items: dict[str, bytes]) -> None:
        items.pop("calendar_dates.txt", None)
        text = items["calendar.txt"].decode()
        items["calendar.txt"] = text.replace("20260101,20261231", "20270101,20271231").encode()

    assert build(run, raw, lambda f, c: rezip(f / "rail.zip", later)).code == 0
    narrow = [
        w for s in ("cutoffs_min=30", "window_min=10", "destinations=school") for w in ("--set", s)
    ]
    words = ("new_line", "--city", raw / "城市 目录", "--draws", "20", "--workers", "1", *narrow)
    result = run("run", *words, "--set", "date=2026-01-06", "--json")
    assert result.code == 0
    warnings = [w for w in result.json["warnings"] if "rail" in w["message"]["zh"]]
    assert warnings, result.json["warnings"]
    assert warnings[0]["severity"] == "warning"
    said = warnings[0]["message"]["zh"] + warnings[0]["remedy"]["zh"]
    assert "2027-01-01" in said
    none = run("run", *words, "--set", "date=2029-01-02", "--json")
    assert none.code == 2
    assert none.json["problems"][0]["severity"] == "error"


def test_a_damaged_or_edited_city_is_not_opened(run: Run, town: Path, tmp_path: Path) -> None:
    city = Path(shutil.copytree(town / "city", tmp_path / "city"))
    half(city / "streets.parquet")
    (city / "people.parquet").unlink()
    result = run("city", "check", city, "--json")
    assert result.code == 2
    files = {Path(p["file"]).name for p in result.json["problems"] if p["code"] == "layer_damaged"}
    assert files == {"streets.parquet", "people.parquet"}
    (city / "city.toml").write_text("x = [", "utf-8")
    assert run("city", "check", city, "--json").problem("toml_invalid")["row"] == 1
