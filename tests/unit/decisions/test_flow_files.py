"""The table of who goes where holds every pair with a flow, in every state."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.report_worlds import clinic_scenario, hand_finding, hand_run

from chengce.city.readers.omx import omx_names, read_omx
from chengce.core.pair_values import PairValues
from chengce.decisions import flow_files as module
from chengce.decisions.compare import finding_hash
from chengce.decisions.export import export
from chengce.decisions.flow_files import flow_files
from chengce.decisions.formats import Wanted

BEFORE = hand_finding({"minutes_clinic": [[10.0]] * 9}, [[5.0]] * 9)


def told(flow: float) -> tuple[PairValues, ...]:
    values, minutes = np.zeros((9, 9)), np.full((9, 9), 7.0)
    values[0, 1], values[2, 2], values[3, 4] = flow, 3.0, 0.001
    minutes[2, 2] = np.inf
    return PairValues("flow", "people", values), PairValues("time", "min", minutes)


def test_pairs_with_a_flow_are_listed_by_state() -> None:
    before, after = replace(BEFORE, pairs=told(2.5)), replace(BEFORE, pairs=told(4.0))
    files = flow_files(hand_run(before, [(clinic_scenario(), after)]).comparison)
    table = pd.read_csv(io.BytesIO(files["flows.csv"]), encoding="utf-8-sig")
    assert list(table.columns) == [
        "scenario", "origin", "destination", "flow_people", "time_min", "basis"]  # fmt: skip
    assert table["flow_people"].tolist() == [2.5, 3.0, 4.0, 3.0]
    assert table["origin"].astype(str).tolist()[:2] == [
        str(BEFORE.places[0]),
        str(BEFORE.places[2]),
    ]
    assert table["time_min"].isna().tolist() == [False, True, False, True]
    assert set(table["basis"]) == {"conditional"}


def test_matrices_hold_every_pair_of_every_state(tmp_path: Path) -> None:
    before, after = replace(BEFORE, pairs=told(2.5)), replace(BEFORE, pairs=told(4.0))
    run = hand_run(before, [(clinic_scenario(), after)])
    export(run, tmp_path, Wanted(("omx",)))
    names = {s.scenario.name: f"flows-{s.scenario.name}.omx" for s in run.comparison.states}
    assert {p.name for p in tmp_path.iterdir()} == {*names.values(), "run.json"}
    for state in run.comparison.states:
        path = tmp_path / names[state.scenario.name]
        assert omx_names(path) == ["flow_people", "time_min"]
        flow, time = read_omx(path, "flow_people"), read_omx(path, "time_min")
        assert flow.zones == tuple(map(str, BEFORE.places))
        np.testing.assert_array_equal(flow.values, state.finding.pairs[0].values)
        assert np.argwhere(np.isnan(time.values)).tolist() == [[2, 2]]
        assert time.values[0, 1] == 7.0


def test_large_tables_go_to_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    files = flow_files(hand_run(replace(BEFORE, pairs=told(1.0))).comparison)
    assert list(files) == ["flows.parquet"]
    assert len(pd.read_parquet(io.BytesIO(files["flows.parquet"]))) == 2


def test_they_are_part_of_the_result_and_of_an_export(tmp_path: Path) -> None:
    run = hand_run(replace(BEFORE, pairs=told(1.0)))
    assert "flows.csv" in [p.name for p in export(run, tmp_path)]
    assert "flows.csv" not in [p.name for p in export(hand_run(BEFORE), tmp_path / "none")]
    assert finding_hash(replace(BEFORE, pairs=told(1.0))) != finding_hash(BEFORE)
    with pytest.raises(ValueError, match="places by places"):
        replace(BEFORE, pairs=(PairValues("flow", "people", np.zeros((2, 2))),))
