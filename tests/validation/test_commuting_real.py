"""Put the workers of Porto Alegre to its jobs, door to door at one in the afternoon."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chengce.applications.commuting_flows import commuting_flows as app
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.running.runner import make_runner
from chengce.models.scenario import read_scenario

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CONTEXT = Context(seed=5, draws=20, runner=make_runner("threads", 2))
ASKED = {"date": "2019-05-14", "start": "13:00", "window_min": 10, "max_trip_min": 90,
         "centre_jobs": 1000}  # fmt: skip


@pytest.fixture(scope="module")
def city(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return every fourth hexagon, with a known walking speed: one small matrix serves a state."""
    folder = tmp_path_factory.mktemp("poa-commuting")
    shutil.copytree(shared_data("porto_alegre"), folder / "porto_alegre")
    shutil.copy(EXAMPLES / "porto_alegre.toml", folder)
    built, _ = build_city(folder / "porto_alegre.toml", folder / "city", CONTEXT)
    kept = built.table("zones").sort_values("id").iloc[::4]
    tables = {**built.tables, "zones": kept}
    for name in ("people", "jobs"):
        table = built.table(name)
        tables[name] = table[table["zone"].isin(kept["id"])].reset_index(drop=True)
    known = built.assumptions.override({"walk_speed_adult": 1.3})
    return replace(built, tables=tables, assumptions=known, home=None, known={})


def test_porto_alegre_without_observed_flows(city: City) -> None:
    params = app.parse(ASKED)
    today = app.run(city, params, CONTEXT)
    head = {k: v.value for k, v in today.headline().items()}
    assert all(np.isfinite(v) for v in head.values())
    assert 15 < head["minutes"] < 60
    assert 0 < head["within_30"] < head["within_45"] < head["within_60"] <= 100
    workers = np.median(today.people.sum(axis=(1, 2)))
    everyone = city.table("people")["count"].sum()
    assert workers == pytest.approx(everyone * 0.53, rel=0.15)
    assert any("not calibrated" in n.en for n in today.notes)
    assert "containment_c1" in head
    metro = read_scenario(EXAMPLES / "scenarios" / "north_south_metro.yaml").apply(city)
    after = app.run(metro, params, CONTEXT).headline()
    assert after["minutes"].value < head["minutes"]
    null = app.run(city.with_changes({}), params, CONTEXT)
    for name, values in today.values.items():
        np.testing.assert_array_equal(values, null.values[name])
