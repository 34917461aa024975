"""Trips are read for exactly the period asked for, or the user hears which periods there are."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError
from chengce.core.validation import Wrong
from chengce.models.traffic.demand import road_demand
from chengce.models.traffic.period import Period, parse_period

H = 3600
EIGHT = Period(8 * H, 9 * H)
ZONES = ("A", "B")


def city(*rows: tuple[str, str, str, float, float, float], purpose: Any = "all") -> City:
    names = ["origin", "destination", "mode", "from", "to", "count"]
    table = pd.DataFrame(list(rows), columns=names).assign(purpose=purpose)
    table["start_s"] = (table.pop("from") * H).astype(int)
    table["end_s"] = (table.pop("to") * H).astype(int)
    base = ascii_city("A--B")
    return replace(base, tables={**base.tables, "flows": table})


def test_purposes_and_quarters_add_up_by_class() -> None:
    quarters = [("A", "B", "car", 8 + q / 4, 8.25 + q / 4, 10.0) for q in range(4)]
    found = road_demand(
        city(*quarters, ("B", "A", "truck", 8, 9, 7.0), ("B", "B", "car", 8, 8.25, 3.0),
             ("A", "B", "car", 9, 10, 99.0), ("A", "B", "bike", 8, 9, 99.0)),
        ZONES, EIGHT,
    )  # fmt: skip
    assert found.classes == ("car", "truck")
    assert found.vehicles.tolist() == [[[0.0, 40.0], [0.0, 0.0]], [[0.0, 0.0], [7.0, 0.0]]]
    assert found.inside.tolist() == [3.0, 0.0]
    assert not found.daily


def test_without_trucks_there_is_one_class() -> None:
    assert road_demand(city(("A", "B", "car", 8, 9, 1.0)), ZONES, EIGHT).classes == ("car",)


def test_a_day_is_shared_out_only_where_the_hour_is_not_there() -> None:
    day = ("A", "B", "car", 0, 24, 1000.0)
    found = road_demand(city(day), ZONES, Period(7 * H, 9 * H))
    assert found.daily
    assert found.vehicles[0, 0, 1] == pytest.approx(1000.0 * 0.09 * 2)
    both = road_demand(city(day, ("A", "B", "car", 8, 9, 70.0)), ZONES, EIGHT)
    assert both.vehicles[0, 0, 1] == 70.0
    assert road_demand(city(day), ZONES, Period(0, 24 * H)).vehicles[0, 0, 1] == 1000.0


def test_a_survey_of_commuters_does_not_stand_in_for_all_cars_of_another_hour() -> None:
    where = city(
        ("A", "B", "car", 0, 24, 1000.0), ("A", "B", "car", 8, 9, 70.0), purpose=["commute", "all"]
    )
    assert road_demand(where, ZONES, EIGHT).vehicles[0, 0, 1] == 70.0
    with pytest.raises(ChengceError) as caught:
        road_demand(where, ZONES, Period(17 * H, 18 * H))
    assert "periods there: 08:00-09:00;" in caught.value.problems[0].remedy.en


def test_parts_are_not_added_to_the_whole() -> None:
    found = road_demand(
        city(("A", "B", "car", 8, 9, 70.0), ("A", "B", "car", 8, 9, 30.0), purpose=["all", "commute"]),
        ZONES, EIGHT,
    )  # fmt: skip
    assert found.vehicles[0, 0, 1] == 70.0
    assert found.purposes == ("all",)
    assert found.left_out == ()


def test_purposes_that_fill_the_period_are_named_and_those_that_do_not_too() -> None:
    rows = [
        ("A", "B", "car", 8, 9, 5.0),
        ("A", "B", "car", 7, 9, 9.0),
        ("A", "B", "truck", 7, 8, 2.0),
    ]
    found = road_demand(city(*rows, purpose=["shop", "work", "freight"]), ZONES, EIGHT)
    assert found.vehicles[:, 0, 1].tolist() == [5.0]
    assert found.purposes == ("shop",)
    assert found.left_out == (("car", "work"), ("truck", "freight"))


def test_trucks_of_the_day_share_it_out_beside_cars_of_the_hour() -> None:
    rows = [("A", "B", "car", 8, 9, 5.0), ("A", "B", "truck", 0, 24, 100.0)]
    found = road_demand(city(*rows), ZONES, EIGHT)
    assert found.vehicles[:, 0, 1] == pytest.approx([5.0, 9.0])
    assert not found.daily


def test_trips_of_other_hours_are_named() -> None:
    with pytest.raises(ChengceError) as caught:
        road_demand(
            city(("A", "B", "car", 8, 8.5, 1.0), ("A", "B", "car", 17, 18, 1.0)), ZONES, EIGHT
        )
    (problem,) = caught.value.problems
    assert problem.code == "flows_period_absent"
    assert "08:00-08:30, 17:00-18:00" in problem.remedy.en
    assert "08:00-08:30" in problem.remedy.zh


def test_a_table_without_cars_says_which_modes_it_has() -> None:
    with pytest.raises(ChengceError) as caught:
        road_demand(city(("A", "B", "transit", 8, 9, 1.0)), ZONES, EIGHT)
    assert caught.value.problems[0].code == "flows_without_cars"
    assert "transit" in caught.value.problems[0].remedy.en


@pytest.mark.parametrize("text", ["08:00-09:00", "8:00 – 9:00", "08:00至09:00"])
def test_periods_are_read(text: str) -> None:
    assert str(parse_period(text)) == "08:00-09:00"
    assert parse_period(text).hours == 1.0


@pytest.mark.parametrize("text", ["08:00", "09:00-08:00", "08:00-08:00", "23:00-25:00", "x-y"])
def test_what_is_no_period_is_refused(text: Any) -> None:
    with pytest.raises(Wrong):
        parse_period(text)
