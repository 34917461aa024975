"""Patched walks are those searched afresh, and so are the times, whatever a scenario changes."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.engine.worlds import DEGREE_M, grid, street, streets
from tests.unit.engine.worlds import city as world

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.context import Context, SerialRunner
from chengce.core.errors import ChengceError
from chengce.engine import matrix
from chengce.engine.matrix import travel_times
from chengce.engine.options import Points, TripOptions
from chengce.engine.streets.distances import within
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import snap
from chengce.engine.streets.weights import weigh
from chengce.engine.transit import footways, walk_patch
from chengce.engine.transit.timetable import compile_timetable
from chengce.engine.transit.walk_patch import Walked, changed_edges, patch_walks
from chengce.models.scenario import parse_scenario

DATE = "2026-05-12"
OPTIONS = TripOptions(DATE, 7 * 3600, 3600, step_s=300, percentiles=(1, 50, 100), speed_mps=1.1)
DEGREES = 1 / 111_319.49


@cache
def city() -> City:
    """Return streets on a grid of 8 × 8 nodes 90 m apart and a bus that crosses them."""
    found = ascii_city(
        "A-----B-----C",
        block_m=90.0,
        people={"A": 1},
        lines=[Line("L1", "ABC", 600, 90, first_s=6 * 3600, last_s=10 * 3600, dates=(DATE,))],
    )
    return replace(found, tables={**found.tables, "streets": grid(8, 90.0)}, known={})


def scattered(count: int, seed: int) -> Points:
    xy = np.random.default_rng(seed).uniform(-60.0, 700.0, (count, 2))
    xy[::2, 1] = 270.0  # every other one on one straight street
    xy *= DEGREES
    return Points([f"p{i}" for i in range(count)], xy[:, 0].copy(), xy[:, 1].copy())


IDS = sorted(grid(8, 90.0)["id"])
PLACE = st.tuples(st.floats(0, 630), st.floats(0, 630)).map(
    lambda p: [p[0] * DEGREES, p[1] * DEGREES]
)
SOME = st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True)
CHANGES = st.one_of(
    st.builds(lambda ids: {"type": "close_street", "streets": ids}, SOME),
    st.builds(
        lambda ids, walk: {"type": "change_street", "streets": ids, "walk": walk},
        SOME, st.sampled_from(["none", "forward", "both"]),
    ),
    st.builds(
        lambda a, b: {"type": "add_street", "id": "bridge", "line": [a, b]}, PLACE, PLACE
    ),
    st.builds(
        lambda a, b: {
            "type": "add_line", "id": "N", "speed_kmh": 20, "dates": [DATE],
            "stops": ["A", {"id": "x", "lon": a[0], "lat": a[1]},
                      {"id": "y", "lon": b[0], "lat": b[1]}],
            "headways": [{"from": "06:00", "to": "10:00", "minutes": 7}],
        },
        PLACE, PLACE,
    ),
)  # fmt: skip
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def scenario(changes: list[dict[str, Any]]) -> City | None:
    """Return the city after the changes, None where they are in conflict."""
    try:
        return parse_scenario({"modifications": changes}).apply(city())
    except ChengceError:
        return None


def walked(world: City, origins: Points, destinations: Points) -> Walked:
    weights = weigh(street_network(world), "walk", speed_mps=1.1)
    ends = (snap(world, p.ids, p.lon, p.lat, "walk") for p in (origins, destinations))
    return Walked(weights, *ends)


def search(w: Walked, limit_ms: int) -> Any:
    return within(*w, limit_ms=limit_ms, runner=SerialRunner())


@often
@given(
    st.lists(CHANGES, min_size=1, max_size=3),
    st.integers(0, 10**6),
    st.sampled_from([0, 20_000, 40_000, 150_000, 10**7]),
)
def test_patched_walks_are_those_searched_afresh(
    changes: list[dict[str, Any]], seed: int, limit_ms: int
) -> None:
    after = scenario(changes)
    if after is None:
        return
    origins, before = scattered(40, seed), scattered(30, seed + 1)
    moved = scattered(36, seed + 1)  # the 30 and six more, one of them elsewhere
    moved.lon[3] += 50 * DEGREES
    base, now = walked(city(), origins, before), walked(after, origins, moved)
    fresh = search(now, limit_ms)
    kept = search(base, limit_ms)
    found = patch_walks(kept, base, now, limit_ms=limit_ms, runner=SerialRunner())
    for one, two in zip(found, fresh, strict=True):
        np.testing.assert_array_equal(one, two)
        assert one.dtype == two.dtype
    turned = walked(city(), before, origins), walked(after, moved, origins)
    found = patch_walks(
        search(turned[0], limit_ms), *turned, limit_ms=limit_ms, runner=SerialRunner()
    )
    for one, two in zip(found, search(turned[1], limit_ms), strict=True):
        np.testing.assert_array_equal(one, two)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CHANGES, min_size=1, max_size=3), st.integers(0, 10**6))
def test_times_of_a_scenario_do_not_depend_on_what_is_kept(
    changes: list[dict[str, Any]], seed: int
) -> None:
    after = scenario(changes)
    if after is None:
        return
    points = scattered(footways.MANY, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(City, "kept", lambda *_, **__: None)
        patch.setattr(
            matrix,
            "timetable_of",
            lambda c, d, horizon_s: compile_timetable(c, d, horizon_s=horizon_s),
        )
        fresh = travel_times(replace(after), points, points, OPTIONS, context=Context())
    travel_times(city(), points, points, OPTIONS, context=Context())
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            footways, "patch_walks", lambda *a, **k: calls.append(1) or patch_walks(*a, **k)
        )
        found = travel_times(after, points, points, OPTIONS, context=Context())
    assert calls
    np.testing.assert_array_equal(found.seconds, fresh.seconds)


def test_only_origins_near_the_change_are_searched_again() -> None:
    after = scenario([{"type": "close_street", "streets": ["e27"]}])
    assert after is not None
    points = scattered(60, 3)
    base, now = walked(city(), points, points), walked(after, points, points)
    (edge,) = changed_edges(base.weights, now.weights)
    assert base.weights.edge.tolist().count(edge) == 2
    rows: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            walk_patch, "within",
            lambda w, o, d, **k: rows.append(len(o.ids)) or within(w, o, d, **k),
        )  # fmt: skip
        kept = search(base, 150_000)
        patch_walks(kept, base, now, limit_ms=150_000, runner=SerialRunner())
        patch_walks(kept, base, base, limit_ms=150_000, runner=SerialRunner())
    assert len(rows) == 1
    assert 0 < rows[0] < 45


def test_repeated_ids_are_searched_again() -> None:
    points = Points(["p", "p"], np.array([0.0, 100 * DEGREES]), np.zeros(2))
    base = walked(city(), points, points)
    nothing = search(base, 0)
    found = patch_walks(nothing, base, base, limit_ms=10**6, runner=SerialRunner())
    assert found.indptr.tolist() == [0, 2, 4]


def test_doors_in_the_middle_of_a_closed_street_part_though_its_ends_are_far() -> None:
    at = {0: (0.0, 0.0), 1: (1000.0, 0.0), 2: (2000.0, 0.0)}
    rows = [street("long", (0, 1), at), street("on", (1, 2), at)]
    base = world(streets=streets(rows))
    after = parse_scenario({"modifications": [{"type": "close_street", "streets": ["long"]}]})
    lon = np.array([480.0, 520.0]) / DEGREE_M
    doors = Points(["a", "b"], lon, np.zeros(2))
    one, two = walked(base, doors, doors), walked(after.apply(base), doors, doors)
    kept = search(one, 60_000)
    assert kept.value.tolist() == [0, 36_363, 36_363, 0]
    found = patch_walks(kept, one, two, limit_ms=60_000, runner=SerialRunner())
    assert found.column.tolist() == [0, 1]
    assert found.value.tolist() == [0, 0]
