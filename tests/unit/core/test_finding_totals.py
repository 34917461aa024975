"""Totals of places add up to the city once, whatever the groups; nothing is averaged over people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL, TOTAL_GROUP, Group
from chengce.core.link_values import LinkValues
from chengce.core.text import Text

T = Text("数", "n")
GROUPS = tuple(Group("age", i, T, {"adult": 1.0}) for i in "xyz")
CO2 = Metric("co2", T, "kg/h", "less", T, of="place")
JOBS = Metric("jobs", T, "jobs", "more", T)


def finding(totals: object, people: object, *, groups: int = 3, jobs: object = None) -> Finding:
    """Return a finding of totals (draws, places), repeated for each group; people (places, groups)."""
    amounts = np.asarray(totals, float)
    values = np.repeat(amounts[:, :, None], groups, axis=2)
    counts = np.broadcast_to(np.asarray(people, float), values.shape)
    metrics: tuple[Metric, ...] = (CO2,) if jobs is None else (CO2, JOBS)
    cells = {"co2": values, "jobs": np.broadcast_to(np.asarray(jobs or 0, float), values.shape)}
    return Finding(
        "app",
        "age" if groups > 1 else TOTAL,
        GROUPS[:groups] if groups > 1 else (TOTAL_GROUP,),
        metrics,
        tuple(f"p{i}" for i in range(amounts.shape[1])),
        counts,
        {m.id: cells[m.id] for m in metrics},
        (),
        {},
    )


amount = st.one_of(st.floats(0, 1e9), st.just(float("nan")))


@given(
    st.lists(st.tuples(amount, amount), min_size=1, max_size=12),
    st.integers(1, 3),
    st.floats(0, 1e4),
)
@settings(deadline=None)
def test_the_city_is_the_sum_of_what_can_be_evaluated(
    places: list[tuple[float, float]], groups: int, people: float
) -> None:
    totals = np.array(places).T
    found = finding(totals, people, groups=groups)
    city = found.by_group("co2")
    assert city.shape == (2, 1)
    for draw, row in zip(city[:, 0], totals, strict=True):
        known = row[~np.isnan(row)]
        assert draw == pytest.approx(known.sum(), rel=1e-12) if len(known) else np.isnan(draw)


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("people", [0.0, 1.0, 250.0])
def test_groups_and_people_do_not_count(groups: int, people: float) -> None:
    found = finding([[1, 2, 4]], people, groups=groups)
    assert found.headline()["co2"].value == 7.0
    assert found.by_place("co2").tolist() == [[1, 2, 4]]
    table = found.table()
    assert table["group"].tolist() == ["total"] * 4
    assert table["place"].tolist() == ["", "p0", "p1", "p2"]
    assert table["value"].tolist() == [7, 1, 2, 4]
    assert table["people"].tolist() == [3 * groups * people, *[groups * people] * 3]


def test_totals_stand_beside_means() -> None:
    found = finding([[1, 2]], [[1, 0, 0], [3, 0, 0]], jobs=5.0)
    assert [g.id for g in found.rows("co2")] == ["total"]
    assert [g.id for g in found.rows("jobs")] == ["x", "y", "z", "total"]
    assert found.headline()["jobs"].value == 5.0
    rows = found.table().groupby("metric").size()
    assert (rows["co2"], rows["jobs"]) == (3, 12)


def test_an_interval_of_a_sum_is_of_the_sums_of_the_draws() -> None:
    draws = np.linspace(0, 1, 101)
    found = finding(np.column_stack([draws, 1 - draws]), 1.0)
    head = found.headline()["co2"]
    assert (head.low, head.value, head.high) == (
        1.0,
        1.0,
        1.0,
    )  # each place varies, their sum does not


def test_a_total_that_differs_between_groups_is_a_mistake() -> None:
    good = finding([[1, 2]], 1.0)
    values = good.values["co2"].copy()
    values[0, 0, 1] = 9
    with pytest.raises(ValueError, match="differs between groups"):
        Finding("app", "age", GROUPS, (CO2,), good.places, good.people, {"co2": values}, (), {})


def links(**changes: object) -> LinkValues:
    parts = {
        "metric": CO2, "streets": ("a", "a", "b"), "directions": (1, 2, 1),
        "values": np.ones((4, 3)), "determined": np.ones(3, dtype=bool), **changes,
    }  # fmt: skip
    return LinkValues(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"streets": ("a", "b")}, "differ in length|shorter"), ({"directions": (1, 1, 1)}, "twice"),
        ({"directions": (1, 2, 3)}, "direction"), ({"values": np.ones((4, 2))}, "not \\(draws, 3\\)"),
        ({"values": np.ones(3)}, "not \\(draws, 3\\)"), ({"values": np.full((4, 3), np.nan)}, "finite"),
        ({"values": np.full((4, 3), np.inf)}, "finite"), ({"determined": np.ones(2, dtype=bool)}, "length"),
    ],
)  # fmt: skip
def test_links_of_the_wrong_shape_are_a_mistake(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        links(**changes)


def test_links_belong_to_the_draws_of_their_finding() -> None:
    base = finding(np.ones((4, 2)), 1.0)
    parts = (base.application, base.dimension, base.groups, base.metrics, base.places, base.people)
    made = Finding(*parts, base.values, (), {}, links=(links(),))
    assert made.link_values("co2").keys == [("a", 1), ("a", 2), ("b", 1)]
    for wrong, words in (
        ((links(values=np.ones((3, 3))),), "another number of draws"),
        ((links(), links()), "given twice"),
    ):
        with pytest.raises(ValueError, match=words):
            Finding(*parts, base.values, (), {}, links=wrong)
