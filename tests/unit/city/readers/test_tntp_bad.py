"""Bad TNTP files: every mistake at once, with row, column and what to do; files that come back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chengce.city.readers.tntp import (
    TntpFlow,
    read_tntp_flow,
    read_tntp_network,
    read_tntp_nodes,
    read_tntp_trips,
)
from chengce.city.readers.tntp_write import write_tntp_flow, write_tntp_network, write_tntp_trips
from chengce.core.errors import ChengceError, Problem

HEAD = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 3\n<END OF METADATA>\n"
TRIPS = "<NUMBER OF ZONES> 3\n<END OF METADATA>\n"


def problems(tmp_path: Path, text: str, read: Callable[[Path], Any]) -> tuple[Problem, ...]:
    path = tmp_path / "x.tntp"
    path.write_text(text, "utf-8")
    with pytest.raises(ChengceError) as caught:
        read(path)
    for problem in caught.value.problems:
        assert problem.file == str(path)
        assert problem.message.zh
        assert problem.message.en
    return caught.value.problems


def found(tmp_path: Path, text: str, read: Callable[[Path], Any]) -> set[tuple[Any, ...]]:
    return {(p.code, p.row, p.column) for p in problems(tmp_path, text, read)}


def test_every_bad_link_is_named(tmp_path: Path) -> None:
    rows = [
        "1 3 100 2 -5 0.15 4;",  # row 5
        "1 3 -100 2 5 0.15 4;",
        "1 3 0 2 5 0.15 4;",
        "1 3 0 2 5 0 4;",  # no delay: fine
        "1 9 100 2 5 0.15 4;",
        "0 3 100 2 5 0.15 4;",
        "1.5 3 100 2 5 0.15 4;",
        "1 3 100 -2 5 0.15 4;",
        "1 3 100 2 5 -0.15 4;",
        "1 3 100 2 5 0.15 -4;",
    ]
    assert found(tmp_path, HEAD + "\n".join(rows), read_tntp_network) == {
        ("tntp_negative_time", 5, "free_flow_time"),
        ("tntp_negative_capacity", 6, "capacity"),
        ("tntp_zero_capacity", 7, "capacity"),
        ("tntp_unknown_node", 9, "term_node"),
        ("tntp_unknown_node", 10, "init_node"),
        ("tntp_unknown_node", 11, "init_node"),
        ("tntp_negative_length", 12, "length"),
        ("tntp_negative_b", 13, "b"),
        ("tntp_negative_power", 14, "power"),
    }


def test_cells_that_are_no_numbers_and_short_rows(tmp_path: Path) -> None:
    text = HEAD + "1 3 100 2 five 0.15 4;\n1 3 100 2 5;\n3 2 1,000 nan 5 0.15 4;\n"
    assert found(tmp_path, text, read_tntp_network) == {
        ("tntp_not_a_number", 5, "free_flow_time"),
        ("tntp_short_row", 6, ""),
        ("tntp_not_a_number", 7, "capacity"),
        ("tntp_not_a_number", 7, "length"),
    }


def test_bad_metadata(tmp_path: Path) -> None:
    row = "1 3 100 2 5 0.15 4;\n"
    text = "<NUMBER OF ZONES> five\n<NUMBER OF NODES> 2.5\n<FIRST THRU NODE> 1\n" + row
    assert {(c, r) for c, r, _ in found(tmp_path, text, read_tntp_network)} == {
        ("tntp_metadata_value", 1), ("tntp_metadata_value", 2),
    }  # fmt: skip
    text = "<NUMBER OF NODES> 4\n<FIRST THRU NODE> 75674\n" + row  # Munich
    assert {(c, r) for c, r, _ in found(tmp_path, text, read_tntp_network)} == {
        ("tntp_metadata_missing", None), ("tntp_first_through", 2),
    }  # fmt: skip
    text = HEAD.replace("ZONES> 2", "ZONES> 5") + row
    assert ("tntp_zones_nodes", 1, "") in found(tmp_path, text, read_tntp_network)


def test_fifty_rows_are_named_and_the_others_counted(tmp_path: Path) -> None:
    said = problems(tmp_path, HEAD + "1 3 100 2 -5 0.15 4;\n" * 70, read_tntp_network)
    assert [p.code for p in said] == ["tntp_negative_time"] * 51
    assert "20" in said[-1].message.en


def test_every_bad_pair_is_named(tmp_path: Path) -> None:
    text = TRIPS + (
        "Origin 1\n2 : 5; 3 : -1;\n 9 : 1;\n"  # rows 4 and 5
        "Origin 7\n1 : 5;\n"  # row 6
        "Origin 2\n1 : many; 2 5;\n 1 : ; 3 : 1e999;\n"  # rows 9 and 10
        "Origin x\n1 : 1;\n"
    )
    assert {(c, r) for c, r, _ in found(tmp_path, text, read_tntp_trips)} == {
        ("tntp_negative_trips", 4),
        ("tntp_zone_range", 5),
        ("tntp_zone_range", 6),
        ("tntp_not_a_number", 9),
        ("tntp_pair", 9),
        ("tntp_pair", 10),
        ("tntp_not_a_number", 10),
        ("tntp_zone_range", 11),
    }


def test_exchanged_files_are_noticed(tmp_path: Path) -> None:
    net, trips = HEAD + "1 3 100 2 5 0.15 4;\n", TRIPS + "<TOTAL OD FLOW> 5\nOrigin 1\n2 : 5;\n"
    for text, read in ((trips, read_tntp_network), (net, read_tntp_trips)):
        [problem] = problems(tmp_path, text, read)
        assert problem.code == "tntp_swapped"
        assert "给反" in problem.remedy.zh


@pytest.mark.parametrize(
    "read", [read_tntp_network, read_tntp_trips, read_tntp_flow, read_tntp_nodes]
)
def test_nothing_there(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    assert [p.code for p in problems(tmp_path, " \n\n", read)] == ["empty_file"]
    (tmp_path / "x_net.tntp").write_text(HEAD)
    with pytest.raises(ChengceError) as caught:
        read(tmp_path / "x_nett.tntp")
    assert [p.code for p in caught.value.problems] == ["file_not_found"]
    assert "x_net.tntp" in caught.value.problems[0].remedy.en
    with pytest.raises(ChengceError) as caught:
        read(tmp_path)
    assert [p.code for p in caught.value.problems] == ["file_is_folder"]


def test_other_files_are_not_networks_or_trips(tmp_path: Path) -> None:
    flows = "From \tTo \tVolume \tCost \n1 \t3 \t7.5 \t1.25 \n"
    assert [p.code for p in problems(tmp_path, flows, read_tntp_network)] == ["tntp_not_a_network"]
    assert "tntp_no_origins" in [p.code for p in problems(tmp_path, flows, read_tntp_trips)]
    empty = HEAD + "~\tinit_node\tterm_node\n"
    assert [p.code for p in problems(tmp_path, empty, read_tntp_network)] == ["tntp_no_links"]


def test_a_node_given_twice(tmp_path: Path) -> None:
    text = "Node X Y ;\n1 0 0;\n2 1 1;\n1 2 2;\n"
    assert found(tmp_path, text, read_tntp_nodes) == {("tntp_node_twice", 4, "")}


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    text = HEAD.replace("<END", "<TOLL FACTOR> 0.02\n<END")
    for _ in range(7):
        cells = "\t".join(repr(float(v)) for v in rng.random(8))
        text += f"\t{rng.integers(1, 5)}\t{rng.integers(1, 5)}\t{cells}\t;\n"
    (tmp_path / "a.tntp").write_text(text)
    net = read_tntp_network(tmp_path / "a.tntp")
    write_tntp_network(tmp_path / "b.tntp", net)
    back = read_tntp_network(tmp_path / "b.tntp")
    for name, value in vars(net).items():
        if name not in ("rows", "warnings"):
            assert np.array_equal(getattr(back, name), value), name
    demand = np.where(rng.random((9, 9)) > 0.3, rng.random((9, 9)) * 1e6, 0.0)
    write_tntp_trips(tmp_path / "t.tntp", demand)
    assert np.array_equal(read_tntp_trips(tmp_path / "t.tntp", 9).demand, demand)
    flow = TntpFlow(net.tail, net.head, net.capacity, net.free_flow)
    write_tntp_flow(tmp_path / "f.tntp", flow)
    assert np.array_equal(read_tntp_flow(tmp_path / "f.tntp").volume, flow.volume)
