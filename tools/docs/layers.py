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
    "buildings": Text(
        "人口只落到 `residential`。`area` 为区域的编号或名称，空则按位置判断。",
        "People are shared out to `residential` ones only. `area`: id or name of the area; where empty, its place decides.",
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
