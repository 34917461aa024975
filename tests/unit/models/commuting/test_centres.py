"""Check employment centres: contiguous, dense enough, large enough; points as well as outlines."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice import degrees
from chengce.core.errors import ChengceError
from chengce.models.commuting.centre_notes import centres_found, centres_given
from chengce.models.commuting.centres import find_centres, named_centres
from chengce.models.commuting.commuters import exact_jobs


def row(jobs: dict[str, float], block_m: float = 100.0) -> City:
    """Zones A … F in a row, 2 blocks apart."""
    return ascii_city("A--B--C--D--E--F", block_m=block_m, people={"A": 1}, jobs=jobs)


def squares(city: City, side_m: float = 200.0) -> City:
    """Return the city with each zone a square around its point; they touch."""
    zones = city.table("zones").copy()
    west, south = degrees((side_m / 2, side_m / 2))
    boxes = [shapely.box(p.x - west, p.y - south, p.x + west, p.y + south) for p in zones.geometry]
    frame = gpd.GeoDataFrame(zones.drop(columns="geometry"), geometry=boxes, crs=WGS84)
    return replace(city, tables={**city.tables, "zones": frame})


@pytest.mark.parametrize("outlines", [False, True])
def test_dense_neighbours_make_a_centre_and_a_gap_makes_two(outlines: bool) -> None:
    # zones of 4 ha: 100 jobs are 25 a hectare
    city = row({"A": 110, "B": 150, "D": 130, "E": 99, "F": 300})
    city = squares(city) if outlines else city
    found = find_centres(city, exact_jobs(city), density=25.0, total=120.0)
    assert [(c.name, c.zones.tolist(), c.jobs) for c in found] == [
        ("F", [5], 300.0),
        ("B", [0, 1], 260.0),
        ("D", [3], 130.0),
    ]
    assert [c.name for c in find_centres(city, exact_jobs(city), density=25.0, total=200.0)] == [
        "F",
        "B",
    ]


def test_none_is_found_where_nothing_is_dense() -> None:
    city = row({"A": 5, "B": 9})
    assert find_centres(city, exact_jobs(city)) == ()
    assert find_centres(city, np.zeros(6), density=1e-9, total=0.0) == ()


def test_limits_that_tell_little_come_with_others_that_tell_more() -> None:
    city = row({"A": 110, "B": 150, "D": 130, "E": 99, "F": 300})
    jobs = exact_jobs(city)
    none, others = centres_found(city, jobs, (), density=1000.0, total=10_000.0)
    assert "lower the two limits" in none.en
    assert "32.5 jobs/ha and 40 jobs → 3 (largest 38 %)" in others.en
    assert "32.5 个/公顷、40 个岗位 → 3 个（最大占 38%）" in others.zh
    lowest = find_centres(city, jobs, density=20.0, total=100.0)
    one, large, others = centres_found(city, jobs, lowest, density=20.0, total=100.0)
    assert one.en.endswith("F (3 zones, 529 jobs); B (2 zones, 260 jobs)")
    assert "67 %" in large.en
    assert "37.5 jobs/ha and 100 jobs → 2" in others.en
    assert centres_given(lowest)[0].en.startswith("centres (as given;")


def test_the_zone_with_most_jobs_lends_its_name() -> None:
    city = row({"A": 200, "B": 300})
    zones = city.table("zones").copy()
    zones["name"] = [f"街道{i}" if i in "BD" else None for i in zones["id"]]
    city = replace(city, tables={**city.tables, "zones": zones})
    assert find_centres(city, exact_jobs(city), density=25, total=1)[0].name == "街道B"
    same = named_centres(city, exact_jobs(city), [["B"], ["A"], ["D"]])
    assert [c.name for c in same] == ["街道B", "A", "街道D"]


def test_wrong_centres_are_all_reported() -> None:
    city = row({"A": 1})
    with pytest.raises(ChengceError) as caught:
        named_centres(city, exact_jobs(city), [["A", "Z"], [], ["A"]])
    assert [p.code for p in caught.value.problems] == [
        "centre_zone_unknown",
        "centre_empty",
        "centre_zone_twice",
    ]
