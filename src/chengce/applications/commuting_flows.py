"""Answer who commutes where, how long it takes, and how far each centre contains its own."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.application import Example, application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL
from chengce.core.pair_values import PairValues
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.engine.matrix import Points
from chengce.models.commuting.centre_notes import centres_found, centres_given
from chengce.models.commuting.centres import (
    DENSITY,
    TOTAL_JOBS,
    Centre,
    find_centres,
    named_centres,
)
from chengce.models.commuting.commute_metrics import commute_metrics
from chengce.models.commuting.commuters import Commuters, commuters, exact_jobs
from chengce.models.commuting.decay import decay_of
from chengce.models.commuting.draws import CENTRAL, Answer, Question, answer
from chengce.models.commuting.notes import notes, warnings_of
from chengce.models.commuting.observed import (
    MODES,
    observed_flows,
    observed_notes,
    observed_warnings,
)
from chengce.models.commuting.times import commute_cost, commute_times
from chengce.models.edges import near_edge
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.network_report import left_out, off_network
from chengce.models.opportunities import zone_points
from chengce.models.timetable_gaps import timetable_gaps
from chengce.models.trips import TripParams, service_date

Floats = NDArray[np.float64]


class CommutingParams(TripParams):
    """What is asked of commuting."""

    mode: Literal["transit", "walk", "car"] = Field(
        "transit",
        description="Travel times by public transport and on foot, on foot alone, or by car without"
        " queues / 通勤方式：公交与步行，仅步行，或不计拥堵的小汽车",
    )
    cutoffs_min: tuple[int, ...] = Field(
        (30, 45, 60), description="Commutes within, min / 通勤时限（分钟）", min_length=1
    )
    purpose: str = Field(
        "commute", description="Purpose of the observed flows to use / 所用出行量的目的"
    )
    centres: tuple[tuple[str, ...], ...] = Field(
        (),
        description="Centres, each a list of zone ids; empty: found from jobs"
        " / 中心，每个为一组分区编号；留空则按岗位识别",
    )
    centre_density: float = Field(
        DENSITY,
        gt=0,
        description="Least jobs per hectare in a zone of a centre (10 an acre, Giuliano & Small"
        " 1991) / 中心内各分区的岗位密度下限（个/公顷）",
    )
    centre_jobs: float = Field(
        TOTAL_JOBS,
        gt=0,
        description="Least jobs of a centre (Giuliano & Small 1991) / 中心的岗位总数下限（个）",
    )
    dimension: str = Field(TOTAL, description="Dimension of people's groups / 人群维度")

    @field_validator("cutoffs_min")
    @classmethod
    def _ordered(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if min(value) <= 0:
            raise Wrong(Text("时限须大于 0", "cutoffs must be more than 0"))
        return tuple(sorted(set(value)))

    @field_validator("centres", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return [[str(z) for z in c] if isinstance(c, list | tuple) else c for c in value]


CELL_S = 2.5e-8  # seconds per draw and pair of zones, measured


def _cost(city: City, params: CommutingParams, context: Context) -> Cost:
    zones = Points(*zone_points(city))
    params = params.model_copy(update={"date": service_date(city, params)})
    times = commute_cost(city, zones, params.mode, params, context)
    pairs = float(len(zones)) ** 2
    draws = CELL_S * pairs * (context.draws + 1) / context.runner.workers
    return times + Cost(draws, 8 * pairs * (2 + 3 * context.runner.workers))


def _example() -> City:
    city = certain(
        ascii_city("A--B", block_m=1170.0, people={"A": 100, "B": 100}, jobs={"A": 60, "B": 60})
    )
    known = {"commute_decay": float(np.log(3.0) / 15.0)}
    return replace(city, assumptions=city.assumptions.override(known))


@application(
    title=Text("通勤流向与职住平衡", "Commuting flows and the balance of homes and jobs"),
    question=Text(
        "人们到哪里上班，路上要多久，各中心的居民有多少就近就业？",
        "Where do people go to work, how long does it take, and how many residents of each centre "
        "work there?",
    ),
    pairs=True,
    needs=("zones", "people", "jobs", "streets"),
    params=CommutingParams,
    example=Example(
        city=_example,
        params={"mode": "walk", "cutoffs_min": [20], "centres": [["A"], ["B"]]},
        # 2,340 m at 1.3 m/s: A–B 30 min, within a zone half of that. A pair of zones: odds of
        # staying against leaving are exp(decay · 15) = 3, so 75 % stay and 25 % leave.
        metrics={
            "minutes": 18.75,
            "within_20": 75.0,
            "own_zone": 75.0,
            "containment_c1": 75.0,
            "held_c2": 75.0,
        },
        explanation=Text(
            "A–B 步行 30 分钟，分区内取一半即 15 分钟；每分钟衰减 ln3÷15，留在本区与外出之比为 3∶1，"
            "平均 0.75·15＋0.25·30＝18.75 分钟",
            "A–B is 30 min on foot, within a zone half of that, 15; decay ln 3 / 15 a minute makes "
            "staying against leaving 3 to 1: 0.75·15 + 0.25·30 = 18.75 min on average",
        ),
    ),
    cost=_cost,
    caveats=(
        Text(
            "方案比选测算：拟合得好不等于预测得准",
            "for comparing proposals: a good fit is not a good forecast",
        ),
        Text(
            "就业居民和岗位的分布按方案给定，不模拟居住与企业搬迁；岗位总数按就业居民总数同比折算",
            "workers and jobs are where the scenario puts them, no home or firm moves; jobs are "
            "filled in one proportion everywhere, as many as there are workers",
        ),
        Text(
            "所有就业者按成人步速出行，不区分行业与收入；数据范围以外的通勤不计",
            "all walk at an adult's speed, trades and incomes are not told apart; commuting across "
            "the edge of the data is not counted",
        ),
    ),
)
def commuting_flows(city: City, params: CommutingParams, context: Context) -> Finding:
    """Return, by zone of residence, minutes to work, shares within limits, and containment."""
    params = params.model_copy(update={"date": service_date(city, params)})
    base = city.base or city
    zones = zone_points(city)
    points = Points(*zones)
    seen = observed_flows(city, zones[0], mode=params.mode, purpose=params.purpose)
    observed = None if seen is None else seen.flows
    who = commuters(city, params.dimension, observed, context)
    now = commute_times(city, points, params.mode, params, context)
    before = now
    if base is not city and observed is not None:
        before = commute_times(base, points, params.mode, params, context)
    decay = decay_of(city, observed, before.times, params.max_trip_min, context)
    centres = _centres(base, params)
    where = np.full(len(points), -1, np.int32)
    for k, centre in enumerate(centres):
        where[centre.zones] = k
    found = answer(
        Question(
            who, now.times, before.times, decay.weigh, float(params.max_trip_min),
            params.cutoffs_min, where, len(centres),
        ),
        context,
    )  # fmt: skip
    metrics = commute_metrics(
        params.max_trip_min, params.cutoffs_min, centres, inside=seen is None or seen.inside
    )
    limit_m = city.assumptions["snap_limit"].value
    warnings = timetable_gaps(city, params) if params.mode == "transit" else []
    warnings += off_network(Text("分区", "zones"), now.unsnapped, limit_m)
    if params.mode == "transit":
        at = Located(Text("分区", "zones"), *zones)
        warnings += gate_warnings(city, [at], window=params.window_s, people=who.people)
    return Finding(
        application="commuting_flows",
        dimension=who.people.dimension,
        groups=who.people.groups,
        metrics=metrics,
        places=zones[0],
        people=who.workers,
        values=_values(found, metrics, params, centres, who),
        sources=("assumption", "sampling", "model"),
        spread={},
        at_edge=near_edge(city, *zones, reach_m=now.reach_m),
        warnings=(
            *warnings,
            *observed_warnings(city, seen),
            *warnings_of(found, zones[0], params.max_trip_min),
        ),
        notes=(
            *notes(
                city,
                params,
                params.mode,
                decay,
                found,
                MODES[params.mode if seen is None else seen.mode],
            ),
            *observed_notes(city, seen, params.purpose),
            *_about_centres(base, params, centres),
            *left_out(who.people, now.unsnapped),
        ),
        pairs=(
            PairValues("flow", "people", found.flows),
            PairValues("time", "min", now.times.minutes(CENTRAL)),
        ),
    )


def _centres(base: City, params: CommutingParams) -> tuple[Centre, ...]:
    """Return the centres of the base city, the same in every scenario."""
    work = exact_jobs(base)
    if params.centres:
        return named_centres(base, work, params.centres)
    return find_centres(base, work, density=params.centre_density, total=params.centre_jobs)


def _values(
    found: Answer, metrics: tuple[Metric, ...], params: CommutingParams,
    centres: tuple[Centre, ...], who: Commuters,
) -> dict[str, Floats]:  # fmt: skip
    """Return every metric by draw, zone and group: the same for all groups of a zone."""
    zone = {"minutes": found.minutes, "own_zone": found.own, "contained": found.contained}
    for k, cutoff in enumerate(params.cutoffs_min):
        zone[f"within_{cutoff}"] = found.within[:, k]
    for k, centre in enumerate(centres, start=1):
        inside = np.full(found.minutes.shape, np.nan)
        inside[:, centre.zones] = found.contained[:, centre.zones]
        held = np.full(found.minutes.shape, np.nan)
        held[:, centre.zones] = found.held[:, k - 1, None]
        held[np.isnan(inside)] = np.nan
        zone |= {f"containment_c{k}": inside, f"held_c{k}": held}
    groups = len(who.people.groups)
    return {m.id: np.repeat(zone[m.id][:, :, None], groups, axis=2) for m in metrics}


def _about_centres(
    base: City, params: CommutingParams, centres: tuple[Centre, ...]
) -> tuple[Text, ...]:
    work = exact_jobs(base)
    if params.centres:
        return centres_given(centres)
    return centres_found(
        base, work, centres, density=params.centre_density, total=params.centre_jobs
    )
