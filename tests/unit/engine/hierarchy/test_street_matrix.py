"""The matrix of a city's doors through its hierarchy is that of the plain search, in scenarios too."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.networks import town
from tests.street_costs import many_to_many

from chengce.city.city import City
from chengce.core.context import SerialRunner
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.kernels.limits import INF
from chengce.engine.running.threads import ThreadRunner
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import snap
from chengce.engine.streets.weights import weigh


@pytest.fixture(scope="module")
def generated() -> City:
    return town()


def both(city: City, profile: str, limit_ms: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    west, south, east, north = city.table("streets").total_bounds
    at = [
        snap(city, [f"{s}{i}" for i in range(n)], rng.uniform(west, east, n),
             rng.uniform(south, north, n), profile)
        for s, n in (("o", 40), ("d", 70))
    ]  # fmt: skip
    weights = weigh(street_network(city), profile, speed_mps=1.2)
    ours = street_matrix(city, weights, (at[0], at[1]), limit_ms=limit_ms, runner=ThreadRunner(2))
    return ours, many_to_many(weights, at[0], at[1], limit_ms=limit_ms, runner=SerialRunner())


@pytest.mark.parametrize("profile", ["drive", "walk"])
@pytest.mark.parametrize("limit_ms", [INF - 1, 600_000])
def test_equal_on_the_town(generated: City, profile: str, limit_ms: int) -> None:
    ours, plain = both(generated, profile, limit_ms)
    np.testing.assert_array_equal(ours, plain)
    assert (plain < INF).any()


def test_equal_after_streets_are_closed_slowed_and_added(generated: City) -> None:
    streets = generated.table("streets").copy()
    rng = np.random.default_rng(9)
    closed = rng.choice(len(streets), 12, replace=False)
    slower = streets.index[rng.choice(len(streets), 30, replace=False)]
    streets["length_m"] = streets["length_m"].astype(float)
    streets.loc[slower, "length_m"] *= 2.5
    first, last = streets.iloc[0], streets.iloc[len(streets) // 2]
    fresh = streets.iloc[[0]].copy()
    fresh["id"], fresh["from_node"], fresh["to_node"] = "new", first["from_node"], last["to_node"]
    fresh["length_m"] = 900.0
    left = streets.drop(streets.index[closed])
    changed = generated.with_changes({"streets": pd.concat([left, fresh], ignore_index=True)})
    ours, plain = both(changed, "drive", INF - 1)
    np.testing.assert_array_equal(ours, plain)
    before, _ = both(generated, "drive", INF - 1)
    assert (ours != before).any()
