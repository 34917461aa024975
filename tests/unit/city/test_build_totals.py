"""Build a city whose people are known by street office only: read, shared out, stored, described."""

from pathlib import Path

import pytest
from tests.osm_worlds import write_osm

from chengce.city.allocate.about import how_shared
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem

CONFIG = """
name = "tiny"
title = { zh = "小城", en = "Tiny" }
[osm]
path = "streets.osm.pbf"
layers = ["streets"]
[[tables]]
table = "areas"
path = "areas.geojson"
crs = "EPSG:4326"
geometry = "file"
columns = { id = "code", name = "名称" }
[[tables]]
table = "buildings"
path = "buildings.csv"
crs = "EPSG:4326"
geometry = "point:lon,lat"
columns = { id = "楼栋", use = "use", dwellings = "住宅套数" }
[[totals]]
path = "totals.csv"
area = "街道"
counts = { total = "常住人口（人）", age = { young = "0-59岁", old = "60岁及以上" } }
base = "resident"
date = "2020-11-01"
weight = ["dwellings"]
source = { title = "人口普查公报", licence = "公开" }
"""
SQUARE = """{{"type":"Feature","properties":{{"code":"{0}","名称":"{1}"}},"geometry":{{"type":"Polygon",
"coordinates":[[[{2},1],[{3},1],[{3},1.01],[{2},1.01],[{2},1]]]}}}}"""
TOTALS = '街道,常住人口（人）,0-59岁,60岁及以上\n东街街道,"1,001",700,301\n西街,500,400,100\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write the raw files of a city of two street offices and ten homes."""
    nodes = {1: (10_000, 1000), 2: (10_020, 1000)}
    write_osm(
        tmp_path / "streets.osm.pbf", nodes=nodes, ways={10: ([1, 2], {"highway": "residential"})}
    )
    squares = [
        SQUARE.format(*f) for f in (("1", "东街街道", 10, 10.01), ("2", "西街街道", 10.01, 10.02))
    ]
    text = f'{{"type":"FeatureCollection","features":[{",".join(squares)}]}}'
    (tmp_path / "areas.geojson").write_text(text, "utf-8")
    homes = [f"b{i},residential,{10.001 + i * 0.002:.3f},1.005,{10 + i}" for i in range(10)]
    text = "\n".join(["楼栋,use,lon,lat,住宅套数", *homes, "shop,other,10.005,1.005,0"])
    (tmp_path / "buildings.csv").write_text(text, "utf-8")
    (tmp_path / "totals.csv").write_text(TOTALS, "utf-8")
    (tmp_path / "city.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "city.toml"


def built(config: Path) -> tuple[City, tuple[Problem, ...]]:
    """Build a city."""
    return build_city(config, config.parent / "out", Context())


def failures(config: Path) -> dict[str, Problem]:
    """Return the errors of a build that must fail, by code."""
    with pytest.raises(ChengceError) as caught:
        built(config)
    return {p.code: p for p in caught.value.problems if p.severity == "error"}


def change(path: Path, old: str, new: str) -> None:
    """Replace text in a file, which must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_people_are_shared_out_and_stored(config: Path) -> None:
    city, problems = built(config)
    people = city.table("people")
    sums = people.groupby(["dimension", "group"])["count"].sum().to_dict()
    assert sums == {("age", "old"): 401, ("age", "young"): 1100, ("total", "total"): 1501}
    assert len(city.table("zones")) == 10
    assert "shop" not in set(city.table("zones")["id"])
    assert {p.code for p in problems} >= {"area_names_matched", "totals_shared"}
    again = open_city(config.parent / "out")
    assert again.hash == city.hash
    assert again.table("allocation")["people"].sum() == 1501


def test_the_city_says_how_its_people_came(config: Path) -> None:
    city, _ = built(config)
    said = how_shared(city)
    assert said is not None
    assert said.zh == "由 2 个区域的总量按住宅套数分摊，常住人口，2020-11-01；占城市人口的 100%"
    assert "by dwellings, resident population, 2020-11-01; 100% of the city's people" in said.en
    about = city.descriptors["people"]
    assert (about.title.zh, about.date) == ("人口普查公报", "2020-11-01")


@pytest.mark.parametrize(
    "line", ['base = "resident"\n', 'date = "2020-11-01"\n', 'weight = ["dwellings"]\n']
)
def test_base_date_and_weight_must_be_stated(config: Path, line: str) -> None:
    change(config, line, "")
    error = failures(config)["config_missing"]
    assert line.split()[0] in error.column
    assert error.remedy.zh != error.remedy.en


def test_people_by_zone_and_totals_may_not_mix_bases(config: Path) -> None:
    (config.parent / "people.csv").write_text("zone,n\nb0,5\n", "utf-8")
    change(config, "[[totals]]", """[[tables]]
table = "people"
path = "people.csv"
columns = { zone = "zone", count = "n" }
constants = { dimension = "hukou", group = "all", base = "registered" }
[[totals]]""")  # fmt: skip
    assert set(failures(config)) == {"population_bases_mixed"}


def test_what_is_wrong_with_the_file_is_said_with_its_rows(config: Path) -> None:
    change(config.parent / "totals.csv", "西街,500", "西街,-500")
    error = failures(config)["negative_number"]
    assert (error.file, error.row) == ("totals.csv", 3)


def test_a_total_with_a_wrong_name_and_a_wrong_sum_is_one_full_answer(config: Path) -> None:
    change(config.parent / "totals.csv", "西街,500", "南街,500")
    change(config.parent / "totals.csv", "700,301", "700,300")
    errors = failures(config)
    assert set(errors) == {"area_unknown", "groups_do_not_add_up"}
    assert "1,000" in errors["groups_do_not_add_up"].message.zh


def test_totals_stand_under_totals(config: Path) -> None:
    change(config, "[[totals]]", '[[tables]]\ntable = "totals"\npath = "x.csv"\n[[totals]]')
    error = failures(config)["config_value_error"]
    assert "[[totals]]" in error.message.zh


def test_unsound_buildings_are_reported_before_anything_is_shared_out(config: Path) -> None:
    change(config.parent / "buildings.csv", "b1,residential", "b1,house")
    assert set(failures(config)) == {"value_not_allowed"}
