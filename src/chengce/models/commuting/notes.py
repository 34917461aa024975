"""Say what commuting flows rest on, the largest of them, and what could not be placed."""

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.units import number
from chengce.models.commuting.decay import CommuteDecay
from chengce.models.commuting.draws import Answer
from chengce.models.ride_notes import ride_notes
from chengce.models.trips import TripParams

Floats = NDArray[np.float64]
SHOWN = 10
UNBALANCED = 0.01  # share of workers in other jobs than there are, beyond which it is said


def notes(
    city: City, params: TripParams, mode: str, decay: CommuteDecay, found: Answer, used: Text
) -> tuple[Text, ...]:
    """Return the notes of a finding: times, decay or fit (of mode `used`), largest flows."""
    return (
        _times(params, mode),
        *(ride_notes(city, params) if mode == "transit" else ()),
        *decay.notes(used),
        _largest(city, found.flows),
        *_far(found, params),
    )


def warnings_of(found: Answer, zones: tuple[str, ...], longest_min: float) -> list[Problem]:
    """Return warnings of workers without a job in reach and of jobs that could not be balanced."""
    problems = []
    stuck = np.flatnonzero(np.isposinf(np.median(found.minutes, axis=0)))
    if len(stuck):
        named = ", ".join(zones[i] for i in stuck[:SHOWN]) + (" …" if len(stuck) > SHOWN else "")
        zones_en = "1 zone" if len(stuck) == 1 else f"{len(stuck)} zones"
        problems.append(
            Problem(
                "no_job_in_reach",
                Text(
                    f"{len(stuck)} 个分区的就业居民在 {longest_min:g} 分钟内到不了任何岗位，未分配流向：{named}",
                    f"workers of {zones_en} reach no job within {longest_min:g} min and are "
                    f"given none: {named}",
                ),
                Text(
                    "核对路网与时刻表，或放宽 max_trip_min",
                    "check streets and timetable, or allow a longer max_trip_min",
                ),
                severity="warning",
            )
        )
    worst = float(found.error.max(initial=0.0))
    if worst > UNBALANCED:
        problems.append(
            Problem(
                "jobs_not_balanced",
                Text(
                    f"岗位无法按分区配平：最多有 {100 * worst:.1f}% 的就业者分配到了该分区岗位数以外"
                    "（彼此不连通的片区岗位与居民不匹配）",
                    f"jobs could not be balanced by zone: up to {100 * worst:.1f} % of workers are in "
                    "zones with fewer jobs than that (parts of the city that are not connected have "
                    "unequal numbers of workers and jobs)",
                ),
                Text(
                    "放宽 max_trip_min，或核对这些片区的人口与岗位",
                    "allow a longer max_trip_min, or check people and jobs of those parts",
                ),
                severity="warning",
            )
        )
    return problems


def _times(params: TripParams, mode: str) -> Text:
    if mode == "car":
        return Text(
            "时间为小汽车自由流行驶时间，不含拥堵、停车和取车",
            "times are by car at free flow: no queues, parking or walks to the car",
        )
    if mode == "walk":
        return Text("时间为全程步行时间", "times are walks all the way")
    return Text(
        f"运营日 {params.date}，{params.start} 起 {params.window_min} 分钟内每分钟出发，取第 "
        f"{params.percentile} 百分位；分区内通勤取到最近分区时间的一半",
        f"service date {params.date}, a departure every minute for {params.window_min} min from "
        f"{params.start}, percentile {params.percentile}; within a zone half the time to the "
        "nearest other one",
    )


def _largest(city: City, flows: Floats) -> Text:
    """List the largest flows between different zones at the central assumptions."""
    table = city.table("zones").sort_values("id")
    names = [str(i) for i in table["id"]]
    if "name" in table.columns:
        names = [
            n if isinstance(n, str) and n else i for n, i in zip(table["name"], names, strict=True)
        ]
    between = flows.copy()
    np.fill_diagonal(between, 0.0)
    order = np.argsort(-between, axis=None, kind="stable")[:SHOWN]
    rows = [divmod(int(k), len(names)) for k in order if between.flat[k] >= 0.5]
    zh = "；".join(f"{names[i]}→{names[j]} {between[i, j]:,.0f}" for i, j in rows)
    en = "; ".join(f"{names[i]}→{names[j]} {between[i, j]:,.0f}" for i, j in rows)
    return Text(
        f"最大的分区间通勤流向（人，中间取值）：{zh or '无'}",
        f"largest flows between zones (workers, central assumptions): {en or 'none'}",
    )


def _far(found: Answer, params: TripParams) -> list[Text]:
    if found.far <= 0:
        return []
    share = number(100 * found.far)
    return [
        Text(
            f"{share}% 的通勤发生在 {params.max_trip_min} 分钟内不连通的分区之间（观测所得），"
            f"按 {params.max_trip_min} 分钟计",
            f"{share} % of commutes, as observed, are between zones not joined within "
            f"{params.max_trip_min} min; they count {params.max_trip_min} min",
        )
    ]
