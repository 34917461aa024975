"""Check what theory says of changed service and streets, by the door-to-door times they give."""

from typing import Any

import numpy as np
import pytest
from tests.invariants.test_scenarios import ask, scenario, town

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line

H = 3600


def row_city() -> City:
    """Return zones 3 km apart on a line that starts at A, too far to walk."""
    return ascii_city(
        "A---B---C---D",
        block_m=1000.0,
        people={"A": 10},
        jobs={"D": 15},
        places={"B": ["school"]},
        lines=[Line("L1", "ABCD", 600, 400, first_s=6 * H, last_s=10 * H, dwell_s=20)],
    )


def better(city: City, *changes: dict[str, Any], at: str = "", **params: Any) -> list[np.ndarray]:
    """Return, for each metric, by how much each place (or the one at `at`) is better off."""
    found = ask(city, "new_line", [scenario(*changes)], **params)
    places = list(found.reference.finding.places)
    here = [places.index(at)] if at else slice(None)
    return [
        (c.cells if c.metric.better == "more" else -c.cells)[:, here]
        for c in found.changes[0].values()
    ]


def route(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "route": "L1", **more}


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (route("change_running_time", speed_factor=1.5), 1),
        (route("change_running_time", speed_factor=0.7), -1),
        (route("change_running_time", from_stop="B", to_stop="C", add_s=-200), 1),
        (route("change_dwell", dwell_s=0), 1),
        (route("change_dwell", add_s=120), -1),
        (route("reroute", from_stop="A", to_stop="D", run_s=[600]), None),
    ],
)
def test_who_boards_where_the_line_begins_gains_by_speed(
    change: dict[str, Any], sign: int | None
) -> None:
    # further on, a vehicle that comes earlier may be missed: only A is surely no worse off
    changes = better(row_city(), change, at="A", dimension="total", cutoffs_min=[20, 30, 40])
    if sign is None:  # quicker to the end, but the school at B is lost
        assert min(np.nanmin(c) for c in changes) < 0
        return
    assert min(np.nanmin(c * sign) for c in changes) >= 0
    assert max(np.nanmax(c * sign) for c in changes) > 0


def test_trips_taken_out_never_improve_anything() -> None:
    changes = better(town(), route("remove_trips", hours=["07:00", "08:00"]))
    assert max(np.nanmax(c) for c in changes) <= 0
    assert min(np.nanmin(c) for c in changes) < 0


def test_a_new_street_never_worsens_anything() -> None:
    city = town()
    at = city.table("zones").set_index("id").geometry
    bridge = {"type": "add_street", "id": "bridge",
              "line": [[at["A"].x, at["A"].y], [at["G"].x, at["G"].y]]}  # fmt: skip
    changes = better(city, bridge)
    assert min(np.nanmin(c) for c in changes) >= 0
    assert max(np.nanmax(c) for c in changes) > 0


def test_a_street_closed_to_walkers_is_as_good_as_closed_on_foot() -> None:
    city = town()
    key = str(city.table("streets")["id"].iloc[2])
    shut = {"type": "change_street", "streets": [key], "walk": "none"}
    closed = {"type": "close_street", "streets": [key]}
    one, two = (ask(city, "everyday_reach", [scenario(c)]) for c in (shut, closed))
    for metric, change in one.changes[0].items():
        np.testing.assert_array_equal(change.cells, two.changes[0][metric].cells)


def test_what_bears_on_no_time_changes_no_result() -> None:
    wider = {"type": "change_street", "streets": ["A-B"], "width_m": 9.0}
    assert all((np.nan_to_num(c) == 0).all() for c in better(town(), wider))
