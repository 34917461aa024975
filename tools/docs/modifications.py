"""Write one page per modification: what it does, its fields, an example that runs on the town."""

import inspect
import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from tools.docs.fields import fields_table
from tools.docs.markdown import code, fence, page

from chengce.core.text import Lang, Text
from chengce.models.modifications import MODIFICATIONS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "town"
WORDS = {
    "fields": Text("字段", "Fields"),
    "part": Text("其中 `{name}`", "Where `{name}` is"),
    "example": Text("示例", "Example"),
    "example_note": Text(
        "用于内置小镇 `chengce demo` 的完整方案文件（`examples/town/{name}.yaml`），随测试运行。",
        "A whole scenario for the town of `chengce demo` (`examples/town/{name}.yaml`); the tests run it.",
    ),
}


def kind_of(model: type) -> str:
    """Return the `type` a scenario file writes."""
    assert issubclass(model, BaseModel)
    return str(model.model_fields["type"].default)


def title_of(model: type, lang: Lang) -> str:
    """Return the title from the docstring's first line, "English 中文."."""
    first = (inspect.getdoc(model) or "").splitlines()[0].rstrip(".")
    match = re.match(r"(?P<en>[\x00-\x7f]+?)\s+(?P<zh>[^\x00-\x7f].*)", first)
    assert match is not None, f"{model.__name__}: the docstring opens with English 中文"
    return match[lang]


def pages(lang: Lang) -> dict[str, str]:
    """Return the pages of all modifications."""
    return {f"reference/modifications/{kind_of(m)}.md": _page(m, lang) for m in MODIFICATIONS}


def _page(model: type, lang: Lang) -> str:
    assert issubclass(model, BaseModel)
    name = kind_of(model)
    rest = "\n".join((inspect.getdoc(model) or "").splitlines()[1:]).strip()
    parts = []
    for nested in _nested(model):
        parts += [
            f"### {WORDS['part'].format(name=nested.__name__).get(lang)}",
            fields_table(nested, lang),
        ]
    example = (EXAMPLES / f"{name}.yaml").read_text("utf-8")
    return page(
        f"{title_of(model, lang)} `{name}`",
        NOTES[name].get(lang) if name in NOTES else rest if lang == "en" else "",
        f"## {WORDS['fields'].get(lang)}",
        f"{code('type')}: {code(name)}",
        fields_table(model, lang, leave_out=("type",)),
        *parts,
        f"## {WORDS['example'].get(lang)}",
        WORDS["example_note"].format(name=name).get(lang),
        fence(example, "yaml"),
        lang=lang,
    )


def _nested(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []

    def look(annotation: Any) -> None:
        if (
            isinstance(annotation, type)
            and issubclass(annotation, BaseModel)
            and annotation not in found
        ):
            found.append(annotation)
        for inner in get_args(annotation):
            look(inner)

    for field in model.model_fields.values():
        look(field.annotation)
    return found


_CHOICE = Text(
    "`streets`（路段编号）、`way`（整条 OSM 道路）、`polygon`（中点在内的机动车道路）三选一。",
    "Give one of `streets` (segment ids), `way` (an OSM way) and `polygon` (streets open to cars whose midpoint "
    "lies inside).",
)
# What the docstrings say at length, in both languages
NOTES = {
    "add_line": Text(
        "`stops` 与 `polyline` 二选一：给站点编号或新站坐标，或给线位由程序按站距布站。站间运行时间＝距离÷站间运行速度，"
        "向上取整到秒，中间站另加停站时间；距离沿线位量算，未给线位时按站间直线。新站与路网的连接由程序补充，"
        "已有连接不变。发车按固定相位展开，见[概念](../../concepts.md)。",
        "Give either `stops` (ids of stops, or new ones with coordinates) or `polyline` with automatic "
        "stops. Running time between stops is distance / speed, rounded up to seconds, plus the dwell at "
        "each stop between the ends; distance is along the polyline, or straight from stop to stop. "
        "Connectors to the streets are added for new stops; existing ones stay. Headways run at a fixed "
        "phase, see [concepts](../../concepts.md).",
    ),
    "change_headway": Text(
        "在每个时段内，该线路每个方向、每类运营日的班次改为按间隔发车；各停站模式保持原有班次占比，运行时间取该模式"
        "的中位班次。时段以外不变；某类运营日在时段内原本无班次的，仍无班次。",
        "Within each period the departures of the route, by direction and service, are replaced by one "
        "vehicle per headway. A stop pattern keeps its share of the departures and the running times of "
        "its median trip. Outside the periods nothing changes; a service without departures in a period "
        "gets none.",
    ),
    "convert_to_frequency": Text(
        "该线路的**全部班次**由按间隔发车取代，所列时段以外不再运行（只改个别时段请用 `change_headway`）。每个方向、每类运营日、"
        "每种停站模式保持全天班次占比，运行时间取该模式的中位班次。发车按固定相位展开，见[概念](../../concepts.md)。",
        "**All trips** of the route are replaced by headways, and it runs no more outside the periods (to change "
        "some periods only, use `change_headway`). Each direction, service and stop pattern keeps its share of the "
        "day's departures and the running times of its median trip. Headways run at a fixed phase, see "
        "[concepts](../../concepts.md).",
    ),
    "remove_trips": Text(
        "首站发车时刻在 `hours` 内的班次停运；按间隔运行的线路，该时段内不发车，其余时刻照旧。给出 `dates` 则只在这些日期停运。",
        "Departures from the first stop at the `hours` do not run; a route by headway leaves out that time and "
        "goes on as before otherwise. With `dates`, this holds on those dates only.",
    ),
    "reroute": Text(
        "依次停靠 `from_stop`、`to_stop` 的班次，两站之间改停 `via`；`run_s` 与 `speed_kmh` 二选一。首站发车时刻不变，其后各站按"
        "差值顺延。回程通常停靠对侧站点，请另写一项。站间走向只用于绘图：从站到站画直线，不随道路。新站是否可上下轮椅不详。",
        "Vehicles that call at `from_stop` and then at `to_stop` call at `via` between them; give either `run_s` or "
        "`speed_kmh`. They leave their first stop when they did, and what follows moves by the difference. The way "
        "back usually calls at other stops: write it as a modification of its own. The alignment is for drawing "
        "only: straight from stop to stop. Whether wheelchairs board at new stops is unknown.",
    ),
    "change_running_time": Text(
        "`speed_factor` 与 `add_s` 二选一；省略起讫站即全线。只改站间运行时间，停站时间不变；首站发车时刻不变，其后各站按差值顺延。"
        "`add_s` 按现状运行时间比例分摊到各段，合计精确到秒。`hours` 按首站发车时刻计；按间隔运行的线路在该时段拆出，发车时刻不变。",
        "Give either `speed_factor` or `add_s`; without stops the whole line is meant. Times between stops change, "
        "dwells stay; vehicles leave their first stop when they did and what follows moves by the difference. "
        "`add_s` is shared out in proportion to today's running times, exact in sum. `hours` are those of the "
        "departure from the first stop; a route by headway is parted there, and leaves when it did.",
    ),
    "change_dwell": Text(
        "`dwell_s`（新停站时间）与 `add_s`（增减秒数）二选一；首末站没有停站时间。站间运行时间不变，其后各站按差值顺延。",
        "Give either `dwell_s`, the new dwell, or `add_s`. There is none at the first and the last stop. Times "
        "between stops stay; what follows moves by the difference.",
    ),
    "add_street": Text(
        "两端各与最近的、新路全部使用者都能通行的道路衔接（`snap_m` 以内）：距该路端点 5 米以内接其端点，否则在最近处断开该路并设"
        "节点；也可用 `from_node`、`to_node` 指定节点。衔接段计入长度。中途与其他道路相交处按立体交叉处理；需要平交时请分段新建。"
        "被断开的道路分为 `原编号~新路.端:1`、`:2` 两段，长度、自由流时间和收费按比例分摊。",
        "Each end joins the nearest street that all who use the new one may use, within `snap_m`: at the end of "
        "that street if it is within 5 m, else the street is cut at the nearest point; or name nodes. The gap "
        "counts as part of the new street. Other streets it crosses are passed over or under: to meet them, build "
        "it in pieces. A street that is cut becomes `id~new.end:1` and `:2`; length, free-flow time and tolls are "
        "parted in proportion.",
    ),
    "change_street": Text(
        "`streets` 与 `way` 二选一，属性至少给一项。`wheelchair_state` 为 yes 或 limited 时，凡可步行处轮椅即可通行，为 no 时不可通行；"
        "不能步行处轮椅也不能通行。路面、宽度、坡度只记录，**不直接改变通行时间**：坡度对步行的影响取自高程，车道请用 `change_lanes`。",
        "Give either `streets` or `way`, and at least one attribute. A `wheelchair_state` of yes or limited opens "
        "the street to wheelchairs wherever one may walk, no closes it; where one may not walk, no wheelchair "
        "passes. Surface, width and incline are recorded and **change no travel time by themselves**: slopes are "
        "taken from the elevation, lanes are changed with `change_lanes`.",
    ),
    "change_facility": Text(
        "`capacity`、`hours`、`kind` 至少给一项，其余不变。开放时间按 OpenStreetMap 的写法原样记录；目前的指标不按开放时间计算。",
        "Give `capacity`, `hours` or `kind`; the rest stays. Hours are recorded as written, the way OpenStreetMap "
        "writes them; no indicator takes them into account yet.",
    ),
    "close_stop": Text(
        "车辆通过不停。停站不足两次的班次取消。",
        "Vehicles pass without stopping. Trips left with fewer than two calls end.",
    ),
    "close_street": Text(
        "`streets` 与 `way` 二选一。封闭的是通行；沿街住户仍可到达自家门口。涉及的转向限制、分时段规定和计数一并删除。",
        "Give either `streets` or `way`. What closes is passage: people who live on the street still "
        "reach their doors. Turn restrictions, hours and counts that refer to it go with it.",
    ),
    "change_lanes": Text(
        f"{_CHOICE.zh}若城市给出了通行能力，则随车道数同比增减（也可另给 `capacity`）；未给出的，分配时由车道数推算。"
        "有通行能力而车道数不明的路段须另给 `capacity`。步行、骑行与公交不受影响。",
        f"{_CHOICE.en} Capacity, where the city states it, goes up or down with the lanes, or is what "
        "`capacity` says; where it does not, it follows from the lanes when traffic is assigned. A street "
        "with a stated capacity and unknown lanes needs `capacity`. Walking, cycling and buses stay as they are.",
    ),
    "add_bus_lane": Text(
        f"{_CHOICE.zh}所选每个方向从机动车中划出一条车道：全天则车道数减一、通行能力同比下降；给出 `hours` 则只在该时段"
        "按比例降低通行能力。须知车道数，且至少给机动车留有车道。**公交运行时间不随之改变**：专用道为公交节省的时间"
        "不在计算之内。",
        f"{_CHOICE.en} One lane of each direction chosen is taken from cars: for good, the lanes are one "
        "fewer and the capacity goes down with them; at certain `hours`, the capacity goes down by its share. "
        "The lanes must be known and one must be left for cars. **Running times of buses do not change**: what "
        "the lane saves them is not computed.",
    ),
    "set_one_way": Text(
        f"{_CHOICE.zh}`along`、`against` 指路段几何（OSM 道路）的方向；与 `polygon` 同用时只能取 `both`。默认只针对机动车，"
        "`profiles` 可加上自行车；步行不受影响。车道不重新划分：被关闭方向的车道空置，需要时另用 `change_lanes`。"
        "被关闭方向的分时段规定与机动车计数一并删除。",
        f"{_CHOICE.en} `along` and `against` go by the geometry of the street (of the OSM way); with `polygon` "
        "only `both` is possible. It holds for cars, and for bicycles if `profiles` says so; walking stays. "
        "Lanes are not moved: those of the closed direction stand empty unless `change_lanes` gives them away. "
        "Hours and counts of cars in the closed direction go with it.",
    ),
    "modal_filter": Text(
        f"{_CHOICE.zh}机动车不得通行，步行、骑行与公交照常；给出 `hours` 则只在该时段禁行（如上学时段）。",
        f"{_CHOICE.en} Cars may not pass; walking, cycling and buses go on. With `hours` it holds at that time "
        "of day only, as on a school street.",
    ),
    "charge_road": Text(
        f"{_CHOICE.zh}`price` 对所选每个路段各收一次：一条道路含多个路段时，请只选其中一段，或用 `price_per_km` 按里程收费。"
        "`cordon: true` 时只对驶入多边形者收费，即起点在外、终点在内的路段方向；首末点都在外的路段不收。收费与已有通行费"
        "相加。货币单位为本市货币。",
        f"{_CHOICE.en} `price` is paid on every segment chosen: of a road of several segments choose one, or "
        "charge by distance with `price_per_km`. With `cordon: true` it is paid on the way into the polygon "
        "only: where the first point of a street in its direction lies outside and the last one inside; a street "
        "that begins and ends outside is free. Charges add to tolls there are. Money is that of the city.",
    ),
    "work_zone": Text(
        f"{_CHOICE.zh}`lanes_closed` 按比例降低通行能力，须知车道数；不明时改给 `capacity_factor`。`speed_kmh` 只会降速，"
        "不会提速。以分时段规定记录（未给 `hours` 即全天），与其他措施叠加。需要整条封闭时用 `modal_filter` 或 `close_street`。",
        f"{_CHOICE.en} `lanes_closed` takes its share of the capacity, and needs known lanes; where they are "
        "unknown give `capacity_factor`. `speed_kmh` slows, and never speeds up. It is kept with the hours of "
        "the streets (all day without `hours`) and adds to other measures. To close a street use "
        "`modal_filter` or `close_street`.",
    ),
    "change_speed_limit": Text(
        f"{_CHOICE.zh}限速即空驶时的车速；用 `polygon` 时，本已更慢的路段不变。已给出自由流时间的路段按车速比例折算；给出 `hours` 时按现有车速的比例记录，故须知"
        "现有车速。",
        f"{_CHOICE.en} The limit is the speed of cars on the empty street; with `polygon`, streets that are slower already stay so. A stated free-flow time is scaled "
        "with it. With `hours` it is kept as a factor on today's speed, which must be known.",
    ),
    "congestion_polygon": Text(
        f"{_CHOICE.zh}这是对某一区域交通状况的**假设**而非措施：时段内车速（及可选的通行能力）乘以系数，与其他措施叠加。",
        f"{_CHOICE.en} This is an **assumption** about the traffic of an area rather than a measure: at the "
        "hours given, speeds (and capacities, if wished) are multiplied, on top of other measures.",
    ),
    "change_flows": Text(
        "这是外生**假设**：所选方式、目的、起讫分区的出行量乘以系数，不重新分布，也没有模型为其背书。多项相遇时系数相乘。",
        "This is an outside **assumption**: trips of the modes, purposes and zones chosen are multiplied; "
        "nothing is re-distributed and no model says that it will happen. Factors that meet multiply.",
    ),
    "change_jobs": Text(
        "在所列每个分区增减同样数量的某类岗位；不能减到 0 以下。",
        "Adds the same number of jobs of a kind in each zone listed; none can end below 0.",
    ),
    "change_people": Text(
        "在所列每个分区增减同样数量的居民。各维度（年龄、收入……）的分组仍合计为该分区人口：默认按该分区现有构成增减"
        "（尚无人居住的分区按全市构成），`shares` 可为某一维度另行规定。出行量与岗位不随之改变。",
        "Adds the same number of people in each zone listed. In every dimension (age, income …) groups still "
        "add up to the zone's people: newcomers are made up as the zone's people are (as the city's where nobody "
        "lives yet), unless `shares` says otherwise for a dimension. Trips and jobs do not follow.",
    ),
    "add_facility": Text(
        "`kind` 须为[设施类别表](../place-kinds.md)中的编号，或城市已有的类别。",
        "`kind` is one of the [kinds of place](../place-kinds.md), or a kind the city has already.",
    ),
    "close_facility": Text(
        "设施从数据中移除；同一地点的其他设施不受影响。",
        "The place is removed; others at the same spot stay.",
    ),
}
