"""Enter stations by their entrances, and change as the city states."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point
from tests.unit.engine.test_matrix import walk_s
from tests.unit.engine.worlds import TUESDAY, brute_force, city, degrees, stops, transit

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.text import Text
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.models.modifications.stops import CloseStop
from chengce.models.scenario import Scenario

NOON = 12 * 3600
AT = {"a": (0, 0), "b1": (5000, 0), "b2": (5000, 0), "c": (9000, 0)}
TRIPS = [
    ("t1", "day", [("a", NOON, NOON), ("b1", NOON + 600, NOON + 600)]),
    *((f"u{k}", "day", [("b2", NOON + 600 + 60 * k, NOON + 600 + 60 * k),
                        ("c", NOON + 900 + 60 * k, NOON + 900 + 60 * k)]) for k in range(60)),
]  # fmt: skip


def world(
    transfers: Sequence[tuple[str, str, int, int, int]] = (),
    entrances: Sequence[tuple[str, str, int, int, tuple[float, float]]] = (),
    parent: dict[str, str] | None = None,
) -> City:
    tables: dict[str, Any] = {"stops": stops(AT), **transit(TRIPS)}
    if parent:
        tables["stops"]["parent"] = [parent.get(s) for s in tables["stops"]["id"]]
    if transfers:
        columns = ["from_stop", "to_stop", "seconds", "start_s", "end_s"]
        tables["transfers"] = pd.DataFrame(list(transfers), columns=columns)
    if entrances:
        tables["entrances"] = gpd.GeoDataFrame(
            [{"id": i, "stop": s, "wheelchair": w, "seconds": t, "geometry": Point(degrees(p))}
             for i, s, w, t, p in entrances], geometry="geometry", crs="EPSG:4326",
        )  # fmt: skip
    return city(**tables)


def ride(made: City, start: str, end: tuple[float, float] | str, **options: Any) -> int:
    """Return seconds from one stop (or place) to another, leaving at noon."""
    points = []
    for place in (start, end):
        lon, lat = degrees(AT[place] if isinstance(place, str) else place)
        points.append(Points(["x"], np.array([lon]), np.array([lat])))
    asked = {
        "max_access_s": 900,
        "max_egress_s": 900,
        "max_direct_s": 0,
        "speed_mps": 1.3,
        **options,
    }
    found = travel_times(
        made, *points, TripOptions(TUESDAY, NOON, 60, **asked), context=Context()
    )  # fmt: skip
    return int(found.seconds[0, 0, 0])


def test_a_stated_transfer_takes_the_place_of_the_walk() -> None:
    assert ride(world(), "a", "c") == 900  # one platform is where the other is: 0 s
    assert ride(world([("b1", "b2", 150, 0, 172_800)]), "a", "c") == 1080
    assert ride(world([("b1", "b2", 150, 0, 172_800)]), "a", "c", speed_mps=9.0) == 1080
    assert ride(world([("b2", "b1", 150, 0, 172_800)]), "a", "c") == 900  # the other way only
    assert ride(world([("b1", "b2", 150, 0, 172_800)]), "a", "c", max_transfer_s=100) == INF


def test_a_transfer_by_time_of_day() -> None:
    at = NOON + 600
    rows = [("b1", "b2", 60, 0, at), ("b1", "b2", 300, at, 172_800)]
    assert ride(world(rows), "a", "c") == 1200  # the slow one from the second it begins
    rows = [("b1", "b2", 60, 0, at + 1), ("b1", "b2", 300, at + 1, 172_800)]
    assert ride(world(rows), "a", "c") == 960
    rows = [("b1", "b2", 600, 0, at + 100), ("b1", "b2", 60, at + 100, 172_800)]
    assert ride(world(rows), "a", "c") == 1080  # it pays to wait for the short way to open
    assert ride(world([("b1", "b2", 60, 0, at)]), "a", "c") == INF  # closed from then on


@pytest.mark.parametrize("seed", range(12))
def test_all_day_transfers_equal_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    at = {f"s{i}": tuple(rng.uniform(0, 3000, 2)) for i in range(6)}
    trips = []
    for line in range(4):
        called = rng.permutation(6)[:4]
        for start in rng.integers(0, 3000, 5):
            time = int(start) + np.cumsum([0, *rng.integers(60, 500, 3)])
            calls = [(f"s{s}", int(t), int(t)) for s, t in zip(called, time, strict=True)]
            trips.append((f"t{line}.{start}", "day", calls))
    pairs = [(i, j) for i in range(6) for j in range(6) if i != j and rng.random() < 0.4]
    stated = {p: int(rng.integers(0, 600)) for p in pairs}
    table = pd.DataFrame(
        [(f"s{i}", f"s{j}", s, 0, 172_800) for (i, j), s in stated.items()],
        columns=["from_stop", "to_stop", "seconds", "start_s", "end_s"],
    )
    made = city(stops=stops(at), transfers=table, **transit(trips))
    places = Points(list(at), *(np.array(x) for x in zip(*map(degrees, at.values()), strict=True)))
    options = TripOptions(TUESDAY, 0, 60, max_access_s=0, max_egress_s=0, max_direct_s=0,
                          max_transfer_s=500, max_boardings=3, speed_mps=1.3)  # fmt: skip
    found = travel_times(made, places, places, options, context=Context()).seconds[0]
    walk: dict[int, dict[int, int]] = {}
    for i, a in enumerate(at.values()):
        for j, b in enumerate(at.values()):
            seconds = stated.get((i, j), walk_s(a, b, 1.3))
            if i != j and seconds <= 500:
                walk.setdefault(i, {})[j] = seconds
    plain = [[(int(s[1:]), a, d, True, True) for s, a, d in calls] for _, _, calls in trips]
    for i in range(6):
        best = brute_force(plain, walk, {i: 0}, 0, 3)
        for j in range(6):
            if i != j:
                assert found[i, j] == (best[j] if best.get(j, 2**40) <= 7200 else INF), (i, j)


def test_walks_end_at_entrances() -> None:
    gate = ("e", "c", 1, 45, (9100.0, 0.0))
    there = walk_s((9100, 0), (9200, 0), 1.3)
    assert ride(world(entrances=[gate]), "a", (9200.0, 0.0)) == 900 + 45 + there
    assert ride(world(), "a", (9200.0, 0.0)) == 900 + walk_s((9000, 0), (9200, 0), 1.3)
    two = [gate, ("f", "c", 1, 0, (9150.0, 0.0))]
    nearer = walk_s((9150, 0), (9200, 0), 1.3)
    assert ride(world(entrances=two), "a", (9200.0, 0.0)) == 900 + nearer


def test_an_entrance_of_a_station_serves_its_platforms() -> None:
    station = {"b1": "B", "b2": "B"}
    made = world(entrances=[("e", "B", 1, 30, (5000.0, 200.0))], parent=station)
    there = walk_s((5000, 200), (5000, 300), 1.3)
    assert ride(made, "a", (5000.0, 300.0)) == 600 + 30 + there
    assert ride(made, "a", "c") == 900  # inside the station one does not go out by the door


def test_a_closed_stop_takes_its_transfers_and_entrances_along() -> None:
    doors_ = [("e", "c", 1, 0, (9100.0, 0.0)), ("f", "B", 1, 0, (5000.0, 50.0))]
    made = world([("b1", "b2", 90, 0, 172_800)], doors_, {"b1": "B", "b2": "B"})
    closed = Scenario("x", Text("", ""), (CloseStop(stop="b2"), CloseStop(stop="c"))).apply(made)
    assert not len(closed.table("transfers"))
    assert closed.table("entrances")["id"].tolist() == ["f"]
    assert not check_tables(closed.tables)


def test_wheelchairs_use_the_entrances_they_can() -> None:
    steps, lift = ("e", "c", 2, 0, (9000.0, 50.0)), ("f", "c", 1, 60, (9000.0, 400.0))
    near = walk_s((9000, 50), (9000, 60), 1.3)
    far = walk_s((9000, 400), (9000, 60), 1.3)
    both = world(entrances=[steps, lift])
    assert ride(both, "a", (9000.0, 60.0)) == 900 + near
    assert ride(both, "a", (9000.0, 60.0), profile="wheelchair") == 900 + 60 + far
    assert ride(world(entrances=[steps]), "a", (9000.0, 60.0), profile="wheelchair") == INF
