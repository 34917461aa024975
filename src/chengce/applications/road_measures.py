"""Answer what a measure on the roads does: times, diverted traffic, delay and CO2 by place."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.certain import certain
from chengce.core.application import Example, Params, application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.finding import Finding
from chengce.core.groups import TOTAL
from chengce.core.link_values import LinkValues
from chengce.core.text import Text
from chengce.models.network_report import left_out, off_network
from chengce.models.population import population
from chengce.models.traffic.fit_city import Fitting
from chengce.models.traffic.measures import Measures
from chengce.models.traffic.period import parse_period
from chengce.models.traffic.road_cost import state_cost
from chengce.models.traffic.road_metrics import FLOW, FLOW_LEAST, FLOW_SHARE, road_metrics
from chengce.models.traffic.road_report import road_notes, road_warnings
from chengce.models.traffic.road_state import road_state
from chengce.models.traffic.street_zones import zones_of_streets

Floats = NDArray[np.float64]


class RoadParams(Params):
    """What is asked of traffic."""

    period: str = Field("08:00-09:00", description="Period of the day / 时段")
    max_trip_min: int = Field(
        120,
        ge=1,
        le=600,
        description="What a trip without a way counts in means, min / 无路可走的出行计入平均的时间（分钟）",
    )
    gap: float = Field(
        1e-7, gt=0, le=1e-2, description="Relative gap of the equilibrium / 平衡的相对间隙"
    )
    fit_counts: bool = Field(
        False,
        description="Fit trips to today's counts of the period first / 先按现状断面计数校准出行量",
    )
    prior_weight: float = Field(
        0.01,
        gt=0,
        description="Weight of a trip of the table against the counts: 0.01 for a survey of 1 %"
        " / 校准时出行量表中每次出行的权重，1% 抽样调查取 0.01",
    )
    dimension: str = Field(TOTAL, description="Dimension of people's groups / 人群维度")

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        return str(parse_period(value))


def _cost(city: City, params: RoadParams, context: Context) -> Cost:
    return state_cost(city, parse_period(params.period), gap=params.gap, context=context)


def _example() -> City:
    city = ascii_city("A--b--D\n|     |\nc-----e", block_m=1000.0, people={"A": 100})
    streets = city.table("streets")
    given = pd.DataFrame(
        {  # s, pcu/h, b of the delay function, whose power is 1
            "A-b": (540.0, 1800.0, 1.0),
            "b-D": (60.0, 1800.0, 0.0),
            "A-c": (60.0, 2600.0, 0.0),
            "c-e": (780.0, 2600.0, 1.0),
            "D-e": (60.0, 2600.0, 0.0),
        }
    )
    time, capacity, b = given[streets["id"]].to_numpy()
    streets = streets.assign(
        free_flow_s=time, capacity_along=capacity, capacity_against=capacity, vdf_b=b, vdf_power=1.0
    )
    flows = pd.DataFrame(
        {"origin": ["A"], "destination": ["D"], "mode": ["car"], "purpose": ["all"],
         "start_s": [8 * 3600], "end_s": [9 * 3600], "count": [3000.0]}
    )  # fmt: skip
    return certain(replace(city, tables={**city.tables, "streets": streets, "flows": flows}))


@application(
    title=Text("道路交通措施", "Measures on the roads"),
    question=Text(
        "这项道路措施使谁的行车时间变化，车流绕到哪些街道，延误和排放在哪里增减？",
        "Whose driving time does this measure change, which streets does traffic divert to, and "
        "where do delay and emissions rise or fall?",
    ),
    needs=("zones", "people", "streets", "flows"),
    params=RoadParams,
    example=Example(
        city=_example,
        params={"period": "08:00-09:00"},
        # by b: 9 min · (1 + v/1800) + 1 min = 10 + v/200; by c: 13 · (1 + v/2600) + 2 = 15 + v/200;
        # 3,000 vehicles: 2,000 by b and 1,000 by c, both 20 min; 2,000 · 4 km + 1,000 · 7 km
        metrics={
            "car_minutes": 20.0,
            "car_delay": (2000 * 10 + 1000 * 5) / 3000,
            "vehicle_km": 15000.0,
            "vehicle_h": 3000 * 20 / 60,
            "delay_h": (2000 * 10 + 1000 * 5) / 60,
            "tolls": 0.0,
            "unserved": 0.0,
        },
        explanation=Text(
            "两条路：10＋v/200 分钟与 15＋v/200 分钟，共 3000 辆：2000 辆走前者、1000 辆走后者，都是 20 分钟",
            "two ways, 10 + v/200 and 15 + v/200 min, 3,000 vehicles: 2,000 take the first and "
            "1,000 the second, 20 min either way",
        ),
    ),
    cost=_cost,
    caveats=(
        Text(
            "静态用户平衡：不模拟排队回溯、信号配时和出发时刻，措施也不改变出行方式与目的地",
            "static user equilibrium: no queues spilling back, no signal plans, no change of "
            "departure time, mode or destination",
        ),
        Text(
            "缺车道数或通行能力的道路按等级取默认值；只含出行量表中的车辆，过境车辆须在表中",
            "streets without lanes or capacity take defaults of their class; only vehicles in the "
            "table of trips are there, through traffic included only if it is in it",
        ),
        Text(
            "排放按平均车速曲线估算，用于方案比较，不能作为排放清单或达标依据",
            "emissions come from a curve of mean speed, for comparing proposals; they are no "
            "inventory and prove no compliance",
        ),
    ),
)
def road_measures(city: City, params: RoadParams, context: Context) -> Finding:
    """Return driving times by zone and group, traffic, delay and CO2 by place, flows by street."""
    period = parse_period(params.period)
    people = population(city, params.dimension, context)
    fitting = Fitting(params.prior_weight) if params.fit_counts else None
    state = road_state(city, period, gap=params.gap, context=context, fitting=fitting)
    fit = state.fit
    links = state.links
    measures = Measures(state, zones_of_streets(city, links.zones), city.assumptions, context)
    metrics = road_metrics(float(params.max_trip_min))
    minutes, delay = measures.minutes(params.max_trip_min), measures.delay_min()
    gone = {name for name, _ in links.unsnapped}
    off = np.array([zone in gone for zone in links.zones], dtype=bool)
    minutes[:, off] = delay[:, off] = np.nan
    by_zone: dict[str, Floats] = {
        "car_minutes": minutes,
        "car_delay": delay,
        "vehicle_km": measures.vehicle_km(),
        "vehicle_h": measures.vehicle_h(),
        "delay_h": measures.delay_h(),
        "co2_kg": measures.co2_kg(),
        "tolls": measures.tolls(),
        "unserved": measures.unserved(),
    }
    groups, rows = len(people.groups), links.on_street
    limit_m = city.assumptions["snap_limit"].value
    return Finding(
        application="road_measures",
        dimension=people.dimension,
        groups=people.groups,
        metrics=metrics,
        places=people.zones,
        people=people.counts,
        values={m.id: np.repeat(by_zone[m.id][:, :, None], groups, axis=2) for m in metrics},
        sources=("assumption", "model"),
        spread={},
        warnings=(
            *off_network(Text("分区", "zones"), links.unsnapped, limit_m),
            *road_warnings(city, measures, period, params.gap),
            *(fit.problems if fit else ()),
        ),
        notes=(
            *road_notes(city, measures, period, params.gap),
            *(fit.notes if fit else ()),
            *left_out(people, links.unsnapped),
        ),
        links=(
            LinkValues(
                FLOW,
                tuple(str(s) for s in links.streets[links.edge[rows]]),
                tuple(int(d) for d in links.direction[rows]),
                measures.link_flow(),
                measures.sure(FLOW_LEAST, FLOW_SHARE),
            ),
        ),
    )
