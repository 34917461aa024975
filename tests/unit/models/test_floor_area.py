"""Work out by hand what floor area on a parcel does to people and jobs of the zones it meets."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from shapely import box
from tests.unit.models.road_worlds import applied, codes, scenario

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError
from chengce.models.scenario import parse_scenario

AREA = {"type": "floor_area", "parcel": "p", "use": "R2"}


def city() -> City:
    """Return zones A and B side by side as squares of 0.01°; parcel p, a quarter of it in A."""
    base = ascii_city("A--B", people={"A": 100, "B": 50}, jobs={"B": {"shop": 40}})
    zones = base.table("zones").sort_values("id")
    x, y = zones.geometry.x.mean(), zones.geometry.y.mean()
    squares = [box(x - 0.01, y - 0.01, x, y + 0.01), box(x, y - 0.01, x + 0.01, y + 0.01)]
    zones = zones.set_geometry(gpd.GeoSeries(squares, index=zones.index, crs=WGS84))
    parcels = gpd.GeoDataFrame(
        [{"id": "p", "use": "R2", "geometry": box(x - 0.001, y, x + 0.003, y + 0.002)}],
        geometry="geometry", crs=WGS84,
    )  # fmt: skip
    floors = pd.DataFrame([{"parcel": "p", "use": "R2", "floor_area_m2": 4000.0}])
    tables = {**base.tables, "zones": zones, "parcels": parcels, "parcel_floors": floors}
    return replace(base, tables=tables, known={})


def people(after: City) -> dict[str, float]:
    return after.table("people").groupby("zone")["count"].sum().to_dict()


def jobs(after: City) -> dict[str, float]:
    return after.table("jobs").groupby("zone")["count"].sum().to_dict()


def test_people_follow_by_the_share_of_the_parcel() -> None:
    more = applied(city(), {**AREA, "add": 4000, "m2_per_person": 40})
    assert people(more) == {"A": pytest.approx(125), "B": pytest.approx(125)}
    assert more.table("parcel_floors")["floor_area_m2"].tolist() == [8000]
    twice = applied(city(), {**AREA, "factor": 2, "m2_per_person": 40})
    assert people(twice) == people(more)
    gone = applied(city(), {**AREA, "floor_area_m2": 0, "m2_per_person": 80})
    assert people(gone) == {"A": pytest.approx(87.5), "B": pytest.approx(12.5)}
    assumed = applied(city(), {**AREA, "add": 38.6 * 8})
    assert sum(people(assumed).values()) == pytest.approx(158)


def test_jobs_follow_by_the_class_of_use() -> None:
    for use, each in (("B1", 20), ("A2", 15), ("M", 36), ("W1", 77)):
        after = applied(city(), {**AREA, "use": use, "floor_area_m2": each * 40})
        assert jobs(after) == {"A": pytest.approx(10), "B": pytest.approx(70)}
        assert people(after) == {"A": 100, "B": 50}
    green = applied(city(), {**AREA, "use": "G1", "floor_area_m2": 500})
    assert set(green.delta.tables) == {"parcel_floors"}  # type: ignore[union-attr]


def test_a_new_parcel_brings_its_outline() -> None:
    base = city()
    a, b = (g for g in base.table("zones").geometry)
    ring = [list(p) for p in a.buffer(-0.002).exterior.coords[:-1]]
    new = {**AREA, "parcel": "n", "polygon": ring, "floor_area_m2": 400, "m2_per_person": 40}
    after = applied(base, new)
    assert after.table("parcels")["id"].tolist() == ["p", "n"]
    assert people(after)["A"] == pytest.approx(110)
    assert codes(base, {**new, "parcel": "p"}) == ["parcels_id_taken"]
    assert codes(base, {**AREA, "parcel": "q", "add": 1}) == ["parcels_unknown"]
    away = [[x + 0.03, y] for x, y in ring]
    assert codes(base, {**new, "polygon": away}) == ["parcel_in_no_zone"]
    assert b.area > 0


def test_what_is_refused() -> None:
    base = city()
    assert codes(base, {**AREA, "add": -4001}) == ["floor_area_below_zero"]
    assert "people_below_zero" in codes(base, {**AREA, "floor_area_m2": 0, "m2_per_person": 1})
    two = pd.concat(
        [base.table("jobs"), pd.DataFrame([{"zone": "A", "kind": "works", "count": 1.0}])]
    )
    mixed = replace(base, tables={**base.tables, "jobs": two}, known={})
    shop = {**AREA, "use": "B1", "floor_area_m2": 200}
    assert codes(mixed, shop) == ["jobs_kind_needed"]
    assert jobs(applied(mixed, {**shop, "jobs_kind": "works"}))["A"] == pytest.approx(3.5)
    assert codes(base, {**AREA, "add": 1}, {**AREA, "factor": 2}) == ["modifications_conflict"]
    for wrong in ({"use": "residential", "add": 1}, {"add": 1, "factor": 1}, {}):
        with pytest.raises(ChengceError):
            scenario({**AREA, **wrong})


@pytest.mark.parametrize("same", [{"factor": 1}, {"add": 0}, {"floor_area_m2": 4000}])
def test_the_same_floor_area_changes_nothing_exactly(same: dict[str, Any]) -> None:
    base = city()
    assert scenario({**AREA, **same}).apply(base).hash == base.hash


def test_reads_back_as_it_was_written() -> None:
    made = scenario({**AREA, "add": 100.5, "m2_per_person": 35})
    again = parse_scenario(yaml.safe_load(yaml.safe_dump(made.as_dict())))
    assert again.hash == made.hash
