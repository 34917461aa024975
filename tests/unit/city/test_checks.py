"""Check that every fault of a table is found, named and located, all in one go."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import shapely

from chengce.city.checks import check_tables
from chengce.city.synthetic.ascii import ascii_city

Tables = dict[str, pd.DataFrame]


def tables() -> Tables:
    """Return the tables of a small sound city."""
    city = ascii_city(
        "A--B", people={"A": 10, "B": 20}, jobs={"B": 5}, places={"A": ["clinic"]},
    )  # fmt: skip
    return {name: frame.copy() for name, frame in city.tables.items()}


def put(table: str, row: int, column: str, value: Any) -> Callable[[Tables], None]:
    """Return a fault: one cell changed."""

    def change(all_: Tables) -> None:
        frame = all_[table]
        frame[column] = frame[column].astype(object)
        frame.at[row, column] = value
        if column != "geometry" and not isinstance(value, str) and value is not None:
            frame[column] = pd.to_numeric(frame[column])

    return change


def test_a_sound_city_has_no_problems() -> None:
    assert check_tables(tables()) == []


@pytest.mark.parametrize(
    ("fault", "code", "table", "row", "column"),
    [
        (put("people", 1, "count", -3.0), "number_out_of_range", "people", 3, "count"),
        (put("people", 0, "count", None), "missing_value", "people", 2, "count"),
        (put("people", 0, "zone", "Q"), "foreign_key_violation", "people", 2, "zone"),
        (put("people", 0, "base", "tourist"), "value_not_allowed", "people", 2, "base"),
        (put("zones", 1, "id", "A"), "duplicate_key", "zones", 3, "id"),
        (put("places", 0, "geometry", shapely.Point(200, 10)), "coordinates_out_of_range", "places", 2, "geometry"),
        (put("places", 0, "geometry", shapely.LineString([(0, 0), (1, 1)])), "wrong_geometry", "places", 2, "geometry"),
        (put("streets", 0, "walk", 7), "value_not_allowed", "streets", 2, "walk"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(
    fault: Callable[[Tables], None], code: str, table: str, row: int, column: str
) -> None:
    broken = tables()
    fault(broken)
    found = [p for p in check_tables(broken) if p.code == code]
    assert found, [p.line("en") for p in check_tables(broken)]
    assert (found[0].file, found[0].row, found[0].column) == (table, row, column)
    assert found[0].remedy.zh
    assert found[0].remedy.en


def test_columns_missing_and_unknown_are_named_with_near_ones() -> None:
    broken = tables()
    broken["jobs"] = broken["jobs"].rename(columns={"count": "counts"})
    codes = {p.code: p for p in check_tables(broken)}
    assert codes.keys() >= {"missing_column", "unknown_column"}
    assert "counts" in codes["missing_column"].remedy.zh


def test_all_faults_come_together() -> None:
    broken = tables()
    put("people", 1, "count", -3.0)(broken)
    put("jobs", 0, "zone", "Q")(broken)
    put("zones", 1, "id", "A")(broken)
    codes = {p.code for p in check_tables(broken)}
    assert codes >= {"number_out_of_range", "foreign_key_violation", "duplicate_key"}


def test_many_rows_of_one_fault_are_counted_not_listed() -> None:
    broken = tables()
    rows = pd.DataFrame({"zone": [f"q{i}" for i in range(40)], "kind": "total", "count": 1.0})
    broken["jobs"] = pd.concat([broken["jobs"], rows], ignore_index=True)
    found = [p for p in check_tables(broken) if p.code == "foreign_key_violation"]
    assert len(found) == 6
    assert "35" in found[-1].message.en


def test_groups_must_add_up_to_a_given_total() -> None:
    broken = tables()
    groups = [("A", 4.0), ("B", 20.0)]
    rows = [
        {"zone": z, "dimension": "age", "group": "all", "count": n, "base": "resident"}
        for z, n in groups
    ]
    broken["people"] = pd.concat([broken["people"], pd.DataFrame(rows)], ignore_index=True)
    found = [p for p in check_tables(broken) if p.code == "groups_do_not_add_up"]
    assert len(found) == 1
    assert "A" in found[0].message.en


def test_a_city_needs_a_network() -> None:
    bare = {k: v for k, v in tables().items() if k not in ("streets", "stops")}
    assert "city_without_network" in {p.code for p in check_tables(bare)}
