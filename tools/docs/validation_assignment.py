"""Write the validation page of road assignment from docs/validation/assignment.json."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.docs.markdown import bullets, fence, page, table

from chengce.core.text import Lang, Text

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "validation" / "assignment.json"
NAMES = {
    "SiouxFalls": Text("Sioux Falls", "Sioux Falls"),
    "Anaheim": Text("Anaheim", "Anaheim"),
    "Berlin-Mitte-Center": Text("柏林米特区中心", "Berlin-Mitte-Center"),
    "Braess-Example": Text("Braess", "Braess"),
    "generated": Text("程序生成的路网", "generated network"),
    "Qinghe": Text("清河（程序生成的小镇）", "Qinghe (generated town)"),
}
METHODS = {"b": "Algorithm B", "bfw": "bi-conjugate Frank–Wolfe"}
WEAK = (
    Text(
        "静态平衡没有排队：路段流量可以超过通行能力，只是时间变长；过饱和时段的行程时间只表示拥堵程度。",
        "A static equilibrium has no queues: a link may carry more than its capacity, at a price in time; times of "
        "oversaturated hours only tell how overloaded roads are.",
    ),
    Text(
        "此处证明算得对（与公布解、闭式解、scipy 一致），不证明人们按平衡选路；那要靠路上的计数和行程时间来检验。",
        "This page shows that the sums are right (published and closed solutions, scipy), not that people choose paths as an "
        "equilibrium says; that takes counts and travel times from the road.",
    ),
    Text(
        "路段流量唯一，分起讫、分路径的流量不唯一；各车种共用路段时，只有合计唯一。",
        "Link flows are unique, flows by path or by origin are not; where classes share links only their sum is.",
    ),
    Text(
        "流量误差是估计，不是上界：在较粗的间隙下，上表有最多百分之几的路段实际误差大于估计。",
        "The error of flows is an estimate, no bound: at coarse gaps up to some per cent of links are farther off than said.",
    ),
    Text(
        "按计数校准能改善未参与校准的断面，但不能还原真实的出行量表：计数远少于起讫对，结果取决于先验表。"
        "道路交汇少、计数少的路网（Sioux Falls）留出误差仍大。",
        "A fit to counts improves counts that were held out; it does not recover the true table: there are far fewer counts "
        "than pairs, so the prior decides. On a small network with few counts (Sioux Falls) the held-out error stays large.",
    ),
    Text(
        "各次抽样在少数平衡之间内插。路径成批切换的稀疏路网上（Anaheim 只有 38 个分区），单个路段在单次抽样中可能偏差几百辆，"
        "少数“明显变化”逐次精算后并不成立，多为接近门槛者；没有判反方向的。",
        "Draws are interpolated between a few equilibria. Where few zones switch paths in bulk (Anaheim has 38) a single link "
        "may be off by hundreds in one draw, and some changes called clear are not when every draw is computed, mostly near "
        "the threshold; none is called in the wrong direction.",
    ),
    Text(
        "默认的通行能力与延误函数取自道路等级，没有按本市观测标定。",
        "Default capacities and delay functions go by class of road and are not fitted to any city.",
    ),
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the validation page; none where nothing has been measured yet."""
    if not RESULTS.is_file():
        return {}
    found = json.loads(RESULTS.read_text("utf-8"))

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    parts = [
        _setting(found["about"], lang),
        f"## {t('与公布的最优解比较', 'Against the best known solutions')}",
        _published(found["published"], lang),
        f"## {t('闭式解', 'Closed solutions')}",
        _closed(found["closed_forms"], lang),
        f"## {t('由 scipy 独立核对', 'Checked by scipy')}",
        _scipy(found["scipy"], lang),
        f"## {t('流量误差的估计', 'The estimate of the error of flows')}",
        _errors(found["flow_error"], lang),
        f"## {t('不唯一的流量', 'Flows that are not unique')}",
        _open(found["open"], lang),
        f"## {t('作为一座城市：road_measures', 'As a city: road_measures')}",
        _city(found["city"], lang),
        f"## {t('各次抽样的内插', 'Interpolating draws')}",
        _draws(found["draws"], lang),
        f"## {t('按计数校准出行量', 'Trips fitted to counts')}",
        _counts(found["counts"], lang),
        f"## {t('模型的薄弱处', 'Where the model is weak')}",
        bullets(w.get(lang) for w in WEAK),
        f"## {t('复做', 'Do it again')}",
        t(
            "路网取自 Transportation Networks for Research（github.com/bstabler/TransportationNetworks），文件夹各含 `*_net.tntp`、"
            "`*_trips.tntp`，有则含 `*_flow.tntp` 与节点坐标：",
            "The networks are those of Transportation Networks for Research (github.com/bstabler/TransportationNetworks), a folder "
            "each with `*_net.tntp`, `*_trips.tntp`, and where there are any `*_flow.tntp` and places of nodes:",
        ),
        fence("python -m benchmarks.validate_assignment --tntp TransportationNetworks", "sh"),
    ]
    title = t("验证：道路交通分配", "Validation: road assignment")
    return {"validation/assignment.md": page(title, *parts, lang=lang)}


def _setting(about: dict[str, Any], lang: Lang) -> str:
    versions = ", ".join(f"{k} {about[k]}" for k in ("python", "numpy", "numba", "scipy"))
    return Text(
        f"{about['date']} 测于 {about['machine']}；chengce {about['chengce']}，{versions}。速度见[性能](../benchmarks.md)。",
        f"Measured on {about['date']}, {about['machine']}; chengce {about['chengce']}, {versions}. For speed see "
        "[benchmarks](../benchmarks.md).",
    ).get(lang)


def _published(networks: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        "目标函数为 Beckmann 值；最大流量差相对公布的流量文件逐路段比较。",
        "The objective is Beckmann’s; flows are compared link by link with the published files.",
    )
    head = _head(
        "路网|方法|要求的间隙|达到|迭代|目标函数相对误差|最大流量差（辆）",
        "network|method|gap asked for|reached|iterations|objective, relative error|worst flow, vehicles",
        lang,
    )
    cells = [
        (
            _name(n["name"], lang),
            METHODS[r["method"]],
            f"{r['gap']:.0e}",
            f"{r['reached']:.1e}",
            r["iterations"],
            f"{r['relative_error']:.0e}" if r["relative_error"] else "0",
            _vehicles(r["worst_flow"]),
        )
        for n in networks
        for r in n["rows"]
    ]
    sizes = "; ".join(
        Text(
            f"{_name(n['name'], 'zh')}：{n['zones']} 个分区，{n['nodes']} 个节点，{n['links']} 条路段，公布目标值 "
            f"{n['objective']!r}，最大流量 {n['largest_flow']:,.0f}",
            f"{_name(n['name'], 'en')}: {n['zones']} zones, {n['nodes']} nodes, {n['links']} links, published objective "
            f"{n['objective']!r}, largest flow {n['largest_flow']:,.0f}",
        ).get(lang)
        for n in networks
    )
    return "\n\n".join((said.get(lang), table(head, cells), sizes + Text("。", ".").get(lang)))


def _closed(found: dict[str, float], lang: Lang) -> str:
    return Text(
        f"Braess（1968）的四节点路网：各路段流量 4、2、2、2、4，最大差 {found['braess']:.0e}。Pigou 的两条路（1 与 0.01＋x）："
        f"用户平衡最大差 {found['pigou_user']:.0e}，系统最优（各半）最大差 {found['pigou_system']:.0e}。其余闭式解（收费、封闭、"
        "转向限制、货车、Braess 悖论的增路反慢）在 `tests/theory` 中。",
        f"The network of Braess (1968): flows 4, 2, 2, 2, 4, largest difference {found['braess']:.0e}. Two roads of Pigou (1 and "
        f"0.01 + x): user equilibrium {found['pigou_user']:.0e}, system optimum (half and half) {found['pigou_system']:.0e}. Other "
        "closed forms (tolls, closures, turn bans, trucks, a road that slows everyone) are in `tests/theory`.",
    ).get(lang)


def _scipy(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        "核对程序不调用本引擎：延误公式另写，最短路由 scipy 的 Dijkstra 计算。要求的间隙为 1e-12。自由流时间为 0 的路段合法"
        "（柏林有 288 条）。“多付”为有流量路段的费用超出最短路的最大值，单位同路网。",
        "The checker calls nothing of the engine: delays are written out again and shortest paths are scipy’s Dijkstra. The gap "
        "asked for is 1e-12. Links that take no time are legal (Berlin has 288). “Excess”: the largest cost, above the cheapest, "
        "of a link that is used, in the network’s unit of time.",
    )
    head = _head(
        "路网|路段|零时间路段|达到的间隙|scipy 重算|节点不平衡（辆）|穿越小区质心|多付",
        "network|links|of no time|gap reached|by scipy|imbalance of a node, vehicles|through centroids|excess",
        lang,
    )
    cells = [
        (
            _name(r["name"], lang),
            f"{r['links']:,}",
            r["zero_time_links"],
            f"{r['reached']:.1e}",
            f"{r['gap']:.1e}",
            f"{max(r['balance'], r['origin_balance']):.0e}",
            f"{r['through']:g}",
            f"{r['excess']:.0e}",
        )
        for r in rows
    ]
    return f"{said.get(lang)}\n\n{table(head, cells)}"


def _errors(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        "真实误差为与间隙 1e-13 的解之差，只含流量唯一的路段；“涵盖”为实际误差不大于估计的路段比例。一次迭代常使间隙缩小"
        "几个数量级，所以不同要求可能得到同一个解。",
        "True error: the difference from the solution at a gap of 1e-13, on links whose flow is unique. Covered: the share of links "
        "whose error is at most the estimate. One iteration often gains orders of magnitude, so different gaps may give one solution.",
    )
    head = _head(
        "路网|要求的间隙|达到|最大真实误差（辆）|最大估计误差|涵盖",
        "network|gap asked for|reached|largest true error, vehicles|largest estimate|covered",
        lang,
    )
    cells = [
        (
            _name(r["name"], lang),
            f"{r['gap']:.0e}",
            f"{r['reached']:.1e}",
            _vehicles(r["true"]),
            _vehicles(r["estimate"]),
            f"{r['covered']:.1%}",
        )
        for r in rows
    ]
    return f"{said.get(lang)}\n\n{table(head, cells)}"


def _open(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        "同一问题以相反的路段次序、由一半出行量的平衡续算得到第二个解（间隙均为 1e-12）。判为唯一的路段应当一致，判为不唯一的可以不同；"
        "不唯一的路段，报告不判断增减。",
        "A second equilibrium is found with the links in the opposite order, continued from half the trips (gaps of 1e-12). Links said "
        "to be determined must agree, others may differ; of those no report says that they gain or lose.",
    )
    head = _head(
        "路网|路段|判为不唯一|唯一路段上的最大差（辆）|不唯一路段上的最大差",
        "network|links|said to be open|largest difference on determined links|on open ones",
        lang,
    )
    cells = [
        (
            _name(r["name"], lang),
            f"{r['links']:,}",
            r["open"],
            _vehicles(r["apart_determined"]),
            _vehicles(r["apart_open"]),
        )
        for r in rows
    ]
    return f"{said.get(lang)}\n\n{table(head, cells)}"


def _city(found: dict[str, Any], lang: Lang) -> str:
    return Text(
        f"Anaheim 由城市配置的 `[tntp]` 建成一座城市（道路、分区、出行量），再由 `road_measures` 计算（间隙 {found['gap']:.0e}，"
        f"假设取中心值）：{found['links']} 条路段与公布流量的最大差 {found['worst_flow']:.1g} 辆（最大流量 {found['largest_flow']:,.0f}）。"
        "单位换算、连接线、时段折算都在其中。",
        f"Anaheim is built as a city by `[tntp]` in a city’s configuration (streets, zones, flows) and asked by `road_measures` (gap "
        f"{found['gap']:.0e}, central assumptions): the worst of {found['links']} links is {found['worst_flow']:.1g} vehicles from the "
        f"published flow (the largest is {found['largest_flow']:,.0f}). Units, connectors and the period are all on the way.",
    ).get(lang)


def _draws(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        f"每次抽样不单独求平衡，而在少数平衡之间内插。下表对 {rows[0]['draws']} 次抽样逐次求平衡再比较（间隙 1e-8）：平均值，括号内为最差的"
        "一次抽样。",
        f"A draw is not an equilibrium of its own but interpolated between a few. Here {rows[0]['draws']} draws are computed one by one "
        "and compared (gap 1e-8): the mean, in brackets the worst draw.",
    )
    head = _head(
        "城市|平衡数|路段流量（按流量加权）|单路段最大差（pcu/小时）|车小时|延误|人均行车时间",
        "city|equilibria|link flows, by flow|worst link, pcu/h|vehicle-hours|delay|driving time of a person",
        lang,
    )
    cells = [
        (
            _name(r["name"], lang),
            r["equilibria"],
            f"{r['link_flows_mean']:.2%} ({r['link_flows_worst_draw']:.2%})",
            f"{r['worst_link']:,.0f}",
            *(
                f"{r[f'{k}_mean']:.3%} ({r[f'{k}_worst']:.3%})"
                for k in ("vehicle_h", "delay_h", "car_minutes")
            ),
        )
        for r in rows
    ]
    more = Text(
        "再看差异：把一条繁忙道路的通行能力减半，前后之差也逐次精算。“相同”指精算后判定相同；“同向”指精算的抽样中至少五分之四同号。",
        "Differences: the capacity of a busy road is halved, and the difference computed draw by draw as well. “Same”: the exact draws "
        "give the same verdict; “one way”: at least four fifths of them have the sign reported.",
    )
    head2 = _head(
        "城市|路段（分方向）|判为明显变化|相同|同向|方向判反|漏判|差异的误差",
        "city|links|called clear|same|one way|opposite|missed|error of differences",
        lang,
    )
    cells2 = [
        (
            _name(r["name"], lang),
            f"{r['links']:,}",
            r["clear"],
            r["clear_same"],
            r["clear_four_fifths"],
            r["clear_opposite"],
            r["missed"],
            f"{r['change_error']:.0%}",
        )
        for r in rows
    ]
    return "\n\n".join((said.get(lang), table(head, cells), more.get(lang), table(head2, cells2)))


def _counts(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        f"由真实出行量算出路段流量，加 5% 的计数误差作为计数；先验表每对起讫约偏 40%，总量偏高两成。随机留出五分之一的计数，其余参与校准，"
        f"换 {rows[0]['seeds']} 个随机种子：中位数（最小 – 最大）。",
        f"Flows of the true trips make the counts, with an error of 5 %; the prior is some 40 % off a pair and a fifth too high in all. "
        f"A fifth of the counts is held out, the others fitted, for {rows[0]['seeds']} seeds: median (least – most).",
    )
    head = _head(
        "路网|计数|参与校准：RMSE 前|后|留出：RMSE 前|后|留出：GEH<5 前|后|与真实出行量表的距离 前|后",
        "network|counts|fitted: RMSE before|after|held out: RMSE before|after|held out: GEH < 5 before|after|distance to the true trips before|after",
        lang,
    )
    cells = [
        (
            _name(r["name"], lang),
            f"{r['counts']} / {r['links']}",
            *(
                _spread(r[f"{part}_{when}_rmse"], ".0f")
                for part in ("fitted", "held")
                for when in ("before", "after")
            ),
            *(_spread(r[f"held_{when}_geh"], ".0%") for when in ("before", "after")),
            *(_spread(r[f"trips_{when}"], ".2f") for when in ("before", "after")),
        )
        for r in rows
    ]
    return f"{said.get(lang)}\n\n{table(head, cells)}"


def _vehicles(value: float) -> str:
    """Return a number of vehicles with two digits, in full from ten up."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _spread(values: Sequence[float], form: str) -> str:
    low, middle, high = (format(v, form) for v in values)
    return f"{middle} ({low} – {high})"


def _name(name: str, lang: Lang) -> str:
    return NAMES[name].get(lang)


def _head(zh: str, en: str, lang: Lang) -> list[str]:
    return Text(zh, en).get(lang).split("|")
