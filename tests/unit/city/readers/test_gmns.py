"""GMNS folders: units, directions, lanes, uses, turns and trips, each by a table small enough to see."""

from pathlib import Path

import numpy as np
import pytest

from chengce.city.readers.gmns import read_gmns_network
from chengce.city.readers.gmns_demand import read_csv_trips
from chengce.core.errors import ChengceError

NODE = "node_id,x_coord,y_coord,zone_id,node_type\n1,0,0,A,\n2,1,0,,\n3,2,0,B,centroid\n"
CONFIG = "dataset_name,long_length,speed,crs\nx,km,kph,EPSG:4326\n"
LINK = (
    "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,vdf_alpha,vdf_beta\n"
)


def folder(tmp_path: Path, link: str, node: str = NODE, config: str = CONFIG, **more: str) -> Path:
    tables = {"node": node, "link": link, "config": config, **more}
    for name, text in tables.items():
        if text:
            (tmp_path / f"{name}.csv").write_text(text, "utf-8-sig")
    return tmp_path


def problems(path: Path) -> set[tuple[str, int | None, str]]:
    with pytest.raises(ChengceError) as caught:
        read_gmns_network(path)
    assert all(p.message.zh and p.message.en for p in caught.value.problems)
    return {(p.code, p.row, p.column) for p in caught.value.problems if p.severity == "error"}


def test_a_street_in_both_directions_and_a_one_way(tmp_path: Path) -> None:
    rows = "a,1,2,0,3,60,900,2,0.15,4\nb,2,3,true,2,30,800,,0.5,2\n"
    net = read_gmns_network(folder(tmp_path, LINK + rows))
    links = net.links
    assert links.ids.tolist() == ["a", "a", "b"]
    assert links.sign.tolist() == [1, -1, 1]
    assert links.tail.tolist() == ["1", "2", "2"]
    assert links.head.tolist() == ["2", "1", "3"]
    assert links.free_flow.tolist() == [3, 3, 4]  # minutes: 3 km at 60 km/h, 2 km at 30 km/h
    assert links.capacity.tolist() == [1800, 1800, 800]  # of all lanes
    assert links.b.tolist() == [0.15, 0.15, 0.5]
    assert links.rows.tolist() == [2, 2, 3]
    assert net.zone_of.tolist() == ["A", "", "B"]
    assert net.centroid.tolist() == [False, False, True]
    assert net.warnings == ()


@pytest.mark.parametrize(
    ("config", "minutes"),
    [
        ("long_length,speed\nkm,kph\n", 60.0),
        ("long_length,speed\nmiles,mph\n", 60.0),
        ("long_length,speed\nmeters,km/h\n", 0.06),
        ("long_length,speed\nfeet,mph\n", 60 * 0.3048 / 1609.344),
        ("long_length,speed\nm,m/s\n", 1 / 60),
        ("dataset_name\nx\n", 60.0),
    ],
)
def test_units(tmp_path: Path, config: str, minutes: float) -> None:
    net = read_gmns_network(folder(tmp_path, LINK + "a,1,2,1,1,1,900,1,0,4\n", config=config))
    assert net.links.free_flow.tolist() == pytest.approx([minutes], rel=1e-12)


def test_without_config_lengths_per_hour_are_assumed_aloud(tmp_path: Path) -> None:
    net = read_gmns_network(folder(tmp_path, LINK + "a,1,2,1,3,60,900,1,0.15,4\n", config=""))
    assert net.links.free_flow.tolist() == [3]
    assert [p.code for p in net.warnings] == ["gmns_no_config"]


def test_stated_times_and_default_delay(tmp_path: Path) -> None:
    link = "link_id,from_node_id,to_node_id,VDF_fftt,capacity\n7.0,1,2,2.5,900\n"
    net = read_gmns_network(folder(tmp_path, link))
    assert net.links.ids.tolist() == ["7"]
    assert net.links.free_flow.tolist() == [2.5]
    assert (net.links.b[0], net.links.power[0]) == (0.15, 4)
    assert [p.code for p in net.warnings] == ["gmns_default_delay"]
    assert "1964" in net.warnings[0].message.zh


def test_links_that_are_not_for_cars_are_left_out(tmp_path: Path) -> None:
    head = LINK.strip() + ",allowed_uses\n"
    row = "1,2,1,1,60,900,{},0.15,4,{}\n"
    uses = [(1, ""), (1, '"auto,bike"'), (1, "walk"), (1, '"bike;walk"'), (0, "auto"), (1, "HOV")]
    rows = "".join(f"l{i}," + row.format(*use) for i, use in enumerate(uses))
    net = read_gmns_network(folder(tmp_path, head + rows))
    assert net.links.ids.tolist() == ["l0", "l1", "l5"]


def test_movements(tmp_path: Path) -> None:
    rows = "a,1,2,0,1,60,900,1,0,4\nb,2,3,0,1,60,900,1,0,4\nw,1,3,1,1,60,900,0,0,4\n"
    movement = (
        "mvmt_id,node_id,ib_link_id,ob_link_id,type,penalty,capacity,allowed_uses\n"
        "1,2,a,b,thru,90,,\n"
        "2,2,a,b,thru,30,,\n"  # another lane of the same turn
        "3,2,b,a,thru,,0,\n"
        "4,2,b,b,uturn,5,,walk\n"
        "5,2,w,b,thru,5,,\n"  # w has no lanes: not for cars
    )
    net = read_gmns_network(folder(tmp_path, LINK + rows, movement=movement))
    assert net.links.ids.tolist() == ["a", "a", "b", "b"]  # a to node 2, back, b on, back
    assert net.penalty == [(0, 2, 1.5)]
    assert net.banned == [(3, 1), (3, 2)]


def test_every_mistake_of_every_table_at_once(tmp_path: Path) -> None:
    node = NODE.replace("\n2,1,0", "\n1,1,east")
    rows = [
        "a,1,9,1,1,60,900,1,0.15,4",  # row 2
        "b,1,3,1,,60,900,1,0.15,4",
        "c,1,3,perhaps,1,60,900,1,0.15,4",
        "d,1,3,1,1,0,900,1,0.15,4",
        "e,1,3,1,1,60,,1,0.15,4",
        "f,1,3,1,1,60,0,1,0.15,4",
        "g,1,3,1,-1,60,900,-1,-0.15,4",
        "a,1,3,1,1,60,-900,1,0.15,4",
        "i,1,3,1,1,fast,900,1,0.15,4",
    ]
    config = CONFIG.replace("km,kph", "li,kph")
    assert problems(folder(tmp_path, LINK + "\n".join(rows), node, config)) == {
        ("gmns_node_twice", 3, "node_id"),
        ("gmns_not_a_number", 3, "y_coord"),
        ("gmns_unit", None, "long_length"),
        ("gmns_unknown_node", 2, "to_node_id"),
        ("gmns_no_time", 3, "free_speed"),
        ("gmns_not_a_flag", 4, "directed"),
        ("gmns_no_time", 5, "free_speed"),
        ("gmns_capacity", 6, "capacity"),
        ("gmns_capacity", 7, "capacity"),
        ("gmns_negative", 8, "length"),
        ("gmns_negative", 8, "lanes"),
        ("gmns_negative", 8, "vdf_alpha"),
        ("gmns_negative", 8, "free_speed"),
        ("gmns_negative", 9, "capacity"),
        ("gmns_link_twice", 9, "link_id"),
        ("gmns_not_a_number", 10, "free_speed"),
        ("gmns_no_time", 10, "free_speed"),
    }


def test_missing_tables_columns_and_zones(tmp_path: Path) -> None:
    assert problems(tmp_path) == {("file_not_found", None, "")}
    folder(tmp_path, "link_id,from_node_id\na,1\n")
    assert problems(tmp_path) == {("missing_column", None, "to_node_id")}
    assert ("gmns_no_zones", None, "zone_id") in problems(
        folder(tmp_path, LINK + "a,1,2,1,1,1,1,1,0,4\n", NODE.replace("A", "").replace("B", "0"))
    )


def test_movements_that_do_not_meet(tmp_path: Path) -> None:
    rows = "a,1,2,1,1,60,900,1,0,4\nb,3,2,1,1,60,900,1,0,4\n"
    movement = "mvmt_id,node_id,ib_link_id,ob_link_id,penalty\n1,2,a,b,3\n2,2,a,a,-3\n"
    assert problems(folder(tmp_path, LINK + rows, movement=movement)) == {
        ("gmns_turn_apart", 2, "ib_link_id"),
        ("gmns_turn_apart", 3, "ib_link_id"),
        ("gmns_negative", 3, "penalty"),
    }


def trips(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "demand.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "header", ["origin,destination,count", "o_zone_id,d_zone_id,volume", "O,D,Trips"]
)
def test_trips_by_the_names_in_use(tmp_path: Path, header: str) -> None:
    found, warnings = read_csv_trips(
        trips(tmp_path, f"{header}\nA,B,5\nB,A,2.5\nA,B,1\n"), ["B", "A"]
    )
    assert [(t.name, t.pce) for t in found] == [("car", 1.0)]
    assert np.array_equal(found[0].demand, [[0, 2.5], [6, 0]])
    assert [(w.code, w.row) for w in warnings] == [("trips_repeated_pair", 4)]


def test_trips_by_class(tmp_path: Path) -> None:
    text = "origin,destination,count,class,pce\n1,2,5,truck,2.5\n1,2,7,car,\n2,1,1,truck,2.5\n"
    found, _ = read_csv_trips(trips(tmp_path, text), ["1", "2"])
    assert [(t.name, t.pce, t.demand.sum()) for t in found] == [("truck", 2.5, 6), ("car", 1, 7)]


def test_bad_trips(tmp_path: Path) -> None:
    text = "origin,destination,count,pce\n1,9,5,1\n1,2,-5,1\n1,2,,1\n1,2,five,0\n1,2,5,2\n"
    with pytest.raises(ChengceError) as caught:
        read_csv_trips(trips(tmp_path, text), ["1", "2"])
    assert {(p.code, p.row, p.column) for p in caught.value.problems} == {
        ("trips_unknown_zone", 2, "destination"), ("trips_negative", 3, "count"),
        ("trips_count", 4, "count"), ("gmns_not_a_number", 5, "count"),
        ("trips_pce", 5, "pce"),
    }  # fmt: skip
    for text, code in (
        ("origin,destination,count,pce\n1,2,5,1\n1,2,5,2\n", "trips_pce_differs"),
        ("origin,destination,count\n", "empty_file"),
        ("origin,count\n1,2\n", "missing_column"),
        ('origin,destination,count\n1,2,3,4,5\n"1', "csv_parsing_failed"),
    ):
        with pytest.raises(ChengceError) as caught:
            read_csv_trips(trips(tmp_path, text), ["1", "2"])
        assert [p.code for p in caught.value.problems] == [code]
