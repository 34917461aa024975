"""Read the real tables of Porto Alegre and Helsinki."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import h3
import pandas as pd
import pytest

from chengce.city.checks import check_table
from chengce.city.readers.tables import Melt, TableSpec, read_table
from chengce.core.errors import ChengceError

CENTRE = (-51.2, -30.05)


def test_the_hexagons_of_porto_alegre(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("porto_alegre/poa_hexgrid.csv")
    raw = pd.read_csv(path)
    tables = {}
    tables["zones"], _ = read_table(
        path, TableSpec(table="zones", path="", columns={"id": "id"}, geometry="h3:id")
    )
    tables["people"], _ = read_table(
        path,
        TableSpec(
            table="people", path="", columns={"zone": "id", "count": "population"},
            constants={"dimension": "total", "group": "total", "base": "resident"},
        ),
    )  # fmt: skip
    tables["jobs"], jobs = read_table(
        path,
        TableSpec(
            table="jobs",
            path="",
            columns={"zone": "id", "count": "jobs"},
            constants={"kind": "all"},
        ),
    )
    tables["places"], places = read_table(
        path,
        TableSpec(
            table="places", path="", columns={"id": "id"}, geometry="point:lon,lat", crs="EPSG:4326",
            melt=Melt(into="kind", columns={"school": "schools", "healthcare": "healthcare"}), near=CENTRE,
        ),
    )  # fmt: skip
    for name, frame in tables.items():
        assert check_table(name, frame, tables) == []
    assert len(tables["zones"]) == len(raw)
    assert tables["people"]["count"].sum() == raw["population"].sum()
    assert tables["jobs"]["count"].sum() == raw["jobs"].sum()
    assert tables["places"].groupby("kind")["count"].sum().to_dict() == {
        "school": raw["schools"].sum(), "healthcare": raw["healthcare"].sum(),
    }  # fmt: skip
    blank = (raw.index[raw["jobs"].isna()] + 2).tolist()
    assert len(blank) == 5
    assert [p.row for p in jobs if p.code == "missing_value"] == blank
    assert [p.row for p in places if p.code == "missing_value"] == blank
    lat, lon = h3.cell_to_latlng(raw["id"][0])
    assert (raw["lon"][0], raw["lat"][0]) == pytest.approx((lon, lat), abs=1e-5)


def test_the_grid_of_helsinki_in_its_own_and_in_another_system(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    path = shared_data("helsinki/helsinki_population_grid_2020.gpkg")
    spec = TableSpec(table="zones", path="", columns={"id": "id"}, geometry="file", crs="EPSG:4326")
    zones, _ = read_table(path, spec)
    assert len(zones) == 92
    assert check_table("zones", zones, {}) == []
    gpd.read_file(path).to_crs(3067).to_file(tmp_path / "grid.gpkg")
    with pytest.raises(ChengceError, match="crs_contradiction"):
        read_table(tmp_path / "grid.gpkg", spec)
    moved, _ = read_table(tmp_path / "grid.gpkg", spec.model_copy(update={"crs": "EPSG:3067"}))
    assert moved.geometry.geom_equals_exact(zones.geometry, 1e-8).all()
