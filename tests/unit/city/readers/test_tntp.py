"""TNTP as people really write it: every network of the collection has quirks of its own."""

from pathlib import Path

import numpy as np
import pytest

from chengce.city.readers.tntp import (
    read_tntp_flow,
    read_tntp_network,
    read_tntp_nodes,
    read_tntp_trips,
)

HEAD = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 4
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 2
<END OF METADATA>
"""
HEADER = "~\tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;\n"
ROWS = "\t1\t3\t100\t2\t5\t0.15\t4\t60\t7\t1\t;\n\t3\t2\t200\t3\t6\t0.5\t2\t50\t0\t2\t;\n"


def put(tmp_path: Path, text: str, name: str = "x_net.tntp") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8", newline="")
    return path


def codes(problems: object) -> list[str]:
    return [p.code for p in problems]  # type: ignore[attr-defined]


def test_a_network_as_the_format_has_it(tmp_path: Path) -> None:
    net = read_tntp_network(put(tmp_path, HEAD + "\n" + HEADER + ROWS))
    assert (net.zones, net.nodes, net.first_through) == (2, 4, 3)
    assert net.tail.tolist() == [1, 3]
    assert net.head.tolist() == [3, 2]
    assert net.capacity.tolist() == [100, 200]
    assert net.length.tolist() == [2, 3]
    assert net.free_flow.tolist() == [5, 6]
    assert net.b.tolist() == [0.15, 0.5]
    assert net.power.tolist() == [4, 2]
    assert net.speed.tolist() == [60, 50]
    assert net.toll.tolist() == [7, 0]
    assert net.kind.tolist() == [1, 2]
    assert net.rows.tolist() == [8, 9]
    assert (net.toll_factor, net.distance_factor) == (None, None)
    assert net.warnings == ()


QUIRKS = {
    "Anaheim: tabs after the metadata": HEAD.replace("\n", "\t\t\t\n") + HEADER + ROWS,
    "Winnipeg: tabs before the numbers": HEAD.replace("> ", ">\t\t\t") + HEADER + ROWS,
    "any order, any case": "<first thru node> 3\n<Number of  Nodes> 4\n<number of links>2\n"
    "< NUMBER OF ZONES >2\n<end of metadata>\n" + HEADER + ROWS,
    "no end of metadata": HEAD.replace("<END OF METADATA>\n", "") + HEADER + ROWS,
    "no header at all": HEAD + ROWS,
    "Terrassa: glued semicolons, a header ending in ;.": HEAD
    + "~\tInit node\tTerm node\tCapacity\tLength\tFree Flow Time\tB\tPower\tSpeed limit\tToll\tType\t;\t.\n"
    + ROWS.replace("\t;", ";"),
    "Sydney: tabs after the semicolon": HEAD + "\t\t\n" + HEADER + ROWS.replace(";\n", ";\t\t\n"),
    "no semicolons, blanks for tabs": HEAD + HEADER + ROWS.replace(";", "").replace("\t", "  "),
    "Windows line ends": (HEAD + HEADER + ROWS).replace("\n", "\r\n"),
    "blank lines and comments between": HEAD + "\n\n" + HEADER + ROWS.replace("\n", "\n\n~ note\n"),
    "a comment after a row": HEAD + HEADER + ROWS.replace(";\n", "; ~ a note\n"),
    "two links on a line": HEAD + HEADER + ROWS.replace(";\n", ";"),
    "Chicago: a blank between tilde and words": HEAD
    + "~ \tInit node \tTerm node \tCapacity \tLength \tFree Flow Time \tB\tPower\tSpeed limit \tToll \tType\t;\n"
    + ROWS,
    "an original header in the metadata": HEAD.replace(
        "<END", "<ORIGINAL HEADER>~\tTail\tHead\tCapacity (veh/h)\tLength (ft)\tFree Flow Time (min)\tB\tPower\t;\n<END"
    )
    + HEADER
    + ROWS,
    "exponents of three digits": HEAD + HEADER + ROWS.replace("100\t", "1.00e+002\t").replace("200\t", "2E2\t"),
    "a byte order mark": "\ufeff" + HEAD + HEADER + ROWS,
    "a header without tilde": HEAD + HEADER.lstrip("~") + ROWS,
}  # fmt: skip


@pytest.mark.parametrize("quirk", QUIRKS)
def test_quirks_change_nothing(tmp_path: Path, quirk: str) -> None:
    plain = read_tntp_network(put(tmp_path, HEAD + HEADER + ROWS))
    net = read_tntp_network(put(tmp_path, QUIRKS[quirk], "quirk_net.tntp"))
    for name, value in vars(plain).items():
        if name != "rows":
            assert np.array_equal(getattr(net, name), value), name


def test_factors_come_from_the_metadata(tmp_path: Path) -> None:
    factors = "<TOLL FACTOR> 0.02\n<DISTANCE FACTOR>\t0.04\n"
    net = read_tntp_network(put(tmp_path, factors + HEAD + HEADER + ROWS))
    assert (net.toll_factor, net.distance_factor) == (0.02, 0.04)


def test_columns_missing_at_the_end_are_zero(tmp_path: Path) -> None:
    short = "1 3 100 2 5 0.15 4\n3 2 200 3 6 0.5 2 50\n"
    net = read_tntp_network(put(tmp_path, HEAD + HEADER + short))
    assert net.speed.tolist() == [0, 50]
    assert net.toll.tolist() == net.kind.tolist() == [0, 0]
    assert net.power.tolist() == [4, 2]


def test_gold_coast_has_no_tolls_but_speeds_and_lanes(tmp_path: Path) -> None:
    header = (
        "~\tfrom\tto\tcapacity (per lane)\tlength (km)\tfftt (min)\talpha\tbeta\tff speed (km/h)\t"
        "critical speed (km/h)\tlanes\t\n"
    )
    net = read_tntp_network(
        put(tmp_path, HEAD + header + "\t1\t3\t900\t0.3\t0.327\t0.282\t4\t55\t42.9\t2\t;\n")
    )
    assert net.toll.tolist() == [0]
    assert net.speed.tolist() == [55]
    assert net.free_flow.tolist() == [0.327]
    assert net.capacity.tolist() == [900]  # as written: published results use it so
    assert sorted(codes(net.warnings)) == ["tntp_capacity_per_lane", "tntp_link_count"]


def test_a_header_in_another_order_is_believed(tmp_path: Path) -> None:
    header = "~\tinit_node\tterm_node\tcapacity\tfree_flow_time\tlength\tspeed\ttoll\tb\tpower\tlink_type\t;\n"
    net = read_tntp_network(
        put(tmp_path, HEAD + header + "1 3 100 5 2 60 7 0.15 4 1;\n3 2 9 9 9 9 9 9 9 9;\n")
    )
    assert (net.free_flow[0], net.length[0], net.b[0], net.power[0], net.toll[0]) == (5, 2, 0.15, 4, 7)  # fmt: skip


def test_constant_delay_is_folded_into_free_flow(tmp_path: Path) -> None:
    """Winnipeg and Barcelona write B = power = 0, Berlin zero time; t0·(1 + B) where power is 0."""
    rows = (
        "1 3 1 2 5 0 0;\n1 4 1 2 5 0.2 0;\n3 2 0 2 5 0 4;\n3 4 9 0 0 0.15 4;\n1 2 9 2 5 0.15 4;\n"
    )
    net = read_tntp_network(put(tmp_path, HEAD.replace("LINKS> 2", "LINKS> 5") + rows))
    assert net.free_flow.tolist() == [5, 6, 5, 0, 5]
    assert net.b.tolist() == [0, 0, 0, 0, 0.15]
    assert net.power.tolist() == [1, 1, 1, 1, 4]


def test_parallel_links_and_gaps_in_the_numbers_are_kept(tmp_path: Path) -> None:
    rows = "1 4 1 2 5 1 4;\n1 4 2 2 5 1 4;\n4 2 3 2 5 1 4;\n"  # node 3 is not used, as in Barcelona
    net = read_tntp_network(put(tmp_path, HEAD.replace("LINKS> 2", "LINKS> 3") + rows))
    assert net.tail.tolist() == [1, 1, 4]
    assert net.nodes == 4


def test_what_can_be_calculated_with_is_a_warning(tmp_path: Path) -> None:
    text = HEAD.replace("<FIRST THRU NODE> 3\n", "").replace("LINKS> 2", "LINKS> 9")
    net = read_tntp_network(put(tmp_path, text + ROWS + "3 3 1 1 1 1 1;\n"))
    assert net.first_through == 1
    assert codes(net.warnings) == ["tntp_metadata_missing", "tntp_loop", "tntp_link_count"]
    assert {p.severity for p in net.warnings} == {"warning"}


TRIPS = "<NUMBER OF ZONES> 3\n<TOTAL OD FLOW> 21.5\n<END OF METADATA>\n\n"
TABLE = [[0, 2.5, 3], [4, 0, 0], [7, 5, 0]]
WAYS = {
    "as the format has it": "Origin \t1 \n    1 :      0.0;     2 :     2.5;     3 : 3; "
    "\n\nOrigin 2\n 1 : 4.0;\nOrigin 3\n1 : 7; 2 : 5;\n",
    "Berlin: tabs around the colon": "Origin 1 \n2 \t: \t2.5; \t3 \t: \t3; \t"
    "\nOrigin 2\n1\t:\t4;\nOrigin 3\n1\t:\t7;\t2\t:\t5; \t\n",
    "broken across lines": "Origin  1\n 2 :\n 2.5;\n3 : 3\n;\nOrigin\n2\n1 : 4;\nOrigin 3 1 : 7; 2\n: 5;",
    "no blanks, no last semicolon": "Origin 1\n2:2.5;3:3\nOrigin 2\n1:4\nOrigin 3\n1:7;2:5",
    "commas, as its README says": "Origin 1\n2 , 2.5 ; 3 , 3 ;\nOrigin 2\n1 , 4 ;\nOrigin 3\n1 , 7 ; 2 , 5 ;\n",
    "exponents and comments": "~ a note\nOrigin 1\n2 : 2.5E0; 3 : 3.0e+000; ~ another : 5;"
    "\nOrigin 2\n1 : 4;\nOrigin 3\n1 : 7; 2 : 5;\n",
    "lower case, Windows": "origin 1\r\n2 : 2.5; 3 : 3;\r\norigin 2\r\n1 : 4;\r\norigin 3\r\n1 : 7; 2 : 5;\r\n",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_trips(tmp_path: Path, way: str) -> None:
    found = read_tntp_trips(put(tmp_path, TRIPS + WAYS[way]), 3)
    assert found.demand.tolist() == TABLE
    assert found.warnings == ()


def test_an_origin_without_trips_and_zones_without_origin(tmp_path: Path) -> None:
    text = TRIPS.replace("21.5", "4") + "Origin 1\n\nOrigin 2\n1 : 4;\n"
    assert read_tntp_trips(put(tmp_path, text), 3).demand.sum(axis=1).tolist() == [0, 4, 0]


def test_odd_totals_and_counts_are_said_and_the_pairs_used(tmp_path: Path) -> None:
    text = TRIPS.replace("21.5", "999") + "Origin 2\n1 : 4; 1 : 2;\n"
    found = read_tntp_trips(put(tmp_path, text), 5)
    assert found.demand[1, 0] == 6
    assert found.demand.shape == (5, 5)
    assert codes(found.warnings) == ["tntp_total", "tntp_zone_count", "tntp_repeated_pair"]
    assert "999" in found.warnings[0].message.zh
    assert found.warnings[0].row == 2


def test_the_file_says_how_many_zones_if_nobody_else_does(tmp_path: Path) -> None:
    assert read_tntp_trips(put(tmp_path, TRIPS + "Origin 1\n2 : 21.5;\n")).demand.shape == (3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "From \tTo \tVolume \tCost \n1 \t3 \t7.5 \t1.25 \n3 \t2 \t8 \t2 \n",
        "<NUMBER OF NODES>\t4\n<END OF METADATA>\n~ \tTail \tHead \t:\tVolume \tCost \t;\n"
        "\t1\t3\t:\t7.5\t1.25\t;\n\t3\t2\t:\t8\t2\t;\n",
        "1 3 7.5 1.25\n3 2 8 2\n",
    ],
)
def test_flows(tmp_path: Path, text: str) -> None:
    found = read_tntp_flow(put(tmp_path, text))
    assert found.tail.tolist() == [1, 3]
    assert found.head.tolist() == [3, 2]
    assert found.volume.tolist() == [7.5, 8]
    assert found.cost.tolist() == [1.25, 2]


@pytest.mark.parametrize(
    "text",
    [
        "Node\tX\tY\t;\n1\t-96.5\t43\t;\n2\t-97\t44\t;\n",
        "node x y\n1   \t-96.5 \t \t43 \t \t; \n2 -97 44;\n",
        "1 -96.5 43\n2 -97 44\n",
    ],
)
def test_nodes(tmp_path: Path, text: str) -> None:
    found = read_tntp_nodes(put(tmp_path, text))
    assert found.node.tolist() == [1, 2]
    assert found.x.tolist() == [-96.5, -97]
    assert found.y.tolist() == [43, 44]
