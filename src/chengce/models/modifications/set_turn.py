"""Set what holds for cars that turn from one street into another: banned, only, allowed, slow."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    objects,
    unknown_id,
)
from chengce.models.modifications.hours import Arc
from chengce.models.modifications.street_choice import by_direction, closed_to_cars, spaced
from chengce.models.modifications.turn_checks import compulsory, not_met
from chengce.models.modifications.turn_junction import (
    arcs_into,
    arcs_out_of,
    manner,
    open_to_cars,
    shared_nodes,
    ways_on,
)

Rule = Literal["banned", "only", "allowed", "delayed"]
# the kind of row each rule is kept as; what is allowed has none
_KIND = {"banned": "no", "only": "only", "allowed": "", "delayed": "delay"}
# kinds of rows about the turn itself that a rule takes the place of
_REPLACED = {
    "banned": ("delay",),
    "only": ("no",),
    "allowed": ("no", "delay"),
    "delayed": ("no", "delay"),
}


class SetTurn(BaseModification):
    """Set a turn 转向管制.

    What is asked for takes the place of what was said of that turn. `only` bars every other way
    on, U-turns included, and lifts an earlier `only` of another way. `allowed` and `delayed` open
    just this turn: an `only` that barred it becomes bans of the other ways it barred. `delayed`
    sets the delay of the turn, and does not add to an earlier one.
    """

    type: Literal["set_turn"] = "set_turn"
    from_street: str = Field(
        min_length=1, description="Id of the street cars come from / 驶来的路段编号"
    )
    to_street: str = Field(
        min_length=1,
        description="Id of the street they turn into; the same for a U-turn / 驶入的路段编号，与前者相同即掉头",
    )
    via_node: int | None = Field(
        None, description="Node of the junction, if they meet twice / 路口节点编号，两路段有两处相接时必填"
    )  # fmt: skip
    rule: Rule = Field(description="What holds for the turn / 管制：禁止、只许、放开、延误")
    delay_s: float | None = Field(
        None, gt=0, le=3600, description="Seconds the turn takes, with `delayed` / 转向延误（秒）"
    )

    @model_validator(mode="after")
    def _delay(self) -> "SetTurn":
        if (self.delay_s is not None) != (self.rule == "delayed"):
            raise Wrong(
                Text(
                    "rule: delayed 须给出 delay_s，其余 rule 不得给出",
                    "`delay_s` goes with rule delayed, and only with it",
                )
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what holds for the turn."""
        one, two = self.from_street, self.to_street
        back = one == two
        begin = spaced("在" if back else "由", one)
        go = "掉头" if back else spaced("驶入", two)
        turn = f"U-turn on {one}" if back else f"turn from {one} into {two}"
        delay = f"{self.delay_s or 0:g}"
        said = {
            "banned": (spaced(f"禁止{begin}", go), f"no {turn}"),
            "only": (spaced(begin, f"只许{go}"), f"from {one} only into {two}"),
            "allowed": (spaced(f"允许{begin}", go), f"{turn} allowed"),
            "delayed": (spaced(begin, go, f"延误 {delay} 秒"), f"{turn} delayed by {delay} s"),
        }[self.rule]
        if self.via_node is None:
            return Text(*said)
        return Text(f"{said[0]}（节点 {self.via_node}）", f"{said[1]} (node {self.via_node})")

    def touches(self, city: City) -> Touches:
        """Return the turn, and the streets it needs open the way it goes."""
        pair = (self.from_street, self.to_street)
        streets = city.table("streets")
        known = set(pair) <= set(streets["id"])
        via = self._via(streets) if known else self.via_node
        begin = f"{self.from_street} > {'?' if via is None else via}"
        ways_here = objects("turns", [begin])
        needs = objects("streets", pair) | objects("streets.drive", pair)
        if known and via is not None:
            # a loop may arrive, or leave, either way
            used = [arcs[0] for arcs in self._arcs(streets, via) if len(arcs) == 1]
            needs |= by_direction("streets.drive", used)
        return Touches(
            changes=objects("turns", [f"{begin} > {self.to_street}"]),
            removes=ways_here if self.rule == "only" else frozenset(),
            needs=needs | ways_here if self.rule in ("allowed", "delayed") else needs,
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that cars can make the turn, and that a ban leaves the one way there is."""
        what = Text("没有路段 {key}", "there is no street segment {key}")
        pair = dict.fromkeys((self.from_street, self.to_street))
        found = [p for key in pair for p in unknown_id(what, "streets", key, draft)]
        if found:
            return found
        streets = draft.table("streets")
        via = self._via(streets)
        if via is None:
            return [not_met(streets, self.from_street, self.to_street, self.via_node)]
        for arcs in self._arcs(streets, via):
            if not any(open_to_cars(streets, arc) for arc in arcs):
                found.append(closed_to_cars([arcs[0][0]], _direction(arcs)))
        turns = draft.table("turns")
        _, own = self._rows(turns, via)
        if self.rule == "banned" and (own & (turns["kind"] == "only")).any():
            found.append(compulsory(self.from_street, via, self.to_street))
        return found

    def apply(self, draft: Draft) -> None:
        """Drop the rows this takes the place of, and add its own."""
        via = self._via(draft.table("streets"))
        assert via is not None
        turns = draft.table("turns")
        here, own = self._rows(turns, via)
        same = own & (turns["kind"] == _KIND[self.rule])
        if self.rule == "delayed" and "delay_s" in turns:
            same &= turns["delay_s"] == self.delay_s
        gone = own & turns["kind"].isin(_REPLACED[self.rule]) & ~same
        lifted = here & ~own & (turns["kind"] == "only")
        if self.rule != "banned":
            gone |= lifted
        draft.keep("turns", ~gone)
        rows: list[Mapping[str, Any]] = []
        if self.rule in ("allowed", "delayed"):
            rows = self._still_barred(draft, via, turns.loc[lifted, "to_street"].tolist())
        if self.rule != "allowed" and not same.any():
            rows.append(self._row(draft, via, self.to_street, _KIND[self.rule]))
        if rows:
            draft.append("turns", rows)

    def _via(self, streets: pd.DataFrame) -> int | None:
        """Return the junction; None where the streets do not meet, or not only there."""
        nodes = shared_nodes(streets, self.from_street, self.to_street)
        if self.via_node is not None:
            return self.via_node if self.via_node in nodes else None
        return nodes[0] if len(nodes) == 1 else None

    def _arcs(self, streets: pd.DataFrame, via: int) -> tuple[list[Arc], list[Arc]]:
        """Return the directions in which one arrives, and those in which one leaves."""
        return (
            arcs_into(streets, self.from_street, via),
            arcs_out_of(streets, self.to_street, via),
        )

    def _rows(self, turns: pd.DataFrame, via: int) -> "tuple[pd.Series[bool], pd.Series[bool]]":
        """Tell which rows are about ways on from the street here, and which about this turn."""
        here = (turns["from_street"] == self.from_street) & (turns["via_node"] == via)
        return here, here & (turns["to_street"] == self.to_street)

    def _still_barred(self, draft: Draft, via: int, only: list[str]) -> list[Mapping[str, Any]]:
        """Return bans of the other ways on that rows of kind only, now gone, barred."""
        ways = ways_on(draft.table("streets"), via)
        named = [street for street in only if street in ways]
        turns = draft.table("turns")
        here, _ = self._rows(turns, via)
        known = {self.to_street, *turns.loc[here & (turns["kind"] == "no"), "to_street"]}
        barred = [w for w in ways if w not in known and any(w != street for street in named)]
        return [self._row(draft, via, way, "no") for way in barred]

    def _row(self, draft: Draft, via: int, to_street: str, kind: str) -> Mapping[str, Any]:
        name = manner(draft.table("streets"), self.from_street, via, to_street)
        return {
            "id": f"set_turn:{kind}:{self.from_street}>{via}>{to_street}",
            "kind": kind,
            "from_street": self.from_street,
            "via_node": via,
            "to_street": to_street,
            "restriction": f"{kind}_{name}",
            "delay_s": self.delay_s if kind == "delay" else None,
        }


def _direction(arcs: list[Arc]) -> Literal["along", "against", "both"]:
    if len(arcs) > 1:
        return "both"
    return "along" if arcs[0][1] == 1 else "against"
