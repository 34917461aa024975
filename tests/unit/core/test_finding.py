"""Check how values by place and group become means: nothing double, nothing lost."""

import numpy as np
import pytest

from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL, TOTAL_GROUP, Group
from chengce.core.text import Text

T = Text("数", "n")
X, Y = (Group("age", i, T, {"adult": 1.0}) for i in "xy")
MINUTES = Metric("minutes", T, "min", "less", T, cap=60.0)
JOBS = Metric("jobs", T, "jobs", "more", T)


def finding(metric: Metric, people: object, values: object, dimension: str = "age") -> Finding:
    groups = (X, Y) if dimension == "age" else (TOTAL_GROUP,)
    counts, cells = np.asarray(people, float)[None], np.asarray(values, float)[None]
    places = tuple("ABC"[: counts.shape[1]])
    return Finding("app", dimension, groups, (metric,), places, counts, {metric.id: cells}, (), {})


def test_a_place_that_some_reach_counts_the_others_at_the_cap() -> None:
    found = finding(MINUTES, [[10, 10], [10, 10], [0, 0]], [[20, np.inf], [np.inf, np.inf], [5, 5]])
    by_place = found.by_place("minutes")[0]
    assert by_place[0] == 40.0  # (20 + 60) / 2
    assert by_place[1] == np.inf  # nobody: not reached
    assert np.isnan(by_place[2])  # no people: not evaluable


def test_places_add_up_to_the_city() -> None:
    people = [[10, 30], [20, 0], [5, 5]]
    found = finding(MINUTES, people, [[20, np.inf], [10, 7], [1, 2]])
    counts = np.array(people, float).sum(axis=1)
    total = (np.minimum(found.by_place("minutes")[0], 60) * counts).sum() / counts.sum()
    assert found.by_group("minutes")[0, -1] == pytest.approx(total, rel=1e-12)


def test_people_who_are_absent_do_not_make_a_place_unreached() -> None:
    found = finding(MINUTES, [[10, 0]], [[20, np.inf]])
    assert found.by_place("minutes")[0, 0] == 20.0


def test_a_group_off_the_network_leaves_the_mean_to_the_others() -> None:
    found = finding(JOBS, [[10, 30]], [[4, np.nan]])
    assert found.by_place("jobs")[0, 0] == 4.0
    assert np.isnan(found.by_group("jobs")[0, 1])
    assert found.by_group("jobs")[0, 2] == 4.0


def test_the_total_has_one_row_a_place() -> None:
    found = finding(JOBS, [[10], [20]], [[1], [4]], TOTAL)
    table = found.table()
    assert table["group"].tolist() == ["total"] * 3
    assert table["value"].tolist() == [3.0, 1.0, 4.0]
    assert table["people"].tolist() == [30, 10, 20]
    assert found.headline()["jobs"].value == 3.0


def test_the_table_keeps_places_and_groups_together() -> None:
    found = finding(JOBS, [[1, 2], [3, 4]], [[10, 20], [30, 40]])
    table = found.table().set_index(["place", "group"])["value"]
    assert table["A", "x"] == 10
    assert table["A", "y"] == 20
    assert table["B", "x"] == 30
    assert table["B", "total"] == pytest.approx((3 * 30 + 4 * 40) / 7)
    assert table["", "total"] == pytest.approx((10 + 40 + 90 + 160) / 10)
