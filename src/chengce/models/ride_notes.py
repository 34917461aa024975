"""Say what a budget, and services on demand, mean for door-to-door times."""

from chengce.city.city import City
from chengce.core.text import Text
from chengce.models.trips import TripParams


def ride_notes(city: City, params: TripParams) -> tuple[Text, ...]:
    """Return notes on the budget asked for and on the services on demand of a city."""
    notes = []
    if params.budget is not None:
        notes.append(
            Text(
                f"每次出行票价合计不超过 {params.budget:g}（本市货币）：超出的行程不计，步行不受限",
                f"the rides of a trip cost at most {params.budget:g} (the city's money): dearer ones are "
                "left out, walking is free",
            )
        )
    served = city.table("on_demand")
    if len(served) and params.max_boardings > 0:
        waits = served["wait_s"].to_numpy(dtype=float) / 60.0
        span = (
            f"{waits.min():g}" if waits.min() == waits.max() else f"{waits.min():g}–{waits.max():g}"
        )
        notes.append(
            Text(
                f"需求响应服务 {len(served)} 处：每次乘坐按平均等候 {span} 分钟计，计一次乘车；等候的波动不计入区间",
                f"services on demand: {len(served)}; every ride takes the mean wait of {span} min and "
                "counts as a boarding; how waits vary is not in the intervals",
            )
        )
    return tuple(notes)
