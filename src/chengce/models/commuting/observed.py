"""Read the commuting flows observed in the base city, and say what of them is used or missing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text

Floats = NDArray[np.float64]

EVERY = "all"
MODES = {
    "transit": Text("公共交通", "by public transport"),
    "walk": Text("步行", "on foot"),
    "car": Text("小汽车", "by car"),
    EVERY: Text("全部方式", "by any mode"),
}


@dataclass(frozen=True)
class Observed:
    """Flows by home and work, float64[zones, zones], and the `mode` they are of.

    `inside`: the table says how many work in the zone they live in, be it nobody.
    """

    flows: Floats
    mode: str
    inside: bool

    @property
    def title(self) -> Text:
        """Name the mode as in “commuters by car”."""
        return MODES[self.mode]


def observed_flows(
    city: City, zones: tuple[str, ...], *, mode: str, purpose: str
) -> Observed | None:
    """Return the flows of a purpose in the base city, None where there are none.

    Flows of the mode asked for come first, then those of mode "all"; periods are added up.
    """
    table = (city.base or city).table("flows")
    table = table[table["purpose"] == purpose]
    have = set(table["mode"].astype(str))
    used = mode if mode in have else EVERY
    rows = table[table["mode"] == used]
    if not len(rows) or rows["count"].sum() <= 0:
        return None
    at = {z: i for i, z in enumerate(zones)}
    out = np.zeros((len(zones), len(zones)))
    i = np.array([at[z] for z in rows["origin"].astype(str)], dtype=np.int64)
    j = np.array([at[z] for z in rows["destination"].astype(str)], dtype=np.int64)
    np.add.at(out, (i, j), rows["count"].to_numpy(dtype=np.float64))
    return Observed(out, used, bool((i == j).any()))


def observed_notes(city: City, observed: Observed | None, purpose: str) -> list[Text]:
    """Say which flows a table has that was not used, or that nobody was seen within a zone."""
    if observed is not None:
        if not observed.inside or np.trace(observed.flows) > 0:
            return []
        name = observed.title
        return [
            Text(
                f"观测流中没有人在本分区内通勤（{name.zh}）；以其他方式在本分区就业的人不在其中，"
                "衰减只按跨分区流量校准",
                f"in the flows observed nobody works in their own zone ({name.en}); those who "
                "get there in another way are not among them, and the decay is fitted to flows "
                "between zones only",
            )
        ]
    table = (city.base or city).table("flows")
    if not len(table):
        return []
    pairs = (
        table[["purpose", "mode"]].astype(str).drop_duplicates().sort_values(["purpose", "mode"])
    )
    there = [f"{p}/{m}" for p, m in pairs.to_numpy().tolist()]
    return [
        Text(
            f"flows 表中没有目的为 {purpose} 的该方式出行，现有（目的/方式）：{'、'.join(there)}；可改参数 purpose",
            f"the table `flows` has no trips of purpose {purpose} by this mode; there are (purpose/"
            f"mode): {', '.join(there)}; see the parameter `purpose`",
        )
    ]


def observed_warnings(city: City, observed: Observed | None) -> list[Problem]:
    """Warn that stays within a zone were not observed, or that a scenario changed the flows."""
    found = []
    if observed is not None and not observed.inside:
        found.append(
            Problem(
                "commutes_within_zones_missing",
                Text(
                    "观测流没有任何分区内部的通勤（缺失不等于 0）：本分区就业、就地就业率、岗位自足率"
                    "无法评价，不予列出；平均时间与时限内比例只含跨分区通勤（偏长），衰减也只按跨分区流量校准",
                    "the flows observed have no row within a zone, which is missing, not 0: own zone, "
                    "containment and self-sufficiency are not evaluable and left out; times and "
                    "shares are of commutes between zones, so they are on the long side, and the decay is "
                    "fitted to those",
                ),
                Text(
                    "在 flows 中补充起讫同区的行；确实无人则填 0",
                    "add rows with the same origin and destination to `flows`; 0 where nobody does",
                ),
                severity="warning",
            )
        )
    if city.base is not None and city.delta is not None and city.delta.of("flows"):
        found.append(
            Problem(
                "flows_change_not_used",
                Text(
                    "方案改变了出行量（flows），通勤测算以现状观测流为基础，未计入这一改变",
                    "the scenario changes trips (`flows`); commuting starts from the flows observed "
                    "today and does not take that change into account",
                ),
                Text(
                    "用 change_people、change_jobs 表达，或改用 road_measures",
                    "say it with `change_people` or `change_jobs`, or ask `road_measures`",
                ),
                severity="warning",
            )
        )
    return found
