"""Work out by hand what opening and closing gates, paths and entrances does to the ways there."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest
import shapely
import yaml
from tests.unit.engine.gate_worlds import ABOVE, BELOW, MIDDLE, NORTH, SOUTH, gate, metres, walled
from tests.unit.engine.worlds import degrees, stops, transit

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.errors import ChengceError
from chengce.engine.options import Points
from chengce.engine.transit.doors import doors
from chengce.models.scenario import Scenario, parse_scenario

H = 3600
NEAR = pytest.approx


def scenario(*changes: dict[str, Any]) -> Scenario:
    return parse_scenario({"name": "s", "modifications": list(changes)})


def applied(base: City, *changes: dict[str, Any]) -> City:
    """Return the city after changes, sound by its own checks; the scenario survives YAML."""
    one = scenario(*changes)
    again = parse_scenario(yaml.safe_load(yaml.safe_dump(one.as_dict(), allow_unicode=True)))
    assert again.hash == one.hash
    after = one.apply(base)
    assert [p.code for p in check_tables(after.tables) if p.severity == "error"] == []
    return after


def codes(base: City, *changes: dict[str, Any]) -> list[str]:
    return [p.code for p in scenario(*changes).check(base)]


def place(at: tuple[float, float]) -> dict[str, float]:
    lon, lat = degrees(at)
    return {"lon": lon, "lat": lat}


def add(at: tuple[float, float] = NORTH, **more: Any) -> dict[str, Any]:
    return {"type": "add_gate", "compound": "c", "id": "new", **place(at), **more}


def close(key: str) -> dict[str, Any]:
    return {"type": "close_gate", "compound": "c", "gate": key}


# gates


def test_opening_the_second_gate_removes_the_detour_and_closing_it_brings_it_back() -> None:
    one, two = walled(gate("s", SOUTH)), walled(gate("s", SOUTH), gate("n", NORTH))
    assert metres(one, BELOW, ABOVE) == 800
    opened = applied(one, add())
    assert metres(opened, BELOW, ABOVE) == 400
    assert metres(opened, MIDDLE, ABOVE) == NEAR(200, abs=0.1)
    assert opened.delta is not None
    assert set(opened.delta.tables) == {"gates"}  # a street passes there already
    closed = applied(two, close("n"))
    assert metres(closed, BELOW, ABOVE) == 800
    assert metres(closed, MIDDLE, ABOVE) == NEAR(1000, abs=0.1)
    assert metres(applied(one, add(), close("s")), BELOW, ABOVE) == 800


def test_a_gate_where_no_street_passes_gets_a_path() -> None:
    base = walled(gate("s", SOUTH))
    west = (20.0, 200.0)
    after = applied(base, add(west, snap_m=250))
    path = after.table("streets").set_index("id").loc["c/new"]
    assert path["length_m"] == NEAR(200, abs=0.2)  # from the west street to the inner street
    assert metres(base, MIDDLE, (0.0, 200.0)) == NEAR(600, abs=0.1)
    assert metres(after, MIDDLE, (0.0, 200.0)) == NEAR(200, abs=0.3)
    assert metres(after, BELOW, (0.0, 300.0)) == NEAR(500, abs=0.3)  # everyone, also across
    short = applied(base, add(west))  # no street inside within 60 m: straight, from doors inside
    assert "c/new" not in set(short.table("streets")["id"])
    assert metres(short, MIDDLE, (0.0, 200.0)) == NEAR(200, abs=0.3)


def test_a_gate_for_residents_is_no_short_cut_and_hours_count() -> None:
    base = walled(gate("s", SOUTH))
    own = applied(base, add(who="residents"))
    assert metres(own, BELOW, ABOVE) == 800
    assert metres(own, MIDDLE, ABOVE) == NEAR(200, abs=0.1)
    day = applied(base, add(**{"from": "06:00", "to": "23:00"}))
    assert metres(day, BELOW, ABOVE, window=(8 * H, 9 * H)) == 400
    assert metres(day, BELOW, ABOVE, window=(23 * H, 24 * H)) == 800
    steps = applied(base, add(wheelchair=False))
    assert metres(steps, BELOW, ABOVE, profile="wheelchair") == 800


def test_closing_what_is_closed_changes_nothing() -> None:
    base = walled(gate("s", SOUTH), gate("n", NORTH, who="closed"))
    assert applied(base, close("n")).hash == base.hash


def test_closing_the_last_gate_locks_people_in_and_helps_nobody() -> None:
    base = walled(gate("s", SOUTH))
    after = applied(base, close("s"))
    assert metres(after, MIDDLE, BELOW) == float("inf")
    assert metres(after, MIDDLE, ABOVE) == float("inf")
    assert metres(after, BELOW, ABOVE) == metres(base, BELOW, ABOVE) == 800


def test_gates_that_make_no_sense() -> None:
    base = walled(gate("south", SOUTH))
    assert codes(base, {**add(), "compound": "d"}) == ["compounds_unknown"]
    assert codes(base, add((200.0, 300.0))) == ["gate_off_its_wall"]
    assert codes(base, {**add(), "id": "south"}) == ["gates_id_taken"]
    assert codes(base, {**add(), "lon": 3.0}) == ["point_outside_city"]
    assert codes(walled(), add()) == ["compound_gates_unknown"]
    (found,) = scenario(close("suoth")).check(base)
    assert (found.code, "south" in found.remedy.en) == ("gates_unknown", True)
    for wrong in ({"from": "06:00"}, {"from": "23:00", "to": "06:00"}, {"who": "friends"}):
        with pytest.raises(ChengceError):
            scenario(add(**wrong))


@pytest.mark.parametrize(
    ("one", "two", "clash"),
    [
        (add(), add(), True),
        (add(), add((20.0, 200.0), id="west"), False),
        (close("s"), close("s"), True),
        (close("s"), close("n"), False),
        (close("n"), {"type": "open_through_path", "id": "p", "compound": "c", "gates": ["s", "n"]}, True),
        (add((20.0, 200.0), snap_m=250), {"type": "close_street", "streets": ["w"]}, True),
    ],
)  # fmt: skip
def test_what_is_in_conflict(one: dict[str, Any], two: dict[str, Any], clash: bool) -> None:
    base = walled(gate("s", SOUTH), gate("n", NORTH))
    assert ("modifications_conflict" in codes(base, one, two)) == clash


# paths through


def test_a_path_from_gate_to_gate_opens_both_to_everyone() -> None:
    base = walled(
        gate("s", SOUTH, who="residents"),
        gate("n", NORTH, who="residents", from_s=6 * H, to_s=23 * H),
        inner=False,
    )
    assert metres(base, BELOW, ABOVE) == 800
    after = applied(base, through(gates=["s", "n"]))
    assert metres(after, BELOW, ABOVE, window=(0, 24 * H)) == NEAR(400, abs=3)
    assert after.table("gates")["who"].tolist() == ["everyone", "everyone"]
    assert metres(after, MIDDLE, ABOVE) == NEAR(200, abs=2)


def through(**more: Any) -> dict[str, Any]:
    return {"type": "open_through_path", "id": "p", "compound": "c", **more}


def test_a_path_by_its_line_adds_the_gates_it_needs() -> None:
    base = walled(gate("s", SOUTH), inner=False)
    line = [list(degrees(p)) for p in ((0.0, 200.0), (400.0, 200.0))]
    after = applied(base, through(line=line, wheelchair_state="no"))
    assert set(after.table("gates")["id"]) == {"s", "p.1", "p.2"}
    assert metres(base, (0.0, 200.0), (400.0, 200.0)) == 800
    assert metres(after, (0.0, 200.0), (400.0, 200.0)) == NEAR(400, abs=1)
    assert metres(after, (0.0, 200.0), (400.0, 200.0), profile="wheelchair") == 800


def test_paths_that_lead_nowhere() -> None:
    base = walled(gate("s", SOUTH), gate("n", NORTH))
    inside = [list(degrees(p)) for p in ((0.0, 200.0), (200.0, 200.0))]
    beside = [list(degrees(p)) for p in ((0.0, 0.0), (400.0, 0.0))]
    assert codes(base, through(line=inside)) == ["path_not_across"]
    assert codes(base, through(line=beside)) == ["path_not_across"]
    assert codes(base, through(gates=["s", "x"])) == ["gates_unknown"]
    assert codes(base, {**through(gates=["s", "n"]), "id": "w"}) == ["streets_id_taken"]
    for wrong in (
        {},
        {"gates": ["s"]},
        {"gates": ["s", "s"]},
        {"gates": ["s", "n"], "line": inside},
    ):
        with pytest.raises(ChengceError):
            scenario(through(**wrong))


# entrances


def station(*rows: tuple[str, str, tuple[float, float]]) -> City:
    """Return a station P of two stops A and B, 100 m east, with the entrances given."""
    table = stops({"A": (200.0, 300.0), "B": (200.0, 310.0), "Z": (0.0, 0.0)})
    table["parent"] = ["P", "P", None]
    trips = transit([("t", "day", [("A", 0, 0), ("Z", 60, 60)])])
    base = walled(gate("s", SOUTH), stops=table, **trips)
    if not rows:
        return base
    listed = gpd.GeoDataFrame(
        [
            {"id": i, "stop": s, "wheelchair": 1, "seconds": 30, "geometry": shapely.Point(degrees(at))}
            for i, s, at in rows
        ],
        geometry="geometry", crs=WGS84,
    )  # fmt: skip
    return replace(base, tables={**base.tables, "entrances": listed}, known={})


def entrance(**more: Any) -> dict[str, Any]:
    return {"type": "add_entrance", "id": "E", "stop": "P", **place((100.0, 0.0)), **more}


def shut(key: str) -> dict[str, Any]:
    return {"type": "close_entrance", "entrance": key}


def test_the_first_entrance_leaves_the_old_way_in() -> None:
    base = station()
    after = applied(base, entrance(seconds=45, wheelchair="no"))
    table = after.table("entrances").set_index("id")
    assert table["stop"].to_dict() == {"A.door": "A", "B.door": "B", "E": "P"}
    assert table["seconds"].to_dict() == {"A.door": 0, "B.door": 0, "E": 45}
    assert table.loc["E", "wheelchair"] == 2
    point = after.table("stops")["geometry"].array
    found = doors(
        after, Points(["A", "B", "Z"], point.x, point.y), wheelchair=False
    )  # fmt: skip
    assert len(found.points) == 4  # the three entrances, and Z as its own door
    moved = applied(base, entrance(), shut("A.door"), shut("B.door"))
    assert moved.table("entrances")["id"].tolist() == ["E"]


def test_an_entrance_more_and_one_less() -> None:
    base = station(("one", "P", (200.0, 0.0)))
    after = applied(base, entrance())
    assert set(after.table("entrances")["id"]) == {"one", "E"}
    assert codes(base, shut("one")) == ["last_entrance"]
    assert codes(base, entrance(), shut("one")) == []


def test_entrances_that_make_no_sense() -> None:
    base = station(("one", "A", (200.0, 0.0)))
    assert codes(base, entrance(stop="Q")) == ["stops_unknown"]
    assert codes(base, entrance(id="one")) == ["entrances_id_taken"]
    assert codes(base, entrance(lon=3.0)) == ["point_outside_city"]
    assert codes(base, shut("two")) == ["entrances_unknown"]
    assert codes(base, entrance(), entrance()) != []
    assert "modifications_conflict" in codes(
        base, entrance(stop="A"), {"type": "close_stop", "stop": "A"}
    )
    with pytest.raises(ChengceError):
        scenario(entrance(seconds=-1))
