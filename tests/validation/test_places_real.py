"""Read hours of real defibrillators, and match real hospitals with a register by their names."""

import csv
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from chengce.city.places.match import Rule, match
from chengce.city.places.names import alike, facility_name
from chengce.city.readers.osm import read_osm
from chengce.city.readers.tables import read_table
from chengce.city.readers.tables_spec import TableSpec


def test_hours_of_the_defibrillators_of_komae(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    path = shared_data("emergency/komae_aed.csv")
    spec = TableSpec(
        table="places", path=path.name, crs="WGS-84", geometry="point:経度,緯度",
        columns={"id": "NO", "name": "名称"}, constants={"kind": "defibrillator", "count": 1},
        hours={"days": "利用可能曜日", "open": "開始時間", "close": "終了時間"},
    )  # fmt: skip
    frame, _ = read_table(path, spec)
    with path.open(encoding="utf-8-sig") as text:
        rows = list(csv.DictReader(text))
    assert len(frame) == len(rows) == 57
    stated = [r for r in rows if r["利用可能曜日"] and r["開始時間"] and r["終了時間"]]
    assert frame["hours"].notna().sum() >= len(stated) - 2
    assert frame["hours"][0] == "Mo-Fr 08:30-17:00"


def test_hospitals_of_beijing_are_found_by_name(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("beijing_facilities")
    with (folder / "beijing_insurance_designated_hospitals.csv").open(encoding="utf-8-sig") as text:
        register = [facility_name(r["name"]) for r in csv.DictReader(text)]
    with (folder / "hospitals_49_gcj02.csv").open(encoding="utf-8-sig") as text:
        hospitals = list(csv.DictReader(text))
    names = [{facility_name(r["name"]), facility_name(r["fullName"])} for r in hospitals]
    found = sum(any(alike(n, o) == 1.0 for o in register for n in both) for both in names)
    assert (len(hospitals), found) == (44, 20)  # the others are written otherwise: a person decides


def test_places_of_helsinki_moved_by_metres_are_found_again(
    shared_data: Callable[[str], Path],
) -> None:
    read = read_osm(shared_data("helsinki/Helsinki.osm.pbf"))
    assert read.places is not None
    assert read.places["hours"].notna().sum() == 263  # of 268 that have opening_hours
    here = read.places[read.places["name"].notna()].reset_index(drop=True)
    there = here.sample(frac=1, random_state=1).reset_index(drop=True)
    moved = shapely.get_coordinates(there.geometry.to_numpy())
    moved += np.random.default_rng(1).normal(0, 10 / 111_195, moved.shape)
    there = there.assign(name=there["name"].str.upper()).set_geometry(
        gpd.points_from_xy(*moved.T, crs=4326)
    )
    pairs = match(here, there, Rule(100.0, 0.85))
    same = [p for p in pairs if p.state == "same"]
    right = [p for p in same if here["id"][p.left] == there["id"][p.right]]
    assert len(right) == len(same)
    assert len(same) > 0.9 * len(here)
