"""A city built from sources in several systems: all on one map, each described, tables joined by name."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from tests.unit.city.readers.gtfs_maker import make_feed

from chengce.city.build import build_city
from chengce.city.crs import read_system
from chengce.city.descriptor import Descriptor
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError

CONFIG = """
name = "tiny"
title = "Tiny"
reference = "stops"
[[gtfs]]
feed = "bus"
path = "feed.zip"
crs = "高德"
[[tables]]
table = "people"
path = "people.csv"
columns = { zone = "街道", count = "人数" }
constants = { dimension = "total", group = "total", base = "resident" }
match = { zone = "zones.name" }
[[tables]]
table = "zones"
path = "zones.csv"
crs = "CGCS2000"
geometry = "point:x,y"
columns = { id = "id", name = "name" }
[[tables]]
table = "places"
path = "places.csv"
crs = "bd09"
within = "街道"
geometry = "point:x,y"
columns = { id = "id" }
constants = { kind = "shop", count = 1 }
"""
RNG = np.random.default_rng(7)
SPOTS = np.array([116.4, 39.9]) + RNG.uniform(-0.03, 0.03, (30, 2))


def write_points(path: Path, system: str, extra: str = "", cells: str = "") -> None:
    x, y = read_system(system).from_wgs84(*SPOTS.T)
    rows = [f"p{i},{a:.8f},{b:.8f}{cells}" for i, (a, b) in enumerate(zip(x, y, strict=True))]
    path.write_text(f"id,x,y{extra}\n" + "\n".join(rows), "utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    x, y = read_system("GCJ-02").from_wgs84(*SPOTS.T)
    names = ["a", "b", "c", *(f"s{i}" for i in range(3, 30))]
    rows = [f"{n},{n},{b:.8f},{a:.8f}" for n, a, b in zip(names, x, y, strict=True)]
    make_feed(
        tmp_path,
        stops="stop_id,stop_name,stop_lat,stop_lon\n" + "\n".join(rows) + "\n",
        shapes=None,
    )
    (tmp_path / "zones.csv").write_text(
        "id,name,x,y\n1,东华门街道,116.4,39.9\n2,景山街道,116.41,39.91\n", "utf-8"
    )
    (tmp_path / "people.csv").write_text("街道,人数\n东华门,10\n景山街道办事处,20\n", "utf-8")
    write_points(tmp_path / "places.csv", "BD-09", ",街道", ",景山")
    (tmp_path / "city.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "city.toml"


def test_everything_comes_to_one_map_and_says_from_where(config: Path) -> None:
    city, problems = build_city(config, config.parent / "out", Context())
    assert not [p for p in problems if p.severity == "error"]
    near = shapely.STRtree(city.table("stops").geometry.to_numpy())
    _, off = near.query_nearest(city.table("places").geometry.to_numpy(), return_distance=True)
    assert off.max() < 1e-7
    crs = {name: about.crs.en for name, about in city.descriptors.items()}
    assert crs["transit"].startswith("GCJ-02: approximate, about ±10 m")
    assert crs["zones"].startswith("CGCS2000: within 1 m")
    assert crs["places"].startswith("BD-09 (Baidu): approximate")
    assert crs["people"] == ""
    opened = open_city(config.parent / "out")
    assert opened.hash == city.hash
    assert opened.descriptors["places"].crs == city.descriptors["places"].crs


def test_tables_join_by_name_wherever_zones_stand_in_the_file(config: Path) -> None:
    city, problems = build_city(config, config.parent / "out", Context())
    people = city.table("people").set_index("zone")["count"]
    assert people.to_dict() == {"1": 10, "2": 20}
    (told,) = [p for p in problems if p.code == "names_matched"]
    assert "东华门→东华门街道" in told.message.zh


def test_a_misspelt_name_stops_the_build_until_confirmed(config: Path) -> None:
    (config.parent / "people.csv").write_text("街道,人数\n东化门街道,10\n", "utf-8")
    with pytest.raises(ChengceError) as error:
        build_city(config, config.parent / "out", Context())
    assert "name_misspelt" in {p.code for p in error.value.problems}
    aliases = 'match = { zone = "zones.name" }\naliases = { "东化门街道" = "东华门街道" }'
    config.write_text(CONFIG.replace('match = { zone = "zones.name" }', aliases), "utf-8")
    city, _ = build_city(config, config.parent / "out", Context())
    assert city.table("people")["zone"].tolist() == ["1"]


@pytest.mark.parametrize("said", ["WGS-84", "gcj02"])
def test_the_reference_named_in_the_file_tells_a_wrong_declaration(config: Path, said: str) -> None:
    config.write_text(CONFIG.replace('crs = "bd09"', f'crs = "{said}"'), "utf-8")
    _, problems = build_city(config, config.parent / "out", Context())
    (told,) = [p for p in problems if p.code == "datum_suspected"]
    assert told.file == "places.csv"
    assert 'crs = "BD-09"' in told.remedy.zh


def test_without_a_reference_nothing_can_be_checked(config: Path) -> None:
    config.write_text(CONFIG.replace('reference = "stops"\n', ""), "utf-8")
    _, problems = build_city(config, config.parent / "out", Context())
    files = {p.file for p in problems if p.code == "datum_not_checkable"}
    assert files == {"feed.zip", "zones.csv", "places.csv"}


def test_an_unknown_system_of_a_feed_is_reported_with_the_rest(config: Path) -> None:
    config.write_text(CONFIG.replace("高德", "高得"), "utf-8")
    with pytest.raises(ChengceError) as error:
        build_city(config, config.parent / "out", Context())
    assert "crs_unknown" in {p.code for p in error.value.problems}


def test_a_descriptor_without_a_system_is_what_it_was_before() -> None:
    """Cities written before systems were described keep their hash."""
    assert "crs" not in Descriptor.read({"title": "x"}).as_dict()
    described = Descriptor.read({"crs": {"zh": "甲", "en": "a"}})
    assert Descriptor.read(described.as_dict()) == described
