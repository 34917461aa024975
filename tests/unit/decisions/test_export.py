"""An export is whole, tidy, and opens in a GIS."""

import csv
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.report_worlds import MINUTES, clinic_run, hand_city, hand_run

from chengce.core.errors import ChengceError
from chengce.decisions.export import export


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("out") / "deep" / "run"
    paths = export(clinic_run(), place)
    assert paths == [
        place / n
        for n in ("report.zh.html", "report.en.html", "table.csv", "zones.geojson", "run.json")
    ]
    return place


def test_nothing_but_the_files_is_left(folder: Path) -> None:
    assert sorted(p.name for p in folder.iterdir()) == [
        "report.en.html", "report.zh.html", "run.json", "table.csv", "zones.geojson",
    ]  # fmt: skip


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "run.json").write_text("old", encoding="utf-8")
    export(clinic_run(), tmp_path)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["id"] == "0123456789ab"


def test_the_table_says_what_is_not_reached(folder: Path) -> None:
    rows = list(csv.DictReader((folder / "table.csv").read_text("utf-8").splitlines()))
    assert {"scenario", "state", "metric", "unit", "place", "group", "reached", "basis"} <= set(
        rows[0]
    )
    today = {r["place"]: r for r in rows if r["scenario"] == "today"}
    assert (today["z00"]["reached"], today["z00"]["unit"]) == ("true", "min")
    assert float(today["z00"]["low"]) < 30 < float(today["z00"]["high"])
    assert (today["z11"]["value"], today["z11"]["reached"]) == ("", "false")
    assert (today["z22"]["value"], today["z22"]["reached"]) == ("", "")
    assert not any(v in ("inf", "nan") for r in rows for v in r.values())


def test_zones_carry_values_intervals_and_verdicts(folder: Path) -> None:
    data = json.loads((folder / "zones.geojson").read_text("utf-8"), parse_constant=pytest.fail)
    assert "crs" not in data
    assert data["metadata"]["run"] == "0123456789ab"
    assert data["metadata"]["licences"]["streets"]["licence"] == "ODbL-1.0"
    assert data["metadata"]["metrics"][MINUTES.id]["unit"] == "min"
    by_id = {f["id"]: f["properties"] for f in data["features"]}
    key = f"{MINUTES.id}.clinic"
    assert by_id["z00"][f"{key}.verdict"] == "gain"
    assert by_id["z00"][f"{key}.change"] == pytest.approx(-20)
    assert by_id["z00"][f"{key}.change_low"] < -20 < by_id["z00"][f"{key}.change_high"]
    assert by_id["z11"][f"{MINUTES.id}.today"] is None
    assert by_id["z11"][f"{MINUTES.id}.today.state"] == "unreached"
    assert by_id["z00"]["at_edge"] is True
    assert by_id["z00"]["name"] == "0<0>区"


def test_a_gis_reads_the_zones_in_wgs_84_wound_as_the_standard_says(folder: Path) -> None:
    frame = gpd.read_file(folder / "zones.geojson")
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.is_valid.all()
    assert all(shapely.is_ccw(g.exterior) for g in frame.geometry)
    expected = hand_city().table("zones").geometry
    assert np.allclose(
        shapely.area(frame.geometry.to_numpy()), shapely.area(expected.to_numpy()), rtol=1e-4
    )


def test_the_run_is_written_with_its_anchor(folder: Path) -> None:
    data = json.loads((folder / "run.json").read_text("utf-8"))
    assert data["head"] == f"7:{'c' * 64}"
    assert data["body"]["draws"] == 40


def test_a_run_without_scenarios_exports_too(tmp_path: Path) -> None:
    run = clinic_run()
    export(hand_run(run.comparison.reference.finding), tmp_path)
    data = json.loads((tmp_path / "zones.geojson").read_text("utf-8"))
    assert not any(".change" in k for k in data["features"][0]["properties"])


def test_a_file_in_the_way_is_reported(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(ChengceError):
        export(clinic_run(), tmp_path / "taken")
