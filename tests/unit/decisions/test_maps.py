"""Maps place, class and mark what they should, in few bytes."""

import re

import numpy as np
import pytest
import shapely
from tests.report_worlds import MINUTES, clinic_run, clinic_scenario, hand_city, zone_ids

from chengce.decisions.maps.breaks import Breaks, change_breaks
from chengce.decisions.maps.classes import change_scheme, value_scheme
from chengce.decisions.maps.path import path_data
from chengce.decisions.maps.place_values import differences_by_place, values_by_place
from chengce.decisions.maps.projection import EARTH_M, Sheet, scale_bar
from chengce.decisions.maps.proposal import Marks, draw_proposal
from chengce.decisions.maps.zone_map import Atlas


def test_the_sheet_is_true_to_scale_at_its_middle() -> None:
    sheet = Sheet.around(116.0, 59.9, 116.4, 60.1)
    middle = np.array([[116.1, 60.0], [116.2, 60.0], [116.1, 60.05]])
    x, y = sheet.place(middle).T
    degree = np.pi / 180 * EARTH_M
    assert (x[1] - x[0]) * sheet.unit_m == pytest.approx(
        0.1 * degree * 0.5, rel=1e-9
    )  # cos 60° = ½
    assert (y[0] - y[2]) * sheet.unit_m == pytest.approx(0.05 * degree, rel=1e-9)


@pytest.mark.parametrize(
    "box", [(0, 0, 0.2, 0.01), (0, 0, 0.01, 0.9), (5, 5, 5, 5), (-51.3, -30.3, -51.0, -29.9)]
)
def test_everything_lies_on_a_sheet_of_decent_shape(box: tuple[float, float, float, float]) -> None:
    sheet = Sheet.around(*box)
    corners = sheet.place(np.array([[box[0], box[1]], [box[2], box[3]]]))
    assert corners.min() >= 0
    assert corners[:, 0].max() <= sheet.width
    assert corners[:, 1].max() <= sheet.height
    assert 0.4 < sheet.height / sheet.width < 1.4


@pytest.mark.parametrize("width_deg", [0.001, 0.011, 0.047, 0.3, 1.7, 9.0])
def test_the_scale_bar_is_a_round_length(width_deg: float) -> None:
    sheet = Sheet.around(10, 50, 10 + width_deg, 50 + width_deg / 2)
    metres, units = scale_bar(sheet)
    assert units == pytest.approx(metres / sheet.unit_m)
    assert 0.08 * sheet.width < units <= 0.22 * sheet.width
    assert metres / 10 ** np.floor(np.log10(metres)) in (1, 2, 5)


def test_paths_are_relative_and_closed() -> None:
    box = shapely.Polygon([(0, 0), (10, 0), (10, 10.2), (0, 10)])
    assert path_data(box) == "M0,0l10,0 0,10 -10,0z"
    assert path_data(shapely.LineString([(1.2, 1), (1.4, 1), (5, 2)])) == "M1,1l4,1"
    assert path_data(shapely.LineString([(1, 1), (1.1, 1.1)])) == ""


def test_darker_is_better_whichever_way_is_better() -> None:
    breaks = Breaks((0.0, 10.0, 20.0))
    more, less = (value_scheme(breaks, better) for better in ("more", "less"))
    assert [label.en for label in more.labels[:2]] == ["0 to 10", "10 to 20"]
    assert more.marks[:2] == ("s0", "s1")
    assert less.marks[:2] == ("s1", "s0")
    assert more.colours[:2] == less.colours[1::-1]


def test_difference_classes_mirror_each_other_around_no_clear_change() -> None:
    breaks = change_breaks(np.array([-20.0, -6, 5, 1, 2, 3]), np.ones(6))
    for better in ("more", "less"):
        scheme = change_scheme(breaks, better)
        middle = scheme.marks.index("n")
        losses, gains = scheme.marks[:middle], scheme.marks[middle + 1 : 2 * middle + 1]
        assert [m[1:] for m in losses][::-1] == [m[1:] for m in gains]
        signs = [label.en for label in scheme.labels]
        flipped = [s.translate(str.maketrans("+−≤≥", "−+≥≤")) for s in signs[:middle]][::-1]
        assert [set(re.findall(r"[\d.]+", s)) for s in flipped] == [
            set(re.findall(r"[\d.]+", s)) for s in signs[middle + 1 : 2 * middle + 1]
        ]


def test_places_are_classed_by_verdict() -> None:
    comparison = clinic_run().comparison
    before, after = comparison.reference.finding, comparison.alternatives[0].finding
    change = differences_by_place(before, after, MINUTES.id)
    assert change.state.tolist() == [
        "gain",
        "gain",
        "loss",
        "nobody",
        "unreached",
        "none",
        "none",
        "none",
        "unknown",
    ]
    scheme = change_scheme(change_breaks(change.value[:3], np.ones(3)), "less")
    marks = scheme.assign(change)
    assert [m[0] for m in marks] == ["g", "g", "l", "e", "u", "n", "n", "n", "x"]
    now = values_by_place(before, MINUTES.id)
    assert now.state.tolist()[3:5] == ["nobody", "unreached"]
    assert now.state[8] == "unknown"


def test_a_scenario_shows_on_the_map_and_the_base_does_not() -> None:
    city = hand_city()
    sheet = Sheet.around(116.3, 39.9, 116.33, 39.93)
    assert draw_proposal(city, sheet) == Marks("", ())
    marks = draw_proposal(clinic_scenario().apply(city), sheet)
    assert marks.signs == ("place", "closed")
    assert "新诊所" in marks.svg


def test_outlines_are_drawn_once_and_used_by_every_map() -> None:
    atlas = Atlas.of(hand_city(), tuple(zone_ids(3)), ("z00", "z11"))
    assert atlas is not None
    assert atlas.definitions.count('<path id="z') == 9
    assert atlas.definitions.split('<g id="edge">')[1].count("<circle") == 2
    drawn = atlas.draw(np.full(9, "s0"), ["a<b&"] * 9, Marks("", ()), label="x", lang="en")
    assert drawn.count('<use href="#z') == 9
    assert "a&lt;b&amp;" in drawn
    assert len(drawn) < 2500


def test_points_become_circles_and_unknown_places_nothing() -> None:
    atlas = Atlas.of(hand_city(points=True), (*zone_ids(3), "nowhere"), ("nowhere",))
    assert atlas is not None
    assert sum(s.startswith("<circle") for s in atlas.zones.shapes) == 9
    assert atlas.zones.shapes[-1] == '<g id="z9"/>'
    assert Atlas.of(hand_city(), ("nowhere",), ()) is None


def test_wide_water_lies_above_the_zones_and_roads_above_it() -> None:
    atlas = Atlas.of(hand_city(), tuple(zone_ids(3)), ())
    assert atlas is not None
    drawn = atlas.draw(np.full(9, "s0"), None, Marks("", ()), label="x", lang="en")
    order = [
        drawn.index(f'href="#{name}"') for name in ("ground", "z0", "water", "network", "edge")
    ]
    assert order == sorted(order)
    assert atlas.network.roads
    assert atlas.network.buses
    assert not atlas.network.rail
