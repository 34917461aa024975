"""Bands are as wide as their values, beside their street, within a budget; labels stand apart."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.link_worlds import grid_city, grid_flows, link_finding, link_values, roads_run

from chengce.decisions.link_changes import LinkChange, link_changes
from chengce.decisions.maps.labels import RADIUS, draw_labels
from chengce.decisions.maps.link_lines import (
    GAP,
    NARROWEST,
    STEPS,
    Drawn,
    band_path,
    middle_path,
    most_first,
    place_links,
    widths,
)
from chengce.decisions.maps.link_map import change_map, change_scale, value_map, value_scale
from chengce.decisions.maps.projection import Sheet
from chengce.decisions.maps.proposal import draw_proposal
from chengce.decisions.roads import Roads

SHEET = Sheet.around(116.3, 39.9, 116.33, 39.93)
NUMBER = re.compile(r"-?\d+")


def ends(path: str) -> list[tuple[int, int]]:
    """Return the points of a path of one line."""
    numbers = [int(n) for n in NUMBER.findall(path)]
    points = np.array(numbers).reshape(-1, 2)
    return [tuple(p) for p in np.cumsum(points, axis=0).tolist()]


def line(*points: tuple[float, float]) -> Any:
    return np.array([shapely.LineString(points), None], dtype=object)[:-1]


@pytest.mark.parametrize(
    ("points", "shift"),
    [
        (((1000, 3000), (2000, 3000)), (0, 1)),  # eastbound: the right is south, y downwards
        (((2000, 3000), (1000, 3000)), (0, -1)),
        (((1000, 3000), (1000, 2000)), (1, 0)),  # northbound: the right is east
        (((1000, 2000), (1000, 3000)), (-1, 0)),
    ],
)
def test_a_band_lies_to_the_right_of_its_way(points: Any, shift: tuple[int, int]) -> None:
    moved = ends(band_path(line(*points), 40.0))
    for (x, y), (u, v) in zip(points, moved, strict=True):
        assert (u - x, v - y) == pytest.approx(
            (shift[0] * (20 + GAP), shift[1] * (20 + GAP)), abs=1
        )


def test_the_two_directions_of_a_street_do_not_cover_each_other() -> None:
    there, back = ((0, 0), (1000, 0)), ((1000, 0), (0, 0))
    a, b = (shapely.LineString(ends(band_path(line(*p), 60.0))).buffer(30) for p in (there, back))
    assert a.intersection(b).area == pytest.approx(0, abs=1)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(55, 130))
@settings(deadline=None)
def test_width_is_proportional_but_for_the_finest_lines(values: list[float], most: float) -> None:
    array = np.array(values)
    found = widths(array, float(array.max()), most)
    exact = most * array / (array.max() or 1.0)
    assert (np.abs(found - exact) <= most / STEPS + 1e-9)[exact >= NARROWEST].all()
    assert (found[exact < NARROWEST] <= NARROWEST + most / STEPS).all()
    assert found.max() <= most + 1e-9


def test_bands_of_one_road_are_joined_and_both_ways_make_one_middle() -> None:
    two = np.array(
        [shapely.LineString([(0, 0), (500, 0)]), shapely.LineString([(500, 0), (900, 0)])]
    )
    assert band_path(two, 20.0).count("M") == 1
    assert middle_path(np.array([two[0], two[0].reverse()])).count("M") == 1
    apart = np.array([two[0], two[1].reverse()])  # traffic that meets is not joined
    assert band_path(apart, 20.0).count("M") == 2


def placed(change: LinkChange, side: int = 3) -> Drawn:
    return place_links(SHEET, Roads((grid_city(side),)).lines(change.streets, change.directions))


def test_the_legend_counts_every_link_once() -> None:
    comparison = roads_run().comparison
    change = comparison.link_changes[0]["flow"]
    drawn = placed(change)
    found = change_map(drawn, change, change_scale([change], 100.0), most_points=10_000)
    counts = change.counts()
    by_mark: dict[str, int] = {}
    for c in found.classes:
        by_mark[c.mark[:2]] = by_mark.get(c.mark[:2], 0) + c.links
    assert by_mark == {
        "lm": counts["more"],
        "ll": counts["less"],
        "ln": counts["none"],
        "lo": counts["open"],
    }
    assert all(counts.values())
    assert sum(c.km for c in found.classes) == pytest.approx(drawn.length_km.sum())
    assert drawn.length_km[0] == pytest.approx(0.853, rel=0.03)  # 0.01° at 39.9° N, bent
    assert (found.left_out, found.off_sheet) == (0, 0)


def test_only_clear_changes_are_bands_and_open_ones_are_dashed() -> None:
    flows = {("h0_0", 1): 100.0, ("h0_1", 1): 100.0, ("h1_0", 1): 100.0}
    after = {("h0_0", 1): 400.0, ("h0_1", 1): 101.0, ("h1_0", 1): 400.0}
    places = np.arange(9.0)
    change = link_changes(
        link_finding(flows, places, unsure=["h1_0"]), link_finding(after, places)
    )["flow"]
    found = change_map(placed(change), change, change_scale([change], 100.0), most_points=1000)
    assert re.findall(r'class="([a-z ]+\d?)"', found.svg) == ["ln", "lo", "bd lm1"]


def test_a_map_keeps_to_its_budget_and_says_what_it_leaves_out() -> None:
    values = link_values(grid_flows(grid_city(5)))
    drawn = place_links(
        Sheet.around(116.3, 39.9, 116.35, 39.95),
        Roads((grid_city(5),)).lines(values.streets, values.directions),
    )
    size = values.values[0]
    chosen = most_first(drawn, size, 60)
    assert drawn.points[chosen].sum() <= 60
    assert size[chosen].min() >= np.sort(size)[-int(chosen.sum()) - 1]
    found = value_map(drawn, size, values.determined, value_scale(size, 100.0), most_points=60)
    assert found.left_out == len(size) - chosen.sum() > 0
    assert sum(c.links for c in found.classes) == len(size)


def test_streets_nobody_knows_are_off_the_sheet() -> None:
    drawn = place_links(SHEET, Roads((grid_city(),)).lines(["nowhere", "h0_0"], [1, 1]))
    assert drawn.on_sheet.tolist() == [False, True]
    assert drawn.middle(0) is None
    found = value_map(
        drawn,
        np.array([5.0, 5.0]),
        np.ones(2, bool),
        value_scale(np.array([5.0]), 99.0),
        most_points=9,
    )
    assert found.off_sheet == 1


def test_nothing_to_draw_is_an_empty_map() -> None:
    empty = link_changes(link_finding({}, np.arange(9.0)), link_finding({}, np.arange(9.0)))["flow"]
    found = change_map(placed(empty), empty, change_scale([empty], 100.0), most_points=100)
    assert (found.svg, found.classes) == ("", ())


@given(st.lists(st.tuples(st.integers(300, 5700), st.integers(300, 4000)), min_size=1, max_size=15))
@settings(deadline=None, max_examples=40)
def test_labels_do_not_cover_each_other(points: list[tuple[int, int]]) -> None:
    drawn = draw_labels(SHEET, [np.array(p, dtype=float) for p in points])
    circles = [
        (int(x), int(y)) for x, y in re.findall(rf'cx="(-?\d+)" cy="(-?\d+)" r="{RADIUS}"', drawn)
    ]
    assert len(circles) == len(points)
    gaps = [np.hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(circles) for b in circles[:i]]
    assert min(gaps, default=9e9) >= 2 * RADIUS


def test_a_link_off_the_sheet_has_no_label_but_keeps_its_number() -> None:
    drawn = draw_labels(SHEET, [None, np.array([3000.0, 2000.0])])
    assert re.findall(r"<text[^>]*>(\d+)<", drawn) == ["2"]
    assert draw_labels(SHEET, []) == ""


def test_streets_whose_rules_a_scenario_changes_are_marked() -> None:
    city = grid_city()
    streets = city.table("streets").copy()
    streets.loc[streets["id"] == "h0_0", "highway"] = "tertiary"
    hours = pd.DataFrame(
        {"street": ["h1_0"], "direction": [1], "start_s": [0], "end_s": [3600], "speed_factor": [1.0],
         "capacity_factor": [1.0], "toll": [5.0]}
    )  # fmt: skip
    none, one, both = (
        draw_proposal(city.with_changes(changes), SHEET)
        for changes in ({}, {"streets": streets}, {"streets": streets, "street_periods": hours})
    )
    assert (none.signs, one.signs, both.signs) == ((), ("altered",), ("altered",))
    assert len(both.svg) > len(one.svg)


def test_both_streets_of_a_turn_a_scenario_changes_are_marked() -> None:
    city = grid_city()
    streets = city.table("streets").set_index("id")
    row = {"id": "t", "kind": "no", "from_street": "h0_0", "to_street": "h0_1", "restriction": "x"}
    turns = pd.DataFrame([{**row, "via_node": streets.loc["h0_0", "to_node"]}])
    banned = city.with_changes({"turns": turns})
    assert draw_proposal(banned, SHEET).signs == ("altered",)
    changed = city.table("streets").copy()
    changed.loc[changed["id"].isin(["h0_0", "h0_1"]), "highway"] = "tertiary"
    both = draw_proposal(city.with_changes({"streets": changed}), SHEET)
    assert draw_proposal(banned, SHEET).svg == both.svg
    base = replace(banned, base=None, delta=None, known={}, _memory={})
    assert draw_proposal(base.with_changes({"turns": turns.iloc[:0]}), SHEET).svg == both.svg
    # a ban that goes because its street does leaves the other street as it is
    shut = base.table("streets").query("id != 'h0_1'")
    gone = base.with_changes({"turns": turns.iloc[:0], "streets": shut})
    assert draw_proposal(gone, SHEET).signs == ("closed",)
