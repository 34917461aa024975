"""Say what stands behind traffic figures: trips left out, full roads, how far they converged."""

import numpy as np

from chengce.city.assumptions import default_assumptions
from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.units import number
from chengce.models.traffic.demand import EVERY
from chengce.models.traffic.measures import Measures
from chengce.models.traffic.period import Period

SHOWN = 5


def road_warnings(city: City, measures: Measures, period: Period, gap: float) -> list[Problem]:
    """Return warnings about trips left out, roads beyond capacity, tolls, hours and convergence."""
    return [
        *_left_out(measures, period),
        *_without_way(measures),
        *_part_of_period(city, measures, period),
        *_over_capacity(measures),
        *_value_of_time(city, measures),
        *_not_converged(measures, gap),
    ]


def road_notes(city: City, measures: Measures, period: Period, gap: float) -> list[Text]:
    """Return what was assigned, on how many equilibria, and how well draws are interpolated."""
    state = measures.state
    trips = np.where(state.unserved, 0.0, state.demand.vehicles).sum()
    inside = state.demand.inside.sum()
    notes = [
        Text(
            f"时段 {period}：{number(trips)} 辆次在分区之间行驶并分配到路网；{number(inside)} 辆次在分区内部，不分配",
            f"period {period}: {number(trips)} vehicles drive between zones and are assigned; "
            f"{number(inside)} stay within their zone and are not",
        ),
        *_purposes(state.demand.purposes),
        Text(
            f"每种状态计算 {len(state.gap)} 个平衡，相对间隙不大于 {gap:.0e}；各次抽样在其间内插",
            f"{len(state.gap)} equilibria per state, relative gap at most {gap:.0e}; draws are "
            "interpolated between them",
        ),
    ]
    if state.demand.daily:
        notes.append(
            Text(
                "出行量按全日给出，按假设 car_hour_share 折算到该时段",
                "trips are given by day; the assumption car_hour_share takes them to the period",
            )
        )
    error = measures.corner_error()
    if error is not None:
        flow, hours = (number(100 * e) for e in error)
        notes.append(
            Text(
                f"内插误差（各假设同时不利的留出点实测）：路段流量平均 {flow}%，全市车小时 {hours}%",
                "error of interpolating, at a point left out where all assumptions are adverse: "
                f"link flows {flow} % on average, vehicle-hours of the city {hours} %",
            )
        )
    notes += [*_by_class(city), *_slow(measures)]
    return notes


def _purposes(purposes: tuple[str, ...]) -> list[Text]:
    """Name the purposes counted, where the table does not hold all of them together."""
    if purposes == (EVERY,):
        return []
    return [
        Text(
            f"小汽车出行只含目的：{'、'.join(purposes)}",
            f"trips by car are those of purpose {', '.join(purposes)} only",
        )
    ]


def _left_out(measures: Measures, period: Period) -> list[Problem]:
    rest = measures.state.demand.left_out
    if not rest:
        return []
    named = [f"{mode} {purpose}" for mode, purpose in rest]
    return [
        Problem(
            "flows_left_out",
            Text(
                f"出行量表中有几类出行没有恰好覆盖 {period}，未计入：{'、'.join(named)}",
                f"some trips of the table do not fill {period} and are not counted: {', '.join(named)}",
            ),
            Text("补齐这些方式与目的在该时段的出行量", "give their trips of this period as well"),
            severity="warning",
        )
    ]


def _part_of_period(city: City, measures: Measures, period: Period) -> list[Problem]:
    """Tell of hours that begin or end within the period: they are averaged over it."""
    table = city.table("street_periods")
    inner = [(table[c] > period.start_s) & (table[c] < period.end_s) for c in ("start_s", "end_s")]
    links = measures.state.links
    driven = links.streets[links.edge[links.on_street]]
    streets = set(table.loc[inner[0] | inner[1], "street"]) & set(driven)
    if not streets:
        return []
    some = "1 street" if len(streets) == 1 else f"{len(streets)} streets"
    return [
        Problem(
            "hours_part_of_period",
            Text(
                f"{len(streets)} 条路段的封闭、收费、施工等时段只占 {period} 的一部分：通行能力、车速、收费"
                "按时长平均，等于假定驾车人可挑时间通过，会低估影响",
                f"on {some} closures, charges or works hold for a part of {period} "
                "only: capacity, speed and charge are averaged over it, as if drivers could choose "
                "their minute, which understates what happens",
            ),
            Text(
                "让 period 与措施的起止时刻一致（出行量也须有该时段）",
                "let `period` begin and end with the measure (the trips must have that period)",
            ),
            severity="warning",
        )
    ]


def _without_way(measures: Measures) -> list[Problem]:
    state = measures.state
    trips = state.demand.vehicles.sum(axis=0)
    lost = np.where(state.unserved, trips, 0.0)
    if not lost.any():
        return []
    pairs = np.argwhere(lost > 0)
    order = np.argsort(-lost[lost > 0], kind="stable")[:SHOWN]
    zones = state.links.zones
    named = ", ".join(f"{zones[i]} → {zones[j]}" for i, j in pairs[order].tolist())
    more = f" … +{len(pairs) - SHOWN}" if len(pairs) > SHOWN else ""
    share = number(100 * lost.sum() / trips.sum())
    return [
        Problem(
            "road_trips_without_way",
            Text(
                f"{number(lost.sum())} 辆次（{share}%）在 {len(pairs)} 对分区之间没有可行的行车路径，未分配，"
                f"单列为“无路可走”：{named}{more}",
                f"{number(lost.sum())} vehicles ({share} %) between {len(pairs)} pairs of zones find "
                f"no way by car; they are not assigned but reported as such: {named}{more}",
            ),
            Text(
                "核对封闭、单行与转向限制，以及分区是否接入路网",
                "check closures, one-way streets and turn bans, and that zones are on the network",
            ),
            severity="warning",
        )
    ]


def _over_capacity(measures: Measures) -> list[Problem]:
    share = measures.over_capacity()
    if share < 0.005:
        return []
    return [
        Problem(
            "roads_over_capacity",
            Text(
                f"{number(100 * share)}% 的车公里行驶在流量超过通行能力的路段；真实道路会排队，"
                "此处的行程时间只表示拥堵程度",
                f"{number(100 * share)} % of vehicle-km are on roads loaded beyond capacity; real "
                "roads would queue, so times there only tell how overloaded they are",
            ),
            Text(
                "核对通行能力与出行总量，或改用更长的时段",
                "check capacities and the level of trips, or ask for a longer period",
            ),
            severity="warning",
        )
    ]


def _value_of_time(city: City, measures: Measures) -> list[Problem]:
    used = city.assumptions["value_of_time_car"]
    if not measures.state.links.toll.any() or used != default_assumptions()["value_of_time_car"]:
        return []
    return [
        Problem(
            "value_of_time_default",
            Text(
                f"收费按系统自带的时间价值（{used.value:g} 元/小时）换算，未必适合本市货币与收入",
                f"tolls are weighed at the shipped value of time ({used.value:g} CNY/h), which may "
                "fit neither the city's currency nor its incomes",
            ),
            Text(
                "在城市假设中给出 value_of_time_car",
                "state value_of_time_car in the city's assumptions",
            ),
            severity="warning",
        )
    ]


def _not_converged(measures: Measures, gap: float) -> list[Problem]:
    worst = float(measures.state.gap.max())
    if worst <= gap:
        return []
    return [
        Problem(
            "equilibrium_not_reached",
            Text(
                f"相对间隙只达到 {worst:.1e}，未达到要求的 {gap:.0e}；路段流量的误差已计入判定",
                f"the relative gap reached is {worst:.1e}, not the {gap:.0e} asked for; the error of "
                "link flows is taken into account",
            ),
            Text("放宽参数 gap", "ask for a larger gap"),
            severity="warning",
        )
    ]


def _by_class(city: City) -> list[Text]:
    """Say how much of the streets has its capacity from the class of the street."""
    streets = city.table("streets")
    streets = streets[(streets["drive"] > 0) & (streets["highway"] != "connector")]
    if not len(streets):
        return []
    known = np.zeros(len(streets), bool)
    for name in ("capacity_along", "capacity_against", "lanes_along", "lanes_against"):
        if name in streets:
            known |= streets[name].notna().to_numpy()
    length = streets["length_m"].to_numpy(np.float64)
    share = length[~known].sum() / max(length.sum(), 1e-9)
    if share < 0.005:
        return []
    return [
        Text(
            f"{number(100 * share)}% 的道路长度既无车道数也无通行能力，按道路等级取默认值",
            f"{number(100 * share)} % of street length has neither lanes nor capacity and takes the "
            "defaults of its class",
        )
    ]


def _slow(measures: Measures) -> list[Text]:
    share = measures.beyond_curve()
    if share < 0.005:
        return []
    return [
        Text(
            f"{number(100 * share)}% 的车公里车速超出排放曲线的适用范围，按端点速度计",
            f"{number(100 * share)} % of vehicle-km are at speeds outside the emission curve and "
            "count at the end of its range",
        )
    ]
