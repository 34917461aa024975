"""Build cities from raw files: sound ones hold what the files hold, bad ones get one full answer."""

from pathlib import Path

import pytest
from tests.osm_worlds import at, write_osm
from tests.unit.city.readers.gtfs_maker import make_feed

from chengce.city.build import build_city
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

CONFIG = """
name = "tiny"
title = { zh = "小城", en = "Tiny" }
timezone = "Asia/Shanghai"
groups = "groups.toml"
assumptions = "assumptions.toml"
[osm]
path = "streets.osm.pbf"
layers = ["streets"]
source = { title = "map", licence = "ODbL-1.0" }
[[gtfs]]
feed = "bus"
path = "feed.zip"
[[tables]]
table = "zones"
path = "zones.csv"
crs = "EPSG:4326"
geometry = "point:lon,lat"
columns = { id = "id" }
[[tables]]
table = "people"
path = "people.csv"
geometry = "none"
columns = { zone = "zone", group = "age", count = "n" }
constants = { dimension = "age", base = "resident" }
[[tables]]
table = "jobs"
path = "jobs.csv"
geometry = "none"
columns = { zone = "zone", count = "n" }
constants = { kind = "total" }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write the raw files of a city of two zones, and return its configuration."""
    write_osm(
        tmp_path / "streets.osm.pbf",
        nodes={1: (10_000, 1000), 2: (10_005, 1000), 3: (10_005, 1005)},
        ways={10: ([1, 2, 3], {"highway": "residential"})},
    )
    stops = "stop_id,stop_name,stop_lat,stop_lon\na,First,1,10\nb,Second,1,10.005\nc,Third,1.005,10.005\n"
    make_feed(tmp_path, stops=stops, shapes=None)
    lon, lat = at(10_005, 1005)
    (tmp_path / "zones.csv").write_text(f"id,lon,lat\nA,10,1\nB,{lon},{lat}\n")
    (tmp_path / "people.csv").write_text("zone,age,n\nA,old,30\nA,young,70\nB,old,5\n")
    (tmp_path / "jobs.csv").write_text("zone,n\nB,12\n")
    (tmp_path / "groups.toml").write_text(
        '[[groups]]\ndimension = "age"\nid = "old"\nmix = { elder = 1.0 }\n'
    )
    (tmp_path / "assumptions.toml").write_text("walk_speed_elder = 0.9\n")
    (tmp_path / "city.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "city.toml"


def failures(config: Path) -> list[Problem]:
    """Return the problems of a build that must fail."""
    with pytest.raises(ChengceError) as caught:
        build_city(config, config.parent / "out", Context())
    return list(caught.value.problems)


def test_a_city_holds_what_its_files_hold(config: Path) -> None:
    city, problems = build_city(config, config.parent / "out", Context())
    assert not [p for p in problems if p.severity == "error"]
    assert (city.title, city.timezone) == (Text("小城", "Tiny"), "Asia/Shanghai")
    assert city.table("people")["count"].sum() == 105
    assert city.table("jobs")["count"].sum() == 12
    assert len(city.table("stops")) == 3
    assert city.table("streets")["length_m"].sum() == pytest.approx(1110, rel=0.01)
    assert city.assumptions["walk_speed_elder"].value == 0.9
    assert [g.id for g in city.groups] == ["old"]
    assert set(city.descriptors) == {"zones", "people", "jobs", "streets", "transit"}
    assert city.descriptors["streets"].licence == "ODbL-1.0"
    assert len(city.descriptors["streets"].files["streets.osm.pbf"]) == 64
    assert open_city(config.parent / "out").hash == city.hash


def test_a_group_nobody_described_is_named(config: Path) -> None:
    _, problems = build_city(config, config.parent / "out", Context())
    (found,) = [p for p in problems if p.code == "group_not_described"]
    assert found.severity == "warning"
    assert "age/young" in found.message.zh
    assert "age/old" not in found.message.zh


def test_the_same_files_make_the_same_city_wherever_they_lie(config: Path, tmp_path: Path) -> None:
    one, _ = build_city(config, tmp_path / "one", Context())
    two, _ = build_city(config, tmp_path / "two", Context())
    assert one.hash == two.hash
    (tmp_path / "jobs.csv").write_text("zone,n\nB,13\n")
    assert build_city(config, tmp_path / "two", Context())[0].hash != one.hash


def test_faults_of_every_file_come_in_one_answer(config: Path) -> None:
    folder = config.parent
    (folder / "streets.osm.pbf").write_bytes(b"not a map")
    (folder / "people.csv").write_text("zone,age,n\nA,old,-30\nA,young,many\n")
    (folder / "jobs.csv").write_text("zone,n\nQ,12\n")
    (folder / "groups.toml").write_text('[[groups]]\ndimension = "age"\n')
    (folder / "assumptions.toml").write_text("walk_speed_elder = -0.9\nsnap_limt = 5\n")
    found = failures(config)
    by_file = {(Path(p.file).name, p.code) for p in found if p.severity == "error"}
    assert by_file >= {
        ("jobs", "foreign_key_violation"),
        ("groups.toml", "group_without_id"),
        ("assumptions.toml", "assumption_invalid"),
        ("assumptions.toml", "assumption_unknown"),
    }
    assert {name for name, _ in by_file} >= {"streets.osm.pbf", "people.csv"}
    rows = {p.row for p in found if p.file == "people.csv"}
    assert {2, 3} <= rows
    # people could not be read and streets neither: no one is blamed for referring to them
    assert "city_without_network" not in {p.code for p in found}
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "name", ["streets.osm.pbf", "feed.zip", "zones.csv", "groups.toml", "assumptions.toml"]
)
def test_a_missing_file_is_named_once(config: Path, name: str) -> None:
    (config.parent / name).unlink()
    found = failures(config)
    assert len(found) == 1, [p.line("en") for p in found]
    assert name in found[0].line("zh")


def test_a_failed_build_leaves_the_city_that_was_there(config: Path) -> None:
    old, _ = build_city(config, config.parent / "out", Context())
    (config.parent / "jobs.csv").write_text("zone,n\nB,-1\n")
    failures(config)
    assert open_city(config.parent / "out").hash == old.hash


@pytest.mark.parametrize(
    ("line", "wrong", "column"),
    [("name =", 'name = "小城"', "name"), ("table = \"jobs\"", 'table = "jbos"', "tables"),
     ("layers =", 'layers = ["street"]', "layers"), ("timezone =", 'timezon = "UTC"', "timezon"),
     ("timezone =", 'timezone = "Asia/Peking"', "timezone")],
)  # fmt: skip
def test_mistakes_in_the_configuration(config: Path, line: str, wrong: str, column: str) -> None:
    lines = config.read_text("utf-8").splitlines()
    changed = [wrong if text.startswith(line) else text for text in lines]
    assert changed != lines
    config.write_text("\n".join(changed), "utf-8")
    found = failures(config)
    assert len(found) == 1, [p.line("en") for p in found]
    assert column in found[0].column
    assert "Input should" not in found[0].message.zh


def test_two_feeds_need_two_names(config: Path) -> None:
    text = config.read_text("utf-8")
    again = '[[gtfs]]\nfeed = "bus"\npath = "feed.zip"\n'
    config.write_text(text.replace(again, again * 2), "utf-8")
    (found,) = failures(config)
    assert "bus" in found.message.zh
