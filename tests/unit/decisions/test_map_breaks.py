"""Class breaks are round, hold every value, and are centred on 0 for differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.decisions.maps.breaks import Breaks, change_breaks, nice, span, value_breaks


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0.13, 0.2), (1, 1), (1.01, 2), (2.4, 5), (7, 10), (31, 50), (0, 1), (np.nan, 1)],
)
def test_nice_is_the_next_of_1_2_5(size: float, expected: float) -> None:
    assert nice(size) == pytest.approx(expected)


def test_quantiles_are_by_people_not_by_place() -> None:
    # 10 people on each of 0 … 99, but 10,000 on 50: the middle class edges crowd around 50
    values = np.arange(100.0)
    people = np.where(values == 50, 10_000.0, 10.0)
    even = value_breaks(values, np.full(100, 10.0))
    crowded = value_breaks(values, people)
    assert even.edges[0] == 0
    assert even.edges[-1] == 100
    assert 5 <= len(even) <= 7
    assert crowded.edges != even.edges


def test_few_distinct_values_are_classes_of_their_own() -> None:
    breaks = value_breaks(np.array([0, 100, 0, 50, np.inf, np.nan]), np.ones(6))
    assert [breaks.label(i).en for i in range(len(breaks))] == ["0", "50", "100"]
    assert breaks.classify(np.array([0, 50, 100, np.inf, np.nan])).tolist() == [0, 1, 2, -1, -1]


def test_a_value_a_hair_below_an_edge_is_on_it() -> None:
    breaks = Breaks((0.0, 5.0, 10.0))
    assert breaks.classify(np.array([5 - 1e-12, 5.0, 4.99])).tolist() == [1, 1, 0]


def test_no_number_gives_no_class() -> None:
    assert len(value_breaks(np.array([np.nan, np.inf]), np.ones(2))) == 0
    assert len(change_breaks(np.array([0.0, np.nan]), np.ones(2))) == 0


def test_labels_name_open_ends_and_signs() -> None:
    assert span(5, np.inf, signed=True).en == "≥ +5"
    assert span(-np.inf, -5, signed=True).zh == "≤ −5"
    assert span(-5, 0, signed=True).en == "−5 to 0"


@given(
    st.lists(
        st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-3), min_size=1, max_size=60
    ),
    st.integers(0, 5),
)
@settings(max_examples=80, deadline=None)
def test_breaks_ascend_and_hold_every_value(values: list[float], spikes: int) -> None:
    shown = np.array(values + [values[0]] * spikes)
    people = np.ones(len(shown))
    breaks = value_breaks(shown, people)
    assert 1 <= len(breaks) <= 7
    assert np.all(np.diff(breaks.edges) > 0)
    assert breaks.edges[0] <= shown.min()
    assert shown.max() <= breaks.edges[-1]
    classes = breaks.classify(shown)
    assert classes.min() >= 0
    assert classes.max() < len(breaks)
    assert np.all(np.diff(classes[np.argsort(shown, kind="stable")]) >= 0)
    sizes = change_breaks(shown, people)
    if (shown != 0).any():
        assert sizes.edges[0] == 0
        assert sizes.edges[-1] == np.inf
        assert np.all(np.diff(sizes.edges) > 0)
        assert 1 <= len(sizes) <= 3
