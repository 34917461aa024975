"""Say what is wrong with a turn between two streets, with the junctions and ways there are."""

import pandas as pd

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import listed
from chengce.models.modifications.turn_junction import shared_nodes


def not_met(streets: pd.DataFrame, one: str, two: str, via: int | None) -> Problem:
    """Return the problem of streets that do not meet, not at `via`, or at two nodes."""
    nodes = shared_nodes(streets, one, two)
    if not nodes:
        return Problem(
            "turn_streets_apart",
            Text(f"路段 {one} 与 {two} 不相接", f"streets {one} and {two} do not meet"),
            _neighbours(streets, one),
            column="to_street",
        )
    shown = [str(n) for n in nodes]
    remedy = Text(f"via_node 取 {'或 '.join(shown)}", f"`via_node` is {' or '.join(shown)}")
    if via is None:
        return Problem(
            "turn_node_needed",
            Text(
                f"由路段 {one} 驶入 {two} 可在两处，须指明路口",
                f"one may turn from street {one} into {two} at two nodes: say at which",
            ),
            remedy,
            column="via_node",
        )
    return Problem(
        "turn_node_apart",
        Text(f"路段 {one} 与 {two} 不在节点 {via} 相接",
             f"streets {one} and {two} do not meet at node {via}"),
        remedy,
        column="via_node",
    )  # fmt: skip


def compulsory(one: str, via: int, two: str) -> Problem:
    """Return the problem of banning the only way on that a street has."""
    return Problem(
        "turn_is_the_only_one",
        Text(
            f"路段 {one} 在节点 {via} 只许驶入 {two}，再禁止便无路可走",
            f"from street {one} at node {via} one may only go on to {two}: a ban leaves no way",
        ),
        Text(
            "改用 rule: only 指定另一去向，或先用 rule: allowed 放开另一去向",
            "name another way with rule only, or first open another with rule allowed",
        ),
        column="rule",
    )


def _neighbours(streets: pd.DataFrame, one: str) -> Text:
    ends = streets.loc[streets["id"] == one, ["from_node", "to_node"]].to_numpy().ravel()
    near = streets["from_node"].isin(ends) | streets["to_node"].isin(ends)
    ids = sorted(set(streets.loc[near & (streets["drive"] > 0), "id"].astype(str)) - {one})
    there = listed(ids)
    return Text(f"与 {one} 相接的路段，{there.zh}", f"of streets that meet {one}, {there.en}")
