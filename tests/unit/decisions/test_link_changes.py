"""A change of a link is clear only beyond its threshold, of one sign, and where flows are unique."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.link_worlds import TRAVEL, link_finding, link_values, roads_run
from tests.report_worlds import DRAWS, GROUPS, MINUTES, hand_finding

from chengce.decisions.changes import change, place_verdicts
from chengce.decisions.compare import finding_hash
from chengce.decisions.inequality import ratio_and_gap, summarise
from chengce.decisions.link_changes import largest_values, link_changes
from chengce.decisions.link_table import KEYS, links_table
from chengce.decisions.record import difference

PLACES = np.arange(9.0)
Flows = dict[tuple[str, int], Any]


def found(
    before: Flows, after: Flows, unsure: tuple[str, ...] = (), loose: tuple[str, ...] = ()
) -> Any:
    """Return the change of flows; `unsure` before, `loose` after."""
    old, new = (
        link_finding(before, PLACES, unsure=unsure),
        link_finding(after, PLACES, unsure=loose),
    )
    return link_changes(old, new)["flow"]


def verdict(old: Any, new: Any, **more: Any) -> str:
    return str(found({("a", 1): old}, {("a", 1): new}, **more).verdicts[0])


def mixed(share: float, one: float, other: float) -> Any:
    """Return draws of which `share` are `one`, the others `other`."""
    return np.where(np.arange(DRAWS) < round(share * DRAWS), one, other)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (100, 120, "more"), (100, 119.9, "none"), (100, 80, "less"), (100, 80.1, "none"), (100, 100, "none"),
        (5000, 5049, "none"), (5000, 5051, "more"), (5050, 5000, "none"), (5051, 5000, "less"),  # 1 % of the larger
        (0, 20, "more"), (0, 0, "none"),
        (100, mixed(0.95, 130, 90), "more"), (100, mixed(0.9, 130, 90), "none"), (100, mixed(0.95, 50, 100), "less"),
    ],
)  # fmt: skip
def test_it_is_clear_beyond_the_threshold_and_of_one_sign(
    old: Any, new: Any, expected: str
) -> None:
    assert verdict(old, new) == expected


@pytest.mark.parametrize("new", [100, 101, 5000, 0])
@pytest.mark.parametrize(
    "where", [{"unsure": ("a",)}, {"loose": ("a",)}, {"unsure": ("a",), "loose": ("a",)}]
)
def test_what_the_equilibrium_leaves_open_is_open_whatever_its_size(new: float, where: Any) -> None:
    assert verdict(100, new, **where) == "open"


def test_links_are_matched_by_street_and_direction_and_missing_ones_hold_nothing() -> None:
    before = {("a", 1): 100.0, ("a", 2): 50.0, ("gone", 1): 70.0}
    after = {("new", 2): 30.0, ("a", 2): 90.0, ("a", 1): 100.0}
    change = found(before, after)
    keys = list(zip(change.streets, change.directions, strict=True))
    assert keys == [("a", 1), ("a", 2), ("gone", 1), ("new", 2)]
    assert change.cells[0].tolist() == [0, 40, -70, 30]
    assert change.verdicts.tolist() == ["none", "more", "less", "more"]
    assert change.counts() == {"more": 2, "less": 1, "none": 1, "open": 0}
    assert [change.streets[i] for i in change.largest()] == ["gone", "a", "new"]


def test_a_street_that_is_not_there_is_certain_to_be_empty() -> None:
    assert found({}, {("a", 1): 50.0}).verdicts.tolist() == ["more"]
    assert found({}, {("a", 1): 50.0}, loose=("a",)).verdicts.tolist() == ["open"]


flows = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from((1, 2))), st.floats(0, 1e6), max_size=10
)


@given(flows, st.randoms())
@settings(deadline=None, max_examples=50)
def test_a_null_change_is_exactly_zero_in_any_order(before: Flows, random: Any) -> None:
    keys = list(before)
    random.shuffle(keys)
    change = found(before, {k: before[k] for k in keys})
    assert not change.cells.any()
    assert set(change.verdicts) <= {"none"}
    assert [s.tolist() for s in change.spans[2]] == [[0.0] * len(before)] * 3


@given(flows, flows)
@settings(deadline=None, max_examples=50)
def test_turned_round_a_change_has_the_other_sign(before: Flows, after: Flows) -> None:
    one, back = found(before, after), found(after, before)
    where = {k: i for i, k in enumerate(zip(back.streets, back.directions, strict=True))}
    order = [where[k] for k in zip(one.streets, one.directions, strict=True)]
    assert (one.cells == -back.cells[:, order]).all()
    turned = {"more": "less", "less": "more", "none": "none"}
    assert [turned[v] for v in one.verdicts] == back.verdicts[order].tolist()


def test_the_largest_values_leave_out_what_is_open_or_empty() -> None:
    part = link_values({("a", 1): 5.0, ("b", 1): 9.0, ("c", 1): 0.0, ("d", 1): 7.0}, unsure=("b",))
    assert largest_values(part, part.values[0]) == [3, 0]


# the hash and the stored table


def test_links_are_part_of_the_hash_and_their_absence_changes_nothing() -> None:
    bare = hand_finding({MINUTES.id: np.ones((9, 1))}, np.ones((9, 1)))
    as_ever = (
        "8c406f080c45c861129ce609656f1a275a03cca005a44061506306a61d361595"  # recorded without links
    )
    assert finding_hash(bare) == as_ever
    flows = {("a", 1): 100.0, ("b", 1): 50.0}
    same = finding_hash(link_finding(flows, PLACES))
    assert same == finding_hash(link_finding(dict(flows), PLACES))
    others = [
        link_finding({**flows, ("b", 1): 50.000001}, PLACES),
        link_finding({("a", 1): 100.0, ("b", 2): 50.0}, PLACES),
        link_finding(flows, PLACES, unsure=["b"]),
        replace(link_finding(flows, PLACES), links=()),
    ]
    assert len({same, *(finding_hash(f) for f in others)}) == 5


def test_the_table_has_each_state_and_each_difference() -> None:
    comparison = roads_run().comparison
    table = links_table(comparison)
    before, after = (len(s.finding.links[0].streets) for s in comparison.states)
    sizes = table.groupby(["scenario", "state"], sort=False).size()
    assert sizes.to_dict() == {
        ("today", "value"): before, ("lanes", "value"): after, ("lanes", "difference"): before,
    }  # fmt: skip
    assert not table[["value", "low", "high"]].isna().any().any()
    assert (table["low"] <= table["value"]).all()
    gone = table[(table["street"] == "h1_0") & (table["state"] == "difference")]
    assert gone["verdict"].tolist() == ["less", "less"]
    assert (
        table.loc[~table["determined"] & (table["state"] == "difference"), "verdict"] == "open"
    ).all()


def test_replay_compares_links_too() -> None:
    one = links_table(roads_run().comparison)
    assert difference(one, one.copy(), keys=KEYS) == 0.0
    assert difference(one, one.assign(value=one["value"] * (1 + 1e-7)), keys=KEYS) == pytest.approx(
        1e-7, rel=0.1
    )
    assert difference(one, one.assign(determined=True), keys=KEYS) == np.inf
    assert (
        difference(one, one.assign(direction=one["direction"].to_numpy()[::-1]), keys=KEYS)
        == np.inf
    )


# totals of places


def test_people_of_a_place_whose_total_falls_gain_once_each() -> None:
    people = np.column_stack([np.full(9, 30.0), np.full(9, 10.0)])
    totals = np.full(9, 100.0)
    before = link_finding({}, totals, groups=GROUPS, people=people)
    less = totals.copy()
    less[:2], less[2] = 50, 150
    after = link_finding({}, less, groups=GROUPS, people=people)
    found = change(TRAVEL, before, after)
    assert found.by_group.shape == (DRAWS, 1)
    assert np.median(found.by_group) == pytest.approx(-50)
    assert {v: e.value for v, e in found.people.items()} == {
        "gain": 80, "loss": 40, "none": 240, "unreached": 0, "empty": 0,
    }  # fmt: skip
    assert ratio_and_gap(after, TRAVEL.id) is None
    assert summarise(after, TRAVEL.id) == {}


def test_a_place_without_people_has_a_total_and_a_verdict() -> None:
    people = np.zeros((9, 1))
    before = link_finding({}, np.full(9, 100.0), people=people)
    after = link_finding({}, np.full(9, 50.0), people=people)
    assert set(place_verdicts(TRAVEL, before, after)) == {"gain"}
    assert change(TRAVEL, before, after).people["gain"].value == 0
    assert after.headline()[TRAVEL.id].value == pytest.approx(450)
