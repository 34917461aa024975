"""Shapefiles in Chinese encodings, geodatabases, drawings, KML."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from chengce.city.readers.sheets.vector import source_hashes
from chengce.city.readers.tables import TableSpec, read_table
from chengce.city.readers.tables_repairs import Workings
from chengce.core.errors import ChengceError

NAMES = ["东城区某小区", "西城·甲院"]
ZONES: dict[str, Any] = {
    "table": "zones", "path": "", "geometry": "file", "columns": {"id": "编号", "name": "名称"},
    "crs": "EPSG:4326",
}  # fmt: skip


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"编号": ["01", "02"], "名称": NAMES, "人口": ["1,200", "不详"]},
        geometry=[shapely.box(116, 39, 116.1, 39.1), shapely.box(116.2, 39, 116.3, 39.1)],
        crs=4326,
    )


def shapefile(folder: Path, encoding: str, *, cpg: str | None, ldid: int = 0) -> Path:
    path = folder / "小区.shp"
    frame().to_file(path, encoding=encoding)
    beside = path.with_suffix(".cpg")
    if cpg is None:
        beside.unlink()
    else:
        beside.write_text(cpg)
    dbf = path.with_suffix(".dbf")
    data = bytearray(dbf.read_bytes())
    data[29] = ldid
    dbf.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "ldid", "repaired"),
    [
        ("GBK", None, 0, True),
        ("GBK", None, 0x57, True),
        ("GBK", None, 0x4D, False),
        ("GBK", "GBK", 0, False),
        ("GBK", "UTF-8", 0, True),
        ("UTF-8", "UTF-8", 0, False),
        ("UTF-8", None, 0, True),
        ("UTF-8", None, 0x4D, True),
    ],
)
def test_the_encoding_of_a_shapefile(
    tmp_path: Path, encoding: str, cpg: str | None, ldid: int, repaired: bool
) -> None:
    path = shapefile(tmp_path, encoding, cpg=cpg, ldid=ldid)
    workings = Workings()
    zones, _ = read_table(path, TableSpec(**ZONES), workings=workings)
    assert zones["name"].tolist() == NAMES
    assert zones["id"].tolist() == ["01", "02"]
    listed = [r for r in workings.repairs if r.code == "encoding"]
    assert bool(listed) == repaired
    assert all(".cpg" in r.before for r in listed)


def test_the_text_of_a_shapefile_is_repaired_like_any_other(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK", cpg=None)
    spec = TableSpec(
        table="people", path="", columns={"zone": "编号", "count": "人口"},
        constants={"dimension": "total", "group": "total", "base": "resident"},
    )  # fmt: skip
    people, problems = read_table(path, spec)
    assert people["count"].tolist() == [1200.0]
    assert {p.code for p in problems if p.severity == "warning"} == {"missing_value"}


def test_half_a_character_at_the_end_of_a_field(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK", cpg=None)
    dbf = path.with_suffix(".dbf")
    data = dbf.read_bytes()
    name = NAMES[0].encode("gbk")
    dbf.write_bytes(data.replace(name, name[:-1] + b" "))
    workings = Workings()
    zones, _ = read_table(path, TableSpec(**ZONES), workings=workings)
    assert zones["name"][0] == NAMES[0][:-1]
    assert "character_cut" in {r.code for r in workings.repairs}


def test_a_shapefile_without_its_other_files(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK", cpg=None)
    assert {Path(n).suffix for n in source_hashes(path)} == {".shp", ".dbf", ".shx", ".prj"}
    path.with_suffix(".dbf").unlink()
    with pytest.raises(ChengceError, match="shapefile_incomplete"):
        read_table(path, TableSpec(**ZONES))


def test_a_file_geodatabase_and_its_layers(tmp_path: Path) -> None:
    path = tmp_path / "城市.gdb"
    frame().to_file(path, driver="OpenFileGDB", layer="小区")
    zones, _ = read_table(path, TableSpec(**ZONES))
    assert zones["name"].tolist() == NAMES
    frame().to_file(path, driver="OpenFileGDB", layer="街道", mode="a")
    with pytest.raises(ChengceError, match="layer_not_found"):
        read_table(path, TableSpec(**ZONES))
    zones, _ = read_table(path, TableSpec(**ZONES, layer_name="街道"))
    assert len(zones) == 2
    before = source_hashes(path)
    assert list(before) == ["城市.gdb"]
    with pytest.raises(ChengceError, match="file_not_found"):
        read_table(tmp_path / "没有.gdb", TableSpec(**ZONES))


def test_kml(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    frame().to_file(path, driver="KML")
    zones, _ = read_table(path, TableSpec(**ZONES))
    assert zones["name"].tolist() == NAMES


DXF = """0
SECTION
2
HEADER
9
$ACADVER
1
{version}
9
$DWGCODEPAGE
3
ANSI_936
0
ENDSEC
0
SECTION
2
BLOCKS
0
BLOCK
8
0
2
树
10
0.0
20
0.0
0
POINT
8
0
10
0.0
20
0.0
0
ENDBLK
8
0
0
ENDSEC
0
SECTION
2
ENTITIES
0
LWPOLYLINE
8
地块
90
4
70
1
10
0.0
20
0.0
10
100.0
20
0.0
10
100.0
20
50.0
10
0.0
20
50.0
0
TEXT
8
标注
10
50.0
20
25.0
40
2.5
1
二类居住
0
INSERT
8
树木
2
树
66
1
10
7.0
20
8.0
0
ATTRIB
8
树木
10
7.0
20
8.0
40
1.0
1
银杏
2
SPECIES
70
0
0
SEQEND
8
树木
0
ENDSEC
0
EOF
"""


@pytest.mark.parametrize(("version", "encoding"), [("AC1015", "gb18030"), ("AC1027", "utf-8")])
def test_a_drawing(tmp_path: Path, version: str, encoding: str) -> None:
    path = tmp_path / "地块.dxf"
    path.write_bytes(DXF.format(version=version).encode(encoding))
    spec: dict[str, Any] = {
        "table": "zones", "path": "", "geometry": "file", "crs": "EPSG:4548",
        "columns": {"id": "TextInside", "name": "Layer"}, "layer_name": "地块",
    }  # fmt: skip
    workings = Workings()
    zones, _ = read_table(path, TableSpec(**spec), workings=workings)
    assert zones[["id", "name"]].values.tolist() == [["二类居住", "地块"]]
    assert zones.geometry[0].geom_type == "Polygon"
    listed = {r.code for r in workings.repairs}
    assert listed == {"text_inside"} | ({"encoding"} if encoding != "utf-8" else set())
    blocks = {
        **spec,
        "table": "places",
        "layer_name": "树木",
        "constants": {"kind": "x", "count": 1},
    }
    blocks["columns"] = {"id": "BlockAttributes", "name": "BlockName"}
    trees, _ = read_table(path, TableSpec(**blocks))
    assert trees[["id", "name"]].values[0].tolist() == ["SPECIES 银杏", "树"]
    with pytest.raises(ChengceError, match="地块"):
        read_table(path, TableSpec(**{**spec, "layer_name": "没有"}))
