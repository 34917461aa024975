"""A wheelchair that keeps to known streets does not cross open ground past an unknown one."""

import numpy as np
import pytest
from tests.unit.engine.gate_worlds import AT as RING_AT
from tests.unit.engine.gate_worlds import BELOW, INNER, RING, SOUTH, gate, metres, walled
from tests.unit.engine.worlds import DEGREE_M, city, street, streets

from chengce.engine.streets.graph import KNOWN
from chengce.engine.streets.snap import Connectors, snap

# Two parallel streets 100 m apart, the lower one of unknown state, joined at their left ends.
AT = {
    0: (0.0, 0.0),
    1: (400.0, 0.0),
    2: (0.0, 100.0),
    3: (400.0, 100.0),
    4: (0.0, 45.0),
    5: (400.0, 45.0),
}


def rows(lower: str = "unknown", *more: object):
    return streets(
        [
            street("lower", (0, 1), AT, wheelchair_state=lower),
            street("upper", (2, 3), AT),
            street("side", (0, 2), AT),
            *more,
        ]
    )


def at(world, *xy: tuple[float, float], profile: str = KNOWN) -> Connectors:
    x, y = np.array(xy).T / DEGREE_M
    return snap(world, [str(i) for i in range(len(xy))], x, y, profile)


HOMES = ((300.0, 40.0), (300.0, 60.0), (0.0, 0.0))  # nearer to the lower, to the upper, at a corner


def test_a_home_beside_an_unknown_street_is_on_no_known_one() -> None:
    world = city(streets=rows())
    assert at(world, *HOMES, profile="wheelchair").snapped.tolist() == [True, True, True]
    found = at(world, *HOMES)
    assert found.snapped.tolist() == [False, True, True]
    assert found.unsnapped[0][0] == "0"
    assert abs(found.unsnapped[0][1] - 60.0) < 1.0  # to the nearest known street


def test_a_survey_connects_it() -> None:
    world = city(streets=rows()).with_changes({"streets": rows("yes")})
    found = at(world, *HOMES)
    assert found.snapped.tolist() == [True, True, True]
    assert np.diff(found.indptr)[0] == 1  # not also to the street beyond
    assert abs(found.offroad_m[0] - 40.0) < 1.0


def test_a_new_unknown_street_takes_no_connector_away() -> None:
    path = street("path", (4, 5), AT, wheelchair_state="unknown")
    world = city(streets=rows()).with_changes({"streets": rows("unknown", path)})
    assert at(world, *HOMES).snapped.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("inside", "accessible", "known"),
    [("yes", True, 205.0), ("yes", None, np.inf), ("unknown", True, np.inf)],
)
def test_a_home_in_a_compound_needs_a_known_street_and_a_known_gate(
    inside: str, accessible: bool | None, known: float
) -> None:
    rows = [street(k, v, RING_AT, wheelchair_state=inside) for k, v in INNER.items()]
    rows += [street(k, v, RING_AT) for k, v in RING.items()]
    world = walled(gate("g", SOUTH, wheelchair=accessible), streets=streets(rows))
    home = (205.0, 200.0)  # 5 m from the inner street, which leads 200 m to the ring
    assert metres(world, home, BELOW, profile="wheelchair") == pytest.approx(205.0, abs=0.1)
    assert metres(world, home, BELOW, profile=KNOWN) == pytest.approx(known, abs=0.1)
