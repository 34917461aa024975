import numpy as np
import pytest
from tests.unit.engine.road_worlds import demand, roads

from chengce.core.context import Context, SerialRunner
from chengce.core.errors import ChengceError
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.engine.roads.paths import shortest, skim
from chengce.engine.roads.turns import TurnNetwork, with_turns

NONE = np.empty((0, 2), np.int32)


def crossing(zones: int = 3, first_through: int = 3) -> RoadNetwork:
    """Zones 0 and 2 enter junction 3; from it to 1 directly (link 2) or round by 4."""
    links = [(0, 3, 1.0), (2, 3, 1.0), (3, 1, 2.0), (3, 4, 2.0), (4, 1, 3.0)]
    return roads(
        links, zones=zones, first_through=first_through,
        b=[0.0, 0.0, 1.0, 0.0, 0.0], capacity=10.0,
    )  # fmt: skip


def flows(turned: TurnNetwork, trips: dict[tuple[int, int], float]) -> np.ndarray:
    kind = TravelClass("car", demand(turned.network.zones, trips))
    options = AssignOptions(gap=1e-10, method="bfw")
    _, flow, _, trace = frank_wolfe(turned.network, [kind], options, None, Context())
    assert trace[-1].gap <= 1e-10
    return turned.restore(flow)


def test_no_turns_change_nothing() -> None:
    network = crossing()
    same = with_turns(network, NONE)
    assert same.network.tail.tolist() == network.tail.tolist()
    assert same.network.head.tolist() == network.head.tolist()
    assert (same.network.nodes, same.network.first_through) == (5, 3)
    assert same.link_of.tolist() == [0, 1, 2, 3, 4]


def test_only_the_junction_with_the_ban_is_taken_apart() -> None:
    banned = with_turns(crossing(), [[0, 2]])
    # parts: all ways in but 0, all ways out but 2, way in 0, way out 2; all joined but 0 → 2
    assert banned.network.nodes == 5 + 3
    assert banned.link_of.tolist() == [0, 1, 2, 3, 4, -1, -1, -1]
    assert banned.network.tail[4] == 4


def test_a_ban_sends_cars_round_by_hand() -> None:
    # direct 2 (1 + v / 10), round 5: the direct way fills to v = 15 of 20
    trips = {(0, 1): 12.0, (2, 1): 8.0}
    assert flows(with_turns(crossing(), NONE), trips) == pytest.approx([12, 8, 15, 5, 5], abs=1e-6)
    # from 0 all go round; the 8 from 2 have the direct way, which then takes 3.6 < 5
    assert flows(with_turns(crossing(), [[0, 2]]), trips) == pytest.approx([12, 8, 8, 12, 12])


def test_a_penalty_is_time_for_those_who_turn() -> None:
    # from 0 the direct way costs 2 (1 + v / 10) + 1 and 5 round: v = 10
    slow = with_turns(crossing(), NONE, [(0, 2, 1.0)])
    assert flows(slow, {(0, 1): 12.0}) == pytest.approx([12, 0, 10, 2, 2], abs=1e-6)
    assert flows(slow, {(2, 1): 20.0}) == pytest.approx([0, 20, 15, 5, 5], abs=1e-6)
    both = with_turns(crossing(), [[0, 2]], [(0, 2, 1.0)])
    assert flows(both, {(0, 1): 12.0}) == pytest.approx([12, 0, 0, 12, 12])


def test_a_zone_that_is_a_junction_keeps_its_number_and_its_trips() -> None:
    # 0 → 1 → 2 in a row, zone 1 a junction that may be driven through, a detour 0 → 3 → 2
    network = roads([(0, 1, 1.0), (1, 2, 1.0), (0, 3, 5.0), (3, 2, 5.0)], zones=3)
    turned = with_turns(network, [[0, 1]])
    assert turned.network.first_through == turned.network.zones == 3
    cost = turned.network.free_flow
    label, _ = shortest(turned.network, cost, [0, 1])
    assert label[0, :3].tolist() == [0, 1, 10]  # ends at 1, but cannot go on
    assert label[1, :3].tolist() == [np.inf, 0, 1]  # begins at 1
    found = flows(turned, {(0, 1): 4.0, (1, 2): 2.0, (0, 2): 1.0})
    assert found.tolist() == [4, 2, 1, 1]


def test_other_zones_may_still_be_driven_through() -> None:
    # zone 0 is on the way from 1 to 2; the ban is at zone 1
    network = roads([(1, 0, 1.0), (0, 2, 1.0), (2, 1, 1.0), (1, 2, 9.0)], zones=3)
    turned = with_turns(network, [[2, 3]])
    label, _ = shortest(turned.network, turned.network.free_flow, [1])
    assert label[0, :3].tolist() == [1, 0, 2]


def test_u_turns_are_allowed_unless_banned() -> None:
    # zone 2 is only reached from 1 after a turn back at 3
    network = roads([(0, 1, 1.0), (1, 3, 1.0), (3, 1, 1.0), (1, 2, 1.0)], zones=3, first_through=1)
    left = [[0, 3]]
    free = with_turns(network, left)
    label, _ = shortest(free.network, free.network.free_flow, [0])
    assert label[0, 2] == 4
    strict = with_turns(network, [*left, [1, 2]])
    label, _ = shortest(strict.network, strict.network.free_flow, [0])
    assert label[0, 2] == np.inf


def test_a_ban_at_a_centroid_changes_nothing() -> None:
    network = roads([(0, 1, 1.0), (1, 2, 1.0)], zones=3, first_through=3)
    assert with_turns(network, [[0, 1]]).network.links == 2


def test_link_values_go_there_and_back() -> None:
    turned = with_turns(crossing(), [[0, 2]])
    tolls = np.arange(10.0).reshape(2, 5)
    wide = turned.expand(tolls, 7.0)
    assert wide.shape == (2, 8)
    assert (wide[:, 5:] == 7.0).all()
    assert (turned.restore(wide) == tolls).all()
    km = turned.expand(np.ones(5))
    out = skim(turned.network, turned.network.free_flow, {"km": km}, runner=SerialRunner())
    assert out["km"][0].tolist() == [0, 3, np.inf]
    assert out["km"][2].tolist() == [np.inf, 2, 0]


def test_every_turn_that_cannot_be_is_named() -> None:
    wrong = [(0, 4, 1.0), (0, 99, 1.0), (0, 2, -1.0), (1, 2, np.inf), (1, 3, 1.0), (1, 3, 2.0)]
    with pytest.raises(ChengceError) as found:
        with_turns(crossing(), [[-1, 0]], wrong)
    assert [p.code for p in found.value.problems] == [
        "turn_link_unknown", "turn_links_apart", "turn_link_unknown",
        "turn_time_invalid", "turn_time_invalid", "turn_repeated",
    ]  # fmt: skip
    assert all(p.message.zh and p.remedy.zh for p in found.value.problems)
