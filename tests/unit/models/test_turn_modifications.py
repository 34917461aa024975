"""Work out by hand what each rule on a turn does to the table of turns, and what it refuses."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.models.road_worlds import applied, codes, scenario

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError

Row = tuple[str, str, str, str]  # id, kind, from street, to street


def junction(*rows: Row, **drive: int) -> City:
    """Return four streets that meet at X, rows of turns there, and streets closed for cars."""
    base = ascii_city(
        """
           N
           |
        W--X--E
           |
           S
        """,
        people={"W": 10},
    )
    streets = base.table("streets")
    for key, bits in drive.items():
        streets.loc[streets["id"] == f"{key[0]}-{key[1]}", "drive"] = bits
    turns = pd.DataFrame(rows, columns=["id", "kind", "from_street", "to_street"])
    turns = turns.assign(via_node=node(base), restriction="said")
    turns["delay_s"] = np.where(turns["kind"] == "delay", 8.0, np.nan)
    tables = {**base.tables, "streets": streets, **({"turns": turns} if rows else {})}
    return replace(base, tables=tables, known={})


def node(base: City, street: str = "W-X", end: str = "to_node") -> int:
    return int(base.table("streets").set_index("id").loc[street, end])


def turn(one: str, two: str, rule: str, **more: Any) -> dict[str, Any]:
    return {"type": "set_turn", "from_street": one, "to_street": two, "rule": rule, **more}


def rows(after: City) -> list[tuple[str, str, str]]:
    """Return the turns as (kind, from, to), sorted."""
    table = after.table("turns")
    return sorted(zip(table["kind"], table["from_street"], table["to_street"], strict=True))


# the rows


@pytest.mark.parametrize(
    ("one", "two", "name"),
    [("W-X", "N-X", "left_turn"), ("W-X", "X-S", "right_turn"), ("W-X", "X-E", "straight_on"),
     ("W-X", "W-X", "u_turn"), ("X-S", "W-X", "left_turn"), ("N-X", "W-X", "right_turn"),
     ("X-E", "X-S", "left_turn")],
)  # fmt: skip
def test_a_row_says_what_openstreetmap_calls_the_turn(one: str, two: str, name: str) -> None:
    base = junction()
    x = node(base)
    for rule, kind in (("banned", "no"), ("only", "only"), ("delayed", "delay")):
        more = {"delay_s": 12} if rule == "delayed" else {}
        after = applied(base, turn(one, two, rule, via_node=x, **more))
        (row,) = after.table("turns").to_dict("records")
        assert row["id"] == f"set_turn:{kind}:{one}>{x}>{two}"
        assert (row["kind"], row["from_street"], row["to_street"]) == (kind, one, two)
        assert (row["via_node"], row["restriction"]) == (x, f"{kind}_{name}")
        assert row["delay_s"] == 12 if rule == "delayed" else pd.isna(row["delay_s"])
        assert after.delta is not None
        assert set(after.delta.tables) == {"turns"}


LEFT = ("W-X", "N-X")
ONLY = ("o", "only", "W-X", "X-E")


@pytest.mark.parametrize(
    ("before", "rule", "after"),
    [
        ([("d", "delay", *LEFT)], "banned", [("no", *LEFT)]),
        ([("n", "no", *LEFT), ("m", "no", "W-X", "X-S")], "allowed", [("no", "W-X", "X-S")]),
        ([("d", "delay", *LEFT), ("n", "no", "N-X", "W-X")], "allowed", [("no", "N-X", "W-X")]),
        ([("n", "no", *LEFT)], "delayed", [("delay", *LEFT)]),
        ([("d", "delay", *LEFT)], "delayed", [("delay", *LEFT)]),
        ([("n", "no", *LEFT)], "only", [("only", *LEFT)]),
        ([("d", "delay", *LEFT)], "only", [("delay", *LEFT), ("only", *LEFT)]),
        ([ONLY], "only", [("only", *LEFT)]),
        ([ONLY], "banned", [("no", *LEFT), ("only", "W-X", "X-E")]),
        # the only that barred it goes on to bar what else it barred: right, and turning round
        ([ONLY], "allowed", [("no", "W-X", "W-X"), ("no", "W-X", "X-S")]),
        ([ONLY], "delayed", [("delay", *LEFT), ("no", "W-X", "W-X"), ("no", "W-X", "X-S")]),
        ([ONLY, ("n", "no", "W-X", "X-S")], "allowed",
         [("no", "W-X", "W-X"), ("no", "W-X", "X-S")]),
        # its own only opens it, and says nothing of the time it takes
        ([("o", "only", *LEFT)], "allowed", [("only", *LEFT)]),
        ([("o", "only", *LEFT)], "delayed", [("delay", *LEFT), ("only", *LEFT)]),
    ],
)  # fmt: skip
def test_a_rule_takes_the_place_of_what_was_said_of_the_turn(
    before: list[Row], rule: str, after: list[tuple[str, str, str]]
) -> None:
    more = {"delay_s": 20} if rule == "delayed" else {}
    found = applied(junction(*before), turn(*LEFT, rule, **more))
    assert rows(found) == after
    slow = found.table("turns").query("kind == 'delay'")["delay_s"].tolist()
    assert slow == [8 if rule == "only" else 20] * len(slow)


def test_an_only_whose_way_is_closed_barred_nothing() -> None:
    base = junction(ONLY, XE=2)  # cars cannot leave eastwards
    assert rows(applied(base, turn(*LEFT, "allowed"))) == []


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ([("n", "no", *LEFT)], turn(*LEFT, "banned")),
        ([("o", "only", *LEFT)], turn(*LEFT, "only")),
        ([("d", "delay", *LEFT)], turn(*LEFT, "delayed", delay_s=8)),
        ([("n", "no", "W-X", "X-S")], turn(*LEFT, "allowed")),
        ([], turn(*LEFT, "allowed")),
    ],
)
def test_what_is_so_already_changes_nothing(before: list[Row], change: dict[str, Any]) -> None:
    base = junction(*before)
    after = applied(base, change)
    assert after.hash == base.hash
    assert after.delta is not None
    assert not after.delta.tables


def test_there_and_back_again() -> None:
    for before in ([], [("m", "no", "W-X", "X-S")]):
        base = junction(*before)
        banned = applied(base, turn(*LEFT, "banned"))
        assert banned.hash != base.hash
        assert applied(banned, turn(*LEFT, "allowed")).hash == base.hash


def test_rules_on_rules_keep_their_rows_apart() -> None:
    slow = applied(
        junction(), turn(*LEFT, "delayed", delay_s=5), turn("W-X", "X-S", "delayed", delay_s=6)
    )
    only = applied(slow, turn(*LEFT, "only"))
    assert rows(only) == [("delay", *LEFT), ("delay", "W-X", "X-S"), ("only", *LEFT)]
    straight = applied(only, turn("W-X", "X-E", "allowed"))
    assert rows(straight) == [
        ("delay", *LEFT), ("delay", "W-X", "X-S"), ("no", "W-X", "W-X"), ("no", "W-X", "X-S"),
    ]  # fmt: skip


# the junction


def test_streets_that_meet_twice_need_the_node() -> None:
    base = ascii_city("A--B--C", people={"A": 1})
    one, two = "A-B", "B-C"
    streets = base.table("streets")
    ends = streets.set_index("id").loc[one, ["from_node", "to_node"]].tolist()
    streets.loc[streets["id"] == two, ["from_node", "to_node"]] = ends[::-1]
    base = replace(base, tables={**base.tables, "streets": streets}, known={})
    (found,) = scenario(turn(one, two, "banned")).check(base)
    assert found.code == "turn_node_needed"
    assert all(str(n) in found.remedy.zh for n in ends)
    after = applied(base, turn(one, two, "banned", via_node=ends[1]))
    assert after.table("turns")["via_node"].tolist() == [ends[1]]
    assert codes(base, turn(one, one, "banned")) == ["turn_node_needed"]


def test_a_loop_may_be_turned_on_either_way() -> None:
    base = ascii_city("A--B--C", people={"A": 1})
    streets = base.table("streets")
    streets.loc[streets["id"] == "B-C", "to_node"] = node(base, "A-B")
    base = replace(base, tables={**base.tables, "streets": streets}, known={})
    change = turn("A-B", "B-C", "banned")
    assert rows(applied(base, change)) == [("no", "A-B", "B-C")]
    one_way = {"type": "set_one_way", "streets": ["B-C"]}
    for direction in ("along", "against"):
        assert codes(base, {**one_way, "direction": direction}, change) == []
    assert codes(base, {"type": "modal_filter", "streets": ["B-C"]}, change) != []


def test_turns_that_cannot_be_made_are_named() -> None:
    base = junction(NX=1, XS=0, WX=2)  # N-X leads to X only, X-S is closed, W-X leads away only
    found = scenario(turn("W-Y", "X-Q", "banned")).check(base)
    assert [p.code for p in found] == ["streets_unknown", "streets_unknown"]
    assert "W-X" in found[0].remedy.en
    assert codes(base, turn("W-Y", "W-Y", "banned")) == ["streets_unknown"]
    (found,) = scenario(turn("X-E", "N-X", "allowed")).check(base)
    assert (found.code, "against its geometry on: N-X" in found.message.en) == (
        "street_closed_to_cars", True,
    )  # fmt: skip
    (found,) = scenario(turn("W-X", "X-E", "allowed")).check(base)
    assert "along its geometry on: W-X" in found.message.en
    both = scenario(turn("W-X", "X-S", "delayed", delay_s=3)).check(base)
    assert [p.code for p in both] == ["street_closed_to_cars"] * 2
    (found,) = scenario(turn("N-X", "X-E", "banned", via_node=77)).check(base)
    assert (found.code, str(node(base)) in found.remedy.en) == ("turn_node_apart", True)


def test_streets_that_do_not_meet_name_those_that_do() -> None:
    row = ascii_city("A--B--C--D", people={"A": 1})
    (found,) = scenario(turn("A-B", "C-D", "banned")).check(row)
    assert (found.code, "B-C" in found.remedy.en) == ("turn_streets_apart", True)
    assert codes(row, turn("A-B", "C-D", "banned", via_node=2)) == ["turn_streets_apart"]


def test_the_only_way_on_cannot_be_banned() -> None:
    base = junction(ONLY)
    straight = turn("W-X", "X-E", "banned")
    (found,) = scenario(straight).check(base)
    assert (found.code, "allowed" in found.remedy.en) == ("turn_is_the_only_one", True)
    assert rows(applied(base, turn(*LEFT, "only"), straight)) == [
        ("no", "W-X", "X-E"), ("only", *LEFT),
    ]  # fmt: skip
    assert rows(applied(base, turn(*LEFT, "allowed"), straight)) == [
        ("no", "W-X", "W-X"), ("no", "W-X", "X-E"), ("no", "W-X", "X-S"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [{"delay_s": 5}, {"rule": "delayed"}, {"rule": "delayed", "delay_s": 0},
     {"rule": "delayed", "delay_s": 3601}, {"rule": "slow"}, {"from_street": ""}, {"via_node": "x"}],
)  # fmt: skip
def test_turns_that_make_no_sense(more: dict[str, Any]) -> None:
    with pytest.raises(ChengceError):
        scenario({**turn(*LEFT, "banned"), **more})


# with other changes


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (turn(*LEFT, "allowed"), "turns W-X > {x} > N-X"),
        (turn(*LEFT, "banned"), "turns W-X > {x} > N-X"),
        (turn("N-X", "W-X", "banned"), ""),
        (turn("W-X", "X-S", "banned"), ""),
        (turn("W-X", "X-S", "delayed", delay_s=5), ""),
        ({"type": "close_street", "streets": ["W-X"]}, "streets W-X"),
        ({"type": "close_street", "streets": ["N-X"]}, "streets N-X"),
        ({"type": "close_street", "streets": ["X-S"]}, ""),
        ({"type": "modal_filter", "streets": ["N-X"]}, "streets.drive N-X"),
        ({"type": "set_one_way", "streets": ["W-X"], "direction": "along"}, ""),
        ({"type": "set_one_way", "streets": ["W-X"], "direction": "against"},
         "streets.drive W-X (along)"),
        ({"type": "set_one_way", "streets": ["N-X"], "direction": "along"},
         "streets.drive N-X (against)"),
        ({"type": "change_street", "streets": ["N-X"], "drive": "along"},
         "streets.drive N-X (against)"),
        ({"type": "change_speed_limit", "streets": ["W-X"], "speed_kmh": 20}, ""),
    ],
)  # fmt: skip
def test_what_is_in_conflict(other: dict[str, Any], clash: str) -> None:
    base = junction()
    for change in (turn(*LEFT, "banned"), turn(*LEFT, "delayed", delay_s=9)):
        for order in ((change, other), (other, change)):
            found = scenario(*order).check(base)
            said = [p.message.en for p in found if p.code == "modifications_conflict"]
            if clash:
                assert clash.format(x=node(base)) in said[0]
            else:
                assert said == []
        if not clash:
            orders = ((change, other), (other, change))
            assert len({applied(base, *order).hash for order in orders}) == 1


def test_only_goes_with_bans_but_not_with_other_ways_opened() -> None:
    base = junction()
    only = turn("W-X", "X-E", "only")
    for order in ((only, turn(*LEFT, "banned")), (turn(*LEFT, "banned"), only)):
        assert rows(applied(base, *order)) == [("no", *LEFT), ("only", "W-X", "X-E")]
    for other in (turn(*LEFT, "only"), turn(*LEFT, "allowed"), turn(*LEFT, "delayed", delay_s=3)):
        for one, two in ((only, other), (other, only)):
            (found,) = scenario(one, two).check(base)
            assert f"over turns W-X > {node(base)}" in found.message.en


def test_two_ways_opened_beside_an_only_leave_the_third_barred_in_any_order() -> None:
    base = junction(ONLY)
    left, right = turn(*LEFT, "allowed"), turn("W-X", "X-S", "delayed", delay_s=4)
    one, two = applied(base, left, right), applied(base, right, left)
    assert rows(one) == [("delay", "W-X", "X-S"), ("no", "W-X", "W-X")]
    assert one.hash == two.hash


def test_a_turn_into_a_street_built_or_opened_before() -> None:
    base = junction(XE=0)
    opened = {"type": "change_street", "streets": ["X-E"], "drive": "both"}
    assert codes(base, turn("W-X", "X-E", "banned")) == ["street_closed_to_cars"]
    assert rows(applied(base, opened, turn("W-X", "X-E", "banned"))) == [("no", "W-X", "X-E")]
    streets = base.table("streets").set_index("id")
    new = {"type": "add_street", "id": "new", "from_node": node(base),
           "to_node": node(base, "N-X", "from_node"),
           "line": [list(p) for p in ((0.003, 0.0005), streets.geometry["N-X"].coords[0])]}  # fmt: skip
    after = applied(base, new, turn("W-X", "new", "banned"))
    assert rows(after) == [("no", "W-X", "new")]
    assert codes(base, turn("W-X", "new", "banned"), new) == ["streets_unknown"]
    twice = codes(base, new, turn("W-X", "new", "banned"), turn("W-X", "new", "allowed"))
    assert twice == ["modifications_conflict"]


def test_what_is_said() -> None:
    said = {
        ("banned", "N-X"): ("禁止由 W-X 驶入 N-X", "no turn from W-X into N-X"),
        ("only", "X-E"): ("由 W-X 只许驶入 X-E", "from W-X only into X-E"),
        ("only", "W-X"): ("在 W-X 只许掉头", "from W-X only into W-X"),
        ("allowed", "W-X"): ("允许在 W-X 掉头", "U-turn on W-X allowed"),
    }
    for (rule, two), (zh, en) in said.items():
        summary = scenario(turn("W-X", two, rule)).modifications[0].summary
        assert (summary.zh, summary.en) == (zh, en)
    slow = scenario(turn("W-X", "N-X", "delayed", delay_s=7.5, via_node=3)).modifications[0]
    assert slow.summary.zh == "由 W-X 驶入 N-X 延误 7.5 秒（节点 3）"
    assert slow.summary.en == "turn from W-X into N-X delayed by 7.5 s (node 3)"
