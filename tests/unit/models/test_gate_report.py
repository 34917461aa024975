"""Count by hand who lives behind gates that are not known, not open or not verified."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.gate_worlds import MIDDLE, NORTH, SOUTH, gate, walled
from tests.unit.engine.worlds import degrees

from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.network_report import off_network
from chengce.models.population import Population

H = 3600
LON, LAT = np.array([degrees(MIDDLE), degrees((0.0, 0.0))]).T
ZONES = Located(Text("分区", "zones"), ("in", "out"), LON, LAT)
PEOPLE = Population(
    "total", (Group("total", "total", Text("全部", "all"), {"adult": 1.0}),), ("in", "out"),
    np.array([[[1200.0], [300.0]]]),
)  # fmt: skip


def test_people_of_a_compound_without_a_known_gate_are_counted() -> None:
    (found,) = gate_warnings(walled(), [ZONES], people=PEOPLE)
    assert (found.code, found.severity) == ("unknown_gate", "warning")
    assert "1 zones (1,200 people)" in found.message.en
    assert found.message.en.endswith(": c")
    assert "1 个分区（1,200 人）" in found.message.zh


def test_nothing_is_said_where_all_is_known() -> None:
    known = walled(gate("s", SOUTH, from_s=6 * H, to_s=23 * H))
    assert gate_warnings(known, [ZONES], window=(8 * H, 9 * H)) == []
    bare = walled()
    bare = replace(bare, tables={"streets": bare.table("streets")}, known={})
    assert gate_warnings(bare, [ZONES]) == []


@pytest.mark.parametrize(
    ("window", "codes"),
    [
        ((22 * H, 23 * H + 60), ["compound_locked", "gate_hours_partial"]),
        ((23 * H, 24 * H), ["compound_locked"]),
        (None, []),
    ],
)
def test_gates_shut_for_all_or_part_of_the_window(
    window: tuple[int, int] | None, codes: list[str]
) -> None:
    here = walled(gate("s", SOUTH, from_s=6 * H, to_s=23 * H))
    assert [p.code for p in gate_warnings(here, [ZONES], window=window)] == codes


def test_what_is_not_verified_is_listed() -> None:
    here = walled(gate("s", SOUTH, verified=False), gate("n", NORTH))
    found = gate_warnings(here, [ZONES], window=(8 * H, 9 * H))
    assert [(p.code, p.severity) for p in found] == [
        ("gate_hours_unknown", "info"), ("gates_unverified", "info"),
    ]  # fmt: skip
    assert "c/s" in found[1].message.en
    assert "c/n" not in found[1].message.en


def test_who_is_behind_a_gate_is_not_said_to_be_far_from_a_street() -> None:
    off = (("far", 500.0), ("locked", 60.0), ("nowhere", float("inf")))
    (found,) = off_network(Text("分区", "zones"), off, 400.0)
    assert found.message.en.startswith("2 zones")
    assert off_network(Text("分区", "zones"), off[1:2], 400.0) == []
