"""Draw how the people of an area spread over its zones, the area's total exact in every draw.

Where people were shared out by homes (`city.allocate`), what is uncertain is not how many live in
the area but how many in each part of it: homes of equal weight hold unequal numbers. A piece (the
homes of one area in one zone) with expected people E and concentration H (sum of squared shares of
its homes, 1 for one home) has a relative variance

    dispersion² · (shared + (1 − shared) · H) + clump / E,

the first part of homes that differ, alike within a zone to the degree `shared`, the second of people
who come by households. Draws are lognormal, scaled to the area's total and rounded to whole people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.allocate.rounding import whole_parts, whole_table
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.draws import uniforms
from chengce.models.noise import relative_errors, scalar, standard_normal

Floats = NDArray[np.float64]
_BY = "\x1f"


@dataclass(frozen=True)
class _Area:
    """One area: its pieces in order of their zones, and its people by group in one dimension."""

    name: str
    zones: tuple[str, ...]
    weight: Floats
    concentration: Floats
    people: Floats
    dimension: str
    groups: tuple[str, ...]
    counts: Floats

    @property
    def keys(self) -> list[str]:
        """Stable ids of the pieces."""
        return [f"{self.name}{_BY}{zone}" for zone in self.zones]

    @property
    def share(self) -> Floats:
        """Share of each piece in the weight of the area."""
        return np.asarray(self.weight / self.weight.sum())


def is_shared_out(city: City) -> bool:
    """Tell whether the city's people were shared out from totals of areas."""
    return bool(len(city.table("allocation")))


def shared_people(
    city: City, dimension: str, zones: tuple[str, ...], groups: tuple[str, ...], context: Context
) -> tuple[Floats, Floats]:
    """Return people shared out: drawn (draws, zones, groups), and as the city has them (zones, groups).

    Whole people; over the zones of an area, and what lies in no zone, each group sums to its total in
    every draw unless `control_total_error` says the totals themselves are off.
    """
    drawn = np.zeros((context.draws, len(zones), len(groups)))
    middle = np.zeros((len(zones), len(groups)))
    areas = _areas(city, dimension)
    off = relative_errors(city.assumptions["control_total_error"], [a.name for a in areas], context)
    row, column = {z: i for i, z in enumerate(zones)}, {g: i for i, g in enumerate(groups)}
    for area, error in zip(areas, off.T, strict=True):
        rows = np.array([row.get(z, -1) for z in area.zones])
        inside, columns = rows >= 0, np.array([column[g] for g in area.groups])
        place = np.ix_(rows[inside], columns)
        middle[place] += whole_table(area.people[None], area.counts)[0][inside]
        found = _drawn(city, area, context)[:, inside]
        drawn[:, place[0], place[1]] += found * error[:, None, None]
    return drawn, middle


def _areas(city: City, dimension: str) -> list[_Area]:
    """Return the areas with people in a dimension, by id, as plain arrays."""
    totals = city.table("totals")
    totals = totals[(totals["dimension"] == dimension).to_numpy()]
    pieces = city.table("allocation")
    pieces = pieces.assign(zone=pieces["zone"].fillna("")).sort_values(["area", "zone"])
    totals = totals.sort_values(["area", "group"])
    ids, begins = np.unique(totals["area"].to_numpy(dtype=object), return_index=True)
    owner = pieces["area"].to_numpy(dtype=object)
    zones, groups = pieces["zone"].astype(str).tolist(), totals["group"].astype(str).tolist()
    weight, concentration, people = (
        pieces[c].to_numpy(dtype=np.float64) for c in ("weight", "concentration", "people")
    )
    counts = totals["count"].to_numpy(dtype=np.float64)
    found = []
    for area, first, last in zip(ids, begins, [*begins[1:], len(totals)], strict=True):
        at = slice(*(np.searchsorted(owner, area, side=s) for s in ("left", "right")))
        found.append(
            _Area(str(area), tuple(zones[at]), weight[at], concentration[at], people[at],
                  dimension, tuple(groups[first:last]), counts[first:last])
        )  # fmt: skip
    return found


def _drawn(city: City, area: _Area, context: Context) -> Floats:
    """Return people of one area by piece and group in each draw, (draws, pieces, groups)."""
    total = float(area.counts.sum())
    if len(area.zones) == 1 or total == 0 or area.weight.sum() == 0:
        alone = whole_table(area.people[None], area.counts)
        return np.broadcast_to(alone, (context.draws, *alone.shape[1:]))
    clump = scalar(city.assumptions["allocation_clump"], context)[:, None]
    sd = scalar(city.assumptions["allocation_dispersion"], context)[:, None]
    alike = scalar(city.assumptions["allocation_shared"], context)[:, None]
    spread = sd**2 * (alike + (1 - alike) * area.concentration) + clump / (total * area.share)
    z = standard_normal(uniforms(context.seed, "allocation_dispersion", area.keys, context.draws))
    rows = whole_parts(total, area.share * _lognormal(spread, z))
    if len(area.groups) == 1:
        return rows[:, :, None]
    return whole_table(rows, area.counts, _mixture(city, area, context))


def _mixture(city: City, area: _Area, context: Context) -> Floats:
    """Return by how much each group is over- or under-represented in each piece in each draw."""
    part = area.counts / area.counts.sum()
    sd = scalar(city.assumptions["allocation_mix"], context)[:, None, None]
    clump = scalar(city.assumptions["allocation_clump"], context)[:, None, None]
    expected = area.counts * area.share[:, None]
    chance = (1 - part) / np.maximum(expected, 1.0)
    named = [f"{k}{_BY}{area.dimension}{_BY}{g}" for k in area.keys for g in area.groups]
    first = uniforms(context.seed, "allocation_mix", named, context.draws)
    second = uniforms(context.seed, "allocation_mix/angle", named, context.draws)
    z = np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second)  # Box and Muller: many, and fast
    return _lognormal(sd**2 + clump * chance, z.reshape(context.draws, *expected.shape))


def _lognormal(variance: Floats, z: Floats) -> Floats:
    """Return lognormal factors with mean 1 and a relative variance."""
    log = np.log1p(variance)
    return np.asarray(np.exp(np.sqrt(log) * z - 0.5 * log))
