from pathlib import Path

import pytest
from tests.osm_worlds import write_osm

from chengce.city.readers.osm import read_osm
from chengce.core.errors import ChengceError


def code_of(path: Path) -> str:
    with pytest.raises(ChengceError) as caught:
        read_osm(path)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    assert problem.message.zh
    assert problem.remedy.en
    return problem.code


@pytest.fixture
def town(tmp_path):
    nodes = {i: (i % 100, i // 100) for i in range(1, 4001)}
    ways = {i: ([i, i + 1], {"highway": "residential"}) for i in range(1, 3000)}
    return write_osm(tmp_path / "town.osm.pbf", nodes=nodes, ways=ways)


def test_missing_and_empty(tmp_path):
    assert code_of(tmp_path / "none.osm.pbf") == "osm_missing"
    empty = tmp_path / "empty.osm.pbf"
    empty.touch()
    assert code_of(empty) == "osm_empty"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_truncated(town, share):
    body = town.read_bytes()
    town.write_bytes(body[: int(len(body) * share)])
    assert code_of(town) == "osm_truncated"


@pytest.mark.parametrize("name", ["page.osm.pbf", "page.txt", "page.osm"])
def test_not_a_map(tmp_path, name):
    path = tmp_path / name
    path.write_text("<html>sorry, moved</html>" * 100, encoding="utf-8")
    assert code_of(path) == "osm_not_pbf"


def test_without_streets(tmp_path):
    path = write_osm(
        tmp_path / "a.osm.pbf",
        nodes={1: (0, 0), 2: (1, 0)},
        ways={10: ([1, 2], {"highway": "proposed"}), 11: ([1, 2], {"barrier": "wall"})},
    )
    assert code_of(path) == "osm_without_streets"


def test_without_node_locations(tmp_path):
    path = write_osm(
        tmp_path / "a.osm.pbf", nodes={}, ways={10: ([1, 2], {"highway": "residential"})}
    )
    with pytest.raises(ChengceError, match="osmium sort"):
        read_osm(path)


def test_a_file_index_gives_the_same_streets(tmp_path, town):
    index = f"sparse_file_array,{tmp_path / 'nodes.idx'}"
    assert read_osm(town, index=index).streets.equals(read_osm(town).streets)
