import numpy as np
import pytest

from chengce.core.errors import ChengceError
from chengce.engine.matrix import TripOptions


def test_all_problems_are_reported_together() -> None:
    bad = TripOptions("05/03/2024", -1, 0, percentiles=(101,), speed_mps=0.0, max_boardings=-1)
    with pytest.raises(ChengceError) as error:
        bad.check()
    assert {p.column for p in error.value.problems} == {
        "date", "start_s", "window_s", "percentiles", "speed_mps", "max_boardings",
    }  # fmt: skip


def test_nearest_ranks() -> None:
    options = TripOptions("2024-03-05", 0, 600, percentiles=(0, 1, 10, 50, 51, 100))
    assert options.departures == 10
    np.testing.assert_array_equal(options.ranks(), [1, 1, 1, 5, 6, 10])
    assert TripOptions("2024-03-05", 0, 601).departures == 11
