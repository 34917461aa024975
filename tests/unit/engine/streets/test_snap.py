import numpy as np
from tests.unit.engine.worlds import city, degrees, street, streets

from chengce.engine.streets.network import snap

AT = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (100.0, 100.0), 4: (0.0, 200.0), 5: (100.0, 200.0)}


def lonlat(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array([degrees(p) for p in points])
    return both[:, 0], both[:, 1]


def test_nearest_usable_point_of_an_edge_within_the_limit() -> None:
    table = streets([street("a", (1, 2), AT), street("b", (4, 5), AT, walk=0)])
    lon, lat = lonlat((25.0, 150.0), (25.0, -40.0), (25.0, 401.0))
    c = snap(city(streets=table), ["high", "low", "far"], lon, lat, "walk", limit_m=160.0)
    assert c.snapped.tolist() == [True, True, False]
    assert c.edge.tolist() == [0, 0]
    np.testing.assert_allclose(c.fraction, 0.25, atol=1e-6)
    # a degree of latitude is a little shorter than one of longitude at the equator
    np.testing.assert_allclose(c.offroad_m, [150.0, 40.0], rtol=0.01)
    ((name, metres),) = c.unsnapped
    assert name == "far"
    np.testing.assert_allclose(metres, 401.0, rtol=0.01)


def test_ties_go_to_the_smallest_id_whatever_the_order() -> None:
    rows = [street("b", (1, 2), AT), street("a", (2, 3), AT), street("c", (4, 5), AT)]
    lon, lat = lonlat((130.0, -30.0))  # nearest to node 2, shared by "a" and "b"
    for order in ([0, 1, 2], [2, 1, 0]):
        table = streets([rows[i] for i in order])
        c = snap(city(streets=table), ["p"], lon, lat, "walk")
        assert table.id[c.edge[0]] == "a"
        assert c.fraction[0] == 0.0


def test_a_scenario_keeps_connectors_and_adds_nearer_ones() -> None:
    base = city(streets=streets([street("a", (1, 2), AT)]))
    lon, lat = lonlat((50.0, 40.0), (50.0, 120.0), (50.0, 700.0))
    first = snap(base, ["p", "q", "r"], lon, lat, "walk")
    more = streets([street("d", (4, 5), AT)])
    after = base.with_changes({"streets": more})  # "a" removed, "d" added
    second = snap(after, ["p", "q", "r"], lon, lat, "walk")
    assert np.diff(first.indptr).tolist() == [1, 1, 0]
    assert np.diff(second.indptr).tolist() == [1, 2, 0]  # "d" is farther from p than "a"
    assert second.edge.tolist() == [0, 0, 1]
    assert second.snapped.tolist() == [True, True, False]
    far = streets([street("d", (4, 5), {**AT, 4: (0.0, 900.0), 5: (100.0, 900.0)})])
    both = base.with_changes(
        {"streets": streets([street("a", (1, 2), AT), *far.to_dict("records")])}
    )
    assert snap(both, ["r"], lon[2:], lat[2:], "walk").edge.tolist() == [1]


def test_no_streets_no_connector() -> None:
    lon, lat = lonlat((0.0, 0.0))
    c = snap(city(), ["p"], lon, lat, "bike")
    assert c.unsnapped == (("p", np.inf),)
