"""Draw people shared out from totals: exact in every draw, shared by states, gone where certain."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from chengce.city.allocate.share import share_out
from chengce.city.allocate.spec import TotalsSpec
from chengce.city.allocate.totals import Totals
from chengce.city.assumptions import EXACT_PEOPLE
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.text import Text
from chengce.models.modifications.base import Draft
from chengce.models.modifications.land import ChangePeople
from chengce.models.population import population

CONTEXT = Context(draws=100, seed=4)


@pytest.fixture(scope="module")
def city() -> City:
    """Return a city of two areas of four zones, 1,000 and 601 people, shared out by dwellings."""
    at = [i + 0.1 * j for i in range(8) for j in range(1, 6)]
    homes = gpd.GeoDataFrame(
        {"id": [f"h{i:02d}" for i in range(40)], "use": "residential", "dwellings": np.arange(40) % 7 + 3.0,
         "area": ["A"] * 20 + ["B"] * 20},
        geometry=gpd.points_from_xy(at, [0.5] * 40), crs="EPSG:4326",
    )  # fmt: skip
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(8)]
    zones = gpd.GeoDataFrame({"id": [f"z{i}" for i in range(8)]}, geometry=boxes, crs="EPSG:4326")
    spec = TotalsSpec(path="t", area="a", counts={"total": "n", "age": {"y": "y", "o": "o"}}, base="resident",
                      date="2020-11-01", weight=["dwellings"])  # fmt: skip
    rows = [("A", "total/total", 1000), ("A", "age/y", 700), ("A", "age/o", 300),
            ("B", "total/total", 601), ("B", "age/y", 300), ("B", "age/o", 301)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["area", "group", "count"])
    frame = frame.assign(dimension="total", base="resident", date=spec.date)
    found, problems = share_out([Totals("t", spec, frame)], {"buildings": homes, "zones": zones})
    assert found is not None, problems
    tables = {**found.tables(), "zones": zones, "buildings": homes}
    return City("two", Text("两区", "two areas"), tables)


def test_totals_of_areas_and_groups_are_exact_in_every_draw(city: City) -> None:
    whole = population(city, "total", CONTEXT).counts[:, :, 0]
    ages = population(city, "age", CONTEXT)
    assert (whole[:, :4].sum(axis=1) == 1000).all()
    assert (whole[:, 4:].sum(axis=1) == 601).all()
    order = [g.id for g in ages.groups]
    assert (ages.counts[:, :4, order.index("o")].sum(axis=1) == 300).all()
    assert (ages.counts[:, 4:, order.index("o")].sum(axis=1) == 301).all()
    assert (ages.counts.sum(axis=2) == whole).all()  # dimensions tell of the same people
    assert (whole == np.floor(whole)).all()
    assert whole[:, 0].std() > 10


def test_draws_do_not_depend_on_the_order_of_rows(city: City) -> None:
    turned = {n: city.table(n).iloc[::-1].reset_index(drop=True) for n in ("totals", "allocation")}
    other = replace(city, tables={**city.tables, **turned}, _memory={})
    for dimension in ("total", "age"):
        a, b = (population(c, dimension, CONTEXT).counts for c in (city, other))
        assert (a == b).all()


def test_certain_people_are_as_the_city_has_them(city: City) -> None:
    sure = replace(city, assumptions=city.assumptions.override(EXACT_PEOPLE))
    people = city.table("people")
    for dimension in ("total", "age"):
        found = population(sure, dimension, CONTEXT)
        rows = people[people["dimension"] == dimension].set_index(["zone", "group"])["count"]
        for z, zone in enumerate(found.zones):
            for g, group in enumerate(found.groups):
                assert (found.counts[:, z, g] == rows[zone, group.id]).all()


def test_zones_a_scenario_leaves_alone_have_the_same_people(city: City) -> None:
    draft = Draft(city)
    more = ChangePeople.model_validate({"zones": ["z1"], "count": 200})
    assert more.resolve(draft) == []
    more.apply(draft)
    other = city.with_changes({"people": draft.table("people")})
    before, after = (population(c, "total", CONTEXT).counts[:, :, 0] for c in (city, other))
    same = [i for i in range(8) if i != 1]
    assert (before[:, same] == after[:, same]).all()
    added = after[:, 1] - before[:, 1]
    assert abs(added.mean() - 200) < 5  # newcomers carry the error of a zone's count
    assert (added > 0).all()


def test_people_taken_away_leave_in_proportion(city: City) -> None:
    people = city.table("people").copy()
    here = people["zone"] == "z2"
    people.loc[here, "count"] = people.loc[here, "count"] / 2
    other = city.with_changes({"people": people})
    before, after = (population(c, "total", CONTEXT).counts[:, 2, 0] for c in (city, other))
    assert np.allclose(after, before / 2)


def test_the_totals_own_error_is_apart_and_moves_an_area_as_one(city: City) -> None:
    off = replace(city, assumptions=city.assumptions.override({"control_total_error": 0.1}))
    before, after = (population(c, "total", CONTEXT).counts[:, :, 0] for c in (city, off))
    ratio = after[:, :4] / before[:, :4]
    assert np.allclose(ratio, ratio[:, :1])
    assert 0.05 < np.log(ratio[:, 0]).std() < 0.15


def test_more_dispersion_means_wider_intervals(city: City) -> None:
    def width(sd: float) -> float:
        fixed = {"allocation_dispersion": sd, "allocation_clump": 0.0}
        other = replace(city, assumptions=city.assumptions.override(fixed))
        return float(population(other, "total", CONTEXT).counts[:, 0, 0].std())

    assert 0 < width(0.1) < width(0.2) < width(0.4)


def test_the_spread_of_a_zone_is_what_the_formula_says(city: City) -> None:
    fixed = {"allocation_dispersion": 0.2, "allocation_shared": 0.3, "allocation_clump": 1.0}
    other = replace(city, assumptions=city.assumptions.override(fixed))
    counts = population(other, "total", Context(draws=4000, seed=1)).counts[:, :4, 0]
    rows = other.table("allocation").query("area == 'A'")
    share = rows["weight"].to_numpy() / rows["weight"].sum()
    variance = 0.04 * (0.3 + 0.7 * rows["concentration"].to_numpy()) + 1 / (1000 * share)
    within = share**2 * (
        (1 - share) ** 2 * variance + (share**2 * variance).sum() - share**2 * variance
    )
    expected = 1000 * np.sqrt(within)  # first order: shares that sum to 1
    assert np.allclose(counts.std(axis=0), expected, rtol=0.06)
