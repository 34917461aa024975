"""Bound what wheelchair users reach in Helsinki, where almost no street has been surveyed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chengce.applications import application_named
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.engine.running.runner import make_runner

CONTEXT = Context(seed=3, draws=20, runner=make_runner("threads", 2))
KINDS = ["food_shop", "pharmacy", "library"]
CONFIG = """
name = "helsinki"
title = { zh = "赫尔辛基", en = "Helsinki" }
timezone = "Europe/Helsinki"
groups = "groups.toml"

[osm]
path = "helsinki/Helsinki.osm.pbf"
layers = ["streets", "places"]

[[tables]]
table = "zones"
path = "helsinki/helsinki_population_grid_2020.gpkg"
crs = "EPSG:4326"
geometry = "file"
columns = { id = "id" }

[[tables]]
table = "people"
path = "helsinki/helsinki_population_grid_2020.gpkg"
geometry = "none"
columns = { zone = "id", count = "population" }
constants = { dimension = "total", group = "total", base = "resident" }
"""
GROUPS = """
[[groups]]
dimension = "total"
id = "total"
title = { zh = "全体", en = "Everyone" }
mix = { adult = 0.97, wheelchair = 0.03 }
"""


@pytest.fixture(scope="module")
def city(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("helsinki")
    (folder / "helsinki").symlink_to(shared_data("helsinki"))
    (folder / "helsinki.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "groups.toml").write_text(GROUPS, encoding="utf-8")
    built, problems = build_city(folder / "helsinki.toml", folder / "city", CONTEXT)
    assert not [p for p in problems if p.severity == "error"]
    return built


def ask(city: City, unknown: str = "use") -> Finding:
    app = application_named("everyday_reach")
    asked = {"kinds": KINDS, "cutoffs_min": [10, 20], "wheelchair_unknown": unknown}
    return app.run(city, app.parse(asked), CONTEXT)


def surveyed(city: City, part: object = True, **columns: object) -> City:
    """Return the city with (part of) its streets of unknown state found to be as `columns` say."""
    streets = city.table("streets").copy()
    unknown = (streets["wheelchair_state"] == "unknown") & part
    for name, value in columns.items():
        streets.loc[unknown, name] = value
    tables = {**city.tables, "streets": streets}
    return replace(city, tables=tables, home=None, known={}, _memory={})


def test_almost_everything_within_reach_rests_on_streets_nobody_surveyed(city: City) -> None:
    found = ask(city)
    head = found.headline()
    streets = city.table("streets").query("wheelchair > 0")
    share = streets.groupby("wheelchair_state")["length_m"].sum() / streets["length_m"].sum()
    assert share["unknown"] > 0.99
    (warning,) = [w for w in found.warnings if w.code == "wheelchair_unknown"]
    assert f"{100 * share['unknown']:.1f} %" in warning.message.en
    for limit in (10, 20):
        use, avoid = (found.values[f"wheelchair_kinds_{u}_{limit}"] for u in ("use", "avoid"))
        assert np.array_equal(np.isnan(use), np.isnan(avoid))
        assert np.nanmin(use - avoid) >= 0.0
        assert head[f"wheelchair_kinds_use_{limit}"].low > 0.8
        # 91 m known to be passable and 393 m known to be difficult lie apart: nobody gets anywhere
        assert head[f"wheelchair_kinds_avoid_{limit}"].high == 0.0
        assert head[f"wheelchair_unsure_{limit}"].low > 60.0


def test_whatever_a_survey_finds_lies_between_the_bounds(city: City) -> None:
    found = ask(city)
    passable = ask(surveyed(city, wheelchair_state="yes"))
    blocked = ask(surveyed(city, wheelchair_state="no", wheelchair=0))
    most = city.table("streets").index % 10 != 0
    mixed = ask(surveyed(city, most, wheelchair_state="yes"))
    for limit in (10, 20):
        use, avoid, unsure = (
            f"wheelchair_{n}_{limit}" for n in ("kinds_use", "kinds_avoid", "unsure")
        )
        lower, upper = found.values[avoid], found.values[use]
        assert np.array_equal(passable.values[use], upper, equal_nan=True)
        assert np.array_equal(passable.values[avoid], upper, equal_nan=True)
        assert np.nanmax(passable.values[unsure]) == np.nanmax(blocked.values[unsure]) == 0.0
        # a home left with no street is off the network, and reaches nothing
        assert (np.nan_to_num(blocked.values[use]) >= np.nan_to_num(lower)).all()
        known = ~np.isnan(upper)
        assert np.array_equal(mixed.values[use], upper, equal_nan=True)
        assert (lower[known] <= mixed.values[avoid][known]).all()
        assert (mixed.values[avoid][known] <= upper[known]).all()
        assert mixed.values[unsure][known].mean() < found.values[unsure][known].mean()
    assert [w for w in passable.warnings if w.code == "wheelchair_unknown"] == []


def test_the_bound_asked_for_enters_everyones_mean(city: City) -> None:
    use, avoid = ask(city, "use"), ask(city, "avoid")
    for limit in (10, 20):
        lower, upper = (use.values[f"wheelchair_kinds_{u}_{limit}"] for u in ("avoid", "use"))
        gap = use.values[f"kinds_{limit}"] - avoid.values[f"kinds_{limit}"]
        assert np.allclose(gap, 0.03 * (upper - lower), equal_nan=True)
        assert np.nanmax(gap) > 0.0
