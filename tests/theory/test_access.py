"""Work access out by hand on cities drawn in a few strokes, before and after a proposal."""

from typing import Any

import numpy as np
import pytest

from chengce.applications import application_named
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.grid import grid_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.context import Context
from chengce.decisions.compare import Comparison, compare
from chengce.models.scenario import TODAY, Scenario, parse_scenario

H = 3600
CONTEXT = Context(draws=20)


def ask(city: City, name: str, *changes: dict[str, Any], **params: Any) -> Comparison:
    """Return today and one scenario of a city without uncertainty."""
    app = application_named(name)
    scenarios: list[Scenario] = []
    if changes:
        scenarios.append(parse_scenario({"name": "s", "modifications": list(changes)}))
    return compare(
        app, certain(city), app.parse(params), reference=TODAY, scenarios=scenarios, context=CONTEXT
    )


def values(found: Comparison, metric: str, state: int = 0) -> dict[str, float]:
    """Return the value of every zone in a state."""
    finding = found.states[state].finding
    cells = finding.values[metric]
    assert (np.isnan(cells) | (cells == cells[0])).all()  # nothing varies
    return dict(zip(finding.places, cells[0, :, 0].tolist(), strict=True))


# on foot: blocks of 78 m take 60 s at 1.3 m/s


def test_walks_on_a_grid_count_blocks() -> None:
    city = grid_city(5, 1, 78.0, people=1.0, places={"4,0": ["clinic"]})
    found = ask(city, "everyday_reach", cutoffs_min=[2, 3, 4], kinds=["clinic"])
    assert list(values(found, "clinic_2").values()) == [0, 0, 100, 100, 100]
    assert list(values(found, "clinic_3").values()) == [0, 100, 100, 100, 100]
    assert list(values(found, "clinic_4").values()) == [100] * 5
    head = found.reference.finding.headline()
    assert [head[f"clinic_{m}"].value for m in (2, 3, 4)] == [60.0, 80.0, 100.0]


def test_a_closed_bridge_sends_people_round() -> None:
    drawing = """
    A--B
    |  |
    c--d
    """
    city = ascii_city(drawing, block_m=78.0, people={"A": 1, "B": 3}, places={"B": ["clinic"]})
    # A–B are 2 blocks; round by c and d they are 1 + 2 + 1 = 4
    found = ask(city, "everyday_reach", {"type": "close_street", "streets": ["A-B"]},
                cutoffs_min=[2, 3, 4], kinds=["clinic"])  # fmt: skip
    assert [values(found, f"clinic_{m}")["A"] for m in (2, 3, 4)] == [100, 100, 100]
    assert [values(found, f"clinic_{m}", 1)["A"] for m in (2, 3, 4)] == [0, 0, 100]
    change = found.changes[0]["clinic_3"]
    assert (change.people["loss"].value, change.people["none"].value) == (1, 3)
    assert found.differences()[0]["clinic_3"].value == -25.0


def test_facilities_added_and_closed() -> None:
    city = grid_city(
        5, 1, 78.0, people=10.0, places={"0,0": ["clinic"], "4,0": ["clinic", "school"]}
    )
    at = city.table("zones").set_index("id").geometry["2,0"]
    add = {"type": "add_facility", "id": "n", "kind": "school", "lon": at.x, "lat": at.y}
    close = {"type": "close_facility", "place": "4,0:clinic"}
    found = ask(city, "everyday_reach", add, close, cutoffs_min=[1], kinds=["clinic", "school"])
    assert list(values(found, "kinds_1").values()) == [1, 1, 0, 2, 2]
    assert list(values(found, "kinds_1", 1).values()) == [1, 2, 1, 1, 1]
    people = found.changes[0]["kinds_1"].people
    assert {k: e.value for k, e in people.items()} == {
        "gain": 20, "loss": 20, "none": 10, "unreached": 0, "empty": 0,
    }  # fmt: skip


def test_a_mixed_group_is_the_mean_of_its_walkers() -> None:
    from chengce.core.groups import Group
    from chengce.core.text import Text

    old = Group("age", "old", Text("老", "old"), {"adult": 0.25, "elder": 0.75})
    city = ascii_city("A--B", block_m=130.0, people={"A": {"old": 8}}, places={"B": ["clinic"]},
                      dimension="age", groups=(old,))  # fmt: skip
    # 260 m: adults 200 s, elders (1.0 m/s) 260 s
    found = ask(city, "everyday_reach", cutoffs_min=[4, 5], kinds=["clinic"], dimension="age")
    assert values(found, "clinic_4")["A"] == 25.0
    assert values(found, "clinic_5")["A"] == 100.0


# by transit: stops stand at the doors


def lined(**more: Any) -> City:
    """Return a line A–B of 15 minutes, every 10 minutes, too far to walk."""
    line = {"headway_s": 600, "run_s": 900, "first_s": 6 * H, "last_s": 9 * H, **more}
    return ascii_city("A-----B", block_m=2600.0, people={"A": 100}, jobs={"B": 50},
                      places={"B": ["hospital"]}, lines=[Line("L", "AB", **line)])  # fmt: skip


@pytest.mark.parametrize(
    ("percentile", "minutes"), [(1, 15), (10, 15), (11, 16), (50, 19), (90, 23), (100, 24)]
)
def test_waits_are_spread_over_the_headway(percentile: int, minutes: int) -> None:
    # leaving at any minute one waits 0 … 9 min, each for a tenth of the departures
    found = ask(lined(), "new_line", percentile=percentile, jobs_share=1.0)
    assert values(found, "minutes_hospital")["A"] == minutes


def test_a_doubled_headway_doubles_the_wait() -> None:
    change = {
        "type": "change_headway",
        "route": "L",
        "headways": [{"from": "06:00", "to": "10:00", "minutes": 20}],
    }
    for percentile in (1, 100):
        found = ask(
            lined(frequency=True), "new_line", change, percentile=percentile, jobs_share=1.0
        )
        before, after = (values(found, "minutes_hospital", s)["A"] for s in (0, 1))
        # the phase is fixed but unknown within a minute; the whole window sees every wait
        assert before == pytest.approx({1: 15, 100: 25}[percentile], abs=1)
        assert after == pytest.approx({1: 15, 100: 35}[percentile], abs=1)


def test_jobs_count_once_within_the_limit_of_the_percentile() -> None:
    found = ask(lined(), "new_line", cutoffs_min=[18, 19, 24])
    assert [values(found, f"jobs_{m}")["A"] for m in (18, 19, 24)] == [0, 50, 50]
    mean = ask(lined(), "new_line", cutoffs_min=[19], measure="mean_of_access")
    # 20 departures 3 minutes apart wait 0, 7, 4, 1, 8, 5, 2, 9, 6, 3 min, twice: half within 19 min
    assert values(mean, "jobs_19")["A"] == 25.0


def test_minutes_to_a_share_of_the_jobs() -> None:
    city = ascii_city("A---B---C", block_m=260.0, people={"A": 1}, jobs={"A": 10, "B": 30, "C": 60})
    # 780 m are 10 min; own jobs 0 min
    for share, minutes in ((0.1, 0), (0.11, 10), (0.4, 10), (0.41, 20), (1.0, 20)):
        found = ask(city_with_line(city), "new_line", jobs_share=share, window_min=1)
        assert values(found, "minutes_jobs")["A"] == minutes, share


def city_with_line(city: City) -> City:
    """Return the city with a line that never runs in the window, since the application asks for one."""
    from dataclasses import replace

    idle = ascii_city(
        "A---B---C", block_m=260.0, lines=[Line("L", "AC", headway_s=600, run_s=60, first_s=20 * H)]
    )
    transit = {t: idle.table(t) for t in ("stops", "routes", "trips", "stop_times", "services")}
    return replace(city, tables={**city.tables, **transit})


def test_the_kth_nearest_place_is_nearest_first() -> None:
    city = ascii_city("A---B---C", block_m=260.0, people={"A": 1},
                      places={"A": ["clinic"], "B": ["clinic"], "C": ["clinic", "clinic"]})  # fmt: skip
    for k, minutes in ((1, 0), (2, 10), (3, 20), (4, 20), (5, np.inf)):
        found = ask(city_with_line(city), "new_line", nearest=k, window_min=1)
        assert values(found, "minutes_clinic")["A"] == minutes, k
    assert (
        ask(city_with_line(city), "new_line", nearest=5, window_min=1)
        .reference.finding.headline()["minutes_clinic"]
        .value
        == 120.0
    )  # not reached enters the mean at the longest trip


def test_a_new_line_wins_whom_it_serves() -> None:
    drawing = """
    A-----B
    |
    C
    """
    city = ascii_city(drawing, block_m=1560.0, people={"A": 100, "C": 40, "B": 7}, places={"B": ["hospital"]},
                      lines=[Line("L", "AB", headway_s=600, run_s=1800, first_s=6 * H, last_s=10 * H)])  # fmt: skip
    line = {
        "type": "add_line", "id": "x", "stops": ["A", "B"], "speed_kmh": 56.16, "dwell_s": 0,
        "headways": [{"from": "06:00", "to": "10:00", "minutes": 10}],
    }  # fmt: skip
    found = ask(city, "new_line", line, percentile=100, max_trip_min=90)
    # C walks 20 min to A. By L: waits up to 9 min, 30 min ride; by x 7,800 m at 15.6 m/s: 500 s
    before = values(found, "minutes_hospital")
    after = values(found, "minutes_hospital", 1)
    assert before == {"A": 39, "B": 0, "C": 59}
    assert after["A"] == pytest.approx(500 / 60 + 10, abs=1.05)
    assert after["C"] - after["A"] == pytest.approx(20, abs=1.05)
    people = found.changes[0]["minutes_hospital"].people
    assert (people["gain"].value, people["none"].value, people["loss"].value) == (140, 7, 0)


def test_a_closed_stop_loses_whom_it_served() -> None:
    found = ask(lined(), "new_line", {"type": "close_stop", "stop": "B"}, jobs_share=1.0)
    assert values(found, "minutes_hospital", 1)["A"] == np.inf
    assert values(found, "jobs_30", 1)["A"] == 0
    people = found.changes[0]["minutes_hospital"].people
    assert people["loss"].value == 100


def test_boardings_and_walks_are_limited() -> None:
    assert values(ask(lined(), "new_line", max_boardings=0), "jobs_60")["A"] == 0
    near = ascii_city("A-b-----C", block_m=780.0, people={"A": 1}, jobs={"C": 9},
                      lines=[Line("L", "bC", headway_s=60, run_s=300, first_s=6 * H, last_s=9 * H)])  # fmt: skip
    # A walks 10 min to the stop at b
    assert values(ask(near, "new_line", max_walk_min=9, max_trip_min=40), "jobs_30")["A"] == 0
    assert values(ask(near, "new_line", max_walk_min=10, max_trip_min=40), "jobs_30")["A"] == 9
