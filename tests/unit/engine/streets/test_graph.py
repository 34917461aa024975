from dataclasses import replace

import numpy as np
import pytest
from tests.street_costs import many_to_many
from tests.unit.engine.worlds import city, degrees, grid, street, streets

from chengce.core.context import SerialRunner
from chengce.engine.streets.network import INF, snap, street_network, weigh

AT = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0), 4: (200.0, 100.0)}


def lonlat(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array([degrees(p) for p in points])
    return both[:, 0], both[:, 1]


def test_costs_follow_direction_speed_and_mode() -> None:
    table = streets(
        [
            street("a", (1, 2), AT, walk=3, drive=1, speed_kmh=36.0, length_m=100.0),
            street("b", (2, 3), AT, walk=2, drive=0, length_m=100.0),
        ]
    )
    network = street_network(city(streets=table))
    walk = weigh(network, "walk", speed_mps=1.6)
    assert walk.along.tolist() == [62_500, INF]
    assert walk.against.tolist() == [62_500, 62_500]
    assert len(walk.cost) == 3
    drive = weigh(network, "drive", speed_mps=1.6)
    assert drive.cost.tolist() == [10_000]
    assert drive.edge.tolist() == [0]
    with pytest.raises(ValueError, match="positive"):
        weigh(network, "walk", speed_mps=0.0)


def test_a_scenario_closes_changes_and_adds_without_moving_edges() -> None:
    table = streets([street("a", (1, 2), AT), street("b", (2, 3), AT), street("c", (3, 4), AT)])
    base = city(streets=table)
    other = table[table.id != "b"].copy()
    other.loc[other.id == "c", "length_m"] = 50.0
    new = streets([street("d", (2, 99), {**AT, 99: (100.0, 80.0)})])
    changed = base.with_changes(
        {"streets": streets([*other.to_dict("records"), *new.to_dict("records")])}
    )
    network = street_network(changed)
    assert network.ids.tolist() == ["a", "b", "c", "d"]
    assert network.passage[:, 0].tolist() == [3, 0, 3, 3]
    assert network.door[:, 0].tolist() == [3, 3, 3, 3]
    assert network.length_m[2] == 50.0
    assert network.base_edges == 3
    assert network.nodes[network.head[3]] == 99
    assert len(weigh(network, "walk", speed_mps=1.0).cost) == 6
    again = changed.with_changes({"streets": table})  # back to the base city
    assert street_network(again).passage[:, 0].tolist() == [3, 3, 3]


def test_changes_add_up_and_a_wrong_delta_is_refused() -> None:
    base = city(streets=grid(3, 100.0))
    table = base.table("streets")
    one = base.with_changes({"streets": table[table.id != "e0"]})
    two = one.with_changes({"streets": table[~table.id.isin(["e0", "e1"])]})
    assert (street_network(two).passage[:, 0] == 0).sum() == 2
    with pytest.raises(ValueError, match="delta does not describe"):
        street_network(replace(two, delta=one.delta))


def test_a_closed_street_serves_its_doors_but_no_one_passes() -> None:
    base = city(streets=grid(3, 100.0))
    table = base.table("streets")
    closed = base.with_changes({"streets": table[table.id != "e3"]})  # west half of the middle row
    lon, lat = lonlat((50.0, 101.0), (0.0, 100.0), (100.0, 100.0), (75.0, 101.0))
    ids = ["door", "west", "centre", "door2"]

    def costs(where: object) -> np.ndarray:
        c = snap(where, ids, lon, lat, "walk")  # type: ignore[arg-type]
        weights = weigh(street_network(where), "walk", speed_mps=1.0)  # type: ignore[arg-type]
        seconds = many_to_many(weights, c, c, limit_ms=10**7, runner=SerialRunner())
        return np.asarray(np.rint(seconds / 1000))

    before, after = costs(base), costs(closed)
    assert before[1, 2] == 100
    assert after[1, 2] == 300  # round the block
    assert after[0, 1] == before[0, 1] == 51
    assert after[0, 2] == before[0, 2] == 51
    assert before[0, 3] == 27
    assert after[0, 3] == 77  # by the end of the street
    assert (after >= before).all()


def test_two_points_at_one_place_are_zero_apart() -> None:
    base = city(streets=grid(2, 100.0))
    lon, lat = lonlat((50.0, 30.0), (50.0, 30.0))
    c = snap(base, ["a", "b"], lon, lat, "walk")
    weights = weigh(street_network(base), "walk", speed_mps=1.0)
    assert many_to_many(weights, c, c, limit_ms=10**6, runner=SerialRunner()).max() == 0
