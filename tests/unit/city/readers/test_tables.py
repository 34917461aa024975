import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import pandas as pd
import pytest
import shapely
from pydantic import ValidationError

from chengce.city.checks import check_table
from chengce.city.readers.tables import TableSpec, read_table
from chengce.city.readers.tables_report import LISTED
from chengce.core.errors import ChengceError, Problem

PLACES: dict[str, Any] = {
    "table": "places",
    "columns": {"id": "id", "count": "n"},
    "constants": {"kind": "school"},
    "geometry": "point:lon,lat",
    "crs": "EPSG:4326",
}
PEOPLE: dict[str, Any] = {
    "table": "people",
    "columns": {"zone": "id", "count": "n"},
    "constants": {"dimension": "total", "group": "total", "base": "resident"},
}
ZONES: dict[str, Any] = {
    "table": "zones",
    "columns": {"id": "id"},
    "geometry": "file",
    "crs": "EPSG:4326",
}


def read(
    folder: Path, text: "str | bytes", spec: dict[str, Any], **changes: Any
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, TableSpec(path="table.csv", **{**spec, **changes}))


def errors(
    folder: Path, text: "str | bytes", spec: dict[str, Any], **changes: Any
) -> list[Problem]:
    with pytest.raises(ChengceError) as error:
        read(folder, text, spec, **changes)
    assert all(p.message.zh and p.message.en for p in error.value.problems)
    return list(error.value.problems)


def at(problems: "list[Problem] | tuple[Problem, ...]", code: str) -> list[tuple[int | None, str]]:
    return [(p.row, p.column) for p in problems if p.code == code]


# -- what comes out -------------------------------------------------------------------------------


def test_a_table_has_exactly_the_columns_of_its_contract(tmp_path: Path) -> None:
    frame, problems = read(
        tmp_path, b'\xef\xbb\xbfid,n,lon,lat,name\r\n1,2,116.4,39.9,"A, B"\r\n\r\n2,1,116.5,39.8,', PLACES,
        columns={"id": "id", "count": "n", "name": "name"},
    )  # fmt: skip
    assert problems == ()
    assert list(frame.columns) == [
        "id", "kind", "name", "count", "capacity", "capacity_unit", "hours", "code", "wheelchair",
        "geometry",
    ]  # fmt: skip
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["count"].tolist() == [2.0, 1.0]
    assert frame["name"][0] == "A, B"
    assert frame["name"].isna().tolist() == [False, True]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry[0].coords[0] == (116.4, 39.9)
    assert check_table("places", frame, {}) == []


def test_value_columns_melt_into_places(tmp_path: Path) -> None:
    text = "id,lon,lat,schools,clinics\na,1,2,3,0\nb,1,3,,1\n"
    melt = {"into": "kind", "columns": {"school": "schools", "clinic": "clinics"}}
    frame, problems = read(tmp_path, text, PLACES, columns={"id": "id"}, constants={}, melt=melt)
    assert frame[["id", "kind", "count"]].values.tolist() == [
        ["a:school", "school", 3.0],
        ["b:clinic", "clinic", 1.0],
    ]
    assert [shapely.get_y(g) for g in frame.geometry] == [2.0, 3.0]
    assert at(problems, "missing_value") == [(3, "schools")]
    assert at(problems, "zero_count") == [(None, "clinics")]


def test_age_columns_melt_into_groups_and_zero_people_stay(tmp_path: Path) -> None:
    melt = {"into": "group", "columns": {"child": "a0", "adult": "a15", "elder": "a65"}}
    frame, problems = read(
        tmp_path, "z,a0,a15,a65\nx,1,0,3\ny,4,,6\n", PEOPLE, columns={"zone": "z"},
        constants={"dimension": "age", "base": "registered"}, melt=melt,
    )  # fmt: skip
    assert frame[["zone", "group", "count"]].values.tolist() == [
        ["x", "child", 1.0], ["x", "adult", 0.0], ["x", "elder", 3.0], ["y", "child", 4.0], ["y", "elder", 6.0],
    ]  # fmt: skip
    (problem,) = problems
    assert (problem.code, problem.row, problem.severity) == ("missing_value", 3, "warning")
    assert list(frame.columns) == ["zone", "dimension", "group", "count", "base"]


def test_hexagon_ids_become_polygons_or_points(tmp_path: Path) -> None:
    cell = h3.latlng_to_cell(39.9, 116.4, 9)
    zones, _ = read(tmp_path, f"id\n{cell}\n", ZONES, geometry="h3:id", crs="")
    area = gpd.GeoSeries(zones.geometry, crs=4326).to_crs("EPSG:6933").area[0]
    assert area == pytest.approx(h3.cell_area(cell, unit="m^2"), rel=0.01)
    assert zones.geometry[0].contains(shapely.Point(*reversed(h3.cell_to_latlng(cell))))
    places, _ = read(tmp_path, f"id,n\n{cell},1\n", PLACES, geometry="h3:id", crs="")
    assert places.geometry[0].coords[0] == pytest.approx(tuple(reversed(h3.cell_to_latlng(cell))))
    assert at(errors(tmp_path, f"id\n{cell}\nzzz\n", ZONES, geometry="h3:id"), "invalid_h3") == [
        (3, "id")
    ]


def test_other_coordinate_systems_are_reprojected(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, "id,n,lon,lat\n1,1,500000,4427757\n", PLACES, crs="EPSG:32650")
    assert frame.geometry[0].x == pytest.approx(117.0, abs=1e-9)
    assert frame.geometry[0].y == pytest.approx(40.0, abs=1e-3)


# -- what is wrong --------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "zones_2020.csv").write_text("id\n1\n")
    with pytest.raises(ChengceError, match=r"zones_2020\.csv"):
        read_table(tmp_path / "zones_2021.csv", TableSpec(path="", **PEOPLE))
    for name, data, code in (
        ("a.gpkg", b"no database", "file_unreadable"),
        ("a.parquet", b"PAR1", "file_unreadable"),
        ("a.geojson", b'{"type":', "file_unreadable"),
        ("a.xlsx", b"PK", "file_unreadable"),
        ("a.mdb", b"x", "unknown_format"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ChengceError) as error:
            read_table(tmp_path / name, TableSpec(path="", **ZONES))
        assert [p.code for p in error.value.problems] == [code], name


@pytest.mark.parametrize("text", ["", "id,n\n", "\n\n"])
def test_empty_files(tmp_path: Path, text: str) -> None:
    assert at(errors(tmp_path, text, PEOPLE), "empty_file")


def test_text_that_is_no_clean_csv(tmp_path: Path) -> None:
    ragged = errors(tmp_path, 'id,n\n1,2\n\n3,4,5\n"x"y,1\n', PEOPLE)
    assert at(ragged, "invalid_row_length") == [(4, "")]
    assert at(ragged, "csv_parsing_failed") == [(5, "")]
    assert at(errors(tmp_path, "id,n,n\n1,2,3\n", PEOPLE), "duplicated_column") == [(1, "n")]


def test_missing_columns_name_close_ones_and_all_are_listed(tmp_path: Path) -> None:
    found = errors(
        tmp_path, "ID,popul\n1,2\n", PEOPLE, columns={"zone": "id", "count": "population"}
    )
    assert at(found, "missing_column") == [(None, "id"), (None, "population")]
    assert ["ID" in found[0].remedy.en, "popul" in found[1].remedy.en] == [True, True]


def test_unmapped_columns_are_listed(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "id,n,x,y\n1,2,3,4\n", PEOPLE)
    (problem,) = problems
    assert (problem.code, problem.severity) == ("unmapped_columns", "info")
    assert "x, y" in problem.message.en


def test_all_wrong_numbers_are_listed_with_their_rows(tmp_path: Path) -> None:
    found = errors(
        tmp_path, 'id,n\na,1\nb,12 人\nc,-5\nd,\n,4\ne,"1,200"\nf,inf\ng,nan\na,2\n', PEOPLE
    )
    assert at(found, "not_a_number") == [(8, "n"), (9, "n")]
    assert at(found, "repaired") == [(3, "n"), (7, "n")]
    assert at(found, "negative_number") == [(4, "n")]
    assert at(found, "missing_value") == [(6, "id"), (5, "n")]
    (twice,) = [p for p in found if p.code == "duplicate_key"]
    assert twice.row == 10
    assert "→ 2" in twice.message.en


def test_values_outside_the_allowed_ones(tmp_path: Path) -> None:
    text = "id,n,lon,lat,w\n1,1,0,0,yes\n2,1,0,0,maybe\n"
    columns = {**PLACES["columns"], "wheelchair": "w"}
    assert at(errors(tmp_path, text, PLACES, columns=columns), "value_not_allowed") == [(3, "w")]
    text = "id,lon,lat,px\nz,0,0,190\n"
    wide = {"id": "id", "point_lon": "px"}
    assert at(
        errors(tmp_path, text, ZONES, columns=wide, geometry="point:lon,lat"), "number_out_of_range"
    ) == [(2, "px")]


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    found = errors(tmp_path, "id,n\n" + "".join(f"{i},x\n" for i in range(LISTED + 3)), PEOPLE)
    assert len(found) == LISTED + 1
    assert "3 more" in found[-1].message.en


# -- coordinates ----------------------------------------------------------------------------------

POINTS = "id,n,lon,lat\n1,1,116.4,39.9\n2,1,39.9,116.4\n3,1,,39.9\n4,1,500,500\n"


def test_swapped_missing_and_impossible_coordinates(tmp_path: Path) -> None:
    found = errors(tmp_path, POINTS, PLACES)
    assert at(found, "swapped_lon_lat") == [(3, "")]
    assert at(found, "missing_coordinates") == [(4, "")]
    assert at(found, "coordinates_out_of_range") == [(5, "")]


def test_swapped_coordinates_that_are_possible_need_the_city(tmp_path: Path) -> None:
    text = "id,n,lon,lat\n1,1,-30.05,-51.2\n"  # Porto Alegre, the wrong way round
    frame, problems = read(tmp_path, text, PLACES)
    assert (len(frame), problems) == (1, ())
    assert at(errors(tmp_path, text, PLACES, near=(-51.2, -30.0)), "swapped_lon_lat") == [(2, "")]
    _, problems = read(tmp_path, "id,n,lon,lat\n1,1,10,50\n", PLACES, near=(-51.2, -30.0))
    assert [(p.code, p.severity) for p in problems] == [("far_from_city", "warning")]


def test_swapped_projected_coordinates(tmp_path: Path) -> None:
    text = "id,n,lon,lat\n1,1,4427757,500000\n"
    found = errors(tmp_path, text, PLACES, crs="EPSG:32650", near=(117.0, 40.0))
    assert at(found, "swapped_lon_lat") == [(2, "")]


@pytest.mark.parametrize(
    ("crs", "code"), [("", "crs_missing"), ("EPSG:0", "crs_unknown"), ("GCJ-2", "crs_unknown")]
)
def test_the_coordinate_system_must_be_declared(tmp_path: Path, crs: str, code: str) -> None:
    (problem,) = errors(tmp_path, "id,n,lon,lat\n1,1,1,1\n", PLACES, crs=crs)
    assert problem.code == code
    assert problem.remedy.zh


# -- files with geometry --------------------------------------------------------------------------


def square(x: float) -> shapely.Polygon:
    return shapely.box(x, 0, x + 1, 1)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "parquet", "fgb"])
def test_geometry_from_files(tmp_path: Path, suffix: str) -> None:
    data = gpd.GeoDataFrame(
        {"code": [7, 8], "pop": [1.5, None]}, geometry=[square(0), square(5)], crs=4326
    )
    path = tmp_path / f"zones.{suffix}"
    if suffix == "parquet":
        data.to_parquet(path)
    else:
        data.to_file(path)
    frame, _ = read_table(path, TableSpec(path="", **{**ZONES, "columns": {"id": "code"}}))
    assert frame.sort_values("id")["id"].tolist() == ["7", "8"]
    assert check_table("zones", frame, {}) == []
    people, problems = read_table(
        path, TableSpec(path="", **{**PEOPLE, "columns": {"zone": "code", "count": "pop"}})
    )
    assert people[["zone", "count"]].values.tolist() == [["7", 1.5]]
    assert [p.code for p in problems] == ["missing_value"]


def test_parquet_without_geometry(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["a"], "n": [3]}).to_parquet(tmp_path / "t.parquet")
    frame, _ = read_table(tmp_path / "t.parquet", TableSpec(path="", **PEOPLE))
    assert frame["count"].tolist() == [3.0]
    with pytest.raises(ChengceError, match="missing_geometry"):
        read_table(tmp_path / "t.parquet", TableSpec(path="", **ZONES))


def test_a_file_that_contradicts_the_declaration(tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    projected = gpd.GeoDataFrame({"id": ["a"]}, geometry=[square(0)], crs=4326).to_crs(32631)
    projected.to_file(path)
    with pytest.raises(ChengceError, match="crs_contradiction"):
        read_table(path, TableSpec(path="", **ZONES))
    frame, _ = read_table(path, TableSpec(path="", **{**ZONES, "crs": "EPSG:32631"}))
    assert frame.geometry[0].bounds == pytest.approx((0, 0, 1, 1), abs=1e-6)


def test_layers_are_named(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    for layer, x in (("old", 0), ("new", 5)):
        gpd.GeoDataFrame({"id": ["a"]}, geometry=[square(x)], crs=4326).to_file(path, layer=layer)
    for name in ("", "newer"):
        with pytest.raises(ChengceError, match=r"layer_not_found") as error:
            read_table(path, TableSpec(path="", layer_name=name, **ZONES))
        assert "old, new" in error.value.problems[0].remedy.en
    frame, _ = read_table(path, TableSpec(path="", layer_name="new", **ZONES))
    assert frame.geometry[0].bounds[0] == 5


def test_kinds_of_geometry(tmp_path: Path) -> None:
    path = tmp_path / "mixed.geojson"
    shapes = {
        "bow": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        "line": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        "none": None,
    }
    features = [
        {"type": "Feature", "properties": {"id": name}, "geometry": shape}
        for name, shape in shapes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(ChengceError) as error:
        read_table(path, TableSpec(path="", **ZONES))
    assert at(error.value.problems, "wrong_geometry") == [(2, "")]
    assert at(error.value.problems, "invalid_geometry") == [(1, "")]
    assert at(error.value.problems, "missing_coordinates") == [(3, "")]
    spec = {**ZONES, "table": "places", "constants": {"kind": "school", "count": 1}}
    frame, problems = read_table(path, TableSpec(path="", **spec))
    assert frame.geometry.geom_type.tolist() == ["Point", "Point"]
    assert [row for row, _ in at(problems, "reduced_to_point")] == [1, 2]


# -- the mapping itself ---------------------------------------------------------------------------


def test_a_wrong_mapping_is_reported_whole(tmp_path: Path) -> None:
    found = errors(
        tmp_path, "id,n\n1,2\n", PEOPLE, columns={"zone": "id", "size": "n"},
        constants={"dimension": "total", "base": "residents", "zone": "x"},
    )  # fmt: skip
    assert {(p.code, p.column) for p in found} == {
        ("mapping_unknown_column", "size"),
        ("mapping_column_twice", "zone"),
        ("mapping_missing_column", "group"),
        ("mapping_missing_column", "count"),
        ("value_not_allowed", "base"),
    }
    assert {p.file for p in found} == {"table.csv"}
    found = errors(tmp_path, "id\n1\n", ZONES, geometry="none", crs="")
    assert [p.code for p in found] == ["mapping_without_geometry"]
    assert at(
        errors(tmp_path, "id,n\n1,1\n", PLACES, constants={"kind": "x", "capacity": -1}),
        "not_a_number",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"table": "streets"},
        {"geometry": "point:lon"},
        {"colums": {}},
        {"melt": {"into": "x", "columns": {"a": "b"}}},
    ],
)
def test_a_malformed_spec_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TableSpec(path="x", **{**PLACES, **change})
