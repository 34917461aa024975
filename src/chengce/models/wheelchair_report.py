"""Say how much of the network nobody has surveyed for wheelchairs, and whom that concerns."""

from collections.abc import Iterable

import numpy as np

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.units import number
from chengce.engine.options import Unknown
from chengce.models.population import Population
from chengce.models.wheelchair_bounds import WHEELCHAIR

TAKEN = {
    "use": Text("当作可通行", "taken as accessible"),
    "avoid": Text("当作不可通行", "taken as not accessible"),
}


def wheelchair_unknown(
    city: City, people: Population, unknown: Unknown, remedy: Text, *, rides: bool
) -> list[Problem]:
    """Return one warning if there are wheelchair users and anything they may use is of unknown state.

    Streets are counted by the length that is not closed to wheelchairs; with `rides`, stops and
    trips too.
    """
    share = np.array([g.mix.get(WHEELCHAIR, 0.0) for g in people.groups])
    users = float(np.median((people.counts * share).sum(axis=(1, 2))))
    parts = _streets(city) + (_rides(city) if rides else [])
    if not users or not parts:
        return []
    zh, en = "、".join(t.zh for t in parts), ", ".join(t.en for t in parts)
    taken = TAKEN[unknown]
    return [
        Problem(
            "wheelchair_unknown",
            Text(
                f"轮椅能否通行不明：{zh}；对约 {number(users)} 名轮椅使用者一律{taken.zh}",
                f"not known to be accessible to wheelchairs or not: {en}; {taken.en} for some "
                f"{number(users)} wheelchair users",
            ),
            remedy,
            column="wheelchair_unknown",
            severity="warning",
        )
    ]


def beside_unknown(
    what: Text, unsnapped: Iterable[tuple[str, float]], limit_m: float
) -> list[Problem]:
    """Return one warning that counts points left out although a known street is within `limit_m`."""
    count = sum(m <= limit_m for _, m in unsnapped)
    if not count:
        return []
    return [
        Problem(
            "beside_unknown_street",
            Text(
                f"{count} 个{what.zh}最近的道路无障碍状况不明，或没有已知可通行的大门，按“不可达”处理",
                f"{count} {what.en} lie on a street of unknown wheelchair state, or behind gates of "
                "which none is known to be accessible: not reached",
            ),
            Text(
                "实地核查后补上道路的 wheelchair_state、大门的 wheelchair",
                "survey them: give wheelchair_state of streets and wheelchair of gates",
            ),
            column="wheelchair_unknown",
            severity="warning",
        )
    ]


def _streets(city: City) -> list[Text]:
    streets = city.table("streets")
    streets = streets[streets["wheelchair"] > 0]
    unknown = streets.loc[streets["wheelchair_state"] == "unknown", "length_m"].sum()
    if not unknown:
        return []
    share = number(100.0 * float(unknown / streets["length_m"].sum()))
    return [Text(f"道路长度的 {share}%", f"{share} % of the length of streets")]


def _rides(city: City) -> list[Text]:
    out = []
    for table, words in (
        ("stops", Text("站点 {n}/{all} 个", "{n} of {all} stops")),
        ("trips", Text("车次 {n}/{all} 班", "{n} of {all} trips")),
    ):
        state = city.table(table)["wheelchair"]
        if count := int((state == 0).sum()):
            out.append(words.format(n=count, all=len(state)))
    return out
