"""Hold the truth: in simulated cities that fill their homes by another rule, and in London's census."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.allocation import AGES, Habits, london, shared_out, simulate

from chengce.applications.everyday_reach import EverydayParams, everyday_reach
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.context import Context

CITIES = 150


def test_intervals_of_90_percent_hold_the_truth_in_88_to_92_percent_of_cases() -> None:
    """Households, estates and homes are simulated; the program knows their moments, not the rule."""
    habits = Habits()
    held = simulate(CITIES, habits, habits.assumptions(), draws=250).shares()
    for what in ("zone", "group in a zone"):
        assert held[what]["cases"] >= CITIES * 24
        assert 0.88 <= held[what]["held"] <= 0.92, (what, held[what])
    for what in ("catchment", "group in a catchment"):  # one in each city: binomial bounds, 99 %
        assert abs(held[what]["held"] - 0.9) < 2.58 * (0.9 * 0.1 / CITIES) ** 0.5, held[what]


def test_a_dispersion_assumed_too_small_is_found_out() -> None:
    habits = Habits()
    assumed = habits.assumptions()
    assumed["allocation_dispersion"] /= 4
    held = simulate(20, habits, assumed, draws=200).shares()
    assert held["zone"]["held"] < 0.8


def test_people_within_reach_carry_the_allocation_into_the_answer() -> None:
    """Two zones, one with the shop: the share within reach varies only as people between them do."""
    city = ascii_city(
        "A--B--C", block_m=600.0, people={"A": 1, "C": 1}, places={"A": ["food_shop"]}
    )
    zones = city.table("zones").sort_values("id", ignore_index=True)
    points = zones.geometry.to_numpy()
    boxes = shapely.buffer(points, 5e-4, cap_style="square")
    shapes = gpd.GeoDataFrame({"id": zones["id"]}, geometry=boxes, crs="EPSG:4326")
    homes = gpd.GeoDataFrame(
        {"id": [f"h{i}" for i in range(len(zones))], "use": "residential", "dwellings": 50.0,
         "area": "a0"},
        geometry=points, crs="EPSG:4326",
    )  # fmt: skip
    given = {"zones": shapes, "buildings": homes}
    found = shared_out(given, np.array([[160.0, 640.0, 200.0]]))
    tables = {**city.tables, **given, **found.tables()}
    shared = City(city.name, city.title, tables, assumptions=city.assumptions)
    params = EverydayParams(cutoffs_min=(5,), kinds=("food_shop",))
    finding = everyday_reach.run(shared, params, Context(draws=200, seed=3))
    assert (finding.people.sum(axis=(1, 2)) == 1000).all()
    near = finding.people[:, finding.places.index("A"), 0]
    weighted = np.nansum(finding.values["food_shop_5"] * finding.people, axis=(1, 2)) / 1000
    assert np.corrcoef(weighted, near)[0, 1] > 0.5
    assert near.std() > 20


def test_london_boroughs_shared_out_to_their_msoas(shared_data: Callable[[str], Path]) -> None:
    """Real people: exact by borough; defaults are cautious there; fitted on half, tested on half."""
    folder = shared_data("london/msoa-data.csv").parent
    found = london(folder, draws=200)
    assert found["exact"]
    assert found["people"] == 8_166_566
    assert found["mean_absolute_error"] < 0.08
    assert found["held"]["zone"]["held"] > 0.95
    assert 0.85 < found["held_elsewhere"]["zone"]["held"] < 0.92
    assert set(found["held"]) == {"zone", *(f"aged {a}" for a in AGES)}
