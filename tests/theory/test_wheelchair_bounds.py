"""Work out by hand how far wheelchair users' answers rest on streets nobody has surveyed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chengce.applications import application_named
from chengce.applications.everyday_reach import START_S
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, compare
from chengce.models.scenario import TODAY, parse_scenario

T = Text("人群", "group")
GROUPS = (
    Group("age", "young", T, {"adult": 1.0}),
    Group("age", "old", T, {"adult": 0.8, "wheelchair": 0.2}),
    Group("age", "care", T, {"adult": 0.5, "wheelchair": 0.5}),
)
UNKNOWN = {"wheelchair_state": "unknown"}

# Blocks of 135 m: 150 s in a wheelchair (0.9 m/s), 104 s for adults. A to the clinic at B: 2 blocks
# by A–B, which nobody has surveyed, 4 by C and D. C to the school at D: 2 blocks.
DRAWING = """
A--B-----E
|  |
C--D
"""
PEOPLE = {"A": {"young": 300, "old": 100, "care": 0}, "C": {"young": 0, "old": 0, "care": 20}}
NAMES = [f"wheelchair_{n}_{m}" for n in ("kinds_use", "kinds_avoid", "unsure") for m in (5, 10)]


def town(people: Any = PEOPLE, **more: Any) -> City:
    """Return the town drawn above; B–E is not surveyed either."""
    return ascii_city(
        DRAWING,
        block_m=135.0,
        people=people,
        places={"B": ["clinic"], "D": ["school"], "E": ["clinic"]},
        streets={"AB": UNKNOWN, "BE": UNKNOWN},
        dimension="age",
        groups=GROUPS,
        **more,
    )


def ask(city: City, *changes: dict[str, Any], **params: Any) -> Comparison:
    """Ask for the clinic and the school within 5 and 10 minutes, without uncertainty."""
    app = application_named("everyday_reach")
    asked = {"kinds": ["clinic", "school"], "cutoffs_min": [5, 10], "dimension": "age", **params}
    scenarios = [parse_scenario({"name": "s", "modifications": list(changes)})] if changes else []
    return compare(app, certain(city), app.parse(asked), reference=TODAY, scenarios=scenarios,
                   context=Context(draws=20))  # fmt: skip


def finding(city: City, **params: Any) -> Finding:
    return ask(city, **params).reference.finding


def test_both_bounds_and_who_depends_on_them_are_means_over_wheelchair_users() -> None:
    found = finding(town())
    head = {name: found.headline()[name].value for name in NAMES}
    # 20 wheelchair users at A reach the clinic in 5 min by A–B alone; 10 at C reach the school
    assert head == pytest.approx(
        {
            "wheelchair_kinds_use_5": 1.0, "wheelchair_kinds_avoid_5": 1 / 3,
            "wheelchair_unsure_5": 200 / 3,
            "wheelchair_kinds_use_10": 2.0, "wheelchair_kinds_avoid_10": 2.0,
            "wheelchair_unsure_10": 0.0,
        }
    )  # fmt: skip
    unsure = found.by_group("wheelchair_unsure_5")[0]
    assert np.isnan(unsure[0])  # nobody young is in a wheelchair: not evaluable, not 0
    assert unsure[1:] == pytest.approx([100.0, 0.0, 200 / 3])
    table = found.table().query("metric == 'wheelchair_unsure_5' and place == ''")
    assert dict(zip(table["group"], table["people"], strict=True)) == pytest.approx(
        {"young": 0, "old": 20, "care": 10, "total": 30}
    )


@pytest.mark.parametrize(("unknown", "reached"), [("use", 100.0), ("avoid", 80.0)])
def test_the_other_metrics_take_the_bound_asked_for(unknown: str, reached: float) -> None:
    found = finding(town(), wheelchair_unknown=unknown)
    row = [g.id for g in found.rows()].index("old")
    assert found.by_group("clinic_5")[0, row] == pytest.approx(reached)
    assert found.headline()["wheelchair_unsure_5"].value == pytest.approx(200 / 3)
    (warning,) = [w for w in found.warnings if w.code == "wheelchair_unknown"]
    assert "63.6 %" in warning.message.en  # 7 of 11 blocks
    assert "30 wheelchair users" in warning.message.en


def test_a_home_on_no_surveyed_street_reaches_nothing_over_known_ones() -> None:
    # E lies 675 m from B, beyond the 400 m from which a street is met
    found = finding(town({"E": {"care": 10}}), wheelchair_unknown="avoid")
    head = found.headline()
    assert head["wheelchair_kinds_use_5"].value == 1.0
    assert head["wheelchair_kinds_avoid_5"].value == 0.0
    assert head["wheelchair_unsure_5"].value == 100.0
    assert head["clinic_5"].value == 50.0  # the adults of the group


def test_a_home_off_every_street_is_not_evaluable() -> None:
    city = town({"E": {"care": 10}})
    far = certain(city).assumptions.override({"snap_limit": 0.0})
    zones = city.table("zones").copy()
    zones["point_lon"], zones["point_lat"] = zones.geometry.x, zones.geometry.y + 0.001
    moved = replace(city, assumptions=far, tables={**city.tables, "zones": zones})
    assert np.isnan(finding(moved).headline()["wheelchair_unsure_5"].value)


def test_without_wheelchair_users_nothing_is_said() -> None:
    found = finding(town({"A": {"young": 300}}))
    assert not [m.id for m in found.metrics if m.among]
    assert "wheelchair_unknown" not in {w.code for w in found.warnings}
    nobody = finding(town({"A": {"young": 300, "old": 0}}))
    assert all(np.isnan(nobody.headline()[name].value) for name in NAMES)


def test_a_survey_settles_the_answer_for_those_it_concerns() -> None:
    survey = {"type": "change_street", "streets": ["A-B"], "wheelchair_state": "yes"}
    found = ask(town(), survey)
    after = found.alternatives[0].finding.headline()
    assert after["wheelchair_unsure_5"].value == 0.0
    assert after["wheelchair_kinds_avoid_5"].value == after["wheelchair_kinds_use_5"].value == 1.0
    people = found.changes[0]["wheelchair_kinds_avoid_5"].people
    assert (people["gain"].value, people["none"].value, people["loss"].value) == (20, 10, 0)


def test_door_to_door_says_how_much_is_not_known() -> None:
    line = Line("L", "AE", headway_s=600, run_s=300, first_s=6 * 3600, last_s=9 * 3600)
    city = town(lines=[line])
    stops = city.table("stops").assign(wheelchair=[0, 1])
    city = city.with_changes({"stops": stops})
    app = application_named("new_line")
    asked = {"destinations": ["clinic"], "cutoffs_min": [30], "window_min": 10}

    def said(**params: Any) -> list[str]:
        found = app.run(certain(city), app.parse({**asked, **params}), Context(draws=20))
        return [w.message.en for w in found.warnings if w.code == "wheelchair_unknown"]

    (message,) = said(dimension="age", wheelchair_unknown="avoid")
    assert "63.6 % of the length of streets, 1 of 2 stops;" in message
    assert "not accessible for some 30 wheelchair users" in message
    assert said(dimension="total") == []  # without groups everyone walks


def test_the_estimate_counts_the_search_of_the_other_bound() -> None:
    app = application_named("everyday_reach")
    params = app.parse({"dimension": "age"})

    def searches(*groups: str) -> float:
        city = town({"A": dict.fromkeys(groups, 10)})
        return app.cost(city, params, Context(draws=200)).seconds - START_S

    # adults alone, then adults and both bounds of wheelchair users, for as many groups
    assert searches("old") == pytest.approx(3 * searches("young"))
