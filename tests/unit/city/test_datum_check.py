"""A wrong declaration among WGS-84, GCJ-02 and BD-09 is found out; a right or unclear one is not."""

from itertools import pairwise

import numpy as np
import pytest
import shapely

from chengce.city.crs import System, read_system
from chengce.city.datum_check import LEAST, Located, check_datums
from chengce.core.errors import Problem

SYSTEMS = ("WGS-84", "GCJ-02", "BD-09")
RNG = np.random.default_rng(3)
HERE = (116.38, 39.91)  # the middle of the town
LON_M, LAT_M = 111_320 * np.cos(np.radians(39.91)), 111_000.0


def streets() -> Located:
    """300 straight streets of all lengths and directions over 12 km."""
    at, turn = RNG.uniform(-6000, 6000, (300, 2)), RNG.uniform(0, np.pi, 300)
    half = RNG.uniform(100, 1200, 300)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    ends = degrees(np.stack([at - half, at + half], axis=1))
    return Located("streets", "streets", shapely.linestrings(ends), read_system("WGS-84"))


def degrees(metres: np.ndarray) -> np.ndarray:
    return np.asarray(metres) / [LON_M, LAT_M] + HERE


STREETS = streets()


def beside(count: int, off_m: float) -> np.ndarray:
    """True WGS-84 places of points that lie along streets, some metres off."""
    lines = STREETS.shapes[RNG.integers(0, len(STREETS.shapes), count)]
    at = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, RNG.uniform(0, 1, count), normalized=True)
    )
    return np.asarray(at + RNG.normal(0, off_m, (count, 2)) / [LON_M, LAT_M])


def read_as(places: np.ndarray, real: str, said: str, table: str = "places") -> Located:
    """What a reader makes of places written in one system and declared to be in another."""
    numbers = read_system(real).from_wgs84(*places.T)
    system = read_system(said)
    shapes = shapely.points(np.column_stack(system.to_wgs84(*numbers)))
    return Located("places.csv", table, shapes, system)


def only(found: list[Problem]) -> Problem:
    (problem,) = found
    assert problem.file
    return problem


@pytest.mark.parametrize("real", SYSTEMS)
@pytest.mark.parametrize("said", [*SYSTEMS, "CGCS2000", "BD-09MC"])
def test_every_wrong_declaration_is_flagged_and_no_right_one(real: str, said: str) -> None:
    numbers = "BD-09MC" if real == "BD-09" and said == "BD-09MC" else real
    if said == "BD-09MC" and numbers != said:
        return  # degrees are no metres: another check says so
    problem = only(check_datums([read_as(beside(200, 20), numbers, said)], STREETS))
    right = real == said or (real, said) in (("WGS-84", "CGCS2000"), ("BD-09", "BD-09MC"))
    assert problem.code == ("datum_checked" if right else "datum_suspected")
    assert problem.severity == ("info" if right else "warning")
    if not right:
        assert f'crs = "{real}"' in problem.remedy.en
        as_declared, as_real = _metres(problem)
        assert as_declared > 2 * as_real
        assert as_real == pytest.approx(15, abs=8)


def _metres(problem: Problem) -> tuple[float, float]:
    words = problem.message.en.replace("(", " ").split()
    numbers = [float(w) for w, unit in pairwise(words) if unit == "m"]
    return numbers[0], numbers[1]


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09"])
def test_a_conversion_made_once_too_often_is_found(name: str) -> None:
    places = beside(200, 20)
    twice = np.column_stack(read_system(name).to_wgs84(*places.T))
    layer = Located("p.csv", "places", shapely.points(twice), read_system("WGS-84"))
    problem = only(check_datums([layer], STREETS))
    assert problem.code == "datum_suspected"
    assert f"conversion from {name}" in problem.message.en
    assert "crs =" not in problem.remedy.en


def test_shifted_coordinates_in_a_national_projection() -> None:
    places = beside(200, 20)
    plane = read_system("EPSG:4548")
    x, y = plane.from_wgs84(*read_system("GCJ-02").from_wgs84(*places.T))
    layer = Located("p.csv", "places", shapely.points(np.column_stack(plane.to_wgs84(x, y))), plane)
    problem = only(check_datums([layer], STREETS))
    assert problem.code == "datum_suspected"
    assert "projected from GCJ-02" in problem.remedy.en


def test_too_few_points_no_reference_or_nothing_near() -> None:
    few = read_as(beside(LEAST - 1, 20), "GCJ-02", "WGS-84")
    many = read_as(beside(200, 20), "GCJ-02", "WGS-84")
    away = Located("far.csv", "places", shapely.points([[121.4, 31.2]] * 50), read_system("WGS-84"))
    for layer, reference in ((few, STREETS), (many, None), (away, STREETS)):
        problem = only(check_datums([layer], reference))
        assert problem.code == "datum_not_checkable"
        assert problem.severity == "info"


def test_points_anywhere_raise_no_alarm() -> None:
    """Points that have nothing to do with streets are as far from them in every system."""
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        places = degrees(rng.uniform(-5000, 5000, (LEAST + seed, 2)))
        alarms += "datum_suspected" in {
            p.code for p in check_datums([read_as(places, "WGS-84", "WGS-84")], STREETS)
        }
    assert alarms <= 1


def test_outside_china_nothing_is_said() -> None:
    places = np.column_stack([RNG.uniform(24.8, 25, 50), RNG.uniform(60.1, 60.3, 50)])
    layer = Located("p.csv", "places", shapely.points(places), read_system("WGS-84"))
    assert check_datums([layer], None) == []


def test_edges_count_only_if_they_would_run_along_streets() -> None:
    """A grid's edges keep their distance from a grid of streets in any system; a boundary does not."""
    spots = np.arange(-4000, 4001, 400.0)
    grid = [
        np.stack([degrees([[a, -4500], [a, 4500]]), degrees([[-4500, a], [4500, a]])])
        for a in spots
    ]
    lattice = Located(
        "streets", "streets", shapely.linestrings(np.concatenate(grid)), read_system("WGS-84")
    )
    cells = [shapely.Polygon(degrees([[a, b], [a + 400, b], [a + 400, b + 400], [a, b + 400]]))
             for a in spots[:-1] + 200 for b in spots[:-1] + 200]  # fmt: skip
    shapes = np.array(cells, dtype=object)
    layer = Located("zones.geojson", "zones", shapes, read_system("WGS-84"))
    assert only(check_datums([layer], lattice)).code == "datum_checked"
    blocks = [shapely.Polygon(degrees([[a, b], [a + 400, b], [a + 400, b + 400], [a, b + 400]]))
              for a in spots[:-1] for b in spots[:-1]]  # fmt: skip
    moved = shapely.transform(
        np.array(blocks, dtype=object),
        lambda xy: np.column_stack(read_system("GCJ-02").from_wgs84(*xy.T)),
    )
    layer = Located("zones.geojson", "zones", moved, read_system("WGS-84"))
    assert only(check_datums([layer], lattice)).code == "datum_suspected"


@pytest.mark.parametrize("wrong", ["points", "zones"])
@pytest.mark.parametrize("said", SYSTEMS)
def test_rows_that_name_their_zone_tell_too(wrong: str, said: str) -> None:
    """Without streets: points lie in the zone they name, or else one of the two is elsewhere."""
    spots = [(a, b) for a in range(-4000, 4000, 1000) for b in range(-4000, 4000, 1000)]
    squares = np.array(
        [shapely.box(*degrees([a, b]), *degrees([a + 1000, b + 1000])) for a, b in spots]
    )
    places = degrees(RNG.uniform(-4000, 4000, (500, 2)))
    inside = np.array([int(np.flatnonzero(shapely.contains_xy(squares, *p))[0]) for p in places])
    real = {"points": "BD-09", "zones": "GCJ-02"}
    as_read = {k: read_system(said if k == wrong else v) for k, v in real.items()}

    def there(xy: np.ndarray, which: str) -> np.ndarray:
        system: System = as_read[which]
        return np.column_stack(system.to_wgs84(*read_system(real[which]).from_wgs84(*xy.T)))

    zones = Located(
        "zones.geojson",
        "zones",
        shapely.transform(squares, lambda xy: there(xy, "zones")),
        as_read["zones"],
    )
    points = Located(
        "deals.csv", "places", shapely.points(there(places, "points")), as_read["points"], inside
    )
    found = {
        p.code: p for p in check_datums([zones, points], None) if p.code != "datum_not_checkable"
    }
    if said == real[wrong]:
        assert set(found) == {"datum_checked"}
    else:
        problem = found["datum_suspected"]
        assert problem.file == (zones if wrong == "zones" else points).file
        assert f'crs = "{real[wrong]}"' in problem.remedy.zh
