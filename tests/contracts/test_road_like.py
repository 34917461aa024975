"""The networks that benchmarks measure on are what their description says."""

import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.extract import extract_speed
from benchmarks.road_like import road_like
from benchmarks.road_tntp import road_tntp
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from tests.osm_worlds import write_osm

from chengce.core.context import SerialRunner

NET = """<NUMBER OF ZONES> 1
<NUMBER OF NODES> 3
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 4
<END OF METADATA>
~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
 3 1 900 1 0.5 0.15 4 0 0 1 ;
 1 3 900 1 0 0.15 4 0 0 1 ;
 1 2 900 1 2 0.15 4 0 0 1 ;
 2 3 900 1 1.25 0.15 4 0 0 1 ;
"""
PLACES = "Node X Y ;\n2 20 5 ;\n1 10 4 ;\n"


def test_a_network_of_the_asked_size_in_which_every_place_reaches_every_other() -> None:
    graph = road_like(10_000)
    matrix = csr_matrix((graph.cost, graph.head, graph.indptr), (10_000, 10_000))
    assert connected_components(matrix, connection="strong")[0] == 1
    assert graph.nodes == len(graph.xy) == 10_000
    assert 2.6 < len(graph.cost) / graph.nodes < 2.8
    assert graph.cost.dtype == graph.head.dtype == np.int32
    assert graph.cost.min() > 0


def test_it_has_dead_ends_one_way_streets_and_fast_far_links() -> None:
    graph = road_like(10_000)
    out, into = np.diff(graph.indptr), np.bincount(graph.head, minlength=graph.nodes)
    assert ((out == 1) & (into == 1)).mean() > 0.1
    there = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    assert 0.02 < np.mean([(b, a) not in there for a, b in there]) < 0.1
    metres = np.linalg.norm(graph.xy[graph.tail] - graph.xy[graph.head], axis=1)
    fast = metres / graph.cost * 3600 > 80
    assert fast.any()
    assert metres[fast].min() > 400


def test_a_seed_is_one_network_and_another_another() -> None:
    one, again, other = road_like(2_000), road_like(2_000), road_like(2_000, seed=2)
    assert np.array_equal(one.cost, again.cost)
    assert np.array_equal(one.head, again.head)
    assert len(one.cost) != len(other.cost) or not np.array_equal(one.cost, other.cost)


def test_links_of_a_tntp_file_are_rows_by_tail_in_milliseconds(tmp_path: Path) -> None:
    (tmp_path / "a_net.tntp").write_text(NET)
    (tmp_path / "a_node.tntp").write_text(PLACES + "3 30 6 ;\n")
    graph = road_tntp(tmp_path)
    assert graph.indptr.tolist() == [0, 2, 3, 4]
    assert graph.head.tolist() == [1, 2, 2, 0]
    assert graph.cost.tolist() == [120_000, 1, 75_000, 30_000]
    assert graph.xy.tolist() == [[10, 4], [20, 5], [30, 6]]


def test_a_node_that_lies_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "a_net.tntp").write_text(NET)
    (tmp_path / "a_node.tntp").write_text(PLACES)
    with pytest.raises(ValueError, match="1 nodes lie nowhere"):
        road_tntp(tmp_path)


def test_doors_of_an_extract_all_reach_one_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A loop joins them; the one-way street out of it and the street apart hold no door."""
    street = {"highway": "residential"}
    path = write_osm(
        tmp_path / "a.osm.pbf",
        nodes={1: (0, 0), 2: (3, 0), 3: (3, 3), 4: (0, 3), 5: (9, 0), 6: (0, 20), 7: (5, 20)},
        ways={
            10: ([1, 2, 3, 4, 1], street),
            11: ([2, 5], {**street, "oneway": "yes"}),
            12: ([6, 7], street),
        },
    )
    row = extract_speed(path, SerialRunner(), Path(sys.executable), doors=40)
    assert row["reached"] == 1.0
    assert row["nodes"] == 5
    assert "peer" not in row
    assert "valhalla: not run" in capsys.readouterr().err
