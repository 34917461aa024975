"""Write the table of layers and the contract of every table: columns, kinds, units, ranges."""

from tools.docs.markdown import code, page, table

from chengce.city.layers import BY_NAME, CONTRACTS, LAYERS, Column, tables_of
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name

SYSTEMS = {
    "nature": Text("自然", "nature"),
    "human": Text("人类", "human"),
    "society": Text("社会", "society"),
    "shelter": Text("居住", "shelter"),
    "network": Text("支撑网络", "support networks"),
}
SCALES = {
    "region": Text("区域", "region"),
    "city": Text("城市", "city"),
    "community": Text("社区", "community"),
    "building": Text("建筑", "building"),
}
KINDS = {
    "str": Text("文本", "text"),
    "int": Text("整数", "whole number"),
    "float": Text("数值", "number"),
    "bool": Text("真/假", "true or false"),
    "date": Text("日期 YYYY-MM-DD", "date YYYY-MM-DD"),
}
INTRO = Text(
    "城市目录中每张表须符合下列约定；打开城市时逐列检查，所有问题一次报出。坐标一律为 WGS-84 经纬度（EPSG:4326），"
    "时刻为运营日零点起的秒数。可空的列缺失即为“未知”，不等于 0。`streets` 与 `transit` 至少有其一。",
    "Every table of a city directory meets these contracts. Opening a city checks each column and reports "
    "all problems at once. Geometry is WGS-84 longitude and latitude (EPSG:4326); times are seconds after "
    "midnight of the service day. A missing value in a nullable column means unknown, never 0. A city has "
    "`streets` or `transit` or both.",
)
NOTES = {
    "areas": Text(
        "人口总量所属的区域（街道、社区）；同一层级，互不重叠。也可不给，改在 `buildings` 写 `area`。",
        "The areas that totals of people are of (street offices, communities): of one level, sharing no ground. "
        "Without it, `area` of `buildings` names them.",
    ),
    "totals": Text(
        "各区域的人口总量，由 `city build` 读自 `[[totals]]`；`date` 写作 YYYY、YYYY-MM 或 YYYY-MM-DD。",
        "Totals of people by area, which `city build` reads from `[[totals]]`; `date` is YYYY, YYYY-MM or YYYY-MM-DD.",
    ),
    "allocation": Text(
        "总量如何落到分区：每个区域与分区的交叠一行，`by` 为分摊依据，`weight` 为其合计，`concentration` 为各楼栋份额的平方和"
        "（只有一栋时为 1），`people` 为分得人数。分区为空：这些人未落入任何分区。",
        "How totals came to zones: a row for each area and zone that share homes; `by` is what people were shared out "
        "by, `weight` its sum, `concentration` the sum of squared shares of the homes (1 for a single one), `people` "
        "how many. No zone: these people are in none.",
    ),
    "compounds": Text(
        "有围墙的小区、单位院落，互不重叠。步行、轮椅和自行车只从大门进出；没有已知大门的小区不当作有墙，按最近道路点计，并列出提示。",
        "Walled estates and yards, sharing no ground. People on foot, in wheelchairs and on bicycles enter by the "
        "gates only; a compound without a known gate counts as unwalled, people walk to the nearest street, and a "
        "warning lists it.",
    ),
    "gates": Text(
        "`who`：`everyone` 所有人，`residents` 只限起点或终点在该小区的人，`vehicles_only` 仅车辆，`closed` 不开放。`from_s`、`to_s` "
        "都为空即开放时间不详，按开放计。`walk`、`wheelchair`、`bike` 为空即可通行。`verified`：是否现场核实。开放时间写在一列"
        "（如 06:00-23:00、全天）的，`from_s`、`to_s` 都指向该列。",
        "`who`: `everyone`; `residents`: ways that begin or end in the compound; `vehicles_only`; `closed`. Hours are "
        "unknown where `from_s` and `to_s` are null, and taken as open. `walk`, `wheelchair`, `bike`: null means "
        "passable. `verified`: seen on site. Where one column holds the hours (06:00-23:00), map both `from_s` and "
        "`to_s` to it.",
    ),
    "buildings": Text(
        "人口只落到 `residential`。`area` 为区域的编号或名称，空则按位置判断。",
        "People are shared out to `residential` ones only. `area`: id or name of the area; where empty, its place decides.",
    ),
    "turns": Text(
        "机动车的转向限制，分配与行车时间都遵守；步行、轮椅、骑行不受限。`kind`：`no` 禁止该转向；`only` 只许该转向（从 "
        "`from_street` 到该节点的其他去向，含掉头，一律禁止；若 `to_street` 已封闭则不起作用）；`delay` 该转向多花 `delay_s` "
        "秒，同一转向给了几行的取最长。未列出的转向自由，掉头亦然。途中出发或到达的，在路口照样受限。",
        "Turns of cars, obeyed by assignment and by driving times; walking, wheelchairs and bicycles are free of them. "
        "`kind`: `no` bans the turn; `only` bans every other way on from `from_street` at the node, a U-turn included "
        "(it says nothing while `to_street` is closed); `delay`: the turn takes `delay_s` seconds more, the longest "
        "where several rows name it. Turns not listed are free, U-turns too. Who starts or ends along a street "
        "turns at its junctions like everyone else.",
    ),
    "streets": Text(
        "`lanes_*` 为该方向机动车可用的车道数（含转向车道，不含公交专用道）。读 OSM 时取自 `lanes`、`lanes:forward`、"
        "`lanes:backward`：单行道的车道全归通行方向；双向道未分方向的平分（两个方向共用一条车道时各为 0.5）；扣除公交专用道"
        "（`lanes:psv`、`lanes:bus`、`bus:lanes`、`psv:lanes`、`busway`）。没有标注的为空，不作推测；通行能力、收费 OSM 不给出，"
        "一律为空。`capacity_*`、`lanes_*` 为空的，分配时按道路等级取值。",
        "`lanes_*` are the lanes cars may use in a direction (turn lanes included, bus lanes not). From "
        "OpenStreetMap they are read from `lanes`, `lanes:forward` and `lanes:backward`: all of a one-way street "
        "belong to its direction; a total without a split is shared equally (one lane used both ways is half a "
        "lane each); bus lanes (`lanes:psv`, `lanes:bus`, `bus:lanes`, `psv:lanes`, `busway`) are taken off. What "
        "is not tagged is null, never guessed; capacities and tolls are not in OpenStreetMap and stay null. An "
        "assignment takes what is null from the class of the street.",
    ),
    "street_periods": Text(
        "某路段某方向在一日中一段时间内的规定：车速与通行能力的系数、另加的通行费；`speed_factor` 为 0 表示该时段禁止机动车。"
        "同一路段同一方向的时段不得重叠；跨零点的分两行。",
        "What holds on a street in one direction for part of the day: factors on speed and capacity, and a charge on "
        "top of the toll; `speed_factor` 0 closes it to cars then. Periods of a street in one direction may not "
        "overlap; one over midnight is two rows.",
    ),
    "on_demand": Text(
        "需求响应服务：车辆在面内接送。`wait_s` 为从提出到上车的平均等候；`serves`：门到门、接驳站点或两者；`price` 为每次票价，"
        "空为不明（按预算测算时必填）。用法见 [on_demand_zone](modifications/on_demand_zone.md)。",
        "Services on demand: vehicles take people about inside the polygon. `wait_s` is the mean from request to pick-up; "
        "`serves`: from door to door, between doors and stops, or both; `price` per ride, null = not known (needed with a "
        "budget). See [on_demand_zone](modifications/on_demand_zone.md).",
    ),
    "fares": Text(
        "票种：`price` 为每次上车票价，`unlimited` 为同一票种内换乘免费，`same_route` 为优惠也适用于刚下车的同一线路。"
        "给出预算时，每条运行的线路须在 `fare_routes` 中有票种。",
        "Fare classes: `price` per boarding; `unlimited`: changes within the class are free; `same_route`: discounts hold on "
        "the route just left, too. With a budget, every route that runs has its class in `fare_routes`.",
    ),
    "fare_transfers": Text(
        "`price` 为前后两程合计，不低于前程、不高于分别购票之和；`within_s` 为两次上车的最长间隔，空为不限。",
        "`price` is that of both rides together, no less than the first and no more than both alone; `within_s` is the longest "
        "time from the one boarding to the next, null = any.",
    ),
    "fare_system": Text(
        "一行：每次出行最多享受的换乘优惠次数、封顶票价（空为不封顶）、货币。",
        "One row: the most discounted changes of a trip, the most a trip costs (null = no cap), the currency.",
    ),
    "parcels": Text(
        "`use` 为用地分类代码（GB 50137），`far` 为容积率；各用途的建筑面积在 `parcel_floors`。",
        "`use` is the class of GB 50137, `far` the floor area ratio; floor area by use is in `parcel_floors`.",
    ),
    "prices": Text(
        "`item` 为项目（房租、停车……），`per` 为计价单位；分区与设施都为空即全市。",
        "`item` is what is paid for (rent, parking …), `per` the unit; without zone and place it holds in the whole city.",
    ),
    "standard_versions": Text(
        "以哪一版标准为准；编号原样记录。",
        "Which version of a standard holds; numbers are kept as written.",
    ),
    "flows": Text(
        "`car`、`truck` 的数量为车辆数，其余为人次。",
        "`count` is vehicles for `car` and `truck`, people for the others.",
    ),
    "counts": Text(
        "`links`：路段或断面计数，路段列于 `count_links`（断面含多个路段时为其合计）；`entries`、`exits`：站点进、出站人数。"
        "`sd` 为标准差，空则按假设取值。",
        "`links`: counted on the streets listed in `count_links` (their sum, for a screen line); `entries`, `exits`: "
        "people entering or leaving at a stop. `sd`: standard deviation; where null an assumption is used.",
    ),
}


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of layers."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    overview = table(
        (t("图层", "layer"), "id", t("系统", "system"), t("层次", "scale"), t("表", "tables")),
        [
            (
                layer.title.get(lang),
                code(layer.name),
                SYSTEMS[layer.system].get(lang),
                SCALES[layer.scale].get(lang),
                ", ".join(f"[{n}](#{n})" for n in tables_of(layer.name))
                or t("栅格（GeoTIFF，米）", "raster (GeoTIFF, metres)"),
            )
            for layer in LAYERS
        ],
    )
    parts = [INTRO.get(lang), overview]
    for contract in CONTRACTS:
        geometry = ", ".join(contract.geometry) or t("无", "none")
        key = ", ".join(code(k) for k in contract.key)
        parts += [
            f"## {contract.name}",
            t(f"主键 {key}；几何：{geometry}。", f"Key {key}; geometry: {geometry}."),
            NOTES[contract.name].get(lang) if contract.name in NOTES else "",
            table(
                (
                    t("列", "column"),
                    t("类型", "kind"),
                    t("单位", "unit"),
                    t("必备", "required"),
                    t("取值", "values"),
                ),
                [_column(c, lang) for c in contract.columns],
            ),
        ]
    return {
        "reference/layers.md": page(t("图层与数据约定", "Layers and contracts"), *parts, lang=lang)
    }


def _column(column: Column, lang: Lang) -> tuple[str, ...]:
    required = Text("是", "yes") if column.required else Text("可缺、可空", "no, nullable")
    return (
        code(column.name),
        KINDS[column.kind].get(lang),
        unit_name(column.unit, lang),
        required.get(lang),
        _values(column, lang),
    )


def _values(column: Column, lang: Lang) -> str:
    said = []
    if column.refers:
        key = BY_NAME[column.refers].key[0]
        said.append(f"→ [{column.refers}](#{column.refers}).{key}")
    if column.allowed:
        said.append(", ".join(code(v) for v in column.allowed))
    if column.low is not None and column.high is not None:
        said.append(f"{column.low:g} … {column.high:g}")
    elif column.low is not None:
        said.append(f"≥ {column.low:g}")
    if column.allowed == (0, 1, 2, 3):
        said.append(Text("1 顺几何方向，2 逆向，3 双向，0 不可通行",
                         "1 along the geometry, 2 against it, 3 both, 0 closed").get(lang))  # fmt: skip
    if column.name == "direction" and column.allowed == (1, 2):
        said.append(Text("1 顺几何方向，2 逆向", "1 along the geometry, 2 against it").get(lang))
    return "; ".join(said)
