"""Two roads whose equilibrium anyone can work out: what tolls, closures, trucks and bans do to it.

By b a trip takes 10 + v/200 minutes, by c 15 + v/200; 3,000 vehicles an hour go from A to D.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from chengce.applications.road_measures import road_measures
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.finding import Finding
from chengce.decisions.compare import finding_hash
from chengce.engine.running.runner import ThreadRunner
from chengce.models.noise import scalar

H = 3600
TIGHT = {"period": "08:00-09:00", "gap": 1e-12}


def city(**assumptions: Any) -> City:
    base = road_measures.example.city()
    return replace(base, assumptions=base.assumptions.override(assumptions))


def ask(where: City, draws: int = 3, **params: Any) -> Finding:
    return road_measures.run(where, road_measures.parse({**TIGHT, **params}), Context(draws=draws))


def value(found: Finding, metric: str) -> float:
    return float(found.by_group(metric)[0, -1])


def flows(found: Finding) -> dict[tuple[str, int], float]:
    part = found.link_values("flow")
    return dict(zip(part.keys, part.values[0].tolist(), strict=True))


def with_streets(base: City, change: Any) -> City:
    table = base.table("streets").set_index("id", drop=False)
    return base.with_changes({"streets": change(table.copy()).reset_index(drop=True)})


def with_trips(base: City, *rows: tuple[str, str, str, float, float, float]) -> City:
    names = ["origin", "destination", "mode", "from", "to", "count"]
    table = pd.DataFrame(list(rows), columns=names).assign(purpose="all")
    table["start_s"] = (table.pop("from") * H).astype(int)
    table["end_s"] = (table.pop("to") * H).astype(int)
    return replace(base, tables={**base.tables, "flows": table}, known={}, _memory={})


def test_by_both_ways_it_takes_as_long() -> None:
    found = ask(city())
    assert flows(found)["A-b", 1] == pytest.approx(2000.0)
    assert flows(found)["c-e", 1] == pytest.approx(1000.0)
    assert flows(found)["D-e", 2] == pytest.approx(1000.0)
    assert flows(found)["A-b", 2] == 0.0
    assert found.link_values("flow").determined.all()
    assert value(found, "car_minutes") == pytest.approx(20.0)
    assert [w.code for w in found.warnings] == ["roads_over_capacity"]  # 2,000 on room for 1,800


def test_a_toll_moves_as_many_as_its_worth_in_time_says() -> None:
    base = city(value_of_time_car=30.0)

    def toll(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(toll=np.where(table["id"] == "b-D", 5.0, 0.0))

    found = ask(with_streets(base, toll))  # 5 at 30 an hour: 10 minutes
    assert flows(found)["A-b", 1] == pytest.approx(1000.0)
    assert value(found, "car_minutes") == pytest.approx((1000 * 15 + 2000 * 25) / 3000)
    assert value(found, "tolls") == pytest.approx(5000.0)
    assert not any(w.code == "value_of_time_default" for w in found.warnings)


def test_a_lane_less_moves_traffic_to_the_other_way() -> None:
    def narrower(table: pd.DataFrame) -> pd.DataFrame:
        table.loc["A-b", "capacity_along"] = 900.0
        return table

    found = ask(with_streets(city(), narrower))  # 10 + v/100 = 15 + (3000 − v)/200
    v = 20.0 / (1 / 100 + 1 / 200)
    assert flows(found)["A-b", 1] == pytest.approx(v)
    assert value(found, "car_minutes") == pytest.approx(10.0 + v / 100.0)


def test_a_closed_road_sends_all_by_the_other() -> None:
    found = ask(with_streets(city(), lambda t: t.drop("A-b")))
    assert flows(found)["c-e", 1] == pytest.approx(3000.0)
    assert flows(found)["A-b", 1] == 0.0
    assert value(found, "car_minutes") == pytest.approx(30.0)
    assert value(found, "vehicle_km") == pytest.approx(3000 * 7.0)


def test_trips_without_a_way_are_counted_not_dropped() -> None:
    found = ask(with_streets(city(), lambda t: t.drop(["A-b", "A-c"])), max_trip_min=90)
    assert value(found, "unserved") == pytest.approx(3000.0)
    assert value(found, "car_minutes") == 90.0
    assert np.isinf(found.values["car_minutes"][:, 0]).all()
    assert value(found, "vehicle_km") == 0.0
    (warning,) = [w for w in found.warnings if w.code == "road_trips_without_way"]
    assert "A → D" in warning.message.en
    assert "A → D" in warning.message.zh


def test_part_of_the_trips_without_a_way_counts_the_cap() -> None:
    base = with_trips(city(), ("A", "D", "car", 8, 9, 3000.0), ("D", "A", "car", 8, 9, 10.0))
    one_way = with_streets(
        base, lambda t: t.assign(drive=np.where(t["id"] == "c-e", 1, t["drive"]))
    )
    shut = with_streets(one_way, lambda t: t.drop("b-D"))
    found = ask(shut)
    assert value(found, "unserved") == pytest.approx(10.0)
    assert value(found, "car_minutes") == pytest.approx(30.0)


def test_trucks_take_the_room_of_two() -> None:
    base = with_trips(city(), ("A", "D", "car", 8, 9, 2000.0), ("A", "D", "truck", 8, 9, 500.0))
    found = ask(base)
    assert flows(found)["A-b", 1] == pytest.approx(2000.0)
    assert value(found, "car_minutes") == pytest.approx(20.0)
    more = ask(replace(base, assumptions=base.assumptions.override({"truck_pce": 3.0})))
    assert value(more, "car_minutes") == pytest.approx(21.25)
    assert flows(more)["A-b", 1] == pytest.approx(2250.0)


def test_a_longer_period_has_the_same_rates() -> None:
    base = with_trips(city(), ("A", "D", "car", 7, 8, 3000.0), ("A", "D", "car", 8, 9, 3000.0))
    found = ask(base, period="07:00-09:00")
    assert flows(found)["A-b", 1] == pytest.approx(2000.0)
    assert value(found, "vehicle_km") == pytest.approx(15000.0)
    assert value(found, "car_minutes") == pytest.approx(20.0)


def test_a_banned_turn_is_not_driven() -> None:
    turns = pd.DataFrame(
        {"id": ["t"], "kind": ["no"], "from_street": ["A-b"], "via_node": [2],
         "to_street": ["b-D"], "restriction": ["no_straight_on"]}
    )  # fmt: skip
    node = int(city().table("streets").set_index("id").loc["A-b", "to_node"])
    found = ask(city().with_changes({"turns": turns.assign(via_node=node)}))
    assert flows(found)["A-b", 1] == pytest.approx(0.0, abs=1e-6)
    assert value(found, "car_minutes") == pytest.approx(30.0)


def test_a_shortcut_may_slow_everyone() -> None:
    """Braess (1968), minutes at x hundred vehicles: 10 x, 50 + x, a shortcut of 10 + x."""
    free = {"A-b": 0.01, "b-D": 50.0, "A-c": 50.0, "c-e": 0.0, "D-e": 0.01}
    slope = {"A-b": 10.0, "b-D": 1.0, "A-c": 1.0, "c-e": 0.0, "D-e": 10.0}

    def braess(table: pd.DataFrame) -> pd.DataFrame:
        for s, t in free.items():
            table.loc[s, "free_flow_s"] = t * 60
            table.loc[s, "vdf_b"] = 1.0 if slope[s] else 0.0
            room = t * 100 / slope[s] if slope[s] else 1.0
            table.loc[s, ["capacity_along", "capacity_against"]] = room
        return table

    before = with_trips(with_streets(city(), braess), ("A", "D", "car", 8, 9, 600.0))
    before = replace(before, base=None, delta=None)
    old = ask(before)
    assert value(old, "car_minutes") == pytest.approx(30.0 + 53.0, abs=0.02)

    def shortcut(table: pd.DataFrame) -> pd.DataFrame:
        fresh = table.loc[["b-D"]].assign(
            id="b-e", to_node=table.loc["c-e", "to_node"], drive=1, free_flow_s=600.0,
            capacity_along=1000.0,
            geometry=[LineString([table.geometry["b-D"].coords[0], table.geometry["c-e"].coords[-1]])],
        )  # fmt: skip
        return pd.concat([table, fresh])

    new = ask(with_streets(before, shortcut))
    assert flows(new)["b-e", 1] == pytest.approx(200.0, abs=1.0)
    assert value(new, "car_minutes") == pytest.approx(92.0, abs=0.2)


def test_a_scenario_that_leaves_roads_and_trips_alone_is_the_base_to_the_bit() -> None:
    base = city(car_demand_level={"value": 1.0, "distribution": "uniform", "low": 0.8, "high": 1.2})
    same = base.with_changes({"streets": base.table("streets").copy()})
    places = base.with_changes(
        {"jobs": pd.DataFrame({"zone": ["A"], "kind": ["total"], "count": [5.0]})}
    )
    reference = finding_hash(ask(base, draws=20))
    assert finding_hash(ask(same, draws=20)) == reference
    assert finding_hash(ask(places, draws=20)) == reference


def test_a_scenario_does_not_depend_on_whether_the_base_was_computed_before() -> None:
    uncertain = {"value": 1.0, "distribution": "uniform", "low": 0.8, "high": 1.2}

    def shut(base: City) -> City:
        return with_streets(base, lambda t: t.drop("b-D"))

    fresh = finding_hash(ask(shut(city(car_demand_level=uncertain)), draws=20))
    base = city(car_demand_level=uncertain)
    ask(base, draws=20)
    assert finding_hash(ask(shut(base), draws=20)) == fresh


def test_threads_change_no_bit() -> None:
    uncertain = {"value": 1.0, "distribution": "uniform", "low": 0.8, "high": 1.2}
    base = city(car_demand_level=uncertain)
    many = road_measures.run(
        base, road_measures.parse(TIGHT), Context(draws=9, runner=ThreadRunner(3))
    )
    assert finding_hash(many) == finding_hash(ask(city(car_demand_level=uncertain), draws=9))


def test_draws_lie_where_the_closed_form_says() -> None:
    spread = {"distribution": "uniform", "low": 0.8, "high": 1.2, "value": 1.0}
    base = city(car_demand_level=spread, road_capacity_factor=spread)
    found = ask(base, draws=100)
    level, room = (
        scalar(base.assumptions[n], Context(draws=100))
        for n in ("car_demand_level", "road_capacity_factor")
    )
    # both ways: 10 + v/(200 room) = 15 + (3000 level − v)/(200 room)
    v = 1500 * level + 500 * room
    assert found.by_group("car_minutes")[:, 0] == pytest.approx(10 + v / (200 * room), rel=1.5e-2)
    at = found.link_values("flow").keys.index(("A-b", 1))
    assert found.link_values("flow").values[:, at] == pytest.approx(v, rel=2e-2)
    assert any("interpolating" in n.en for n in found.notes)


def test_another_hour_is_answered_with_the_hours_there_are() -> None:
    with pytest.raises(ChengceError, match="08:00-09:00"):
        ask(city(), period="17:00-18:00")


def test_hours_that_end_within_the_period_are_said_to_be_averaged() -> None:
    def shut(to_s: int) -> Finding:
        rows = {"street": ["A-b"], "direction": [1], "start_s": [8 * H], "end_s": [to_s]}
        periods = pd.DataFrame({**rows, "speed_factor": 0.0, "capacity_factor": 0.0, "toll": 0.0})
        return ask(city().with_changes({"street_periods": periods}))

    half, whole = shut(8 * H + 1800), shut(9 * H)
    (said,) = [w for w in half.warnings if w.code == "hours_part_of_period"]
    assert "on 1 street closures" in said.message.en
    assert not [w for w in whole.warnings if w.code == "hours_part_of_period"]
    assert flows(whole)["A-b", 1] == 0.0
    assert flows(half)["A-b", 1] > 0.0


def test_trips_left_out_and_without_a_way_are_not_said_to_be_assigned() -> None:
    base = with_trips(city(), ("A", "D", "car", 8, 9, 3000.0), ("A", "D", "truck", 7, 8, 50.0))
    found = ask(with_streets(base, lambda t: t.drop(["A-b", "A-c"])))
    assert found.notes[0].en.startswith("period 08:00-09:00: 0 vehicles drive")
    (said,) = [w for w in found.warnings if w.code == "flows_left_out"]
    assert "truck all" in said.message.en
