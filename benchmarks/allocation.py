"""Share simulated and real people out from totals and count how often the intervals hold the truth.

Usage: python -m benchmarks.allocation [--cities N] [--data LONDON_DIR]; writes docs/validation/allocation.json
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from benchmarks.machine import about
from numpy.typing import NDArray

from chengce.city.allocate.rounding import whole_parts
from chengce.city.allocate.share import Shared, share_out
from chengce.city.allocate.spec import TotalsSpec
from chengce.city.allocate.totals import Totals
from chengce.city.assumptions import default_assumptions
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.groups import TOTAL
from chengce.core.text import Text
from chengce.models.allocation import shared_people

Floats = NDArray[np.float64]
OUT = Path(__file__).resolve().parents[1] / "docs" / "validation" / "allocation.json"
GROUPS = ("child", "adult", "elder")
_SHARES = np.array([0.16, 0.64, 0.20])
_SIZES, _HOW_OFTEN = np.arange(1, 6), np.array([0.25, 0.30, 0.21, 0.14, 0.10])
_AREAS, _ZONES = 4, 6


@dataclass(frozen=True)
class Habits:
    """How simulated people fill homes: none of it is the formula the program draws by.

    `occupied`: mean share of dwellings lived in; `estate`, `home`: relative variance of that share
    among zones and among homes of one zone (gamma); `mix`: sd of the logarithm of a group's share.
    """

    occupied: float = 0.55
    estate: float = 0.02
    home: float = 0.05
    mix: float = 0.2

    def assumptions(self) -> dict[str, float]:
        """Return the assumptions that are true of these habits, by their moments."""
        mean = float(_SIZES @ _HOW_OFTEN)
        variance = float(_SIZES**2 @ _HOW_OFTEN) - mean**2
        both = (1 + self.estate) * (1 + self.home) - 1
        return {
            "allocation_dispersion": both**0.5,
            "allocation_shared": self.estate / both,
            "allocation_clump": variance / mean + mean * (1 - self.occupied),
            "allocation_mix": self.mix,
        }


@dataclass(frozen=True)
class World:
    """Homes of a simulated city: number of the zone (0, 1, …) and dwellings of each, and its shares."""

    zone: NDArray[np.int64]
    dwellings: Floats
    shared: Shared


def world(seed: int) -> World:
    """Return a city of 4 areas of 6 zones, each of 1 to 25 homes of 6 to 200 dwellings."""
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 26, size=_AREAS * _ZONES)
    zone = np.repeat(np.arange(_AREAS * _ZONES), count)
    dwellings = np.rint(np.exp(rng.uniform(np.log(6), np.log(200), size=len(zone))))
    lon, lat = zone % _ZONES * 0.01 + 0.005, zone // _ZONES * 0.01 + 0.005
    ids = [f"b{i:04d}" for i in range(len(zone))]
    homes = gpd.GeoDataFrame(
        {
            "id": ids,
            "use": "residential",
            "dwellings": dwellings,
            "area": [f"a{z // _ZONES}" for z in zone],
        },
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    )
    boxes = [
        shapely.box(x * 0.01, y * 0.01, (x + 1) * 0.01, (y + 1) * 0.01)
        for y in range(_AREAS)
        for x in range(_ZONES)
    ]
    zones = gpd.GeoDataFrame(
        {"id": zone_ids(len(boxes))}, geometry=gpd.GeoSeries(boxes), crs="EPSG:4326"
    )
    ones = np.full((_AREAS, len(GROUPS)), 1.0)
    return World(zone, dwellings, shared_out({"buildings": homes, "zones": zones}, ones))


def zone_ids(count: int) -> list[str]:
    """Return ids that sort as they are numbered."""
    return [f"z{i:03d}" for i in range(count)]


def shared_out(
    tables: dict[str, pd.DataFrame], totals: Floats, groups: Sequence[str] = GROUPS
) -> Shared:
    """Share totals (areas, groups) of areas a0, a1, … out by dwellings."""
    spec = TotalsSpec(
        path="totals.csv",
        area="area",
        counts={"age": {g: g for g in groups}},
        base="resident",
        date="2020-11-01",
        weight=["dwellings"],
    )
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"a{i}" for i in range(len(totals))], len(groups)),
            "dimension": TOTAL,
            "group": [f"age/{g}" for g in groups] * len(totals),
            "count": totals.reshape(-1),
            "base": "resident",
            "date": "2020-11-01",
        }
    )
    found, problems = share_out([Totals("totals.csv", spec, frame)], tables)
    assert found is not None, [p.line("en") for p in problems]
    return found


def live(homes: World, habits: Habits, rng: np.random.Generator) -> Floats:
    """Return the people of every zone by group who live in the homes, (zones, groups)."""
    zones = int(homes.zone.max()) + 1
    estate = rng.gamma(1 / habits.estate, habits.estate, size=zones)
    home = rng.gamma(1 / habits.home, habits.home, size=len(homes.zone))
    occupied = np.minimum(1.0, habits.occupied * estate[homes.zone] * home)
    households = rng.binomial(homes.dwellings.astype(np.int64), occupied)
    people = rng.multinomial(households, _HOW_OFTEN) @ _SIZES
    total = np.bincount(homes.zone, weights=people, minlength=zones).astype(np.int64)
    odds = _SHARES * rng.lognormal(0.0, habits.mix, size=(zones, len(GROUPS)))
    return rng.multinomial(total, odds / odds.sum(axis=1, keepdims=True)).astype(np.float64)


def published(homes: World, truth: Floats) -> City:
    """Return the city that knows of the truth only the totals of its areas."""
    totals = truth.reshape(_AREAS, _ZONES, -1).sum(axis=1)
    ages = homes.shared.totals[homes.shared.totals["dimension"] == "age"]
    ages = ages.sort_values(["area", "group"])
    order = np.argsort(GROUPS)
    ages = ages.assign(count=totals[:, order].reshape(-1))
    whole = homes.shared.totals[homes.shared.totals["dimension"] == TOTAL].sort_values("area")
    whole = whole.assign(count=totals.sum(axis=1))
    allocation = homes.shared.allocation.copy()
    weights = allocation["weight"].to_numpy(dtype=np.float64).reshape(_AREAS, _ZONES)
    parts = [whole_parts(float(t), w) for t, w in zip(totals.sum(axis=1), weights, strict=True)]
    allocation["people"] = np.concatenate(parts)
    tables = {"totals": pd.concat([ages, whole], ignore_index=True), "allocation": allocation}
    return City("simulated", Text("模拟城市", "simulated city"), tables)


@dataclass
class Coverage:
    """How often intervals of 5 to 95 % held the truth, by what they were about."""

    held: dict[str, list[bool]]

    @classmethod
    def none(cls) -> "Coverage":
        """Return the coverage of nothing yet."""
        return cls({})

    def add(self, what: str, drawn: Floats, truth: Floats) -> None:
        """Compare draws (draws, …) with the truth (…)."""
        low, high = np.percentile(drawn, (5, 95), axis=0)
        within = (low <= truth) & (truth <= high)
        self.held.setdefault(what, []).extend(np.atleast_1d(within).ravel().tolist())

    def shares(self) -> dict[str, dict[str, float]]:
        """Return the share held and the number of cases, by what."""
        return {k: {"held": float(np.mean(v)), "cases": len(v)} for k, v in self.held.items()}


def simulate(
    cities: int, habits: Habits, assumed: dict[str, float], *, draws: int = 400
) -> Coverage:
    """Count in simulated cities how often intervals hold people by zone, by catchment and by group.

    A catchment is half of the zones, at random: what is within reach of something.
    """
    worlds = [world(seed) for seed in range(8)]
    found = Coverage.none()
    assumptions = default_assumptions().override(assumed)
    zones = tuple(zone_ids(_AREAS * _ZONES))
    for i in range(cities):
        homes, rng = worlds[i % len(worlds)], np.random.default_rng((20, i))
        truth = live(homes, habits, rng)
        city = replace(published(homes, truth), assumptions=assumptions)
        context = Context(draws=draws, seed=1_000 + i)
        drawn, _ = shared_people(city, "age", zones, GROUPS, context)
        inside = rng.permutation(len(zones))[: len(zones) // 2]
        found.add("zone", drawn.sum(axis=2), truth.sum(axis=1))
        found.add("catchment", drawn[:, inside].sum(axis=(1, 2)), truth[inside].sum())
        found.add("group in a zone", drawn, truth)
        found.add("group in a catchment", drawn[:, inside].sum(axis=1), truth[inside].sum(axis=0))
        apart = drawn.reshape(draws, _AREAS, _ZONES, -1).sum(axis=2)
        assert (apart == truth.reshape(_AREAS, _ZONES, -1).sum(axis=1)).all()
    return found


AGES = ("0-15", "16-29", "30-44", "45-64", "65+")
_HOMES = 50  # homes into which the dwellings of an MSOA are split, equal


def london(folder: Path, *, draws: int = 400) -> dict[str, Any]:
    """Share the people of 32 boroughs out to their MSOAs by dwellings, and compare with the census."""
    table = pd.read_csv(folder / "msoa-data.csv", encoding="latin-1")
    table = table[table["Middle Super Output Area"].astype(str).str.startswith("E02")]
    borough = table["MSOA Name"].str.replace(r"\s+\d+$", "", regex=True)
    table = table[borough.map(borough.value_counts()) > 1].sort_values("Middle Super Output Area")
    borough = borough[table.index]
    names = sorted(set(borough))
    codes = table["Middle Super Output Area"].to_numpy(dtype=object)
    spaces = "Dwelling type (2011);Household spaces with "
    dwellings = (table[spaces + "at least one usual resident;"]
                 + table[spaces + "no usual residents;"]).to_numpy(dtype=np.float64)  # fmt: skip
    columns = [f"Age Structure (2011 Census);{age};" for age in AGES]
    truth = table[columns].to_numpy(dtype=np.float64)
    shapes = gpd.read_file(folder / "MSOA_2011_London_gen_MHW.shp").to_crs("EPSG:4326")
    shapes = shapes.set_index("MSOA11CD").loc[codes]
    zones = gpd.GeoDataFrame({"id": codes}, geometry=shapes.geometry.to_numpy(), crs="EPSG:4326")
    points = zones.representative_point()
    at = np.repeat(np.arange(len(codes)), _HOMES)
    area = np.array([f"a{names.index(b)}" for b in borough], dtype=object)
    homes = gpd.GeoDataFrame(
        {
            "id": [f"{codes[z]}-{i % _HOMES:02d}" for i, z in enumerate(at)],
            "use": "residential",
            "dwellings": dwellings[at] / _HOMES,
            "area": area[at],
        },
        geometry=points.to_numpy()[at],
        crs="EPSG:4326",
    )
    totals = np.array([truth[borough.to_numpy() == n].sum(axis=0) for n in names])
    found = shared_out({"buildings": homes, "zones": zones}, totals, AGES)
    city = City("london", Text("伦敦", "London"), found.tables())
    zone_ids = tuple(codes)
    drawn, middle = shared_people(city, "age", zone_ids, AGES, Context(draws=draws, seed=1))
    held = _by_age(drawn, truth)
    off = middle.sum(axis=1) / truth.sum(axis=1) - 1
    low, high = np.percentile(drawn.sum(axis=2), (5, 95), axis=0) / middle.sum(axis=1)
    other = np.array([names.index(b) % 2 == 1 for b in borough])
    fitted = _fitted(truth[~other], dwellings[~other], borough.to_numpy()[~other])
    tuned = replace(city, assumptions=city.assumptions.override(fitted))
    again, _ = shared_people(tuned, "age", zone_ids, AGES, Context(draws=draws, seed=1))
    return {
        "areas": len(names),
        "zones": len(codes),
        "people": float(truth.sum()),
        "exact": bool((drawn.sum(axis=(1, 2)) == truth.sum()).all()),
        "mean_absolute_error": float(np.abs(off).mean()),
        "median_interval": [float(np.median(low)), float(np.median(high))],
        "held": held.shares(),
        "fitted": fitted,
        "held_elsewhere": _by_age(again[:, other], truth[other]).shares(),
    }


def _by_age(drawn: Floats, truth: Floats) -> Coverage:
    held = Coverage.none()
    held.add("zone", drawn.sum(axis=2), truth.sum(axis=1))
    for g, age in enumerate(AGES):
        held.add(f"aged {age}", drawn[:, :, g], truth[:, g])
    return held


def _fitted(truth: Floats, dwellings: Floats, area: NDArray[np.object_]) -> dict[str, float]:
    """Return assumptions that fit zones whose people are known, by moments within areas."""
    people = truth.sum(axis=1)
    rows = pd.DataFrame({"area": area, "people": people, "dwellings": dwellings})
    sums = rows.groupby("area")[["people", "dwellings"]].transform("sum").to_numpy()
    per_home = people / dwellings / (sums[:, 0] / sums[:, 1])
    part = pd.DataFrame(truth).groupby(area).transform("sum").to_numpy()
    mix = (truth / people[:, None]) / (part / sums[:, :1])
    clump = default_assumptions()["allocation_clump"].value
    variance = float(per_home.var() - (clump / people).mean())
    return {
        "allocation_dispersion": variance**0.5,
        "allocation_shared": 1.0,
        "allocation_mix": float(np.sqrt(mix.var(axis=0).mean())),
    }


def main(arguments: list[str]) -> int:
    """Run the checks and write the results."""
    parser = argparse.ArgumentParser("python -m benchmarks.allocation", description=__doc__)
    parser.add_argument("--cities", type=int, default=1000)
    parser.add_argument("--data", type=Path, help="folder with msoa-data.csv and MSOA boundaries")
    options = parser.parse_args(arguments)
    habits = Habits()
    assumed = habits.assumptions()
    half = {**assumed, "allocation_dispersion": assumed["allocation_dispersion"] / 2}
    twice = {**assumed, "allocation_dispersion": assumed["allocation_dispersion"] * 2}
    cases = {
        "as assumed": assumed,
        "assumed half as uneven": half,
        "assumed twice as uneven": twice,
    }
    results: dict[str, Any] = {
        "about": about(),
        "cities": options.cities,
        "habits": asdict(habits),
        "assumed": assumed,
        "simulated": {k: simulate(options.cities, habits, a).shares() for k, a in cases.items()},
    }
    if options.data is not None:
        results["london"] = london(options.data)
    elif OUT.is_file():
        results["london"] = json.loads(OUT.read_text("utf-8")).get("london")
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True)
    OUT.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
