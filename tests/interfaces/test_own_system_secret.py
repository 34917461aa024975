"""The parameters of a city's own plane system appear nowhere: not on screen, not in any file."""

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import tomli_w
from tests.interfaces.conftest import Result, Run

from chengce.city.crs import read_system
from chengce.city.datums.own import Own
from chengce.city.store import open_city

PARAMETERS: dict[str, Any] = {
    "kind": "7-parameter", "ellipsoid": "Krasovsky 1940", "convention": "coordinate_frame",
    "central_meridian": 112.387654, "false_easting_m": 487321.625, "false_northing_m": -3612345.75,
    "height_m": 73.312567, "x_m": 17.40625, "y_m": -123.71875, "z_m": -68.59375, "rx_s": 0.823456,
    "ry_s": -1.734567, "rz_s": 2.645678, "ppm": 4.556789, "accuracy_m": 0.05,
}  # fmt: skip
SECRET = [v for k, v in PARAMETERS.items() if isinstance(v, float) and k != "accuracy_m"]


@pytest.fixture
def config(raw: Path) -> Path:
    """Write the town's zones in its own plane system; return the configuration that says so."""
    (raw / "own.toml").write_text(tomli_w.dumps(PARAMETERS), "utf-8")
    system = read_system(f"own:{raw / 'own.toml'}")
    path, config = raw / "zones.geojson", raw / "town.toml"
    zones = json.loads(path.read_text("utf-8"))
    for feature in zones["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        plane = shapely.transform(shape, lambda xy: np.column_stack(system.from_wgs84(*xy.T)))
        feature["geometry"] = json.loads(shapely.to_geojson(plane))
    path.write_text(json.dumps(zones, ensure_ascii=False), "utf-8")
    text = config.read_text("utf-8")
    at = text.index("zones.geojson")
    config.write_text(
        text[:at] + re.sub('crs = "[^"]*"', 'crs = "own:own.toml"', text[at:], count=1), "utf-8"
    )
    return config


def forms(value: float) -> Iterator[bytes]:
    """The ways a number may be written: as typed, shortened, in radians or fractions, in binary."""
    for number in (value, abs(value), abs(value) * np.pi / 180 / 3600, abs(value) * 1e-6):
        yield struct.pack("<d", number)
        yield struct.pack(">d", number)
        for text in (repr(number), f"{number:.3f}"):
            digits = text.replace("-", "").replace(".", "").strip("0")
            if len(digits) >= 6 and "e" not in text:
                yield text.lstrip("-").encode()


NEEDLES = sorted({form for value in SECRET for form in forms(value)})


def found_in(data: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in data]


def test_the_search_finds_what_it_looks_for(config: Path) -> None:
    assert len(found_in((config.parent / "own.toml").read_bytes())) >= len(SECRET)


def test_no_output_shows_the_parameters(config: Path, run: Run, town: Path, tmp_path: Path) -> None:
    city, said = tmp_path / "city", []
    said.append(run("city", "build", config, "--out", city))
    for lang in ("zh", "en"):
        said += [run("city", command, city, "--lang", lang) for command in ("check", "describe")]
    said.append(run("city", "describe", city, "--json"))
    (scenario,) = list((town / "input" / "scenarios").glob("*.yaml"))[:1]
    quick = ("--draws", "20", "--workers", "1", "--set", "kinds=clinic,pharmacy")
    said.append(run("compare", "everyday_reach", "--city", city, *quick, "--scenario", scenario,
                    "--out", tmp_path / "result", "--json"))  # fmt: skip
    said += [run("runs"), run("ledger", "head"), run("ledger", "verify")]
    assert [r.code for r in said] == [0] * len(said), said[-4].err
    for result in said:
        assert found_in((result.out + result.err).encode()) == []
    folders = (city, tmp_path / "workspace", tmp_path / "result")
    written = [p for d in folders for p in d.rglob("*") if p.is_file()]
    assert {p.suffix for p in written} >= {".parquet", ".toml", ".html", ".json", ".sqlite"}
    for path in written:
        assert found_in(path.read_bytes()) == [], path
        assert b"own.toml" not in path.read_bytes(), path
    _says_only_what_it_may(city, said)


def _says_only_what_it_may(city: Path, said: list[Result]) -> None:
    crs = open_city(city).descriptors["zones"].crs
    assert re.fullmatch(
        "城市独立坐标系（参数未公开，指纹 [0-9a-f]{12}）：近似，约 ±0.05 米（提供方注明）", crs.zh
    )
    assert said[5].json["layers"]["zones"]["crs"]["zh"] == crs.zh
    for result, words in ((said[2], "参数未公开"), (said[4], "parameters not disclosed")):
        assert words in re.sub(r"\s+", "" if words[0] > "z" else " ", result.out)
    assert not list(city.rglob("*own*"))


def test_the_zones_are_where_they_were(config: Path, run: Run, town: Path, tmp_path: Path) -> None:
    assert run("city", "build", config, "--out", tmp_path / "city").code == 0
    a, b = (
        open_city(p).table("zones").sort_values("id") for p in (town / "city", tmp_path / "city")
    )
    moved = shapely.hausdorff_distance(a.geometry.to_numpy(), b.geometry.to_numpy())
    assert moved.max() < 5e-8  # half a centimetre


def test_no_error_shows_the_parameters(config: Path, run: Run) -> None:
    own = config.parent / "own.toml"
    spoilt = {
        "central_meridian": "112.387654",
        "x_m": 1.740625e9,
        "rz_ss": 2.645678,
        "to": "EPSG:4548",
    }
    own.write_text(tomli_w.dumps({**PARAMETERS, **spoilt}), "utf-8")
    for lang in ("zh", "en"):
        result = run("city", "build", config, "--out", config.parent / "out", "--lang", lang)
        assert result.code == 2
        assert all(name in result.err for name in ("own.toml", "central_meridian", "x_m", "rz_ss"))
        assert found_in((result.out + result.err).encode()) == []


def test_wrong_coordinates_and_contradictions_show_no_parameters(config: Path, run: Run) -> None:
    path = config.parent / "zones.geojson"
    zones = json.loads(path.read_text("utf-8"))
    zones["features"][0]["geometry"] = {"type": "Point", "coordinates": [9e7, 9e7]}
    path.write_text(json.dumps(zones, ensure_ascii=False), "utf-8")
    result = run("city", "build", config, "--out", config.parent / "out")
    assert result.code == 2
    assert found_in((result.out + result.err).encode()) == []


def test_the_object_itself_prints_nothing(config: Path) -> None:
    system = read_system(f"own:{config.parent / 'own.toml'}")
    assert isinstance(system, Own)
    inner = [getattr(system, name) for name in ("_way", "_target", "_accuracy")]
    seen = " ".join(f"{part!r} {part}" for part in (system, *inner, vars(system)))
    assert found_in(seen.encode()) == []
