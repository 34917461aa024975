"""The generated town is a town: its files read back clean, its sums agree, its south is worse off."""

import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
import yaml
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from chengce.city.build import read_city
from chengce.city.city import City
from chengce.city.readers.place_kinds import place_kinds
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context

DEMO_DATE = "2026-05-12"
METRIC = "EPSG:32649"


def read(folder: Path) -> City:
    city, problems = read_city(folder / "town.toml", Context())
    assert [p.code for p in problems if p.severity != "info"] == []
    return city


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("town")).parent


@pytest.fixture(scope="module")
def town(folder: Path) -> City:
    return read(folder)


def metric(table: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table).to_crs(METRIC)


def pieces(streets: pd.DataFrame) -> int:
    """Number of separate pieces of the street network."""
    nodes, ends = np.unique(streets[["from_node", "to_node"]].to_numpy(), return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(nodes), len(nodes)))
    return int(connected_components(graph, directed=False)[0])


def southern(town: City) -> set[str]:
    """Zones whose inner point lies south of the nearest point of the river."""
    ground = metric(town.table("ground"))
    river = ground[(ground["kind"] == "water") & (ground["name"] == "清河")].union_all()
    zones = metric(town.table("zones"))
    inner = zones.representative_point()
    bank = shapely.get_point(shapely.shortest_line(inner.to_numpy(), river), -1)
    return set(zones["id"][inner.y.to_numpy() < shapely.get_y(bank)])


def test_every_layer_is_there_and_reads_without_a_warning(town: City):
    assert set(town.layers) == {
        "zones", "people", "jobs", "places", "streets", "transit", "gates", "flows", "counts",
        "elevation", "ground",
    }  # fmt: skip
    assert town.timezone == "Asia/Shanghai"
    assert all(
        "虚构" in d.title.zh and "fictional" in d.title.en for d in town.descriptors.values()
    )


def test_people_of_every_zone_add_up_whichever_way_they_are_counted(town: City):
    people = town.table("people")
    sums = people.pivot_table(index="zone", columns="dimension", values="count", aggfunc="sum")
    assert (sums["age"] == sums["income"]).all()
    assert sums["age"].sum() == 20_160
    assert len(sums) == 60
    assert {g.id for g in town.groups} == set(people["group"])


def test_streets_are_one_piece_of_the_promised_size(town: City):
    streets = town.table("streets")
    nodes = set(streets["from_node"]) | set(streets["to_node"])
    assert 1400 < len(nodes) < 3000
    assert pieces(streets) == 1
    assert pieces(streets[streets["walk"] > 0]) == 1
    assert {"steps", "footway", "primary", "track", "service"} <= set(streets["highway"])


def test_three_bridges_hold_the_town_together(town: City):
    streets = town.table("streets")
    bridges = streets["name"].isin(["文化桥", "解放桥", "朝阳大桥"])
    assert bridges.sum() == 3
    river = town.table("ground").query("kind == 'water' and name == '清河'").geometry.union_all()
    wet = gpd.GeoDataFrame(streets).intersects(river)
    assert set(streets["name"][wet]) == {"文化桥", "解放桥", "朝阳大桥"}
    assert pieces(streets[~bridges]) == 2


def test_restrictions_and_one_way_streets_are_understood(town: City):
    assert sorted(town.table("turns")["restriction"]) == ["no_left_turn"] * 3 + ["only_straight_on"]
    streets = town.table("streets")
    one_way = streets[streets["drive"].isin([1, 2])]
    assert {"中山街", "新华街"} <= set(one_way["name"].dropna())
    assert (one_way["walk"] == 3).all()


def test_estates_have_walls_and_few_gates(folder: Path):
    gates = walls = 0
    for thing in osmium.FileProcessor(str(folder / "qinghe.osm.pbf")):
        gates += thing.is_node() and thing.tags.get("barrier") == "gate"
        walls += thing.is_way() and thing.tags.get("barrier") == "wall"
    assert walls >= 15
    assert walls <= gates <= 2 * walls


def test_zones_cover_the_town_without_overlap(town: City):
    zones = metric(town.table("zones"))
    ground = metric(town.table("ground"))
    outline = ground[ground["kind"] == "boundary"].geometry.union_all()
    outline = shapely.polygonize([outline]) if "Line" in outline.geom_type else outline
    assert zones.area.sum() == pytest.approx(outline.area, rel=1e-4)
    assert zones.union_all().area == pytest.approx(zones.area.sum(), rel=1e-6)
    points = gpd.points_from_xy(zones["point_lon"], zones["point_lat"], crs="EPSG:4326")
    assert zones.contains(gpd.GeoSeries(points).to_crs(METRIC)).all()


def test_everyday_places_are_all_there_and_scarce_in_the_south(town: City):
    places = metric(town.table("places"))
    everyday = {kind.id for kind in place_kinds() if kind.everyday and kind.match}
    assert everyday <= set(places["kind"])
    assert {"hospital", "elderly_care"} <= set(places["kind"])
    assert places.query("kind == 'elderly_care'")["capacity"].min() > 0
    zones = metric(town.table("zones"))
    south = southern(town)
    people = town.table("people").query("dimension == 'age'").groupby("zone")["count"].sum()
    where = places.sjoin(zones[["id", "geometry"]].rename(columns={"id": "zone"}))["zone"]
    share_people = people[people.index.isin(south)].sum() / people.sum()
    share_places = where.isin(south).mean()
    assert len(south) == 16
    assert 0.15 < share_people < 0.4
    assert share_places < 0.7 * share_people


def test_the_south_is_poorer_and_older_and_jobs_lie_elsewhere(town: City):
    south = southern(town)
    people = town.table("people")
    inside = people["zone"].isin(south)

    def share(group: str, where: "pd.Series[bool]") -> float:
        dimension = next(g.dimension for g in town.groups if g.id == group)
        rows = people[where & (people["dimension"] == dimension)]
        return float(rows["count"][rows["group"] == group].sum() / rows["count"].sum())

    assert share("low", inside) > 1.5 * share("low", ~inside)
    assert share("80+", inside) > share("80+", ~inside)
    jobs = town.table("jobs")
    assert jobs["count"].sum() == 9_000
    assert jobs[jobs["zone"].isin(south)]["count"].sum() < 0.15 * 9_000


def test_timetables_hold_what_a_reader_must_cope_with(town: City):
    services = town.table("services")
    days = services.groupby("date")["service"].apply(set)
    assert len(days) == 365
    assert days[DEMO_DATE] == {"bus:weekday", "rail:weekday"}
    assert days["2026-05-16"] == days["2026-10-01"] == {"bus:weekend", "rail:weekend"}
    trips = town.table("trips").set_index("id")
    frequent = town.table("frequencies")["trip"].map(trips["route"])
    assert set(frequent) == {"bus:2"}
    assert set(trips["route"][trips["shape"].notna()]) == {"bus:1", "rail:L1"}
    last = town.table("stop_times").groupby("trip")["arrival_s"].max()
    assert last[trips.index[trips["route"] == "rail:L1"]].max() > 24 * 3600
    assert sorted(town.table("routes")["mode"]) == [0, 3, 3, 3]


def test_buses_stop_at_the_kerb_and_drive_at_the_speed_of_buses(town: City):
    stops = metric(town.table("stops")).set_index("id").geometry
    bus = stops[stops.index.str.startswith("bus:")]
    drivable = metric(town.table("streets")).query("drive > 0").union_all()
    assert bus.distance(drivable).between(5, 20).all()
    times = town.table("stop_times")
    ahead = times.groupby("trip").shift(-1)
    straight = stops[times["stop"]].distance(
        stops.reindex(ahead["stop"]).set_axis(times["stop"]), align=False
    )
    seconds = (ahead["arrival_s"] - times["departure_s"]).to_numpy()
    speed = 3.6 * straight.to_numpy() / seconds
    assert np.nanmin(seconds) >= 30
    assert np.nanmax(speed) < 45
    assert np.nanmedian(speed) > 12


def test_elevation_covers_the_streets_and_is_gentle(town: City):
    raster = town.rasters["elevation"]
    a, _, c, _, e, f = raster.transform
    west, south, east, north = town.table("streets").total_bounds
    rows, columns = raster.values.shape
    assert c < west
    assert east < c + a * columns
    assert f + e * rows < south
    assert north < f
    assert np.isfinite(raster.values).all()
    assert 40 < np.ptp(raster.values) < 200


def test_scenarios_name_things_that_exist(folder: Path, town: City):
    stops, ways = set(town.table("stops")["id"]), set(town.table("streets")["way"])
    found = {p.stem: yaml.safe_load(p.read_text("utf-8")) for p in (folder / "scenarios").iterdir()}
    assert set(found) == {"south_line", "new_clinic"}
    line, headway = found["south_line"]["modifications"]
    known = [s for s in line["stops"] if isinstance(s, str)]
    assert known
    assert set(known) <= stops
    assert headway["route"] in set(town.table("routes")["id"])
    assert line["headways"][1]["to"] == "22:00"
    clinic, bridge = found["new_clinic"]["modifications"]
    assert clinic["kind"] in set(town.table("places")["kind"])
    assert bridge["way"] in ways
    zones = gpd.GeoDataFrame(town.table("zones")).set_index("id")
    south = zones.loc[sorted(southern(town))].union_all()
    assert south.contains(shapely.Point(clinic["lon"], clinic["lat"]))


def test_same_seed_same_bytes(folder: Path, tmp_path: Path):
    again = write_town(tmp_path / "again").parent
    other = write_town(tmp_path / "other", seed=2).parent
    names = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert [n for n in names if (folder / n).read_bytes() != (again / n).read_bytes()] == []
    differ = {str(n) for n in names if (folder / n).read_bytes() != (other / n).read_bytes()}
    assert {"people.csv", "qinghe.osm.pbf", "zones.geojson"} <= differ


@pytest.mark.parametrize("seed", [2, 7])
def test_other_seeds_make_towns_too(tmp_path: Path, seed: int):
    town = read(write_town(tmp_path, seed=seed).parent)
    assert pieces(town.table("streets")) == 1
    assert len(southern(town)) == 16


def test_feeds_and_configuration_keep_both_languages(folder: Path):
    with zipfile.ZipFile(folder / "bus.zip") as feed:
        assert "Renmin Road at Jiefang Street" in feed.read("translations.txt").decode()
        assert {"calendar.txt", "calendar_dates.txt", "frequencies.txt"} <= set(feed.namelist())
    config = tomllib.loads((folder / "town.toml").read_text("utf-8"))
    assert config["title"] == {"zh": "清河镇（虚构）", "en": "Qinghe (fictional)"}
    assert "name_en" in (folder / "people.csv").read_text("utf-8").splitlines()[0]
