"""Check what is said of streets, stops and trips nobody has surveyed for wheelchairs."""

import numpy as np
import pytest
from tests.unit.engine.worlds import DEGREE_M, TUESDAY, city, stops, street, streets, transit

from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.groups import TOTAL_GROUP, Group
from chengce.core.text import Text
from chengce.engine.options import Points
from chengce.models.matrices.file_matrix import result_of, times_of
from chengce.models.matrices.question import MatrixParams, Question
from chengce.models.population import Population
from chengce.models.scenario import TODAY
from chengce.models.trip_options import trip_options
from chengce.models.wheelchair_report import beside_unknown, wheelchair_unknown

AT = {0: (0.0, 0.0), 1: (300.0, 0.0), 2: (0.0, 200.0), 3: (300.0, 200.0), 4: (900.0, 0.0)}
ASK = Text("问", "ask")
MIXED = Group("age", "old", Text("老", "old"), {"elder": 0.9, "wheelchair": 0.1})


def world(**more):
    rows = [
        street("seen", (2, 3), AT, wheelchair_state="limited"),
        street("side", (0, 2), AT),
        street("unseen", (0, 1), AT, wheelchair_state="unknown"),
        street("steps", (1, 4), AT, wheelchair=0, wheelchair_state="no"),  # closed to wheelchairs
    ]
    return city(streets=streets(rows), **more)


def people(group: Group, count: float) -> Population:
    return Population(group.dimension, (group,), ("z",), np.full((3, 1, 1), count))


def said(found: list[Problem]) -> str:
    (problem,) = found
    assert problem.remedy == ASK
    assert problem.severity == "warning"
    return problem.message.en


def test_the_length_open_to_wheelchairs_is_what_counts() -> None:
    text = said(wheelchair_unknown(world(), people(MIXED, 50), "use", ASK, rides=False))
    # 300 of 300 + 200 + 300 m
    assert "37.5 % of the length of streets; taken as accessible for some 5 wheelchair" in text


def test_stops_and_trips_count_where_one_rides() -> None:
    at = {"x": (0.0, 0.0), "y": (300.0, 0.0), "z": (0.0, 200.0)}
    trips = [(t, "day", [("x", 28_810, 28_810), ("y", 28_840, 28_840)]) for t in ("a", "b")]
    ridden = world(stops=stops(at, x=1, y=0, z=2), **transit(trips, wheelchair={"a": 1, "b": 1}))
    text = said(wheelchair_unknown(ridden, people(MIXED, 50), "avoid", ASK, rides=True))
    assert "streets, 1 of 3 stops; taken as not accessible" in text  # no trip is unknown


@pytest.mark.parametrize(("group", "count"), [(TOTAL_GROUP, 50.0), (MIXED, 0.0)])
def test_nothing_is_said_where_nobody_is_in_a_wheelchair(group: Group, count: float) -> None:
    assert wheelchair_unknown(world(), people(group, count), "use", ASK, rides=True) == []


def test_nothing_is_said_where_all_is_known() -> None:
    known = city(streets=streets([street("seen", (2, 3), AT)]))
    assert wheelchair_unknown(known, people(MIXED, 50), "use", ASK, rides=True) == []


def test_points_within_the_limit_of_a_known_street_are_those_beside_an_unknown_one() -> None:
    what = Text("起点", "origins")
    (found,) = beside_unknown(what, [("a", 80.0), ("b", 399.0), ("c", 401.0)], 400.0)
    assert found.message.en.startswith("2 origins")
    assert beside_unknown(what, [("c", 401.0), ("d", np.inf)], 400.0) == []


@pytest.mark.parametrize(("unknown", "warned"), [("use", False), ("avoid", True)])
def test_a_matrix_says_who_is_left_out(unknown: str, warned: bool) -> None:
    here = world()
    params = MatrixParams(
        profile="wheelchair", wheelchair_unknown=unknown, date=TUESDAY, walk_speed=1.0, window_min=1
    )
    # 20 m from the street nobody has seen, 180 m from the one somebody has; and on the latter
    points = Points(
        ["a", "b"], np.array([150.0, 300.0]) / DEGREE_M, np.array([20.0, 200.0]) / DEGREE_M
    )
    options = trip_options(here, params, "wheelchair", speed_mps=1.0, percentiles=(50,))
    question = Question(here, TODAY, points, points, params, options)
    result = result_of(question, times_of(question, Context()))
    found = [w for w in result.warnings if w.code == "beside_unknown_street"]
    assert [w.message.en[:9] for w in found] == (["1 origins"] if warned else [])
