"""Check kinds of values, kinds of population, partitions, and what is said when a file is unread."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from chengce.city.checks import check_tables
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line

Tables = dict[str, pd.DataFrame]


def tables() -> Tables:
    """Return the tables of a small sound city with transit."""
    city = ascii_city(
        "A--B", people={"A": 10, "B": 20}, jobs={"B": 5},
        lines=[Line("L", "AB", headway_s=3600, run_s=60, last_s=7 * 3600, frequency=True)],
    )  # fmt: skip
    return {name: frame.copy() for name, frame in city.tables.items()}


def people(*rows: tuple[str, str, str, float, str]) -> pd.DataFrame:
    """Return a people table."""
    return pd.DataFrame(rows, columns=["zone", "dimension", "group", "count", "base"])


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("stop_times", "arrival_s", 21600.5),
        ("stop_times", "arrival_s", np.inf),
        ("people", "count", np.inf),
        ("people", "count", "ten"),
        ("streets", "length_m", "long"),
        ("streets", "walk", True),
        ("frequencies", "exact", 1),
        ("people", "group", 7),
        ("services", "date", "12.05.2026"),
        ("services", "date", "2026-02-30"),
    ],
)
def test_a_value_of_the_wrong_kind_is_found(table: str, column: str, values: Any) -> None:
    broken = tables()
    broken[table][column] = values
    found = [p for p in check_tables(broken) if p.column == column]
    assert {p.code for p in found} == {"wrong_kind_of_value"}
    assert (found[0].file, found[0].row) == (table, 2)


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [("stop_times", "arrival_s", "int32"), ("trips", "direction", "Int64"), ("people", "count", "Float64"),
     ("people", "count", "int64"), ("people", "zone", "object"), ("people", "zone", "category"),
     ("trips", "direction", "float64"), ("frequencies", "exact", "boolean")],
)  # fmt: skip
def test_other_ways_to_store_the_same_kind_are_welcome(table: str, column: str, kind: str) -> None:
    sound = tables()
    sound[table][column] = sound[table][column].astype(kind)
    assert check_tables(sound) == []


def test_a_table_in_any_row_order_names_rows_as_they_lie() -> None:
    broken = tables()
    broken["people"].loc[1, "count"] = -1.0
    broken["people"] = broken["people"].iloc[::-1]  # keeps its old index
    (found,) = check_tables(broken)
    assert found.row == 2


def test_residents_and_registered_people_are_never_mixed() -> None:
    broken = tables()
    broken["people"] = people(
        ("A", "total", "total", 10, "resident"), ("B", "total", "total", 20, "registered")
    )
    (found,) = check_tables(broken)
    assert found.code == "population_bases_mixed"
    assert "registered, resident" in found.message.en


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([("A", "age", "x", 4.0), ("A", "age", "y", 6.0), ("B", "age", "x", 20.0)], []),
        ([("A", "age", "x", 4.0), ("A", "age", "y", 6.5), ("B", "age", "x", 20.0)], []),  # 1 person
        ([("A", "age", "x", 10.0)], ["groups_do_not_add_up"]),  # B has 20 people of no age
        ([("A", "age", "x", 10.0), ("B", "age", "x", 22.0)], ["groups_do_not_add_up"]),
    ],
)
def test_groups_partition_the_people_of_every_zone(
    rows: list[tuple[str, str, str, float]], codes: list[str]
) -> None:
    found = tables()
    grouped = people(*((*r, "resident") for r in rows))
    found["people"] = pd.concat([found["people"], grouped], ignore_index=True)
    assert [p.code for p in check_tables(found)] == codes


def test_without_a_total_dimensions_must_agree_with_each_other() -> None:
    found = tables()
    found["people"] = people(
        ("A", "age", "x", 10, "resident"), ("B", "age", "x", 20, "resident"),
        ("A", "sex", "f", 10, "resident"), ("B", "sex", "f", 12, "resident"),
    )  # fmt: skip
    (problem,) = check_tables(found)
    assert problem.code == "groups_do_not_add_up"
    assert "sex" in problem.message.en
    assert "B" in problem.message.en


def test_the_size_of_a_zone_sets_the_tolerance() -> None:
    found = tables()
    found["people"] = people(
        ("A", "total", "total", 10_000, "resident"), ("A", "age", "x", 10_090, "resident")
    )
    assert check_tables(found) == []
    found["people"].loc[1, "count"] = 10_110.0
    assert [p.code for p in check_tables(found)] == ["groups_do_not_add_up"]


def test_nothing_is_said_about_references_to_what_could_not_be_read() -> None:
    part = {k: v for k, v in tables().items() if k != "zones"}
    assert {p.code for p in check_tables(part)} == {"foreign_key_violation"}
    assert check_tables(part, unread={"zones"}) == []
    bare = {k: v for k, v in part.items() if k in ("people", "jobs")}
    assert check_tables(bare, unread={"zones", "streets"}) == []


def test_an_empty_network_is_none() -> None:
    bare = tables()
    bare = {k: v.iloc[:0] if k in ("streets", "stops") else v for k, v in bare.items()}
    assert "city_without_network" in {p.code for p in check_tables(bare)}


def test_a_composite_key_is_shown_whole() -> None:
    broken = tables()
    broken["people"] = pd.concat([broken["people"]] * 2, ignore_index=True)
    found = [p for p in check_tables(broken) if p.code == "duplicate_key"]
    assert [p.row for p in found] == [4, 5]
    assert "A, total, total" in found[0].message.en
