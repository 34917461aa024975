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
    "on_demand_zone": Text(
        "`polygon` 与 `zones` 二选一。车辆在服务区内门到门接送（`doors`），或在住处与区内站点之间接驳（`stops`），起讫点都须在区内。"
        "一次乘坐的时间＝平均等候＋沿机动车道路的最短距离（遵守转向限制；没有道路图层时取直线的 1.3 倍）÷平均车速，向上取整到秒；"
        "计一次乘车，不参与换乘优惠，两次公交之间不用它接驳。受理时段开始前到达的等到开始，结束后不受理。等候取所给均值，其波动不计入区间。",
        "Give either `polygon` or `zones`. Vehicles take people from door to door (`doors`), or between doors and stops "
        "(`stops`), both ends inside the area. A ride takes the mean wait, then the shortest way along streets open to "
        "cars (by allowed turns; straight × 1.3 without streets) at the mean speed, rounded up to seconds. It counts as "
        "a boarding, takes no part in discounts, and does not join two vehicles. Who asks before the hours waits until "
        "they begin; after them nobody is fetched. The wait is the mean given; how it varies is not in the intervals.",
    ),
    "fare_rule": Text(
        "设定**全部**票价，取代城市现有的 `fares`、`fare_routes`、`fare_transfers`、`fare_system`。票种按线路、制式或运营单位指定，"
        "都不写的票种收纳其余线路；每条线路恰属一个票种。`transfers` 写前后两程**合计**的票价，每次出行至多 `discounts` 次；`unlimited` 的票种"
        "内换乘不另收费，也不重新计时；`cap` 为封顶。优惠可以不用。票价只在问题给出 `budget`（每次出行票价上限）时起作用：超出的行程不计，"
        "结果与逐条枚举一致。现状没有票价时，请以设定了票价的方案作比较基准。",
        "Sets **all** fares, in place of the city's `fares`, `fare_routes`, `fare_transfers` and `fare_system`. A class "
        "names routes, modes or agencies; one that names none takes the routes left; each route is of exactly one. "
        "`transfers` give the price of two rides in a row **together**, at most `discounts` of them a trip; changes within "
        "a class that is `unlimited` are free and start no new hour; `cap` is the most a trip costs. A discount need not be "
        "taken. Fares matter where a question gives a `budget`, the most a trip may cost: dearer journeys are left out, "
        "exactly. Where the city has no fares today, compare with a scenario that sets them.",
    ),
    "floor_area": Text(
        "`floor_area_m2`、`add`、`factor` 三选一；城市没有该地块时用 `polygon` 画出。人口或岗位随面积变化量折算，按地块与各分区相交的面积分摊："
        "R 类按人均住宅建筑面积折成居民（构成同该分区现状），A、B、M、W 类按每岗位建筑面积折成岗位，其余用途只记录面积。"
        "折算密度见[假设](../assumptions.md)，须按当地数据核定；它取单一数值，其不确定性不计入区间。",
        "Give one of `floor_area_m2`, `add`, `factor`; draw the parcel with `polygon` if the city has none of that id. "
        "People or jobs follow the change of the area, shared out by where the parcel meets zones: class R becomes residents "
        "(made up as the zone's people are), classes A, B, M and W become jobs, other uses only record the area. The "
        "densities are [assumptions](../assumptions.md) to be replaced by local figures; they are single values, so "
        "that what is uncertain in them is not in the intervals.",
    ),
    "workforce": Text(
        "`count`、`add`、`factor` 三选一；用 `count` 可写入尚无记录的岗位。写入 `place_staff` 表，不改变设施的容量与开放时间；"
        "不读取人员数的问题会提示该方案没有影响。",
        "Give one of `count`, `add`, `factor`; `count` may state a role not known yet. It is kept in the table "
        "`place_staff` and changes neither capacity nor hours; a question that does not read staff says that the "
        "scenario has no effect.",
    ),
    "price": Text(
        "`value` 与 `factor` 二选一；`zones`、`places` 都不写即该项目的全部价格。城市没有的价格，同时给出 `value` 与 `per` 即新增。写入 `prices` 表；"
        "不读取价格的问题会提示该方案没有影响。道路收费用 `charge_road`，公交票价用 `fare_rule`。",
        "Give either `value` or `factor`; without `zones` and `places` all prices of the item are meant. A price the city "
        "lacks is added where `value` and `per` are given. Prices are kept in the table `prices`; a question that does "
        "not read them says that the scenario has no effect. Charges on roads are `charge_road`, fares `fare_rule`.",
    ),
    "standard_version": Text(
        "在 `standard_versions` 表中记下一项标准以哪一版为准，供按标准评判的计算读取；编号与版本原样记录，不核对是否存在。"
        "不按标准评判的问题会提示该方案没有影响。",
        "Records in the table `standard_versions` which version of a standard holds, for whatever judges by standards; number "
        "and version are kept as written and not looked up. A question that judges by none says that the scenario has "
        "no effect.",
    ),
    "close_stop": Text(
        "车辆通过不停。停站不足两次的班次取消。",
        "Vehicles pass without stopping. Trips left with fewer than two calls end.",
    ),
    "add_entrance": Text(
        "`stop` 写站点编号，或车站编号（则通往全部站台）。原先没有出入口资料的站点按站点位置进出，该位置保留为出入口 `站点编号.door`，"
        "新出入口是多一条路；要迁移出入口，再用 `close_entrance` 关闭 `.door`。",
        "`stop` is a stop, or a station with all its platforms. A stop without known entrances is entered at its own "
        "point; that stays as the entrance `STOP.door`, so that the new one is one more way in. To move an entrance, "
        "close `.door` with `close_entrance` too.",
    ),
    "close_entrance": Text(
        "站点仅有的出入口不能关闭：要停用车站，用 `close_stop`。",
        "The only entrance of a stop cannot be closed: to close the station, use `close_stop`.",
    ),
    "add_gate": Text(
        "大门须在小区围墙上，小区须已有已知大门（否则现状按最近道路点计，无从比较）。墙上该处没有道路穿过时，自动修一条小路，接到"
        "墙内与墙外最近的道路，两侧都须在 `snap_m` 以内；墙内没有道路的，各住处直线走到大门。只限业主的大门不让路过的人抄近路。"
        "见[大门与围墙](../../how-to/gates.md)。",
        "The gate stands in the wall of a compound some gate of which is known (else people there walk to the nearest "
        "street today, and nothing can be compared). Where no street passes the wall there, a path is built through "
        "it, to the nearest street inside and outside, both within `snap_m`; where there is none inside, people walk "
        "straight to the gate. A gate for residents is no short cut for others. See "
        "[gates and walls](../../how-to/gates.md).",
    ),
    "close_gate": Text(
        "大门仍在册，只是谁也不能步行或骑行通过。最后一个大门也关闭的小区不可达，并列入提示。",
        "The gate stays known, and nobody walks or rides through it. A compound that loses its last gate is not "
        "reached, which is said in a warning.",
    ),
    "open_through_path": Text(
        "`gates`（所连的两个大门，直线相连）与 `line`（从一侧道路到另一侧道路的完整线位）二选一。沿线的现有大门全天向所有人开放；"
        "穿墙处没有大门的，新开大门，编号为 `通道编号.1`、`.2` 等。只供步行。",
        "Give either `gates` (the two it joins, straight) or `line` (the whole way from a street on one side to a "
        "street on another). Gates of today on its way open to everyone all day; where it passes the wall at no gate, "
        "one is added, `ID.1`, `ID.2` and so on. It is for people on foot.",
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
    "set_turn": Text(
        "只管机动车，且只管这一路口由 `from_street` 驶入 `to_street` 的转向；两者相同即掉头。两路段只有一处相接时不必给 "
        "`via_node`。新规定取代该转向原有的规定：`banned` 禁行；`only` 只许这样走，其余去向连同掉头一律禁行，并取代原先指向其他"
        "去向的“只许”；`allowed` 与 `delayed` 只放开这一个转向，如原先另有“只许”规定将其排除，则该规定改为逐一禁止其余去向，"
        "并不顺带放开；`delayed` 的 `delay_s` 是该转向的全部延误，不与原有延误相加。“只许”所指的去向不能直接禁行，须先改指或放开其他去向。`only` 不能与放开"
        "同一路口、同一来向其他转向的改动并用。",
        "It holds for cars, and for the turn from `from_street` into `to_street` at that junction only; where both are the "
        "same, for a U-turn. Without `via_node` the streets must meet at one node. What is asked for takes the place of what "
        "was said of that turn. `only` bars every other way on, U-turns included, and lifts an earlier *only* of another way. "
        "`allowed` and `delayed` open just this turn: an *only* that barred it becomes bans of the other ways it barred. "
        "`delay_s` is all the delay of the turn, and is not added to an earlier one. The way an *only* "
        "names cannot be banned before another is named or opened. `only` does not go together with opening another turn from the same street at the same junction.",
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
