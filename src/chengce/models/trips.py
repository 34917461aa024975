"""Ask for trips: date, departure window, limits; the same words for every application."""

import datetime as dt

from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.city.readers.gtfs_services import trips_per_date
from chengce.core.application import Params
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.engine.options import Unknown
from chengce.models.modifications.periods import seconds

TUESDAY = 1
ANY_DATE = "2000-01-04"  # without transit the date has no effect


class TripParams(Params):
    """What every door-to-door question asks."""

    date: str = Field(
        "",
        description="Service date YYYY-MM-DD; empty: the earliest Tuesday with the most trips"
        " / 运营日期；留空取班次最多的最早一个周二",
    )
    start: str = Field("07:00", description="Start of the departure window / 出发时段起点")
    window_min: int = Field(
        60, ge=1, le=600, description="Departure window, min / 出发时段长（分钟）"
    )
    percentile: int = Field(
        50, ge=1, le=100, description="Percentile of travel time over departures / 出发时刻百分位"
    )
    max_trip_min: int = Field(120, ge=1, le=600, description="Longest trip, min / 最长出行（分钟）")
    max_walk_min: int = Field(
        20,
        ge=0,
        le=120,
        description="Longest access, egress or transfer walk, min / 最长步行（分钟）",
    )
    max_boardings: int = Field(3, ge=0, le=8, description="Most boardings / 最多乘车次数")
    budget: float | None = Field(
        None,
        ge=0,
        description="Most the rides of a trip may cost, city currency; empty: no limit"
        " / 每次出行的票价上限（本市货币），留空为不限",
    )

    @property
    def window_s(self) -> tuple[int, int]:
        """Begin and end of the departure window, s after midnight."""
        start = seconds(self.start)
        return start, start + self.window_min * 60

    wheelchair_unknown: Unknown = Field(
        "use",
        description="Streets, gates, entrances, stops and trips not known to be accessible or not:"
        " wheelchair users use or avoid them; ask both for the two bounds"
        " / 无障碍状况不明的道路、大门、出入口、站点和车次：轮椅使用者可用（use）或避开（avoid），"
        "两者各算一次即得上下界",
    )

    @field_validator("date")
    @classmethod
    def _date(cls, value: str) -> str:
        if value:
            try:
                return dt.date.fromisoformat(value).isoformat()
            except ValueError:
                raise Wrong(
                    Text(
                        f"日期应写作 YYYY-MM-DD，现为“{value}”",
                        f'a date is written YYYY-MM-DD, not "{value}"',
                    )
                ) from None
        return value

    @field_validator("start")
    @classmethod
    def _start(cls, value: str) -> str:
        seconds(value)
        return value


def service_date(city: City, params: TripParams) -> str:
    """Return the date asked for, or the earliest Tuesday on which the most trips run.

    Any other weekday serves where no service runs on a Tuesday. A city without transit takes the
    date as it is. A scenario takes the date of its base city, so that the two are compared on one
    day. Raises `ChengceError` if the date has no service, naming the dates there are.
    """
    base = city.base
    if base is not None and len(base.table("services")):
        served = trips_per_date({"services": base.table("services"), "trips": base.table("trips")})
        if (
            not params.date or params.date in served.index
        ):  # also if the scenario ends all its trips
            return service_date(base, params)
    services, trips = city.table("services"), city.table("trips")
    if not len(services):
        return params.date or ANY_DATE
    count = trips_per_date({"services": services, "trips": trips})
    if params.date:
        if params.date not in count.index and len(count):
            first, last = count.index[0], count.index[-1]
            raise ChengceError(
                Problem(
                    "no_service_on_date",
                    Text(f"{params.date} 没有公交班次", f"no service runs on {params.date}"),
                    Text(
                        f"时刻表覆盖 {first} 至 {last}", f"the timetable covers {first} to {last}"
                    ),
                    column="date",
                )
            )
        return params.date
    tuesdays = [d for d in count.index if dt.date.fromisoformat(d).weekday() == TUESDAY]
    chosen = count[tuesdays] if tuesdays else count
    if not len(chosen):
        raise ChengceError(
            Problem(
                "no_service",
                Text(
                    "时刻表中没有任何班次可运行", "the timetable has no trip that runs on any date"
                ),
                Text("检查 calendar 与 trips 是否对应", "check that calendar and trips match"),
                column="services",
            )
        )
    return str(chosen.index[int(chosen.to_numpy().argmax())])
