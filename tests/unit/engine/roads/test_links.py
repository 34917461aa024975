"""A street becomes two links with the right time and capacity, and keeps its place in scenarios."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.engine.worlds import street, streets

from chengce.city.city import City
from chengce.core.text import Text
from chengce.engine.options import Points
from chengce.engine.roads.links import RoadClass, RoadLinks, road_links
from chengce.engine.roads.network import CLOSED

AT = {1: (0.0, 0.0), 2: (1000.0, 0.0), 3: (2000.0, 0.0), 4: (1000.0, 1000.0)}
CLASSES = {
    "residential": RoadClass(36.0, 1.0, 400.0, 0.15, 4.0),
    "primary": RoadClass(72.0, 2.0, 900.0, 0.7, 2.0),
    "": RoadClass(18.0, 1.0, 100.0, 0.15, 4.0),
}
HOUR = {"start_s": 8 * 3600, "end_s": 9 * 3600}


def world(rows: list[dict[str, Any]], **tables: pd.DataFrame) -> City:
    return City("t", Text("t", "t"), {"streets": streets(rows), **tables})


def links_of(city: City, at: list[tuple[float, float]] = [(0.0, 0.0)], **more: int) -> RoadLinks:  # noqa: B006
    degree = 2 * np.pi * 6_378_137.0 / 360
    points = Points(
        [f"z{i}" for i in range(len(at))],
        np.array([p[0] for p in at]) / degree,
        np.array([p[1] for p in at]) / degree,
    )
    return road_links(city, points, defaults=CLASSES, **{**HOUR, **more})


def one(links: RoadLinks, street_id: str, direction: int) -> int:
    names = np.where(links.edge >= 0, links.streets[np.maximum(links.edge, 0)], "")
    found = np.flatnonzero((names == street_id) & (links.direction == direction))
    assert len(found) == 1
    return int(found[0])


def periods(*rows: tuple[str, int, int, int, float, float, float]) -> pd.DataFrame:
    names = ["street", "direction", "start_s", "end_s", "speed_factor", "capacity_factor", "toll"]
    return pd.DataFrame(list(rows), columns=names)


def test_time_and_capacity_come_from_the_table_then_from_the_class() -> None:
    links = links_of(
        world(
            [
                street("a", (1, 2), AT, highway="primary"),
                street("b", (2, 3), AT, highway="primary", speed_kmh=36.0, lanes_along=3.0),
                street("c", (2, 4), AT, free_flow_s=77.0, capacity_against=555.0, vdf_b=1.0,
                       vdf_power=1.0, drive=2, toll=5.0),
            ]
        )
    )  # fmt: skip
    net = links.network
    a, b, back = one(links, "a", 1), one(links, "b", 1), one(links, "b", 2)
    c = one(links, "c", 2)
    assert net.free_flow[[a, b, c]] == pytest.approx([50.0, 100.0, 77.0])
    assert net.capacity[[a, b, back, c]].tolist() == [1800.0, 2700.0, 1800.0, 555.0]
    assert (net.b[c], net.power[c], links.toll[c]) == (1.0, 1.0, 5.0)
    assert links.by_speed[[a, b, c]].tolist() == [True, True, False]
    assert (links.edge == 2).sum() == 1  # one way
    slow = links.scaled(speed=0.5, capacity=2.0)
    assert slow.free_flow[[a, c]] == pytest.approx([100.0, 77.0])
    assert slow.capacity[c] == 1110.0


def test_capacity_counts_for_the_whole_period() -> None:
    links = links_of(world([street("a", (1, 2), AT)]), end_s=10 * 3600)
    assert links.hours == 2.0
    assert links.network.capacity[one(links, "a", 1)] == 800.0


def test_a_power_of_zero_is_a_constant_delay() -> None:
    links = links_of(world([street("a", (1, 2), AT, free_flow_s=10.0, vdf_b=0.5, vdf_power=0.0)]))
    a = one(links, "a", 1)
    assert (links.network.free_flow[a], links.network.b[a]) == (15.0, 0.0)


def test_hours_weigh_by_what_they_cover_of_the_period() -> None:
    city = world(
        [street("a", (1, 2), AT), street("b", (2, 3), AT), street("c", (2, 4), AT)],
        street_periods=periods(
            ("a", 1, 0, 30_600, 0.5, 0.6, 4.0),  # until 08:30
            ("b", 1, 0, 86_400, 0.0, 0.0, 0.0),
            ("c", 1, 0, 30_600, 0.0, 0.0, 9.0),  # shut until 08:30, then as ever
            ("c", 1, 40_000, 50_000, 0.1, 0.1, 1.0),  # not asked about
        ),
    )
    links = links_of(city)
    net = links.network
    a, b, c = (one(links, s, 1) for s in "abc")
    assert net.free_flow[a] == pytest.approx(100.0 / 0.75)
    assert net.capacity[a] == pytest.approx(400.0 * 0.8)
    assert links.toll[a] == pytest.approx(2.0)
    assert links.closed[[a, b, c]].tolist() == [False, True, False]
    assert net.free_flow[b] == CLOSED
    assert (net.free_flow[c], links.toll[c]) == (pytest.approx(100.0), 0.0)
    assert net.capacity[c] == pytest.approx(200.0)
    assert net.free_flow[one(links, "a", 2)] == pytest.approx(100.0)


def test_a_zone_in_the_middle_of_a_street_hangs_on_its_nearer_end() -> None:
    links = links_of(world([street("a", (1, 2), AT), street("b", (2, 3), AT)]), [(300.0, 0.0)])
    net = links.network
    assert (net.zones, net.first_through, net.nodes) == (1, 1, 4)
    own = np.flatnonzero(links.direction == 0)
    assert sorted(zip(net.tail[own].tolist(), net.head[own].tolist(), strict=True)) == [
        (0, 1),
        (1, 0),
    ]
    assert net.free_flow[own] == pytest.approx([30.0, 30.0])
    assert not net.b[own].any()


def test_on_a_one_way_street_one_leaves_ahead_and_arrives_from_behind() -> None:
    links = links_of(
        world([street("a", (1, 2), AT, drive=1), street("b", (2, 3), AT)]), [(300.0, 0.0)]
    )
    own = np.flatnonzero(links.direction == 0)
    net = links.network
    ways = {(int(net.tail[i]), int(net.head[i])): net.free_flow[i] for i in own}
    assert ways == {(0, 2): pytest.approx(70.0), (1, 0): pytest.approx(30.0)}


def test_a_zone_at_a_junction_hangs_there_and_a_far_one_nowhere() -> None:
    city = world([street("a", (1, 2), AT, drive=1), street("b", (2, 3), AT)])
    links = links_of(city, [(1000.0, 0.0), (0.0, 5000.0)])
    net = links.network
    own = np.flatnonzero(links.direction == 0)
    assert net.free_flow[own].tolist() == [0.0, 0.0]
    assert set(net.tail[own]) | set(net.head[own]) == {0, 3}
    assert links.unsnapped[0][0] == "z1"
    assert links.unsnapped[0][1] == pytest.approx(5000.0, rel=0.01)


def test_a_zone_where_only_connectors_meet_is_that_node_and_is_not_passed() -> None:
    classes = {**CLASSES, "connector": RoadClass(36.0, 1.0, 1000.0, 0.0, 1.0)}
    rows = [
        street("a", (1, 2), AT, highway="connector"),
        street("b", (2, 3), AT),
        street("c", (4, 2), AT, highway="connector"),
    ]
    points = Points(["x"], np.array([0.0]), np.array([5e-6]))  # half a metre off node 1
    links = road_links(world(rows), points, defaults=classes, **HOUR)
    net = links.network
    assert (net.zones, net.first_through, net.nodes) == (1, 2, 4)  # node 4 serves nobody
    assert net.tail[one(links, "a", 1)] == 0
    assert net.tail[one(links, "c", 1)] == 1
    assert not (links.direction == 0).any()


def turns(*rows: tuple[str, str, int, str]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["kind", "from_street", "via_node", "to_street"])
    return table.assign(id=[f"t{i}" for i in range(len(rows))], restriction="")


def test_turn_bans_become_pairs_of_links() -> None:
    rows = [street("a", (1, 2), AT), street("b", (2, 3), AT), street("c", (2, 4), AT)]
    links = links_of(world(rows, turns=turns(("no", "a", 2, "c"), ("only", "b", 2, "c"))))
    a, c = one(links, "a", 1), one(links, "c", 1)
    into, a_back, b_out = one(links, "b", 2), one(links, "a", 2), one(links, "b", 1)
    assert {tuple(p) for p in links.banned.tolist()} == {(a, c), (into, a_back), (into, b_out)}
    assert links.arcs > 0
    assert len(links.edge) == links.network.links
    shut = [*rows[:2], street("c", (2, 4), AT, drive=2)]  # the way all must take cannot be taken
    assert not len(links_of(world(shut, turns=turns(("only", "b", 2, "c")))).banned)


def test_a_slow_turn_takes_its_seconds_and_no_capacity() -> None:
    rows = [street("a", (1, 2), AT), street("b", (2, 3), AT), street("c", (2, 4), AT)]
    slow = turns(("delay", "a", 2, "c")).assign(delay_s=[7.5])
    links = links_of(world(rows, turns=slow))
    assert not len(links.banned)
    net, arc = links.network, links.direction < 0
    times = net.free_flow[arc]
    assert sorted(times[times > 0].tolist()) == [7.5]
    (only,) = np.flatnonzero(net.free_flow == 7.5)
    a, c = one(links, "a", 1), one(links, "c", 1)
    assert (net.head[a], net.tail[c]) == (net.tail[only], net.head[only])


def test_a_scenario_keeps_base_links_in_place_closes_and_appends() -> None:
    rows = [street("a", (1, 2), AT), street("b", (2, 3), AT, drive=1), street("c", (2, 4), AT)]
    city = world(rows, turns=turns(("no", "b", 3, "b")))
    before = links_of(city, [(300.0, 0.0)])
    table = streets(
        [street("a", (1, 2), AT, drive=1), street("b", (2, 3), AT, lanes_along=2.0),
         street("d", (3, 4), AT)]
    )  # fmt: skip
    scenario = city.with_changes({"streets": table})
    after = links_of(scenario, [(300.0, 0.0)])
    m = before.base
    assert after.base == m
    assert np.array_equal(after.edge[:m], before.edge[:m])
    assert np.array_equal(after.direction[:m], before.direction[:m])
    assert np.array_equal(after.network.tail[:m], before.network.tail[:m])
    shut = [one(after, "a", 2), one(after, "c", 1), one(after, "c", 2)]
    assert after.closed[shut].all()
    assert (after.network.free_flow[shut] == CLOSED).all()
    assert after.network.capacity[one(after, "b", 1)] == 800.0
    fresh = [one(after, "b", 2), one(after, "d", 1), one(after, "d", 2)]
    assert min(fresh) >= m
    # the zone arrives as before; it can leave no more by the end behind it
    own = np.flatnonzero((after.direction == 0) & ~after.closed)
    net = after.network
    assert sorted(zip(net.tail[own].tolist(), net.head[own].tolist(), strict=True)) == [
        (0, 2),
        (1, 0),
    ]


def test_a_scenario_that_changes_nothing_has_the_same_links() -> None:
    city = world([street("a", (1, 2), AT), street("b", (2, 3), AT)])
    same = city.with_changes({"streets": city.table("streets").copy()})
    one_, two = links_of(city), links_of(same)
    for name in ("edge", "direction", "closed", "toll", "banned"):
        assert np.array_equal(getattr(one_, name), getattr(two, name))
    assert np.array_equal(one_.network.free_flow, two.network.free_flow)
    assert replace(two, network=one_.network).base == one_.base
