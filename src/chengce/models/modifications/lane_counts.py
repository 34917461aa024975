"""Read and set the lanes cars have on a street in a direction, and the capacity that goes with them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft
from chengce.models.modifications.hours import Arc
from chengce.models.modifications.street_choice import several

_WAYS = {1: "along", 2: "against"}


def lanes_of(draft: Draft, arcs: list[Arc]) -> dict[Arc, float]:
    """Return the lanes of streets in a direction; NaN where unknown."""
    table = draft.table("streets").set_index("id")
    return {(s, d): float(_cell(table, s, f"lanes_{_WAYS[d]}")) for s, d in arcs}


def set_lanes(draft: Draft, lanes: dict[Arc, float], *, capacity: float | None = None) -> None:
    """Set lanes by street and direction; a stated capacity becomes `capacity`, or scales with them."""
    for d, way in _WAYS.items():
        table = draft.table("streets")
        new = table["id"].map({street: n for (street, at), n in lanes.items() if at == d})
        new = new.to_numpy(dtype=np.float64)
        here = ~np.isnan(new)
        if not here.any():
            continue
        old = column_of(table, f"lanes_{way}")
        room = column_of(table, f"capacity_{way}")
        if capacity is not None:
            draft.put("streets", f"capacity_{way}", np.where(here, capacity, room))
        elif (here & ~np.isnan(room)).any():
            scaled = np.where(new == old, room, room * new / old)
            draft.put("streets", f"capacity_{way}", np.where(here, scaled, room))
        draft.put("streets", f"lanes_{way}", np.where(here, new, old))


def unscalable(draft: Draft, arcs: list[Arc]) -> list[str]:
    """Return the streets whose capacity is stated while their lanes are unknown."""
    table = draft.table("streets").set_index("id")
    return sorted(
        {
            street
            for street, d in arcs
            if not np.isnan(_cell(table, street, f"capacity_{_WAYS[d]}"))
            and np.isnan(_cell(table, street, f"lanes_{_WAYS[d]}"))
        }
    )


def lanes_left(draft: Draft, arcs: list[Arc], taken: float, *, unknown: Text) -> list[Problem]:
    """Return what stands against taking lanes away: not known how many there are, or none left."""
    lanes = lanes_of(draft, arcs)
    found = []
    if dark := sorted({street for (street, _), n in lanes.items() if np.isnan(n)}):
        names = several(dark)
        found.append(
            Problem(
                "lanes_unknown",
                Text(f"车道数不明：{names.zh}", f"the number of lanes is unknown: {names.en}"),
                unknown,
                column=dark[0],
            )
        )
    if bare := sorted({street for (street, _), n in lanes.items() if n <= taken}):
        names = several(bare)
        found.append(
            Problem(
                "no_lane_left",
                Text(
                    f"占去 {taken:g} 条车道后机动车已无车道：{names.zh}",
                    f"with {taken:g} lane{'' if taken == 1 else 's'} taken, none is left for cars: {names.en}",
                ),
                Text(
                    "需要封闭时用 modal_filter，或用 set_one_way 改为单行",
                    "to close the street to cars use `modal_filter`, or `set_one_way`",
                ),
                column=bare[0],
            )
        )
    return found


def column_of(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return an optional column of numbers; NaN where it is null or absent."""
    if column not in table.columns:
        return np.full(len(table), np.nan)
    return np.asarray(table[column].to_numpy(dtype=np.float64, na_value=np.nan))


def _cell(table: pd.DataFrame, street: str, column: str) -> float:
    return float(table[column].at[street]) if column in table.columns else float("nan")
