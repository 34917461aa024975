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
    "headline_table": Text("主要指标", "Headline metrics"),
    "all_table": Text("其他指标", "Other metrics"),
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
    "legend_links": Text("路段", "Links"),
    "legend_km": Text("公里", "km"),
    "links_change": Text("道路流量变化", "Change in road flows"),
    "links_state": Text("道路流量", "Road flows"),
    "links_side": Text(
        "每个方向一条带，绘在行进方向的右侧，与实际靠左还是靠右行驶无关。",
        "Each direction has a band of its own, drawn to the right of its way, whichever side people drive on.",
    ),
    "links_open": Text(
        "平衡解不唯一：在这些路段上，同样满足平衡条件的解可以给出不同流量，算得的数值只是其中之一，因此不判定增减（图中虚线）。",
        "Equilibrium not unique: on these links another solution that satisfies the equilibrium just as well "
        "may hold other flows; the computed ones are one of many, so no change is claimed (dashed on the maps).",
    ),
    "links_width": Text("线宽与数值成正比。", "The width is proportional to the value."),
    "links_width_change": Text(
        "线宽与变化量成正比。", "The width is proportional to the difference."
    ),
    "links_labels": Text("圆圈编号见下表。", "Numbers in circles: see the table below."),
    "links_left_out": Text(
        "为控制文件大小，未绘出数值最小的 {n} 条路段。",
        "To keep the file small, the {n} links with the smallest values are not drawn.",
    ),
    "links_off_sheet": Text("另有 {n} 条路段在图幅以外。", "{n} links lie outside the map."),
    "links_alike": Text(
        "同一道路同一方向只列最大的一段；全部路段见 links.csv 和 links.gpkg。",
        "Each road is listed once per direction, by its link with the largest number; all links are in "
        "links.csv and links.gpkg.",
    ),
    "links_none": Text("没有这样的道路。", "There is no such road."),
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
    "distribution_change_place": Text(
        "按所在分区合计的变化量统计的人口", "People by the change of their place's total"
    ),
    "distribution_value_place": Text("按所在分区合计统计的人口", "People by their place's total"),
    "distribution_none": Text("没有可统计的数值", "no number to count"),
    "bars_note": Text(
        "柱高为抽样的中位数；两端各组含超出图幅的人口。",
        "Bars are medians over draws; the bars at either end hold what lies beyond.",
    ),
    "groups": Text("分人群", "By group"),
    "groups_none": Text("本次测算未分人群。", "This run does not tell groups apart."),
    "groups_totals": Text(
        "主要指标为分区合计，不分人群。",
        "The headline metrics are totals of places, not of groups.",
    ),
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
    "replay": Text("复算", "Replay"),
    "figure": Text("图", "Figure"),
    "table": Text("表", "Table"),
}
SOURCES: dict[str, Text] = {
    "sampling": Text("计数与抽样误差", "error of counts and samples"),
    "model": Text("模型误差", "error of the model"),
    "assumption": Text("假设的取值范围", "the range of the assumptions"),
}
