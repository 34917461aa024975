"""Write the validation page from docs/validation/results.json."""

import json
from pathlib import Path
from typing import Any

from tools.docs.markdown import bullets, page, table

from chengce.core.text import Lang, Text, text_of

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "validation" / "results.json"
WEAK = (
    Text(
        "车辆准点：不含晚点、甩站和取消班次。",
        "Vehicles are on time: no delay, no missed stop, no cancelled trip.",
    ),
    Text("不含拥挤与上不了车；不含票价。", "No crowding, no vehicle too full to board; no fares."),
    Text(
        "步行每段默认不超过 20 分钟；愿意走得更远的人，可达范围被低估。",
        "Each walk is at most 20 minutes by default; for people willing to walk farther, reach is understated.",
    ),
    Text(
        "每个分区以一点代表（人口加权点，缺则质心）；大分区内部差异看不到，区内出行按 0 分钟计。",
        "A zone is one point (population-weighted, else the centroid): differences within large zones are not "
        "seen, and what lies in one's own zone counts as 0 minutes away.",
    ),
    Text(
        "数据边缘：范围外的岗位和设施不计，靠边分区另行标出。",
        "Edge of the data: jobs and places beyond it are not counted; zones near it are flagged.",
    ),
    Text(
        "OSM 缺漏：未画的小路、未标的台阶和门禁，程序无从知道；坡度取自地表高程，桥隧按地面计。",
        "Completeness of OpenStreetMap: paths not drawn, steps and gates not tagged are unknown; slopes come from a "
        "ground model, so bridges and tunnels get the slope of the ground.",
    ),
    Text(
        "行人不计转向限制与路口等待。",
        "Turn restrictions and waiting at crossings are not applied.",
    ),
    Text(
        "本页只证明算得对（与同行程序逐一相等），不证明模型与居民实际出行相符；后者需要出行调查，尚未做。",
        "This page shows that the sums are right (equal to the peers, one by one), not that people travel as the "
        "model says; that takes a travel survey and has not been done.",
    ),
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the validation page; one line where nothing has been measured yet."""
    if not RESULTS.is_file():
        return {}
    found = json.loads(RESULTS.read_text("utf-8"))
    city = text_of(found["city"]["title"]).get(lang)

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    return {
        "validation/porto_alegre.md": page(
            t(f"验证：{city}", f"Validation: {city}"),
            _setting(found, lang),
            f"## {t('步行与道路：与 scipy 的 Dijkstra 逐一比较', 'Streets: pair by pair against scipy’s Dijkstra')}",
            t(
                "同一路网、同一接入点，毫秒整数。",
                "The same graph and the same doors, whole milliseconds.",
            ),
            _walking(found["walking"], lang),
            f"## {t('公交：与朴素穷举逐一比较', 'Transit: pair by pair against plain search')}",
            _transit(found["transit"], lang),
            f"## {t('步行速度内插', 'Interpolating between walking speeds')}",
            _interpolation(found["interpolation"], lang),
            f"## {t('时刻表：与 gtfs-kit 比较', 'Timetable: against gtfs-kit')}",
            _gtfs(found["gtfs"], lang),
            _service(found["service"], lang),
            f"## {t('模型的薄弱处', 'Where the model is weak')}",
            bullets(w.get(lang) for w in WEAK),
            f"## {t('复做', 'Do it again')}",
            t(
                "用 `examples/porto_alegre.toml` 建立城市（开放数据的取得见文件首部），然后：",
                "Build the city from `examples/porto_alegre.toml` (where the open files come from stands at its top), then:",
            ),
            "```sh\npython -m benchmarks.validate --city CITY --gtfs eptc=poa_eptc.zip --gtfs trensurb=poa_trensurb.zip\n```",
            lang=lang,
        )
    }


def _setting(found: dict[str, Any], lang: Lang) -> str:
    about, city = found["about"], found["city"]
    versions = ", ".join(
        f"{k} {about[k]}" for k in ("python", "numpy", "numba", "scipy", "pandas", "gtfs-kit")
    )
    rows = city["rows"]
    off = city["zones_off_network"]
    return Text(
        f"{about['date']} 测于 {about['machine']}；chengce {about['chengce']}，{versions}。城市：{rows['zones']:,} 个分区"
        f"（其中 {off} 个距路网超过 400 米），{rows['streets']:,} 段道路，{rows['stops']:,} 个站点，{rows['trips']:,} 个班次；"
        f"内容哈希 `{city['hash'][:16]}`。",
        f"Measured on {about['date']}, {about['machine']}; chengce {about['chengce']}, {versions}. The city: "
        f"{rows['zones']:,} zones ({off} of them more than 400 m from a street), {rows['streets']:,} street segments, "
        f"{rows['stops']:,} stops, {rows['trips']:,} trips; content hash `{city['hash'][:16]}`.",
    ).get(lang)


def _walking(rows: list[dict[str, Any]], lang: Lang) -> str:
    doors = {"zones": Text("分区点", "zones"), "random": Text("随机点", "random points")}
    head = Text(
        "方式|端点|起点×终点|连通|最大差（毫秒）",
        "profile|doors|origins × destinations|connected|largest difference, ms",
    )
    return table(
        head.get(lang).split("|"),
        [
            (
                r["case"].rsplit(", ", 1)[-1],
                doors[r["doors"]].get(lang),
                f"{r['origins']:,} × {r['destinations']:,}",
                f"{r['reached']:.1%}",
                r["max_difference_ms"],
            )
            for r in rows
        ],
    )


def _transit(r: dict[str, Any], lang: Lang) -> str:
    start = f"{r['start_s'] // 3600:02d}:{r['start_s'] % 3600 // 60:02d}"
    return Text(
        f"运营日 {r['date_of_service']}，{start} 起 {r['departures']} 个出发时刻（相隔 10 分钟），最多乘车 3 次，步行每段不超过 "
        f"20 分钟。朴素穷举用 Python 逐班次、逐站点搜索。随机 {r['pairs']} 对：最大差 **{r['max_difference_s']} 秒**，"
        f"{r['reached']:.0%} 可在 120 分钟内到达。顺带算出的全部 {r['all_pairs']:,} 对：最大差 {r['max_difference_all_s']} 秒。",
        f"Service date {r['date_of_service']}, {r['departures']} departures ten minutes apart from {start}, at most 3 "
        f"boardings, each walk at most 20 minutes. The plain search tries trip by trip and stop by stop in Python. "
        f"{r['pairs']} random pairs: largest difference **{r['max_difference_s']} s**, {r['reached']:.0%} reached within "
        f"120 minutes. All {r['all_pairs']:,} pairs computed on the way: largest difference {r['max_difference_all_s']} s.",
    ).get(lang)


def _interpolation(rows: list[dict[str, Any]], lang: Lang) -> str:
    said = Text(
        "矩阵只在少数几个步行速度上计算，抽样落在其间的按步速（秒/米）线性内插；下为中心速度与相邻较慢速度正中间（按步速）处的平均绝对误差。",
        "Matrices are computed at a few walking speeds; a draw in between is interpolated linearly in pace (s/m). "
        "Below, the mean absolute error halfway (in pace) between the central speed and the next slower one.",
    )
    head = Text(
        "人群|速度数|起讫对|平均绝对误差（分钟）|出发时刻四分位距（分钟）",
        "profile|speeds|pairs|mean absolute error, min|interquartile range over departures, min",
    )
    body = table(
        head.get(lang).split("|"),
        [
            (r["profile"], r["speeds"], f"{r['pairs']:,}", f"{r['mean_absolute_error_min']:.3f}",
             f"{r['spread_p25_to_p75_min']:.2f}")
            for r in rows
        ],
    )  # fmt: skip
    return f"{said.get(lang)}\n\n{body}"


def _gtfs(rows: list[dict[str, Any]], lang: Lang) -> str:
    head = Text(
        "来源|站点|班次|停站时刻|运营日|班次数相等的运营日",
        "feed|stops|trips|stop times|service dates|dates with equal trips",
    )
    cells = [
        (
            r["feed"],
            *(f"{r[k][0]:,} / {r[k][1]:,}" for k in ("stops", "trips", "stop_times", "dates")),
            f"{r['dates_with_equal_trips']} / {r['dates'][1]}",
        )
        for r in rows
    ]
    return table(head.get(lang).split("|"), cells)


def _service(r: dict[str, Any], lang: Lang) -> str:
    hours = table(list(r["trips_by_hour"]), [list(r["trips_by_hour"].values())])
    return (
        Text(
            f"{r['date']} 共 {r['trips']:,} 个班次，按首站发车时刻（时）分布如下。公开的样例数据只在午后有大量公交班次："
            f"本页因此取 {r['start']} 起的时段；默认的 07:00 在此城市几乎只剩城铁与步行。",
            f"{r['trips']:,} trips run on {r['date']}; by hour of first departure below. The open sample holds most of its "
            f"buses after noon only, so this page takes a window from {r['start']}; the default of 07:00 leaves little but "
            "rail and walking in this city.",
        ).get(lang)
        + f"\n\n{hours}"
    )
