"""Read what rides cost: fare classes of routes, prices of changes, the cap, for one timetable."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.transit.fare_states import NEVER_S, Prices
from chengce.engine.transit.timetable import Timetable, select_trips, together

PARTS = 10_000  # whole parts of one unit of money that prices are counted in
NAMED = 5  # routes named in a problem
Ints = NDArray[np.int64]


def parts(money: float) -> int:
    """Return money in whole parts, so that sums are exact."""
    return round(money * PARTS)


def read_prices(city: City, demand: "pd.Series[float]") -> Prices:
    """Return the fares of a city; `demand`: prices of its rides on demand, null = not known.

    Raises `ChengceError` if the city has no fares, or a ride on demand has no price.
    """
    fares, system = city.table("fares"), city.table("fare_system")
    problems = [] if len(fares) else [_no_fares()]
    problems += [_no_price(str(zone)) for zone in demand.index[demand.isna()]]
    raise_if_any(problems)
    at = pd.Index(fares["class"])
    table = city.table("fare_transfers")
    pairs = {}
    lapse = table["within_s"] if "within_s" in table.columns else pd.Series(None, table.index)
    for row, within in zip(table.itertuples(index=False), lapse, strict=True):
        key = (int(at.get_loc(row.first)), int(at.get_loc(row.second)))
        pairs[key] = (parts(float(row.price)), NEVER_S if pd.isna(within) else int(within))
    cap = system["cap"].iloc[0] if len(system) and "cap" in system.columns else None
    return Prices(
        price=tuple(parts(float(v)) for v in fares["price"]),
        unlimited=tuple(bool(v) for v in fares["unlimited"]),
        same_route=tuple(bool(v) for v in fares["same_route"]),
        pairs=pairs,
        discounts=int(system["discounts"].iloc[0]) if len(system) else 0,
        cap=None if cap is None or pd.isna(cap) else parts(float(cap)),
        demand=tuple(parts(float(v)) for v in demand),
    )


def free(rides_on_demand: int) -> Prices:
    """Return prices where money is not asked about: one class for all routes, rides on demand apart."""
    return Prices((0,), (False,), (True,), {}, 0, None, (0,) * rides_on_demand)


def by_class(city: City, timetable: Timetable) -> tuple[Timetable, Ints, Ints]:
    """Return the timetable with patterns split by fare, and each one's fare class and route.

    Trips of one pattern then have one class; one route, too, where the class gives no discount on
    the route just left. Raises `ChengceError` naming routes that run and have no fare class.
    """
    fares, routes = city.table("fares"), city.table("fare_routes")
    route_ids = pd.Index(city.table("routes")["id"])
    route = route_ids.get_indexer(city.table("trips")["route"])[timetable.trip]
    named = routes.set_index("route")["class"].reindex(route_ids)
    class_of = pd.Index(fares["class"]).get_indexer(named)
    lost = np.unique(route[class_of[route] < 0])
    raise_if_any([_no_class([str(route_ids[i]) for i in lost])] if len(lost) else [])
    class_ = class_of[route]
    apart = ~fares["same_route"].to_numpy(np.bool_)
    key = class_ * (len(route_ids) + 1) + np.where(apart[class_], route + 1, 0)
    pieces = [select_trips(timetable, key == k) for k in np.unique(key)]
    whole = together(pieces) if pieces else timetable
    kinds = np.concatenate([np.empty(0, np.int64), *(np.full(p.patterns, k) for p, k in
                            zip(pieces, np.unique(key), strict=True))])  # fmt: skip
    return whole, kinds // (len(route_ids) + 1), kinds % (len(route_ids) + 1)


def _no_fares() -> Problem:
    return Problem(
        "fares_missing",
        Text("给出了票价预算，但城市没有票价数据", "a budget is given but the city has no fares"),
        Text(
            "在城市中加入 fares、fare_routes 表，或在方案中用 fare_rule 设定票价，或去掉 budget",
            "add the tables fares and fare_routes, set fares by a fare_rule in the scenario, or leave "
            "out the budget",
        ),
        column="budget",
    )


def _no_price(zone: str) -> Problem:
    return Problem(
        "on_demand_price_missing",
        Text(f"需求响应区 {zone} 没有票价", f"the on-demand zone {zone} has no price"),
        Text("填写 price（免费写 0），或去掉 budget", "give `price` (0 if free), or no budget"),
        column=zone,
    )


def _no_class(routes: list[str]) -> Problem:
    more = len(routes) - NAMED
    shown = ", ".join(routes[:NAMED])
    return Problem(
        "route_without_fare",
        Text(
            f"{len(routes)} 条运行的线路没有票种：{shown}{' 等' if more > 0 else ''}",
            f"{len(routes)} routes that run have no fare class: {shown}{' …' if more > 0 else ''}",
        ),
        Text(
            "在 fare_routes 表中为每条线路写上票种（免费线路设价格为 0 的票种）",
            "give every route a class in fare_routes (a class of price 0 for free ones)",
        ),
        file="fare_routes",
        column="route",
    )
