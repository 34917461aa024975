"""Check commuting against closed forms: two zones, balanced tables, flows observed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from chengce.applications.commuting_flows import commuting_flows as app
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.engine.kernels import commute as kernel
from chengce.engine.running.runner import make_runner

HALF_HOUR_M = 2340.0  # at 1.3 m/s
WALK: dict[str, Any] = {"mode": "walk", "cutoffs_min": [20, 40], "max_trip_min": 120}


def town(drawing: str = "A-B-C", **more: Any) -> City:
    known = {"people": {"A": 200, "B": 100, "C": 60}, "jobs": {"A": 50, "B": 150, "C": 30}}
    return certain(ascii_city(drawing, block_m=HALF_HOUR_M, **{**known, **more}))


def with_flows(city: City, flows: dict[str, float], mode: str = "all") -> City:
    rows = [(o, d, mode, "commute", 0, 86_400, n) for (o, d), n in flows.items()]
    columns = ["origin", "destination", "mode", "purpose", "start_s", "end_s", "count"]
    return replace(city, tables={**city.tables, "flows": pd.DataFrame(rows, columns=columns)})


def ask(city: City, draws: int = 20, **params: Any) -> Finding:
    return app.run(city, app.parse({**WALK, **params}), Context(draws=draws))


def changed(city: City, table: str, zone: str, count: float) -> City:
    frame = city.table(table).copy()
    frame.loc[frame["zone"] == zone, "count"] = count
    return city.with_changes({table: frame})


def value(finding: Finding, metric: str, zone: int = -1) -> float:
    found = finding.by_place(metric)[:, zone] if zone >= 0 else finding.by_group(metric)[:, -1]
    assert np.ptp(found) < 1e-9
    return float(found[0])


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_the_odds_of_two_zones(rate: float) -> None:
    city = town("A-B", people={"A": 300, "B": 100}, jobs={"A": 100, "B": 300})
    city = replace(city, assumptions=city.assumptions.override({"commute_decay": rate}))
    found = ask(city)
    stay_a, stay_b = (value(found, "own_zone", z) / 100 for z in (0, 1))
    odds = stay_a * stay_b / ((1 - stay_a) * (1 - stay_b))
    assert odds == pytest.approx(np.exp(rate * (30 + 30 - 15 - 15)), rel=1e-6)
    work_in_a = 300 * stay_a + 100 * (1 - stay_b)
    assert work_in_a == pytest.approx(100, rel=1e-6)  # jobs filled as there are
    minutes = 15 * stay_a + 30 * (1 - stay_a)
    assert value(found, "minutes", 0) == pytest.approx(minutes, rel=1e-9)
    assert value(found, "within_20", 0) == pytest.approx(100 * stay_a, rel=1e-9)
    assert value(found, "within_40") == pytest.approx(100)


def test_containment_and_self_sufficiency_of_a_centre_of_two_zones() -> None:
    found = ask(town(), centres=[["A", "B"], ["C"]])
    stay = [value(found, "containment_c1", z) for z in (0, 1)]
    assert value(found, "containment_c1") == pytest.approx((200 * stay[0] + 100 * stay[1]) / 300)
    share = 360 / 230  # workers a job
    held = 300 * value(found, "containment_c1") / 100 / (200 * share)
    assert value(found, "held_c1") == pytest.approx(100 * held, rel=1e-6)
    assert np.isnan(found.values["containment_c1"][:, 2]).all()
    assert value(found, "own_zone", 2) == value(found, "contained", 2)


def test_rows_are_exact_and_columns_as_near_as_asked() -> None:
    rng = np.random.default_rng(0)
    seed, rows, columns = rng.uniform(0.1, 1, (30, 30)), rng.uniform(1, 9, 30), np.ones(30)
    columns *= rows.sum() / 30
    a, b, error = kernel.balance(seed, rows, columns, np.ones(30), 500, 1e-10)
    flows = a[:, None] * seed * b
    np.testing.assert_allclose(flows.sum(axis=1), rows, rtol=1e-12)
    np.testing.assert_allclose(flows.sum(axis=0), columns, rtol=1e-8)
    assert error <= 1e-10


def test_parts_that_are_not_joined_stop_with_their_error() -> None:
    seed = np.kron(np.eye(2), np.ones((2, 2)))
    rows, columns = np.array([30.0, 30, 20, 20]), np.full(4, 25.0)
    a, b, error = kernel.balance(seed, rows, columns, np.ones(4), 500, 1e-10)
    flows = a[:, None] * seed * b
    assert np.isfinite(flows).all()
    np.testing.assert_allclose(flows.sum(axis=1), rows)
    assert error == pytest.approx(0.2)


FLOWS = {"AA": 40.0, "AB": 60.0, "AC": 5.0, "BA": 10.0, "BB": 80.0, "CB": 20.0, "CC": 10.0}


def test_flows_observed_are_today() -> None:
    found = ask(with_flows(town(), FLOWS))
    flow, time = found.pairs
    np.testing.assert_allclose(flow.values, [[40, 60, 5], [10, 80, 0], [0, 20, 10]], rtol=1e-6)
    np.testing.assert_allclose(time.values, [[15, 30, 60], [30, 15, 30], [60, 30, 15]])
    assert value(found, "own_zone", 0) == pytest.approx(100 * 40 / 105)
    assert value(found, "own_zone") == pytest.approx(100 * 130 / 225)
    minutes = 15 * 130 / 225 + 30 * (60 + 10 + 20) / 225 + 60 * 5 / 225
    assert value(found, "minutes") == pytest.approx(minutes, rel=1e-6)
    np.testing.assert_allclose(found.people[0, :, 0], [105, 90, 30])


def test_jobs_moved_home_shorten_commutes_and_more_people_bring_more_workers() -> None:
    city = with_flows(town(), FLOWS)
    now = ask(city)
    more_jobs = ask(changed(city, "jobs", "A", 100.0))
    assert value(more_jobs, "own_zone", 0) > value(now, "own_zone", 0)
    more_people = ask(changed(city, "people", "C", 120.0))
    np.testing.assert_allclose(more_people.people[0, :, 0], [105, 90, 60])


def test_a_pair_without_observed_trips_stays_empty_but_a_new_zone_follows_the_model() -> None:
    city = with_flows(town(people={"A": 200, "B": 100}, jobs={"A": 50, "B": 150, "C": 30}), {
        k: n for k, n in FLOWS.items() if k[0] != "C"})  # fmt: skip
    assert value(ask(city), "within_40", 1) == pytest.approx(100)  # nobody goes from B to C
    people = city.table("people")
    row = people.iloc[[0]].assign(zone="C", count=60.0)
    grown = city.with_changes({"people": pd.concat([people, row], ignore_index=True)})
    found = ask(grown)
    assert found.people[0, 2, 0] == pytest.approx(60 * 195 / 300)
    stay = found.by_place("own_zone")[:, 2]
    assert ((stay > 0) & (stay < 100)).all()
    assert np.ptp(stay) > 0  # the fitted decay is uncertain


@pytest.mark.parametrize("flows", [{}, FLOWS])
def test_the_empty_scenario_changes_nothing_and_threads_neither(flows: dict[str, float]) -> None:
    city = ascii_city(
        "A-B-C", block_m=900.0, people={"A": 9, "B": 5, "C": 2}, jobs={"A": 3, "B": 9}
    )
    city = with_flows(city, flows) if flows else city
    params = app.parse(WALK)
    one = app.run(city, params, Context(draws=30))
    same = app.run(city.with_changes({}), params, Context(draws=30))
    two = app.run(city, params, Context(draws=30, runner=make_runner("threads", 3)))
    for metric in one.values:
        np.testing.assert_array_equal(one.values[metric], same.values[metric])
        np.testing.assert_array_equal(one.values[metric], two.values[metric])


def test_a_zone_that_reaches_no_job_is_named_and_no_headline_is_missing() -> None:
    found = ask(town("A-B C-D", jobs={"A": 50, "B": 150}))
    assert [w.code for w in found.warnings if w.code == "no_job_in_reach"]
    assert np.isposinf(found.by_place("minutes")[:, 2]).all()
    assert all(np.isfinite(e.value) for e in found.headline().values())


def test_the_decay_of_generated_flows_is_found_again_and_said() -> None:
    rng = np.random.default_rng(4)
    names = "ABCDEFGH"
    city = town("-".join(names), people=dict.fromkeys(names, 100), jobs=dict.fromkeys(names, 60))
    place = np.arange(len(names))
    minutes = np.abs(place[:, None] - place) * 30.0 + np.eye(len(names)) * 15.0
    mean = 400 * rng.uniform(0.5, 2, 8)[:, None] * np.exp(-0.04 * minutes)
    flows = {a + b: float(rng.poisson(mean[i, j])) for i, a in enumerate(names)
             for j, b in enumerate(names)}  # fmt: skip
    found = ask(with_flows(city, flows), max_trip_min=240)
    (said,) = [n for n in found.notes if "fitted" in n.en]
    rate = float(said.en.split("by any mode): ")[1].split()[0])
    assert rate == pytest.approx(0.04, abs=0.003)
    assert "CPC" in said.zh


def test_flows_that_cannot_be_fitted_fall_back_on_the_assumption_and_say_so() -> None:
    land = {"people": {"A": 9, "B": 9}, "jobs": {"A": 9, "B": 9}}
    city = with_flows(town("A-B", **land), {"AA": 1, "BB": 1, "AB": 9, "BA": 9})  # far is liked
    found = ask(city)
    assert [n for n in found.notes if "could not be fitted" in n.en]
    assert np.isfinite(value(found, "minutes"))


def line(*, diagonal: bool) -> City:
    """Eight zones half an hour apart whose flows fall by 4 % a minute, with or without stays."""
    names = "ABCDEFGH"
    city = town("-".join(names), people=dict.fromkeys(names, 100), jobs=dict.fromkeys(names, 60))
    pairs = [(a, b) for a in range(8) for b in range(8) if diagonal or a != b]
    flows = {
        names[a] + names[b]: 400 * float(np.exp(-0.04 * (abs(a - b) * 30 or 15))) for a, b in pairs
    }
    return with_flows(city, flows, mode="walk")


def test_stays_that_were_not_asked_about_are_missing_not_zero() -> None:
    found = ask(line(diagonal=False), max_trip_min=240, centres=[["A", "B"]])
    assert [m.id for m in found.metrics] == ["minutes", "within_20", "within_40"]
    assert "commutes_within_zones_missing" in [w.code for w in found.warnings]
    (said,) = [n for n in found.notes if "fitted to" in n.en]
    assert "on foot): 0.0400" in said.en  # as zeros they would have made it 0.02
    assert "步行" in said.zh
    whole = ask(line(diagonal=True), max_trip_min=240, centres=[["A", "B"]])
    assert [m.id for m in whole.metrics][:2] == ["minutes", "contained"]
    assert not whole.warnings


def test_nobody_seen_within_a_zone_is_zero_and_said_so() -> None:
    city = line(diagonal=False)
    table = city.table("flows")
    known = table.iloc[[0]].assign(destination=table["origin"].iloc[0], count=0.0)
    tables = {**city.tables, "flows": pd.concat([table, known], ignore_index=True)}
    found = ask(replace(city, tables=tables), max_trip_min=240)
    assert value(found, "own_zone") == 0.0
    assert any("nobody works in their own zone" in n.en for n in found.notes)
    assert any("on foot): 0.0400" in n.en for n in found.notes)


def test_flows_of_another_purpose_are_named_where_none_can_be_used() -> None:
    found = ask(with_flows(town(), FLOWS), purpose="school")
    assert any("commute/all" in n.en for n in found.notes)
    assert any("not calibrated" in n.en for n in found.notes)


def test_a_change_of_flows_is_not_passed_over_in_silence() -> None:
    city = with_flows(town(), FLOWS)
    table = city.table("flows")
    found = ask(city.with_changes({"flows": table.assign(count=table["count"] * 2)}))
    assert "flows_change_not_used" in [w.code for w in found.warnings]
