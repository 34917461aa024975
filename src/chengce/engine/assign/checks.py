"""Check everything an assignment is given before it starts, and say all that is wrong at once."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.kernels.assign_graft import unreached
from chengce.engine.roads.network import AssignOptions, Floats, RoadNetwork, TravelClass
from chengce.engine.roads.paths import star

SHOWN = 10
TINY = 1e-100  # a capacity below is 0 to the loads divided by it


def check_network(network: RoadNetwork) -> list[Problem]:
    """Return what is wrong with the links; their numbers are told from 1."""
    if not 0 <= network.zones <= network.nodes:
        return [
            Problem(
                "road_zones",
                Text(f"小区数 {network.zones} 须在 0 与节点数 {network.nodes} 之间",
                     f"zones ({network.zones}) must lie between 0 and the nodes ({network.nodes})"),
                Text("小区编号须为最前面的节点", "the first nodes are the zones"),
            )
        ]  # fmt: skip
    return [*_links(network)]


def _links(network: RoadNetwork) -> Iterator[Problem]:
    free, capacity, b, power = network.free_flow, network.capacity, network.b, network.power
    m = network.links
    if any(len(a) != m for a in (network.head, free, capacity, b, power, network.length)):
        yield Problem(
            "road_links_length",
            Text("路段各列长度不一致", "the columns of the links differ in length"),
            Text("每条路段在每列各有一个值", "give one value a link in every column"),
        )
        return
    outside = np.zeros(m, bool)
    for end in (network.tail, network.head):
        outside |= (end < 0) | (end >= network.nodes)
    yield from _bad(
        outside, "road_link_nodes",
        Text("起讫节点不存在", "begin or end at a node that does not exist"),
        Text(f"节点编号须小于 {network.nodes}", f"nodes are 0 to {network.nodes - 1}"),
    )  # fmt: skip
    yield from _bad(
        ~((free >= 0) & np.isfinite(free)), "road_free_flow",
        Text("自由流时间为负或缺失", "have a negative or missing free-flow time"),
        Text("自由流时间须大于等于 0", "give free-flow times of at least 0"),
    )  # fmt: skip
    yield from _bad(
        ~((capacity >= 0) & np.isfinite(capacity)), "road_capacity",
        Text("通行能力为负或缺失", "have a negative or missing capacity"),
        Text("通行能力须大于 0", "give capacities above 0"),
    )  # fmt: skip
    yield from _bad(
        ~((b >= 0) & np.isfinite(b)), "road_b",
        Text("BPR 系数 b 为负或缺失", "have a negative or missing coefficient b"),
        Text("b 须大于等于 0", "give b of at least 0"),
    )  # fmt: skip
    yield from _bad(
        (capacity >= 0) & (capacity < TINY) & (b > 0), "road_capacity_zero",
        Text("通行能力为 0 而 b 大于 0", "have no capacity while b is above 0"),
        Text("给出通行能力；时间不随流量变化的路段设 b 为 0",
             "give a capacity, or b = 0 for a link whose time does not depend on flow"),
    )  # fmt: skip
    yield from _bad(
        (b > 0) & ~((power > 0) & np.isfinite(power)), "road_power",
        Text("BPR 指数不大于 0 或缺失", "have a power of 0, below 0 or missing"),
        Text("指数须大于 0；时间不随流量变化的路段设 b 为 0",
             "give powers above 0, or b = 0 for a link whose time does not depend on flow"),
    )  # fmt: skip


def check_classes(network: RoadNetwork, classes: Sequence[TravelClass]) -> list[Problem]:
    """Return what is wrong with the classes, apart from pairs that are not connected."""
    if not classes:
        return [
            Problem(
                "no_classes",
                Text("没有给出任何车辆类别", "no class of vehicles was given"),
                Text("至少给出一类及其需求矩阵", "give at least one with its demand"),
            )
        ]
    found = []
    for kind in classes:
        demand, zones = kind.demand, network.zones
        if demand.shape != (zones, zones):
            found.append(
                Problem(
                    "demand_shape",
                    Text(f"“{kind.name}”的需求矩阵为 {_size(demand)}，路网有 {zones} 个小区",
                         f"demand of “{kind.name}” is {_size(demand)}, the network has {zones} zones"),
                    Text("需求矩阵须为小区数 × 小区数", "give a matrix of zones × zones"),
                )
            )  # fmt: skip
        elif not ((demand >= 0) & np.isfinite(demand)).all():
            bad = np.argwhere(~((demand >= 0) & np.isfinite(demand)))
            found.append(
                Problem(
                    "demand_invalid",
                    Text(f"“{kind.name}”有 {len(bad)} 个小区对的需求为负或缺失：{_pairs(bad, network)}",
                         f"“{kind.name}” has negative or missing demand for {len(bad)} pairs of"
                         f" zones: {_pairs(bad, network)}"),
                    Text("需求须大于等于 0", "give demand of at least 0"),
                )
            )  # fmt: skip
        if not (kind.pce > 0 and np.isfinite(kind.pce)):
            found.append(
                Problem(
                    "pce_invalid",
                    Text(f"“{kind.name}”的车辆换算系数为 {kind.pce}",
                         f"“{kind.name}” has {kind.pce} passenger-car units a vehicle"),
                    Text("换算系数须大于 0", "give a number above 0"),
                )
            )  # fmt: skip
        fixed = kind.fixed
        if fixed is not None and (
            fixed.shape != (network.links,) or not ((fixed >= 0) & np.isfinite(fixed)).all()
        ):
            found.append(
                Problem(
                    "fixed_cost_invalid",
                    Text(f"“{kind.name}”的路段固定费用为负、缺失或数目不对",
                         f"fixed costs of “{kind.name}” are negative, missing or not one a link"),
                    Text("每条路段给一个大于等于 0 的值", "give one value of at least 0 a link"),
                )
            )  # fmt: skip
    return found


def check_options(options: AssignOptions) -> list[Problem]:
    """Return what is wrong with the options."""
    found = []
    if not 0 < options.gap < 1:
        found.append(
            Problem(
                "gap_invalid",
                Text(f"相对间隙 {options.gap} 不在 0 与 1 之间",
                     f"the relative gap {options.gap} is not between 0 and 1"),
                Text("例如 1e-6；双精度下低于约 1e-14 达不到",
                     "give for example 1e-6; below about 1e-14 is out of reach of double precision"),
            )
        )  # fmt: skip
    if options.most < 1:
        found.append(
            Problem(
                "iterations_invalid",
                Text(f"最大迭代次数为 {options.most}",
                     f"at most {options.most} iterations were asked for"),
                Text("至少为 1", "give at least 1"),
            )
        )  # fmt: skip
    for name, value, known in (
        ("method", options.method, ("b", "bfw")),
        ("principle", options.principle, ("user", "system")),
    ):
        if value not in known:
            found.append(
                Problem(
                    f"{name}_unknown",
                    Text(f"没有“{value}”这一选项", f"there is no {name} “{value}”"),
                    Text(f"可选：{'、'.join(known)}", f"choose one of: {', '.join(known)}"),
                )
            )
    return found


def check_size(figure: float) -> list[Problem]:
    """Return a problem if a total, or what is derived from it, is beyond all numbers."""
    if np.isfinite(figure):
        return []
    return [
        Problem(
            "assignment_overflow",
            Text("出行量相对通行能力过大，时间超出可表示的范围",
                 "trips are so many, or capacities so small, that times are beyond all numbers"),
            Text("核对出行量、通行能力与幂次的数值和单位",
                 "check the values and units of trips, capacities and powers"),
        )
    ]  # fmt: skip


def check_connected(network: RoadNetwork, classes: Sequence[TravelClass]) -> list[Problem]:
    """Return one problem if trips run between zones without a path; closed links are left out."""
    links = star(network)
    wanted = np.zeros((network.zones, network.zones), np.bool_)
    for kind in classes:
        wanted |= kind.demand > 0
    np.fill_diagonal(wanted, False)
    cut = np.argwhere(unreached(links.indptr, links.head, network.first_through, wanted))
    if not len(cut):
        return []
    return [
        Problem(
            "zones_not_connected",
            Text(f"{len(cut)} 个有出行的小区对之间没有通路：{_pairs(cut, network)}",
                 f"no path joins {len(cut)} pairs of zones with trips: {_pairs(cut, network)}"),
            Text("补上连接，或去掉这些出行", "connect them, or leave these trips out"),
        )
    ]  # fmt: skip


def _bad(wrong: NDArray[np.bool_], code: str, what: Text, remedy: Text) -> Iterator[Problem]:
    links = np.flatnonzero(wrong) + 1
    if len(links):
        some = ", ".join(map(str, links[:SHOWN]))
        more = ("", "") if len(links) <= SHOWN else (" 等", " and more")
        yield Problem(
            code,
            Text(f"{len(links)} 条路段{what.zh}：第 {some} 条{more[0]}",
                 f"{len(links)} links {what.en}: number {some}{more[1]}"),
            remedy,
        )  # fmt: skip


def _pairs(pairs: NDArray[np.intp], network: RoadNetwork) -> str:
    names = network.zone_names or range(1, network.zones + 1)
    some = ", ".join(f"{names[o]} → {names[d]}" for o, d in pairs[:SHOWN])
    return some + (" …" if len(pairs) > SHOWN else "")


def _size(demand: Floats) -> str:
    return " × ".join(map(str, demand.shape))
