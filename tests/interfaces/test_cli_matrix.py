"""Travel times are written as the engine computes them, with what they are, and can be replayed."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.interfaces.conftest import Run

from chengce.city.city import City
from chengce.city.readers.omx import omx_names, read_omx
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.decisions import matrix_file
from chengce.engine.matrix import INF, Points, TravelTimes, TripOptions, travel_times
from chengce.models.matrices import file_matrix
from chengce.models.opportunities import zone_points
from chengce.models.scenario import read_scenario

ASKED = ("--percentiles", "75,25", "--max-trip-min", "25", "--walk-speed", "1.1", "--workers", "1")
DATE = ("--date", "2026-01-06", "--start", "08:00", "--window-min", "30")
NAMES = ["seconds_p25", "seconds_p75"]


@pytest.fixture(scope="module")
def city(town: Path) -> City:
    return open_city(town / "city")


def direct(city: City, origins: Points, destinations: Points) -> TravelTimes:
    """Return what the engine answers to the options above, stated here anew."""
    assumed = city.assumptions
    options = TripOptions(
        date="2026-01-06", start_s=8 * 3600, window_s=1800, percentiles=(25, 75),
        max_direct_s=1500, max_trip_s=1500, speed_mps=1.1,
        slope_effect=assumed["walk_slope_effect"].value,
        snap_limit_m=assumed["snap_limit"].value,
        gate_tolerance_m=assumed["gate_tolerance"].value,
    )  # fmt: skip
    return travel_times(city, origins, destinations, options, context=Context())


def floats(times: TravelTimes) -> Any:
    return np.where(times.seconds < INF, times.seconds, np.nan)


def table(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", "gbk")
    return path


def test_omx_holds_the_times_of_the_engine(
    run: Run, town: Path, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_matrix, "CELLS", 700)  # so that rows are written in several parts
    out = tmp_path / "deep" / "时间.omx"
    found = run("matrix", town / "city", "--out", out, *ASKED, *DATE, "--json")
    assert found.code == 0, found.err
    zones = Points(*zone_points(city))
    wanted = floats(direct(city, zones, zones))
    assert np.isnan(wanted).any()
    assert omx_names(out) == NAMES
    for name, layer in zip(NAMES, wanted, strict=True):
        matrix = read_omx(out, name)
        assert matrix.zones == tuple(zones.ids)
        np.testing.assert_array_equal(matrix.values, layer)
    with h5py.File(out) as file:
        about = json.loads(file.attrs["chengce"])
        assert (file.attrs["basis"], file.attrs["unit"]) == ("conditional", "s")
    answer = found.json
    assert about["city"] == {"name": city.name, "hash": city.hash}
    assert about["options"]["speed_mps"] == 1.1
    assert about["run"] == answer["run"]
    assert about["sources"]["transit"]["licence"]
    for row, layer in zip(answer["percentiles"], wanted, strict=True):
        assert row["reached"] == np.isfinite(layer).sum()
        assert row["mean"]["value"] == pytest.approx(np.nanmean(layer) / 60)
        assert row["mean"]["basis"] == "conditional"
    assert "60 × 60" in found.err
    assert "memory" in found.err
    assert not list((tmp_path / "workspace" / "scratch").glob("*/cube*"))


def test_tables_hold_every_pair_of_given_places(
    run: Run, town: Path, city: City, tmp_path: Path
) -> None:
    ids, lon, lat = zone_points(city)
    a, b, c = (f"{ids[i]},{lon[i]},{lat[i]}" for i in (0, 31, 59))
    starts = table(tmp_path / "起点.csv", "编号,经度,纬度", a, b)
    ends = table(tmp_path / "ends.csv", "name;LAT;lon;id", *(
        f"某地;{r.split(',')[2]};{r.split(',')[1]};{r.split(',')[0]}" for r in (c, b, a)
    ))  # fmt: skip
    places = ("--origins", starts, "--destinations", ends)
    for ending in ("csv", "parquet"):
        words = ("matrix", town / "city", "--out", tmp_path / f"t.{ending}", *places)
        assert run(*words, *ASKED, *DATE).code == 0
    one, two = np.array([0, 31]), np.array([59, 31, 0])
    times = direct(
        city,
        Points([ids[i] for i in one], lon[one], lat[one]),
        Points([ids[i] for i in two], lon[two], lat[two]),
    )
    text = pd.read_csv(tmp_path / "t.csv", encoding="utf-8-sig")
    binary = pd.read_parquet(tmp_path / "t.parquet")
    for frame in (text, binary):
        assert list(frame.columns) == ["origin", "destination", *NAMES]
        assert frame["origin"].tolist() == [ids[i] for i in one for _ in two]
        assert frame["destination"].tolist() == [ids[i] for i in two] * 2
        for name, layer in zip(NAMES, floats(times), strict=True):
            np.testing.assert_array_equal(frame[name].astype(float), layer.ravel())
    assert text[NAMES].isna().any(axis=None)
    kept = json.loads(pq.read_schema(tmp_path / "t.parquet").metadata[b"chengce"])
    beside = json.loads((tmp_path / "t.csv.json").read_text("utf-8"))
    assert kept["options"] == beside["options"]
    assert kept["basis"] == "conditional"


def test_a_scenario_is_computed_and_replayed(
    run: Run, town: Path, city: City, scenarios: Path, tmp_path: Path
) -> None:
    line, out = scenarios / "south_line.yaml", tmp_path / "line.omx"
    words = ("matrix", town / "city", "--out", out, "--scenario", line, *ASKED, *DATE, "--json")
    made = run(*words).json
    assert made["scenario"] == "south_line"
    zones = Points(*zone_points(city))
    today, after = (direct(c, zones, zones) for c in (city, read_scenario(line).apply(city)))
    assert (floats(after) != floats(today)).any()
    for name, layer in zip(NAMES, floats(after), strict=True):
        np.testing.assert_array_equal(read_omx(out, name).values, layer)
    assert run("replay", made["run"], "--workers", "1", "--json").json["same"] == "identical"
    assert run("export", made["run"], "--out", tmp_path / "x", "--json").problem(
        "run_without_report"
    )


def test_all_mistakes_are_told_together(run: Run, town: Path, tmp_path: Path) -> None:
    blank = table(tmp_path / "blank.csv", "id,lon,lat")
    other = table(tmp_path / "other.csv", "id,x,y", "a,1,2")
    found = run(
        "matrix", town / "city", "--out", tmp_path / "t.xlsx", "--origins", blank,
        "--destinations", other, "--date", "1999-01-05", "--json",
    )  # fmt: skip
    assert found.code == 2
    codes = {p["code"] for p in found.json["problems"]}
    assert codes == {"matrix_file_unknown", "points_empty", "points_columns", "no_service_on_date"}
    assert run("runs", "--json").json == []
    values = ("--percentiles", "5,中,101", "--walk-speed", "-1", "--start", "7点")
    found = run("matrix", town / "city", "--out", tmp_path / "t.csv", *values, "--json")
    wrong = {p["column"] for p in found.json["problems"]}
    assert wrong == {"percentiles[2]", "percentiles[3]", "walk_speed", "start"}
    assert not (tmp_path / "t.csv").exists()


def test_points_are_checked_row_by_row(run: Run, town: Path, tmp_path: Path) -> None:
    spoilt = table(
        tmp_path / "p.csv", "id,lon,lat", "a,120,30", "a,121,30", ",120,30", "b,30,x", "c,,99"
    )
    words = ("matrix", town / "city", "--out", tmp_path / "t.csv", "--origins", spoilt)
    problems = run(*words, "--json").json["problems"]
    assert {(p["code"], p["row"], p["column"]) for p in problems} == {
        ("points_id_twice", 3, "id"),
        ("points_without_id", 4, "id"),
        ("points_degrees", 5, "lat"),
        ("points_degrees", 6, "lon"),
        ("points_degrees", 6, "lat"),
    }


def test_omx_is_refused_for_other_ends(run: Run, town: Path, tmp_path: Path) -> None:
    some = table(tmp_path / "p.csv", "id,lon,lat", "a,120,30")
    words = ("matrix", town / "city", "--out", tmp_path / "t.omx", "--origins", some, "--json")
    assert run(*words).problem("matrix_not_square")


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "t.csv"
    out.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(matrix_file.WRITERS, ".csv", full)
    found = run("matrix", town / "city", "--out", out, *ASKED, "--json")
    assert found.problem("disk_full")
    assert out.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".t.csv")] == []
    assert list((tmp_path / "workspace" / "scratch").glob("*/cube*"))  # not computed again
