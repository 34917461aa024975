"""Find, add and check the gates that modifications name: their compound, id and place."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft, listed, unknown_id
from chengce.models.modifications.gate_paths import Wall
from chengce.models.modifications.street_choice import LonLat

_HOURS, _PROFILES = ("from_s", "to_s"), ("walk", "wheelchair", "bike")


def gate_key(compound: str, gate: str) -> str:
    """Return the name under which conflicts over a gate are read off."""
    return f"{compound}/{gate}"


def gate_rows(draft: Draft, compound: str, gate: str | None = None) -> NDArray[np.bool_]:
    """Tell which rows of `gates` are of a compound, or are one of its gates."""
    table = draft.table("gates")
    here = (table["compound"].astype(str) == compound).to_numpy(dtype=bool)
    if gate is not None:
        here = here & (table["id"].astype(str) == gate).to_numpy(dtype=bool)
    return np.asarray(here, dtype=bool)


def append_gates(draft: Draft, rows: list[Mapping[str, Any]]) -> None:
    """Add gates; a profile a row does not name passes, hours it does not name are unknown."""
    draft.append("gates", rows)
    table = draft.table("gates")
    for names, dtype in ((_HOURS, "Int64"), (_PROFILES, "boolean")):
        for name in set(names) & set(table.columns):
            draft.put("gates", name, table[name].astype(dtype))


def unknown_compound(compound: str, draft: Draft) -> list[Problem]:
    """Return a problem with the nearest names if there is no such compound."""
    what = Text("没有小区 {key}", "there is no compound {key}")
    return unknown_id(what, "compounds", compound, draft)


def no_known_gates(compound: str, draft: Draft) -> list[Problem]:
    """Return a problem if no gate of a compound is known: a wall cannot be opened that is not there."""
    if gate_rows(draft, compound).any():
        return []
    return [
        Problem(
            "compound_gates_unknown",
            Text(
                f"小区 {compound} 没有已知大门，现状按最近道路点计，新开大门无从比较",
                f"no gate of compound {compound} is known, so people there walk to the nearest "
                "street; a new gate could only make that worse",
            ),
            Text(
                "先在城市的 gates 表中补上现有大门",
                "add its gates of today to the city's table `gates` first",
            ),
            column=compound,
        )
    ]


def gate_taken(compound: str, gate: str, draft: Draft) -> list[Problem]:
    """Return a problem if a compound has a gate of this id."""
    if not gate_rows(draft, compound, gate).any():
        return []
    return [
        Problem(
            "gates_id_taken",
            Text(
                f"小区 {compound} 已有大门 {gate}", f"compound {compound} has a gate {gate} already"
            ),
            Text("换一个编号", "choose another id"),
            column=gate,
        )
    ]


def unknown_gate(compound: str, gate: str, draft: Draft) -> list[Problem]:
    """Return a problem with the nearest names if a compound has no such gate."""
    if gate_rows(draft, compound, gate).any():
        return []
    there = draft.table("gates")["id"].astype(str)[gate_rows(draft, compound)].tolist()
    near = get_close_matches(gate, there, n=3, cutoff=0.5)
    return [
        Problem(
            "gates_unknown",
            Text(f"小区 {compound} 没有大门 {gate}", f"compound {compound} has no gate {gate}"),
            Text(f"相近的有：{'、'.join(near)}", f"near: {', '.join(near)}")
            if near
            else listed(there),
            column=gate,
        )
    ]


def away_from_wall(compound: str, gate: str, at: LonLat, draft: Draft) -> list[Problem]:
    """Return a problem if a gate would not stand in the wall of its compound."""
    limit = draft.city.assumptions["gate_tolerance"].value
    metres = Wall.of(draft.table("compounds"), compound, draft.table("streets")).away(at)
    if metres <= limit:
        return []
    return [
        Problem(
            "gate_off_its_wall",
            Text(
                f"大门 {gate} 距小区 {compound} 的边界 {metres:.0f} 米，超过 {limit:g} 米",
                f"gate {gate} lies {metres:.0f} m from the boundary of compound {compound}, "
                f"more than {limit:g} m",
            ),
            Text("移到围墙上", "move it onto the wall"),
            column=gate,
        )
    ]
