"""Say which zones and places are off the network, and which zones lie at the edge of the data."""

from collections.abc import Iterable

import numpy as np

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.units import number
from chengce.models.population import Population

SHOWN = 5


def off_network(
    what: Text, unsnapped: Iterable[tuple[str, float]], limit_m: float
) -> list[Problem]:
    """Return one warning that counts points farther than `limit_m` from any usable street.

    Points nearer than that are behind gates that let nobody through (`gate_report`).
    """
    rows = sorted((name, m) for name, m in dict(unsnapped).items() if not m <= limit_m)
    if not rows:
        return []
    named = ", ".join(f"{name} ({metres:,.0f} m)" for name, metres in rows[:SHOWN])
    more = f" … +{len(rows) - SHOWN}" if len(rows) > SHOWN else ""
    return [
        Problem(
            "point_too_far_from_street",
            Text(
                f"{len(rows)} 个{what.zh}距可用道路超过 {limit_m:g} 米，按“不可达”处理，不计为 0 分钟：{named}{more}",
                f"{len(rows)} {what.en} lie more than {limit_m:g} m from a usable street; they are "
                f"not reached, not 0 minutes: {named}{more}",
            ),
            Text(
                "核对坐标，或补充道路数据，或在假设中调整 snap_limit",
                "check coordinates, add streets, or change the assumption snap_limit",
            ),
            severity="warning",
        )
    ]


def left_out(people: Population, unsnapped: Iterable[tuple[str, float]]) -> list[Text]:
    """Say how many people no mean covers, because their zone is on no street."""
    gone = {name for name, _ in unsnapped}
    off = [i for i, zone in enumerate(people.zones) if zone in gone]
    everyone = np.median(people.counts.sum(axis=(1, 2)))
    missing = np.median(people.counts[:, off].sum(axis=(1, 2)))
    if not missing:
        return []
    share = 100 * missing / everyone
    return [
        Text(
            f"{number(missing)} 人（{number(share)}%）所在分区不在路网上，未计入任何平均值",
            f"{number(missing)} people ({number(share)} %) live in zones off the street network and "
            "enter no mean",
        )
    ]
