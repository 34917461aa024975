"""Files become a network and trips: names kept, zones first, turns and tolls where they belong."""

from pathlib import Path

import numpy as np
import pytest

from chengce.city.readers.omx import write_omx
from chengce.core.errors import ChengceError
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.paths import shortest

NET = """<TOLL FACTOR> 0.5
<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<END OF METADATA>
1 3 100 2 5 0.15 4 0 8 1;
3 2 100 4 6 0.15 4 0 0 1;
1 2 100 9 20 0 0 0 0 1;
"""
TRIPS = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n1 : 3; 2 : 7;\n"


def put(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def codes(error: "pytest.ExceptionInfo[ChengceError]") -> list[str]:
    return [p.code for p in error.value.problems]


def test_tntp(tmp_path: Path) -> None:
    net, trips = put(tmp_path, "n.tntp", NET), put(tmp_path, "t.tntp", TRIPS)
    road = read_problem(net, trips)
    network = road.network
    assert network.tail.tolist() == [0, 2, 0]
    assert network.head.tolist() == [2, 1, 1]
    assert (network.nodes, network.zones, network.first_through) == (3, 2, 2)
    assert network.power.tolist() == [4, 4, 1]
    assert road.node_ids == ("1", "2", "3")
    assert road.zone_ids == ("1", "2")
    assert road.link_ids == ("1", "2", "3")
    [car] = road.classes
    assert car.demand.tolist() == [[3, 7], [0, 0]]
    assert car.fixed is not None
    assert car.fixed.tolist() == [4, 0, 0]  # the factor of the file times the toll
    free = read_problem(net, trips, toll_factor=0.0).classes[0]
    assert free.fixed is None
    both = read_problem(net, trips, toll_factor=1.0, distance_factor=0.25).classes[0].fixed
    assert both is not None
    assert both.tolist() == [8.5, 1, 2.25]
    assert read_problem(net, None).classes == ()


def test_trips_of_other_formats(tmp_path: Path) -> None:
    net = put(tmp_path, "n.tntp", NET)
    table = put(tmp_path, "t.csv", "origin,destination,count,class,pce\n1,2,7,car,\n2,1,1,bus,2\n")
    road = read_problem(net, table)
    assert [(c.name, c.pce, c.demand.sum()) for c in road.classes] == [("car", 1, 7), ("bus", 2, 1)]
    omx = tmp_path / "t.omx"
    one, two = np.array([[0.0, 7.0], [1.0, 0.0]]), np.zeros((2, 2))
    write_omx(omx, {"am": one, "pm": two}, {"zone": [2, 1]})  # rows in another order
    assert read_problem(net, omx, matrix="am").classes[0].demand.tolist() == [[0, 1], [7, 0]]
    write_omx(omx, {"am": one})
    assert read_problem(net, omx).classes[0].demand.tolist() == one.tolist()


def test_matrices_that_do_not_fit(tmp_path: Path) -> None:
    net, omx = put(tmp_path, "n.tntp", NET), tmp_path / "t.omx"
    three = np.ones((3, 3))
    for lookups, code in (
        ({}, "omx_zone_count"),
        ({"zone": [1, 2, 9]}, "trips_unknown_zone"),
        ({"zone": [1, 2, 2]}, "omx_zone_twice"),
    ):
        write_omx(omx, {"m": three}, lookups)
        with pytest.raises(ChengceError) as caught:
            read_problem(net, omx)
        assert codes(caught) == [code]
    for value in (-1.0, np.nan, np.inf):
        write_omx(omx, {"m": np.full((2, 2), value)})
        with pytest.raises(ChengceError) as caught:
            read_problem(net, omx)
        assert codes(caught) == ["trips_values"]
    three[:, 2] = three[2] = 0
    write_omx(omx, {"m": three}, {"zone": [1, 2, 9]})  # nobody goes to or from zone 9
    assert read_problem(net, omx).classes[0].demand.tolist() == [[1, 1], [1, 1]]


def test_the_problems_of_both_files_come_together(tmp_path: Path) -> None:
    net = put(tmp_path, "n.tntp", NET.replace("1 3 100", "1 3 -100"))
    trips = put(tmp_path, "t.tntp", TRIPS.replace("7", "-7"))
    with pytest.raises(ChengceError) as caught:
        read_problem(net, trips)
    assert codes(caught) == ["tntp_negative_capacity", "tntp_negative_trips"]
    with pytest.raises(ChengceError) as caught:
        read_problem(tmp_path / "a.tntp", tmp_path / "b.tntp")
    assert codes(caught) == ["file_not_found", "file_not_found"]
    with pytest.raises(ChengceError) as caught:
        read_problem(put(tmp_path, "m.tntp", TRIPS), put(tmp_path, "s.tntp", NET))
    assert codes(caught) == ["tntp_swapped", "tntp_swapped"]


def test_a_negative_cost_is_named_with_its_row(tmp_path: Path) -> None:
    net = put(tmp_path, "n.tntp", NET.replace("0 8 1;", "0 -8 1;"))
    with pytest.raises(ChengceError) as caught:
        read_problem(net, None)
    assert codes(caught) == ["road_cost_negative"]
    assert (caught.value.problems[0].row, caught.value.problems[0].column) == (7, "toll")
    assert read_problem(net, None, toll_factor=0.0).network.links == 3


NODE = "node_id,zone_id,node_type\n10,,\n11,east,\n12,west,\n13,west,\n14,south,centroid\n"
LINK = "link_id,from_node_id,to_node_id,directed,vdf_fftt,capacity,vdf_alpha,vdf_beta,toll\n"


def gmns(tmp_path: Path, link: str, movement: str = "") -> Path:
    put(tmp_path, "node.csv", NODE)
    put(tmp_path, "link.csv", LINK + link)
    put(tmp_path, "config.csv", "long_length,speed\nkm,kph\n")
    if movement:
        put(
            tmp_path,
            "movement.csv",
            "mvmt_id,node_id,ib_link_id,ob_link_id,penalty,capacity\n" + movement,
        )
    return tmp_path


def test_zones_of_a_folder(tmp_path: Path) -> None:
    """East is its node; west has two and gets a centroid of its own; south is a centroid."""
    rows = "a,11,10,0,9,9,0,1,2\nb,10,12,0,2,9,0,1,0\nc,10,14,0,3,9,0,1,0\nd,14,11,0,1,9,0,1,0\n"
    road = read_problem(gmns(tmp_path, rows), None, toll_factor=0.5)
    assert road.zone_ids == ("west", "south", "east")
    assert road.node_ids == ("zone west", "14", "11", "10", "12", "13")
    assert road.network.first_through == 2
    assert road.link_ids == ("a", "a", "b", "b", "c", "c", "d", "d")
    assert [road.node_ids[i] for i in road.links.tail[:3]] == ["11", "10", "10"]
    assert road.network.links == 8 + 4  # west to its two nodes and back
    cost, _ = shortest(road.network, road.network.free_flow, [0, 1, 2])
    assert cost[:, :3].tolist() == [[0, 5, 11], [5, 0, 1], [11, 1, 0]]  # 6 through south
    fixed = road.fixed()
    assert fixed is not None
    assert fixed.tolist() == [1, 1] + [0] * 10


def test_turns_of_a_folder(tmp_path: Path) -> None:
    rows = "a,11,10,1,1,9,0,1,0\nb,10,12,1,2,9,0,1,0\nc,10,14,1,3,9,0,1,0\n"
    movement = "1,10,a,b,90,\n2,10,a,c,,0\n"
    road = read_problem(gmns(tmp_path, rows, movement), None)
    east = road.zone_ids.index("east")
    cost, _ = shortest(road.network, road.network.free_flow, [east])
    assert cost[0, road.zone_ids.index("west")] == 1 + 1.5 + 2  # the penalty is 90 s
    assert np.isinf(cost[0, road.zone_ids.index("south")])
    assert road.link_ids == ("a", "b", "c")


def test_tntp_trips_do_not_fit_named_zones(tmp_path: Path) -> None:
    net = gmns(tmp_path, "a,11,10,1,1,9,0,1,0\n")
    with pytest.raises(ChengceError) as caught:
        read_problem(net, put(tmp_path, "t.tntp", TRIPS))
    assert codes(caught) == ["trips_format"]
