import numpy as np
import pytest
from tests.unit.engine.road_worlds import connected_roads, demand, roads, solved

from chengce.core.errors import ChengceError
from chengce.engine.assign.select_link import select_link
from chengce.engine.roads.network import Bushes, Equilibrium, TravelClass
from chengce.engine.roads.paths import shortest


def mixed() -> Equilibrium:
    """Return 10 trips 0 → 1 and 4 trips 0 → 2 that part at 3, meet at 4 and part again at 4.

    0 → 3 (14); 3 → 4 by link 1 (7) or link 2 (7); 4 → 1 by link 3 (6) or 5 → 1 by links 4, 5 (4);
    4 → 2 (4) by link 6.
    """
    links = [
        (0, 3, 1.0),
        (3, 4, 1.0),
        (3, 4, 1.0),
        (4, 1, 2.0),
        (4, 5, 1.0),
        (5, 1, 1.0),
        (4, 2, 1.0),
    ]
    network = roads(links, zones=3, first_through=3)
    kind = TravelClass("car", demand(3, {(0, 1): 10.0, (0, 2): 4.0, (1, 1): 50.0}), pce=2.0)
    return solved(network, kind, {0: {0: 14, 1: 7, 2: 7, 3: 6, 4: 4, 5: 4, 6: 4}})


def test_one_link_by_hand() -> None:
    found = select_link(mixed(), [1])
    assert found.od.tolist() == [[0, 5, 2], [0, 0, 0], [0, 0, 0]]
    assert found.flow.tolist() == [7, 7, 0, 3, 2, 2, 2]


def test_links_one_after_another_count_a_vehicle_once() -> None:
    # half of the 10 to zone 1 use link 1; of the others 4 in 10 use link 4: 5 + 2 = 7; to 2: 2
    found = select_link(mixed(), [1, 4])
    assert found.od[0] == pytest.approx([0, 7, 2])
    # link 2 carries 7 of whom 4 in 14 go on by link 4
    assert found.flow == pytest.approx([9, 7, 2, 3, 4, 4, 2])


def test_parallel_links_together_carry_all() -> None:
    found = select_link(mixed(), [1, 2])
    assert found.od[0].tolist() == [0, 10, 4]
    assert found.flow == pytest.approx([14, 7, 7, 6, 4, 4, 4])


def test_a_link_without_flow_carries_nobody() -> None:
    links = [(0, 1, 1.0), (0, 1, 9.0)]
    found = select_link(
        solved(roads(links, zones=2), TravelClass("car", demand(2, {(0, 1): 1.0})), {0: {0: 1.0}}),
        [1],
    )
    assert (found.od.sum(), found.flow.sum()) == (0.0, 0.0)


def random_flows(seed: int) -> Equilibrium:
    """Mix two loadings per origin on links that lead away from it: acyclic and not trees."""
    network = connected_roads(seed)
    rng = np.random.default_rng(seed)
    trips = rng.gamma(1.0, 2.0, (6, 6))
    by_origin: dict[int, dict[int, float]] = {}
    far, _ = shortest(network, network.free_flow, range(6))
    for origin in range(6):
        away = far[origin, network.head] > far[origin, network.tail]
        own = np.zeros(network.links)
        for share in (0.3, 0.7):
            cost = np.where(away, rng.uniform(0.1, 3, network.links), np.inf)
            _, pred = shortest(network, cost, [origin])
            for zone in range(6):
                node = zone
                while node != origin:
                    own[pred[0, node]] += share * trips[origin, zone]
                    node = int(network.tail[pred[0, node]])
        by_origin[origin] = {int(i): float(own[i]) for i in np.flatnonzero(own)}
    return solved(network, TravelClass("car", trips), by_origin)


@pytest.mark.parametrize("seed", range(4))
def test_what_holds_for_any_link(seed: int) -> None:
    found = random_flows(seed)
    network, trips = found.network, found.classes[0].demand
    for link in np.argsort(found.flow)[-12:]:
        one = select_link(found, [int(link)])
        assert one.od.sum() == pytest.approx(found.flow[link], rel=1e-12)
        assert one.flow[link] == pytest.approx(found.flow[link], rel=1e-12)
        assert (one.od <= trips + 1e-12).all()
        assert (one.flow <= found.flow + 1e-12).all()
        surplus = np.bincount(network.tail, one.flow, 25) - np.bincount(network.head, one.flow, 25)
        surplus[:6] -= one.od.sum(axis=1) - one.od.sum(axis=0)
        assert np.abs(surplus).max() < 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_a_set_lies_between_its_largest_link_and_the_sum(seed: int) -> None:
    found = random_flows(seed)
    links = np.argsort(found.flow)[-4:]
    together = select_link(found, links)
    assert together.flow[links] == pytest.approx(found.flow[links], rel=1e-12)
    assert together.od.sum() >= found.flow[links].max() * (1 - 1e-12)
    assert together.od.sum() <= found.flow[links].sum() * (1 + 1e-12)
    cut = np.flatnonzero(found.network.tail == 0)  # everyone who leaves zone 0
    leaving = select_link(found, cut)
    kept = found.classes[0].demand[0].copy()
    kept[0] = 0.0
    assert leaving.od[0] == pytest.approx(kept, rel=1e-12)


def test_a_result_without_origins_says_what_to_do() -> None:
    without = Equilibrium(**{**vars(mixed()), "bushes": None})
    with pytest.raises(ChengceError, match="method “b”") as found:
        select_link(without, [0])
    assert found.value.problems[0].code == "select_link_no_origins"


def test_unknown_links_are_all_named() -> None:
    with pytest.raises(ChengceError) as found:
        select_link(mixed(), [0, 7, -1])
    assert [p.code for p in found.value.problems] == ["select_link_unknown"] * 2


def test_flow_in_circles_is_not_taken_for_an_answer() -> None:
    network = roads([(0, 1, 1.0), (1, 2, 1.0), (2, 1, 1.0)], zones=2)
    bad = solved(network, TravelClass("car", demand(2, {(0, 1): 1.0})), {})
    bushes = Bushes(np.array([0, 3, 3]), np.array([0, 1, 2], np.int32), np.ones(3))
    with pytest.raises(ValueError, match="circles"):
        select_link(Equilibrium(**{**vars(bad), "bushes": bushes}), [0])
