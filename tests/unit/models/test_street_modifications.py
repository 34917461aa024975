"""Work out by hand what building and altering streets does, also to the times through them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.street_costs import many_to_many
from tests.unit.models.road_worlds import applied, codes, scenario, street

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.streets.network import snap, street_network, weigh

Point = tuple[float, float]


def city(**columns: Any) -> City:
    """Return two streets of 600 m, A-B-C and D-e-F, 100 m apart, joined at A and D only."""
    base = ascii_city(
        """
        A---B---C
        |
        D---e---F
        """,
        block_m=100.0,
        people={"A": 10},
    )
    streets = base.table("streets")
    return replace(base, tables={**base.tables, "streets": streets.assign(**columns)}, known={})


def on(base: City, key: str, share: float) -> Point:
    """Return a point of a street, in longitude and latitude."""
    at = base.table("streets").set_index("id").geometry[key].interpolate(share, normalized=True)
    return at.x, at.y


def seconds(after: City, one: Point, two: Point, profile: str = "walk") -> float:
    """Return the time between two points at 2 m/s (cars: at the speed of the streets)."""
    weights = weigh(street_network(after), profile, speed_mps=2.0)
    lon, lat = np.array([one, two]).T
    ends = snap(after, ["one", "two"], lon, lat, profile)
    limit = 10_000_000
    return (
        float(many_to_many(weights, ends, ends, limit_ms=limit, runner=Context().runner)[0, 1])
        / 1000
    )


def build(*line: Point, **more: Any) -> dict[str, Any]:
    return {"type": "add_street", "id": "new", "line": [list(p) for p in line], **more}


# new streets


def test_a_street_between_nodes_shortens_the_way_by_what_it_is_long() -> None:
    base = city()
    corner, end = on(base, "B-C", 1.0), on(base, "e-F", 1.0)
    assert seconds(base, corner, end) == pytest.approx(1300 / 2, abs=0.5)
    after = applied(base, build(corner, end, speed_kmh=36, lanes=1))
    row = street(after, "new")
    assert after.delta is not None
    assert set(after.delta.of("streets").added) == {"new"}
    assert after.delta.of("streets").removed == ()
    assert row["length_m"] == pytest.approx(100, abs=0.7)
    assert seconds(after, corner, end) == pytest.approx(row["length_m"] / 2, abs=0.01)
    assert seconds(after, corner, end, "drive") == pytest.approx(row["length_m"] / 10, abs=0.01)
    assert (row["lanes_along"], row["lanes_against"]) == (1.0, 1.0)


@pytest.mark.parametrize("share", [0.5, 0.25, 0.9])
def test_a_street_joins_others_by_cutting_them(share: float) -> None:
    base = city(toll=3.0, free_flow_s=30.0)
    one, two = on(base, "B-C", share), on(base, "e-F", share)
    after = applied(base, build(one, two))
    assert after.delta is not None
    assert set(after.delta.of("streets").removed) == {"B-C", "e-F"}
    halves = [street(after, f"B-C~new.0:{i}") for i in (1, 2)]
    assert [h["length_m"] for h in halves] == pytest.approx(
        [300 * share, 300 * (1 - share)], abs=0.01
    )
    assert sum(h["toll"] for h in halves) == pytest.approx(3.0)
    assert sum(h["free_flow_s"] for h in halves) == pytest.approx(30.0)
    length = street(after, "new")["length_m"]
    assert length == pytest.approx(100, abs=0.7)
    # whoever lives where it joins goes straight across, and along the old street as before
    assert seconds(after, one, two) == pytest.approx(length / 2, abs=0.1)
    begin, end = on(base, "B-C", 0.0), on(base, "B-C", 1.0)
    assert seconds(after, begin, end) == pytest.approx(150, abs=0.1)
    assert seconds(after, begin, two) == pytest.approx((300 * share + length) / 2, abs=0.1)
    middle = on(base, "B-C", share / 2)  # a door between
    assert seconds(after, middle, two) == pytest.approx((150 * share + length) / 2, abs=0.1)


def test_both_ends_may_join_one_street() -> None:
    base = city()
    one, two = on(base, "B-C", 0.25), on(base, "B-C", 0.75)
    after = applied(base, build(one, (on(base, "B-C", 0.5)[0], one[1] + 0.0005), two))
    assert len(after.table("streets")) == 5 - 1 + 3 + 1
    assert seconds(after, on(base, "B-C", 0.0), on(base, "B-C", 1.0)) == pytest.approx(150, abs=0.1)


def test_a_gap_is_part_of_the_street_and_has_a_limit() -> None:
    base = city()
    one, two = on(base, "B-C", 1.0), on(base, "e-F", 1.0)
    near = (one[0] + 20 / 111_319.49, one[1])
    after = applied(base, build(near, two))
    assert street(after, "new")["length_m"] > 120
    (found,) = scenario(build(near, two, snap_m=10)).check(base)
    assert (found.code, "20 m" in found.message.en) == ("street_not_connected", True)
    named = applied(
        base, build(near, two, snap_m=10, from_node=int(street(base, "B-C")["to_node"]))
    )
    assert street(named, "new")["from_node"] == street(base, "B-C")["to_node"]


def test_a_street_joins_only_what_its_users_may_use() -> None:
    base = city(drive=[3, 3, 3, 0, 0])  # sorted by the drawing: A-B, B-C, A-D, D-e, e-F
    drive = base.table("streets").set_index("id")["drive"]
    shut = [k for k in drive.index if drive[k] == 0]
    one, two = on(base, "B-C", 0.5), on(base, shut[-1], 0.5)
    assert codes(base, build(one, two)) == ["street_not_connected"]
    path = build(one, two, drive="none", bike="along", wheelchair_state="no")
    row = street(applied(base, path), "new")
    assert (row["walk"], row["wheelchair"], row["bike"], row["drive"]) == (3, 0, 1, 0)


def test_what_is_said_of_a_street_that_is_cut_stays() -> None:
    base = city()
    row = street(base, "B-C")
    turns = pd.DataFrame(
        {"id": ["s", "t", "u"], "kind": "no", "from_street": ["A-B", "B-C", "B-C"],
         "via_node": [row["from_node"], row["from_node"], row["to_node"]],
         "to_street": ["B-C", "A-B", "B-C"], "restriction": "no_turn"}
    )  # fmt: skip
    hours = pd.DataFrame(
        {"street": ["B-C", "A-B"], "direction": 1, "start_s": 0, "end_s": 3600, "speed_factor": 0.5,
         "capacity_factor": 1.0, "toll": 4.0}
    )  # fmt: skip
    counts = pd.DataFrame(
        {"id": ["x"], "kind": "links", "mode": "car", "start_s": 0, "end_s": 3600, "count": 9.0}
    )
    links = pd.DataFrame({"count": ["x"], "street": ["B-C"], "direction": [1]})
    more = {"turns": turns, "street_periods": hours, "counts": counts, "count_links": links}
    base = replace(base, tables={**base.tables, **more}, known={})
    after = applied(base, build(on(base, "B-C", 0.25), on(base, "e-F", 0.25)))
    first, second = "B-C~new.0:1", "B-C~new.0:2"
    found = after.table("turns").set_index("id")
    assert found["from_street"].tolist() == ["A-B", first, second]
    assert found["to_street"].tolist() == [first, "A-B", second]
    tolls = after.table("street_periods").set_index("street")["toll"]
    assert (tolls[first], tolls[second], tolls["A-B"]) == pytest.approx((1.0, 3.0, 4.0))
    assert after.table("count_links")["street"].tolist() == [second]


def test_new_streets_that_make_no_sense() -> None:
    base = city()
    one, two = on(base, "B-C", 0.5), on(base, "e-F", 0.5)
    assert codes(base, {**build(one, two), "id": "A-B"}) == ["streets_id_taken"]
    assert codes(base, build(one, (one[0] + 2e-6, one[1] + 1e-5), to_node=77)) == ["node_unknown"]
    loop = build(on(base, "B-C", 0.0), (one[0], one[1] + 0.001), on(base, "B-C", 0.0))
    assert codes(base, loop) == ["street_ends_meet"]
    far = (two[0] + 3.0, two[1])
    assert codes(base, build(one, far)) == ["point_outside_city"]
    for wrong in (build(one), build(one, one), build(one, (39.0, 116.0)),
                  build(one, two, walk="none", bike="none", drive="none")):  # fmt: skip
        with pytest.raises(ChengceError):
            scenario(wrong)


def test_two_new_streets_and_what_is_in_conflict() -> None:
    base = city()
    one = build(on(base, "B-C", 0.5), on(base, "e-F", 0.5))
    two = {**build(on(base, "A-B", 0.5), on(base, "D-e", 0.5)), "id": "more"}
    assert scenario(one, two).apply(base).hash == scenario(two, one).apply(base).hash
    assert "modifications_conflict" in codes(base, one, {**one, "line": two["line"]})
    assert "modifications_conflict" in codes(
        base, one, {"type": "close_street", "streets": ["B-C"]}
    )
    both = scenario(one, two)
    assert scenario(*both.as_dict()["modifications"]).hash == both.hash


# streets altered


def alter(*keys: str, **more: Any) -> dict[str, Any]:
    return {"type": "change_street", "streets": list(keys or ("A-B",)), **more}


def test_attributes_are_set_and_the_rest_stays() -> None:
    base = city(free_flow_s=30.0, speed_kmh=36.0)
    after = applied(
        base, alter(speed_kmh=18, surface="asphalt", width_m=7, incline_pct=-2, bike="along")
    )
    row = street(after, "A-B")
    assert (row["speed_kmh"], row["free_flow_s"], row["surface"]) == (18, 60, "asphalt")
    assert (row["width_m"], row["incline_pct"], row["bike"], row["drive"]) == (7, -2, 1, 3)
    assert after.delta is not None
    assert set(after.delta.of("streets").changed) == {"A-B"}
    assert pd.isna(street(after, "B-C")["surface"])
    one, two = on(base, "A-B", 0.0), on(base, "A-B", 1.0)
    assert seconds(base, one, two, "drive") == pytest.approx(30, abs=0.1)
    assert seconds(after, one, two, "drive") == pytest.approx(60, abs=0.1)
    assert seconds(after, one, two) == seconds(base, one, two)


def test_what_is_there_already_changes_nothing() -> None:
    base = city(speed_kmh=36.0)
    same = alter(speed_kmh=36, walk="both", drive="both", bike="both", wheelchair="both")
    assert applied(base, same).hash == base.hash


def test_wheelchairs_go_where_the_state_lets_them() -> None:
    base = city(wheelchair=[0, 3, 3, 3, 3], wheelchair_state=["no", *["unknown"] * 4])
    first = str(base.table("streets")["id"].iloc[0])
    ramp = street(applied(base, alter(first, wheelchair_state="yes")), first)
    assert (ramp["wheelchair"], ramp["wheelchair_state"]) == (3, "yes")
    steps = street(applied(base, alter("B-C", wheelchair_state="no")), "B-C")
    assert (steps["wheelchair"], steps["walk"]) == (0, 3)
    shut = street(applied(base, alter("B-C", walk="none")), "B-C")
    assert (shut["walk"], shut["wheelchair"], shut["drive"]) == (0, 0, 3)
    odd = alter("B-C", wheelchair_state="yes", wheelchair="along")
    assert street(applied(base, odd), "B-C")["wheelchair"] == 1


def test_a_direction_closed_to_cars_takes_its_hours_with_it() -> None:
    base = city()
    hours = pd.DataFrame(
        {"street": "A-B", "direction": [1, 2], "start_s": 0, "end_s": 3600, "speed_factor": 0.5,
         "capacity_factor": 1.0, "toll": 0.0}
    )  # fmt: skip
    base = replace(base, tables={**base.tables, "street_periods": hours}, known={})
    after = applied(base, alter(drive="along"))
    assert after.table("street_periods")["direction"].tolist() == [1]
    assert len(applied(base, alter(drive="none")).table("street_periods")) == 0


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (alter(speed_kmh=20), True),
        (alter(surface="asphalt"), False),
        (alter("B-C", speed_kmh=20), False),
        ({"type": "change_speed_limit", "streets": ["A-B"], "speed_kmh": 20}, True),
        ({"type": "close_street", "streets": ["A-B"]}, True),
        ({"type": "set_one_way", "streets": ["A-B"], "direction": "along"}, True),
        ({"type": "modal_filter", "streets": ["A-B"]}, True),
    ],
)
def test_what_is_in_conflict(other: dict[str, Any], clash: bool) -> None:
    one = alter(speed_kmh=30, drive="along", width_m=3)
    if other == alter(surface="asphalt"):
        one = alter(speed_kmh=30)
    assert ("modifications_conflict" in codes(city(), one, other)) == clash
    assert ("modifications_conflict" in codes(city(), other, one)) == clash


def test_changes_of_streets_that_make_no_sense() -> None:
    assert codes(city(), alter("A-X", width_m=3)) == ["streets_unknown"]
    for wrong in ({}, {"walk": "up"}, {"width_m": 0}, {"way": 1, "width_m": 3}):
        with pytest.raises(ChengceError):
            scenario(alter(**wrong))
    change = scenario(alter(width_m=3, drive="none", wheelchair_state="yes")).modifications[0]
    assert change.summary.zh == "改造路段 A-B（机动车禁行、宽度 3 m、轮椅通行状况 可通行）"
    assert change.summary.en == "change A-B: drive none, width 3 m, wheelchair state yes"
