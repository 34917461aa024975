"""Columns are proposed with a confidence; what is doubtful or missing stays a comment."""

import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from chengce.city.columns.names import name_fit, synonyms
from chengce.city.columns.propose import SURE, TABLES, Proposal, propose
from chengce.city.columns.toml import as_toml
from chengce.city.layers import BY_NAME
from chengce.city.readers.sheets.units import factor_to, unit_named
from chengce.city.readers.tables import read_table
from chengce.city.readers.tables_spec import TableSpec

ANY = TableSpec(table="zones", path="")


def book(folder: Path, rows: list[list[Any]], name: str = "表.xlsx") -> Path:
    file = openpyxl.Workbook()
    page = file.active
    assert page is not None
    for row in rows:
        page.append(row)
    file.save(folder / name)
    return folder / name


def entries(found: Proposal) -> list[dict[str, Any]]:
    listed = tomllib.loads(as_toml(found, "zh"))["tables"]
    assert listed == tomllib.loads(as_toml(found, "en"))["tables"]
    return [dict(entry) for entry in listed]


def entry(found: Proposal) -> dict[str, Any]:
    (only,) = entries(found)
    return only


def test_a_table_of_people_with_titles_units_and_totals(tmp_path: Path) -> None:
    path = book(tmp_path, [
        ["某区2023年末常住人口"], ["单位：万人"],
        ["街道编号", "街道名称", "常住人口", None, None, "面积（平方公里）"], [None, None, "合计", "男", "女", None],
        ["110101001", "东华门街道", 6.1, 3, 3.1, 5.35], ["110101002", "景山街道", 3.5, 1.7, 1.8, 1.62],
        ["合计", None, 9.6, 4.7, 4.9, 6.97],
    ])  # fmt: skip
    found = propose(path, ANY)
    assert found.table == "people"
    assert {g.target: g.column for g in found.guesses} == {
        "zone": "街道编号", "count": "常住人口-合计",
    }  # fmt: skip
    assert all(g.confidence >= SURE for g in found.guesses)
    data, by_sex = entries(found)
    assert data["constants"] == {"dimension": "total", "group": "total", "base": "resident"}
    frame, _ = read_table(path, TableSpec(**data))
    assert frame["count"].tolist() == [61_000.0, 35_000.0]
    frame, _ = read_table(path, TableSpec(**by_sex))
    assert set(frame["dimension"]) == {"sex"}
    counts = frame.groupby(["zone", "group"])["count"].sum()
    assert counts["110101001", "female"] == 31_000.0
    assert frame["count"].sum() == 96_000.0


def test_what_is_missing_or_doubtful_is_a_comment(tmp_path: Path) -> None:
    path = book(tmp_path, [["机构名称", "床位数", "床位", "经度", "纬度"],
                           ["甲院", 20, 30, 116.41, 39.91], ["乙院", 40, 50, 116.42, 39.92]])  # fmt: skip
    found = propose(path, ANY)
    data = entry(found)
    assert found.table == "places"
    assert data["geometry"] == "point:经度,纬度"
    assert "crs" not in data
    assert data["columns"] == {"name": "机构名称"}
    assert [c.name for c in found.open_columns] == ["id", "kind"]
    text = as_toml(found, "en")
    assert '# crs = ""' in text
    assert '# capacity = "床位数"  # 0.49 doubtful' in text
    assert '# kind = ""' in text


def test_areas_are_zones_and_points_places(tmp_path: Path) -> None:
    for shape, table in ((shapely.box(0, 0, 1, 1), "zones"), (shapely.Point(0, 0), "places")):
        path = tmp_path / f"{table}.gpkg"
        gpd.GeoDataFrame({"编号": ["a"], "名称": ["b"]}, geometry=[shape], crs=4326).to_file(path)
        found = propose(path, ANY)
        assert (found.table, found.geometry) == (table, "file")


def test_an_id_that_repeats_is_no_key(tmp_path: Path) -> None:
    rows = [["编号", "名称", "x", "y"], *[["同", f"n{i}", 116.1, 39.1] for i in range(6)]]
    (guess,) = [g for g in propose(book(tmp_path, rows), ANY, "places").guesses if g.target == "id"]
    assert guess.confidence < 0.5


def test_a_column_of_another_unit_is_not_proposed(tmp_path: Path) -> None:
    path = book(tmp_path, [["编号", "人口（户）"], ["a", 1], ["b", 2]])
    assert "count" not in {g.target for g in propose(path, ANY, "people").guesses}


def test_coordinates_out_of_range_are_not_proposed(tmp_path: Path) -> None:
    path = book(tmp_path, [["编号", "经度", "纬度"], ["a", "无", "无"], ["b", "x", "y"]])
    assert propose(path, ANY, "places").geometry == "none"


@pytest.mark.parametrize(
    ("name", "column", "low", "high"),
    [
        ("count", "count", 1.0, 1.0),
        ("常住人口", "count", 0.9, 0.96),
        ("人口（万人）", "count", 0.8, 0.95),
        ("2023年末常住人口总数", "count", 0.2, 0.6),
        ("常住人口-男", "count", 0.2, 0.4),
        ("0-14岁人口", "count", 0.2, 0.4),
        ("常住人口-合计", "count", 0.8, 0.95),
        ("popcorn", "count", 0.0, 0.0),
        ("备注", "count", 0.0, 0.0),
    ],
)
def test_how_well_a_name_fits(name: str, column: str, low: float, high: float) -> None:
    assert low <= name_fit(name, "people", column) <= high


def test_every_unit_of_a_table_is_known() -> None:
    """A unit without an entry would make every unit in a file a question."""
    units = {c.unit for t in TABLES for c in BY_NAME[t].columns if c.unit}
    known = ("people", "jobs", "places", "trips", "s", "m", "°", "money", "dwellings", "m2",
             "pieces")  # fmt: skip
    assert units <= set(known), units
    for unit, said in zip(
        known,
        ["人", "岗", "所", "人次", "分钟", "公里", "度", "万元", "户", "公顷", "台"],
        strict=True,
    ):
        found = unit_named(said)
        assert found is not None
        assert factor_to(found, unit) is not None, (said, unit)


def test_the_dictionary_knows_every_table_and_only_its_columns() -> None:
    assert set(synonyms()) == {*TABLES, "position"}
    for table in TABLES:
        known = {c.name for c in BY_NAME[table].columns}
        assert set(synonyms()[table]) <= known, table
