"""Read scenarios with mistakes in them, apply those without, and work the effects out by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError
from chengce.models.scenario import TODAY, Scenario, parse_scenario, read_scenario


def city() -> City:
    """Return three zones, a street and a line with a branch served by headway."""
    return ascii_city(
        "A--B--C--D",
        block_m=100.0,
        people={"A": 10},
        places={"C": ["clinic"]},
        lines=[
            Line("L1", "AC", headway_s=600, run_s=120, first_s=6 * 3600, last_s=8 * 3600),
            Line(
                "L2",
                "AD",
                headway_s=900,
                run_s=300,
                first_s=6 * 3600,
                last_s=9 * 3600,
                frequency=True,
            ),
        ],
    )


def scenario(*changes: dict[str, Any], **more: Any) -> Scenario:
    """Return a scenario of plain modifications."""
    return parse_scenario({"name": "s", "modifications": list(changes), **more})


def codes(wanted: City, found: Scenario) -> list[str]:
    """Return the codes of the problems of a scenario."""
    return [p.code for p in found.check(wanted)]


def test_three_mistakes_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "方案 一.yaml"
    text = {
        "name": "three",
        "modifications": [
            {"type": "close_stop", "stop": "Z"},
            {"type": "close_street", "streets": ["A-Bee"]},
            {"type": "add_facility", "id": "n", "kind": "klinik", "lon": 0.0, "lat": 0.0},
        ],
        "assumptions": {"walk_speed": 1.0},
    }
    path.write_text(yaml.safe_dump(text, allow_unicode=True), "utf-8")
    base = city()
    found = read_scenario(path).check(base)
    assert [p.code for p in found][:3] == ["stops_unknown", "streets_unknown", "place_kind_unknown"]
    assert {p.code for p in found} >= {"assumption_unknown"}
    assert all(p.column for p in found)
    assert "A-B" in next(p for p in found if p.code == "streets_unknown").remedy.en
    assert "walk_speed_adult" in next(p for p in found if p.code == "assumption_unknown").remedy.zh
    with pytest.raises(ChengceError) as caught:
        read_scenario(path).apply(base)
    assert len(caught.value.problems) == len(found)


def test_mistakes_of_form_are_collected_too() -> None:
    with pytest.raises(ChengceError) as caught:
        parse_scenario(
            {
                "modificatons": [],
                "modifications": [
                    {"type": "close_stop"},
                    {"type": "teleport"},
                    {
                        "type": "add_line",
                        "id": "x",
                        "stops": ["A"],
                        "speed_kmh": -1,
                        "headways": [],
                    },
                ],
            },
            file="x.yaml",
        )
    problems = caught.value.problems
    assert len(problems) >= 5
    assert {p.file for p in problems} == {"x.yaml"}
    assert {n for n in (1, 2, 3) if any(f"[{n}]" in p.column for p in problems)} == {1, 2, 3}


@pytest.mark.parametrize("content", ["", "- 1", "a: [", "\ufeff"])
def test_files_that_are_no_scenario(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(ChengceError):
        read_scenario(path)
    (tmp_path / "gbk.yaml").write_bytes("name: 方案".encode("gbk"))
    with pytest.raises(ChengceError):
        read_scenario(tmp_path / "gbk.yaml")


def test_conflicts_are_named() -> None:
    close = {"type": "close_stop", "stop": "C"}
    uses = {
        "type": "add_line", "id": "x", "stops": ["A", "C"], "speed_kmh": 30,
        "headways": [{"from": "06:00", "to": "09:00", "minutes": 10}],
    }  # fmt: skip
    assert "modifications_conflict" in codes(city(), scenario(close, uses))
    assert "modifications_conflict" in codes(city(), scenario(uses, close))
    assert "modifications_conflict" in codes(city(), scenario(close, close))
    problem = scenario(uses, close).check(city())[0]
    assert "C" in problem.message.zh
    assert "1" in problem.message.en
    assert "2" in problem.message.en
    change = {"type": "change_headway", "route": "L1", "headways": uses["headways"]}
    assert "modifications_conflict" in codes(city(), scenario(change, change))


def test_the_hash_is_of_what_is_done() -> None:
    change = {"type": "close_stop", "stop": "C"}
    one = parse_scenario({"name": "a", "title": "甲", "notes": "x", "modifications": [change]})
    two = parse_scenario({"name": "b", "modifications": [change]})
    assert one.hash == two.hash
    assert one.hash != TODAY.hash
    again = parse_scenario(yaml.safe_load(yaml.safe_dump(one.as_dict(), allow_unicode=True)))
    assert again.hash == one.hash
    assert again.title == one.title
    assert TODAY.apply(city()).hash == city().hash


def test_a_line_by_stops_runs_as_worked_out_by_hand() -> None:
    line = {
        "type": "add_line", "id": "x", "speed_kmh": 36, "dwell_s": 20, "both_directions": True,
        "stops": ["A", {"id": "new", "lon": 0.0, "lat": 0.0, "name": "新站"}, "D"],
        "headways": [{"from": "06:30", "to": "07:00", "minutes": 7.5}],
    }  # fmt: skip
    base = city()
    place = base.table("stops").set_index("id").geometry
    line["stops"][1] |= {"lon": place["C"].x, "lat": place["C"].y}
    after = scenario(line).apply(base)
    calls = after.table("stop_times")
    there = calls[calls["trip"] == "x:0"].sort_values("sequence")
    # A–C 400 m and C–D 200 m at 10 m/s: 40 s, 20 s dwell, 20 s (geodesic lengths round up)
    assert there["stop"].tolist() == ["A", "x:new", "D"]
    assert there["arrival_s"].tolist() == pytest.approx([0, 40, 80], abs=1)
    assert there["departure_s"].iloc[1] - there["arrival_s"].iloc[1] == 20
    assert calls[calls["trip"] == "x:1"]["stop"].tolist() == ["D", "x:new", "A"]
    often = after.table("frequencies")
    assert often[often["trip"] == "x:0"][["start_s", "end_s", "headway_s"]].to_numpy().tolist() == [
        [6 * 3600 + 1800, 7 * 3600, 450]
    ]
    assert after.delta is not None
    assert after.delta.of("stops").added == ("x:new",)
    assert set(after.table("services")["date"]) == set(base.table("services")["date"])


def test_a_polyline_gets_stops_at_even_spacing() -> None:
    base = city()
    place = base.table("stops").set_index("id").geometry
    ends = [[place["A"].x, place["A"].y], [place["D"].x, place["D"].y]]
    line = {
        "type": "add_line", "id": "m", "mode": "metro", "polyline": ends, "stop_spacing_m": 150,
        "speed_kmh": 36, "dwell_s": 0, "headways": [{"from": "06:00", "to": "07:00", "minutes": 5}],
    }  # fmt: skip
    after = scenario(line).apply(base)
    calls = after.table("stop_times")
    there = calls[calls["trip"] == "m:0"]
    assert len(there) == 5  # 600 m in four legs of 150 m
    assert there["arrival_s"].tolist() == pytest.approx([0, 15, 30, 45, 60], abs=4)
    assert after.table("routes").set_index("id").loc["m", "mode"] == 1


def test_a_new_headway_replaces_departures_inside_the_period_only() -> None:
    period = {"from": "06:30", "to": "07:30", "minutes": 5}
    base = city()
    after = scenario({"type": "change_headway", "route": "L1", "headways": [period]}).apply(base)
    starts = after.table("stop_times").query("sequence == sequence.min()")
    trips = after.table("trips")
    of_l1 = set(trips[trips["route"] == "L1"]["id"])
    often = after.table("frequencies")
    single = starts[starts["trip"].isin(of_l1) & ~starts["trip"].isin(often["trip"])]["departure_s"]
    inside = single.between(6.5 * 3600, 7.5 * 3600 - 1)
    assert not inside.any()
    assert len(single) == 3 + 4
    fresh = often[often["trip"].isin(of_l1)]
    assert fresh[["start_s", "end_s", "headway_s"]].to_numpy().tolist() == [[23400, 27000, 300]]


def test_a_new_headway_clips_a_service_by_frequency() -> None:
    period = {"from": "07:00", "to": "08:00", "minutes": 30}
    after = scenario({"type": "change_headway", "route": "L2", "headways": [period]}).apply(city())
    trips = after.table("trips")
    often = after.table("frequencies")
    rows = often[often["trip"].isin(trips[trips["route"] == "L2"]["id"])]
    spans = sorted(rows[["start_s", "end_s", "headway_s"]].to_numpy().tolist())
    assert spans[0][:2] == [21600, 25200]
    assert spans[0][2] == 900
    assert spans[1] == [25200, 28800, 1800]
    assert spans[2][0] == 28800
    assert spans[2][2] == 900


def test_a_headway_needs_a_service_to_copy() -> None:
    period = {"from": "01:00", "to": "02:00", "minutes": 30}
    found = scenario({"type": "change_headway", "route": "L1", "headways": [period]})
    assert codes(city(), found) == ["headway_without_service"]


def test_a_closed_stop_is_passed_and_short_trips_end() -> None:
    after = scenario({"type": "close_stop", "stop": "C"}).apply(city())
    assert "C" not in set(after.table("stops")["id"])
    assert "C" not in set(after.table("stop_times")["stop"])
    trips = after.table("trips")
    assert not len(trips[trips["route"] == "L1"])  # A–C alone is no trip
    assert len(trips[trips["route"] == "L2"])


def test_a_point_with_swapped_coordinates_is_recognised() -> None:
    here = ascii_city("A--B", block_m=100.0)
    moved = {
        name: frame.set_geometry(frame.geometry.translate(60.0, 40.0))
        for name, frame in here.tables.items()
        if name in ("streets", "zones")
    }
    far = replace(here, tables={**here.tables, **moved})
    place = far.table("zones").geometry.iloc[0]
    add = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": place.y, "lat": place.x}
    assert codes(far, scenario(add)) == ["swapped_lon_lat"]


@pytest.mark.parametrize(
    ("value", "valid"),
    [(1.0, True), ({"value": 1.0}, True), ({"value": 1.0, "distribution": "uniform", "low": 0.9, "high": 1.1}, True),
     (0, False), (-1, False), ("fast", False), ({"value": 1, "distribution": "uniform", "low": 2, "high": 3}, False),
     ({"value": 1, "unit": "km/h"}, False), ({"valu": 1}, False), (float("nan"), False)],
)  # fmt: skip
def test_assumptions_may_be_overridden(value: Any, valid: bool) -> None:
    found = scenario(assumptions={"walk_speed_adult": value})
    if valid:
        after = found.apply(city())
        assert after.assumptions["walk_speed_adult"].value == 1.0
        assert city().assumptions["walk_speed_adult"].value != 1.0
        assert after.hash != city().hash
    else:
        assert codes(city(), found) == ["assumption_invalid"]


@pytest.mark.parametrize(
    ("name", "hash_"),
    [
        ("close_street", "21eb6d00a09388c3c1695905e749733830da675c99df5fbe39583f5097858b00"),
        ("change_headway", "9515b1a8b5de3486210b64f83f2ca42a0458764af9d1354c78958909c5ac8d75"),
        ("add_line", "fb9135184c68aed9e0686db5c05e0ce857bfcb222bac04bc8c85bd706f1ede07"),
    ],
)
def test_what_a_scenario_does_keeps_its_hash_over_versions(name: str, hash_: str) -> None:
    folder = Path(__file__).resolve().parents[3] / "examples" / "town"
    assert read_scenario(folder / f"{name}.yaml").hash == hash_
