"""Work out by hand what each measure on roads does to the tables, and what it refuses."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from tests.unit.models.road_worlds import (
    H,
    applied,
    box,
    city,
    codes,
    periods,
    scenario,
    street,
)

from chengce.core.errors import ChengceError

AB: dict[str, Any] = {"streets": ["A-B"]}


def lanes(**more: Any) -> dict[str, Any]:
    return {"type": "change_lanes", **more}


# choosing streets


def test_streets_are_chosen_by_id_by_way_or_by_area() -> None:
    for choice, changed in (
        ({"streets": ["A-B"]}, {"A-B"}),
        ({"way": 2}, {"B-C"}),  # C-D of the same way is not open to cars
        ({"polygon": box(-10, 310)}, {"A-B"}),
        ({"polygon": box(100, 500)}, {"A-B", "B-C"}),  # midpoints at 150 and 450 m
        ({"polygon": box(200, 440)}, None),
    ):
        change = {"type": "change_speed_limit", "speed_kmh": 20, **choice}
        if changed is None:
            assert codes(city(), change) == ["polygon_without_streets"]
        else:
            after = applied(city(), change)
            assert after.delta is not None
            assert set(after.delta.of("streets").changed) == changed
            assert set(after.delta.tables) == {"streets"}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({}, "只给其一"),
        ({"streets": ["A-B"], "way": 1}, "只给其一"),
        ({"way": 1, "polygon": [[0, 0], [1, 0], [1, 1]]}, "只给其一"),
        ({"polygon": []}, "只给其一"),
        ({"polygon": [[0, 0], [1, 0]]}, "三个"),
        ({"polygon": [[0, 0], [1, 0], [2, 0]]}, "三个"),
        ({"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "自相交"),
        ({"polygon": [[39.9, 116.4], [39.8, 116.4], [39.8, 116.3]]}, "写反"),
        ({"polygon": [[0, 0], [1, 0], "x"]}, "应为"),
    ],
)
def test_a_choice_that_makes_no_sense(choice: dict[str, Any], said: str) -> None:
    with pytest.raises(ChengceError) as caught:
        scenario({"type": "modal_filter", **choice})
    assert said in "".join(p.message.zh for p in caught.value.problems)


def test_what_is_not_there_or_closed_is_named() -> None:
    base = city()
    found = scenario({"type": "modal_filter", "streets": ["A-X", "C-D", "B-C"]}).check(base)
    assert [p.code for p in found] == ["streets_unknown", "street_closed_to_cars"]
    assert "A-B" in found[0].remedy.zh
    assert "C-D" in found[1].message.en
    assert codes(base, {"type": "modal_filter", "way": 9}) == ["way_unknown"]
    against = lanes(streets=["B-C"], lanes=1, direction="against")
    assert codes(base, against) == ["street_closed_to_cars"]
    far = [[x + 1.0, y + 1.0] for x, y in box(-10, 310)]
    (found,) = scenario({"type": "modal_filter", "polygon": far}).check(base)
    assert found.code == "polygon_without_streets"
    assert "lie within" in found.remedy.en


def test_a_swapped_polygon_is_recognised() -> None:
    swapped = [[y, x] for x, y in box(-10, 310)]
    moved = city()
    lines = moved.table("streets").geometry.translate(0.01, 0.02)
    moved = replace(
        moved,
        tables={**moved.tables, "streets": moved.table("streets").set_geometry(lines)},
        known={},
    )
    ring = [[y + 0.02, x + 0.01] for y, x in swapped]
    (found,) = scenario({"type": "modal_filter", "polygon": ring}).check(moved)
    assert "颠倒" in found.remedy.zh


# lanes


def test_capacity_goes_with_the_lanes() -> None:
    base = city(capacity_along=[3000.0, None, None])
    after = applied(base, lanes(**AB, lanes=1, direction="along"))
    row = street(after, "A-B")
    assert (row["lanes_along"], row["lanes_against"], row["capacity_along"]) == (1.0, 1.0, 1500.0)
    both = street(applied(base, lanes(**AB, lanes=3)), "A-B")
    assert (both["lanes_along"], both["lanes_against"], both["capacity_along"]) == (3, 3, 4500)
    named = street(applied(base, lanes(**AB, lanes=1, direction="along", capacity=1700)), "A-B")
    assert (named["lanes_along"], named["capacity_along"]) == (1.0, 1700.0)


def test_unknown_lanes_may_be_set_but_capacity_cannot_follow_from_nothing() -> None:
    set_ = lanes(streets=["B-C"], lanes=2)
    after = applied(city(), set_)
    row = street(after, "B-C")
    assert row["lanes_along"] == 2.0
    assert pd.isna(row["lanes_against"])  # closed in that direction
    stated = city(capacity_along=[None, 900.0, None])
    assert codes(stated, set_) == ["capacity_without_lanes"]
    assert street(applied(stated, {**set_, "capacity": 1800}), "B-C")["capacity_along"] == 1800.0


def test_a_city_without_columns_for_lanes_takes_them() -> None:
    base = city()
    bare = base.table("streets").drop(columns=["lanes_along", "lanes_against"])
    base = replace(base, tables={**base.tables, "streets": bare}, known={})
    after = applied(base, lanes(**AB, lanes=2))
    assert after.delta is not None
    assert after.delta.of("streets").changed == ("A-B",)  # the others are as unknown as before


def test_a_bus_lane_takes_one_from_cars() -> None:
    base = city(capacity_along=[3000.0, None, None])
    bus = {"type": "add_bus_lane", **AB, "direction": "along"}
    row = street(applied(base, bus), "A-B")
    assert (row["lanes_along"], row["capacity_along"], row["lanes_against"]) == (1.0, 1500.0, 1.0)
    peak = applied(base, {**bus, "hours": ["07:00", "09:00"]})
    assert periods(peak) == [("A-B", 1, 7, 9, 1.0, 0.5, 0.0)]
    assert peak.delta is not None
    assert set(peak.delta.tables) == {"street_periods"}
    assert codes(base, {**bus, "direction": "both"}) == ["no_lane_left"]
    assert codes(base, {"type": "add_bus_lane", "streets": ["B-C"]}) == ["lanes_unknown"]
    said = scenario(bus).modifications[0].summary
    assert "运行时间" in said.zh
    assert "running times" in said.en


# access


def test_one_way_streets() -> None:
    base = city()
    after = applied(base, {"type": "set_one_way", **AB, "direction": "against"})
    row = street(after, "A-B")
    assert (row["drive"], row["bike"], row["walk"]) == (2, 3, 3)
    assert (row["lanes_along"], row["lanes_against"]) == (2.0, 1.0)
    bikes = {"type": "set_one_way", **AB, "direction": "along", "profiles": ["drive", "bike"]}
    assert street(applied(base, bikes), "A-B")[["drive", "bike", "walk"]].tolist() == [1, 1, 3]
    opened = applied(base, {"type": "set_one_way", "polygon": box(-10, 900), "direction": "both"})
    assert opened.table("streets")["drive"].tolist() == [3, 3, 0]
    with pytest.raises(ChengceError):
        scenario({"type": "set_one_way", "polygon": box(0, 9), "direction": "along"})


def test_a_filter_stops_cars_only() -> None:
    base = city()
    after = applied(base, {"type": "modal_filter", **AB})
    assert street(after, "A-B")[["drive", "bike", "walk"]].tolist() == [0, 3, 3]
    school = applied(base, {"type": "modal_filter", "way": 2, "hours": ["07:30", "08:30"]})
    assert periods(school) == [("B-C", 1, 7.5, 8.5, 0.0, 0.0, 0.0)]
    assert street(school, "B-C")["drive"] == 1


def test_what_is_said_of_a_closed_direction_goes_with_it() -> None:
    base = city()
    hours = pd.DataFrame(
        {"street": "A-B", "direction": [1, 2], "start_s": 0, "end_s": H, "speed_factor": 1.0,
         "capacity_factor": 1.0, "toll": 2.0}
    )  # fmt: skip
    counts = pd.DataFrame(
        {"id": ["x", "y", "w"], "kind": "links", "mode": ["car", "car", "walk"], "start_s": 0,
         "end_s": H, "count": 9.0}
    )  # fmt: skip
    links = pd.DataFrame(
        {"count": ["x", "x", "y", "w"], "street": ["A-B", "B-C", "A-B", "A-B"],
         "direction": [2, 1, 1, 2]}
    )  # fmt: skip
    more = {"street_periods": hours, "counts": counts, "count_links": links}
    base = replace(base, tables={**base.tables, **more}, known={})
    after = applied(base, {"type": "set_one_way", **AB, "direction": "along"})
    assert periods(after) == [("A-B", 1, 0, 1, 1.0, 1.0, 2.0)]
    assert after.table("counts")["id"].tolist() == ["y", "w"]  # people still walk
    assert after.table("count_links")["count"].tolist() == ["y", "w"]
    filtered = applied(base, {"type": "modal_filter", **AB})
    assert (periods(filtered), filtered.table("counts")["id"].tolist()) == ([], ["w"])
    closed = applied(base, {"type": "close_street", **AB})
    assert (periods(closed), len(closed.table("counts"))) == ([], 0)


# money


def test_a_charge_is_paid_on_every_segment_or_by_distance() -> None:
    each = applied(city(), {"type": "charge_road", "way": 2, "price": 5})
    assert periods(each) == [("B-C", 1, 0, 24, 1.0, 1.0, 5.0)]
    by_km = {"type": "charge_road", "polygon": box(-10, 900), "price_per_km": 2.0,
             "hours": ["07:00", "09:00"]}  # fmt: skip
    assert periods(applied(city(), by_km)) == [
        ("A-B", 1, 7, 9, 1.0, 1.0, pytest.approx(0.6)),
        ("A-B", 2, 7, 9, 1.0, 1.0, pytest.approx(0.6)),
        ("B-C", 1, 7, 9, 1.0, 1.0, pytest.approx(0.6)),
    ]


def test_a_cordon_is_paid_on_the_way_in() -> None:
    def cordon(west: float, east: float) -> dict[str, Any]:
        area = box(west, east)
        return {"type": "charge_road", "polygon": area, "cordon": True, "price": 3}

    assert periods(applied(city(), cordon(200, 700))) == [("A-B", 1, 0, 24, 1.0, 1.0, 3.0)]
    assert periods(applied(city(), cordon(-10, 200))) == [("A-B", 2, 0, 24, 1.0, 1.0, 3.0)]
    # B-C leads in along, but the way out, against, is closed to cars: nobody leaves, or pays
    assert periods(applied(city(), cordon(500, 700))) == [("B-C", 1, 0, 24, 1.0, 1.0, 3.0)]
    (found,) = scenario(cordon(310, 320)).check(city())  # crossed, but nobody arrives
    assert (found.code, "leads into" in found.message.en) == ("polygon_without_streets", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price": 1, "price_per_km": 1}, "只给其一"),
        ({}, "只给其一"),
        ({"price": 1, "cordon": True}, "cordon"),
        ({"price": -1}, "大于"),
        ({"price": 1, "hours": ["07:00"]}, "起止"),
        ({"price": 1, "hours": ["07:00", "25:00"]}, "24:00"),
        ({"price": 1, "hours": ["07:00", "07:00"]}, "相同"),
        ({"price": 1, "hours": ["seven", "08:00"]}, "HH:MM"),
    ],
)
def test_a_charge_that_makes_no_sense(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ChengceError) as caught:
        scenario({"type": "charge_road", **AB, **change})
    assert said in "".join(p.message.zh for p in caught.value.problems)


# works and speed


def test_a_work_zone_takes_lanes_and_speed() -> None:
    works = {"type": "work_zone", **AB, "lanes_closed": 1, "direction": "along"}
    assert periods(applied(city(), works)) == [("A-B", 1, 0, 24, 1.0, 0.5, 0.0)]
    slow = {**works, "speed_kmh": 20, "hours": ["22:00", "06:00"]}
    assert periods(applied(city(), slow)) == [
        ("A-B", 1, 0, 6, 0.4, 0.5, 0.0),
        ("A-B", 1, 22, 24, 0.4, 0.5, 0.0),
    ]
    faster = {"type": "work_zone", **AB, "speed_kmh": 80, "capacity_factor": 0.9}
    assert {p[4] for p in periods(applied(city(), faster))} == {1.0}  # works speed nobody up
    assert codes(city(), {**works, "direction": "both"}) == ["no_lane_left"]
    dark = {"type": "work_zone", "streets": ["B-C"], "lanes_closed": 1}
    (found,) = scenario(dark).check(city())
    assert (found.code, "capacity_factor" in found.remedy.zh) == ("lanes_unknown", True)
    for wrong in ({}, {"lanes_closed": 1, "capacity_factor": 0.5}):
        with pytest.raises(ChengceError):
            scenario({"type": "work_zone", **AB, **wrong})


def test_a_speed_limit_scales_a_stated_time() -> None:
    base = city(free_flow_s=[30.0, None, 5.0])
    limit = {"type": "change_speed_limit", **AB, "speed_kmh": 25}
    row = street(applied(base, limit), "A-B")
    assert (row["speed_kmh"], row["free_flow_s"]) == (25.0, 60.0)
    dark = base.table("streets").assign(speed_kmh=[None, 30.0, None]).astype({"speed_kmh": float})
    base = replace(base, tables={**base.tables, "streets": dark}, known={})
    row = street(applied(base, limit), "A-B")
    assert row["free_flow_s"] == pytest.approx(300 / (25 / 3.6))
    night = {**limit, "hours": ["22:00", "06:00"]}
    assert codes(base, night) == ["speed_unknown"]
    assert {p[4] for p in periods(applied(city(), night))} == {0.5}


def test_a_limit_in_an_area_makes_no_street_faster() -> None:
    zone = {"type": "change_speed_limit", "polygon": box(-10, 610), "speed_kmh": 40}
    assert applied(city(), zone).table("streets")["speed_kmh"].tolist()[:2] == [40, 30]
    night = {**zone, "hours": ["00:00", "06:00"]}
    assert {p[:2]: p[4] for p in periods(applied(city(), night))} == {
        ("A-B", 1): 0.8, ("A-B", 2): 0.8,
    }  # fmt: skip
    named = {"type": "change_speed_limit", "streets": ["B-C"], "speed_kmh": 40}
    assert street(applied(city(), named), "B-C")["speed_kmh"] == 40


def test_congestion_lies_over_other_measures() -> None:
    slow = {"type": "congestion_polygon", "polygon": box(-10, 310), "hours": ["07:00", "09:00"],
            "speed_factor": 0.5, "capacity_factor": 0.8}  # fmt: skip
    toll = {
        "type": "charge_road",
        **AB,
        "price": 4,
        "direction": "along",
        "hours": ["08:00", "10:00"],
    }
    both = [
        ("A-B", 1, 7, 8, 0.5, 0.8, 0.0),
        ("A-B", 1, 8, 9, 0.5, 0.8, 4.0),
        ("A-B", 1, 9, 10, 1.0, 1.0, 4.0),
        ("A-B", 2, 7, 9, 0.5, 0.8, 0.0),
    ]
    assert periods(applied(city(), slow, toll)) == both
    assert periods(applied(city(), toll, slow)) == both
    twice = applied(city(), slow, slow)
    assert {p[4:6] for p in periods(twice)} == {(0.25, 0.8 * 0.8)}


def test_hours_as_yaml_reads_them() -> None:
    change = scenario({"type": "modal_filter", **AB, "hours": [420, "24:00"]}).modifications[0]
    assert change.hours == ("07:00", "24:00")  # type: ignore[attr-defined]
