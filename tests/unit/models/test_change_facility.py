"""Work out by hand what a change of a facility does to its row, and what it refuses."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from tests.unit.models.road_worlds import applied, codes, scenario

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError


def city() -> City:
    """Return three zones, a clinic at A and a school at C."""
    return ascii_city("A--B--C", people={"A": 1}, places={"A": ["clinic"], "C": ["school"]})


def change(base: City, of: str = "clinic", **more: Any) -> dict[str, Any]:
    places = base.table("places").set_index("kind")["id"]
    return {"type": "change_facility", "place": str(places[of]), **more}


def test_what_is_given_changes_and_the_rest_stays() -> None:
    base = city()
    one = change(base, capacity=40, hours="Mo-Su 08:00-20:00", kind="hospital")
    after = applied(base, one)
    assert after.delta is not None
    assert after.delta.of("places").changed == (one["place"],)
    rows = after.table("places").set_index("id")
    row = rows.loc[one["place"]]
    assert (row["capacity"], row["hours"], row["kind"]) == (40, "Mo-Su 08:00-20:00", "hospital")
    assert rows[["capacity", "hours"]].isna().sum().tolist() == [1, 1]
    again = applied(after, {**one, "capacity": 50})
    assert again.table("places")["capacity"].dropna().tolist() == [50]


def test_nothing_new_changes_nothing() -> None:
    base = applied(city(), change(city(), capacity=40))
    assert applied(base, change(base, kind="clinic", capacity=40)).hash == base.hash


def test_columns_a_city_lacks_are_made() -> None:
    base = city()
    bare = base.table("places").drop(columns=["capacity", "hours"], errors="ignore")
    base = replace(base, tables={**base.tables, "places": bare}, known={})
    after = applied(base, change(base, capacity=40, hours="24/7"))
    assert after.table("places")["capacity"].dropna().tolist() == [40]
    add = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": 0.001, "lat": 0.0}
    new = applied(base, {**add, "capacity": 9}).table("places").set_index("id")
    assert new["capacity"]["n"] == 9
    assert pd.isna(new["capacity"].iloc[0])


def test_changes_that_make_no_sense_or_clash() -> None:
    base = city()
    assert codes(base, {**change(base, capacity=1), "place": "nowhere"}) == ["places_unknown"]
    assert codes(base, change(base, kind="clinics")) == ["place_kind_unknown"]
    for bad in ({}, {"capacity": -1}, {"hours": ""}):
        with pytest.raises(ChengceError):
            scenario({"type": "change_facility", "place": "x", **bad})
    one = change(base, capacity=1)
    close = {"type": "close_facility", "place": one["place"]}
    assert "modifications_conflict" in codes(base, one, {**one, "capacity": 2})
    assert "modifications_conflict" in codes(base, one, close)
    hours = {k: v for k, v in one.items() if k != "capacity"} | {"hours": "24/7"}
    assert codes(base, one, hours) == []
    both = scenario(one, hours)
    assert scenario(*both.as_dict()["modifications"]).hash == both.hash
    assert "24/7" in both.modifications[1].summary.zh
