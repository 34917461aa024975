"""Check how the counts of a city are tied to links, zones, classes and the period."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.engine.options import Points
from chengce.engine.roads.links import RoadClass, RoadLinks, road_links
from chengce.models.calibration.counts import CityCounts, city_counts
from chengce.models.opportunities import zone_points

HOUR = 3600
DEFAULTS = {"": RoadClass(30.0, 1.0, 800.0, 0.15, 4.0)}


def world(rows: list[dict[str, Any]], links: list[tuple[str, str, int]]) -> City:
    """Streets A-B both ways, B-C one way, C-D closed to cars; a line stops at A and B."""
    city = ascii_city(
        "A--B--C--D",
        people={"A": 1},
        streets={"BC": {"drive": 1}, "CD": {"drive": 0}},
        lines=[Line("L1", "AB", headway_s=600, run_s=300, first_s=0, last_s=HOUR)],
    )
    full = {"kind": "links", "mode": "car", "stop": None, "start_s": 8 * HOUR,
            "end_s": 9 * HOUR, "count": 100.0, "sd": None}  # fmt: skip
    tables = {
        "counts": pd.DataFrame([{**full, **r} for r in rows]),
        "count_links": pd.DataFrame(links, columns=["count", "street", "direction"]),
    }
    return replace(city, tables={**city.tables, **tables})


def asked(city: City, classes: tuple[str, ...] = ("car",)) -> tuple[CityCounts, RoadLinks]:
    zones = Points(*zone_points(city))
    links = road_links(city, zones, start_s=8 * HOUR, end_s=9 * HOUR, defaults=DEFAULTS)
    return city_counts(city, links, classes, start_s=8 * HOUR, end_s=9 * HOUR), links


def said(found: CityCounts) -> dict[str, str]:
    assert all(p.severity == "warning" and p.message.zh for p in found.problems)
    return {p.code: p.message.en for p in found.problems}


def test_a_count_finds_its_link_and_direction() -> None:
    city = world([{"id": "a"}, {"id": "b", "sd": 7.0}], [("a", "A-B", 2), ("b", "A-B", 1)])
    found, links = asked(city)
    assert not found.problems
    assert found.counts.ids == ("a", "b")
    streets = links.streets[links.edge[found.counts.link]]
    assert list(streets) == ["A-B", "A-B"]
    assert links.direction[found.counts.link].tolist() == [2, 1]
    assert found.counts.sd.tolist() == [pytest.approx(np.sqrt(100 + 100)), 7.0]
    assert found.counts.hours == 1.0


def test_a_screen_line_has_all_its_links() -> None:
    found, _ = asked(world([{"id": "line"}], [("line", "A-B", 1), ("line", "B-C", 1)]))
    assert len(found.counts.links(0)) == 2


def test_streets_not_there_or_not_driven_that_way_are_named() -> None:
    rows = [{"id": i} for i in ("gone", "oneway", "foot", "none")]
    links = [("gone", "X-Y", 1), ("oneway", "B-C", 2), ("foot", "C-D", 1)]
    found, _ = asked(world(rows, links))
    assert len(found.counts) == 0
    notes = said(found)
    assert all(n in notes["count_street_absent"] for n in ("gone", "oneway"))
    assert "none" in notes["count_without_links"]
    everything = " ".join(notes.values())
    assert "foot" in everything


def test_a_street_closed_in_the_period_is_named() -> None:
    city = world([{"id": "a"}], [("a", "A-B", 1)])
    shut = pd.DataFrame(
        [("A-B", 1, 8 * HOUR, 9 * HOUR, 0.0, 1.0, 0.0)],
        columns=["street", "direction", "start_s", "end_s", "speed_factor", "capacity_factor",
                 "toll"],
    )  # fmt: skip
    found, _ = asked(replace(city, tables={**city.tables, "street_periods": shut}))
    assert list(said(found)) == ["count_street_closed"]


def test_quarter_hours_add_up_and_a_lone_quarter_is_scaled() -> None:
    quarters = [
        {"id": f"q{k}", "start_s": 8 * HOUR + 900 * k, "end_s": 8 * HOUR + 900 * (k + 1),
         "count": 10.0 + k, "sd": 3.0}
        for k in range(4)
    ]  # fmt: skip
    links = [(f"q{k}", "A-B", 1) for k in range(4)]
    found, _ = asked(world(quarters, links))
    assert not found.problems
    assert found.counts.value.tolist() == [46.0]
    assert found.counts.sd.tolist() == [6.0]
    alone, _ = asked(world(quarters[:1], links[:1]))
    assert alone.counts.value.tolist() == [40.0]
    assert alone.counts.sd.tolist() == [12.0]
    assert list(said(alone)) == ["count_part_of_period"]


def test_a_count_beyond_the_period_gives_its_share_and_one_outside_nothing() -> None:
    rows = [
        {"id": "long", "start_s": 8 * HOUR, "end_s": 10 * HOUR, "count": 200.0},
        {"id": "night", "start_s": 0, "end_s": HOUR},
    ]
    found, _ = asked(world(rows, [("long", "A-B", 1), ("night", "A-B", 2)]))
    assert found.counts.value.tolist() == [100.0]
    assert set(said(found)) == {"count_beyond_period", "count_outside_period"}


def test_two_counts_of_the_same_hour_stay_two() -> None:
    rows = [{"id": "a"}, {"id": "b", "count": 110.0}]
    found, _ = asked(world(rows, [("a", "A-B", 1), ("b", "A-B", 1)]))
    assert found.counts.ids == ("a", "b")
    assert found.counts.key(0) == found.counts.key(1)


def test_station_counts_hold_transit_or_are_said_to_be_of_no_use() -> None:
    stop = "L1:A"
    rows = [
        {"id": "in", "kind": "entries", "mode": "transit", "stop": "A"},
        {"id": "lost", "kind": "exits", "mode": "transit", "stop": "nowhere"},
    ]
    city = world(rows, [])
    stop = str(city.table("stops")["id"].iloc[0])
    city.table("counts").loc[0, "stop"] = stop
    found, links = asked(city)
    assert len(found.counts) == 0
    assert "in, lost" in said(found)["count_station_untied"]
    found, _ = asked(city, ("car", "transit"))
    assert found.counts.ids == ("in",)
    assert links.zones[int(found.counts.origin[0])] in ("A", "B")
    assert found.counts.cls.tolist() == [1]
    assert "lost" in said(found)["count_station_untied"]


def test_modes_that_are_not_modelled_are_said() -> None:
    rows = [{"id": "bikes", "mode": "bike"}, {"id": "all", "mode": "all"}]
    found, _ = asked(world(rows, [("bikes", "A-B", 1), ("all", "A-B", 1)]))
    assert found.counts.ids == ("all",)
    assert found.counts.cls.tolist() == [-1]
    assert "bikes" in said(found)["count_mode_untied"]
