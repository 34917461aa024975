"""Coordinates of tables: declared, stated by the file, contradicted, or in another zone."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from chengce.city.crs import read_system
from chengce.city.readers.tables import TableSpec, read_file
from chengce.core.errors import ChengceError, Problem

BEIJING = (116.4, 39.9)
PLACES: dict[str, Any] = {
    "table": "places", "path": "", "columns": {"id": "id"}, "constants": {"kind": "school", "count": 1},
}  # fmt: skip


def csv(folder: Path, x: object, y: object, crs: str, **more: Any) -> tuple[Any, list[Problem]]:
    """Read one place from a CSV; return its point (None on errors) and what was said."""
    path = folder / "places.csv"
    xs, ys = np.atleast_1d(x).tolist(), np.atleast_1d(y).tolist()
    rows = "".join(f"{i},{a!r},{b!r}\n" for i, (a, b) in enumerate(zip(xs, ys, strict=True)))
    path.write_text("id,x,y\n" + rows)
    return read(path, {"geometry": "point:x,y", "crs": crs, **more})


def read(path: Path, more: dict[str, Any]) -> tuple[Any, list[Problem]]:
    try:
        found = read_file(path, TableSpec(**{**PLACES, **more}))
    except ChengceError as error:
        return None, list(error.problems)
    point = found.frame.geometry[0]
    return (point.x, point.y, found.placed), list(found.problems)


def vector(folder: Path, name: str, crs: Any, at: tuple[float, float] = BEIJING) -> Path:
    path = folder / name
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(*at)], crs=crs).to_file(path)
    return path


def codes(problems: list[Problem]) -> set[str]:
    return {p.code for p in problems}


@pytest.mark.parametrize(
    "said",
    ["GCJ-02", "bd09", "百度墨卡托", "国家2000", "EPSG:4548", "EPSG:4527", "CGCS2000 3度带 39带"],
)
def test_coordinates_come_to_wgs84(tmp_path: Path, said: str) -> None:
    x, y = read_system(said).from_wgs84(*(np.array([v]) for v in BEIJING))
    found, problems = csv(tmp_path, x[0], y[0], said, near=BEIJING)
    assert found[:2] == pytest.approx(BEIJING, abs=1e-8)
    assert found[2].system.title == read_system(said).title
    assert problems == []


def test_zone_points_move_with_their_zones(tmp_path: Path) -> None:
    x, y = read_system("BD-09").from_wgs84(*(np.array([v]) for v in BEIJING))
    at = f"{x[0]:.9f},{y[0]:.9f}"
    (tmp_path / "z.csv").write_text(f"id,x,y,px,py\na,{at},{at}\nb,{at},,\n")
    spec = TableSpec(table="zones", path="", columns={"id": "id", "point_lon": "px", "point_lat": "py"},
                     geometry="point:x,y", crs="BD-09")  # fmt: skip
    frame = read_file(tmp_path / "z.csv", spec).frame
    assert frame[["point_lon", "point_lat"]].to_numpy()[0] == pytest.approx(BEIJING, abs=1e-8)
    assert frame["point_lon"].isna().tolist() == [False, True]


def test_a_file_that_says_where_it_is_needs_no_declaration(tmp_path: Path) -> None:
    x, y = read_system("EPSG:4548").from_wgs84(*(np.array([v]) for v in BEIJING))
    found, problems = read(vector(tmp_path, "a.gpkg", 4548, (x[0], y[0])), {"geometry": "file"})
    assert found[:2] == pytest.approx(BEIJING, abs=1e-8)
    assert codes(problems) == {"crs_from_file"}
    assert "EPSG:4548" in problems[0].message.zh


@pytest.mark.parametrize("name", ["a.geojson", "a.shp"])
def test_a_file_that_says_nothing_must_be_declared(tmp_path: Path, name: str) -> None:
    """GeoJSON always claims WGS-84, whatever its coordinates are: the claim counts for nothing."""
    path = vector(tmp_path, name, 4326)
    (tmp_path / "a.prj").unlink(missing_ok=True)
    found, problems = read(path, {"geometry": "file"})
    assert found is None
    assert "crs_missing" in codes(problems)
    found, problems = read(path, {"geometry": "file", "crs": "GCJ-02"})
    assert found[2].system.name == "GCJ-02"
    assert found[0] != BEIJING[0]


def test_shifted_coordinates_in_a_file_labelled_wgs84(tmp_path: Path) -> None:
    path = vector(tmp_path, "a.gpkg", 4326)
    found, problems = read(path, {"geometry": "file", "crs": "GCJ-02"})
    assert codes(problems) == {"crs_overrides_file"}
    assert found[0] == pytest.approx(BEIJING[0] - 0.0062, abs=1e-3)


@pytest.mark.parametrize(
    ("own", "said"), [(4326, "EPSG:4548"), (4548, "GCJ-02"), (4548, "CGCS2000"), (4490, "WGS-84")]
)
def test_contradictions(tmp_path: Path, own: int, said: str) -> None:
    found, problems = read(vector(tmp_path, "a.gpkg", own), {"geometry": "file", "crs": said})
    assert found is None
    assert codes(problems) == {"crs_contradiction"}


def test_the_parameters_in_a_files_own_projection_are_not_repeated(tmp_path: Path) -> None:
    local = "+proj=tmerc +lon_0=116.3502 +x_0=500123 +y_0=-3999000 +ellps=GRS80 +units=m"
    for said in ("", "EPSG:4548", "CGCS2000"):
        _, problems = read(
            vector(tmp_path, f"a{len(said)}.gpkg", local), {"geometry": "file", "crs": said}
        )
        text = json.dumps([p.as_dict() for p in problems])
        assert problems
        assert "116.35" not in text
        assert "500123" not in text


ZONE_39, CM_117 = read_system("EPSG:4527"), read_system("EPSG:4548")


@pytest.mark.parametrize(
    ("real", "said", "right"),
    [
        (4527, 4548, 4527),  # zone number in the data, none declared
        (4548, 4527, 4548),  # and the other way round
        (4528, 4527, 4528),  # another zone
        (4498, 4527, 4498),  # a 6° zone declared as 3°
        (2415, 2416, 2415),  # Beijing 1954
        (2363, 2390, 2363),  # Xi'an 1980
    ],
)
def test_another_zone_is_an_error_that_names_the_code(
    tmp_path: Path, real: int, said: int, right: int
) -> None:
    lon = 119.5 if real == 4528 else 116.4
    x, y = read_system(f"EPSG:{real}").from_wgs84(np.array([lon] * 3), np.array([39.9, 39.8, 39.7]))
    found, problems = csv(tmp_path, x, y, f"EPSG:{said}")
    assert found is None
    told = next(p for p in problems if p.code == "zone_mismatch")
    assert f'crs = "EPSG:{right}"' in told.remedy.en
    assert "swapped_lon_lat" not in codes(problems)


def test_rows_of_another_zone_are_named(tmp_path: Path) -> None:
    x, y = ZONE_39.from_wgs84(np.array([116.4, 116.5, 116.6]), np.array([39.9, 39.8, 39.7]))
    x[1] += 1e6
    found, problems = csv(tmp_path, x, y, "EPSG:4527")
    assert found is None
    assert [p.row for p in problems if p.code == "zone_mismatch"] == [3]


def test_a_bare_easting_in_the_wrong_zone_lies_outside_the_city(tmp_path: Path) -> None:
    x, y = CM_117.from_wgs84(*(np.array([v]) for v in BEIJING))
    found, problems = csv(tmp_path, x[0], y[0], "EPSG:4549", near=BEIJING)
    assert found is not None
    told = next(p for p in problems if p.code == "zone_suspected")
    assert told.severity == "warning"
    assert 'crs = "EPSG:4548"' in told.remedy.zh
    assert csv(tmp_path, x[0], y[0], "EPSG:4548", near=BEIJING)[1] == []


def test_x_is_north_in_chinese_surveying(tmp_path: Path) -> None:
    for code in (4548, 4527):
        x, y = read_system(f"EPSG:{code}").from_wgs84(*(np.array([v]) for v in BEIJING))
        _, problems = csv(tmp_path, y[0], x[0], f"EPSG:{code}", near=BEIJING)
        (told,) = [p for p in problems if p.severity == "error"]
        assert told.code == "swapped_lon_lat"
        assert "横坐标（东" in told.remedy.zh


def test_match_is_for_columns_that_refer_to_zones(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("id,x,y\n1,1,1\n")
    more = {"geometry": "point:x,y", "crs": "WGS-84", "match": {"id": "zones.name"}}
    _, problems = read(tmp_path / "places.csv", more)
    assert codes(problems) == {"mapping_not_matched"}
