"""Write the page of benchmarks from the latest row of each case in benchmarks/results/."""

from typing import Any

from benchmarks.log import latest
from tools.docs.markdown import page, table

from chengce.core.text import Lang, Text

INTRO = Text(
    "`make bench` 在同一进程树内、同一输入上运行被测程序与指明的同行程序，打印比值并把结果追加到 `benchmarks/results/`；"
    "`python3 tools/dev.py bench --check` 只核对是否逐一相等，不计时。矩阵取三次中最短的一次，小镇演示只测一次；机器并非专用，比值比秒数可靠。下表为最近一次。",
    "`make bench` runs ours and a named peer on one input in one process tree, prints ratios and appends to "
    "`benchmarks/results/`; `python3 tools/dev.py bench --check` only checks that every number is equal. "
    "Matrices: the shortest of three runs; the demo: one run. The machine is not reserved: trust the ratios more than the seconds. The latest figures:",
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of benchmarks."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    parts = [INTRO.get(lang)]
    streets = latest("streets", "case")
    if streets:
        head = t("路网|节点|起点×终点|本程序（秒）|scipy Dijkstra（秒）|比值|最大差（毫秒）",
                 "network|nodes|origins × destinations|ours, s|scipy Dijkstra, s|ratio|largest difference, ms")  # fmt: skip
        rows = [
            (r["case"], f"{r['nodes']:,}", f"{r['origins']:,} × {r['destinations']:,}", r["ours_s"], r["peer_s"],
             f"{r['ratio']:.3g}×", r["max_difference_ms"])
            for r in streets
        ]  # fmt: skip
        parts += [
            f"## {t('道路矩阵，各 1 线程', 'Street matrix, 1 thread each')}",
            table(head.split("|"), rows),
        ]
    transit = latest("transit", "case")
    if transit:
        head = t("城市|起点×终点|出发时刻|线程|秒|每秒起点数|与穷举核对的对数|最大差（秒）",
                 "city|origins × destinations|departures|threads|s|origins per s|pairs checked by plain search|largest difference, s")  # fmt: skip
        rows = [
            (r["case"], f"{r['origins']:,} × {r['destinations']:,}", r["departures"], r["threads"], r["ours_s"],
             r["origins_per_s"], f"{r['checked_pairs']:,}", r["max_difference_s"])
            for r in transit
        ]  # fmt: skip
        parts += [
            f"## {t('门到门矩阵（RAPTOR，每分钟出发）', 'Door-to-door matrix (RAPTOR, a departure every minute)')}",
            table(head.split("|"), rows),
        ]
    assignment = latest("assignment", "case")
    if assignment:
        head = t("路网（同行的间隙）|小区|路段|同行（秒）|其最大流量误差|本程序（秒）|最大流量误差|比值|本程序到 1e-12（秒）|scipy 复核的参照间隙",
                 "network (gap of the peer)|zones|links|peer, s|its worst link error|ours, s|worst link error|ratio|ours to 1e-12, s|gap of the reference by scipy")  # fmt: skip
        rows = [
            (r["case"], f"{r['zones']:,}", f"{r['links']:,}", r["peer_s"], f"{r['peer_error']:.3g}", r["ours_s"],
             f"{r['ours_error']:.3g}", f"{r['ratio']:.3g}×", r["ours_1e-12_s"], f"{r['reference_gap_by_scipy']:.0e}")
            for r in assignment
        ]  # fmt: skip
        parts += [
            f"## {t('交通分配：算法 B 与 AequilibraE（BFW）相比，链路流量误差不大于对方', 'Assignment: Algorithm B beside AequilibraE (BFW), at no larger error of link flows')}",
            table(head.split("|"), rows),
        ]
    flows = latest("interaction", "case")
    if flows:
        parts += [f"## {t('空间相互作用', 'Spatial interaction')}", _interaction(flows, lang)]
    startup = latest("startup", "case")
    if startup:
        named = {
            "--help, median of 5": Text("`--help`，5 次中位数", "`--help`, median of 5"),
            "demo, kernels not compiled yet": Text(
                "`chengce demo`，首次（含编译）",
                "`chengce demo`, first time (compilation included)",
            ),
            "demo, second time": Text("`chengce demo`，再次", "`chengce demo`, second time"),
        }
        rows = [
            (named[r["case"]].get(lang) if r["case"] in named else r["case"], r["seconds"])
            for r in startup
        ]
        parts += [
            f"## {t('第一分钟', 'The first minute')}",
            table(t("命令|秒", "command|s").split("|"), rows),
        ]
    parts.append(_setting([*streets, *transit, *assignment, *startup], lang))
    return {"benchmarks.md": page(t("性能", "Benchmarks"), *parts, lang=lang)}


def _interaction(rows: list[dict[str, Any]], lang: Lang) -> str:
    """Return an iteration of balancing beside numpy and the memory, and a whole calibration."""
    head = Text(
        "情形|线程|平衡一次（毫秒）|numpy gemv（毫秒）|比值|带宽下限（毫秒）|为下限的倍数|校准并平衡（秒）",
        "case|threads|balancing iteration, ms|numpy gemv, ms|ratio|bandwidth bound, ms|of the bound|calibrate and balance, s",
    )
    cells = [
        (r["case"], r["threads"], r["iteration_ms"], r["numpy_gemv_ms"], f"{r['ratio']:.3g}×", r["bound_ms"],
         f"{r['of_bound']:.3g}×", r["calibrate_s"])
        for r in rows
    ]  # fmt: skip
    said = Text(
        "带宽下限：矩阵字节数除以同次运行测得的 triad 带宽。校准含拟合报告；内存中只有两个 float32 矩阵（费用与权重）。",
        "The bandwidth bound: bytes of the matrix over the triad measured in the same run. Calibration includes the "
        "report of the fit; two float32 matrices (costs and weights) are all that is held.",
    )
    return f"{table(head.get(lang).split('|'), cells)}\n\n{said.get(lang)}"


def _setting(rows: list[dict[str, Any]], lang: Lang) -> str:
    seen = {
        (r["date"], r["machine"], r["python"], r["numpy"], r["numba"], r["scipy"]): None
        for r in rows
    }
    said = [
        Text(
            f"{d}，{m}；Python {p}，numpy {n}，numba {b}，scipy {s}",
            f"{d}, {m}; Python {p}, numpy {n}, numba {b}, scipy {s}",
        ).get(lang)
        for d, m, p, n, b, s in seen
    ]
    return "\n".join(f"- {s}" for s in said)
