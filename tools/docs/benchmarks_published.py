"""Write the figures that others have published for transit, beside ours, and where they were read."""

from typing import Any, NamedTuple

from tools.docs.markdown import table

from chengce.core.text import Lang, Text

R5R = "[ipeaGIT/r5r#106](https://github.com/ipeaGIT/r5r/issues/106)"
RAPTOR = "[doi:10.1287/trsc.2014.0534](https://doi.org/10.1287/trsc.2014.0534)"
ALENEX = "https://www.microsoft.com/en-us/research/wp-content/uploads/2012/01/raptor_alenex.pdf"
ULTRA = "[arXiv:1906.04832](https://arxiv.org/abs/1906.04832)"
ROUTELAB = (
    "[bmander/routelab](https://github.com/bmander/routelab/blob/"
    "6fc6559ede7877792f507742de0674c162766233/docs/papers/ultra.md)"
)


class Figure(NamedTuple):
    """A figure as its source states it; what the source leaves out is said to be unstated."""

    method: Text
    question: Text
    network: Text
    machine: Text
    figure: Text
    read: Text


UNSTATED = Text("转引处未载", "not stated where it was quoted")
SAO_PAULO = Text("圣保罗", "São Paulo")
MATRIX = Text(
    "10,124 × 10,124 对，06:00 出发，上限 120 分钟",
    "10,124 × 10,124 pairs, leaving at 06:00, at most 120 min",
)
LONDON = Text(
    "伦敦，2 万余站，每日约 500 万次停靠事件", "London, over 20,000 stops, about 5 M events a day"
)
OF_RAPTOR = Text(
    f"原文 Delling、Pajor、Werneck 2012（[ALENEX]({ALENEX})，期刊版 {RAPTOR}）未能取得；"
    "转引自公开代码库中的西班牙文综述 “Algoritmos de Routing de Transporte Público”，所引为原文表 {at}",
    f"Delling, Pajor, Werneck 2012 ([ALENEX]({ALENEX}); journal: {RAPTOR}) could not be read; quoted by a survey in a "
    "public repository, “Algoritmos de Routing de Transporte Público” (in Spanish), from the paper's Table {at}",
)
FIGURES = (
    Figure(Text("R5", "R5"), MATRIX, SAO_PAULO, Text("12 核", "12 cores"), Text("3.5 分钟", "3.5 min"),
           Text(f"用户报告 {R5R}", f"a user's report, {R5R}")),
    Figure(Text("OpenTripPlanner", "OpenTripPlanner"), MATRIX, SAO_PAULO, Text("同上", "as above"), Text("77 分钟", "77 min"),
           Text("同上", "as above")),
    Figure(Text("RAPTOR", "RAPTOR"),
           Text("一对站点、一个出发时刻，到达时刻与乘车次数的帕累托集", "one pair of stops, one departure: Pareto set of arrival and rides"),
           LONDON, Text("单核，型号未载", "one core, model not stated"), Text("7.3 毫秒", "7.3 ms"), OF_RAPTOR.format(at=1)),
    Figure(Text("rRAPTOR", "rRAPTOR"), Text("一对站点、2 小时内各出发时刻", "one pair of stops, all departures of 2 hours"), LONDON, UNSTATED,
           Text("87 毫秒", "87 ms"), OF_RAPTOR.format(at=2)),
    Figure(Text("ULTRA-RAPTOR", "ULTRA-RAPTOR"),
           Text("一对地点、一个出发时刻，步行不限，捷径已预先算好", "one pair of places, one departure, walking without limit, shortcuts ready"),
           Text("瑞士", "Switzerland"), UNSTATED, Text("12.5 毫秒", "12.5 ms"),
           Text(f"原文 Baum 等 2019（{ULTRA}）的正文未能取得；转引自 {ROUTELAB}",
                f"the text of Baum et al. 2019 ({ULTRA}) could not be read; quoted by {ROUTELAB}")),
)  # fmt: skip


def published(race: list[dict[str, Any]], lang: Lang) -> str:
    """Return the table of what others publish, ours of the metropolis (`race`) below it."""
    head = Text(
        "方法|问题|线网|机器|数字|读于何处",
        "method|question|network|machine|figure|where it was read",
    )
    rows = [[cell.get(lang) for cell in figure] for figure in FIGURES]
    rows += [[cell.get(lang) for cell in _ours(row)] for row in race]
    said = Text(
        "他人公布的数字：不是同一次运行，问题、线网、机器都不同，不可直接相比，列出只为知道量级。"
        "RAPTOR 与 ULTRA 答的是一对地点，本程序答的是一点到全部站点。原文未能取得的，注明转引自何处。ULTRA 的捷径须预先计算，本程序不用。",
        "Figures that others have published: not the same run; question, network and machine differ, so they can't be "
        "compared directly and only give an order of size. RAPTOR and ULTRA answer one pair of places, ours one place to all stops. "
        "Where a paper itself could not be read, the source that quotes it is named. The shortcuts of ULTRA must be computed "
        "beforehand; ours does without.",
    )
    return f"{said.get(lang)}\n\n{table(head.get(lang).split('|'), rows)}"


def _ours(row: dict[str, Any]) -> Figure:
    return Figure(
        Text("本程序", "ours"),
        Text(f"一点到全部站点，1 小时内 {row['departures']} 个出发时刻", f"one place to all stops, {row['departures']} departures of an hour"),
        Text(f"合成大都市，{row['destinations']:,} 站，{row['stop_events']:,} 次停靠事件",
             f"synthetic metropolis, {row['destinations']:,} stops, {row['stop_events']:,} events"),
        Text(f"{row['machine']}，1 线程", f"{row['machine']}, 1 thread"),
        Text(f"{row['ours_ms']} 毫秒", f"{row['ours_ms']} ms"), Text("上表", "the table above"),
    )  # fmt: skip
