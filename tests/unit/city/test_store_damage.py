"""Open city directories that people or accidents have changed: each is answered with what to do."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from chengce.city.city import City, empty_table
from chengce.city.raster import Raster
from chengce.city.store import open_city, save_city
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError


def town() -> City:
    """Return a small city with every kind of table, a raster and an assumption of its own."""
    city = ascii_city(
        "A--B", people={"A": 3, "B": 4}, jobs={"B": 2}, places={"B": ["clinic"]},
        lines=[Line("L", "AB", headway_s=600, run_s=60, last_s=7 * 3600, frequency=True)],
    )  # fmt: skip
    heights = Raster(
        np.array([[1.0, np.nan], [3.0, 4.0]]), (0.01, 0, 0, 0, -0.01, 0.02), "EPSG:4326"
    )
    assumed = city.assumptions.override({"walk_speed_adult": {"value": 1.2, "source": "实测"}})
    return replace(city, rasters={"elevation": heights}, assumptions=assumed)


def codes(folder: Path) -> list[str]:
    """Return the codes of the problems on opening."""
    with pytest.raises(ChengceError) as caught:
        open_city(folder)
    return [p.code for p in caught.value.problems]


def test_every_table_comes_back_equal_and_hashes_the_same_afresh(tmp_path: Path) -> None:
    city = town()
    opened = save_city(city, tmp_path / "c")
    afresh = replace(opened, known={})
    assert afresh.hashes == city.hashes  # not only trusted from the file
    for name, frame in city.tables.items():
        left, right = pd.DataFrame(frame), pd.DataFrame(opened.table(name))
        pd.testing.assert_frame_equal(
            left, right[left.columns], check_dtype=False, check_index_type=False
        )
        assert isinstance(frame, gpd.GeoDataFrame) == isinstance(
            opened.table(name), gpd.GeoDataFrame
        )
    np.testing.assert_array_equal(
        opened.rasters["elevation"].values, city.rasters["elevation"].values
    )
    assert opened.assumptions["walk_speed_adult"].source == "实测"


def test_a_table_without_rows_is_a_layer_all_the_same(tmp_path: Path) -> None:
    base = town()
    city = replace(base, tables={**base.tables, "ground": empty_table("ground")})
    opened = save_city(city, tmp_path / "c")
    assert opened.has("ground")
    assert replace(opened, known={}).hash == city.hash


def test_saving_again_gives_the_same_bytes(tmp_path: Path) -> None:
    save_city(town(), tmp_path / "one")
    save_city(town(), tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", ["name", "title", "timezone", "hash", "tables", "layers"])
def test_a_description_that_lost_a_part_is_no_crash(tmp_path: Path, name: str) -> None:
    save_city(town(), tmp_path / "c")
    path = tmp_path / "c" / "city.toml"
    text = re.sub(rf"(?m)^(\[)?{name}\b", r"\1lost_" + name, path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    assert codes(tmp_path / "c") == ["city_changed"]


def _edit(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "city.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_edit("schema = 1", "schema = 99"), "city_schema"),
        (_edit('name = "ascii"', 'name = "other"'), "city_changed"),
        (_edit("people.parquet", "../people.parquet"), "layer_damaged"),
        (_edit("[tables.people]", "[tables.persons]"), "city_changed"),
        (_edit("schema = 1", "schema = 1\nschema = 1"), "toml_invalid"),
        (lambda d: (d / "assumptions.toml").unlink(), "city_changed"),
        (
            lambda d: (d / "assumptions.toml").write_text("walk_sped_adult = 1"),
            "assumption_unknown",
        ),
        (lambda d: (d / "elevation.tif").write_bytes(b"II*"), "layer_damaged"),
        (lambda d: (d / "streets.parquet").unlink(), "layer_damaged"),
    ],
)
def test_edited_directories(tmp_path: Path, change: Callable[[Path], None], code: str) -> None:
    save_city(town(), tmp_path / "c")
    change(tmp_path / "c")
    # what refers to a damaged table is not blamed on the tables that are sound
    assert codes(tmp_path / "c") == [code]


def test_damage_of_several_files_is_reported_together(tmp_path: Path) -> None:
    save_city(town(), tmp_path / "c")
    (tmp_path / "c" / "zones.parquet").write_bytes(b"")
    (tmp_path / "c" / "elevation.tif").unlink()
    (tmp_path / "c" / "groups.toml").write_text("[[groups]]\nrank = 1\n")
    (tmp_path / "c" / "assumptions.toml").write_text("snap_limit = -1\n")
    people = pd.read_parquet(tmp_path / "c" / "people.parquet").assign(count=[-1.0, 2.0])
    people.to_parquet(tmp_path / "c" / "people.parquet", index=False)
    found = codes(tmp_path / "c")
    assert sorted(found) == [
        "assumption_invalid", "group_without_id", "layer_damaged", "layer_damaged", "number_out_of_range",
    ]  # fmt: skip


def test_the_file_that_was_edited_is_named(tmp_path: Path) -> None:
    save_city(town(), tmp_path / "c")
    jobs = pd.read_parquet(tmp_path / "c" / "jobs.parquet").assign(count=[9.0])
    jobs.to_parquet(tmp_path / "c" / "jobs.parquet", index=False)
    with pytest.raises(ChengceError) as caught:
        open_city(tmp_path / "c")
    assert "jobs.parquet" in caught.value.problems[0].message.en
    # written again by other software with the same content: nothing has changed
    jobs.assign(count=[2.0])[jobs.columns[::-1]].to_parquet(tmp_path / "c" / "jobs.parquet")
    assert open_city(tmp_path / "c").hash == town().hash


def test_an_unsound_city_is_not_saved(tmp_path: Path) -> None:
    city = town()
    bad = replace(city, tables={**city.tables, "jobs": city.table("jobs").assign(zone="Q")})
    with pytest.raises(ChengceError):
        save_city(bad, tmp_path / "c")
    assert not (tmp_path / "c").exists()
