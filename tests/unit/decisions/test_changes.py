"""Check who counts as a winner or a loser, how groups compare, and how tables of runs are compared."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from chengce.applications import application_named
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL, TOTAL_GROUP, Group
from chengce.core.text import Text
from chengce.decisions.changes import change, place_verdicts
from chengce.decisions.compare import compare
from chengce.decisions.inequality import ratio_and_gap, summarise
from chengce.decisions.record import difference
from chengce.models.scenario import TODAY, Scenario, parse_scenario

T = Text("数", "n")
GROUPS = tuple(Group("age", i, T, {"adult": 1.0}) for i in "xy")
MINUTES = Metric("m", T, "min", "less", T, cap=60.0, threshold=1.0, threshold_share=0.0)
JOBS = Metric("m", T, "jobs", "more", T, threshold_share=0.01)
INF, NAN = np.inf, np.nan
DRAWS = 100


def finding(metric: Metric, cells: Any, people: Any = None, dimension: str = "age") -> Finding:
    """Return a finding from cells (draws or 1, places, groups)."""
    values = np.broadcast_to(np.asarray(cells, float), (DRAWS, *np.shape(cells)[-2:])).copy()
    counts = (
        np.ones(values.shape)
        if people is None
        else np.broadcast_to(np.asarray(people, float), values.shape)
    )
    groups = (TOTAL_GROUP,) if dimension == TOTAL else GROUPS[: values.shape[2]]
    places = tuple(f"p{i}" for i in range(values.shape[1]))
    return Finding("app", dimension, groups, (metric,), places, counts, {"m": values}, (), {})


def verdict(metric: Metric, old: float, new: Any) -> str:
    """Return the verdict of one place: `new` is a number or one per draw."""
    after = np.broadcast_to(np.asarray(new, float).reshape(-1, 1, 1), (DRAWS, 1, 1))
    found = change(metric, finding(metric, [[old]]), finding(metric, after))
    return str(found.verdicts[0, 0])


def mixed(share: float, one: float, other: float) -> Any:
    """Return draws of which `share` are `one`, the others `other`."""
    return np.where(np.arange(DRAWS) < round(share * DRAWS), one, other)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (30, 28.9, "gain"), (30, 29.0, "gain"), (30, 29.1, "none"), (30, 31.0, "loss"), (30, 30, "none"),
        (INF, 40, "gain"), (40, INF, "loss"), (INF, INF, "unreached"), (INF, 59.5, "none"), (NAN, NAN, "empty"),
        (30, mixed(0.95, 20, 31), "gain"), (30, mixed(0.94, 20, 31), "none"), (30, mixed(0.96, 40, 29), "loss"),
        (30, mixed(0.95, 20, 30), "gain"), (30, mixed(0.94, 20, 30), "none"),
    ],
)  # fmt: skip
def test_minutes_count_beyond_the_threshold_and_of_one_sign(
    old: float, new: Any, expected: str
) -> None:
    assert verdict(MINUTES, old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1000, 1010, "gain"),
        (1000, 1009, "none"),
        (1000, 990, "loss"),
        (0, 0, "none"),
        (0, 1, "gain"),
    ],
)
def test_a_share_of_the_value_may_be_the_threshold(old: float, new: float, expected: str) -> None:
    assert verdict(JOBS, old, new) == expected


def test_without_a_cap_what_is_never_reached_is_unreached_not_empty() -> None:
    bare = Metric("m", T, "min", "less", T, threshold=1.0, threshold_share=0.0)
    assert verdict(bare, INF, INF) == "unreached"
    assert verdict(bare, INF, 10) == "gain"


def test_a_cell_without_people_is_empty_whatever_its_numbers() -> None:
    people = [[0, 5]]
    before = finding(MINUTES, [[30, 30]], people)
    found = change(MINUTES, before, finding(MINUTES, [[10, 10]], people))
    assert found.verdicts.tolist() == [["empty", "gain"]]
    assert found.people["gain"].value == 5
    assert sum(e.value for e in found.people.values()) == 5


def test_people_of_each_verdict_add_up_to_everyone() -> None:
    people = [[3, 4], [5, 6]]
    before = finding(MINUTES, [[30, 30], [INF, 30]], people)
    found = change(MINUTES, before, finding(MINUTES, [[10, 40], [INF, 30]], people))
    counts = {k: e.value for k, e in found.people.items()}
    assert counts == {"gain": 3, "loss": 4, "unreached": 5, "none": 6, "empty": 0}


def test_a_place_is_judged_by_the_mean_over_its_people() -> None:
    people = [[9, 1]]
    before = finding(MINUTES, [[30, 30]], people)
    after = finding(MINUTES, [[29, 30]], people)
    assert change(MINUTES, before, after).verdicts.tolist() == [["gain", "none"]]
    assert place_verdicts(MINUTES, before, after).tolist() == ["none"]  # 0.9 min on average
    better = finding(MINUTES, [[20, INF]], people)
    assert place_verdicts(MINUTES, before, better).tolist() == ["gain"]  # −10·0.9 + 30·0.1 = −6
    everyone = finding(MINUTES, [[30]], [[10]], TOTAL), finding(MINUTES, [[20]], [[10]], TOTAL)
    assert place_verdicts(MINUTES, *everyone).tolist() == ["gain"]


def test_the_mean_change_is_the_change_of_the_mean() -> None:
    people = [[3, 4], [5, 6]]
    before = finding(JOBS, [[1, 2], [3, 4]], people)
    found = change(JOBS, before, finding(JOBS, [[2, 2], [3, 10]], people))
    assert found.by_group[0].tolist() == pytest.approx([3 / 8, 36 / 10, (3 + 36) / 18])


# groups


def test_the_worst_and_the_best_off_group() -> None:
    found = finding(JOBS, [[10, 40]])
    ratio, gap = ratio_and_gap(found, "m") or (None, None)
    assert ratio is not None
    assert gap is not None
    assert (ratio[0], gap[0]) == (0.25, 30)
    summary = summarise(found, "m")
    assert (summary["ratio"].value, summary["gap"].unit) == (0.25, "jobs")
    assert summarise(finding(JOBS, [[10]], None, TOTAL), "m") == {}
    nothing = summarise(finding(JOBS, [[0, 0]]), "m")
    assert np.isnan(nothing["ratio"].value)  # 0 / 0
    assert nothing["gap"].value == 0


# comparisons


def test_problems_of_the_city_and_of_every_scenario_come_together() -> None:
    app = application_named("new_line")
    city = application_named("everyday_reach").example.city()  # no transit
    wrong = [
        parse_scenario({"name": n, "modifications": [{"type": "close_stop", "stop": "Z"}]})
        for n in "ab"
    ]
    with pytest.raises(ChengceError) as caught:
        compare(app, city, app.parse({}), reference=TODAY, scenarios=[*wrong, Scenario("today", T)],
                context=Context(draws=20))  # fmt: skip
    assert [p.code for p in caught.value.problems] == [
        "layer_missing", "scenario_name_repeated", "stops_unknown", "stops_unknown",
    ]  # fmt: skip
    assert {p.file for p in caught.value.problems[2:]} == {"a", "b"}


def table(**changes: Any) -> pd.DataFrame:
    """Return a small tidy table."""
    frame = pd.DataFrame(
        {"scenario": "s", "state": "value", "metric": "m", "place": ["a", "b"], "group": "total",
         "people": [1.0, 2.0], "value": [3.0, 1e6], "low": [1.0, np.inf], "high": [np.nan, np.inf]}
    )  # fmt: skip
    return frame.assign(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, 0.0), ({"value": [3.0, 1e6 + 1]}, 1e-6), ({"value": [3.1, 1e6]}, 0.1 / 3), ({"people": [1.5, 2.0]}, 0.5),
     ({"high": [5.0, np.inf]}, np.inf), ({"high": [np.inf, np.inf]}, np.inf), ({"low": [1.0, -np.inf]}, np.inf),
     ({"place": ["a", "c"]}, np.inf)],
)  # fmt: skip
def test_the_largest_relative_difference_of_two_tables(changes: Any, expected: float) -> None:
    assert difference(table(), table(**changes)) == pytest.approx(expected, rel=1e-9)


def test_tables_of_another_length_differ() -> None:
    assert difference(table(), table().iloc[:1]) == np.inf
