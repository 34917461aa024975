"""Write the section on street hierarchies: times, ratios to the peers, cost against size."""

import math
from typing import Any

from benchmarks.log import latest
from tools.docs.markdown import table

from chengce.core.text import Lang, Text

WIDTH, HEIGHT, LEFT, BELOW = 640, 320, 70, 48
SERIES = (
    (
        "one_to_all_ms",
        "#1f6f8b",
        Text("一点到全部节点（毫秒/起点）", "one to all nodes, ms a source"),
    ),
    ("matrix_ms", "#b3541e", Text("1000 × 1000 矩阵（毫秒）", "1000 × 1000 matrix, ms")),
    ("reweight_ms", "#5b5b8c", Text("重新赋权（毫秒）", "re-weighting, ms")),
)


def section(lang: Lang) -> list[str]:
    """Return the parts of the section, none where nothing has been measured."""
    rows = sorted(latest("hierarchy", "case"), key=lambda r: r["arcs"])
    if not rows:
        return []
    head = Text(
        "路网|节点|有向弧|层级弧|线程|排序与建层级（秒）|重新赋权（毫秒）|选点（毫秒）|1000 × 1000（毫秒）|赋权＋矩阵（毫秒）|改 100 条弧＋矩阵（毫秒）"
        "|最近 5 个，1000 起点（毫秒）|一点到全部（毫秒/起点）|其带宽下限（毫秒）|按起点成行写出（毫秒/起点）|内存峰值（MiB）|最大差（毫秒）",
        "network|nodes|arcs|hierarchy arcs|threads|order and hierarchy, s|re-weight, ms|select, ms|1000 × 1000, ms|re-weight + matrix, ms"
        "|100 arcs changed + matrix, ms|nearest 5 of 1000 origins, ms|one to all, ms a source|its bandwidth bound, ms|written out a row a source, ms a source|peak memory, MiB|largest difference, ms",
    )
    cells = [
        (r["case"], f"{r['nodes']:,}", f"{r['arcs']:,}", f"{r['hierarchy_arcs']:,}", r["threads"], r["build_s"],
         _ms(r["reweight_s"]), _ms(r["select_s"]), _ms(r["matrix_s"]), _ms(r["reweight_matrix_s"]),
         _ms(r["change_matrix_s"]), _ms(r["nearest_5_s"]), r["one_to_all_ms"], r["bound_ms"],
         r["one_to_all_by_source_ms"], r["peak_mib"],
         r["max_difference"])
        for r in rows
    ]  # fmt: skip
    said = Text(
        "“road-like”：固定种子生成的有向路网（`benchmarks/road_like.py`）：河流上桥梁稀少，有高速公路、尽端路与单行道；毫秒整数权。"
        "矩阵含选点；一点到全部为 256 个起点成批时每个起点的时间，结果按节点存放。带宽下限：每批 32 个起点读一遍层级弧（端点与权），"
        "标号写一遍、读一遍，除以同次运行的 triad 带宽；小路网的标号留在缓存里，可低于下限。按起点成行写出另含新内存的首次写入。与 scipy 核对 40 × 1000 对，与 routingkit-cch 核对全部 1000 × 1000 对（含改动之后）。",
        "“road-like”: seeded directed networks (`benchmarks/road_like.py`) with few bridges over rivers, motorways, dead ends "
        "and one-way streets; integer milliseconds. The matrix includes the selection; one to all is the time a source takes "
        "in a batch of 256, costs laid out by node. The bandwidth bound: hierarchy arcs (ends and weights) once per batch of "
        "32, labels written once and read once, over the triad of the same run; small networks stay in the cache and can be "
        "below it. Written out a row a source includes the first touch of fresh memory. Checked against scipy on 40 × 1000 pairs, "
        "against routingkit-cch on all 1000 × 1000, after the change too.",
    )
    title = Text("道路层级：赋权、扫掠与矩阵", "Street hierarchies: weights, sweeps, matrices")
    parts = [f"## {title.get(lang)}", table(head.get(lang).split("|"), cells), said.get(lang)]
    return [*parts, *_ratios(rows, lang), _plot(rows, lang)]


def _ratios(rows: list[dict[str, Any]], lang: Lang) -> list[str]:
    """Return how many times as long each peer takes, one row a peer and question."""
    with_peers = [r for r in rows if r.get("ratios")]
    if not with_peers:
        return []
    words = {
        "matrix": Text("1000 × 1000 矩阵", "1000 × 1000 matrix"),
        "re-weight": Text("重新赋权", "re-weight"),
        "re-weight + matrix": Text("赋权＋矩阵", "re-weight + matrix"),
        "change + matrix": Text("改 100 条弧＋矩阵", "100 arcs changed + matrix"),
        "one to all": Text("一点到全部", "one to all"),
        "one to all by source": Text(
            "一点到全部，按起点成行写出", "one to all, written out a row a source"
        ),
    }
    keys = dict.fromkeys(key for r in with_peers for key in r["ratios"])
    found = []
    for key in keys:
        peer, question = key.split(": ")
        times = (r["ratios"].get(key) for r in with_peers)
        found.append(
            (
                peer,
                words[question].get(lang),
                *(f"{x:,.3g}×" if x and x < 100 else f"{x:,.0f}×" if x else "–" for x in times),
            )
        )
    head = [Text("同行", "peer").get(lang), Text("问题", "question").get(lang)]
    said = Text(
        "比值＝同行用时 ÷ 本程序用时。routingkit-cch 用 `CCHMetric.reset`、`CCHOneToMany`（一点到全部时固定全部节点）与 "
        "`CCHMetricPartialUpdater.apply`，收缩次序与本程序相同，1 线程，逐个起点返回一列；pandana 重新赋权须重建 `Network`；其余为各自的 Dijkstra。",
        "Ratio = the peer's time over ours. routingkit-cch: `CCHMetric.reset`, `CCHOneToMany` (for one to all with every "
        "node pinned) and `CCHMetricPartialUpdater.apply`, on our contraction order, 1 thread, a list a source; pandana must build its "
        "`Network` again for other weights; the others run their Dijkstra.",
    )
    return [table([*head, *(r["case"] for r in with_peers)], found), said.get(lang)]


def _plot(rows: list[dict[str, Any]], lang: Lang) -> str:
    """Return cost against arcs on two logarithmic axes; the dashed line is cost linear in arcs."""
    rows = [r for r in rows if r["case"].startswith("road-like")]
    if len(rows) < 2:
        return ""
    points = {
        "one_to_all_ms": [r["one_to_all_ms"] for r in rows],
        "matrix_ms": [1e3 * r["matrix_s"] for r in rows],
        "reweight_ms": [1e3 * r["reweight_s"] for r in rows],
    }
    arcs = [r["arcs"] for r in rows]
    every = [v for series in points.values() for v in series]
    start = points["one_to_all_ms"][-1] * arcs[0] / arcs[-1]
    every.append(start)
    low_x, high_x = math.log10(arcs[0]) - 0.1, math.log10(arcs[-1]) + 0.1
    low_y, high_y = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low_x) / (high_x - low_x)
        up = (math.log10(y) - low_y) / (high_y - low_y)
        return LEFT + across * (WIDTH - LEFT - 10), 10 + (1 - up) * (HEIGHT - BELOW - 10)

    name = Text("用时随路网大小的变化", "Cost against size").get(lang)
    out = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 20 * len(SERIES)}" role="img" aria-label="{name}" '
        f'style="max-width:{WIDTH}px" font-family="sans-serif" font-size="12" fill="currentColor">'
    ]
    for power in range(low_y, high_y + 1):
        y = at(arcs[0], 10.0**power)[1]
        out.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>'
        )
    for count in arcs:
        x = at(count, 10.0**low_y)[0]
        out.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BELOW + 18}" text-anchor="middle">{count:,}</text>'
        )
    axis = Text("有向弧", "arcs").get(lang)
    out.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">{axis}</text>')
    for i, (key, colour, words) in enumerate(SERIES):
        line = [at(x, y) for x, y in zip(arcs, points[key], strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in line]
        y = HEIGHT + 20 * i
        out.append(f'<rect x="{LEFT}" y="{y}" width="12" height="12" fill="{colour}"/>')
        out.append(f'<text x="{LEFT + 20}" y="{y + 11}">{words.get(lang)}</text>')
    (x1, y1), (x2, y2) = at(arcs[0], start), at(arcs[-1], points["one_to_all_ms"][-1])
    out.append(
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#1f6f8b" '
        'stroke-dasharray="4 4"/></svg>'
    )
    said = Text("虚线：与弧数成正比。", "Dashed: in proportion to arcs.")
    return f"{''.join(out)}\n\n{name}{Text('。', '. ').get(lang)}{said.get(lang)}"


def _ms(seconds: float) -> float:
    return round(1e3 * seconds, 2)
