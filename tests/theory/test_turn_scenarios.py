"""Turns a scenario sets, by hand: where cars go, how long they drive, and a city that had them so."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.theory.test_road_measures import ask, flows, value
from tests.unit.engine.worlds import city as streets_city
from tests.unit.engine.worlds import grid

from chengce.applications.commuting_flows import commuting_flows
from chengce.applications.road_measures import road_measures
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context, SerialRunner
from chengce.decisions.compare import finding_hash
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import snap
from chengce.engine.streets.weights import weigh
from chengce.models.commuting.driving import drive_times
from chengce.models.modifications.turn_junction import ways_on
from chengce.models.opportunities import zone_points
from chengce.models.scenario import parse_scenario

Change = dict[str, Any]


def turn(one: str, two: str, rule: str, **more: Any) -> Change:
    return {"type": "set_turn", "from_street": one, "to_street": two, "rule": rule, **more}


def with_turns(base: City, *changes: Change) -> City:
    return parse_scenario({"name": "s", "modifications": list(changes)}).apply(base)


def afresh(scenario: City) -> City:
    """Return a base city whose table of turns is that of the scenario."""
    return replace(scenario, base=None, delta=None, known={}, _memory={})


# assignment: by b a trip takes 10 + v/200 minutes, by c 15 + v/200; 3,000 vehicles


@pytest.mark.parametrize(
    ("rule", "by_b", "minutes"),
    [
        ({"rule": "banned"}, 0.0, 30.0),
        ({"rule": "delayed", "delay_s": 60}, 1900.0, 20.5),  # 11 + v/200 = 15 + (3000 − v)/200
        ({"rule": "delayed", "delay_s": 1200}, 0.0, 30.0),  # 30 + v/200 > 15 + 3000/200
        ({"rule": "only"}, 2000.0, 20.0),  # nobody wants to turn round at b
    ],
)
def test_a_turn_moves_the_flow_it_must(rule: Change, by_b: float, minutes: float) -> None:
    after = with_turns(road_measures.example.city(), turn("A-b", "b-D", **rule))
    found = ask(after)
    assert flows(found)["A-b", 1] == pytest.approx(by_b, abs=1e-3)
    assert flows(found)["A-c", 1] == pytest.approx(3000.0 - by_b, abs=1e-3)
    assert value(found, "car_minutes") == pytest.approx(minutes)
    assert finding_hash(ask(afresh(after))) == finding_hash(found)


def test_a_ban_lifted_brings_the_flow_back() -> None:
    base = afresh(with_turns(road_measures.example.city(), turn("A-b", "b-D", "banned")))
    assert flows(ask(base))["A-b", 1] == pytest.approx(0.0, abs=1e-3)
    after = ask(with_turns(base, turn("A-b", "b-D", "allowed")))
    assert flows(after)["A-b", 1] == pytest.approx(2000.0)
    assert value(after, "car_minutes") == pytest.approx(20.0)


# driving times: 10 m/s, but 5 m/s from c to D


def town() -> City:
    city = ascii_city(
        """
        A--x--B
        |  |
        c--D
        """,
        block_m=100.0,
        people={"A": 100, "B": 10, "D": 10},
        jobs={"B": 40, "D": 60},
    )
    streets = city.table("streets")
    speed = np.where(streets["id"] == "c-D", 18.0, 36.0)
    return certain(
        replace(city, tables={**city.tables, "streets": streets.assign(speed_kmh=speed)})
    )


def seconds(city: City) -> dict[str, int]:
    """Return seconds from A by car."""
    zones = Points(*zone_points(city))
    found = drive_times(city, zones, longest_min=60, context=Context())
    return dict(zip(zones.ids, found.seconds[list(zones.ids).index("A")].tolist(), strict=True))


@pytest.mark.parametrize(
    ("change", "to_d", "to_b"),
    [
        (None, 30, 40),
        (turn("A-x", "x-D", "banned"), 50, 40),  # round by c: 10 + 40
        (turn("A-x", "x-D", "delayed", delay_s=15), 45, 40),
        (turn("A-x", "x-D", "delayed", delay_s=25), 50, 40),
        (turn("A-x", "x-B", "only"), 50, 40),
        (turn("A-x", "x-D", "only"), 30, 60),  # to D, back to x, then on to B
        (turn("A-x", "x-B", "banned"), 30, 60),
    ],
)
def test_a_turn_changes_driving_times_by_hand(change: Change | None, to_d: int, to_b: int) -> None:
    base = town()
    after = base if change is None else with_turns(base, change)
    found = seconds(after)
    assert (found["D"], found["B"]) == (to_d, to_b)
    assert seconds(afresh(after)) == found


def test_without_the_u_turn_at_the_end_there_is_no_way_back() -> None:
    straight = turn("A-x", "x-D", "only")
    end = int(town().table("streets").set_index("id").loc["x-D", "to_node"])
    back = turn("x-D", "x-D", "banned", via_node=end)
    # A, x, D, c, A, then once more by x: the only way on there is to D, so B is never reached
    round_about = turn("c-D", "x-D", "banned")
    assert seconds(with_turns(town(), straight, back, round_about))["B"] == INF


def test_commuting_by_car_is_that_of_a_city_with_the_same_turns() -> None:
    params = commuting_flows.parse({"mode": "car", "cutoffs_min": [1], "max_trip_min": 60})

    def ask_(city: City) -> str:
        return finding_hash(commuting_flows.run(city, params, Context(draws=3)))

    after = with_turns(town(), turn("A-x", "x-D", "banned"))
    assert ask_(after) == ask_(afresh(after))
    assert ask_(after) != ask_(town())


# any streets, any turns


def random_turns(base: City, rng: np.random.Generator) -> list[Change]:
    """Return rules for turns that cars can make, no street's junction twice."""
    streets = base.table("streets")
    into: dict[tuple[str, int], Change] = {}
    for _ in range(12):
        row = streets.iloc[int(rng.integers(len(streets)))]
        via = int(row["to_node"] if rng.random() < 0.5 else row["from_node"])
        rule = str(rng.choice(["banned", "only", "allowed", "delayed"]))
        more = {"delay_s": float(rng.integers(1, 60))} if rule == "delayed" else {}
        two = str(rng.choice(ways_on(streets, via)))
        into[row["id"], via] = turn(row["id"], two, rule, via_node=via, **more)
    return list(into.values())


def test_times_over_any_turns_are_those_of_a_city_that_had_them() -> None:
    rng = np.random.default_rng(5)
    differ = 0
    for _ in range(12):
        base = streets_city(streets=grid(4, 100.0))
        # turns set on a base with turns of its own, lifted and replaced among others
        base = afresh(with_turns(base, *random_turns(base, rng)))
        changes = [
            c for c in random_turns(base, rng)
            if not parse_scenario({"name": "s", "modifications": [c]}).check(base)
        ]  # fmt: skip
        after = with_turns(base, *changes)
        lon, lat = rng.uniform(0, 0.0027, (2, 15))
        found = [times(city, lon, lat) for city in (base, after, afresh(after))]
        np.testing.assert_array_equal(found[1], found[2])
        differ += not np.array_equal(found[0], found[1])
    assert differ > 6


def times(city: City, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    weights = weigh(street_network(city), "drive", speed_mps=1.0)
    at = snap(city, [f"p{i}" for i in range(len(lon))], lon, lat, "drive")
    return street_matrix(city, weights, (at, at), limit_ms=INF, runner=SerialRunner())
