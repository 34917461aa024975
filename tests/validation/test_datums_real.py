"""Beijing's districts (GCJ-02), deals (BD-09), hospitals (GCJ-02) and entrances (WGS-84) on one map.

What agreement means here: a deal says in which district it is, so it must lie in that polygon; an
entrance belongs to a station and, by code, to a district; a hospital's district is known where its
name stands in the city's list of institutions. Boundaries are drawn to some tens of metres, so a
point may lie 50 m outside; the transforms themselves are labelled ±10 m.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from chengce.city.datum_check import Located, check_datums
from chengce.city.match_zones import match_zones, zone_rows
from chengce.city.place_names import match_names
from chengce.city.readers.tables import TableRead, TableSpec, read_file
from chengce.core.errors import Problem

Find = Callable[[str], Path]
SYSTEMS = ("WGS-84", "GCJ-02", "BD-09")
NEAR = (116.4, 39.9)
PLACE = {"table": "places", "path": "", "constants": {"kind": "x", "count": 1}, "near": NEAR}
EDGE_M = 50.0


def districts(shared_data: Find, crs: str = "GCJ-02") -> TableRead:
    path = shared_data("beijing_boundaries/datav/110100_full.json")
    columns = {"id": "adcode", "name": "name"}
    spec = TableSpec(table="zones", path="", columns=columns, geometry="file", crs=crs)
    return read_file(path, spec)


@pytest.fixture(scope="module")
def tables(shared_data: Find, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """CSV files of deals, entrances and hospitals with the district each row names."""
    folder = tmp_path_factory.mktemp("beijing")
    raw = shared_data("beijing_housing/lianjia_sample_laoshan-song.json").read_text("utf-8")
    deals = pd.DataFrame(json.loads(raw)).rename(columns={"lng": "lon"})
    deals.assign(id=range(len(deals))).to_csv(folder / "deals.csv", index=False)
    gtfs = shared_data("beijing_subway/gtfs_boyinthesun/gtfs")
    stops, areas = (pd.read_csv(gtfs / n, dtype=str) for n in ("stops.txt", "stop_areas.txt"))
    platforms = areas.merge(stops, on="stop_id").drop_duplicates("parent_station")
    stops["district"] = stops["parent_station"].map(
        platforms.set_index("parent_station")["area_id"]
    )
    stops = stops.rename(columns={"stop_id": "id", "stop_lon": "lon", "stop_lat": "lat"})
    stops[stops["location_type"] == "2"].to_csv(folder / "entrances.csv", index=False)
    stops[stops["location_type"] != "2"].to_csv(folder / "stations.csv", index=False)
    hospitals = pd.read_csv(shared_data("beijing_facilities/hospitals_49_gcj02.csv"))
    listed = pd.read_csv(
        shared_data("beijing_facilities/beijing_insurance_designated_hospitals.csv")
    )
    listed = listed.drop_duplicates("name", keep=False).set_index("name")["district"]
    hospitals["district"] = hospitals["fullName"].map(listed).fillna(hospitals["name"].map(listed))
    hospitals = hospitals.rename(columns={"longitude": "lon", "latitude": "lat"})
    hospitals.to_csv(folder / "hospitals.csv", index=False)
    return {p.stem: p for p in folder.iterdir()}


def read(path: Path, crs: str, within: str = "district") -> TableRead:
    fields: dict[str, Any] = {**PLACE, "columns": {"id": "id"}, "geometry": "point:lon,lat"}
    return read_file(path, TableSpec(**fields, crs=crs, within=within))


def off_m(found: TableRead, zones: TableRead) -> np.ndarray:
    """Metres from each row to the district it names; rows whose district is not known are left out."""
    assert found.within is not None
    rows = zone_rows(found.within, zones.frame)
    points, polygons = (
        shapely.transform(
            f.frame.geometry.to_numpy(), lambda xy: (xy - NEAR) * [85_390.0, 111_035.0]
        )
        for f in (found, zones)
    )
    known = rows >= 0
    return np.asarray(shapely.distance(points[known], polygons[rows[known]]))


def located(name: str, found: TableRead, zones: TableRead | None = None) -> Located:
    assert found.placed is not None
    inside = None
    if zones is not None and found.within is not None:
        inside = zone_rows(found.within, zones.frame)
    table = "zones" if name == "districts" else "places"
    return Located(name, table, found.frame.geometry.to_numpy(), found.placed.system, inside)


def said(found: list[Problem], name: str) -> Problem:
    (problem,) = [p for p in found if p.file == name and p.code != "datum_not_checkable"]
    return problem


def test_all_four_agree_within_the_labelled_accuracy(
    shared_data: Find, tables: dict[str, Path]
) -> None:
    zones = districts(shared_data)
    deals = off_m(read(tables["deals"], "BD-09"), zones)
    assert len(deals) == 4962  # 39 are in 亦庄, which is no district
    assert np.mean(deals > 0) < 0.006
    assert np.sum(deals > EDGE_M) <= 8
    entrances = off_m(read(tables["entrances"], "WGS-84"), zones)
    assert len(entrances) > 1000
    assert np.mean(entrances > EDGE_M) < 0.015  # stations on a boundary have entrances beyond it
    hospitals = off_m(read(tables["hospitals"], "GCJ-02"), zones)
    assert len(hospitals) == 19
    assert np.sum(hospitals > EDGE_M) == 1  # 92 m
    assert hospitals.max() < 100


def test_each_wrong_declaration_makes_it_worse(shared_data: Find, tables: dict[str, Path]) -> None:
    """Rows outside their district: deals 0.5 % (any other pair 4–20 %), entrances 2.8, 6.3, 12.1 %."""
    deals = {s: read(tables["deals"], s) for s in SYSTEMS}
    zones = {s: districts(shared_data, s) for s in SYSTEMS}
    share = {
        (z, d): float(np.mean(off_m(deals[d], zones[z]) > 0)) for z in SYSTEMS for d in SYSTEMS
    }
    best = share.pop(("GCJ-02", "BD-09"))
    assert min(share.values()) > 8 * best
    entrances = [
        np.mean(off_m(read(tables["entrances"], s), zones["GCJ-02"]) > EDGE_M) for s in SYSTEMS
    ]
    assert min(entrances[1:]) > 4 * entrances[0]
    hospitals = {s: off_m(read(tables["hospitals"], s), zones["GCJ-02"]).max() for s in SYSTEMS}
    assert hospitals["BD-09"] > 5 * hospitals["GCJ-02"]  # as WGS-84 all 19 happen to lie inside


@pytest.mark.parametrize("crs", SYSTEMS)
def test_deals_wrongly_declared_are_flagged(
    shared_data: Find, tables: dict[str, Path], crs: str
) -> None:
    zones = districts(shared_data)
    layers = [located("districts", zones), located("deals", read(tables["deals"], crs), zones)]
    problem = said(check_datums(layers, None), "deals")
    assert problem.code == ("datum_checked" if crs == "BD-09" else "datum_suspected")
    if crs != "BD-09":
        assert 'crs = "BD-09"' in problem.remedy.zh
        assert " 26 " in problem.message.en


@pytest.mark.parametrize("crs", ["WGS-84", "BD-09"])
def test_districts_wrongly_declared_are_flagged(
    shared_data: Find, tables: dict[str, Path], crs: str
) -> None:
    zones = districts(shared_data, crs)
    layers = [located("districts", zones), located("deals", read(tables["deals"], "BD-09"), zones)]
    problem = said(check_datums(layers, None), "districts")
    assert problem.code == "datum_suspected"
    assert 'crs = "GCJ-02"' in problem.remedy.en


@pytest.mark.parametrize("crs", SYSTEMS)
def test_entrances_wrongly_declared_are_flagged(tables: dict[str, Path], crs: str) -> None:
    """Entrances lie 78 m from a platform or station (median), 500 and 760 m if taken for shifted."""
    stations = located("stations", read(tables["stations"], "WGS-84", within=""))
    problem = said(
        check_datums([located("entrances", read(tables["entrances"], crs))], stations), "entrances"
    )
    assert problem.code == ("datum_checked" if crs == "WGS-84" else "datum_suspected")
    if crs != "WGS-84":
        assert 'crs = "WGS-84"' in problem.remedy.en


@pytest.mark.parametrize("crs", SYSTEMS)
def test_44_hospitals_alone_show_too_little(
    shared_data: Find, tables: dict[str, Path], crs: str
) -> None:
    """Few of them stand near a boundary: nothing is flagged, right or wrong, and no harm done."""
    zones = districts(shared_data)
    layers = [
        located("districts", zones),
        located("hospitals", read(tables["hospitals"], crs), zones),
    ]
    assert "datum_suspected" not in {p.code for p in check_datums(layers, None)}


def test_names_and_codes_join(shared_data: Find, tables: dict[str, Path]) -> None:
    """Deals say 朝阳, the list says 朝阳区, GTFS says 110105: all are one district."""
    zones = districts(shared_data).frame
    deals = pd.read_csv(tables["deals"])["district"]
    ids, problems = match_zones(deals, "zones.name", zones, {}, "deals.csv")
    assert ids[deals != "亦庄"].isin(zones["id"]).all()
    assert {p.code for p in problems} == {"names_matched", "name_unknown"}  # 亦庄 is a new town
    confirmed, problems = match_zones(deals, "zones.name", zones, {"亦庄": "大兴区"}, "deals.csv")
    assert confirmed.isin(zones["id"]).all()
    assert {p.severity for p in problems} == {"info"}
    codes = pd.read_csv(tables["entrances"], dtype=str)["district"].dropna()
    ids, problems = match_zones(codes, "zones.code", zones, {}, "entrances.csv")
    assert ids.isin(zones["id"]).mean() > 0.98
    assert {p.code for p in problems} <= {"code_unknown"}  # stations beyond the city's limits
    listed = pd.read_csv(
        shared_data("beijing_facilities/beijing_insurance_designated_hospitals.csv")
    )
    found = match_names(listed["district"], zones["name"].tolist())
    assert len(found.exact) == 16
    assert found.unknown == ("经济技术开发区",)
