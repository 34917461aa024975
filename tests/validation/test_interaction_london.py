"""London rail flows: calibrated on two thirds of the origins, tested on the others."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.models.demand.flow_table import Columns, FlowTable, read_flows
from chengce.models.demand.holdout import hold_out
from chengce.models.demand.model import Model

COLUMNS = Columns(
    "station_origin", "station_destination", "flows", "distance", destination_mass="jobs"
)


@pytest.fixture(scope="module")
def london(shared_data: Callable[[str], Path]) -> FlowTable:
    return read_flows(shared_data("london") / "rail_od_half.csv.gz", COLUMNS)


def test_the_file_is_read_whole(london: FlowTable) -> None:
    assert len(london.flow) == 30_995 - 6  # six pairs stand twice
    assert london.flow.sum() == 658_993
    assert [n.code for n in london.notes] == ["pair_repeated"]


@pytest.mark.parametrize("constraint", ["origin", "doubly"])
def test_cost_helps_on_origins_not_seen(london: FlowTable, constraint: str) -> None:
    model = Model(constraint, "exponential")  # type: ignore[arg-type]
    held = hold_out(london, model, 1 / 3, Context(seed=1))
    assert held.origins == 65
    assert held.trained_on == 129
    for better in ("cpc", "r2"):
        assert getattr(held.report, better) > getattr(held.naive, better)
    assert held.report.srmse is not None
    assert held.naive.srmse is not None
    assert held.report.srmse < held.naive.srmse
    # both keep the totals of the origins they are told
    sums = [np.bincount(london.pairs.origin[held.at], f) for f in (held.flow, held.modelled)]
    reached = sums[1] > 0
    np.testing.assert_allclose(sums[0][reached], sums[1][reached], rtol=1e-9)


def test_which_origins_are_held_out_depends_on_the_seed_only(london: FlowTable) -> None:
    model = Model("origin", "exponential")
    one, same, other = (hold_out(london, model, 1 / 3, Context(seed=s)) for s in (1, 1, 2))
    assert one.report == same.report != other.report
