"""Offer the commands on flows, which need no city; the work is loaded only when one runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chengce.interfaces.options import Command, Languages, Options


class Methods(StrEnum):
    """How to find the equilibrium."""

    B = "b"
    BFW = "bfw"


class Principles(StrEnum):
    """Whose cost is least."""

    USER = "user"
    SYSTEM = "system"


class Constraints(StrEnum):
    """Which totals an interaction model keeps."""

    UNCONSTRAINED = "unconstrained"
    ORIGIN = "origin"
    DESTINATION = "destination"
    DOUBLY = "doubly"


def add_flow_commands(app: typer.Typer, options: Options) -> None:
    """Add `assign` and `interact` to the command line, with help in the options' language."""
    t = options.say
    language = Languages(options.lang)
    Json = Annotated[bool, options.json]
    LangOption = Annotated[Languages, options.language]
    Home = Annotated[Path | None, options.workspace]
    Workers = Annotated[int | None, options.workers]
    Seed = Annotated[int, options.seed]
    Out = Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help=t("把结果文件写到该目录", "write the result files to this folder")
        ),
    ]  # fmt: skip

    def factor(zh: str, en: str) -> typer.models.OptionInfo:
        return typer.Option(metavar="F", help=t(zh, en))  # type: ignore[no-any-return]

    def column(zh: str, en: str) -> typer.models.OptionInfo:
        return typer.Option(metavar="COL", help=t(zh, en))  # type: ignore[no-any-return]

    @app.command(
        help=t(
            "把出行分配到路网，直到均衡；不需要城市",
            "assign trips to a road network until equilibrium; needs no city",
        ),
        cls=Command,
    )
    def assign(
        net: Annotated[
            Path,
            typer.Argument(
                metavar="NET",
                help=t("路网：TNTP 文件或 GMNS 目录", "network: TNTP file or GMNS folder"),
            ),
        ],
        trips: Annotated[
            Path,
            typer.Argument(
                metavar="TRIPS",
                help=t(
                    "出行量：TNTP、OMX 或 CSV（origin,destination,count）",
                    "trips: TNTP, OMX or CSV (origin,destination,count)",
                ),
            ),
        ],
        gap: Annotated[
            float,
            typer.Option(
                metavar="GAP", help=t("相对间隙小于该值时停止", "stop at this relative gap")
            ),
        ] = 1e-6,
        method: Annotated[
            Methods,
            typer.Option(
                metavar="b|bfw",
                help=t("算法 B，或双共轭 Frank–Wolfe", "Algorithm B, or bi-conjugate Frank–Wolfe"),
            ),
        ] = Methods.B,
        principle: Annotated[
            Principles,
            typer.Option(
                metavar="user|system",
                help=t("用户均衡，或系统最优", "user equilibrium, or system optimum"),
            ),
        ] = Principles.USER,
        toll_factor: Annotated[
            float | None,
            factor(
                "每单位收费折合的时间，默认按路网文件，否则为 0",
                "time per unit of toll; default: the network file's, else 0",
            ),
        ] = None,
        distance_factor: Annotated[
            float | None,
            factor(
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
        select_link: Annotated[
            list[str] | None,
            typer.Option(
                "--select-link",
                metavar="FROM-TO[,…]",
                help=t(
                    "另存哪些出行经过该路段（或几条路段之一），可重复",
                    "also keep whose trips use this link (or any of several); repeatable",
                ),
            ),
        ] = None,
        max_iterations: Annotated[
            int | None,
            typer.Option(
                min=1,
                metavar="N",
                help=t(
                    "最多迭代次数，默认 b 为 1000，bfw 为 10000",
                    "most iterations; default 1,000 for b, 10,000 for bfw",
                ),
            ),
        ] = None,
        skims: Annotated[
            bool,
            typer.Option(
                "--skims",
                help=t(
                    "另存小区间时间、费用与距离（OMX）",
                    "also keep time, cost and length between zones (OMX)",
                ),
            ),
        ] = False,
        out: Out = None,
        json: Json = False,
        workers: Workers = None,
        workspace: Home = None,
        lang_: LangOption = language,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(options.lang, json, workspace, workers) as session:
            from chengce.interfaces.flow_commands import assign

            assign(
                session, net, trips, gap=gap, method=method.value, principle=principle.value,
                toll_factor=toll_factor, distance_factor=distance_factor, matrix=matrix,
                max_iterations=max_iterations, skims=skims, turns=turns,
                select_link=tuple(select_link or ()), out=out,
            )  # fmt: skip

    @app.command(
        help=t(
            "用观测流量标定空间相互作用模型；不需要城市",
            "fit a spatial interaction model to observed flows; needs no city",
        ),
        cls=Command,
    )
    def interact(
        flows: Annotated[
            Path,
            typer.Argument(
                metavar="FLOWS.csv",
                help=t("流量表，每行一对起讫", "table of flows, a pair of zones per row"),
            ),
        ],
        origin: Annotated[str, column("起点列", "column of origins")],
        destination: Annotated[str, column("终点列", "column of destinations")],
        flow: Annotated[str, column("流量列", "column of flows")],
        cost: Annotated[str, column("费用（时间或距离）列", "column of costs (time or distance)")],
        origin_mass: Annotated[
            str | None, column("起点规模列", "column of the mass of origins")
        ] = None,
        destination_mass: Annotated[
            str | None, column("终点规模列", "column of the mass of destinations")
        ] = None,
        constraint: Annotated[
            Constraints,
            typer.Option(
                metavar="unconstrained|origin|destination|doubly",
                help=t("保持哪些合计", "which totals the model keeps"),
            ),
        ] = Constraints.DOUBLY,
        decay: Annotated[
            str,
            typer.Option(
                metavar="FORM",
                help=t(
                    "衰减形式：exponential、power、tanner 等",
                    "form of decay: exponential, power, tanner …",
                ),
            ),
        ] = "exponential",
        mode: Annotated[
            str | None, column("方式列：逐方式标定", "column of modes: one model each")
        ] = None,
        bootstrap: Annotated[
            int,
            typer.Option(min=0, metavar="N", help=t("自助抽样次数", "number of bootstrap draws")),
        ] = 0,
        holdout: Annotated[
            float,
            typer.Option(
                metavar="F",
                help=t("留出不用于标定的起点比例", "share of origins kept out of the fit"),
            ),
        ] = 0.0,
        out: Out = None,
        json: Json = False,
        seed: Seed = 1,
        workers: Workers = None,
        workspace: Home = None,
        lang_: LangOption = language,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(options.lang, json, workspace, workers) as session:
            from chengce.interfaces.interact_command import interact

            interact(
                session, flows, origin=origin, destination=destination, flow=flow, cost=cost,
                origin_mass=origin_mass, destination_mass=destination_mass,
                constraint=constraint.value, decay=decay, mode=mode, bootstrap=bootstrap,
                holdout=holdout, out=out, seed=seed,
            )  # fmt: skip
