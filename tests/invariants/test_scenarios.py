"""Check what must hold for every scenario: nothing from nothing, better never worse, base untouched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengce.applications import application_named
from chengce.city.city import City
from chengce.city.store import open_city, save_city
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.context import Context
from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, compare, finding_hash
from chengce.engine.running.runner import make_runner
from chengce.models.scenario import TODAY, Scenario, parse_scenario

AGES = (
    Group("age", "young", Text("青年", "young"), {"adult": 1.0}),
    Group("age", "old", Text("老年", "old"), {"elder": 0.8, "adult": 0.2}),
)
CONTEXT = Context(seed=7, draws=20)
few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def town(**more: Any) -> City:
    """Return a small city of two districts, a bridge and one line."""
    return ascii_city(
        """
        A--B--C-----D
        |  |  |     |
        E--F--G     H
        |  |        |
        I--J--------K
        """,
        block_m=220.0,
        people={z: {"young": 40 + 3 * i, "old": 10 + 2 * i} for i, z in enumerate("ABCDEFGHIJK")},
        jobs={"D": 400, "G": 150, "K": 80},
        places={"C": ["clinic"], "H": ["school"], "J": ["pharmacy", "food_shop"], "A": ["school"]},
        lines=[Line("L1", "ACDH", headway_s=900, run_s=150, first_s=6 * 3600, last_s=10 * 3600)],
        dimension="age",
        groups=AGES,
        **more,
    )


def ask(
    city: City, name: str, scenarios: list[Scenario], *, context: Context = CONTEXT, **params: Any
) -> Comparison:
    """Compare with few draws."""
    app = application_named(name)
    given_ = {"dimension": "age", **params}
    return compare(
        app, city, app.parse(given_), reference=TODAY, scenarios=scenarios, context=context
    )


def new_line(minutes: float = 6, name: str = "x") -> dict[str, Any]:
    """Return a line over existing stops as plain data."""
    return {
        "type": "add_line", "id": name, "stops": ["A", "D", "K"], "speed_kmh": 30, "dwell_s": 15,
        "headways": [{"from": "06:00", "to": "11:00", "minutes": minutes}],
    }  # fmt: skip


def scenario(*changes: dict[str, Any], name: str = "s") -> Scenario:
    """Return a scenario of plain modifications."""
    return parse_scenario({"name": name, "modifications": list(changes)})


def stop_ids(city: City) -> list[str]:
    """Return the ids of the stops."""
    return sorted(city.table("stops")["id"])


@pytest.mark.parametrize("name", ["new_line", "everyday_reach"])
def test_the_empty_scenario_changes_nothing_exactly(name: str) -> None:
    found = ask(town(), name, [scenario(name="nothing")])
    table = found.table()
    differences = table[table["state"] == "difference"]
    assert len(differences)
    for column in ("value", "low", "high"):
        known = differences[column].dropna()
        assert (known == 0.0).all()
    assert set(differences["verdict"]) <= {"", "none", "unreached", "empty"}
    assert finding_hash(found.reference.finding) == finding_hash(found.alternatives[0].finding)
    assert found.alternatives[0].city.hash == found.reference.city.hash


@few
@given(minutes=st.integers(2, 30), seed=st.integers(1, 1000))
def test_an_added_line_never_worsens_anything(minutes: int, seed: int) -> None:
    city = town()
    stops = stop_ids(city)
    line = {**new_line(minutes), "stops": stops[:2] + stops[-1:]}
    found = ask(city, "new_line", [scenario(line)], context=replace(CONTEXT, seed=seed))
    for change in found.changes[0].values():
        better = change.cells if change.metric.better == "more" else -change.cells
        assert np.nanmin(better) >= 0.0


@few
@given(data=st.data())
def test_closing_a_stop_or_a_street_never_improves(data: st.DataObject) -> None:
    city = town()
    street = data.draw(st.sampled_from(sorted(city.table("streets")["id"])))
    stop = data.draw(st.sampled_from(stop_ids(city)))
    closed = [
        scenario({"type": "close_street", "streets": [street]}, name="street"),
        scenario({"type": "close_stop", "stop": stop}, name="stop"),
    ]
    for name in ("new_line", "everyday_reach"):
        found = ask(city, name, closed)
        for changes in found.changes:
            for change in changes.values():
                better = change.cells if change.metric.better == "more" else -change.cells
                assert np.nanmax(better) <= 0.0


def test_a_longer_limit_never_lowers_access() -> None:
    finding = ask(town(), "new_line", [], cutoffs_min=[10, 20, 40]).reference.finding
    for stem in ("jobs", "school", "clinic"):
        short, middle, long = (finding.values[f"{stem}_{c}"] for c in (10, 20, 40))
        assert (short <= middle).all()
        assert (middle <= long).all()
    finding = ask(town(), "everyday_reach", []).reference.finding
    assert (finding.values["kinds_5"] <= finding.values["kinds_10"]).all()
    assert (finding.values["kinds_10"] <= finding.values["kinds_15"]).all()


@pytest.mark.parametrize("name", ["new_line", "everyday_reach"])
def test_groups_add_up_to_the_total(name: str) -> None:
    finding = ask(town(), name, []).reference.finding
    for metric in finding.metrics:
        values = metric.averaged(finding.values[metric.id])
        sums = (finding.people * values).sum(axis=(1, 2))
        total = finding.by_group(metric.id)[:, -1] * finding.people.sum(axis=(1, 2))
        np.testing.assert_allclose(total, sums, rtol=1e-12)


def test_a_scenario_leaves_every_byte_of_the_base_directory(tmp_path: Path) -> None:
    city = save_city(town(), tmp_path / "city")
    ask(city, "new_line", [])
    before = {p: p.read_bytes() for p in sorted((tmp_path / "city").rglob("*")) if p.is_file()}
    close = {"type": "close_street", "streets": [str(city.table("streets")["id"].iloc[0])]}
    place = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": 0.0, "lat": 0.0}
    centre = city.table("zones").geometry.union_all().centroid
    found = ask(city, "new_line", [scenario(close, {**place, "lon": centre.x, "lat": centre.y})])
    after = {p: p.read_bytes() for p in sorted((tmp_path / "city").rglob("*")) if p.is_file()}
    assert found.alternatives[0].city.delta is not None
    assert before == after
    assert open_city(tmp_path / "city").hash == city.hash


def test_adding_then_removing_gives_the_base_hash() -> None:
    city = town()
    point = city.table("zones").geometry.iloc[0]
    add = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": point.x, "lat": point.y}
    both = scenario(add, {"type": "close_facility", "place": "n"})
    assert scenario(add).apply(city).hash != city.hash
    assert both.apply(city).hash == city.hash


def test_disjoint_scenarios_commute() -> None:
    city = town()
    street = {"type": "close_street", "streets": [str(city.table("streets")["id"].iloc[3])]}
    stop = {"type": "close_stop", "stop": stop_ids(city)[0]}
    assert scenario(street, stop).apply(city).hash == scenario(stop, street).apply(city).hash


@pytest.mark.parametrize("name", ["new_line", "everyday_reach"])
def test_threads_and_serial_agree_bit_for_bit(name: str) -> None:
    threads = replace(CONTEXT, runner=make_runner("threads", 3))
    one = ask(town(), name, [])
    many = ask(town(), name, [], context=threads)
    assert one.result_hash == many.result_hash
    assert ask(town(), name, [], context=replace(CONTEXT, seed=8)).result_hash != one.result_hash


def test_mean_of_access_lies_within_the_departures() -> None:
    city = certain(town())  # with an uncertain speed, shares and times are interpolated apart
    mean = ask(city, "new_line", [], measure="mean_of_access", cutoffs_min=[20]).reference.finding
    best = ask(city, "new_line", [], percentile=1, cutoffs_min=[20]).reference.finding
    worst = ask(city, "new_line", [], percentile=100, cutoffs_min=[20]).reference.finding
    at = "jobs_20"
    assert (mean.values[at] <= best.values[at] + 1e-9).all()
    assert (mean.values[at] >= worst.values[at] - 1e-9).all()


def test_the_second_nearest_is_never_nearer_than_the_first() -> None:
    first = ask(town(), "new_line", []).reference.finding.values["minutes_school"]
    second = ask(town(), "new_line", [], nearest=2).reference.finding.values["minutes_school"]
    third = ask(town(), "new_line", [], nearest=3).reference.finding.values["minutes_school"]
    assert (second >= first).all()
    assert np.isinf(third).all()  # the town has two


def test_a_proposed_place_operates_in_every_draw() -> None:
    city = town()
    far = city.table("zones").set_index("id").geometry["K"]
    add = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": far.x, "lat": far.y}
    found = ask(city, "everyday_reach", [scenario(add)])
    gained = found.changes[0]["clinic_5"]
    at = found.reference.finding.places.index("K")
    assert (gained.verdicts[at] == "gain").all()
    assert gained.people["gain"].low > 0


def test_a_scenario_may_end_every_trip_of_a_date() -> None:
    monday = Line("L1", "AB", 600, 60, 6 * 3600, 9 * 3600, dates=("2026-05-11",))
    tuesday = Line("L2", "CB", 600, 60, 6 * 3600, 9 * 3600, dates=("2026-05-12",))
    city = ascii_city(
        "A----------B----------C",
        people={"A": 10},
        jobs={"B": 5},
        lines=[monday, tuesday],
    )
    closed = scenario({"type": "close_stop", "stop": "A"})
    found = ask(city, "new_line", [closed], dimension="total", date="2026-05-11", jobs_share=1.0)
    assert found.changes[0]["minutes_jobs"].people["loss"].value > 0
