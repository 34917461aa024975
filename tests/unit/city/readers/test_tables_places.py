"""Read hours that stand in several columns, and units of capacity; ask where days are blank."""

from pathlib import Path

import pandas as pd
import pytest

from chengce.city.readers.tables import read_table
from chengce.city.readers.tables_places import capacity_unit
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.errors import Problem


def read(path: Path, text: str, hours: dict[str, str]) -> tuple[list[object], tuple[Problem, ...]]:
    (path / "p.csv").write_text(text, "utf-8")
    spec = TableSpec(
        table="places", path="p.csv", crs="EPSG:4326", geometry="point:lon,lat", columns={"id": "id"},
        constants={"kind": "clinic", "count": 1}, hours=hours,
    )  # fmt: skip
    frame, problems = read_table(path / "p.csv", spec)
    return [None if pd.isna(v) else v for v in frame["hours"]], problems


def test_a_cell_for_each_day(tmp_path: Path) -> None:
    days = {str(i + 1): f"周{d}" for i, d in enumerate("一二三四五六日")}
    head = "id,lon,lat," + ",".join(days.values())
    full = "1,10,1," + ",".join(["8:00-12:00、14:00-17:00"] * 5 + ["上午9:00-12:00", "休息"])
    part = "2,10,1,8:00-12:00,,,,,,"
    none = "3,10,1,,,,,,,"
    hours, problems = read(tmp_path, "\n".join([head, full, part, none]) + "\n", days)
    assert hours == ["Mo-Fr 08:00-12:00,14:00-17:00; Sa 09:00-12:00", None, None]
    assert [(p.code, p.row) for p in problems if p.severity == "warning"] == [
        ("hours_day_blank", 3)
    ]


def test_an_opening_and_a_closing_for_each_day(tmp_path: Path) -> None:
    columns = {f"{d}_{w}": f"{d}{w}" for d in (1, 6) for w in ("open", "close")}
    text = "id,lon,lat,1open,1close,6open,6close\n1,10,1,8:00,17:00,20:00,26:00\n2,10,1,9:00,5:00,9:00,12:00\n"
    hours, problems = read(tmp_path, text, columns)
    assert hours == ["Mo 08:00-17:00; Sa 20:00-26:00", None]
    assert [(p.code, p.row) for p in problems if p.severity == "warning"] == [
        ("hours_past_midnight", 3)
    ]


def test_days_opening_and_closing(tmp_path: Path) -> None:
    text = "id,lon,lat,days,from,to\n1,10,1,月火水木金,8:30,17:00\n2,10,1,周末,9:00,12:00\n3,10,1,,9:00,12:00\n"
    hours, problems = read(tmp_path, text, {"days": "days", "open": "from", "close": "to"})
    assert hours == ["Mo-Fr 08:30-17:00", "Sa,Su 09:00-12:00", None]
    assert [p.code for p in problems if p.severity == "warning"] == ["hours_day_blank"]


@pytest.mark.parametrize(
    ("header", "unit"),
    [("核定床位数", "beds"), ("座位数", "seats"), ("学位", "places"), ("停车泊位", "spaces"),
     ("Parking spaces", "spaces"), ("服务能力", None)],
)  # fmt: skip
def test_a_header_says_what_a_capacity_counts(header: str, unit: str | None) -> None:
    assert capacity_unit(header) == unit
