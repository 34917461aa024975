"""Read gates and compounds as clerks keep them, and find what is wrong with them."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from tests.unit.engine.gate_worlds import NORTH, SOUTH, WALL, compounds, gate, gates, walled
from tests.unit.engine.worlds import degrees

from chengce.city.build import read_city
from chengce.city.checks import check_tables
from chengce.city.layers import WGS84
from chengce.core.context import Context

H = 3600
CONFIG = """
name = "gates"
title = { zh = "大门", en = "Gates" }

[[tables]]
table = "compounds"
path = "小区.geojson"
crs = "WGS-84"
geometry = "file"
columns = { id = "小区", name = "小区" }

[[tables]]
table = "gates"
path = "大门.xlsx"
crs = "WGS-84"
geometry = "point:经度,纬度"
[tables.columns]
compound = "小区"
id = "大门"
from_s = "开放时间"
to_s = "开放时间"
who = "通行对象"
verified = "已核实"
"""


def write(folder: Path, rows: list[list[Any]]) -> None:
    frame = gpd.GeoDataFrame(
        {"小区": ["锦绣园", "翠湖里"]},
        geometry=[
            shapely.Polygon([degrees((x + dx, y)) for x, y in WALL]) for dx in (0, 500)
        ],
        crs=WGS84,
    )  # fmt: skip
    frame.to_file(folder / "小区.geojson", driver="GeoJSON")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["小区", "大门", "开放时间", "通行对象", "已核实", "经度", "纬度"])
    for row in rows:
        sheet.append(row)
    book.save(folder / "大门.xlsx")
    (folder / "city.toml").write_text(CONFIG, "utf-8")


def test_gates_of_a_chinese_workbook(tmp_path: Path) -> None:
    south, north = degrees(SOUTH), degrees(NORTH)
    far = degrees((SOUTH[0] + 500, SOUTH[1]))
    write(
        tmp_path,
        [
            ["锦绣园", "南门", "06:00-23:00", "所有人", "是", *south],
            ["锦绣园", "北门", "不详", "仅业主", "否", *north],
            ["翠湖里", "南门", "全天", "仅车辆", "√", *far],
        ],
    )
    (tmp_path / "city.toml").write_text(CONFIG + STREETS, "utf-8")
    (tmp_path / "net.tntp").write_text(NET, "utf-8")
    (tmp_path / "nodes.csv").write_text("node,lon,lat\n1,0,0\n2,0.001,0\n", "utf-8")
    city, problems = read_city(tmp_path / "city.toml", Context())
    table = city.table("gates").set_index(["compound", "id"])
    assert table["from_s"].tolist() == [6 * H, pd.NA, 0]
    assert table["to_s"].tolist() == [23 * H, pd.NA, 24 * H]
    assert table["who"].tolist() == ["everyone", "residents", "vehicles_only"]
    assert table["verified"].tolist() == [True, False, True]
    assert city.has("gates")
    assert city.table("compounds")["name"].tolist() == ["锦绣园", "翠湖里"]
    assert {p.severity for p in problems} <= {"info", "warning"}


STREETS = """
[tntp]
net = "net.tntp"
nodes = "nodes.csv"
length_unit = "m"
time_unit = "min"
start = "07:00"
end = "08:00"
"""
NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 2
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 1
<END OF METADATA>
~ init term capacity length fft b power speed toll type ;
1 2 1000 100 1 0.15 4 0 0 1 ;
"""


def codes(*known: dict[str, Any], **walls: Any) -> list[str]:
    here = walled(*known)
    tables = {**here.tables, **({"compounds": compounds(**walls)} if walls else {})}
    return [p.code for p in check_tables(tables)]


def test_sound_gates_have_no_problems() -> None:
    assert codes(gate("s", SOUTH, from_s=6 * H, to_s=23 * H), gate("n", NORTH)) == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"geometry": (200.0, 60.0)}, "gate_off_its_wall"),
        ({"from_s": 23 * H, "to_s": 6 * H}, "gate_hours_backwards"),
        ({"from_s": 6 * H, "to_s": None}, "gate_hours_incomplete"),
        ({"who": "friends"}, "value_not_allowed"),
        ({"compound": "d"}, "foreign_key_violation"),
    ],
)
def test_a_fault_of_a_gate_is_found(fault: dict[str, Any], code: str) -> None:
    found = codes({**gate("s", SOUTH), **fault}, gate("n", NORTH))
    assert code in found
    assert set(found) <= {code, "compound_without_gate"}


def test_compounds_that_overlap_and_those_without_a_gate() -> None:
    beside = [(x + 360, y) for x, y in WALL]  # shares a wall
    across = [(x + 300, y) for x, y in WALL]
    assert codes(gate("s", SOUTH), c=WALL, d=beside) == ["compound_without_gate"]
    assert codes(gate("s", SOUTH), c=WALL, d=across) == [
        "compounds_overlap", "compound_without_gate",
    ]  # fmt: skip
    assert gates(gate("s", SOUTH)).geometry.iloc[0].x > 0
