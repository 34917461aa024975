"""Work out by hand what changes of jobs, people and trips do, and what they refuse."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from tests.unit.models.road_worlds import H, applied, codes, scenario

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError


def city() -> City:
    """Return zones A, B, C: people by age and income in A and B, jobs of two kinds, some trips."""
    base = ascii_city("A--B--C", people={"A": 1}, jobs={"B": {"shop": 10, "works": 4}})
    people = pd.DataFrame(
        [("A", "age", "young", 60.0), ("A", "age", "old", 40.0), ("B", "age", "young", 20.0),
         ("A", "income", "low", 50.0), ("A", "income", "high", 50.0), ("B", "income", "low", 20.0)],
        columns=["zone", "dimension", "group", "count"],
    ).assign(base="resident")  # fmt: skip
    flows = pd.DataFrame(
        [("A", "B", "car", "all", 8, 30.0), ("B", "A", "car", "all", 8, 10.0),
         ("A", "B", "transit", "work", 0, 5.0)],
        columns=["origin", "destination", "mode", "purpose", "start_s", "count"],
    )  # fmt: skip
    flows = flows.assign(start_s=flows["start_s"] * H, end_s=[9 * H, 9 * H, 24 * H])
    return replace(base, tables={**base.tables, "people": people, "flows": flows}, known={})


def people(after: City) -> dict[tuple[str, str], float]:
    """Return people by zone and group."""
    table = after.table("people").sort_values(["zone", "dimension", "group"])
    return {(r.zone, r.group): r.count for r in table.itertuples(index=False)}  # type: ignore[misc]


def test_jobs_come_and_go() -> None:
    more = {"type": "change_jobs", "zones": ["B", "C"], "kind": "shop", "count": 5}
    jobs = applied(city(), more).table("jobs").set_index(["zone", "kind"])["count"].to_dict()
    assert jobs == {("B", "shop"): 15, ("B", "works"): 4, ("C", "shop"): 5}
    fewer = {**more, "zones": ["B"], "count": -10}
    assert applied(city(), fewer).table("jobs")["count"].tolist() == [0, 4]
    assert codes(city(), {**more, "count": -5}) == ["jobs_below_zero"]  # C has none
    (found,) = scenario({**more, "kind": "shops"}).check(city())
    assert (found.code, "shop" in found.remedy.zh) == ("jobs_kind_unknown", True)
    assert codes(city(), {**more, "zones": ["B", "Q"]}) == ["zones_unknown"]


def test_people_add_up_in_every_dimension() -> None:
    more = {"type": "change_people", "zones": ["A"], "count": 50}
    assert people(applied(city(), more)) == {
        ("A", "young"): 90, ("A", "old"): 60, ("A", "low"): 75, ("A", "high"): 75,
        ("B", "young"): 20, ("B", "low"): 20,
    }  # fmt: skip
    # nobody lives in C yet: newcomers are as the city is, but all are young
    new = {**more, "zones": ["C"], "count": 12, "shares": {"age": {"young": 1.0}}}
    found = people(applied(city(), new))
    assert found["C", "young"] == 12
    assert ("C", "old") not in found
    assert found["C", "low"] == pytest.approx(7)  # 70 of 120
    assert found["C", "high"] == pytest.approx(5)
    assert "people" in applied(city(), new).delta.tables  # type: ignore[union-attr]


def test_all_may_leave_and_no_more() -> None:
    leave = {"type": "change_people", "zones": ["A"], "count": -100}
    gone = people(applied(city(), leave))
    assert {gone["A", g] for g in ("young", "old", "low", "high")} == {0.0}
    assert codes(city(), {**leave, "count": -101}) == ["people_below_zero"]
    old = {**leave, "count": -50, "shares": {"age": {"old": 1.0}}}
    (found,) = scenario(old).check(city())
    assert (found.code, "40" in found.message.en) == ("people_below_zero", True)


def test_people_and_groups_that_are_not_there() -> None:
    change = {"type": "change_people", "zones": ["A"], "count": 1}
    wrong = {**change, "shares": {"ages": {"young": 1.0}, "income": {"rich": 1.0}}}
    found = scenario(wrong).check(city())
    assert [p.code for p in found] == ["people_group_unknown"] * 2
    assert "age" in found[0].remedy.en
    assert "high, low" in found[1].remedy.en
    for shares in ({"age": {"young": 0.5}}, {"age": {"young": 2, "old": -1}}, {"age": {}}):
        with pytest.raises(ChengceError):
            scenario({**change, "shares": shares})
    with pytest.raises(ChengceError):
        scenario({**change, "zones": ["A", "A"]})
    bare = city()
    bare = replace(bare, tables={k: t for k, t in bare.tables.items() if k != "people"}, known={})
    assert codes(bare, change) == ["people_missing"]


@pytest.mark.parametrize(
    ("choice", "counts"),
    [
        ({}, [60, 20, 10]),
        ({"modes": ["car"]}, [60, 20, 5]),
        ({"purposes": ["work"]}, [30, 10, 10]),
        ({"origins": ["A"]}, [60, 10, 10]),
        ({"origins": ["A"], "destinations": ["B"], "modes": ["car"]}, [60, 10, 5]),
    ],
)
def test_trips_grow_where_chosen(choice: dict[str, Any], counts: list[float]) -> None:
    after = applied(city(), {"type": "change_flows", "factor": 2, **choice})
    assert after.table("flows")["count"].tolist() == counts


def test_trips_that_are_not_there() -> None:
    change = {"type": "change_flows", "factor": 2}
    found = scenario(
        {**change, "modes": ["bike"], "purposes": ["wrk"], "origins": ["Q"]}
    ).check(city())  # fmt: skip
    assert [p.code for p in found] == [
        "zones_unknown",
        "flows_mode_unknown",
        "flows_purpose_unknown",
    ]
    assert codes(city(), {**change, "origins": ["C"]}) == ["flows_none_chosen"]
    said = scenario(change).modifications[0].summary
    assert "假设" in said.zh
    assert "assumed" in said.en
