"""Write the page of benchmarks from the latest row of each case in benchmarks/results/."""

from typing import Any

from benchmarks.log import latest
from tools.docs import benchmarks_extract, benchmarks_hierarchy
from tools.docs.benchmarks_published import published
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
            f"## {t('道路矩阵（门到门），各 1 线程', 'Street matrix from door to door, 1 thread each')}",
            table(head.split("|"), rows),
            t(
                "含每次重新加权；每个城市只排一次序，不计在内。",
                "Each run weighs the streets anew; the order, found once a city, is not counted.",
            ),
        ]
    parts += benchmarks_hierarchy.section(lang)
    parts += benchmarks_extract.section(lang)
    transit = latest("transit", "case")
    if transit:
        head = t("城市|起点×终点|出发时刻|线程|秒|处理器秒|每秒起点数|与穷举核对的对数|最大差（秒）",
                 "city|origins × destinations|departures|threads|s|processor s|origins per s|pairs checked by plain search|largest difference, s")  # fmt: skip
        rows = [
            (r["case"], f"{r['origins']:,} × {r['destinations']:,}", r["departures"], r["threads"], r["ours_s"],
             r.get("ours_cpu_s", "–"), r["origins_per_s"], f"{r['checked_pairs']:,}", r["max_difference_s"])
            for r in transit
        ]  # fmt: skip
        parts += [
            f"## {t('门到门矩阵（RAPTOR，每分钟出发）', 'Door-to-door matrix (RAPTOR, a departure every minute)')}",
            table(head.split("|"), rows),
            t("“120 min from …”：2019-05-14（星期二），步行 1.0 m/s，接驳、离站、换乘各不超过 20 分钟，至多乘 3 次、120 分钟，"
              "第 5、25、50、75、95 百分位数。公交时刻表只含约 11–17 时的班次，07:00 的窗口多为步行与城铁。含时刻表与步行的准备。",
              "“120 min from …”: Tuesday 2019-05-14, walking 1.0 m/s, at most 20 min each of access, egress and transfer, "
              "3 boardings, 120 min, percentiles 5, 25, 50, 75, 95. The bus feed holds trips from about 11 to 17 h only: "
              "the window from 07:00 is walking and rail mostly. Preparation of timetable and walks is included."),
        ]  # fmt: skip
    race = latest("metropolis", "case")
    if race:
        parts.append(_metropolis(race, lang))
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


def _metropolis(rows: list[dict[str, Any]], lang: Lang) -> str:
    """Return ours beside the textbook's range RAPTOR, and what others publish."""
    head = Text(
        "情形|班次（当日）|停靠事件|起点数|出发时刻|本程序（毫秒/起点）|教科书 rRAPTOR（毫秒/起点）|比值|每线程内存（MiB）|核对的对数|最大差（秒）",
        "case|trips of the day|stop events|origins|departures|ours, ms per origin|textbook rRAPTOR, ms per origin|ratio|memory per thread, MiB|pairs checked|largest difference, s",
    )
    cells = [
        (r["case"], f"{r['trips']:,}", f"{r['stop_events']:,}", r["origins"], r["departures"], r["ours_ms"],
         r["plain_ms"], f"{r['ratio']:.3g}×", r["worker_mib"], f"{r['checked_pairs']:,}", r["max_difference_s"])
        for r in rows
    ]  # fmt: skip
    said = Text(
        "合成大都市（`benchmarks/metropolis.py`，固定种子）：网格、放射、环形与快线；从一点到全部站点，1 小时内每分钟出发，各 1 线程。"
        "教科书 rRAPTOR（`benchmarks/plain_raptor.py`）是我们自己写的对照，同样经 Numba 编译；两者在同一次运行中逐个起点交替，取三次中该线程处理器时间最短的一次。"
        "本程序的时间含百分位数，对照的不含。",
        "The synthetic metropolis (`benchmarks/metropolis.py`, seeded): grid, radial, orbital and express lines; from one "
        "point to all stops, a departure every minute for an hour, 1 thread each. The textbook's rRAPTOR "
        "(`benchmarks/plain_raptor.py`) is a peer of our own, compiled by Numba too; both take turns in one run, origin by "
        "origin, the shortest of three in processor time of the thread. Ours includes the percentiles, the peer's does not.",
    )
    title = Text("大都市：与教科书 rRAPTOR 相比", "The metropolis: beside the textbook's rRAPTOR")
    parts = [f"## {title.get(lang)}", table(head.get(lang).split("|"), cells), said.get(lang)]
    return "\n\n".join([*parts, published(rows, lang)])


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
