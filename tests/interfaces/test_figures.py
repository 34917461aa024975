"""Figures of a column have the same decimals."""

import pytest

from chengce.interfaces.figures import column, figure


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([10380.80237, 13602.2, 5.0], ["10,381", "13,602", "5"]),
        ([13.8116, 4.33553], ["13.812", "4.336"]),
        ([600.0, 12.0], ["600", "12"]),
        ([0.5, None, float("nan")], ["0.50000", "—", "—"]),
        ([0.0, 0.0], ["0", "0"]),
        ([-1234.56, 1.0], ["-1,234.6", "1.0"]),
        ([3e-7, 2e-9], ["3e-07", "2e-09"]),
        ([], []),
    ],
)
def test_a_column(values: list[float | None], shown: list[str]) -> None:
    assert column(values) == shown


def test_one_figure() -> None:
    assert figure(7480225.348) == "7,480,225"
    assert figure(None) == "—"
