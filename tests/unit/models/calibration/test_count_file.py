"""Check the CSV of counts: links, screen lines, zones, and every mistake said with its row."""

from pathlib import Path

import numpy as np
import pytest

from chengce.core.errors import ChengceError
from chengce.engine.roads.network import RoadNetwork, TravelClass
from chengce.engine.roads.problem import RoadLinks, RoadProblem
from chengce.models.calibration.count_file import Named, read_counts
from chengce.models.calibration.counted import Counts

ENDS = [(0, 2), (2, 0), (2, 1), (2, 1), (1, 3)]


def named() -> Named:
    """Zones 1 and 2 and nodes 3 and 4; the links of the file are those before the last one."""
    tail, head = (np.array(x, np.int32) for x in zip(*ENDS, (3, 0), strict=True))
    one = np.ones(len(tail))
    network = RoadNetwork(tail, head, 4, 2, 0, one, one, one, one, one)
    at = np.arange(len(ENDS))
    links = RoadLinks(tuple("abcde"), tail[at], head[at], np.zeros(len(at)), "net", at + 2)
    classes = tuple(TravelClass(n, np.zeros((2, 2))) for n in ("car", "truck"))
    return Named.of(RoadProblem(network, classes, tuple("1234"), ("1", "2"), links, ()))


def read(folder: Path, text: str, encoding: str = "utf-8") -> Counts:
    path = folder / "counts.csv"
    path.write_bytes(text.encode(encoding))
    return read_counts(path, named(), error=0.1)


def wrong(folder: Path, text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(ChengceError) as caught:
        read(folder, text)
    assert all(p.message.zh and p.message.en for p in caught.value.problems)
    return [(p.code, p.row) for p in caught.value.problems]


def test_links_zones_and_classes(tmp_path: Path) -> None:
    counts = read(
        tmp_path, 'from,to,count,sd,class\n1,3,100,5,\n3,2,"1,000",,truck\n1,,70,,all\n,2,60,,car\n'
    )
    assert counts.ids == ("1→3", "3→2", "1→*", "*→2")
    assert counts.value.tolist() == [100, 1000, 70, 60]
    assert [counts.links(c).tolist() for c in range(4)] == [[0], [2, 3], [], []]
    assert counts.cls.tolist() == [-1, 1, -1, 0]
    assert (counts.origin[2], counts.destination[3]) == (0, 1)
    assert counts.sd[0] == 5
    assert counts.sd[1] == pytest.approx(np.sqrt(1000 + 100**2))


def test_a_screen_line_has_its_total_once_or_a_count_in_every_row(tmp_path: Path) -> None:
    once = read(tmp_path, "from,to,count,sd,screenline\n1,3,300,9,west\n3,2,,,west\n")
    assert (once.value.tolist(), once.links(0).tolist(), once.sd[0]) == ([300], [0, 2, 3], 9)
    each = read(tmp_path, "from,to,count,sd,screenline\n1,3,100,3,河\n3,2,200,4,河\n", "gb18030")
    assert (each.value.tolist(), each.sd[0]) == ([300], 5)
    assert each.ids == ("screenline 河",)
    some = "from,to,count,screenline\n1,3,1,w\n3,2,2,w\n3,1,,w\n"
    assert wrong(tmp_path, some) == [("count_value_missing", 2)]


def test_a_link_counted_twice_keeps_both_counts_apart(tmp_path: Path) -> None:
    counts = read(tmp_path, "from,to,count\n1,3,100\n1,3,105\n")
    assert counts.ids == ("1→3", "1→3 #2")


def test_all_mistakes_come_at_once_with_their_rows(tmp_path: Path) -> None:
    text = (
        "from,to,count,sd,class\n"
        "9,3,5,,\n"  # no node 9
        "2,1,5,,\n"  # no such link
        "4,2,5,,\n"  # the other way round
        "1,3,many,,\n"
        "1,3,5,,bus\n"
        "3,,5,,\n"  # 3 is no zone
        ",,5,,\n"
        "1,3,,,\n"
    )
    assert wrong(tmp_path, text) == [
        ("count_node_unknown", 2),
        ("count_link_unknown", 3),
        ("count_link_unknown", 4),
        ("count_not_a_number", 5),
        ("count_class_unknown", 6),
        ("count_zone_unknown", 7),
        ("count_place_missing", 8),
        ("count_value_missing", 9),
    ]


def test_the_other_direction_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as caught:
        read(tmp_path, "from,to,count\n4,2,5\n")
    assert "wrong way round" in caught.value.problems[0].remedy.en


def test_a_file_without_its_columns_or_without_a_byte(tmp_path: Path) -> None:
    assert wrong(tmp_path, "a,b,count\n1,2,3\n") == [
        ("count_column_missing", 1),
        ("count_column_missing", 1),
    ]
    assert [c for c, _ in wrong(tmp_path, "")] == ["empty_file"]


def test_numbers_no_counter_gives_are_named_with_their_rows(tmp_path: Path) -> None:
    text = "from,to,count,sd\n1,3,-5,\n1,3,1e300,\n1,3,nan,\n1,3,9,-2\n1,3,9,0\n1,3,9,1e-300\n1,3,9,soon\n"
    assert wrong(tmp_path, text) == [
        ("count_value", 2), ("count_value", 3), ("count_not_a_number", 4), ("count_sd", 5),
        ("count_sd", 6), ("count_sd", 7), ("count_not_a_number", 8),
    ]  # fmt: skip


def test_a_table_as_a_chinese_spreadsheet_saves_it(tmp_path: Path) -> None:
    text = '起点;终点;计数;标准差;核查线;车类\n1;3;"1,200";8;;car\n3;2;70;;东;\n'
    for ends in ("\n", "\r\n", "\r"):
        counts = read(tmp_path, text.replace("\n", ends), "gbk")
        assert counts.value.tolist() == [1200, 70]
        assert counts.ids == ("1→3", "screenline 东")
        assert counts.sd[0] == 8
        assert counts.cls.tolist() == [0, -1]


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(b'from,to,count\n1,3,"' + b"x" * 200_000 + b'"\n')
    with pytest.raises(ChengceError) as caught:
        read_counts(path, named(), error=0.1)
    assert [p.code for p in caught.value.problems] == ["csv_parsing_failed"]
