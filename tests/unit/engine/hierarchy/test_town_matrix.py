from pathlib import Path

import numpy as np
import pytest
from tests.street_costs import many_to_many

from chengce.city.build import read_city
from chengce.city.city import City
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context, SerialRunner
from chengce.engine.hierarchy import nearest
from chengce.engine.hierarchy.ladder import Ladder
from chengce.engine.hierarchy.streets import street_hierarchy, street_metric
from chengce.engine.hierarchy.sweeps import matrix, select
from chengce.engine.kernels.limits import INF
from chengce.engine.running.threads import ThreadRunner
from chengce.engine.streets.distances import ends_of, nearest_k, same_edge, seeds_of, within
from chengce.engine.streets.graph import PROFILES, street_network
from chengce.engine.streets.snap import Connectors, snap
from chengce.engine.streets.weights import weigh

SERIAL, THREADS = SerialRunner(), ThreadRunner(2)


@pytest.fixture(scope="module")
def town_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(write_town(Path(tmp_path_factory.mktemp("town"))), Context())[0]


def points(city: City, count: int, seed: int, profile: str) -> Connectors:
    rng = np.random.default_rng(seed)
    west, south, east, north = city.table("streets").total_bounds
    ids = [f"p{seed}-{i}" for i in range(count)]
    return snap(
        city, ids, rng.uniform(west, east, count), rng.uniform(south, north, count), profile
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_the_matrix_of_the_town_is_that_of_the_plain_search(town_city: City, profile: str) -> None:
    weights = weigh(street_network(town_city), profile, speed_mps=1.3)
    origins, ends = (points(town_city, n, s, profile) for n, s in ((50, 1), (120, 2)))
    hierarchy = street_hierarchy(town_city)
    ladder, metric = Ladder.of(hierarchy), street_metric(hierarchy, weights)
    seeds, targets = seeds_of(weights, origins), select(ladder, ends_of(weights, ends))
    same = same_edge(weights, origins, ends)
    found = matrix(ladder, metric, seeds, targets, THREADS, same)
    expected = many_to_many(weights, origins, ends, limit_ms=INF - 1, runner=SERIAL)
    np.testing.assert_array_equal(found, expected)
    near = nearest.nearest_k(ladder, metric, seeds, targets, 4, THREADS, same)
    plain = nearest_k(within(weights, origins, ends, limit_ms=INF - 1, runner=SERIAL), 4)
    for one, two in zip(near, plain, strict=True):
        np.testing.assert_array_equal(one, two)
