"""Break the tables of traffic one cell at a time: each mistake is found in its row and column."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from chengce.city.checks import check_tables
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line

Tables = dict[str, pd.DataFrame]
H = 3600


def tables() -> Tables:
    """Return a small sound city with periods, flows and counts; B-C is open along only."""
    city = ascii_city(
        "A--B--C", people={"A": 10, "B": 20}, jobs={"B": 5},
        lines=[Line("L", "AB", headway_s=3600, run_s=60, last_s=7 * 3600, frequency=True)],
    )  # fmt: skip
    found = {name: frame.copy() for name, frame in city.tables.items()}
    found["streets"] = found["streets"].assign(
        drive=[3, 1], lanes_along=[1.0, 2.0], lanes_against=[1.0, np.nan], vdf_b=0.15, vdf_power=4.0
    )
    found["street_periods"] = pd.DataFrame(
        {"street": ["A-B", "A-B", "A-B", "B-C"], "direction": [1, 1, 2, 1],
         "start_s": [7 * H, 8 * H, 7 * H, 0], "end_s": [8 * H, 9 * H, 9 * H, 24 * H],
         "speed_factor": [0.5, 1.0, 1.0, 1.0], "capacity_factor": 1.0, "toll": 0.0}
    )  # fmt: skip
    found["turns"] = pd.DataFrame(
        {"id": ["s", "t"], "kind": ["no", "delay"], "from_street": "A-B", "via_node": 1,
         "to_street": "B-C", "restriction": "", "delay_s": [np.nan, 12.0]}
    )  # fmt: skip
    found["flows"] = pd.DataFrame(
        {"origin": ["A", "B"], "destination": ["B", "A"], "mode": "car", "purpose": "all",
         "start_s": 8 * H, "end_s": 9 * H, "count": [100.0, 40.0]}
    )  # fmt: skip
    found["counts"] = pd.DataFrame(
        {"id": ["x", "y", "z"], "kind": ["links", "links", "entries"], "mode": ["car", "walk", "transit"],
         "stop": [None, None, "A"], "start_s": 8 * H, "end_s": 9 * H, "count": 50.0, "sd": 5.0}
    )  # fmt: skip
    found["count_links"] = pd.DataFrame(
        {"count": ["x", "x", "y"], "street": ["A-B", "B-C", "B-C"], "direction": [1, 1, 2]}
    )
    return found


def test_the_city_is_sound() -> None:
    assert check_tables(tables()) == []


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "code", "named"),
    [
        ("street_periods", 0, "end_s", 7 * H, "period_ends_before_it_starts", "end_s"),
        ("street_periods", 0, "end_s", 8 * H + 1, "periods_overlap", "start_s"),
        ("street_periods", 0, "capacity_factor", 0.0, "no_capacity_but_open", "capacity_factor"),
        ("street_periods", 3, "direction", 2, "direction_closed", "direction"),
        ("street_periods", 3, "street", "B-X", "foreign_key_violation", "street"),
        ("street_periods", 0, "speed_factor", -1.0, "number_out_of_range", "speed_factor"),
        ("street_periods", 0, "toll", np.nan, "missing_value", "toll"),
        ("street_periods", 0, "end_s", 25 * H, "number_out_of_range", "end_s"),
        ("streets", 0, "lanes_along", 0.0, "open_without_room", "lanes_along"),
        ("streets", 0, "vdf_power", 0.0, "delay_without_power", "vdf_power"),
        ("streets", 0, "vdf_power", np.nan, "delay_without_power", "vdf_power"),
        ("turns", 0, "delay_s", 3.0, "turn_delay_misplaced", "delay_s"),
        ("turns", 1, "delay_s", np.nan, "turn_delay_misplaced", "delay_s"),
        ("turns", 1, "delay_s", -1.0, "number_out_of_range", "delay_s"),
        ("turns", 1, "kind", "slow", "value_not_allowed", "kind"),
        ("flows", 1, "end_s", 8 * H, "period_ends_before_it_starts", "end_s"),
        ("flows", 1, "destination", "Z", "foreign_key_violation", "destination"),
        ("flows", 1, "mode", "horse", "value_not_allowed", "mode"),
        ("flows", 1, "count", -1.0, "number_out_of_range", "count"),
        ("counts", 0, "end_s", H, "period_ends_before_it_starts", "end_s"),
        ("counts", 2, "stop", None, "count_without_stop", "stop"),
        ("counts", 2, "stop", "nowhere", "foreign_key_violation", "stop"),
        ("counts", 0, "kind", "exits", "count_without_stop", "stop"),
        ("count_links", 2, "count", "x", "count_without_links", "id"),
        ("count_links", 2, "count", "q", "foreign_key_violation", "count"),
        ("count_links", 2, "count", "z", "links_of_a_station_count", "count"),
        ("count_links", 1, "direction", 2, "direction_closed", "direction"),
    ],
)
def test_a_mistake_is_found(
    table: str, row: int, column: str, value: Any, code: str, named: str
) -> None:
    broken = tables()
    broken[table].loc[row, column] = value
    found = [p for p in check_tables(broken) if p.code == code]
    assert found, [p.code for p in check_tables(broken)]
    assert found[0].column == named
    where = {"periods_overlap": 1, "count_without_links": 1}.get(code, row)
    assert found[0].row == where + 2
    assert found[0].message.zh != found[0].message.en


def test_all_mistakes_are_reported_together() -> None:
    broken = tables()
    broken["street_periods"].loc[0, "end_s"] = 0
    broken["flows"].loc[0, "end_s"] = 0
    broken["count_links"].loc[1, "direction"] = 2
    assert {p.code for p in check_tables(broken)} == {
        "period_ends_before_it_starts", "direction_closed",
    }  # fmt: skip
    assert {p.file for p in check_tables(broken)} == {"street_periods", "flows", "count_links"}


def test_capacity_of_a_closed_direction_may_be_anything() -> None:
    fine = tables()
    fine["streets"].loc[1, "lanes_against"] = 0.0
    fine["streets"]["capacity_along"] = 1800.0
    assert check_tables(fine) == []
    fine["streets"].loc[1, "capacity_along"] = 0.0
    assert [p.code for p in check_tables(fine)] == ["open_without_room"]


def test_a_broken_table_does_not_stop_the_check_of_those_that_refer_to_it() -> None:
    broken = tables()
    broken["streets"] = pd.concat([broken["streets"]] * 2, ignore_index=True)
    broken["counts"] = pd.concat([broken["counts"].drop(columns="kind")] * 2, ignore_index=True)
    assert {p.code for p in check_tables(broken)} == {"duplicate_key", "missing_column"}
    broken = tables()
    broken["streets"]["drive"] = "both"
    assert {p.code for p in check_tables(broken)} == {"wrong_kind_of_value"}
    del broken["streets"]
    found = check_tables(broken, unread=["streets"])
    assert found == []
