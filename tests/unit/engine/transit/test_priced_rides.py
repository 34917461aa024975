"""Compare the search with a budget, and with rides on demand, with brute force and with plain."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from tests.unit.engine.fare_worlds import Rules, priced_search
from tests.unit.engine.test_matrix import random_world, walk_s
from tests.unit.engine.worlds import TUESDAY, brute_force, city, degrees, stops, transit

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.engine.transit.fares import PARTS

KINDS = ("bus", "rail")


def fare_tables(rules: Rules, routes: dict[str, int]) -> dict[str, pd.DataFrame]:
    """Return the tables of fares that say what the rules say; class k is called KINDS[k]."""
    kinds = KINDS[: len(rules.price)]
    fares = pd.DataFrame({"class": kinds, "price": [p / PARTS for p in rules.price],
                          "unlimited": list(rules.unlimited), "same_route": list(rules.same_route)})  # fmt: skip
    pairs = [{"first": kinds[a], "second": kinds[b], "price": price / PARTS, "within_s": float(within)}
             for (a, b), (price, within) in rules.pairs.items()]  # fmt: skip
    system = {"id": "all", "discounts": rules.discounts,
              "cap": np.nan if rules.cap is None else rules.cap / PARTS}  # fmt: skip
    return {
        "fares": fares,
        "fare_routes": pd.DataFrame({"route": list(routes),
                                     "class": [kinds[k] for k in routes.values()]}),
        "fare_transfers": pd.DataFrame(pairs, columns=["first", "second", "price", "within_s"]),
        "fare_system": pd.DataFrame([system]),
    }  # fmt: skip


def random_rules(rng: np.random.Generator) -> Rules:
    price = [int(p) * PARTS for p in rng.integers(1, 5, 2)]
    pairs = {}
    for a in range(2):
        for b in range(2):
            if rng.random() < 0.6:
                more = int(rng.integers(0, price[b] // PARTS + 1)) * PARTS
                pairs[a, b] = (price[a] + more, int(rng.choice([0, 200, 500, 1000, 4000])))
    return Rules(
        price,
        [bool(v) for v in rng.random(2) < 0.3],
        [bool(v) for v in rng.random(2) < 0.5],
        pairs,
        int(rng.integers(0, 3)),
        int(rng.integers(2, 10)) * PARTS if rng.random() < 0.3 else None,
    )


def world(seed: int, rules: Rules | None) -> tuple[City, Any, Any, Any, dict[str, int]]:
    """Return a random city whose lines are routes with a fare class each."""
    at, trips, closed, points = random_world(seed)
    rng = np.random.default_rng(seed + 500)
    trips = [t for t in trips if t[1] == "day"] or [
        (t, "day", [(s, a - 86_400, d - 86_400) for s, a, d in calls]) for t, _, calls in trips
    ]
    lines = sorted({t.split(".")[0] for t, _, _ in trips})
    classes = {line: int(rng.integers(0, 2)) for line in lines}
    tables: dict[str, Any] = transit(trips, closed=closed)
    tables["routes"] = pd.DataFrame({"id": lines, "mode": [3] * len(lines)})
    tables["trips"]["route"] = [t.split(".")[0] for t in tables["trips"]["id"]]
    if rules is not None:
        tables |= fare_tables(rules, classes)
    plain = [
        (classes[t.split(".")[0]], lines.index(t.split(".")[0]),
         [(list(at).index(s), a, d, (t, i, "pickup") not in closed, (t, i, "dropoff") not in closed)
          for i, (s, a, d) in enumerate(calls)])
        for t, _, calls in trips
    ]  # fmt: skip
    return city(stops=stops(at), **tables), at, plain, points, classes


def as_points(points: Any) -> Points:
    where = [degrees(p) for p in points.values()]
    return Points(list(points), np.array([p[0] for p in where]), np.array([p[1] for p in where]))


def near(one: Any, at: Any, limit: int) -> dict[int, int]:
    found = {i: walk_s(one, at[s], 1.25) for i, s in enumerate(at)}
    return {i: s for i, s in found.items() if s <= limit}


def options(seed: int, **more: Any) -> TripOptions:
    rng = np.random.default_rng(1000 + seed)
    return TripOptions(
        **{
            "date": TUESDAY,
            "start_s": int(rng.integers(0, 600)),
            "window_s": int(rng.integers(300, 1500)),
            "step_s": int(rng.choice([60, 97])),
            "percentiles": tuple(range(0, 101, 4)),
            "max_access_s": 600,
            "max_egress_s": 500,
            "max_transfer_s": int(rng.choice([0, 300, 900])),
            "max_direct_s": int(rng.choice([0, 800])),
            "max_boardings": int(rng.integers(0, 4)),
            "max_trip_s": int(rng.choice([1500, 3600])),
            "transfer_slack_s": int(rng.choice([0, 45])),
            "speed_mps": 1.25,
            **more,
        }
    )


def percentiles(times: list[list[int]], o: TripOptions) -> np.ndarray:
    ordered = np.sort(np.array(times), axis=0)
    return ordered[[max(int(np.ceil(p / 100 * len(times) - 1e-9)), 1) - 1 for p in o.percentiles]]


@pytest.mark.parametrize("seed", range(60))
def test_a_budget_is_kept_exactly(seed: int) -> None:
    rng = np.random.default_rng(2000 + seed)
    rules = random_rules(rng)
    built, at, trips, points, _ = world(seed, rules)
    budget = int(rng.integers(0, 10)) * PARTS
    o = options(seed, max_fare=budget / PARTS)
    here = as_points(points)
    got = travel_times(built, here, here, o, context=Context()).seconds
    between = {i: {j: s for j, s in near(at[a], at, o.max_transfer_s).items() if j != i}
               for i, a in enumerate(at)}  # fmt: skip
    for n, origin in enumerate(points.values()):
        times = []
        for leave in range(o.start_s, o.start_s + o.window_s, o.step_s):
            arrived = priced_search(
                trips, between, near(origin, at, o.max_access_s), leave,
                boardings=o.max_boardings, budget=budget, rules=rules,
                slack=o.transfer_slack_s, latest=leave + o.max_trip_s,
            )  # fmt: skip
            times.append(ends(origin, points, at, arrived, leave, o))
        np.testing.assert_array_equal(got[:, n], percentiles(times, o))


def ends(origin: Any, points: Any, at: Any, arrived: Any, leave: int, o: TripOptions) -> list[int]:
    row = []
    names = list(at)
    for end in points.values():
        best = walk_s(origin, end, 1.25)
        best = best if best <= o.max_direct_s else INF
        for stop, time in arrived.items():
            last = walk_s(at[names[stop]], end, 1.25)
            if last <= o.max_egress_s:
                best = min(best, time + last - leave)
        row.append(best if best <= o.max_trip_s else INF)
    return row


@pytest.mark.parametrize("seed", range(30))
def test_one_price_is_a_limit_of_boardings(seed: int) -> None:
    flat = Rules([3 * PARTS] * 2, [False] * 2, [False] * 2, {}, 1, None)
    built, _, _, points, _ = world(seed, flat)
    here = as_points(points)
    for budget, rides in ((0, 0), (2.99, 0), (3, 1), (8, 2), (1000, 3)):
        priced = options(seed, max_fare=budget, max_boardings=3)
        plain = options(seed, max_boardings=rides)
        one, two = (travel_times(built, here, here, o, context=Context()) for o in (priced, plain))
        np.testing.assert_array_equal(one.seconds, two.seconds)


@pytest.mark.parametrize("seed", range(30))
def test_a_larger_budget_never_worsens(seed: int) -> None:
    rules = random_rules(np.random.default_rng(2000 + seed))
    built, _, _, points, _ = world(seed, rules)
    here = as_points(points)
    times = [
        travel_times(built, here, here, options(seed, max_fare=b), context=Context()).seconds
        for b in (0, 2, 4, 7, 1e6, None)
    ]
    for less, more in pairwise(times):
        assert (more <= less).all()
    np.testing.assert_array_equal(times[-2], times[-1])  # money enough is no budget


def zone(**more: Any) -> gpd.GeoDataFrame:
    west, south = degrees((-100, -100))
    east, north = degrees((1300, 2600))
    row = {"id": "z", "wait_s": 240, "speed_kmh": 36.0, "start_s": 0, "end_s": 100_000,
           "serves": "both", "riders": "everyone", "geometry": box(west, south, east, north),
           **more}  # fmt: skip
    return gpd.GeoDataFrame([row], geometry="geometry", crs=WGS84)


def ride(a: Any, b: Any, row: Any) -> int | None:
    """Return seconds of a ride: straight × 1.3 at the zone's speed, if both ends lie in it."""
    area = row.geometry
    if not all(area.covers(gpd.points_from_xy(*[[v] for v in degrees(p)])[0]) for p in (a, b)):
        return None
    took = walk_s(a, b, row.speed_kmh / 3.6)
    longest = getattr(row, "longest_m", np.nan)
    if not np.isnan(longest) and took > int(longest / (row.speed_kmh / 3.6)):
        return None
    return took + row.wait_s


@pytest.mark.parametrize("seed", range(50))
def test_rides_on_demand_at_both_ends(seed: int) -> None:
    rng = np.random.default_rng(3000 + seed)
    built, at, trips, points, _ = world(seed, None)
    opens = int(rng.choice([0, 500, 1200]))
    made = zone(
        serves=str(rng.choice(["both", "stops", "doors"])), start_s=opens,
        end_s=opens + int(rng.choice([400, 90_000])), wait_s=int(rng.choice([0, 200])),
        longest_m=float(rng.choice([np.nan, 900.0])),
    )  # fmt: skip
    built = city(**{**built.tables, "on_demand": made})
    (row,) = made.itertuples(index=False)
    o = options(seed)
    here = as_points(points)
    got = travel_times(built, here, here, o, context=Context()).seconds
    between = {i: {j: s for j, s in near(at[a], at, o.max_transfer_s).items() if j != i}
               for i, a in enumerate(at)}  # fmt: skip
    names = list(at)
    calls = [t[2] for t in trips]

    def begin(time: int) -> int | None:
        later = max(time, row.start_s)
        return later if later < row.end_s else None

    for n, origin in enumerate(points.values()):
        times = []
        for leave in range(o.start_s, o.start_s + o.window_s, o.step_s):
            # who leaves may also leave later: arrivals by a vehicle asked for at once suffice
            walked = near(origin, at, o.max_access_s)
            asked = begin(leave)
            fetched = {}
            if row.serves != "doors" and asked is not None:
                rides = {i: ride(origin, at[s], row) for i, s in enumerate(names)}
                fetched = {i: asked - leave + r + o.transfer_slack_s
                           for i, r in rides.items() if r is not None and r <= o.max_trip_s}  # fmt: skip
            left = o.max_boardings
            by_rides: dict[tuple[bool, int], dict[int, int]] = {}
            for used in range(2):
                by_rides[False, used] = brute_force(
                    calls, between, walked, leave, left - used, o.transfer_slack_s
                )
                by_rides[True, used] = brute_force(
                    calls, between, fetched, leave, left - 1 - used, o.transfer_slack_s
                )
            line = []
            for end in points.values():
                best = walk_s(origin, end, 1.25)
                best = best if best <= o.max_direct_s else INF
                whole = ride(origin, end, row)
                if row.serves != "stops" and whole is not None and asked is not None and left > 0:
                    best = min(best, asked + whole - leave)
                for (_, used), arrived in by_rides.items():
                    for stop, time in arrived.items():
                        if used == 0:
                            last = walk_s(at[names[stop]], end, 1.25)
                            if last <= o.max_egress_s:
                                best = min(best, time + last - leave)
                        elif row.serves != "doors":
                            brought = ride(at[names[stop]], end, row)
                            start = begin(time + o.transfer_slack_s)
                            if brought is not None and start is not None:
                                best = min(best, start + brought - leave)
                line.append(best if best <= o.max_trip_s else INF)
            times.append(line)
        np.testing.assert_array_equal(got[:, n], percentiles(times, o))


def test_a_zone_away_from_everyone_changes_nothing() -> None:
    built, _, _, points, _ = world(3, None)
    away = zone(geometry=box(5, 5, 6, 6))
    here, o = as_points(points), options(3, max_boardings=3)
    with_zone = city(**{**built.tables, "on_demand": away})
    one, two = (travel_times(c, here, here, o, context=Context()) for c in (built, with_zone))
    np.testing.assert_array_equal(one.seconds, two.seconds)


def test_a_ride_on_demand_is_paid_for() -> None:
    flat = Rules([3 * PARTS] * 2, [False] * 2, [False] * 2, {}, 1, None)
    built, _, _, points, _ = world(3, flat)
    here = as_points(points)

    def times(price: float, budget: float) -> np.ndarray:
        with_zone = city(**{**built.tables, "on_demand": zone(price=price, serves="doors")})
        o = options(3, max_boardings=1, max_fare=budget)
        return travel_times(with_zone, here, here, o, context=Context()).seconds

    np.testing.assert_array_equal(times(5.0, 4.0), times(99.0, 4.0))
    assert (times(4.0, 4.0) <= times(5.0, 4.0)).all()
    assert (times(4.0, 4.0) < times(5.0, 4.0)).any()


def hand(rules: Rules, kinds: str, budget: float) -> int:
    """Return minutes along one row of stops, one line a stretch (b bus, r rail), or INF."""
    at = {f"s{i}": (i * 5000.0, 0.0) for i in range(len(kinds) + 1)}
    trips = [(f"l{i}.0", "day", [(f"s{i}", 600 * i, 600 * i), (f"s{i + 1}", 600 * i + 500,) * 2])
             for i in range(len(kinds))]  # fmt: skip
    trips = [(t, d, [(c[0], c[1], c[-1]) for c in calls]) for t, d, calls in trips]
    tables: dict[str, Any] = transit(trips)
    routes = {f"l{i}": "br".index(k) for i, k in enumerate(kinds)}
    tables["routes"] = pd.DataFrame({"id": list(routes), "mode": [3] * len(routes)})
    tables["trips"]["route"] = list(routes)
    built = city(stops=stops(at), **tables, **fare_tables(rules, routes))
    where = as_points({"o": at["s0"], "d": at[f"s{len(kinds)}"]})
    o = options(0, start_s=0, window_s=1, step_s=1, percentiles=(50,), max_boardings=8,
                max_trip_s=7200, max_direct_s=0, max_fare=budget)  # fmt: skip
    return int(travel_times(built, where, where, o, context=Context()).seconds[0, 0, 1])


PORTO = Rules(  # bus 4.80, rail 4.50 with free changes; bus and bus 7.20, bus and rail 8.37
    [48_000, 45_000], [False, True], [False, False],
    {(0, 0): (72_000, 3600), (0, 1): (83_700, 3600), (1, 0): (83_700, 3600)}, 1, None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "kinds", "price"),
    [
        (PORTO, "b", 4.8),
        (PORTO, "bb", 7.2),
        (PORTO, "bbb", 12.0),  # the one discount is used: 7.20 + 4.80
        (PORTO._replace(discounts=2), "bbb", 9.6),  # 4.80 + 2.40 + 2.40
        (PORTO, "rrr", 4.5),
        (PORTO, "br", 8.37),
        (PORTO, "rrb", 8.37),  # 1200 s after the first train, within the hour
        (
            PORTO._replace(pairs={(1, 0): (83_700, 1199)}),
            "rrb",
            9.3,
        ),  # a free change renews nothing
        (PORTO._replace(pairs={(1, 0): (83_700, 1200)}), "rrb", 8.37),
        (PORTO._replace(cap=70_000), "bbb", 7.0),
    ],
)
def test_fares_by_hand(rules: Rules, kinds: str, price: float) -> None:
    assert hand(rules, kinds, price) == 600 * len(kinds) - 100
    assert hand(rules, kinds, price - 0.01) == INF


def test_prices_that_are_missing_are_named() -> None:
    flat = Rules([3 * PARTS] * 2, [False] * 2, [False] * 2, {}, 1, None)
    built, _, _, points, _ = world(3, flat)
    here, o = as_points(points), options(3, max_boardings=2, max_fare=5.0)

    def codes(**tables: Any) -> list[str]:
        with pytest.raises(ChengceError) as caught:
            travel_times(city(**{**built.tables, **tables}), here, here, o, context=Context())
        return [p.code for p in caught.value.problems]

    assert codes(fares=built.table("fares").iloc[:0]) == ["fares_missing"]
    assert codes(on_demand=zone()) == ["on_demand_price_missing"]
    assert codes(fare_routes=built.table("fare_routes").iloc[1:]) == ["route_without_fare"]
