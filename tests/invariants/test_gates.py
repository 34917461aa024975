"""Opening gates never worsens a walk, closing never improves one; patched walks equal fresh ones."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.street_costs import many_to_many
from tests.unit.engine.gate_worlds import WALL, compounds, gate, gates
from tests.unit.engine.worlds import TUESDAY, degrees, grid
from tests.unit.engine.worlds import city as city_of

from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.matrix import travel_times
from chengce.engine.options import Points, TripOptions
from chengce.engine.streets.gates import GateRules, walkable
from chengce.engine.streets.network import snap, weigh
from chengce.models.scenario import parse_scenario

SPOTS = [
    (200.0, 20.0),
    (200.0, 380.0),
    (20.0, 200.0),
    (380.0, 200.0),
    (100.0, 20.0),
    (290.0, 380.0),
]
H = 3600


def block(known: list[dict[str, Any]]) -> City:
    """Return a grid of 7 by 7 streets of 100 m, the compound in its lower left corner."""
    streets = grid(7, 100.0)
    return city_of(streets=streets, compounds=compounds(c=WALL), gates=gates(*known))


def points(seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lon, lat = np.array([degrees((x, y)) for x, y in rng.uniform(-20, 620, (25, 2))]).T
    return [str(i) for i in range(25)], lon, lat


def times(here: City, at: tuple[list[str], np.ndarray, np.ndarray]) -> np.ndarray:
    rules = GateRules()
    weights = weigh(walkable(here, "walk", rules), "walk", speed_mps=1.0)
    ends = snap(here, *at, "walk", gates=rules)
    found = many_to_many(weights, ends, ends, limit_ms=100_000_000, runner=Context().runner)
    return found.astype(np.int64)


def after(base: City, change: dict[str, Any]) -> City:
    return parse_scenario({"name": "s", "modifications": [change]}).apply(base)


known_gates = st.lists(
    st.tuples(st.sampled_from(SPOTS), st.sampled_from(["everyone", "residents", "closed"])),
    min_size=1, max_size=5, unique_by=lambda g: g[0],
)  # fmt: skip
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(known_gates, st.integers(0, 5), st.integers(0, 100))
def test_closing_never_improves(known: list[tuple[Any, str]], which: int, seed: int) -> None:
    base = block([gate(f"g{i}", at, who=who) for i, (at, who) in enumerate(known)])
    shut = after(base, {"type": "close_gate", "compound": "c", "gate": f"g{which % len(known)}"})
    at = points(seed)
    assert (times(shut, at) >= times(base, at)).all()


@SLOW
@given(
    known_gates,
    st.sampled_from(SPOTS),
    st.sampled_from(["everyone", "residents"]),
    st.integers(0, 100),
)
def test_opening_never_worsens(
    known: list[tuple[Any, str]], spot: tuple[float, float], who: str, seed: int
) -> None:
    base = block([gate(f"g{i}", at, who=w) for i, (at, w) in enumerate(known)])
    lon, lat = degrees(spot)
    opened = after(
        base, {"type": "add_gate", "compound": "c", "id": "new", "lon": lon, "lat": lat, "who": who}
    )
    at = points(seed)
    assert (times(opened, at) <= times(base, at) + 2).all()  # 2 ms: parts rounded one by one


@SLOW
@given(known_gates)
def test_walls_never_help(known: list[tuple[Any, str]]) -> None:
    base = block([gate(f"g{i}", at, who=who) for i, (at, who) in enumerate(known)])
    open_ = city_of(streets=base.table("streets"))
    doors = [line.coords[0] for line in base.table("streets").geometry.iloc[:60:2]]
    lon, lat = np.array(doors).T  # on the streets, so that walls do not move the doors
    at = [str(i) for i in range(len(doors))], lon, lat
    # 1 m: a degree of latitude is shorter at the equator than these streets say
    assert (times(base, at) >= times(open_, at) - 1000).all()


@pytest.mark.parametrize("closed", ["g0", "g1"])
def test_a_matrix_after_a_scenario_equals_one_computed_afresh(closed: str) -> None:
    base = block(
        [gate("g0", SPOTS[0]), gate("g1", SPOTS[1], who="residents", from_s=6 * H, to_s=23 * H)]
    )
    changed = after(base, {"type": "close_gate", "compound": "c", "gate": closed})
    alone = city_of(**changed.tables)
    rng = np.random.default_rng(3)
    lon, lat = np.array([degrees((x, y)) for x, y in rng.uniform(0, 600, (80, 2))]).T
    at = Points([str(i) for i in range(80)], lon, lat)
    for start in (8 * H, 22 * H + 1800):
        options = TripOptions(date=TUESDAY, start_s=start, window_s=H, max_direct_s=7200)
        first = travel_times(base, at, at, options, context=Context()).seconds
        found = travel_times(changed, at, at, options, context=Context()).seconds
        fresh = travel_times(alone, at, at, options, context=Context()).seconds
        assert np.array_equal(found, fresh)
        assert (np.asarray(found) >= np.asarray(first)).all()
        assert closed == "g1" or not np.array_equal(found, first)
