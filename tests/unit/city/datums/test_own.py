"""A city's own plane system: known parameters are recovered, bad files answered without a value."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.city.crs import System, read_system
from chengce.city.datums.plane import Similarity, fit_similarity
from chengce.core.errors import ChengceError

FOUR = {"kind": "4-parameter", "to": "EPSG:4548", "east_m": 448123.4567, "north_m": 4418765.4321,
        "rotation_s": 1234.567, "scale_ppm": -12.345}  # fmt: skip
PROJECTION = {"ellipsoid": "IAG 1975", "central_meridian": 116.35, "false_easting_m": 500123.25,
              "false_northing_m": -4000321.5, "height_m": 44.5}  # fmt: skip
SEVEN = {"kind": "7-parameter", "convention": "coordinate_frame", "x_m": 12.646, "y_m": -155.176,
         "z_m": -80.863, "rx_s": 0.517, "ry_s": -1.283, "rz_s": 2.391, "ppm": 3.417, **PROJECTION}  # fmt: skip
RNG = np.random.default_rng(5)
LON, LAT = RNG.uniform(116.1, 116.7, 40), RNG.uniform(39.7, 40.1, 40)


def own(folder: Path, fields: dict[str, Any], name: str = "own.toml") -> System:
    (folder / name).write_text(tomli_w.dumps(fields), "utf-8")
    return read_system(f"own:{folder / name}")


def codes(folder: Path, fields: dict[str, Any]) -> dict[str, str]:
    """Problems of a bad file, by field; no number of the file may stand in any of them."""
    with pytest.raises(ChengceError) as error:
        own(folder, fields)
    said = str([p.as_dict() for p in error.value.problems]) + str(error.value)
    for number in (
        "448123",
        "4418765",
        "1234.5",
        "12.345",
        "116.35",
        "500123",
        "4000321",
        "155.17",
        "98765",
    ):
        assert number not in said
    return {p.column: p.code for p in error.value.problems}


def points(system: System, to: str, count: int, noise: float = 0.0) -> list[dict[str, Any]]:
    """Control points with own coordinates and coordinates in `to`, off by `noise` metres."""
    x, y = system.from_wgs84(LON[:count], LAT[:count])
    u, v = read_system(to).from_wgs84(LON[:count], LAT[:count])
    shift = np.random.default_rng(1).normal(0, noise, (2, count)) if noise else np.zeros((2, count))
    rows = zip(
        x.tolist(), y.tolist(), (u + shift[0]).tolist(), (v + shift[1]).tolist(), strict=True
    )
    return [{"name": f"K{i}", "x": a, "y": b, "to_x": c, "to_y": d} for i, (a, b, c, d) in enumerate(rows)]  # fmt: skip


def off(system: System, true: System) -> float:
    """Largest distance in metres between two systems' idea of where own coordinates are."""
    lon, lat = system.to_wgs84(*true.from_wgs84(LON, LAT))
    return float(np.hypot((lon - LON) * np.cos(np.radians(LAT)), lat - LAT).max() * 111_320)


def test_four_parameters_by_hand(tmp_path: Path) -> None:
    """90° counter-clockwise, twice as long, moved by (500 000, 4 400 000)."""
    fields = {
        **FOUR,
        "east_m": 500_000,
        "north_m": 4_400_000,
        "rotation_s": 324_000,
        "scale_ppm": 1e5,
    }
    system, plane = own(tmp_path, fields), read_system("EPSG:4548")
    expected = plane.to_wgs84(np.array([500_000 - 220.0]), np.array([4_400_000 + 110.0]))
    assert np.ravel(system.to_wgs84(np.array([100.0]), np.array([200.0]))) == pytest.approx(
        np.ravel(expected), abs=1e-10
    )


@pytest.mark.parametrize("fields", [FOUR, SEVEN])
def test_there_and_back_within_millimetres(tmp_path: Path, fields: dict[str, Any]) -> None:
    system = own(tmp_path, fields)
    assert off(system, system) < 0.002
    assert system.accuracy(116, 40).metres is None
    stated = own(tmp_path, {**fields, "accuracy_m": 0.05}).accuracy(116, 40)
    assert stated.label.en == "approximate, about ±0.05 m (as its supplier states)"


def test_seven_parameters_move_as_proj_says(tmp_path: Path) -> None:
    """A shift along X at 116.4 °E moves a point west; no shift and turn leave WGS-84 as it was."""
    zero = dict.fromkeys(("x_m", "y_m", "z_m", "rx_s", "ry_s", "rz_s", "ppm"), 0.0)
    same = {"ellipsoid": "CGCS2000", "central_meridian": 117.0, "false_northing_m": 0.0,
            "false_easting_m": 500_000.0, "height_m": 0.0}  # fmt: skip
    plain = own(tmp_path, {**SEVEN, **zero, **same})
    assert off(plain, read_system("EPSG:4548")) < 0.001
    moved = own(tmp_path, {**SEVEN, **zero, **same, "x_m": 100.0})
    lon, _ = moved.to_wgs84(*plain.from_wgs84(LON, LAT))
    east = (lon - LON) * np.cos(np.radians(LAT)) * 111_320
    assert east == pytest.approx(-100 * np.sin(np.radians(LON)), abs=0.5)
    frames = [own(tmp_path, {**SEVEN, **zero, **same, "rz_s": 1.0, "convention": c})
              for c in ("position_vector", "coordinate_frame")]  # fmt: skip
    east = [(f.to_wgs84(*plain.from_wgs84(LON, LAT))[0] - LON) * 3600 for f in frames]
    assert east[0] == pytest.approx(1.0, abs=1e-3)
    assert east[1] == pytest.approx(-1.0, abs=1e-3)


@pytest.mark.parametrize("count", [2, 3, 9])
def test_control_points_recover_four_parameters(tmp_path: Path, count: int) -> None:
    true = own(tmp_path, FOUR)
    fields = {
        "kind": "control-points",
        "to": "EPSG:4548",
        "points": points(true, "EPSG:4548", count),
    }
    fitted = own(tmp_path, fields, "fit.toml")
    assert off(fitted, true) < 1e-3
    said = "own_points_unchecked" if count == 2 else "own_points_fitted"
    assert [p.code for p in fitted.notices] == [said]
    assert (fitted.accuracy(0, 0).metres is None) == (count == 2)


def test_control_points_recover_seven_parameters(tmp_path: Path) -> None:
    true = own(tmp_path, SEVEN)
    fields = {"kind": "control-points", "model": "7-parameter", "to": "CGCS2000",
              "points": points(true, "CGCS2000", 8), **PROJECTION}  # fmt: skip
    assert off(own(tmp_path, fields, "fit.toml"), true) < 0.01


def test_residuals_and_the_point_error_are_shown(tmp_path: Path) -> None:
    true = own(tmp_path, FOUR)
    rows = points(true, "EPSG:4548", 30, noise=0.05)
    fitted = own(
        tmp_path, {"kind": "control-points", "to": "EPSG:4548", "points": rows}, "fit.toml"
    )
    (told,) = [p for p in fitted.notices if p.code == "own_points_fitted"]
    assert all(f"K{i} 0." in told.message.zh for i in range(30))
    accuracy = fitted.accuracy(0, 0)
    assert accuracy.metres == pytest.approx(0.05 * np.sqrt(2), rel=0.25)
    assert "30" in accuracy.source.en


@pytest.mark.parametrize("count", [5, 9])
def test_a_wrong_point_is_named_and_the_others_are_not(tmp_path: Path, count: int) -> None:
    rows = points(own(tmp_path, FOUR), "EPSG:4548", count, noise=0.01)
    rows[3]["to_x"] += 2.0
    fitted = own(
        tmp_path, {"kind": "control-points", "to": "EPSG:4548", "points": rows}, "fit.toml"
    )
    named = [p.message.en for p in fitted.notices if p.code == "own_point_outlier"]
    assert len(named) == 1
    assert "K3" in named[0]


def test_bad_control_points(tmp_path: Path) -> None:
    true = own(tmp_path, FOUR)
    rows = points(true, "EPSG:4548", 5)
    base = {"kind": "control-points", "to": "EPSG:4548"}
    assert codes(tmp_path, {**base, "points": rows[:1]}) == {"": "own_points_few"}
    assert codes(tmp_path, {**base, "points": [rows[0]] * 3}) == {"": "own_points_together"}
    turned = [{**r, "x": r["y"], "y": r["x"]} for r in rows]
    assert codes(tmp_path, {**base, "points": turned}) == {"": "own_points_swapped"}
    degrees = {**base, "to": "CGCS2000", "model": "7-parameter", **PROJECTION}
    seven = points(own(tmp_path, SEVEN), "CGCS2000", 5)
    assert codes(tmp_path, {**degrees, "points": seven[:2]}) == {"": "own_points_few"}
    first, row = seven[0], rows[0]
    line = [
        {**first, "x": first["x"] + 1000 * i, "to_x": first["to_x"] + i / 100} for i in range(4)
    ]
    assert codes(tmp_path, {**degrees, "points": line}) == {"": "own_points_in_line"}
    flat = [{**row, "x": row["x"] + 1000 * i, "to_x": row["to_x"] + 1000 * i} for i in range(4)]
    notices = own(tmp_path, {**base, "points": flat}).notices
    assert {p.code for p in notices} == {"own_points_fitted", "own_points_in_line"}


def test_bad_files_are_answered_by_field_and_never_by_value(tmp_path: Path) -> None:
    assert codes(tmp_path, {}) == {"kind": "own_missing", "to": "own_missing"}
    assert codes(tmp_path, {**FOUR, "kind": "4-parametr"})["kind"] == "own_choice"
    assert codes(tmp_path, {**FOUR, "to": "EPSG:98765"}) == {"to": "own_target"}
    assert codes(tmp_path, {**FOUR, "to": "CGCS2000"}) == {"to": "own_target"}
    assert codes(tmp_path, {**SEVEN, "to": "EPSG:4548"}) == {"to": "own_target"}
    wrong = {**FOUR, "east_m": "448,123.4567", "north_m": float("nan"), "rotation": 1234.567}
    del wrong["rotation_s"]
    assert codes(tmp_path, wrong) == {
        "east_m": "own_not_a_number", "north_m": "own_not_a_number", "rotation_s": "own_missing",
        "rotation": "own_unknown",
    }  # fmt: skip
    found = codes(tmp_path, {**SEVEN, "central_meridian": 1160.35, "ellipsoid": "Krassowski"})
    assert found == {"central_meridian": "own_out_of_range", "ellipsoid": "own_choice"}
    row = {"x": 1.0, "y": "448123", "to_x": 2.0, "too_y": 3.0}
    found = codes(tmp_path, {"kind": "control-points", "to": "EPSG:4548", "points": [row]})
    assert found == {"points[1].y": "own_not_a_number", "points[1].to_y": "own_missing",
                     "points[1].too_y": "own_unknown"}  # fmt: skip
    (tmp_path / "own.toml").write_text("kind = 448123.45 x")
    with pytest.raises(ChengceError, match="toml_invalid") as error:
        read_system(f"own:{tmp_path / 'own.toml'}")
    assert "448123" not in str(error.value)
    with pytest.raises(ChengceError, match="file_missing"):
        read_system("own:nowhere.toml")


def test_what_may_be_seen_changes_with_the_parameters_and_shows_none(tmp_path: Path) -> None:
    one, two = own(tmp_path, FOUR), own(tmp_path, {**FOUR, "rotation_s": 1234.568})
    assert one.title != two.title
    assert one.title == own(tmp_path, dict(reversed(FOUR.items())), "copy.toml").title
    seen = f"{one!r} {one} {one.title} {one.accuracy(0, 0)} {vars(one)!r}"
    for number in ("448123", "4418765", "1234.5", "12.345", "0.00598"):
        assert number not in seen
    assert "参数未公开" in one.title.zh


@settings(deadline=None, max_examples=60)
@given(
    st.floats(-1e6, 1e6), st.floats(-5e6, 5e6), st.floats(-np.pi, np.pi), st.floats(0.5, 2), st.integers(0, 99)
)  # fmt: skip
def test_a_similarity_is_recovered_from_any_two_or_more_points(
    east: float, north: float, angle: float, scale: float, seed: int
) -> None:
    true = Similarity(east, north, angle, scale)
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-5e4, 5e4, (2 + seed % 5, 2)) + 5e5
    target = np.column_stack(true.forward(xy[:, 0], xy[:, 1]))
    found = fit_similarity(xy, target)
    assert np.column_stack(found.forward(xy[:, 0], xy[:, 1])) == pytest.approx(target, abs=1e-5)
    assert np.column_stack(found.inverse(*target.T)) == pytest.approx(xy, abs=1e-4)
    assert found.scale == pytest.approx(scale, rel=1e-6)
