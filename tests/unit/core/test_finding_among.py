"""Check metrics that speak of a part of the people: their means weigh by that part alone."""

import numpy as np
import pytest

from chengce.core.finding import Finding, Metric
from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.decisions.changes import change

T = Text("数", "n")
MIXES = {
    "none": {"adult": 1.0},
    "few": {"adult": 0.9, "wheelchair": 0.1},
    "all": {"wheelchair": 1.0},
}
GROUPS = tuple(Group("age", name, T, mix) for name, mix in MIXES.items())
RAMPS = Metric("ramps", T, "places", "more", T, threshold_share=0.0, among="wheelchair")
PEOPLE = [[50, 100, 30], [70, 0, 5]]


def finding(values: object, people: object = PEOPLE) -> Finding:
    counts, cells = np.asarray(people, float)[None], np.asarray(values, float)[None]
    places = ("A", "B")
    return Finding("app", "age", GROUPS, (RAMPS,), places, counts, {"ramps": cells}, (), {})


def test_means_weigh_by_those_the_metric_speaks_of() -> None:
    found = finding([[9, 4, 2], [9, 4, 1]])
    assert found.counted("ramps")[0].tolist() == [[0, 10, 30], [0, 0, 5]]
    assert found.by_place("ramps")[0].tolist() == [(4 * 10 + 2 * 30) / 40, 1.0]
    by_group = found.by_group("ramps")[0]
    assert np.isnan(by_group[0])  # nobody of the group is in a wheelchair
    assert by_group[1:].tolist() == pytest.approx([4, 65 / 35, (40 + 60 + 5) / 45])


def test_where_none_of_them_live_there_is_no_number() -> None:
    found = finding([[9, 4, 2], [9, 4, 1]], [[50, 100, 30], [70, 0, 0]])
    assert np.isnan(found.by_place("ramps")[0, 1])
    table = found.table().query("place == 'B' and group == 'total'")
    assert table["people"].tolist() == [0]


def test_gains_count_them_alone() -> None:
    before, after = finding([[1, 1, 1], [1, 1, 1]]), finding([[2, 2, 1], [2, 2, 0]])
    people = change(RAMPS, before, after).people
    assert {k: e.value for k, e in people.items()} == {
        "gain": 10, "loss": 5, "none": 30, "unreached": 0, "empty": 0,
    }  # fmt: skip
