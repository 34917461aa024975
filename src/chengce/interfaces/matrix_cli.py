"""Offer `matrix` on the command line: travel times between places, as one file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chengce.interfaces.options import Command, Languages, Options, Runners


class Profiles(StrEnum):
    """Who walks."""

    ADULT = "adult"
    ELDER = "elder"
    CHILD = "child"
    WHEELCHAIR = "wheelchair"


class Unknown(StrEnum):
    """What wheelchair users do where nobody has surveyed."""

    USE = "use"
    AVOID = "avoid"


def add_matrix_command(app: typer.Typer, options: Options) -> None:
    """Add `matrix` to the command line, with help in the options' language."""
    t = options.say
    language = Languages(options.lang)

    def option(metavar: str, zh: str, en: str) -> typer.models.OptionInfo:
        return typer.Option(metavar=metavar, help=t(zh, en))  # type: ignore[no-any-return]

    @app.command(
        help=t("算出行时间矩阵，写成一个文件", "write travel times between places as one file"),
        cls=Command,
    )
    def matrix(
        city: Annotated[Path, typer.Argument(metavar="DIR", help=t("城市目录", "city directory"))],
        out: Annotated[
            Path, option("FILE", "写到该文件：.omx、.parquet 或 .csv", "to this file: .omx, .parquet or .csv")
        ],
        scenario: Annotated[
            Path | None, option("FILE", "方案文件，默认现状", "scenario file; default: today")
        ] = None,
        origins: Annotated[
            Path | None,
            option("FILE.csv", "起点：id,lon,lat，默认各分区", "origins: id,lon,lat; default: the zones"),
        ] = None,
        destinations: Annotated[
            Path | None,
            option(
                "FILE.csv", "终点：id,lon,lat，默认各分区", "destinations: id,lon,lat; default: the zones"
            ),
        ] = None,
        date: Annotated[
            str,
            option(
                "YYYY-MM-DD",
                "运营日期，默认班次最多的最早一个周二",
                "service date; default: the earliest Tuesday with the most trips",
            ),
        ] = "",
        start: Annotated[
            str, option("HH:MM", "出发时段起点", "start of the departure window")
        ] = "07:00",
        window_min: Annotated[
            int, option("N", "出发时段长（分钟）", "departure window, min")
        ] = 60,
        percentiles: Annotated[
            str,
            option(
                "N[,…]", "出发时刻百分位，逗号分隔", "percentiles of travel time over departures, by commas"
            ),
        ] = "50",
        profile: Annotated[
            Profiles, option("adult|elder|child|wheelchair", "谁在步行", "who walks")
        ] = Profiles.ADULT,
        walk_speed: Annotated[
            float | None,
            option("F", "步行速度（m/s），默认按城市假设", "walking speed, m/s; default: the city's assumption"),
        ] = None,
        max_trip_min: Annotated[
            int, option("N", "最长出行（分钟）", "longest trip, min")
        ] = 120,
        max_walk_min: Annotated[
            int,
            option("N", "最长接驳或换乘步行（分钟）", "longest access, egress or transfer walk, min"),
        ] = 20,
        max_boardings: Annotated[
            int, option("N", "最多乘车次数，0 为只步行", "most boardings; 0: on foot alone")
        ] = 3,
        budget: Annotated[
            float | None,
            option(
                "F", "每次出行的票价上限，默认不限", "most the rides of a trip may cost; default: no limit"
            ),
        ] = None,
        wheelchair_unknown: Annotated[
            Unknown,
            option(
                "use|avoid",
                "无障碍状况不明处，轮椅使用者可用或避开",
                "what is not known to be accessible: wheelchair users use or avoid it",
            ),
        ] = Unknown.USE,
        json: Annotated[bool, options.json] = False,
        workers: Annotated[int | None, options.workers] = None,
        runner: Annotated[Runners | None, options.runner] = None,
        scheduler: Annotated[str | None, options.scheduler] = None,
        workspace: Annotated[Path | None, options.workspace] = None,
        lang_: Annotated[Languages, options.language] = language,
    ) -> None:  # fmt: skip
        from chengce.interfaces.session import Session

        with Session(options.lang, json, workspace, workers, runner, scheduler) as session:
            from chengce.interfaces.matrix_command import matrix

            inputs = {
                "city": city, "scenario": scenario, "origins": origins, "destinations": destinations
            }  # fmt: skip
            params = {
                "date": date, "start": start, "window_min": window_min,
                "percentiles": percentiles.replace("，", ",").split(","), "profile": profile.value,
                "walk_speed": walk_speed, "max_trip_min": max_trip_min,
                "max_walk_min": max_walk_min, "max_boardings": max_boardings, "budget": budget,
                "wheelchair_unknown": wheelchair_unknown.value,
            }  # fmt: skip
            given = {name: path for name, path in inputs.items() if path is not None}
            matrix(session, given, params, out)
