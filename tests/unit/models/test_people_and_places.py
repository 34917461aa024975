"""Check that counts become draws without bias, keyed by what they are about."""

from dataclasses import replace
from math import comb
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.models.noise import operating, relative_errors, scalar
from chengce.models.opportunities import jobs, places, zone_points
from chengce.models.population import population

MANY = Context(seed=3, draws=4000)
FEW = Context(seed=3, draws=20)
OLD = Group("age", "old", Text("老", "old"), {"elder": 0.75, "wheelchair": 0.25})
YOUNG = Group("age", "young", Text("青", "young"), {"adult": 1.0})


def town() -> City:
    """Return two zones with two age groups."""
    return ascii_city(
        "A--B--C",
        people={"A": {"young": 60, "old": 40}, "B": {"young": 10, "old": 0}},
        jobs={"A": {"office": 5, "shop": 7}, "C": {"office": 1}},
        places={"B": ["clinic", "clinic", "school"]},
        dimension="age",
        groups=(YOUNG, OLD),
    )


def test_people_by_group_are_those_of_the_data() -> None:
    found = population(certain(town()), "age", FEW)
    assert [g.id for g in found.groups] == ["young", "old"]  # as declared
    assert found.zones == ("A", "B", "C")
    assert found.counts[0].tolist() == [[60, 40], [10, 0], [0, 0]]
    assert (found.counts == found.counts[0]).all()
    assert found.profiles == ("adult", "elder", "wheelchair")
    assert found.mix().tolist() == [[1, 0, 0], [0, 0.75, 0.25]]


def test_everyone_is_the_sum_of_one_partition() -> None:
    found = population(certain(town()), "total", FEW)
    assert found.counts[0, :, 0].tolist() == [100, 10, 0]
    both = town()
    sexes = pd.DataFrame(
        {"zone": ["A", "A", "B"], "dimension": "sex", "group": ["f", "m", "f"],
         "count": [55.0, 45.0, 10.0], "base": "resident"}
    )  # fmt: skip
    people = pd.concat([both.table("people"), sexes], ignore_index=True)
    both = replace(both, tables={**both.tables, "people": people})
    assert population(certain(both), "total", FEW).counts[0, :, 0].tolist() == [100, 10, 0]


def test_groups_of_a_zone_share_its_error_and_zones_do_not() -> None:
    counts = population(town(), "age", MANY).counts
    ratio = counts[:, 0, 0] / counts[:, 0, 1]
    np.testing.assert_allclose(ratio, 1.5, rtol=1e-12)
    a, b = np.log(counts[:, 0, 0] / 60), np.log(counts[:, 1, 0] / 10)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.06
    assert a.std() == pytest.approx(0.05, rel=0.05)
    assert counts[:, 0, 0].mean() == pytest.approx(60, rel=0.003)  # no bias


def test_unknown_dimensions_and_missing_people_are_answered() -> None:
    with pytest.raises(ChengceError) as caught:
        population(town(), "income", FEW)
    assert caught.value.problems[0].code == "dimension_unknown"
    assert "age" in caught.value.problems[0].remedy.zh
    with pytest.raises(ChengceError) as caught:
        population(ascii_city("A--B"), "total", FEW)
    assert caught.value.problems[0].code == "people_missing"


def test_draws_of_a_zone_do_not_depend_on_the_others() -> None:
    more = ascii_city("A--B--C--D", people={"D": {"young": 9}, "A": {"young": 60, "old": 40}},
                      dimension="age", groups=(YOUNG, OLD))  # fmt: skip
    one, two = population(town(), "age", FEW).counts, population(more, "age", FEW).counts
    assert (one[:, 0] == two[:, 0]).all()
    assert (population(town(), "age", replace(FEW, seed=4)).counts[:, 0] != one[:, 0]).any()


def test_jobs_add_up_and_a_total_is_not_counted_twice() -> None:
    base = certain(town())
    assert jobs(base, FEW).counts[0].tolist() == [12, 0, 1]
    whole = pd.DataFrame({"zone": ["A", "C"], "kind": "total", "count": [12.0, 1.0]})
    table = pd.concat([base.table("jobs"), whole], ignore_index=True)
    again = replace(base, tables={**base.tables, "jobs": table})
    assert jobs(again, FEW).counts[0].tolist() == [12, 0, 1]


def test_places_operate_as_often_as_assumed() -> None:
    base = town()
    found = places(base, ["clinic"], MANY)
    assert found.ids == ("B:clinic", "B:clinic:2")
    assert set(np.unique(found.counts)) <= {0.0, 1.0}
    assert found.counts.mean() == pytest.approx(0.95, abs=0.01)  # uniform 0.90 … 1.00
    with pytest.raises(ChengceError) as caught:
        places(base, ["cinema", "zoo", "clinic"], FEW)
    assert [p.code for p in caught.value.problems] == ["place_kind_absent"] * 2
    assert "clinic" in caught.value.problems[0].remedy.en


@pytest.mark.parametrize("n", [2, 5, 50])
def test_of_n_places_a_binomial_number_operates(n: int) -> None:
    share = replace(town().assumptions["place_operating_share"], distribution="fixed", value=0.9)
    context = Context(seed=1, draws=20_000)
    drawn = operating(share, ["x"], np.array([float(n)]), context)[:, 0]
    for k in range(max(0, n - 4), n + 1):
        exact = comb(n, k) * 0.9**k * 0.1 ** (n - k)
        assert (drawn == k).mean() == pytest.approx(exact, abs=4 * (exact / 20_000) ** 0.5 + 1e-3)


def test_many_places_and_parts_of_one_keep_their_mean() -> None:
    share = replace(town().assumptions["place_operating_share"], distribution="fixed", value=0.9)
    counts = np.array([400.0, 2.5, 0.5, 0.0])
    drawn = operating(share, list("abcd"), counts, MANY)
    assert (drawn >= 0).all()
    assert (drawn <= counts).all()
    assert drawn[:, 0].mean() == pytest.approx(360, rel=0.005)
    assert drawn[:, 0].std() == pytest.approx(6, rel=0.05)
    assert drawn[:, 2].mean() == pytest.approx(0.45, rel=0.05)
    assert (drawn[:, 3] == 0).all()


def test_a_city_wide_assumption_is_one_number_a_draw() -> None:
    speed = town().assumptions["walk_speed_adult"]
    drawn = scalar(speed, MANY)
    assert drawn.shape == (4000,)
    assert drawn.min() >= speed.low
    assert drawn.max() <= speed.high
    assert drawn.mean() == pytest.approx((speed.low + speed.value + speed.high) / 3, abs=0.005)
    exact = replace(town().assumptions["people_count_error"], value=0.0, low=0.0, high=0.0)
    assert (relative_errors(exact, ["a", "b"], FEW) == 1.0).all()


def zones(*shapes: Any, **columns: Any) -> City:
    """Return a city of zones only."""
    frame = gpd.GeoDataFrame(
        {"id": [f"z{i}" for i in range(len(shapes))], **columns},
        geometry=list(shapes),
        crs="EPSG:4326",
    )
    return City("z", Text("", ""), {"zones": frame.iloc[::-1]})


def test_a_zone_stands_for_its_given_point_else_a_point_inside_it() -> None:
    square = shapely.box(116.0, 40.0, 116.1, 40.1)
    horseshoe = square.difference(shapely.box(116.02, 40.02, 116.08, 40.1))
    ids, lon, lat = zone_points(zones(square, horseshoe, shapely.Point(116.5, 40.5)))
    assert ids == ("z0", "z1", "z2")
    assert (lon[0], lat[0]) == (pytest.approx(116.05, abs=1e-4), pytest.approx(40.05, abs=1e-4))
    assert horseshoe.contains(shapely.Point(lon[1], lat[1]))
    assert (lon[2], lat[2]) == (116.5, 40.5)  # exactly
    given = {"point_lon": [116.01, np.nan], "point_lat": [40.01, np.nan]}
    _, lon, lat = zone_points(zones(square, square, **given))
    assert (lon[0], lat[0]) == (116.01, 40.01)
    assert lon[1] == pytest.approx(116.05, abs=1e-4)
