"""Check the service date, the design of walking speeds, interpolation, and what is near the edge."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chengce.applications import application_named
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.decisions.compare import compare
from chengce.engine.matrix import Points
from chengce.models.edges import near_edge
from chengce.models.opportunities import zone_points
from chengce.models.scenario import TODAY, parse_scenario
from chengce.models.timetable_gaps import timetable_gaps
from chengce.models.travel import _between, _error, design_speeds, door_times
from chengce.models.trips import ANY_DATE, TripParams, service_date

H = 3600
MON, TUE, WED = "2026-05-11", "2026-05-12", "2026-05-13"
NEXT_TUE = "2026-05-19"
SPEED = ascii_city("A-B").assumptions["walk_speed_adult"]


def city(*lines: Line) -> City:
    """Return three zones in a row with lines."""
    return ascii_city("A---B---C", block_m=300.0, people={"A": 10}, jobs={"C": 5}, lines=lines)


def line(name: str, headway_s: int, *dates: str, stops: str = "AC") -> Line:
    """Return a line that runs from 06:00 to 08:00 on some dates."""
    return Line(
        name, stops, headway_s=headway_s, run_s=300, first_s=6 * H, last_s=8 * H, dates=dates
    )


# dates


def test_the_earliest_tuesday_with_the_most_trips_is_taken() -> None:
    base = city(
        line("a", 600, MON, TUE, NEXT_TUE), line("b", 300, MON, NEXT_TUE), line("c", 900, WED)
    )
    assert service_date(base, TripParams()) == NEXT_TUE
    assert service_date(city(line("a", 600, TUE, NEXT_TUE)), TripParams()) == TUE
    assert service_date(city(line("a", 600, MON), line("b", 300, WED)), TripParams()) == WED


def test_a_date_without_service_is_refused_with_the_dates_there_are() -> None:
    base = city(line("a", 600, MON, TUE))
    assert service_date(base, TripParams(date="20260512")) == TUE
    with pytest.raises(ChengceError) as caught:
        service_date(base, TripParams(date="2026-06-01"))
    assert f"{MON} 至 {TUE}" in caught.value.problems[0].remedy.zh


def test_a_service_without_trips_is_no_service() -> None:
    base = city(line("a", 600, TUE), line("b", 600, WED))
    base = replace(base, tables={**base.tables, "trips": base.table("trips").query("route == 'a'")})
    with pytest.raises(ChengceError):
        service_date(base, TripParams(date=WED))
    bare = replace(base, tables={**base.tables, "trips": base.table("trips").iloc[:0]})
    with pytest.raises(ChengceError) as caught:
        service_date(bare, TripParams())
    assert caught.value.problems[0].code == "no_service"


def test_without_transit_any_date_will_do() -> None:
    assert service_date(city(), TripParams()) == ANY_DATE
    assert service_date(city(), TripParams(date=WED)) == WED


def test_a_scenario_is_asked_on_the_day_of_its_base() -> None:
    base = city(line("a", 600, TUE, NEXT_TUE))
    more = {
        "type": "add_line", "id": "x", "stops": ["A", "C"], "speed_kmh": 30, "dates": [NEXT_TUE],
        "headways": [{"from": "06:00", "to": "08:00", "minutes": 1}],
    }  # fmt: skip
    after = parse_scenario({"name": "s", "modifications": [more]}).apply(base)
    # in itself the scenario has more trips a week later
    assert service_date(replace(after, base=None, delta=None), TripParams()) == NEXT_TUE
    assert service_date(after, TripParams()) == service_date(base, TripParams()) == TUE
    (warning,) = timetable_gaps(after, TripParams(date=TUE))
    assert (warning.code, warning.severity) == ("no_service_on_date", "warning")
    assert "x" in warning.message.zh
    assert NEXT_TUE in warning.message.zh


def test_a_window_without_vehicles_is_said() -> None:
    base = city(line("a", 600, TUE))
    assert timetable_gaps(base, TripParams(date=TUE)) == []
    (warning,) = timetable_gaps(base, TripParams(date=TUE, start="12:00"))
    assert warning.code == "no_service_in_window"
    assert "06:00–08:05" in warning.message.en
    # the last trip still runs at 08:04
    assert timetable_gaps(base, TripParams(date=TUE, start="08:04")) == []


@pytest.mark.parametrize(
    "wrong", [{"date": "May"}, {"start": "7"}, {"start": "07:61"}, {"window_min": 0}]
)
def test_questions_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ChengceError) as caught:
        application_named("new_line").parse(wrong)
    assert next(iter(wrong)) in caught.value.problems[0].column


# walking speeds


def test_the_design_holds_the_ends_and_the_central_speed() -> None:
    speeds = design_speeds(SPEED)
    assert len(speeds) == 5
    assert (np.diff(speeds) > 0).all()
    assert speeds[[0, -1]].tolist() == [SPEED.low, SPEED.high]
    assert SPEED.value in speeds
    normal = replace(SPEED, distribution="normal", low=1.15, high=1.45, value=1.3)
    assert np.isfinite(design_speeds(normal)).all()
    assert design_speeds(replace(SPEED, distribution="fixed")).tolist() == [SPEED.value]


def test_times_that_are_linear_in_pace_are_interpolated_exactly() -> None:
    speeds = design_speeds(SPEED)
    drawn = np.linspace(SPEED.low, SPEED.high, 41)
    below, share = _between(speeds, drawn)
    times = 120.0 + 900.0 / speeds  # a ride, and a walk of 900 m
    found = times[below] + (times[below + 1] - times[below]) * share
    np.testing.assert_allclose(found, 120.0 + 900.0 / drawn, rtol=1e-12)
    assert share.min() >= 0.0
    assert share.max() <= 1.0
    outside_ = _between(speeds, np.array([0.1, 9.0]))
    assert (times[outside_[0]] + (times[outside_[0] + 1] - times[outside_[0]]) * outside_[1]).tolist() == [
        times[0], times[-1]
    ]  # fmt: skip


def test_the_error_of_interpolation_is_in_minutes_over_pairs_reached() -> None:
    far = 2**30
    times = np.array([[[600, 600, far]], [[480, far, far]]], dtype=np.int32)
    truth = np.array([[600, 500, 500]], dtype=np.int32)
    found = _error(times, np.array([0]), np.array([0.5]), truth)
    assert found == 1.0  # 540 against 600 s; the other pairs are not reached at all speeds
    assert np.isnan(
        _error(np.full((2, 1, 1), far, np.int32), np.array([0]), np.array([0.5]), truth[:, :1])
    )


def test_interpolation_error_is_measured_for_today_also_within_a_comparison() -> None:
    base = city(line("a", 600, TUE))
    app = application_named("new_line")
    context = Context(draws=20)
    found = compare(
        app, base, app.parse({"window_min": 5}), reference=TODAY, scenarios=(), context=context
    )
    notes = " ".join(n.en for n in found.reference.finding.notes)
    assert "error of interpolating" in notes


def test_door_times_scale_with_the_walker() -> None:
    base = certain(city())
    points = Points(*zone_points(base))
    params = TripParams(date=TUE, window_min=1)
    slow = replace(base, assumptions=base.assumptions.override({"walk_speed_elder": 0.65}))
    adult = door_times(base, "adult", points, points, params=params, context=Context(draws=20))
    elder = door_times(slow, "elder", points, points, params=params, context=Context(draws=20))
    # 900 m to the next zone: at 1.3 m/s 692.3 s, at 0.65 m/s 1384.6 s, rounded up
    assert adult.times[0, 0].tolist() == [0, 693, 1385]
    assert elder.times[0, 0].tolist() == [0, 1385, 2770]


def test_what_is_off_the_network_is_listed() -> None:
    base = certain(city(line("a", 600, TUE)))
    far = base.table("stops")
    far = far.assign(geometry=far.geometry.translate(0.0, 0.01))  # 1.1 km north
    base = replace(base, tables={**base.tables, "stops": far}, known={})
    app = application_named("new_line")
    finding = app.run(base, app.parse({"window_min": 1}), Context(draws=20))
    (warning,) = [w for w in finding.warnings if w.code == "point_too_far_from_street"]
    assert "2 stops" in warning.message.en
    assert "C (1,1" in warning.message.en


# edges


def test_zones_near_the_rim_of_the_streets_are_flagged() -> None:
    base = ascii_city("a-b-c\n| | |\nd-E-F\n| | |\ng-h-i", block_m=1000.0, people={"E": 1})
    zones = zone_points(base)
    assert near_edge(base, *zones, reach_m=990.0) == ("F",)
    assert near_edge(base, *zones, reach_m=1010.0) == ("E", "F")
    # a scenario that closes the outer streets leaves the edge of the data where it was
    less = base.with_changes({"streets": base.table("streets").iloc[:1]})
    assert near_edge(less, *zones, reach_m=990.0) == ("F",)
    assert near_edge(City("x", base.title, {}), *zones, reach_m=1.0) == ()


def test_a_point_outside_the_streets_is_at_the_edge_however_far() -> None:
    base = ascii_city("a-b\n| |\nc-d", block_m=1000.0)
    assert near_edge(base, ("x",), np.array([1.0]), np.array([1.0]), reach_m=10.0) == ("x",)
