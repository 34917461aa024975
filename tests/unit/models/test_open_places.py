"""Count only the places open at an hour: closed ones are left out, unknown ones said and kept."""

from dataclasses import replace

import pytest
from pydantic import ValidationError
from tests.unit.models.road_worlds import applied

from chengce.applications.everyday_reach import everyday_reach
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.core.validation import Wrong
from chengce.models.open_places import When, read_when

HOURS = {"pharmacy": "Mo-Fr 08:00-18:00", "food_shop": None}


def city(**hours: str | None) -> City:
    made = certain(
        ascii_city(
            "A--B", block_m=130.0, people={"A": 100}, places={"B": ["pharmacy", "food_shop"]}
        )
    )
    table = made.table("places")
    given = [{**HOURS, **hours}[k] for k in table["kind"]]
    return replace(made, tables={**made.tables, "places": table.assign(hours=given)}, known={})


def reach(where: City, open_at: str | None) -> Finding:
    params = everyday_reach.params(cutoffs_min=(5,), open_at=open_at)
    return everyday_reach.run(where, params, Context(draws=20))


def share(found: Finding, metric: str) -> float:
    return float(found.values[metric].mean())


def test_a_place_counts_while_it_is_open() -> None:
    assert share(reach(city(), None), "pharmacy_5") == 100.0
    for when, expected in {
        "Mo 08:00": 100.0,
        "Mo 18:00": 0.0,
        "Sa 10:00": 0.0,
        "周五 17:59": 100.0,
    }.items():
        assert share(reach(city(), when), "pharmacy_5") == expected


def test_unknown_hours_are_counted_and_said() -> None:
    found = reach(city(), "Mo 20:00")
    assert share(found, "food_shop_5") == 100.0
    (warning,) = [p for p in found.warnings if p.code == "hours_unknown"]
    assert "1 of 2" in warning.message.en
    assert "food_shop 1" in warning.message.en
    holiday = reach(city(), "PH 10:00")  # neither says what holds on a holiday
    assert share(holiday, "pharmacy_5") == 100.0
    assert "2 of 2" in holiday.warnings[0].message.en


def test_a_scenario_changes_the_hours() -> None:
    base = city()
    place = base.table("places").set_index("kind")["id"]["pharmacy"]
    change = {"type": "change_facility", "place": place, "hours": "周一至周五 8:00-20:00"}
    after = applied(base, change)
    assert share(reach(base, "Mo 19:00"), "pharmacy_5") == 0.0
    assert share(reach(after, "Mo 19:00"), "pharmacy_5") == 100.0
    with pytest.raises(ValidationError, match="Sa 18:00"):
        reach(base, "some day")


def test_when_is_read() -> None:
    assert read_when("Sa 18:00") == When(5, 1080)
    assert read_when("7月 周日 9:05") == When(6, 545, 7)
    assert read_when("ph 09:00") == When(7, 540)
    assert read_when("Jul Su 09:05").text.zh == "7月周日 09:05"
    for bad in ("18:00", "Xx 18:00", "Mo 25:00", "Abc Mo 10:00"):
        with pytest.raises(Wrong):
            read_when(bad)
    for day in range(8):
        for text in (When(day, 600, 3).text.en, When(day, 600).text.en, When(day, 600).text.zh):
            assert read_when(text).day == day
