"""Check that counts which contradict each other, or cannot be used, are found and named."""

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.engine.roads.network import RoadNetwork
from chengce.models.calibration.count_checks import check_counts, nowhere
from chengce.models.calibration.count_fit import count_fit, geh
from chengce.models.calibration.counted import Counted, counts_of, default_sd
from chengce.models.calibration.holdout import held_out, share_wrong


def star() -> RoadNetwork:
    """Zones 0, 1, 2 all joined both ways to node 3."""
    ends = [(0, 3), (1, 3), (2, 3), (3, 0), (3, 1), (3, 2)]
    tail, head = (np.array(x, np.int32) for x in zip(*ends, strict=True))
    one = np.ones(6)
    return RoadNetwork(tail, head, 4, 3, 0, one, one, one * 0, one, one)


def one(name: str, value: float, *links: int, sd: float = 10.0) -> Counted:
    return Counted(name, value, sd, links)


def codes(rows: list[Counted]) -> list[tuple[str, str]]:
    return [(p.code, p.severity) for p in check_counts(star(), counts_of(rows))]


def test_agreeing_counts_raise_nothing() -> None:
    rows = [one("a", 100, 0), one("b", 50, 1), one("line", 150, 0, 1)]
    assert codes(rows) == []


def test_one_link_counted_twice() -> None:
    assert codes([one("a", 100, 0), one("b", 100, 0)]) == []
    assert codes([one("a", 100, 0), one("b", 120, 0)]) == [("counts_repeated", "warning")]
    assert codes([one("a", 100, 0), one("b", 160, 0)]) == [("counts_contradict", "error")]
    apart = [Counted("a", 100, 10, (0,), cls=0), Counted("b", 160, 10, (0,), cls=1)]
    assert codes(apart) == []  # two classes


def test_a_screen_line_against_its_links() -> None:
    rows = [one("a", 100, 0), one("b", 50, 1), one("line", 300, 0, 1)]
    found = check_counts(star(), counts_of(rows))
    assert [(p.code, p.severity) for p in found] == [("counts_contradict", "error")]
    assert "line" in found[0].message.en
    assert "150" in found[0].message.zh


def test_flow_that_vanishes_at_a_node_is_said_but_not_refused() -> None:
    values = (100, 100, 100, 100, 100, 100)
    rows = [one(str(a), v, a) for a, v in enumerate(values)]
    assert codes(rows) == []
    rows[0] = one("0", 400, 0)
    assert codes(rows) == [("counts_unbalanced", "warning")]
    assert codes(rows[:-1]) == []  # one link is not counted: anything may be


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_values_that_are_none_are_errors(value: float) -> None:
    assert codes([one("a", value, 0)]) == [("count_value", "error")]


def test_an_sd_of_nothing_is_an_error_and_so_is_no_count() -> None:
    assert codes([one("a", 1, 0, sd=0.0)]) == [("count_sd", "error")]
    assert codes([]) == [("counts_none", "error")]


def test_counts_no_route_passes_are_listed() -> None:
    counts = counts_of([one("a", 100, 0), one("b", 0, 1), one("c", 7, 2)])
    (found,) = nowhere(counts, np.array([0.0, 0.0, 3.0]))
    assert found.code == "count_without_route"
    assert "1 counts" in found.message.en
    assert "a (100)" in found.message.en
    assert nowhere(counts, np.array([1.0, 0.0, 1.0])) == []


def test_the_errors_of_a_fit_by_hand() -> None:
    counts = counts_of([one("a", 100, 0), one("b", 300, 1), one("c", 0, 2)])
    modelled = np.array([110.0, 260.0, 0.0])
    fit = count_fit(counts, modelled, np.array([True, True, False]))
    assert (fit.n, fit.bias) == (2, -15.0)
    assert fit.rmse == pytest.approx(np.sqrt((100 + 1600) / 2))
    assert fit.rmse_pct == pytest.approx(100 * fit.rmse / 200)
    assert geh(modelled, counts)[2] == 0.0
    assert geh(modelled, counts)[0] == pytest.approx(np.sqrt(2 * 100 / 210))
    nothing = count_fit(counts, modelled, np.zeros(3, bool))
    assert (nothing.n, nothing.rmse, nothing.geh_below_5) == (0, None, None)
    assert count_fit(counts, modelled, np.array([False, False, True])).rmse_pct is None


def test_a_count_without_sd_has_chance_and_counter_error() -> None:
    assert default_sd(400.0, 0.1) == pytest.approx(np.sqrt(400 + 1600))
    assert default_sd(0.0, 0.1) == 1.0


def test_a_fifth_is_held_out_by_seed_whatever_the_order() -> None:
    rows = [one(f"c{i}", 10, i) for i in range(20)]
    counts, turned = counts_of(rows), counts_of(rows[::-1])
    held = held_out(counts, 0.2, Context(seed=3))
    assert held.sum() == 4
    assert np.array_equal(held_out(turned, 0.2, Context(seed=3)), held[::-1])
    assert not np.array_equal(held_out(counts, 0.2, Context(seed=4)), held)
    assert held_out(counts, 0.0, Context()).sum() == 0


def test_counts_that_share_a_link_are_held_out_together() -> None:
    rows = [one("a", 1, 0), one("b", 1, 1), one("line", 2, 0, 1), one("c", 1, 2)]
    counts = counts_of(rows)
    for seed in range(8):
        held = held_out(counts, 0.2, Context(seed=seed))
        assert held[0] == held[1] == held[2]
        assert 0 < held.sum() < 4
    together = counts_of(rows[:3])
    assert not held_out(together, 0.5, Context()).any()


def test_a_share_to_hold_out_lies_below_one() -> None:
    assert share_wrong(0.2) == []
    assert [p.code for p in share_wrong(1.0)] == ["holdout_share"]
    assert [p.code for p in share_wrong(float("nan"))] == ["holdout_share"]
