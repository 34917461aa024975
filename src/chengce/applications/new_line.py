"""Answer what public transport, and a new line, put within reach, door to door."""

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.application import Example, application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.errors import Problem
from chengce.core.finding import Finding, Metric
from chengce.core.groups import PROFILE_TITLES, TOTAL
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.engine.matrix import Points
from chengce.models.access import blend, mean_of_access, minutes_to_reach, reached_within
from chengce.models.edges import near_edge
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.headway_waits import headway_waits
from chengce.models.network_report import left_out, off_network
from chengce.models.opportunities import Opportunities, jobs, places, zone_points
from chengce.models.place_titles import place_title
from chengce.models.population import Population, population
from chengce.models.ride_notes import ride_notes
from chengce.models.timetable_gaps import timetable_gaps
from chengce.models.travel import DoorTimes, door_cost, door_times
from chengce.models.trips import TripParams, service_date
from chengce.models.wheelchair_report import wheelchair_unknown

Floats = NDArray[np.float64]


class NewLineParams(TripParams):
    """What is asked of door-to-door access."""

    cutoffs_min: tuple[int, ...] = Field(
        (30, 45, 60), description="Door-to-door limits, min / 门到门时限（分钟）", min_length=1
    )
    destinations: tuple[str, ...] = Field(
        (),
        description="Kinds of place besides jobs; empty: school, clinic, hospital, healthcare"
        " where present / 岗位以外的设施类别；留空为中小学、社区卫生服务和医院（若有）",
    )
    measure: Literal["access_of_percentile", "mean_of_access"] = Field(
        "access_of_percentile",
        description="Count within the percentile of the trip, or average the count over 20 departures"
        " / 按出行时间百分位计数，或对 20 个出发时刻的计数取平均",
    )
    jobs_share: float = Field(
        0.25, gt=0, le=1, description="Share of the city's jobs whose time is asked / 岗位占比"
    )
    nearest: int = Field(
        1, ge=1, le=50, description="Minutes to the k-th nearest place / 到第几近的设施的时间"
    )
    dimension: str = Field(TOTAL, description="Dimension of people's groups / 人群维度")

    @field_validator("cutoffs_min")
    @classmethod
    def _ordered(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if min(value) <= 0:
            raise Wrong(Text("时限须大于 0", "cutoffs must be more than 0"))
        return tuple(sorted(set(value)))


OTHER_BOUND = Text(
    "另以 wheelchair_unknown: use 与 avoid 各算一次即得上下界；实地核查后补上轮椅通行状况",
    "ask with wheelchair_unknown: use and with avoid for the two bounds; survey what is unknown",
)
DEFAULT_KINDS = ("school", "clinic", "hospital", "healthcare")


CELL_S = 2.5e-9  # seconds per draw and pair of zone and destination and metric, measured


def _cost(city: City, params: NewLineParams, context: Context) -> Cost:
    people = population(city, params.dimension, replace(context, draws=1))
    kinds = params.destinations or _present(city)
    one = replace(context, draws=1)
    work = jobs(city, one)
    ends = _destinations(work, places(city, kinds, one) if kinds else None)
    params = params.model_copy(update={"date": service_date(city, params)})
    matrix = door_cost(
        city, people.profiles, Points(*zone_points(city)), ends, params=params, context=context
    )
    metrics = (1 + len(kinds)) * (1 + len(params.cutoffs_min))
    cells = context.draws * len(people.zones) * len(people.groups) * metrics
    pairs = context.draws * len(people.zones) * len(ends) * metrics * len(people.profiles)
    return matrix + Cost(CELL_S * pairs / context.runner.workers, 4.0 * 8 * cells)


def _example() -> City:
    city = ascii_city(
        "A-----B",
        block_m=1300.0,
        people={"A": 100},
        jobs={"B": 50},
        places={"B": ["hospital"]},
        lines=[Line("L1", "AB", headway_s=600, run_s=900, first_s=6 * 3600, last_s=9 * 3600)],
    )
    return certain(city)


@application(
    title=Text("新线门到门可达", "A new line, door to door"),
    question=Text(
        "有了这条线，谁的门到门时间缩短，能到达的岗位、学校和医疗设施多了多少？",
        "With this line, whose door-to-door time falls, and how many more jobs, schools and "
        "healthcare places come within reach?",
    ),
    needs=("zones", "people", "streets", "transit"),
    params=NewLineParams,
    example=Example(
        city=_example,
        params={"cutoffs_min": [30], "window_min": 60, "jobs_share": 1.0, "max_trip_min": 60},
        # trains every 10 min, 15 min run, stops at the doors; leaving at any minute one waits 0 … 9
        # min: 15 … 24 min, the median (nearest rank, 30th of 60) is 19 min
        metrics={"jobs_30": 50.0, "minutes_jobs": 19.0, "minutes_hospital": 19.0},
        explanation=Text(
            "每 10 分钟一班、运行 15 分钟，站在门口：等候 0–9 分钟，第 50 百分位为 15＋4＝19 分钟",
            "every 10 min, 15 min run, stops at the door: waits of 0 to 9 min, so the 50th "
            "percentile is 15 + 4 = 19 min",
        ),
    ),
    cost=_cost,
    caveats=(
        Text(
            "方案比选测算，不替代工可客流预测",
            "for comparing proposals; it does not replace a ridership forecast",
        ),
        Text(
            "按时刻表运行，不含晚点、拥挤和票价；按频率运营的线路以固定相位展开",
            "vehicles run to timetable: no delay, crowding or fare; services given by frequency run "
            "at a fixed phase",
        ),
        Text(
            "同一分区内的岗位按 0 分钟计；数据范围外的岗位和设施不计",
            "jobs in one's own zone count as 0 minutes away; what lies beyond the data is not counted",
        ),
    ),
)
def new_line(city: City, params: NewLineParams, context: Context) -> Finding:
    """Return, by zone and group, what door-to-door trips put within reach."""
    people = population(city, params.dimension, context)
    work = jobs(city, context)
    kinds = params.destinations or _present(city)
    params = params.model_copy(update={"destinations": kinds})
    others = places(city, kinds, context) if kinds else None
    params = params.model_copy(update={"date": service_date(city, params)})
    counted = params.cutoffs_min if params.measure == "mean_of_access" else ()
    zones = zone_points(city)
    origins = Points(*zones)
    ends = _destinations(work, others)
    values: dict[str, dict[str, Floats]] = {}
    spread: dict[str, Floats] = {}
    by_headway, waits = headway_waits(city, params)
    warnings = timetable_gaps(city, params) + by_headway
    errors: dict[str, float] = {}
    missing: list[Text] = []
    for profile in people.profiles:
        times = door_times(
            city, profile, origins, ends, params=params, context=context, cutoffs_min=counted
        )
        for metric, value in _measure(times, work, others, params, context).items():
            values.setdefault(metric, {})[profile] = value
        errors[profile] = times.error_min
        if profile == people.profiles[0]:
            missing = left_out(people, times.unsnapped)
            warnings += _off_network(times, city.assumptions["snap_limit"].value)
            if params.nearest == 1:
                spread = _spread(times, others, kinds, len(work.ids))
    warnings += _gates(city, params, zones, others, people)
    warnings += wheelchair_unknown(city, people, params.wheelchair_unknown, OTHER_BOUND, rides=True)
    metrics = _metrics(params, kinds, bool(work.counts.any()))
    walk_m = (
        params.max_walk_min
        * 60.0
        * max(city.assumptions[f"walk_speed_{p}"].high for p in people.profiles)
    )
    return Finding(
        application="new_line",
        dimension=people.dimension,
        groups=people.groups,
        metrics=metrics,
        places=people.zones,
        people=people.counts,
        values={m.id: blend(values[m.id], people, cap=m.cap) for m in metrics},
        sources=("assumption", "sampling"),
        spread=spread,
        spread_percentiles=(25, 50, 75),
        at_edge=near_edge(city, *zones, reach_m=walk_m),
        warnings=tuple(warnings),
        notes=(*_notes(params, errors), *ride_notes(city, params), *waits, *missing),
    )


def _present(city: City) -> tuple[str, ...]:
    have = set(city.table("places")["kind"].astype(str))
    return tuple(k for k in DEFAULT_KINDS if k in have)


def _destinations(work: Opportunities, others: Opportunities | None) -> Points:
    if others is None:
        return Points(work.ids, work.lon, work.lat)
    return Points(
        (*(f"zone:{i}" for i in work.ids), *(f"place:{i}" for i in others.ids)),
        np.concatenate([work.lon, others.lon]),
        np.concatenate([work.lat, others.lat]),
    )


def _measure(
    times: DoorTimes,
    work: Opportunities,
    others: Opportunities | None,
    params: NewLineParams,
    context: Context,
) -> dict[str, Floats]:
    """Return every metric for one walking profile, (draws, zones); NaN off the network."""
    off = _off(times, work)
    found: dict[str, Floats] = {}

    def put(metric: str, value: Floats) -> None:
        value[:, off] = np.nan
        found[metric] = value

    def within(columns: NDArray[np.int64], amount: Floats, cutoff: int) -> Floats:
        if params.measure == "mean_of_access":
            number = params.cutoffs_min.index(cutoff)
            return mean_of_access(times, number, columns, amount, context)
        return reached_within(times, columns, amount, cutoff, context)

    zones = np.arange(len(work.ids), dtype=np.int64)
    if work.counts.any():
        for cutoff in params.cutoffs_min:
            put(f"jobs_{cutoff}", within(zones, work.counts, cutoff))
        put("minutes_jobs", _time_to_share(times, zones, work.counts, params.jobs_share, context))
    for kind in params.destinations if others is not None else ():
        assert others is not None
        chosen = np.array([k == kind for k in others.kinds])
        columns = np.flatnonzero(chosen).astype(np.int64) + len(work.ids)
        amount = np.ascontiguousarray(others.counts[:, chosen])
        for cutoff in params.cutoffs_min:
            put(f"{kind}_{cutoff}", within(columns, amount, cutoff))
        put(f"minutes_{kind}", minutes_to_reach(times, columns, amount, params.nearest, context))
    return found


def _gates(
    city: City, params: NewLineParams, zones: tuple[tuple[str, ...], Floats, Floats],
    others: Opportunities | None, people: Population,
) -> list[Problem]:  # fmt: skip
    """Warn of gates that are not known, not open through the window, or not verified."""
    points = [Located(Text("分区", "zones"), *zones)]
    if others is not None:
        points.append(Located(Text("设施", "places"), others.ids, others.lon, others.lat))
    return gate_warnings(city, points, window=params.window_s, people=people)


def _off_network(times: DoorTimes, limit_m: float) -> list[Problem]:
    """Warn of zones, places and stops that nobody reaches because no street is near."""
    places = [
        (name.removeprefix("place:"), m)
        for name, m in times.unsnapped_ends
        if name.startswith("place:")
    ]
    return [
        *off_network(Text("分区", "zones"), times.unsnapped, limit_m),
        *off_network(Text("设施", "places"), places, limit_m),
        *off_network(Text("站点", "stops"), times.unsnapped_stops, limit_m),
    ]


def _off(times: DoorTimes, work: Opportunities) -> NDArray[np.bool_]:
    gone = {name for name, _ in times.unsnapped}
    return np.array([i in gone for i in work.ids])


def _time_to_share(
    times: DoorTimes, zones: NDArray[np.int64], counts: Floats, share: float, context: Context
) -> Floats:
    """Return minutes to reach a share of all jobs: counts are scaled so that the target is 1."""
    target = counts.sum(axis=1, keepdims=True) * share
    scaled = counts / np.where(target > 0, target, np.inf)
    # a hair below 1 so that asking for all jobs is not lost to rounding
    return minutes_to_reach(times, zones, scaled * 2.0, 2.0 - 1e-9, context)


def _spread(
    times: DoorTimes, others: Opportunities | None, kinds: tuple[str, ...], zones: int
) -> dict[str, Floats]:
    """Return minutes to the nearest mapped place at the central speed, by departure percentile."""
    if others is None:
        return {}
    found = {}
    for kind in kinds:
        columns = np.flatnonzero([k == kind for k in others.kinds]) + zones
        nearest = times.spread[:, :, columns].min(axis=2).astype(np.float64)
        found[f"minutes_{kind}"] = np.where(nearest >= 2**30, np.inf, nearest / 60.0)
    return found


def _metrics(params: NewLineParams, kinds: tuple[str, ...], has_jobs: bool) -> tuple[Metric, ...]:
    longest = float(params.max_trip_min)
    counted = (
        Text(
            f"出发时段内第 {params.percentile} 百分位",
            f"percentile {params.percentile} of the trip over departures",
        )
        if params.measure == "access_of_percentile"
        else Text("对 20 个出发时刻取平均", "averaged over 20 departures")
    )
    metrics: list[Metric] = []
    titles = [("jobs", Text("岗位", "jobs"), "jobs")] if has_jobs else []
    titles += [(k, place_title(k), "places") for k in kinds]
    for name, title, unit in titles:
        for cutoff in params.cutoffs_min:
            metrics.append(
                Metric(
                    f"{name}_{cutoff}",
                    Text(f"{cutoff} 分钟内可达的{title.zh}", f"{title.en} within {cutoff} min"),
                    unit,
                    "more",
                    Text(
                        f"门到门 {cutoff} 分钟（{counted.zh}）可达的{title.zh}数量，按人平均",
                        f"{title.en} within {cutoff} min door to door ({counted.en}), averaged over people",
                    ),
                )
            )
        what = (
            Text(
                f"全市 {params.jobs_share:.0%} 岗位", f"{params.jobs_share:.0%} of the city's jobs"
            )
            if name == "jobs"
            else _nearest(params.nearest, title)
        )
        metrics.append(
            Metric(
                f"minutes_{name}",
                Text(f"到{what.zh}的门到门时间", f"door-to-door time to {what.en}"),
                "min",
                "less",
                Text(
                    f"按人平均；{longest:g} 分钟内到不了的按 {longest:g} 分钟计入平均（限制均值），图上标“不可达”",
                    f"averaged over people; where it takes more than {longest:g} min, {longest:g} min "
                    "enters the mean (restricted mean) and the map says not reached",
                ),
                cap=longest,
                threshold=1.0,
                threshold_share=0.0,
            )
        )
    return tuple(metrics)


def _nearest(k: int, title: Text) -> Text:
    if k == 1:
        return Text(f"最近的{title.zh}", f"the nearest {title.en}")
    ending = {1: "st", 2: "nd", 3: "rd"}.get(k % 10 if k // 10 != 1 else 0, "th")
    return Text(f"第 {k} 近的{title.zh}", f"the {k}{ending}-nearest {title.en}")


def _notes(params: NewLineParams, errors: dict[str, float]) -> tuple[Text, ...]:
    every = (
        Text("每分钟出发", "a departure every minute")
        if params.measure == "access_of_percentile"
        else Text("均匀取 20 个出发时刻", "20 departures spread evenly")
    )
    window = Text(
        f"运营日 {params.date}，{params.start} 起 {params.window_min} 分钟内{every.zh}；步行每段不超过 "
        f"{params.max_walk_min} 分钟，乘车不超过 {params.max_boardings} 次",
        f"service date {params.date}, {every.en} for {params.window_min} min from {params.start}; "
        f"walks of at most {params.max_walk_min} min, at most {params.max_boardings} boardings",
    )
    measured = [(p, e) for p, e in errors.items() if not np.isnan(e)]
    notes = [window]
    if measured:
        zh = "、".join(f"{PROFILE_TITLES[p].zh} {e:.2f}" for p, e in measured)
        en = ", ".join(f"{PROFILE_TITLES[p].en} {e:.2f}" for p, e in measured)
        notes.append(
            Text(
                f"步行速度间内插的平均绝对误差（分钟，留出点实测）：{zh}",
                f"mean absolute error of interpolating between walking speeds, min, at a speed left out: {en}",
            )
        )
    return tuple(notes)
