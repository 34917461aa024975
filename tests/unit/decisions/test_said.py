"""Warnings and notes of several states name the states they belong to, unless all say the same."""

from dataclasses import replace

from tests.report_worlds import clinic_scenario, hand_finding, hand_run

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.decisions.said import notes_of, warnings_of

BOTH = Problem("far", Text("偏远", "far"), severity="warning")
FULL = Problem("full", Text("拥堵", "full"), Text("扩容", "widen"), severity="warning")
VALUES = {"minutes_clinic": [[10.0]] * 9}


def test_what_only_some_states_say_names_them() -> None:
    before = hand_finding(VALUES, [[5.0]] * 9, warnings=(BOTH,))
    after = hand_finding(VALUES, [[5.0]] * 9, warnings=(FULL, BOTH))
    before = replace(before, notes=(Text("同", "same"), Text("甲", "one")))
    after = replace(after, notes=(Text("同", "same"), Text("乙", "two")))
    found = hand_run(before, [(clinic_scenario(), after)]).comparison
    assert warnings_of(found)[0] == BOTH
    assert warnings_of(found)[1].line("en") == "“New clinic”: full → widen [full]"
    assert [n.zh for n in notes_of(found)] == ["同", "“现状”：甲", "“新增诊所”：乙"]


def test_one_state_needs_no_name() -> None:
    before = hand_finding(VALUES, [[5.0]] * 9, warnings=(FULL, FULL))
    assert warnings_of(hand_run(before).comparison) == [FULL]
