"""Round shares to whole people: sums stay exact, ties go to the first, cells stay near their shares."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chengce.city.allocate.rounding import whole_parts, whole_table

_FEW = settings(max_examples=40, deadline=None)
WEIGHTS = arrays.arrays(
    np.float64, st.integers(1, 30), elements=st.floats(0, 1e4, allow_subnormal=False)
).filter(lambda w: w.sum() > 1e-3)


def test_largest_remainders_by_hand() -> None:
    # 10 people by 3 : 3 : 1 → 4.29, 4.29, 1.43: floors 4, 4, 1, and the last unit goes to 1.43
    assert whole_parts(10, np.array([3.0, 3.0, 1.0])).tolist() == [4.0, 4.0, 2.0]


def test_of_equal_remainders_the_first_takes_the_unit() -> None:
    assert whole_parts(2, np.array([1.0, 1.0, 1.0, 1.0])).tolist() == [1.0, 1.0, 0.0, 0.0]


@_FEW
@given(st.integers(0, 10**7), WEIGHTS)
def test_parts_are_whole_within_one_of_their_quota_and_sum_to_the_total(
    total: int, weights: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> None:
    parts = whole_parts(total, weights)
    assert parts.sum() == total
    assert (parts == np.floor(parts)).all()
    assert (parts >= 0).all()
    assert (np.abs(parts - total * weights / weights.sum()) < 1 + 1e-6).all()
    assert (parts[weights == 0] == 0).all()


@_FEW
@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=12),
    WEIGHTS,
    st.integers(0, 1000),
)
def test_a_table_keeps_both_sums(
    columns: list[int], weights: "np.ndarray[tuple[int], np.dtype[np.float64]]", seed: int
) -> None:
    wanted = np.array(columns, dtype=np.float64)
    rows = np.stack([whole_parts(wanted.sum(), weights), whole_parts(wanted.sum(), weights[::-1])])
    affinity = np.random.default_rng(seed).lognormal(0, 1, size=(*rows.shape, len(wanted)))
    for table in (whole_table(rows, wanted), whole_table(rows, wanted, affinity)):
        assert (table.sum(axis=2) == rows).all()
        assert (table.sum(axis=1) == wanted).all()
        assert (table >= 0).all()
        assert (table == np.floor(table)).all()


def test_a_plain_table_is_spread_as_the_rows_are() -> None:
    rows = np.array([[500.0, 300.0, 200.0]])
    table = whole_table(rows, np.array([100.0, 700.0, 200.0]))[0]
    assert table.tolist() == [[50, 350, 100], [30, 210, 60], [20, 140, 40]]


def test_affinity_moves_a_group_to_where_it_is_drawn_but_not_its_total() -> None:
    rows, columns = np.array([[500.0, 500.0]]), np.array([200.0, 800.0])
    affinity = np.array([[[3.0, 1.0], [1.0, 1.0]]])
    table = whole_table(rows, columns, affinity)[0]
    assert table[0, 0] > 130
    assert table.sum(axis=0).tolist() == [200.0, 800.0]
    odds = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert abs(odds - 3.0) < 0.05  # fitting keeps the ratio of odds
