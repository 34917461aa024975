"""A link is told as a person would: its road, its way, between which streets."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from tests.link_worlds import grid_city
from tests.report_worlds import hand_city

from chengce.core.text import Text
from chengce.decisions.report.families import row_names
from chengce.decisions.roads import Roads, course


@pytest.mark.parametrize(
    ("towards", "zh", "en"),
    [
        ((0, 1), "由南向北", "northbound"), ((1, 0), "由西向东", "eastbound"), ((0, -1), "由北向南", "southbound"),
        ((-1, 0), "由东向西", "westbound"), ((1.3, 1), "由西南向东北", "north-eastbound"),
        ((-1.3, -1), "由东北向西南", "south-westbound"), ((-0.01, 1), "由南向北", "northbound"),
        ((0, 0), "", ""),
    ],
)  # fmt: skip
def test_the_way_a_line_runs(towards: Any, zh: str, en: str) -> None:
    start, bend = np.array([116.3, 39.9]), np.array([0.002, 0.001])
    line = shapely.LineString([start, start + bend, start + 0.01 * np.array(towards)])
    assert course(line) == Text(zh, en)


def test_directions_turn_lines_round() -> None:
    roads = Roads((grid_city(),))
    there, back, unknown = roads.lines(["h0_0", "h0_0", "x"], [1, 2, 1])
    assert there.equals_exact(back.reverse(), 0)
    assert (course(there).en, course(back).en) == ("eastbound", "westbound")
    assert unknown is None


def test_a_road_is_listed_once_per_direction_with_its_cross_streets() -> None:
    roads = Roads((grid_city(),))
    streets = ["h1_1", "h1_0", "h1_1", "h0_0", "h1_2"]
    directions = [1, 1, 2, 1, 1]
    rows = roads.rows(range(5), streets, directions, np.array(["more"] * 5))
    assert [(r.index, r.name.en, r.course.en, r.alike) for r in rows] == [
        (0, "东西1路", "eastbound", 2), (2, "东西1路", "westbound", 0), (3, "unnamed road (h0_0)", "eastbound", 0),
    ]  # fmt: skip
    assert [r.section for r in rows] == ["南北1路 → 南北2路", "南北2路 → 南北1路", ""]
    assert rows[2].name.zh == "无名道路（h0_0）"


def test_increases_and_decreases_of_one_road_are_told_apart_and_the_list_ends() -> None:
    roads = Roads((grid_city(),))
    signs = np.array(["more", "less"])
    assert len(roads.rows([0, 1], ["h1_0", "h1_1"], [1, 1], signs)) == 2
    assert len(roads.rows([0, 1], ["h1_0", "h1_1"], [1, 1], signs, most=1)) == 1


def test_streets_of_several_states_are_known_the_first_counts() -> None:
    city = grid_city()
    streets = city.table("streets")
    renamed = streets.assign(name="新名").iloc[:1]
    other = replace(city, tables={**city.tables, "streets": renamed})
    assert Roads((other, city)).names(["h0_0", "h1_0"]) == ["新名", "东西1路"]
    assert Roads((city, other)).names(["h0_0", "h1_0"]) == [None, "东西1路"]


def test_a_city_whose_streets_have_neither_names_nor_nodes() -> None:
    rows = Roads((hand_city(),)).rows([0, 1], ["1", "gone"], [1, 2], np.array(["more", "more"]))
    assert [(r.name.en, r.course.en, r.section) for r in rows] == [
        ("unnamed road (1)", "eastbound", ""), ("unnamed road (gone)", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "names", "shared"),
    [
        (["a shop within N min", "a park within N min"], ["a shop", "a park"], "within N min"),
        (["超市：N 分钟可达", "公园：N 分钟可达"], ["超市", "公园"], "N 分钟可达"),
        (["within N min: shops", "within N min: parks"], ["shops", "parks"], "within N min"),
        (["N min, jobs", "N min, rejobs"], ["jobs", "rejobs"], "N min"),
        (["jobs by bus", "schools by bus"], ["jobs", "schools"], "by bus"),
        (["one title N"], ["one title N"], "one title N"),
        (["x", "y"], ["x", "y"], ""),
    ],
)
def test_titles_are_cut_at_whole_words(titles: list[str], names: list[str], shared: str) -> None:
    assert row_names(titles) == (names, shared)
