"""Layers open in a GIS in every format, hold the numbers of the run, and say what each column means."""

import csv
import io
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from tests.link_worlds import roads_run
from tests.report_worlds import MINUTES, clinic_run, grouped_run, hand_city

from chengce.core.errors import ChengceError
from chengce.decisions.export import export
from chengce.decisions.file_names import plain_name
from chengce.decisions.formats import FORMATS, Wanted, wanted
from chengce.decisions.layers.shapefile import LONGEST, shapefiles, short_names
from chengce.decisions.layers.zones import zone_layers
from chengce.decisions.maps.place_values import differences_by_place
from chengce.interfaces.options import Options

GIS = ["gpkg", "shp", "geoparquet", "geojson", "fgb"]
NAME = {"shp": "zones_clinic_change.shp", "geojson": "zones_clinic_change.geojson",
        "fgb": "zones_clinic_change.fgb", "geoparquet": "zones_clinic_change.parquet",
        "gpkg": "layers.gpkg"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("gis")
    export(clinic_run(), place, wanted(GIS))
    return place


def read(folder: Path, form: str) -> gpd.GeoDataFrame:
    path = folder / NAME[form]
    if form == "geoparquet":
        return gpd.read_parquet(path)
    return gpd.read_file(path, **({"layer": "zones_clinic_change"} if form == "gpkg" else {}))


@pytest.mark.parametrize("form", GIS)
def test_every_format_reads_back_with_the_numbers_of_the_run(folder: Path, form: str) -> None:
    run = clinic_run()
    found = differences_by_place(
        run.comparison.reference.finding, run.comparison.alternatives[0].finding, MINUTES.id
    )
    frame = read(folder, form).set_index("id").loc[list(found.places)]
    assert frame.crs is not None
    assert frame.crs.to_epsg() == 4326
    short = form == "shp"
    columns = ["minutes", "minutes_lo", "minutes_hi", "minutes_vd"] if short else [
        MINUTES.id + e for e in ("", "_low", "_high", "_verdict")]  # fmt: skip
    for column, expected in zip(columns[:3], (found.value, found.low, found.high), strict=True):
        shown = np.where(np.isfinite(expected), expected, np.nan)
        assert np.allclose(frame[column].to_numpy(float), shown, rtol=1e-9, equal_nan=True)
    assert frame[columns[3]].tolist() == found.state.tolist()
    assert frame["name"].iloc[0] == "0<0>区"
    area = shapely.area(hand_city().table("zones").geometry.to_numpy()).sum()
    assert shapely.area(frame.geometry.to_numpy()).sum() == pytest.approx(area, rel=1e-4)


def test_the_geopackage_has_a_layer_per_state_and_difference(folder: Path) -> None:
    names = pyogrio.list_layers(folder / "layers.gpkg")[:, 0].tolist()
    assert names == ["zones_today", "zones_clinic", "zones_clinic_change"]


def test_links_have_layers_that_run_the_way_of_travel(tmp_path: Path) -> None:
    run = roads_run()
    export(run, tmp_path, Wanted(("gpkg", "fgb")))
    names = pyogrio.list_layers(tmp_path / "layers.gpkg")[:, 0].tolist()
    assert names[3:] == ["links_today", "links_lanes", "links_lanes_change"]
    frame = gpd.read_file(tmp_path / "links_lanes_change.fgb")
    change = run.comparison.link_changes[0]["flow"]
    expected = dict(
        zip(zip(change.streets, change.directions, strict=True), change.verdicts, strict=True)
    )
    found = dict(
        zip(
            zip(frame["street"], frame["direction"], strict=True),
            frame["flow_verdict"],
            strict=True,
        )
    )
    assert found == expected
    ends = {d: frame[frame["direction"] == d].iloc[0].geometry for d in (1, 2)}
    assert {g.geom_type for g in ends.values()} == {"LineString"}
    pair = frame[frame["street"] == frame["street"].iloc[0]].geometry
    assert np.allclose(pair.iloc[0].coords[0], pair.iloc[1].coords[-1])


@pytest.mark.parametrize(("encoding", "page"), [("utf-8", "UTF-8"), ("gbk", "GBK")])
def test_a_shapefile_declares_its_encoding(tmp_path: Path, encoding: str, page: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export(clinic_run(), tmp_path, wanted(["shp"], dbf_encoding=encoding))
    assert (tmp_path / "zones_today.cpg").read_text() == page
    assert "0<0>区".encode(encoding) in (tmp_path / "zones_today.dbf").read_bytes()
    frame = gpd.read_file(tmp_path / "zones_today.shp")
    assert frame["name"].iloc[0] == "0<0>区"
    assert "4326" in frame.crs.to_string()


def test_short_names_are_short_all_different_and_explained(tmp_path: Path) -> None:
    run = grouped_run()
    for layer in zone_layers(run.comparison):
        short = short_names(layer)
        assert len(set(short.values())) == len(layer.fields)
        assert max(map(len, short.values())) <= LONGEST
        assert set(short) == set(layer.frame.columns) - {"geometry"}
    export(run, tmp_path, Wanted(("shp",)))
    text = (tmp_path / "fields.csv").read_bytes().decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["layer"] == "zones_today"]
    columns = gpd.read_file(tmp_path / "zones_today.shp").columns
    assert [r["short"] for r in rows] == [c for c in columns if c != "geometry"]
    shop = next(r for r in rows if r["field"] == "shop_5_low")
    assert (shop["unit_zh"], shop["title_en"]) == (
        "%",
        "food shop: people within 5 min on foot (5th percentile)",
    )


def test_points_and_areas_go_to_shapefiles_apart() -> None:
    layer = zone_layers(clinic_run().comparison)[0]
    shapes = layer.frame.geometry.to_numpy()
    layer.frame.geometry = [*shapes[:4], *shapely.centroid(shapes[4:8]), None]
    names = {n for n in shapefiles([layer]) if n.endswith(".shp")}
    assert names == {"zones_today_points.shp", "zones_today_areas.shp"}


def test_the_sources_say_whose_data_it_is_and_how_to_replay(folder: Path) -> None:
    text = (folder / "sources.txt").read_text("utf-8")
    for said in (
        "OpenStreetMap contributors",
        "ODbL",
        "chengce replay 0123456789ab",
        "EPSG:4326",
        "90%",
    ):
        assert text.count(said) >= 2, said


def test_a_table_begins_with_a_byte_order_mark_only_on_request(tmp_path: Path) -> None:
    for bom, first in ((False, b"s"), (True, b"\xef\xbb\xbf")):
        export(clinic_run(), tmp_path, Wanted(("csv",), bom=bom))
        assert (tmp_path / "table.csv").read_bytes().startswith(first)
    assert {p.name for p in tmp_path.iterdir()} == {"table.csv", "run.json"}


def test_unknown_formats_are_told_all_together_with_near_names() -> None:
    with pytest.raises(ChengceError) as error:
        wanted(["shpe,Word"], dbf_encoding="big5")
    lines = [p.line("zh") for p in error.value.problems]
    assert [p.code for p in error.value.problems] == [
        "format_unknown", "format_unknown", "dbf_encoding_unknown",
    ]  # fmt: skip
    assert "shp" in lines[0]
    assert "docx" in lines[1]
    assert wanted(["SHP, html", "omx"]).formats == ("html", "shp", "omx")


def test_a_matrix_of_an_answer_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as error:
        export(clinic_run(), tmp_path, Wanted(("csv", "omx")))
    assert [p.code for p in error.value.problems] == ["format_without_matrix"]
    assert "chengce matrix" in error.value.problems[0].line("zh")
    assert not list(tmp_path.iterdir())


def test_the_help_lists_the_formats_there_are() -> None:
    listed = str(Options("en").formats.help).split(": ")[1].split(";")[0]
    assert listed.split(", ") == list(FORMATS)


def test_names_of_scenarios_make_names_of_files() -> None:
    assert plain_name("zones", "南岸 / 快线 2", "change") == "zones_南岸_快线_2_change"
