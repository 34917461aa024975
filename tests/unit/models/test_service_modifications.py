"""Work out by hand what services on demand, fares, staff, prices and standards change."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from shapely import box
from tests.invariants.test_scenarios import ask
from tests.unit.models.road_worlds import applied, codes, scenario

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError
from chengce.models.scenario import parse_scenario

H = 3600


def city(**more: Any) -> City:
    """Return zones in a row, 3 km apart, with two lines, a clinic and its doctors."""
    base = ascii_city(
        "A---B---C",
        block_m=1000.0,
        people={"A": 10},
        jobs={"C": {"shop": 10}},
        places={"C": ["clinic"]},
        lines=[
            Line("L1", "AB", 600, 400, first_s=6 * H, last_s=10 * H),
            Line("L2", "BC", 600, 400, first_s=6 * H, last_s=10 * H),
        ],
    )
    place = str(base.table("places")["id"].iloc[0])
    staff = pd.DataFrame([{"place": place, "role": "doctor", "count": 4.0}])
    prices = pd.DataFrame(
        [("r1", "rent", "A", 30.0, "m2"), ("r2", "rent", "B", 20.0, "m2"), ("f", "fuel", None, 8.0, "l")],
        columns=["id", "item", "zone", "value", "per"],
    )  # fmt: skip
    return replace(
        base, tables={**base.tables, "place_staff": staff, "prices": prices, **more}, known={}
    )


def around(base: City, zone: str, metres: float = 500) -> list[list[float]]:
    """Return a square ring around a zone's point."""
    at = base.table("zones").set_index("id").geometry[zone]
    d = metres / 111_319.49
    return [[at.x + a * d, at.y + b * d] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def demand(base: City, **more: Any) -> dict[str, Any]:
    ring = around(base, "A", 4000)
    return {
        "type": "on_demand_zone",
        "id": "d",
        "polygon": ring,
        "wait_min": 5,
        "speed_kmh": 36,
        **more,
    }


def tariff(**more: Any) -> dict[str, Any]:
    return {"type": "fare_rule", "classes": [{"id": "all", "price": 2}], **more}


# on demand


def test_a_service_is_written_as_it_is_meant() -> None:
    base = city()
    (row,) = (
        applied(base, demand(base, hours=["07:00", "25:00"], longest_km=3))
        .table("on_demand")
        .itertuples()
    )
    assert (row.wait_s, row.speed_kmh, row.start_s, row.end_s) == (300, 36.0, 7 * H, 25 * H)
    assert (row.longest_m, row.serves, row.riders) == (3000.0, "both", "everyone")
    again = codes(base, demand(base), demand(base))
    assert again == ["modifications_conflict", "on_demand_id_taken"]
    far = [[x + 3, y] for x, y in around(base, "A")]
    assert codes(base, demand(base, polygon=far)) == ["point_outside_city"]
    assert codes(base, demand(base, polygon=[], zones=["A", "Q"])) == ["zones_unknown"]
    lone = [[x, y + 0.02] for x, y in around(base, "A", 300)]
    assert codes(base, demand(base, polygon=lone, serves="stops")) == ["on_demand_without_stops"]
    with pytest.raises(ChengceError):
        scenario(demand(base, zones=["A"]))


def test_rides_take_the_wait_and_the_way_by_street() -> None:
    # A to the jobs at C: 6 km at 36 km/h = 600 s, and a wait of 300 s: 15 minutes, no boarding before
    base = city()
    whole = demand(base, polygon=around(base, "B", 4000), serves="doors")
    found = ask(base, "new_line", [scenario(whole)], dimension="total", jobs_share=1.0,
                cutoffs_min=[14, 15], max_boardings=1)  # fmt: skip
    after = found.alternatives[0].finding.headline()
    assert after["minutes_jobs"].value == pytest.approx(15.0)
    assert (after["jobs_14"].value, round(after["jobs_15"].value, 6)) == (
        0.0,
        pytest.approx(10, rel=0.1),
    )
    before = found.reference.finding.headline()
    assert before["minutes_jobs"].value > 30  # with one boarding, half the way is on foot


def test_a_longer_wait_never_helps_and_a_service_never_harms() -> None:
    base = city()
    changes = [{**demand(base, polygon=around(base, "B", 4000)), "wait_min": w} for w in (0, 4, 20)]
    scenarios = [replace(scenario(c), name=f"w{i}") for i, c in enumerate(changes)]
    found = ask(base, "new_line", scenarios, dimension="total", jobs_share=1.0)
    minutes = [s.finding.headline()["minutes_jobs"].value for s in found.states]
    assert minutes[1] <= minutes[2] <= minutes[3] <= minutes[0]
    assert minutes[1] < minutes[3]


# fares


def test_a_budget_pays_for_one_ride_or_two() -> None:
    base = applied(city(), tariff())
    base = replace(base, base=None, delta=None)
    minutes = [
        ask(base, "new_line", [], dimension="total", jobs_share=1.0, budget=b)
        .reference.finding.headline()["minutes_jobs"].value
        for b in (3.99, 4, None)
    ]  # fmt: skip
    assert minutes[0] > 60  # ride to B and walk, or walk all the way
    assert minutes[1] == minutes[2] < 60
    cheaper = tariff(transfers=[{"first": "all", "second": "all", "price": 3}])
    found = ask(base, "new_line", [scenario(cheaper)], dimension="total", jobs_share=1.0, budget=3)
    assert found.reference.finding.headline()["minutes_jobs"].value > minutes[2]
    assert found.alternatives[0].finding.headline()["minutes_jobs"].value == minutes[2]
    said = " ".join(n.en for n in found.reference.finding.notes)
    assert "at most 3" in said


def test_the_same_fares_again_change_nothing_exactly() -> None:
    base = replace(applied(city(), tariff()), base=None, delta=None)
    after = scenario(tariff()).apply(base)
    assert after.hash == base.hash
    assert not after.delta or not after.delta.tables


def test_routes_find_their_class() -> None:
    base = city()
    routes = base.table("routes")["id"].tolist()
    two = tariff(
        classes=[{"id": "x", "price": 3, "routes": routes[:1]}, {"id": "rest", "price": 1}]
    )
    after = applied(base, two)
    assert after.table("fare_routes")["class"].tolist() == ["x", "rest"]
    assert codes(base, tariff(classes=[{"id": "x", "price": 3, "routes": routes[:1]}])) == [
        "route_without_fare"
    ]
    both = [
        {"id": "x", "price": 3, "routes": routes},
        {"id": "y", "price": 1, "routes": routes[1:]},
    ]
    assert codes(base, tariff(classes=both)) == ["route_with_two_fares"]
    assert codes(base, tariff(classes=[{"id": "x", "price": 3, "routes": ["no"]}])) == [
        "routes_unknown"
    ]
    assert codes(base, tariff(classes=[{"id": "x", "price": 3, "agencies": ["no"]}])) == [
        "agency_unknown"
    ]
    assert codes(base, tariff(), two) == ["modifications_conflict"]


@pytest.mark.parametrize(
    "more",
    [
        {"transfers": [{"first": "all", "second": "all", "price": 1.9}]},
        {"transfers": [{"first": "all", "second": "all", "price": 4.1}]},
        {"transfers": [{"first": "all", "second": "bus", "price": 3}]},
        {"classes": [{"id": "a", "price": 1}, {"id": "b", "price": 2}]},
    ],
)
def test_fares_that_make_no_sense(more: dict[str, Any]) -> None:
    with pytest.raises(ChengceError):
        scenario(tariff(**more))


def test_tables_of_fares_are_checked() -> None:
    base = applied(city(), tariff())
    pairs = [("all", "all", 1.0), ("all", "free", 2.5)]
    wrong = pd.DataFrame(pairs, columns=["first", "second", "price"])
    free = {"class": "free", "price": 0.0, "unlimited": False, "same_route": True}
    fares = pd.concat([base.table("fares"), pd.DataFrame([free])], ignore_index=True)
    system = pd.DataFrame([{"id": i, "discounts": 1} for i in "ab"])
    zone = gpd.GeoDataFrame(
        [{"id": "d", "wait_s": 1, "speed_kmh": 20.0, "start_s": 9, "end_s": 9, "serves": "both",
          "riders": "everyone", "geometry": box(0, 0, 1, 1)}], geometry="geometry", crs=WGS84,
    )  # fmt: skip
    tables = {
        **base.tables,
        "fares": fares,
        "fare_transfers": wrong,
        "fare_system": system,
        "on_demand": zone,
    }
    found = {p.code for p in check_tables(tables)}
    assert {"fare_transfer_too_cheap", "fare_transfer_too_dear", "fare_systems_several"} <= found
    assert "period_ends_before_it_starts" in found


# staff, prices, standards


def test_staff_come_and_go() -> None:
    base = city()
    place = str(base.table("places")["id"].iloc[0])

    def staff(**more: Any) -> dict[str, float]:
        change = {"type": "workforce", "place": place, "role": "doctor", **more}
        table = applied(base, change).table("place_staff")
        return dict(zip(table["role"], table["count"], strict=True))

    assert staff(count=6) == {"doctor": 6}
    assert staff(add=-4) == {"doctor": 0}
    assert staff(factor=1.5) == {"doctor": 6}
    assert staff(role="nurse", count=2) == {"doctor": 4, "nurse": 2}
    change = {"type": "workforce", "place": place, "role": "doctor"}
    assert codes(base, {**change, "add": -5}) == ["staff_below_zero"]
    assert codes(base, {**change, "role": "nurse", "factor": 2}) == ["staff_role_unknown"]
    assert codes(base, {**change, "place": "no", "count": 1}) == ["places_unknown"]
    assert codes(base, {**change, "count": 5}, {**change, "add": 1}) == ["modifications_conflict"]
    closing = {"type": "close_facility", "place": place}
    assert "modifications_conflict" in codes(base, {**change, "count": 5}, closing)
    with pytest.raises(ChengceError):
        scenario({**change, "count": 1, "add": 1})


def test_prices_are_set_or_multiplied() -> None:
    base = city()

    def prices(**more: Any) -> dict[str, float]:
        table = applied(base, {"type": "price", "item": "rent", **more}).table("prices")
        return dict(zip(table["id"], table["value"], strict=True))

    assert prices(factor=1.5) == {"r1": 45, "r2": 30, "f": 8}
    assert prices(value=10, zones=["B"]) == {"r1": 30, "r2": 10, "f": 8}
    new = prices(value=12, zones=["B", "C"], per="m2")
    assert new == {"r1": 30, "r2": 12, "f": 8, "rent@C": 12}
    assert prices(item="parking", value=5, per="hour") == {"r1": 30, "r2": 20, "f": 8, "parking": 5}
    change = {"type": "price", "item": "rent"}
    assert codes(base, {**change, "value": 1, "zones": ["C"]}) == ["price_unknown"]
    assert codes(base, {**change, "factor": 2, "zones": ["C"], "per": "m2"}) == ["price_unknown"]
    assert codes(base, {**change, "value": 2, "per": "month"}) == ["price_unit_differs"]
    assert codes(base, {**change, "factor": 2, "zones": ["Q"]}) == ["zones_unknown"]
    twice = codes(base, {**change, "factor": 2}, {**change, "factor": 2, "zones": ["A"]})
    assert twice == ["modifications_conflict"]
    apart = ({**change, "factor": 2, "zones": ["B"]}, {**change, "factor": 3, "zones": ["A"]})
    assert applied(base, *apart).hash == applied(base, *apart[::-1]).hash


def test_a_standard_has_one_version() -> None:
    base = city()
    new = {"type": "standard_version", "standard": "GB 50180", "version": "2018"}
    after = applied(base, new)
    assert after.table("standard_versions").to_dict("records") == [
        {"standard": "GB 50180", "version": "2018"}
    ]
    held = replace(after, base=None, delta=None)
    assert applied(held, {**new, "version": "1993"}).table("standard_versions")[
        "version"
    ].tolist() == ["1993"]
    assert scenario(new).apply(held).hash == held.hash
    assert codes(base, new, {**new, "version": "1993"}) == ["modifications_conflict"]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "price", "item": "rent", "factor": 1},
        {"type": "price", "item": "rent", "value": 30, "zones": ["A"]},
        {"type": "workforce", "role": "doctor", "add": 0},
        {"type": "workforce", "role": "doctor", "factor": 1},
        {"type": "workforce", "role": "doctor", "count": 4},
    ],
)
def test_a_change_to_the_same_is_no_change(change: dict[str, Any]) -> None:
    base = city()
    if change["type"] == "workforce":
        change = {**change, "place": str(base.table("places")["id"].iloc[0])}
    assert scenario(change).apply(base).hash == base.hash


def test_what_a_question_does_not_read_is_said_to_have_no_effect() -> None:
    base = city()
    dearer = scenario({"type": "price", "item": "rent", "factor": 2})
    found = ask(base, "everyday_reach", [dearer], dimension="total")
    (said,) = [
        w for w in found.alternatives[0].finding.warnings if w.code == "scenario_without_effect"
    ]
    assert "prices" in said.message.en
    assert "prices" in said.message.zh
    assert all((np.nan_to_num(c.cells) == 0).all() for c in found.changes[0].values())
    nothing = ask(base, "everyday_reach", [scenario()], dimension="total")
    assert "scenario_without_effect" not in {
        w.code for w in nothing.alternatives[0].finding.warnings
    }


def test_changes_read_back_as_they_were_written() -> None:
    base = city()
    place = str(base.table("places")["id"].iloc[0])
    made = scenario(
        demand(base, hours=["06:00", "22:00"], price=3, riders="walk"),
        tariff(transfers=[{"first": "all", "second": "all", "price": 3, "within_min": 60}], cap=5),
        {"type": "workforce", "place": place, "role": "doctor", "add": 1},
        {"type": "price", "item": "rent", "factor": 2},
        {"type": "standard_version", "standard": "GB 50180", "version": "2018"},
    )
    again = parse_scenario(yaml.safe_load(yaml.safe_dump(made.as_dict(), allow_unicode=True)))
    assert again.hash == made.hash
    assert again.apply(base).hash == made.apply(base).hash
