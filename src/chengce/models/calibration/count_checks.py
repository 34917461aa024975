"""Find counts that cannot be used or contradict each other, before anything is fitted to them."""

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem, Severity
from chengce.core.text import Text
from chengce.core.units import number
from chengce.engine.roads.network import RoadNetwork
from chengce.models.calibration.counted import Counts

APART = 3.0  # standard deviations of a difference beyond which counts contradict each other
SHOWN = 10


def check_counts(network: RoadNetwork, counts: Counts) -> list[Problem]:
    """Return every problem of counts: values, repeats, screen lines, flow that appears at a node.

    Counts of one thing that differ by more than 3 standard deviations of their difference
    contradict each other (error), as do a screen line and the sum of its links, each counted;
    smaller differences are repeats, and all of them are used (warning). More or less flow out of
    a node than into it, every link counted, is a warning: cars may start or end between counters.
    """
    found = values_wrong(counts)
    if found:
        return found
    found = [*_repeats(counts), *_screen_lines(counts)]
    inside = (counts.link >= 0) & (counts.link < network.links)
    return [*found, *_nodes(network, counts)] if inside.all() else found


def values_wrong(counts: Counts) -> list[Problem]:
    """Return counts that are no numbers, negative, or without a positive standard deviation."""
    problems = []
    if not len(counts):
        problems.append(
            Problem(
                "counts_none",
                Text("没有可用的计数", "there is no count to fit to"),
                Text("补充断面流量，或先不做校准", "add counts, or leave the matrix as it is"),
            )
        )
    for c, name in enumerate(counts.ids):
        if not (np.isfinite(counts.value[c]) and counts.value[c] >= 0):
            problems.append(
                Problem(
                    "count_value",
                    Text(
                        f"计数 {name} 应为不小于 0 的数，现为 {counts.value[c]}",
                        f"count {name} must be a number of at least 0, not {counts.value[c]}",
                    ),
                    Text("改正该计数，或删除该行", "correct the count, or drop its row"),
                    column="count",
                )
            )
        if not (np.isfinite(counts.sd[c]) and counts.sd[c] > 0):
            problems.append(
                Problem(
                    "count_sd",
                    Text(
                        f"计数 {name} 的标准差应大于 0，现为 {counts.sd[c]}",
                        f"the sd of count {name} must be more than 0, not {counts.sd[c]}",
                    ),
                    Text("给出计数的误差；没有时留空", "give the count's error, or leave it empty"),
                    column="sd",
                )
            )
    return problems


def nowhere(counts: Counts, modelled: NDArray[np.float64]) -> list[Problem]:
    """Return one warning that lists counts above 0 that no trip of the model passes."""
    off = np.flatnonzero((counts.value > 0) & (modelled <= 0))
    if not len(off):
        return []
    named = ", ".join(f"{counts.ids[c]} ({number(float(counts.value[c]))})" for c in off[:SHOWN])
    more = f" … +{len(off) - SHOWN}" if len(off) > SHOWN else ""
    return [
        Problem(
            "count_without_route",
            Text(
                f"{len(off)} 个计数所在路段没有任何路径经过，矩阵怎样调整都达不到：{named}{more}",
                f"no route uses the links of {len(off)} counts, so no matrix meets them: "
                f"{named}{more}",
            ),
            Text(
                "核对方向与路段；若先验矩阵缺了应有的起讫点对，请补上",
                "check direction and link; add the pairs the prior matrix lacks, if it does",
            ),
            severity="warning",
        )
    ]


def _repeats(counts: Counts) -> list[Problem]:
    first: dict[tuple[object, ...], list[int]] = {}
    for c in range(len(counts)):
        first.setdefault(counts.key(c), []).append(c)
    problems = []
    for same in first.values():
        for c in same[1:]:
            a = same[0]
            if counts.value[a] == counts.value[c]:
                continue
            gap = abs(counts.value[a] - counts.value[c])
            sds = float(gap / np.hypot(counts.sd[a], counts.sd[c]))
            pair = f"{counts.ids[a]}, {counts.ids[c]}"
            said = f"{number(float(counts.value[a]))}, {number(float(counts.value[c]))}"
            problems.append(
                _apart(
                    sds,
                    "counts_contradict",
                    "counts_repeated",
                    Text(
                        f"计数 {pair} 数的是同一处，数值却不同（{said}，相差 {sds:.1f} 个标准差）",
                        f"counts {pair} are of the same place and differ ({said}; {sds:.1f} "
                        "standard deviations)",
                    ),
                )
            )
    return problems


def _screen_lines(counts: Counts) -> list[Problem]:
    single: dict[tuple[int, int], int] = {}
    for c in range(len(counts)):
        if len(counts.links(c)) == 1:
            single.setdefault((int(counts.links(c)[0]), int(counts.cls[c])), c)
    problems = []
    for c in range(len(counts)):
        members = [single.get((int(a), int(counts.cls[c])), -1) for a in counts.links(c)]
        if len(members) < 2 or min(members) < 0:
            continue
        total = float(counts.value[members].sum())
        sd = float(np.sqrt(counts.sd[c] ** 2 + np.sum(counts.sd[members] ** 2)))
        sds = abs(total - float(counts.value[c])) / sd
        if sds > APART:
            problems.append(
                _apart(
                    sds,
                    "counts_contradict",
                    "counts_repeated",
                    Text(
                        f"核查线 {counts.ids[c]} 计数 {number(float(counts.value[c]))}，其各路段计数之和为 "
                        f"{number(total)}（相差 {sds:.1f} 个标准差）",
                        f"screen line {counts.ids[c]} counts {number(float(counts.value[c]))}, its "
                        f"links together {number(total)} ({sds:.1f} standard deviations apart)",
                    ),
                )
            )
    return problems


def _nodes(network: RoadNetwork, counts: Counts) -> list[Problem]:
    """Return nodes, not zones, with every link counted and more flow on one side than the other."""
    value, variance, known = _by_link(network, counts)
    inward = np.bincount(network.head, minlength=network.nodes)
    outward = np.bincount(network.tail, minlength=network.nodes)
    seen = np.bincount(network.head[known], minlength=network.nodes) == inward
    seen &= np.bincount(network.tail[known], minlength=network.nodes) == outward
    seen &= (inward > 0) & (outward > 0)
    seen[: network.zones] = False
    balance = np.bincount(network.head, weights=value, minlength=network.nodes)
    balance -= np.bincount(network.tail, weights=value, minlength=network.nodes)
    sd = np.bincount(network.head, weights=variance, minlength=network.nodes)
    sd = np.sqrt(sd + np.bincount(network.tail, weights=variance, minlength=network.nodes))
    off = np.flatnonzero(seen & (np.abs(balance) > APART * sd))
    if not len(off):
        return []
    named = "; ".join(
        f"{_around(network, counts, int(v))} ({number(float(balance[v]), signed=True)})"
        for v in off[:SHOWN]
    )
    more = f" … +{len(off) - SHOWN}" if len(off) > SHOWN else ""
    return [
        Problem(
            "counts_unbalanced",
            Text(
                f"{len(off)} 个节点的各进出路段都有计数，但流入与流出相差超过 {APART:g} 个标准差"
                f"（括号内为流入减流出）：{named}{more}",
                f"at {len(off)} nodes every link is counted, yet in and out differ by more than "
                f"{APART:g} standard deviations (in brackets: in minus out): {named}{more}",
            ),
            Text(
                "核对这些计数是否同一时段、同一口径；仍全部用于校准，误差会留在残差里",
                "check that these counts are of one period and one definition; all are used, and "
                "what cannot be met stays as error",
            ),
            severity="warning",
        )
    ]


def _around(network: RoadNetwork, counts: Counts, node: int) -> str:
    """Name a node by the counts on its links."""
    ends = np.flatnonzero((network.tail == node) | (network.head == node))
    return ", ".join(
        counts.ids[c]
        for c in range(len(counts))
        if len(counts.links(c)) == 1 and counts.links(c)[0] in ends
    )


def _by_link(
    network: RoadNetwork, counts: Counts
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return count, variance and whether known of every link, all classes; repeats averaged."""
    total, variance, n = (np.zeros(network.links) for _ in range(3))
    for c in range(len(counts)):
        if len(counts.links(c)) == 1 and counts.cls[c] < 0:
            a = int(counts.links(c)[0])
            total[a] += counts.value[c]
            variance[a] += counts.sd[c] ** 2
            n[a] += 1
    many = np.maximum(n, 1)
    return total / many, variance / many**2, n > 0


def _apart(sds: float, wrong: str, repeat: str, message: Text) -> Problem:
    severity: Severity = "error" if sds > APART else "warning"
    remedy = (
        Text(
            "删去其中错误的一个，或用 sd 写明各自的误差",
            "drop the wrong one, or say with `sd` how far each may be off",
        )
        if severity == "error"
        else Text("两者都用于校准", "both are used")
    )
    return Problem(
        wrong if severity == "error" else repeat, message, remedy, column="count", severity=severity
    )
