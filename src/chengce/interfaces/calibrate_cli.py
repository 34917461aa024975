"""Offer `calibrate` on the command line: trips of a file adjusted to counts, without a city."""

from pathlib import Path
from typing import Annotated

import typer

from chengce.interfaces.options import Command, Languages, Options


def add_calibrate_command(app: typer.Typer, options: Options) -> None:
    """Add `calibrate` to the command line, with help in the options' language."""
    t = options.say
    language = Languages(options.lang)
    Json = Annotated[bool, options.json]
    LangOption = Annotated[Languages, options.language]
    Home = Annotated[Path | None, options.workspace]
    Workers = Annotated[int | None, options.workers]
    Seed = Annotated[int, options.seed]

    def file(metavar: str, zh: str, en: str) -> typer.models.ArgumentInfo:
        return typer.Argument(metavar=metavar, help=t(zh, en))  # type: ignore[no-any-return]

    def figure(zh: str, en: str) -> typer.models.OptionInfo:
        return typer.Option(metavar="F", help=t(zh, en))  # type: ignore[no-any-return]

    @app.command(
        help=t(
            "按断面计数调整出行矩阵；不需要城市",
            "adjust trips between zones to traffic counts; needs no city",
        ),
        cls=Command,
    )
    def calibrate(
        net: Annotated[
            Path, file("NET", "路网：TNTP 文件或 GMNS 目录", "network: TNTP file or GMNS folder")
        ],
        trips: Annotated[
            Path, file("TRIPS", "先验出行量：TNTP、OMX 或 CSV", "prior trips: TNTP, OMX or CSV")
        ],
        counts: Annotated[
            Path,
            file(
                "COUNTS.csv",
                "计数：from,to,count，可加 sd、screenline、class",
                "counts: from,to,count, and if wanted sd, screenline, class",
            ),
        ],
        prior_weight: Annotated[
            float,
            figure(
                "先验矩阵每一出行的权重：抽样 1% 的调查取 0.01；inf 为不改动",
                "weight of a prior trip: 0.01 for a survey of 1 %; inf leaves the trips as they are",
            ),
        ] = 0.01,
        holdout: Annotated[
            float,
            figure("留出不参与校准的计数比例", "share of the counts kept out of the fit"),
        ] = 0.2,
        gap: Annotated[
            float,
            typer.Option(
                metavar="GAP",
                help=t("每次均衡的相对间隙", "relative gap of every equilibrium"),
            ),
        ] = 1e-6,
        hours: Annotated[
            float,
            figure(
                "计数时段的小时数，只影响 GEH", "hours the counts cover; only the GEH needs them"
            ),
        ] = 1.0,
        open_cells: Annotated[
            float,
            figure(
                "先给空的起讫点对放入的出行量，0 为保持为空",
                "trips put into every empty pair first; 0 leaves them empty",
            ),
        ] = 0.0,
        updates: Annotated[
            int, typer.Option(min=1, metavar="N", help=t("最多更新次数", "most updates"))
        ] = 30,
        toll_factor: Annotated[
            float | None,
            figure(
                "每单位收费折合的时间，默认按路网文件，否则为 0",
                "time per unit of toll; default: the network file's, else 0",
            ),
        ] = None,
        distance_factor: Annotated[
            float | None,
            figure(
                "每单位距离折合的时间，默认按路网文件，否则为 0",
                "time per unit of length; default: the network file's, else 0",
            ),
        ] = None,
        matrix: Annotated[
            str | None,
            typer.Option(
                metavar="NAME", help=t("OMX 中的矩阵名", "name of the matrix in an OMX file")
            ),
        ] = None,
        turns: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE.csv",
                help=t(
                    "转向表（from,via,to,penalty，penalty 为附加时间或 banned），用于 TNTP 路网",
                    "turns of a TNTP network: from,via,to,penalty (time, or the word banned)",
                ),
            ),
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                metavar="DIR",
                help=t("把结果文件写到该目录", "write the result files to this folder"),
            ),
        ] = None,
        json: Json = False,
        seed: Seed = 1,
        workers: Workers = None,
        workspace: Home = None,
        lang_: LangOption = language,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(options.lang, json, workspace, workers) as session:
            from chengce.interfaces.calibrate_command import calibrate

            calibrate(
                session, net, trips, counts, prior_weight=prior_weight, holdout=holdout, gap=gap,
                hours=hours, open_cells=open_cells, updates=updates, toll_factor=toll_factor,
                distance_factor=distance_factor, matrix=matrix, turns=turns, out=out, seed=seed,
            )  # fmt: skip
