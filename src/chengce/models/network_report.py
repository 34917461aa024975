"""Say which zones and places are off the network, and which zones lie at the edge of the data."""

from collections.abc import Iterable

from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 5


def off_network(
    what: Text, unsnapped: Iterable[tuple[str, float]], limit_m: float
) -> list[Problem]:
    """Return one warning that counts points farther than `limit_m` from any usable street."""
    rows = sorted(dict(unsnapped).items())
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
