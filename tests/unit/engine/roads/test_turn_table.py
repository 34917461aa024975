"""Turns by the nodes of a network file: what they do to paths, and every mistake with its row."""

from pathlib import Path

import numpy as np
import pytest

from chengce.core.errors import ChengceError
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions
from chengce.engine.roads.problem import RoadProblem

# 1 → 3 → 4 → 2 takes 3; 1 → 3 → 5 → 4 → 2 takes 4; two parallel links 3 → 4
NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 5
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 7
<END OF METADATA>
1 3 9 1 1 0 1 ;
3 4 9 1 1 0 1 ;
3 4 9 1 1 0 1 ;
3 5 9 1 1 0 1 ;
5 4 9 1 1 0 1 ;
4 2 9 1 1 0 1 ;
4 3 9 1 1 0 1 ;
"""
TRIPS = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 2 : 6;\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    net, trips = tmp_path / "a_net.tntp", tmp_path / "a_trips.tntp"
    net.write_text(NET)
    trips.write_text(TRIPS)
    return net, trips


def read(files: tuple[Path, Path], text: str, encoding: str = "utf-8") -> RoadProblem:
    turns = files[0].with_name("turns.csv")
    turns.write_bytes(text.encode(encoding))
    return read_problem(*files, turns=turns)


def solved(files: tuple[Path, Path], text: str) -> tuple[float, list[float]]:
    """Return the total cost, and flows 3 → 4 (both), 3 → 5."""
    problem = read(files, text)
    found = assign(problem.network, problem.classes, AssignOptions(gap=1e-9))
    return found.total, [float(found.flow[1:3].sum()), float(found.flow[3])]


def test_a_turn_banned_or_slow_sends_vehicles_round(files: tuple[Path, Path]) -> None:
    """The turn 1 → 3 → 4 holds for both links 3 → 4; the way round takes 1 more."""
    head = "from,via,to,penalty\n"
    assert solved(files, head) == (18, [6, 0])
    assert solved(files, f"{head}1,3,4,0.5\n") == (21, [6, 0])
    assert solved(files, f"{head}1,3,4,1.5\n") == (24, [0, 6])
    assert solved(files, f"{head}1,3,4,banned\n") == (24, [0, 6])
    assert solved(files, f"{head}1,3,4,banned\n5,4,2,0.25\n") == (25.5, [0, 6])
    assert solved(files, f"{head}3,4,3,banned\n") == (18, [6, 0])  # a U-turn nobody makes


def test_chinese_tables(files: tuple[Path, Path]) -> None:
    problem = read(files, "起点;经过;终点;附加时间\n1;3;4;禁转\n", "gb18030")
    assert len(read(files, "from,via,to,penalty\n1,3,4,BANNED\n").network.tail) == len(
        problem.network.tail
    )


def test_every_mistake_comes_with_its_row(files: tuple[Path, Path]) -> None:
    text = "from,via,to,penalty\n1,3,9,1\n3,1,2,1\n1,3,4,-1\n1,3,5,\n3,5,4,2\n3,5,4,banned\n4,3,4,inf\n"
    with pytest.raises(ChengceError) as caught:
        read(files, text)
    assert {(p.code, p.row, p.column) for p in caught.value.problems} == {
        ("turn_link_unknown", 2, "to"), ("turn_link_unknown", 3, "from"),
        ("turn_link_unknown", 3, "to"), ("turn_penalty", 4, "penalty"),
        ("turn_penalty", 5, "penalty"), ("turn_penalty", 8, "penalty"), ("turn_repeated", 7, "from"),
    }  # fmt: skip
    assert all(p.message.zh and p.message.en for p in caught.value.problems)


def test_a_turn_at_a_centroid_never_happens(files: tuple[Path, Path]) -> None:
    files[0].write_text(NET.replace("LINKS> 7", "LINKS> 8") + "2 4 9 1 1 0 1 ;\n")
    found = read(files, "from,via,to,penalty\n4,2,4,banned\n")
    assert [(w.code, w.row, w.severity) for w in found.warnings] == [
        ("turn_at_centroid", 2, "warning")
    ]
    assert found.network.links == 8


def test_a_folder_of_gmns_has_its_own(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "gmns"
    folder.mkdir()
    (folder / "node.csv").write_text("node_id,zone_id\na,1\nb,2\n")
    (folder / "link.csv").write_text(
        "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes\nx,a,b,1,1,60,9,1\n"
    )
    turns = tmp_path / "turns.csv"
    turns.write_text("from,via,to,penalty\n")
    with pytest.raises(ChengceError) as caught:
        read_problem(folder, files[1], turns=turns)
    assert [p.code for p in caught.value.problems] == ["turns_of_gmns"]


def test_links_by_their_ends(files: tuple[Path, Path]) -> None:
    between = read_problem(*files).between()
    assert between["3", "4"] == (1, 2)
    assert ("2", "4") not in between


def test_a_matrix_is_named_for_omx_only(files: tuple[Path, Path]) -> None:
    with pytest.raises(ChengceError) as caught:
        read_problem(*files, matrix="am")
    assert [p.code for p in caught.value.problems] == ["matrix_not_omx"]
    assert np.isfinite(read_problem(*files).network.length).all()
