"""Links are exported for a spreadsheet, a GIS and programs, and kept for a replay."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from tests.link_worlds import grid_city, grid_flows, link_finding, roads_run, roads_state
from tests.report_worlds import APPLICATION, AskedParams, clinic_run

from chengce.city.city import City
from chengce.city.store import save_city
from chengce.core.context import Context
from chengce.decisions import record as recorder
from chengce.decisions.export import export
from chengce.decisions.link_files import link_files
from chengce.interfaces.plain import comparison_json
from chengce.interfaces.tables import answer
from chengce.ledger.workspace import Workspace
from chengce.models.scenario import TODAY

NAMES = ["links.csv", "links.gpkg", "links.parquet"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("out")
    assert {p.name for p in export(roads_run(), place)} >= set(NAMES)
    return place


def test_the_spreadsheet_names_each_link(folder: Path) -> None:
    data = (folder / "links.csv").read_bytes()
    assert data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    gone = [r for r in rows if r["street"] == "h1_0" and r["state"] == "difference"]
    assert [(r["name"], r["towards"], r["direction"], r["verdict"], r["determined"]) for r in gone] == [
        ("东西1路", "eastbound", "1", "less", "true"), ("东西1路", "westbound", "2", "less", "true"),
    ]  # fmt: skip
    assert {r["unit"] for r in rows} == {"pcu/h"}
    assert {r["basis"] for r in rows} == {"interval"}
    assert all(float(r["low"]) <= float(r["value"]) <= float(r["high"]) for r in rows)


def test_a_gis_finds_a_layer_per_state_and_difference(folder: Path) -> None:
    path = folder / "links.gpkg"
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "flow.today",
        "flow.lanes",
        "flow.lanes.change",
    ]
    change = gpd.read_file(path, layer="flow.lanes.change")
    assert change.crs.to_epsg() == 4326
    assert set(change["verdict"]) == {"more", "less", "none", "open"}
    both = change[change["street"] == "h0_0"].geometry.to_list()
    assert both[0].equals_exact(both[1].reverse(), 1e-12)  # lines run the way people drive


def test_programs_read_the_same_numbers(folder: Path) -> None:
    frame = gpd.read_parquet(folder / "links.parquet")
    plain = pd.read_csv(folder / "links.csv")
    assert frame.crs.to_epsg() == 4326
    assert np.allclose(frame["value"], plain["value"], rtol=1e-8)
    assert frame["verdict"].tolist() == plain["verdict"].fillna("").tolist()


def test_without_links_there_are_no_such_files() -> None:
    assert link_files(clinic_run().comparison) == {}


def test_one_state_has_no_difference() -> None:
    rows = pd.read_csv(io.BytesIO(link_files(roads_state().comparison)["links.csv"]))
    assert set(rows["state"]) == {"value"}


# kept and computed again


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], Any]:
    """Return a function that records a run of an application whose flows then grow by a factor."""
    factor = [1.0]

    def compute(city: City, params: Any, context: Context) -> Any:
        flows = {k: v * factor[0] for k, v in grid_flows(city).items()}
        return link_finding(flows, np.arange(9.0))

    app = replace(APPLICATION, compute=compute)
    monkeypatch.setattr(recorder, "application_named", lambda name: app)
    city = save_city(_complete(grid_city()), tmp_path / "city")
    workspace = Workspace.open(tmp_path / "work")
    run = recorder.record(
        workspace,
        app,
        city,
        AskedParams(),
        reference=TODAY,
        scenarios=[],
        context=Context(draws=40),
    )
    kept = workspace.load_finding(run.body["result"])
    assert set(kept) == {recorder.TABLE, recorder.LINKS}

    def again(grown: float) -> Any:
        factor[0] = grown
        return recorder.replay(workspace, run.id, Context())

    return again


@pytest.mark.parametrize(
    ("grown", "same"),
    [(1.0, "identical"), (1 + 1e-12, "equal within 1e-9"), (1 + 1e-6, "different")],
)
def test_a_replay_looks_at_links(counted: Callable[[float], Any], grown: float, same: str) -> None:
    found = counted(grown)
    assert found.same == same
    assert found.largest == pytest.approx(grown - 1.0, rel=0.01, abs=1e-13)


def _complete(city: City) -> City:
    """Return the city with streets alone, every column of their contract filled in."""
    streets = city.table("streets").assign(
        way=1, length_m=850.0, walk=3, wheelchair=3, bike=3, drive=3, wheelchair_state="unknown"
    )
    return replace(city, tables={"streets": streets}, descriptors={})


# what a terminal and a program see


def test_a_terminal_shows_totals_and_the_roads_that_change_most() -> None:
    zh, en = (answer(roads_run(), lang) for lang in ("zh", "en"))
    assert "指标（全市合计）" in zh
    assert "metric (total of" in en
    assert "小汽车流量：变化最大的道路（pcu/小时）" in zh
    assert "car flow: roads that change most (pcu/h)" in en
    n = roads_run().comparison.link_changes[0]["flow"].counts()
    assert f"明显增加 {n['more']}；明显减少 {n['less']}" in zh
    assert f"open (equilibrium not unique) {n['open']}" in en
    assert "东西1路，由西向东" in zh
    state = answer(roads_state(), "en")
    assert "roads with the largest values" in state


def test_a_program_gets_counts_and_estimates_and_no_groups_of_totals() -> None:
    run = roads_run()
    run = replace(run, body={**run.body, "params": {}, "cost": {"seconds": 1.0}})
    found = json.loads(json.dumps(comparison_json(run, []), allow_nan=False))
    assert found["metrics"]["vehicle_km"]["of"] == "place"
    assert found["reference"]["groups"] == found["reference"]["inequality"] == {}
    scenario = found["scenarios"][0]
    assert scenario["difference_groups"] == {}
    flow = scenario["link_changes"]["flow"]
    change = run.comparison.link_changes[0]["flow"]
    assert flow["links"] == change.counts()
    first = flow["largest"][0]
    index = change.largest()[0]
    assert (first["street"], first["direction"]) == (
        change.streets[index],
        change.directions[index],
    )
    assert first["difference"]["value"] == pytest.approx(change.spans[2][1][index])
    assert first["after"]["value"] - first["before"]["value"] == pytest.approx(
        first["difference"]["value"]
    )
    state = found["reference"]["links"]["flow"]
    assert (state["links"], state["open"]) == (
        len(run.comparison.reference.finding.links[0].streets),
        4,
    )
    assert state["largest"][0]["value"]["basis"] == "interval"
