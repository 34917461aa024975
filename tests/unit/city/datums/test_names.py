"""Systems by the names people give them, their accuracy, and Gauss–Krüger zones by code."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.city.crs import read_system
from chengce.city.datums.epsg import Epsg, offline
from chengce.city.datums.gauss import Zone, likelier, shown_by, zone_of
from chengce.city.datums.names import of_crs
from chengce.core.errors import ChengceError

BEIJING = (116.4, 39.9)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("WGS-84", "EPSG:4326"),
        ("wgs84", "EPSG:4326"),
        ("4326", "EPSG:4326"),
        ("OGC:CRS84", "EPSG:4326"),
        ("gcj02", "GCJ-02"),
        ("GCJ_02", "GCJ-02"),
        ("ＧＣＪ－０２", "GCJ-02"),
        ("火星坐标", "GCJ-02"),
        ("高德", "GCJ-02"),
        ("bd09", "BD-09"),
        ("BD-09LL", "BD-09"),
        ("百度", "BD-09"),
        ("百度墨卡托", "BD-09MC"),
        ("cgcs2000", "EPSG:4490"),
        ("国家2000", "EPSG:4490"),
        ("西安80", "EPSG:4610"),
        ("北京54", "EPSG:4214"),
        ("CGCS2000 3度带 39带", "EPSG:4527"),
        ("CGCS2000 三度带 中央经线117", "EPSG:4548"),
        ("CGCS2000 6度带 20带", "EPSG:4498"),
        ("西安80 3度带 39带", "EPSG:2363"),
        ("北京54 6度带 中央子午线117°", "EPSG:21460"),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 117E", "EPSG:4548"),
        (" EPSG:27700 ", "EPSG:27700"),
    ],
)
def test_names_people_use(said: str, name: str) -> None:
    assert read_system(said).name == name


@pytest.mark.parametrize("said", ["gcj-2", "CGCS2000 3度带 20带", "EPSG:0", "", "西安"])
def test_an_unknown_name_is_answered_with_what_to_write(said: str) -> None:
    with pytest.raises(ChengceError) as error:
        read_system(said)
    (problem,) = error.value.problems
    assert problem.code == "crs_unknown"
    assert "GCJ-02" in problem.remedy.zh
    assert "own:" in problem.remedy.en


def test_a_long_definition_is_not_repeated() -> None:
    with pytest.raises(ChengceError) as error:
        read_system("+proj=tmerk +lon_0=116.35 +x_0=500123")
    assert "116.35" not in str(error.value)
    assert "116.35" not in read_system("+proj=tmerc +lon_0=116.35 +ellps=GRS80").title.en


def test_every_zone_has_the_code_that_its_name_in_the_register_says() -> None:
    codes = [*range(4491, 4555), *range(2327, 2391), *range(2401, 2443),
             *range(21413, 21424), *range(21453, 21464)]  # fmt: skip
    for code in codes:
        zone = zone_of(code)
        assert zone is not None
        assert zone.code == code
        part = f"zone {zone.number}" if zone.prefixed else f"CM {zone.meridian}E"
        wide = "3-degree " if zone.width == 3 else ""
        crs = pyproj.CRS.from_epsg(code)
        assert crs.name == f"{zone.datum} / {wide}Gauss-Kruger {part}"
        to = {p.name: p.value for p in crs.coordinate_operation.params}
        assert to["Longitude of natural origin"] == zone.meridian
        assert to["False easting"] == (zone.number * 1e6 if zone.prefixed else 0) + 500_000
    assert zone_of(4326) is None


def test_eastings_show_another_zone_or_form() -> None:
    prefixed, bare = zone_of(4527), zone_of(4548)
    assert prefixed is not None
    assert bare is not None
    assert shown_by(prefixed, 39_448_688) is None
    assert shown_by(bare, 448_688) is None
    assert shown_by(prefixed, 448_688) == bare
    assert shown_by(bare, 39_448_688) == prefixed
    assert shown_by(prefixed, 40_448_688) == zone_of(4528)
    assert shown_by(prefixed, 20_448_688) == zone_of(4498)  # a 6° zone
    assert likelier(bare, 119.4, 116.4) == zone_of(4547)
    assert likelier(bare, 116.9, 116.4) is None
    assert likelier(Zone("CGCS2000", 3, 25, False), 75.0, 72.0) is None


@settings(deadline=None, max_examples=40)
@given(st.floats(75, 134), st.floats(18, 53), st.sampled_from([4490, 4547, 4526, 4502, 32650, 4610, 4214]))  # fmt: skip
def test_there_and_back(lon: float, lat: float, code: int) -> None:
    system = read_system(f"EPSG:{code}")
    if (
        not system.degrees
        and abs(lon - (117 if code == 32650 else 75 if code == 4502 else 114)) > 9
    ):
        return  # far from its meridian a transverse Mercator is not meant to work
    back = system.to_wgs84(*system.from_wgs84(np.array([lon]), np.array([lat])))
    assert np.ravel(back) == pytest.approx((lon, lat), abs=5e-6)  # half a metre


@pytest.mark.parametrize("said", ["GCJ-02", "BD-09", "BD-09MC"])
@settings(deadline=None)
@given(point=st.tuples(st.floats(73.6, 135), st.floats(3.9, 53.5)))
def test_shifted_systems_there_and_back(said: str, point: tuple[float, float]) -> None:
    system = read_system(said)
    back = system.to_wgs84(*system.from_wgs84(*(np.array([v]) for v in point)))
    assert np.ravel(back) == pytest.approx(point, abs=1e-8)


def test_accuracy_is_labelled() -> None:
    labels = {n: read_system(n).accuracy(*BEIJING) for n in
              ("WGS-84", "EPSG:32650", "CGCS2000", "EPSG:4548", "GCJ-02", "BD-09", "西安80", "北京54")}  # fmt: skip
    assert {n: a.metres for n, a in labels.items()} == {
        "WGS-84": 0, "EPSG:32650": 0, "CGCS2000": 1, "EPSG:4548": 1, "GCJ-02": 10, "BD-09": 10,
        "西安80": None, "北京54": None,
    }  # fmt: skip
    assert {n for n, a in labels.items() if a.approximate} == {
        "GCJ-02",
        "BD-09",
        "西安80",
        "北京54",
    }
    assert labels["GCJ-02"].label.zh.startswith("近似，约 ±10 米")
    assert "unknown" in labels["西安80"].label.en
    assert read_system("GCJ-02").accuracy(24.9, 60.2).label.en == "exact"  # no shift in Helsinki


def test_a_published_transformation_is_used_and_named_where_there_is_one() -> None:
    """Beijing 1954 has published parameters in the Tarim basin and none in Beijing."""
    system = read_system("北京54")
    there = system.accuracy(86.0, 41.0)
    assert there.metres == 1
    assert "Beijing 1954 to WGS 84" in there.source.en
    lon, lat = system.to_wgs84(np.array([86.0]), np.array([41.0]))
    moved = np.hypot((lon[0] - 86) * np.cos(np.radians(41)), lat[0] - 41) * 111_320
    assert 20 < moved < 300


def test_a_files_own_system_in_esri_words_is_recognised() -> None:
    wkt = (
        'PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert of_crs(pyproj.CRS.from_wkt(wkt)).name == "EPSG:4548"


def test_proj_stays_off_the_network_and_is_left_as_it_was() -> None:
    before = pyproj.network.is_network_enabled()
    try:
        pyproj.network.set_network_enabled(active=True)
        with offline():
            assert not pyproj.network.is_network_enabled()
        assert pyproj.network.is_network_enabled()
    finally:
        pyproj.network.set_network_enabled(active=before)
    assert isinstance(read_system("EPSG:4490"), Epsg)
