"""TNTP files as a city: units, connectors, zones and flows by a network of three links."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError

NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<END OF METADATA>
1 3 1200 0 0 0 4 0 0 1;
3 2 1200 2 3 0.15 4 0 5 1;
2 3 1200 2 3 0.15 4 0 0 1;
"""
TRIPS = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n2 : 7;\nOrigin 2\n1 : 0; 2 : 3;\n"
NODES = "Node X Y ;\n1 116.30 39.90;\n2 116.32 39.90;\n3 116.30 39.91;\n"
CONFIG = """name = "three"
title = "Three"
[tntp]
net = "net.tntp"
trips = "trips.tntp"
nodes = "{nodes}"
length_unit = "km"
time_unit = "min"
start = "07:00"
end = "09:00"
"""


def build(tmp_path: Path, nodes: str = "nodes.tntp", more: str = "", **files: str) -> City:
    texts = {"net.tntp": NET, "trips.tntp": TRIPS, "nodes.tntp": NODES}
    texts |= {name.replace("_", "."): text for name, text in files.items()}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "city.toml").write_text(CONFIG.format(nodes=nodes) + more, "utf-8")
    build_city(tmp_path / "city.toml", tmp_path / "city", Context())
    return open_city(tmp_path / "city")


def codes(tmp_path: Path, nodes: str = "nodes.tntp", more: str = "", **files: str) -> set[str]:
    with pytest.raises(ChengceError) as caught:
        build(tmp_path, nodes, more, **files)
    assert all(p.message.zh and p.message.en for p in caught.value.problems)
    return {p.code for p in caught.value.problems if p.severity == "error"}


def test_streets_zones_and_flows(tmp_path: Path) -> None:
    city = build(tmp_path)
    streets = city.table("streets")
    assert streets["id"].tolist() == ["link-1", "link-2", "link-3"]
    assert streets["way"].tolist() == [1, 2, 3]
    assert streets["highway"].tolist() == ["connector"] * 3
    assert streets["drive"].tolist() == [1, 1, 1]
    assert streets[["walk", "bike", "wheelchair"]].to_numpy().sum() == 0
    assert streets["free_flow_s"].tolist() == [0, 180, 180]
    assert streets["length_m"].iloc[1] == 2000
    assert streets["length_m"].iloc[0] == pytest.approx(1110, abs=2)  # none given: as drawn
    assert streets["speed_kmh"].iloc[1] == pytest.approx(40)
    assert streets["capacity_along"].iloc[1] == 600  # an hour; the file's is that of two
    assert streets["vdf_b"].tolist() == [0, 0.15, 0.15]
    assert streets["toll"].tolist() == [0, 5, 0]
    assert list(streets.geometry.iloc[1].coords) == [(116.30, 39.91), (116.32, 39.90)]
    zones = city.table("zones")
    assert zones["id"].tolist() == ["1", "2"]
    assert (zones.geometry.iloc[1].x, zones.geometry.iloc[1].y) == (116.32, 39.90)
    flows = city.table("flows")
    assert flows[["origin", "destination", "count"]].to_numpy().tolist() == [["1", "2", 7], ["2", "2", 3]]  # fmt: skip
    assert flows[["mode", "purpose", "start_s", "end_s"]].iloc[0].tolist() == ["car", "all", 25200, 32400]  # fmt: skip
    assert set(city.descriptors["streets"].files) == {"net.tntp", "nodes.tntp"}


def test_ordinary_streets_are_between_nodes_that_may_be_passed(tmp_path: Path) -> None:
    net = NET.replace("NODE> 3", "NODE> 2")
    streets = build(tmp_path, net_tntp=net).table("streets")
    assert streets["highway"].tolist() == ["connector", "primary", "primary"]


GEOJSON = (
    '{"type": "FeatureCollection", "features": ['
    + ", ".join(
        f'{{"type": "Feature", "properties": {{"id": {i}}}, "geometry": '
        f'{{"type": "Point", "coordinates": [{x}, 39.9]}}}}'
        for i, x in ((1, 116.3), (2, 116.32), (3, 116.31))
    )
    + "]}"
)


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [
        ("nodes.geojson", GEOJSON, ""),
        ("nodes.csv", "node_id,x_coord,y_coord\n1,116.3,39.9\n2,116.32,39.9\n3,116.31,39.9\n", ""),
        ("nodes.csv", "id,X,Y\n1,440000,4417000\n2,441700,4417000\n3,440850,4417000\n", 'crs = "EPSG:32650"\n'),
    ],
)  # fmt: skip
def test_places_of_other_formats(tmp_path: Path, name: str, text: str, more: str) -> None:
    zones = build(tmp_path, name, more, **{name.replace(".", "_"): text}).table("zones")
    assert zones.geometry.x.tolist() == pytest.approx([116.3, 116.32], abs=1e-2)
    assert zones.geometry.y.tolist() == pytest.approx([39.9, 39.9], abs=1e-2)


def test_two_nodes_at_one_place_are_joined_by_a_short_line(tmp_path: Path) -> None:
    streets = build(tmp_path, nodes_tntp=NODES.replace("116.30 39.91", "116.30 39.90")).table(
        "streets"
    )
    assert streets["length_m"].iloc[0] == pytest.approx(0.1, abs=0.05)
    assert streets.geometry.is_valid.all()


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        (lambda p: codes(p, nodes_tntp=NODES.replace("3 116.30", "4 116.30")), {"tntp_node_without_place"}),
        (lambda p: codes(p, nodes_tntp=NODES.replace("116", "4400")), {"coordinates_out_of_range"}),
        (lambda p: codes(p, more='crs = "EPSG:1"\n'), {"crs_unknown"}),
        (lambda p: codes(p, "gone.tntp"), {"file_not_found"}),
        (lambda p: codes(p, net_tntp=TRIPS, trips_tntp=NET, nodes_tntp=""),
         {"tntp_swapped", "empty_file"}),
        (lambda p: codes(p, "n.geojson", n_geojson=GEOJSON.replace('"id"', '"no"')), {"tntp_nodes_unusable"}),
        (lambda p: codes(p, "n.geojson", n_geojson="{"), {"file_unreadable"}),
        (lambda p: codes(p, more='[osm]\npath = "x.osm.pbf"\n'), {"config_value_error"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    tmp_path: Path, spoil: Callable[[Path], set[str]], wanted: set[str]
) -> None:
    assert spoil(tmp_path) == wanted


def test_a_period_that_ends_before_it_begins(tmp_path: Path) -> None:
    for name, text in {"net.tntp": NET, "trips.tntp": TRIPS, "nodes.tntp": NODES}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "city.toml").write_text(CONFIG.format(nodes="nodes.tntp").replace("09:00", "06:00"))
    with pytest.raises(ChengceError, match="later than its start"):
        build_city(tmp_path / "city.toml", tmp_path / "city", Context())
