"""Build a city whose places come from OSM, a register and sheets of hours, staff and kit."""

from pathlib import Path

import pytest
from tests.osm_worlds import write_osm

from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.places.about import how_equipped
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem

CONFIG = """
name = "tiny"
title = { zh = "小城", en = "Tiny" }
[osm]
path = "streets.osm.pbf"
layers = ["streets", "places"]
[[tables]]
table = "places"
path = "register.csv"
crs = "EPSG:4326"
geometry = "point:lon,lat"
columns = { id = "机构代码", name = "机构名称", capacity = "床位数", hours = "门诊时间", code = "机构代码" }
constants = { kind = "hospital", count = 1 }
[[tables]]
table = "place_staff"
path = "staff.csv"
columns = { place = "机构代码" }
melt = { into = "role", columns = { doctor = "医师数", nurse = "护士数" } }
[[tables]]
table = "place_kit"
path = "kit.csv"
columns = { place = "机构代码", kit = "设备", count = "数量" }
[[tables]]
table = "place_hours"
path = "hours.csv"
columns = { place = "机构代码", day = "星期", open = "开", close = "关" }
[places]
trust = ["register", "osm"]
"""
REGISTER = """机构代码,机构名称,床位数,门诊时间,lon,lat
H1,人民医院,500,周一至周五 8:00-12:00，14:00-17:30,10.0,1.0
H2,中医院,120,,10.01,1.0
H3,康复医院,80,电话预约,10.02,1.0
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write the raw files; positions of OSM objects are in 1e-3 degrees."""
    tags = {"amenity": "hospital", "name": "人民医院"}
    nodes = {1: (10_000, 1000), 2: (10_020, 1000)}
    write_osm(
        tmp_path / "streets.osm.pbf",
        nodes=nodes | {50: (10_000, 1000, {**tags, "wheelchair": "yes", "opening_hours": "24/7"}),
                       51: (10_015, 1000, {**tags, "name": "骨科医院", "opening_hours": "by appointment"})},
        ways={10: ([1, 2], {"highway": "residential"})},
    )  # fmt: skip
    (tmp_path / "register.csv").write_text(REGISTER.replace("12:00，", "12:00、"), "utf-8")
    (tmp_path / "staff.csv").write_text("机构代码,医师数,护士数\nH1,60,90\nH2,20,\n", "utf-8")
    (tmp_path / "kit.csv").write_text("机构代码,设备,数量\nH1,AED,2\nH2,AED,0\n", "utf-8")
    hours = "机构代码,星期,开,关\nH2,1,8:00,12:00\nH2,1,14:00,17:00\nH2,周六,20:00,次日2:00\nH2,节假日,休息,\n"
    (tmp_path / "hours.csv").write_text(hours, "utf-8")
    (tmp_path / "tiny.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "tiny.toml"


def build(config: Path) -> tuple[City, tuple[Problem, ...]]:
    return build_city(config, config.parent / "out", Context())


def test_places_of_all_sources_become_one_table(config: Path) -> None:
    city, problems = build(config)
    table = city.table("places").set_index("id")
    assert sorted(table.index) == ["H1", "H2", "H3", "n51:hospital"]
    assert table["hours"].to_dict() | {"H3": None, "n51:hospital": None} == {
        "H1": "Mo-Fr 08:00-12:00,14:00-17:30",
        "H2": "Mo 08:00-12:00,14:00-17:00; Sa 20:00-26:00; PH off",
        "H3": None,
        "n51:hospital": None,
    }
    assert table["hours"].isna().sum() == 2
    assert table.loc["H1", ["capacity", "capacity_unit", "wheelchair"]].tolist() == [
        500,
        "beds",
        "yes",
    ]
    assert city.table("place_staff")["count"].sum() == 170  # the blank is left out, not 0
    assert city.table("place_kit")["count"].tolist() == [2.0, 0.0]
    assert "place_hours" not in city.tables
    codes = {p.code for p in problems}
    assert {"hours_not_understood", "osm_hours_not_understood", "places_matched"} <= codes
    assert (config.parent / "out" / "places.csv").is_file()
    asked = (config.parent / "out" / "questions.csv").read_text("utf-8-sig")
    assert "电话预约" in asked
    said = [t.en for t in how_equipped(city)]
    assert said == [
        "opening hours: known of 2 of 4 places",
        "capacity: 700 beds (3 places)",
        "staff: nurse 90, doctor 80",
        "kit: AED 2",
    ]


def test_hours_listed_wrongly_stop_the_build(config: Path) -> None:
    path = config.parent / "hours.csv"
    path.write_text(
        "机构代码,星期,开,关\nH9,1,8:00,12:00\nH1,1,8:00,12:00\nH2,1,20:00,2:00\n", "utf-8"
    )
    with pytest.raises(ChengceError) as stopped:
        build(config)
    codes = {p.code for p in stopped.value.problems}
    assert {"foreign_key_violation", "place_hours_twice", "place_hours_unread"} <= codes
