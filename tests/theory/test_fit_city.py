"""Fit a city's trips to its counts where the equilibrium is known: 10 + v/200 and 15 + v/200 min."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from chengce.applications.road_measures import road_measures
from chengce.city.city import City
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.finding import Finding

H = 3600
WIDE = [("one", "A-b", 2300.0), ("two", "A-c", 1300.0)]  # what 3,600 vehicles do


def city(counts: list[tuple[str, str, float]], hour: int = 8) -> City:
    base = certain(road_measures.example.city())
    rows = [(i, "links", "car", hour * H, (hour + 1) * H, n, 20.0) for i, _, n in counts]
    names = ["id", "kind", "mode", "start_s", "end_s", "count", "sd"]
    tables = {
        "counts": pd.DataFrame(rows, columns=names),
        "count_links": pd.DataFrame(
            [(i, s, 1) for i, s, _ in counts], columns=["count", "street", "direction"]
        ),
    }
    return replace(base, tables={**base.tables, **tables}, known={}, _memory={})


def ask(where: City, **params: Any) -> Finding:
    asked = {"period": "08:00-09:00", "gap": 1e-10, "fit_counts": True, "prior_weight": 1e-4}
    return road_measures.run(where, road_measures.parse({**asked, **params}), Context(draws=20))


def vehicles(found: Finding) -> float:
    part = found.link_values("flow")
    flow = dict(zip(part.keys, part.values[0].tolist(), strict=True))
    return flow["A-b", 1] + flow["A-c", 1]


def test_trips_rise_until_the_counts_are_met_and_it_is_said_how_well() -> None:
    found = ask(city(WIDE))
    assert vehicles(found) == pytest.approx(3600, rel=0.01)
    (said,) = [n for n in found.notes if "fitted to today's counts" in n.en]
    assert "held out" in said.en
    assert "留出" in said.zh
    assert vehicles(ask(city(WIDE), fit_counts=False)) == pytest.approx(3000, rel=1e-3)


def test_a_scenario_takes_the_factors_of_today() -> None:
    base = city(WIDE)
    flows = base.table("flows").copy()
    flows["count"] *= 1.1
    grown = base.with_changes({"flows": flows})
    assert vehicles(ask(grown)) == pytest.approx(1.1 * vehicles(ask(base)), rel=1e-3)
    same = ask(base.with_changes({}))
    assert vehicles(same) == vehicles(ask(base))


def test_without_a_usable_count_it_is_an_error_that_says_why() -> None:
    with pytest.raises(ChengceError) as caught:
        ask(city(WIDE, hour=17))
    assert [p.code for p in caught.value.problems] == ["counts_none", "count_outside_period"]


def test_counts_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ChengceError) as caught:
        ask(city([*WIDE, ("three", "A-b", 900.0)]))
    assert [p.code for p in caught.value.problems] == ["counts_contradict"]
