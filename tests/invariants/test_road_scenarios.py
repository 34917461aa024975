"""Check what must hold for every measure on roads, whatever it is and wherever it is taken."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.synthetic.grid import grid_city
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.weights import weigh
from chengce.models.scenario import Scenario, parse_scenario

few = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
Change = dict[str, Any]


def make_city() -> City:
    """Return a lattice with lanes, some capacities, a period, and trips."""
    base = grid_city(3, 3, people=20, jobs=5)
    streets = base.table("streets").copy()
    number = np.arange(len(streets))
    streets["lanes_along"] = 2.0 + number % 3
    streets["lanes_against"] = 2.0 + number % 2
    streets["capacity_along"] = np.where(number % 2, np.nan, 1800.0)
    streets["drive"] = np.where(number == 0, 1, 3)
    rows = [("0,0-1,0", 1, 0, 8 * 3600), ("0,0-1,0", 1, 8 * 3600, 20 * 3600)]
    periods = pd.DataFrame(rows, columns=["street", "direction", "start_s", "end_s"])
    periods = periods.assign(speed_factor=[0.5, 1.0], capacity_factor=1.0, toll=[0.0, 2.0])
    flows = pd.DataFrame(
        {"origin": ["0,0", "1,1"], "destination": ["2,2", "0,0"], "mode": "car", "purpose": "all",
         "start_s": 0, "end_s": 3600, "count": [10.0, 20.0]}
    )  # fmt: skip
    tables = {**base.tables, "streets": streets, "street_periods": periods, "flows": flows}
    return replace(base, tables=tables, known={})


CITY = make_city()
STREETS = sorted(CITY.table("streets")["id"])
BOX = [[-0.0001, -0.0001], [0.0011, -0.0001], [0.0011, 0.0011], [-0.0001, 0.0011]]

choices = st.one_of(
    st.lists(st.sampled_from(STREETS), min_size=1, max_size=4, unique=True).map(
        lambda ids: {"streets": ids}
    ),
    st.integers(1, len(STREETS)).map(lambda way: {"way": way}),
    st.just({"polygon": BOX}),
)
clocks = st.integers(0, 47).map(lambda n: f"{n // 2:02d}:{30 * (n % 2):02d}")
hours = st.tuples(clocks, clocks).filter(lambda h: h[0] != h[1]).map(list)
PERIOD: dict[str, st.SearchStrategy[Change]] = {
    "charge_road": st.fixed_dictionaries({"price": st.sampled_from([1.0, 2.5])}),
    "add_bus_lane": st.just({}),
    "modal_filter": st.just({}),
    "work_zone": st.fixed_dictionaries({"speed_kmh": st.sampled_from([10.0, 15.0])}),
    "congestion_polygon": st.fixed_dictionaries({"speed_factor": st.sampled_from([0.5, 0.25])}),
    "change_speed_limit": st.fixed_dictionaries({"speed_kmh": st.sampled_from([15.0, 60.0])}),
}
ALWAYS: dict[str, st.SearchStrategy[Change]] = {
    "change_lanes": st.fixed_dictionaries({"lanes": st.integers(1, 4)}),
    "add_bus_lane": st.just({}),
    "set_one_way": st.just({"direction": "both"}),
    "modal_filter": st.just({}),
    "change_speed_limit": st.fixed_dictionaries({"speed_kmh": st.integers(10, 80)}),
}


@st.composite
def at_hours(draw: st.DrawFn) -> Change:
    """Draw a measure for some hours of the day."""
    kind = draw(st.sampled_from(sorted(PERIOD)))
    return {"type": kind, **draw(choices), "hours": draw(hours), **draw(PERIOD[kind])}


@st.composite
def always(draw: st.DrawFn) -> Change:
    """Draw a measure for good."""
    kind = draw(st.sampled_from(sorted(ALWAYS)))
    return {"type": kind, **draw(choices), **draw(ALWAYS[kind])}


def scenario(*changes: Change) -> Scenario:
    """Return a scenario of plain modifications."""
    return parse_scenario({"name": "s", "modifications": list(changes)})


def clashes(*changes: Change) -> bool:
    """Tell whether changes are in conflict, or one of them cannot be made."""
    return bool(scenario(*changes).check(CITY))


@few
@given(change=st.one_of(at_hours(), always()))
def test_the_result_is_sound_and_the_base_untouched(change: Change) -> None:
    before = CITY.hash
    after = scenario(change).apply(CITY)
    assert check_tables(after.tables) == []
    assert replace(CITY, known={}).hash == before
    assert after.delta is not None
    assert set(after.delta.tables) <= {"streets", "street_periods"}


@few
@given(one=st.one_of(at_hours(), always()), two=st.one_of(at_hours(), always()))
def test_disjoint_measures_commute(one: Change, two: Change) -> None:
    apart = _streets(one).isdisjoint(_streets(two))
    if apart:
        assert not clashes(one, two)
        assert scenario(one, two).apply(CITY).hash == scenario(two, one).apply(CITY).hash


@few
@given(one=at_hours(), two=at_hours())
def test_measures_at_hours_commute_on_the_same_street_too(one: Change, two: Change) -> None:
    assert scenario(one, two).apply(CITY).hash == scenario(two, one).apply(CITY).hash


@few
@given(change=st.one_of(at_hours(), always()))
def test_a_scenario_is_read_back_from_yaml_with_its_hash(change: Change) -> None:
    made = scenario(change)
    again = parse_scenario(yaml.safe_load(yaml.safe_dump(made.as_dict(), allow_unicode=True)))
    assert again.hash == made.hash
    assert again.apply(CITY).hash == made.apply(CITY).hash


@few
@given(change=st.one_of(at_hours(), always()))
def test_people_on_foot_notice_nothing(change: Change) -> None:
    base, after = street_network(CITY), street_network(scenario(change).apply(CITY))
    for profile in ("walk", "wheelchair", "bike"):
        one, two = (weigh(network, profile, speed_mps=1.2) for network in (base, after))
        for part in ("indptr", "head", "cost", "edge", "along", "against", "closed"):
            np.testing.assert_array_equal(getattr(one, part), getattr(two, part))


@few
@given(data=st.data())
def test_there_and_back_again(data: st.DataObject) -> None:
    street = data.draw(st.sampled_from(STREETS[1:]))
    row = CITY.table("streets").set_index("id").loc[street]
    lanes = data.draw(st.sampled_from([1, 2, 4]))
    pairs: list[tuple[Change, list[Change]]] = [
        (
            {"type": "change_lanes", "streets": [street], "lanes": 2 * row["lanes_along"]},
            [
                {"type": "change_lanes", "streets": [street], "lanes": row[f"lanes_{way}"], "direction": way}
                for way in ("along", "against")[: 1 if row["drive"] == 1 else 2]
            ],
        ),
        (
            {"type": "change_speed_limit", "streets": [street], "speed_kmh": 10 * lanes},
            [{"type": "change_speed_limit", "streets": [street], "speed_kmh": row["speed_kmh"]}],
        ),
    ]  # fmt: skip
    if street != "0,0-1,0":  # whose periods would be lost
        there: Change = {"type": "set_one_way", "streets": [street], "direction": "against"}
        pairs.append((there, [{**there, "direction": "both"}]))
    for forth, back in pairs:
        changed = scenario(forth).apply(CITY)
        assert changed.hash != CITY.hash
        for change in back:
            changed = scenario(change).apply(changed)
        assert changed.hash == CITY.hash


def test_what_is_so_already_changes_nothing() -> None:
    for change in (
        {"type": "change_lanes", "streets": ["0,0-0,1"], "lanes": 2, "direction": "against"},
        {"type": "change_speed_limit", "polygon": BOX, "speed_kmh": 30},
        {"type": "set_one_way", "streets": ["0,0-1,0"], "direction": "along"},
        {"type": "work_zone", "polygon": BOX, "speed_kmh": 90},
        {"type": "congestion_polygon", "polygon": BOX, "hours": ["07:00", "09:00"], "speed_factor": 1},
        {"type": "change_flows", "factor": 1},
        {"type": "change_jobs", "zones": ["0,0"], "kind": "total", "count": 0},
        {"type": "change_people", "zones": ["0,0"], "count": 0},
    ):  # fmt: skip
        after = scenario(change).apply(CITY)
        assert after.hash == CITY.hash, change
        assert after.delta is not None
        assert not after.delta.tables


@pytest.mark.parametrize(
    ("one", "two", "over"),
    [
        ({"type": "change_lanes", "lanes": 1}, {"type": "change_lanes", "lanes": 2}, "streets.lanes"),
        ({"type": "change_lanes", "lanes": 1}, {"type": "add_bus_lane"}, "streets.lanes"),
        ({"type": "modal_filter"}, {"type": "charge_road", "price": 1}, "streets.drive"),
        ({"type": "modal_filter"}, {"type": "set_one_way", "direction": "along"}, "streets.drive"),
        ({"type": "set_one_way", "direction": "along"},
         {"type": "change_lanes", "lanes": 1, "direction": "against"}, "streets.drive"),
        ({"type": "set_one_way", "direction": "along"}, {"type": "set_one_way", "direction": "against"},
         "streets.drive"),
        ({"type": "change_speed_limit", "speed_kmh": 20}, {"type": "change_speed_limit", "speed_kmh": 40},
         "streets.speed_kmh"),
        ({"type": "close_street"}, {"type": "work_zone", "speed_kmh": 20}, "streets"),
    ],
)  # fmt: skip
def test_the_same_thing_changed_twice_is_a_conflict(one: Change, two: Change, over: str) -> None:
    ids = ["1,0-2,0", "0,1-1,1"]
    for first, second in ((one, two), (two, one)):
        found = scenario({**first, "streets": ids}, {**second, "streets": ids[:1]}).check(CITY)
        conflicts = [p for p in found if p.code == "modifications_conflict"]
        assert any(f"{over} {ids[0]}" in p.message.en for p in conflicts)


def test_what_goes_together_is_no_conflict() -> None:
    both = {"streets": ["1,0-2,0"]}
    together = [
        {"type": "set_one_way", "direction": "along", **both},
        {"type": "change_lanes", "lanes": 3, "direction": "along", **both},
        {"type": "change_speed_limit", "speed_kmh": 20, **both},
        {"type": "charge_road", "price": 1, "direction": "along", **both},
        {"type": "charge_road", "price": 2, "direction": "along", "hours": ["07:00", "09:00"], **both},
        {"type": "modal_filter", "hours": ["10:00", "12:00"], **both},
    ]  # fmt: skip
    assert scenario(*together).check(CITY) == []
    after = scenario(*together).apply(CITY)
    assert set(after.table("street_periods").query("street == '1,0-2,0'")["direction"]) == {1}
    late = scenario(*together[1:], together[0])  # one way last: what held against goes with it
    assert late.apply(CITY).hash == after.hash


def test_an_area_leaves_out_what_another_measure_closes() -> None:
    zone = {"type": "change_speed_limit", "polygon": BOX, "speed_kmh": 20}
    for closing in ("modal_filter", "close_street"):
        closed = {"type": closing, "streets": ["0,0-0,1"]}
        for order in ((zone, closed), (closed, zone)):
            assert scenario(*order).check(CITY) == []


def test_a_conflict_over_an_area_names_the_first_streets_and_counts_the_rest() -> None:
    everywhere = [[-0.01, -0.01], [0.01, -0.01], [0.01, 0.01], [-0.01, 0.01]]
    slow = {"type": "change_speed_limit", "polygon": everywhere, "speed_kmh": 20}
    (found,) = scenario(slow, slow).check(CITY)
    assert "and 7 more" in found.message.en
    assert "等 12 处" in found.message.zh


def _streets(change: Change) -> set[str]:
    return set(scenario(change).modifications[0].ids(CITY))  # type: ignore[attr-defined]
