"""Draw the people of each zone by group, with the count's uncertainty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.groups import TOTAL, TOTAL_GROUP, Group
from chengce.core.text import Text
from chengce.models.allocation import is_shared_out, shared_people
from chengce.models.noise import relative_errors


@dataclass(frozen=True)
class Population:
    """People by draw, zone and group: `counts` (draws, zones, groups), persons."""

    dimension: str
    groups: tuple[Group, ...]
    zones: tuple[str, ...]
    counts: NDArray[np.float64]

    @property
    def profiles(self) -> tuple[str, ...]:
        """Return the walking profiles that occur in any group."""
        return tuple(sorted({p for g in self.groups for p, share in g.mix.items() if share > 0}))

    def mix(self) -> NDArray[np.float64]:
        """Return shares of profiles by group, (groups, profiles)."""
        return np.array([[g.mix.get(p, 0.0) for p in self.profiles] for g in self.groups])


def population(city: City, dimension: str, context: Context) -> Population:
    """Return the people of one dimension; without `total`, everyone is the sum of a partition.

    All groups of a zone share one relative error, so shares by group are as in the data. People
    shared out from totals spread over the zones anew in each draw instead, the totals exact; those a
    scenario takes away leave in proportion, those it adds keep the zone's error. Raises
    `ChengceError` if the city has no people or not this dimension; groups are never invented.
    """
    table = city.table("people")
    known = sorted(set(table["dimension"]))
    zones = tuple(sorted(city.table("zones")["id"].astype(str)))
    if dimension == TOTAL and TOTAL not in known and known:
        rows = table[table["dimension"] == known[0]].assign(group=TOTAL)
        groups: tuple[Group, ...] = (TOTAL_GROUP,)
    elif dimension in known:
        rows = table[table["dimension"] == dimension]
        groups = _groups(city, dimension, sorted(set(rows["group"])))
    else:
        raise ChengceError(_no_dimension(dimension, known))
    counts = (
        rows.groupby(["zone", "group"])["count"].sum().unstack(fill_value=0.0)
        .reindex(index=list(zones), columns=[g.id for g in groups], fill_value=0.0)
        .to_numpy(dtype=np.float64)
    )  # fmt: skip
    errors = relative_errors(city.assumptions["people_count_error"], zones, context)
    if not is_shared_out(city):
        return Population(dimension, groups, zones, counts[None] * errors[:, :, None])
    drawn, middle = shared_people(city, dimension, zones, tuple(g.id for g in groups), context)
    some = middle > 0
    kept = np.where(some, np.minimum(counts, middle) / np.where(some, middle, 1.0), 1.0)
    fresh = np.maximum(counts - middle, 0.0)
    return Population(dimension, groups, zones, kept * drawn + fresh * errors[:, :, None])


def _groups(city: City, dimension: str, ids: list[str]) -> tuple[Group, ...]:
    if dimension == TOTAL:
        return tuple(g for g in city.groups if g.dimension == TOTAL) or (TOTAL_GROUP,)
    declared = {g.id: g for g in city.groups if g.dimension == dimension}
    order = [g for g in declared if g in ids] + [i for i in ids if i not in declared]
    return tuple(declared.get(i, Group(dimension, i, Text(i, i), {"adult": 1.0})) for i in order)


def _no_dimension(dimension: str, known: list[str]) -> Problem:
    if not known:
        return Problem(
            "people_missing",
            Text(
                "城市没有人口数据，无法按人计算",
                "the city has no people, so nothing can be weighted",
            ),
            Text("导入 people 表（分区、人数）", "add a people table (zone, count)"),
            column="people",
        )
    return Problem(
        "dimension_unknown",
        Text(f"人口数据没有维度 {dimension}", f"the people table has no dimension {dimension}"),
        Text(f"可用维度：{'、'.join(known)}", f"dimensions: {', '.join(known)}"),
        column="dimension",
    )
