"""Real tables with their faults: institutions, rescue sites, weather, an atlas, station counts."""

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from chengce.city.columns.propose import propose
from chengce.city.layers import Column
from chengce.city.readers.sheets.dates import read_date
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.tables import TableSpec, read_table
from chengce.city.readers.tables_repairs import Workings
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import open_source
from chengce.city.readers.tables_values import convert
from chengce.core.errors import ChengceError

PLACES: dict[str, Any] = {"table": "places", "path": "", "crs": "EPSG:4326"}


def test_the_institutions_of_beijing(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """4,279 rows, ids with leading zeros, names with anything in them: none is lost or changed."""
    path = shared_data("beijing_facilities/beijing_insurance_designated_hospitals.csv")
    raw = pd.read_csv(path, dtype=str)
    for encoding in ("utf-8", "gb18030"):
        copy = tmp_path / "a.csv"
        copy.write_bytes(path.read_text("utf-8-sig").encode(encoding))
        report = Report(copy.name)
        source = open_source(copy, TableSpec(table="zones", path=""), report, wanted=())
        assert source is not None
        assert len(source.rows) == len(raw) == 4279
        assert source.frame["name"].tolist() == raw["name"].tolist()
        ids, gone = convert(source.frame["code"], Column("id", "str"), source.rows, report)
        assert ids.tolist() == raw["code"].tolist()
        assert not gone.any()
        assert {r.code for r in report.workings.repairs} <= {"encoding"}
    grades, _ = convert(
        source.frame["grade"], Column("grade", "str", nullable=True), source.rows, report
    )
    assert Counter(grades) == Counter(raw["grade"])  # 无等级 and 三级无等 are grades, no blanks
    assert len(source.frame["district"].unique()) == 17


def test_the_sites_of_kenya(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """Sites without coordinates are left out and listed; every row comes out or is named."""
    path = tmp_path / "kenya.csv"
    path.write_bytes(
        gzip.decompress(shared_data("emergency/kenya_health_sites.csv.gz").read_bytes())
    )
    raw = pd.read_csv(path)
    numbered = raw.assign(id=range(len(raw)))
    numbered.to_csv(tmp_path / "sites.csv", index=False)
    workings = Workings()
    frame, problems = read_table(
        tmp_path / "sites.csv",
        TableSpec(**PLACES, columns={"id": "id", "name": "Facility name", "kind": "Facility type"},
                  constants={"count": 1}, geometry="point:Long,Lat"),
        workings=workings,
    )  # fmt: skip
    missing = raw["Lat"].isna() | raw["Long"].isna()
    assert len(frame) == len(raw) - missing.sum()
    listed = {q.row for q in workings.questions if q.code == "missing_coordinates"}
    assert listed == set(raw.index[missing] + 2)
    assert all(p.severity != "error" for p in problems)
    assert propose(path, TableSpec(table="zones", path="")).geometry == "point:Long,Lat"


def test_the_weather_of_jiuzhaigou(shared_data: Callable[[str], Path]) -> None:
    """A header without a line break runs into the last row; every row ends or not with a comma."""
    path = shared_data("tourism/jiuzhaigou_weather_2011-2019.csv")
    report = Report(path.name)
    source = open_source(path, TableSpec(table="zones", path=""), report, wanted=())
    assert source is not None
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    assert len(source.rows) == len(lines) - 1
    assert not report.workings.questions
    (cut,) = [r for r in report.workings.repairs if r.code == "row_cut"]
    assert cut.row == 3269
    assert cut.after == "2011-01-31 周一 | 4° | -3° | 多云 | 东风微风"
    dates = [read_date(cell) for cell in source.frame["date"]]
    assert all(isinstance(d, Understood) and d.value for d in dates)
    first = dates[0]
    assert isinstance(first, Understood)
    assert first == Understood("2019-12-01", ("date_notation",))


def test_the_atlas_of_london(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """207 columns, one name twice, a row of averages at the end without an id."""
    path = shared_data("london/msoa-data.csv")
    people: dict[str, Any] = {
        "table": "people", "path": "",
        "columns": {"zone": "Middle Super Output Area",
                    "count": "Age Structure (2011 Census);All Ages;"},
        "constants": {"dimension": "total", "group": "total", "base": "resident"},
    }  # fmt: skip
    with pytest.raises(ChengceError) as error:
        read_table(path, TableSpec(**people))
    asked = [(p.code, p.row) for p in error.value.problems if p.severity == "error"]
    assert asked == [("missing_value", 985)]
    workings = Workings()
    frame, _ = read_table(path, TableSpec(**people, skip_rows=[985]), workings=workings)
    raw = pd.read_csv(path, encoding="latin-1")
    assert raw.shape == (984, 207)
    assert len(frame) == 983
    assert frame["count"].sum() == raw.iloc[:983][people["columns"]["count"]].sum()
    assert {r.code for r in workings.repairs} == {"skipped_row", "header_repeated"}
    latin = tmp_path / "latin.csv"
    latin.write_bytes(
        path.read_text("latin-1").replace("City of London", "Cité £").encode("latin-1")
    )
    workings = Workings()
    read_table(latin, TableSpec(**people, skip_rows=[985]), workings=workings)
    assert {r.after for r in workings.repairs if r.code == "encoding"} == {"cp1252"}


def test_the_station_counts_of_london(shared_data: Callable[[str], Path]) -> None:
    """Many sheets, titles and headers of several rows in a published workbook."""
    path = shared_data("london/multi-year-station-entry-and-exit-figures.xlsx")
    report = Report(path.name)
    spec = TableSpec(table="zones", path="")
    assert open_source(path, spec, report, wanted=()) is None
    assert [p.code for p in report.found] == ["sheet_ambiguous"]
    report = Report(path.name)
    chosen = spec.model_copy(update={"sheet": "2017 Entry & Exit"})
    source = open_source(path, chosen, report, wanted=())
    assert source is not None
    assert any("Station" in c for c in source.frame.columns)
    raw = pd.read_excel(path, sheet_name="2017 Entry & Exit", header=None, engine="openpyxl")
    listed = {
        r.row for r in report.workings.repairs if r.code in ("title_row", "total_row", "note_row")
    }
    rows = raw.dropna(how="all").shape[0]
    header = rows - len(source.rows) - len(listed)
    assert 1 <= header <= 4


def test_the_areas_of_london_with_their_names_in_gbk(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    areas = gpd.read_file(shared_data("london/MSOA_2011_London_gen_MHW.shp"))[
        ["MSOA11CD", "geometry"]
    ]
    areas = areas.to_crs(4326).rename(columns={"MSOA11CD": "编号"}).assign(名称="某区")
    areas.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    spec = TableSpec(table="zones", path="", geometry="file",
                     columns={"id": "编号", "name": "名称"})  # fmt: skip
    zones, _ = read_table(tmp_path / "a.shp", spec)
    assert len(zones) == 983
    assert set(zones["name"]) == {"某区"}
    assert shapely.is_valid(zones.geometry.to_numpy()).all()
