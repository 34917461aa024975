"""Name the parts of a report in both languages."""

from chengce.core.text import Text

WORDS: dict[str, Text] = {
    "report": Text("测算报告", "Report"),
    "city": Text("城市", "City"),
    "reference": Text("对照", "Reference"),
    "scenarios": Text("方案", "Scenarios"),
    "none": Text("无", "none"),
    "date": Text("测算日期", "Date of the run"),
    "run": Text("测算编号", "Run"),
    "question": Text("问题", "The question"),
    "answer": Text("结论", "The answer"),
    "answer_note": Text(
        "括号内为 90% 区间（第 5 至第 95 百分位）。",
        "Intervals in brackets are 90% intervals (5th to 95th percentile).",
    ),
    "headline": Text("主要指标", "Headline metrics"),
    "headline_table": Text("主要指标（按人平均）", "Headline metrics, averaged over people"),
    "all_table": Text("其他指标（按人平均）", "Other metrics, averaged over people"),
    "matrix_note": Text(
        "按人平均；N 为时限（分钟）。", "Averaged over people; N is the limit in minutes."
    ),
    "proposed": Text("方案内容", "What is proposed"),
    "proposed_none": Text(
        "本次测算只描述现状，没有方案。",
        "This run describes one state of the city; nothing is proposed.",
    ),
    "proposed_empty": Text("不改动任何内容", "changes nothing"),
    "assumption_only": Text(
        "只改动假设（情景），见“假设”", "overrides assumptions only; see Assumptions"
    ),
    "maps": Text("图", "Maps"),
    "maps_none": Text(
        "分区没有几何位置，无法成图。", "The places have no geometry, so there is no map."
    ),
    "tips_none": Text(
        "分区较多，为控制文件大小，图中不含逐区数值；数值见 table.csv 和 zones.geojson。",
        "There are many places: to keep the file small the maps carry no values by place; they are in "
        "table.csv and zones.geojson.",
    ),
    "legend_class": Text("图例", "Legend"),
    "legend_people": Text("人口", "People"),
    "roads": Text("主要道路", "main roads"),
    "rail": Text("轨道交通", "rail lines"),
    "buses": Text("公交线路", "bus lines"),
    "water": Text("水系", "water"),
    "green": Text("绿地", "green"),
    "boundary": Text("边界", "boundary"),
    "edge": Text("靠近数据边缘的分区", "place near the edge of the data"),
    "attribution": Text("数据", "Data"),
    "projection": Text(
        "等距圆柱投影，标准纬线为图幅中央纬线。",
        "Equirectangular projection, true to scale at the middle latitude.",
    ),
    "distribution": Text("分布", "Distribution"),
    "distribution_change": Text("按变化量统计的人口", "People by change"),
    "distribution_value": Text("按数值统计的人口", "People by value"),
    "distribution_none": Text("没有可统计的数值", "no number to count"),
    "bars_note": Text(
        "柱高为抽样的中位数；两端各组含超出图幅的人口。",
        "Bars are medians over draws; the bars at either end hold what lies beyond.",
    ),
    "groups": Text("分人群", "By group"),
    "groups_none": Text("本次测算未分人群。", "This run does not tell groups apart."),
    "limits": Text("按时限", "By limit"),
    "places": Text("分区", "Places"),
    "assumptions": Text("假设", "Assumptions"),
    "assumptions_note": Text(
        "假设与方案分列；标“未核实”者，来源尚未由专人核对原文。",
        "Assumptions are apart from policies; those marked unverified have not been checked against "
        "their source by a named person.",
    ),
    "asked": Text("测算参数", "What was asked"),
    "data": Text("数据", "Data"),
    "data_note": Text("“距今”按{what} {day} 计。", "Age counted to the {what}, {day}."),
    "limits_title": Text("提示与局限", "Warnings and limits"),
    "warnings": Text("数据提示", "Warnings"),
    "caveats": Text("局限", "Limits"),
    "notes": Text("说明", "Notes"),
    "definitions": Text("指标定义", "Definitions"),
    "thresholds": Text("受益与受损的判定", "What counts as a gain or a loss"),
    "edge_count": Text(
        "靠近数据边缘的分区：{places} 个（计数，精确值），{people}；其可达范围可能超出数据，图中以黑点标出。",
        "Places near the edge of the data: {places} (a count, exact), {people}; what they reach may lie "
        "beyond the data. They carry a black dot on the maps.",
    ),
    "more": Text("另有 {n} 条同类提示", "{n} more of this kind"),
    "intervals": Text("区间如何得出", "How the intervals are made"),
    "intervals_text": Text(
        "本次测算以同一组随机数抽样 {draws} 次，各次抽样重新计算全部指标；表中数值为中位数，区间为第 5 至第 95 "
        "百分位。差值、比值和占比逐次计算后再汇总，不由区间相减得出。计入的不确定性：{sources}。"
        "出发时刻不同造成的快慢差异是离散程度，不是区间。方案前后使用相同的随机数，未改动处差值恰为 0。",
        "This run takes {draws} draws with one set of random numbers and computes every metric in each; the "
        "value is the median, the interval the 5th to 95th percentile. Differences, ratios and shares are "
        "computed draw by draw, never from intervals. Uncertainty counted: {sources}. Variation over "
        "departure times is spread, not an interval. Before and after share their random numbers, so "
        "where nothing changes the difference is exactly 0.",
    ),
    "provenance": Text("溯源与复算", "Provenance and replay"),
    "figure": Text("图", "Figure"),
    "table": Text("表", "Table"),
}
SOURCES: dict[str, Text] = {
    "sampling": Text("计数与抽样误差", "error of counts and samples"),
    "model": Text("模型误差", "error of the model"),
    "assumption": Text("假设的取值范围", "the range of the assumptions"),
}
