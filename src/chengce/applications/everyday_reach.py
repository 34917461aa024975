"""Answer which everyday places people can reach on foot within 5, 10 and 15 minutes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.application import Example, Params, application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.errors import ChengceError, Problem
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL, TOTAL_GROUP
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.engine.options import Unknown
from chengce.models.access import blend
from chengce.models.edges import near_edge
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.nearest_places import NearestPlaces
from chengce.models.network_report import left_out, off_network
from chengce.models.open_places import open_places, read_when
from chengce.models.opportunities import places, zone_points
from chengce.models.place_titles import everyday_kinds, place_title
from chengce.models.population import population
from chengce.models.walking import Walkers
from chengce.models.wheelchair_bounds import WHEELCHAIR, Bounds, bounds_metrics
from chengce.models.wheelchair_report import wheelchair_unknown

Floats = NDArray[np.float64]


class EverydayParams(Params):
    """What is asked of the walks to everyday places."""

    cutoffs_min: tuple[int, ...] = Field(
        (5, 10, 15), description="Walking times, min / 步行时间（分钟）", min_length=1
    )
    kinds: tuple[str, ...] = Field(
        (),
        description="Kinds of place; empty: all everyday kinds the city has / 设施类别；留空为城市已有的全部日常设施",
    )
    dimension: str = Field(TOTAL, description="Dimension of people's groups / 人群维度")
    open_at: str | None = Field(
        None,
        description="Count only places open then: Sa 18:00, PH 9:00, Jul Su 20:00; empty: all"
        " / 只计此刻开放的设施：周六 18:00、节假日 9:00、7月 周日 20:00；留空为全部",
    )

    wheelchair_unknown: Unknown = Field(
        "use",
        description="Streets and gates not known to be accessible or not: wheelchair users use or"
        " avoid them; the answer holds both bounds for wheelchair users"
        " / 无障碍状况不明的道路、大门：轮椅使用者可用（use）或避开（avoid）；结果另给出轮椅使用者的上下界",
    )

    @field_validator("open_at")
    @classmethod
    def _when(cls, value: str | None) -> str | None:
        return None if value is None else read_when(value).text.en

    @field_validator("cutoffs_min")
    @classmethod
    def _positive(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if min(value) <= 0 or max(value) > 120:
            raise Wrong(Text("时限须在 1 至 120 分钟之间", "cutoffs lie between 1 and 120 minutes"))
        return tuple(sorted(set(value)))


BOTH_BOUNDS = Text(
    "上下界见轮椅各项指标；实地核查后补上道路的 wheelchair_state",
    "the metrics of wheelchair users give both bounds; survey streets and give wheelchair_state",
)
START_S = 0.1  # seconds before any search, measured
PAIR_S = 3e-9  # seconds per search, draw and pair of zone and place within reach, measured
SEARCH_S = 1.4e-4  # seconds per search and zone, measured
CELL_S = 1.4e-8  # seconds per search and number of the answer, measured


def _cost(city: City, params: EverydayParams, context: Context) -> Cost:
    people = population(city, params.dimension, replace(context, draws=1))
    zones, kinds = len(people.zones), len(params.kinds or _present(city))
    cells = context.draws * zones * len(people.groups) * (1 + kinds) * len(params.cutoffs_min)
    pairs = zones * len(city.table("places")) * 0.1
    searches = len(people.profiles) + (WHEELCHAIR in people.profiles)  # of both bounds
    one = PAIR_S * context.draws * pairs + SEARCH_S * zones + CELL_S * cells
    return Cost(START_S + searches * one, 3.0 * 8 * cells)


def _example() -> City:
    city = ascii_city(
        "A--B--C",
        block_m=130.0,
        people={"A": 100, "C": 300},
        places={"B": ["pharmacy"], "C": ["food_shop"]},
        streets={"AB": {"wheelchair_state": "unknown"}},
        groups=(replace(TOTAL_GROUP, mix={"adult": 0.9, WHEELCHAIR: 0.1}),),
    )
    return certain(city)


@application(
    title=Text("日常设施步行可达", "Everyday places on foot"),
    question=Text(
        "居民步行 5、10、15 分钟能到达哪些日常设施？",
        "Which everyday places can people reach within 5, 10 and 15 minutes on foot?",
    ),
    needs=("zones", "people", "places", "streets"),
    params=EverydayParams,
    example=Example(
        city=_example,
        params={"cutoffs_min": [5, 10, 15]},
        # 2 blocks of 130 m per letter at 1.3 m/s: A–B 200 s, A–C 400 s; C has food, B–C 200 s; in a
        # wheelchair at 0.9 m/s 289 s and 578 s. Over known streets A reaches nothing.
        metrics={
            "kinds_5": 1.75,
            "kinds_10": 2.0,
            "food_shop_5": 75.0,
            "pharmacy_5": 100.0,
            "wheelchair_kinds_avoid_10": 1.5,
            "wheelchair_unsure_10": 25.0,
        },
        explanation=Text(
            "A 的 100 人 5 分钟到药店、不到食品店；C 的 300 人两者皆可：(100·1＋300·2)÷400＝1.75 类。"
            "十分之一的人使用轮椅，A–B 路段状况不明：只走已知可通行路段，A 的 10 人哪里也到不了，C 的 30 人两类"
            "皆可：(10·0＋30·2)÷40＝1.5 类，结果取决于不明路段的占 10÷40＝25%",
            "100 people at A reach the pharmacy but not the shop in 5 min, 300 at C reach both: "
            "(100·1 + 300·2) / 400 = 1.75 kinds. A tenth are in wheelchairs, and A–B is of unknown "
            "state: over known streets 10 at A reach nothing, 30 at C both: (10·0 + 30·2) / 40 = 1.5 "
            "kinds, and for 10 of 40, 25 %, it depends",
        ),
    ),
    cost=_cost,
    caveats=(
        Text(
            "方案比选测算，只看设施位置，不含容量和质量；营业时间只在给出 open_at 时计入",
            "for comparing proposals: presence only, without capacity or quality; opening hours "
            "count only where open_at is given",
        ),
        Text(
            "步行距离算到设施的点位；公园等大型设施应给出入口，否则偏远",
            "walks end at a place's point; large ones such as parks need their entrances, "
            "else they look too far",
        ),
    ),
)
def everyday_reach(city: City, params: EverydayParams, context: Context) -> Finding:
    """Return, by zone and group, the kinds of everyday place within each walking time."""
    people = population(city, params.dimension, context)
    kinds = params.kinds or _present(city)
    reach = places(city, kinds, context)
    warnings: list[Problem] = []
    missing: list[Text] = []
    if params.open_at is not None:
        reach, warnings, note = open_places(city, reach, read_when(params.open_at))
        missing = [note]
    zones = zone_points(city)
    longest = max(params.cutoffs_min) * 60.0
    seconds: dict[str, Floats] = {}
    limit_m = city.assumptions["snap_limit"].value
    what = Text("步行时间", "walking times")
    asked = NearestPlaces(city, reach, kinds, longest, context)
    bounds: Bounds | None = None
    for done, profile in enumerate(people.profiles):
        context.step(what, done, len(people.profiles))
        found = asked.by(Walkers(profile))
        seconds[profile] = found.seconds
        if profile == WHEELCHAIR:
            bounds = Bounds.of(found, asked.by(Walkers(profile, "avoid")))
            seconds[profile] = bounds.asked(params.wheelchair_unknown)
        if done == 0:
            missing += left_out(people, found.origins.unsnapped)
            warnings += off_network(Text("分区", "zones"), found.origins.unsnapped, limit_m)
            warnings += off_network(Text("设施", "places"), found.destinations.unsnapped, limit_m)
    warnings += gate_warnings(
        city,
        (
            Located(Text("分区", "zones"), *zones),
            Located(Text("设施", "places"), reach.ids, reach.lon, reach.lat),
        ),
        people=people,
    )
    context.step(what, len(people.profiles), len(people.profiles))
    values: dict[str, Floats] = {}
    for cutoff in params.cutoffs_min:
        within = {p: _share(s, cutoff * 60.0) for p, s in seconds.items()}
        values[f"kinds_{cutoff}"] = blend({p: w.sum(axis=2) for p, w in within.items()}, people)
        for k, kind in enumerate(kinds):
            values[f"{kind}_{cutoff}"] = blend(
                {p: 100.0 * w[:, :, k] for p, w in within.items()}, people
            )
    metrics = _metrics(params, kinds)
    if bounds is not None:
        metrics += bounds_metrics(params.cutoffs_min, len(kinds))
        values |= bounds.values(params.cutoffs_min, people)
    warnings += wheelchair_unknown(
        city, people, params.wheelchair_unknown, BOTH_BOUNDS, rides=False
    )
    fastest = max(city.assumptions[f"walk_speed_{p}"].high for p in people.profiles)
    return Finding(
        application="everyday_reach",
        dimension=people.dimension,
        groups=people.groups,
        metrics=metrics,
        places=people.zones,
        people=people.counts,
        values=values,
        sources=("assumption", "sampling"),
        spread={},
        at_edge=near_edge(city, *zones, reach_m=longest * fastest),
        warnings=tuple(warnings),
        notes=(_note(kinds), *missing),
    )


def _present(city: City) -> tuple[str, ...]:
    have = set(city.table("places")["kind"].astype(str))
    kinds = tuple(k for k in everyday_kinds() if k in have)
    if not kinds:
        raise ChengceError(
            Problem(
                "no_everyday_places",
                Text("城市没有任何日常设施数据", "the city has no everyday places"),
                Text("导入 places 图层，或用 kinds 指定类别", "add places, or name kinds"),
                column="places",
            )
        )
    return kinds


def _share(seconds: Floats, cutoff_s: float) -> Floats:
    """Return 1 where reached within the cutoff, 0 where not, NaN where the zone is off the network."""
    return np.where(np.isnan(seconds), np.nan, (seconds <= cutoff_s).astype(np.float64))


def _metrics(params: EverydayParams, kinds: tuple[str, ...]) -> tuple[Metric, ...]:
    metrics = []
    for cutoff in reversed(params.cutoffs_min):  # the longest leads: it is the one people plan by
        metrics.append(
            Metric(
                f"kinds_{cutoff}",
                Text(
                    f"步行 {cutoff} 分钟内的设施类别数",
                    f"kinds of place within {cutoff} min on foot",
                ),
                "kinds",
                "more",
                Text(
                    f"{len(kinds)} 类日常设施中，至少有一处步行 {cutoff} 分钟可达的类别数，按人平均",
                    f"of {len(kinds)} kinds of everyday place, those with at least one within "
                    f"{cutoff} min on foot, averaged over people",
                ),
                threshold=0.5,
                threshold_share=0.0,
            )
        )
    for kind in kinds:
        for cutoff in params.cutoffs_min:
            title = place_title(kind)
            metrics.append(
                Metric(
                    f"{kind}_{cutoff}",
                    Text(
                        f"{title.zh}：步行 {cutoff} 分钟可达的人口比例",
                        f"{title.en}: people within {cutoff} min on foot",
                    ),
                    "%",
                    "more",
                    Text(
                        f"步行 {cutoff} 分钟内至少有一处{title.zh}的人口比例",
                        f"share of people with at least one {title.en} within {cutoff} min on foot",
                    ),
                    threshold=1.0,
                    threshold_share=0.0,
                )
            )
    return tuple(metrics)


def _note(kinds: tuple[str, ...]) -> Text:
    return Text(
        "计入的设施类别：" + "、".join(place_title(k).zh for k in kinds),
        "kinds of place counted: " + ", ".join(place_title(k).en for k in kinds),
    )
