"""Offer every command on the command line; the work itself is loaded only when a command runs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from chengce import __version__
from chengce.core.text import Lang, Text
from chengce.interfaces.calibrate_cli import add_calibrate_command
from chengce.interfaces.columns_cli import add_columns_command
from chengce.interfaces.flow_cli import add_flow_commands
from chengce.interfaces.gtfs_cli import add_gtfs_command
from chengce.interfaces.matrix_cli import add_matrix_command
from chengce.interfaces.options import Command, Group, Languages, Options, Runners
from chengce.interfaces.output import say_problems, unexpected
from chengce.interfaces.wiring import DEBUG, debugging, language, use_utf8
from chengce.interfaces.words import several_files, usage_problem, wants

HELP = Text(
    "城策：做这件事，谁受益、谁受损、有多大把握、是否达标、日后如何验证？",
    "Chengce: if we do X, who gains and who loses, how sure are we, does it meet the standard, "
    "and how will we know later?",
)
EXITS = Text(
    "退出码：0 完成；1 程序内部错误；2 输入有误；3 与记录不符；130 已取消。",
    "Exit codes: 0 done; 1 an error inside the program; 2 bad input; 3 not as recorded; 130 cancelled.",
)
FAILED, USAGE = 1, 2


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 bad input, 3 not as recorded, 130 cancelled."""
    use_utf8()
    words = several_files(sys.argv[1:] if argv is None else argv)
    lang, as_json = language(words), wants(words, "--json")
    try:
        code = build(lang)(args=words, prog_name="chengce", standalone_mode=False, obj=lang)
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[attr-defined]
            sys.exit(USAGE)
        if hasattr(error, "format_message"):  # what the parser says of the words themselves
            say_problems([usage_problem(error, words)], lang, as_json=as_json)
            sys.exit(USAGE)
        if debugging():
            raise
        say_problems([unexpected(error, DEBUG)], lang, as_json=as_json)
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def build(lang: Lang) -> typer.Typer:
    """Return the command line with its help in one language."""
    options = Options(lang)
    t = options.say
    Out = Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help=t("把报告和表格写到该目录", "write report and tables to this folder"),
        ),
    ]
    CityOut = Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help=t(
                "城市目录，默认在配置文件旁、以城市代号命名",
                "city directory; default: beside the configuration, named after the city",
            ),
        ),
    ]
    DemoOut = Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help=t("小镇、城市和报告写到该目录", "folder for the town, the city and the report"),
        ),
    ]
    City = Annotated[
        Path, typer.Option("--city", metavar="DIR", help=t("城市目录", "city directory"))
    ]
    Sets = Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help=t("设置参数，可重复；参数见 apps", "set a parameter (see `apps`); repeatable"),
        ),
    ]
    Seed = Annotated[int, options.seed]
    Draws = Annotated[
        int,
        typer.Option(
            min=20,
            max=100_000,
            metavar="N",
            help=t("抽样次数，20 至 100000", "number of draws, 20 to 100000"),
        ),
    ]
    Workers = Annotated[int | None, options.workers]
    Runner = Annotated[Runners | None, options.runner]
    Scheduler = Annotated[str | None, options.scheduler]
    Json = Annotated[bool, options.json]
    LangOption = Annotated[Languages, options.language]
    Home = Annotated[Path | None, options.workspace]
    State = Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help=t("方案文件，默认现状", "scenario file; default: today"),
        ),
    ]
    Files = Annotated[
        list[Path],
        typer.Option(
            "--scenario",
            metavar="FILE...",
            help=t("方案文件，可一次给出多个", "scenario files, one or more"),
        ),
    ]
    Reference = Annotated[
        Path | None,
        typer.Option(
            "--reference",
            metavar="FILE",
            help=t("对照方案，默认现状", "scenario to compare with; default: today"),
        ),
    ]
    App = Annotated[
        str,
        typer.Argument(
            metavar="APP", help=t("应用名称，见 apps", "name of an application, see `apps`")
        ),
    ]
    Folder = Annotated[Path, typer.Argument(metavar="DIR", help=t("城市目录", "city directory"))]

    Formats = Annotated[list[str] | None, options.formats]
    Bom = Annotated[bool, options.bom]
    Dbf = Annotated[str, options.dbf_encoding]

    language_ = Languages(lang)
    app = typer.Typer(
        cls=Group,
        help=HELP.get(lang),
        epilog=EXITS.get(lang),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    city = typer.Typer(
        cls=Group,
        help=t("建立、检查、描述城市", "build, check and describe a city"),
        no_args_is_help=True,
    )
    ledger = typer.Typer(
        cls=Group,
        help=t("台账：链首与校验", "the ledger: head and verification"),
        no_args_is_help=True,
    )
    app.add_typer(city, name="city")
    app.add_typer(ledger, name="ledger")

    def show_version(wanted: bool) -> None:
        if wanted:
            print(f"chengce {__version__}")
            raise typer.Exit

    Version = Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=show_version,
            help=t("显示版本", "show the version"),
        ),
    ]

    @app.callback(invoke_without_command=False)
    def everywhere(lang_: LangOption = language_, version: Version = False) -> None:
        """Accept the language before the command as well as after it."""

    @city.callback(invoke_without_command=False)
    @ledger.callback(invoke_without_command=False)
    def group(lang_: LangOption = language_) -> None:
        """Accept the language here too."""

    @app.command(
        help=t("在内置的虚构小镇上走一遍主流程", "run the main job on a generated town"),
        cls=Command,
    )
    def demo(
        out: DemoOut = Path("chengce-demo"),
        json: Json = False,
        workspace: Home = None,
        lang_: LangOption = language_,
        seed: Seed = 1,
        draws: Draws = 200,
        workers: Workers = None,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers) as session:
            from chengce.interfaces.commands import demo

            demo(session, out, seed=seed, draws=draws)

    @app.command(
        help=t("列出全部应用及其参数", "list the applications and their parameters"), cls=Command
    )
    def apps(json: Json = False, lang_: LangOption = language_) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, None, 1) as session:
            from chengce.interfaces.lists import list_applications

            list_applications(session)

    @app.command(
        help=t(
            "测算城市的一个状态（现状或某个方案）",
            "answer for one state of a city (today or one scenario)",
        ),
        cls=Command,
    )
    def run(
        app_name: App,
        city: City,
        scenario: State = None,
        set_: Sets = None,
        out: Out = None,
        format_: Formats = None,
        bom: Bom = False,
        dbf_encoding: Dbf = "utf-8",
        json: Json = False,
        seed: Seed = 1,
        draws: Draws = 200,
        workers: Workers = None,
        runner: Runner = None,
        scheduler: Scheduler = None,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers, runner, scheduler) as session:
            from chengce.interfaces.commands import Output, run_comparison

            run_comparison(
                session,
                app_name,
                city,
                reference=scenario,
                scenarios=[],
                sets=set_ or [],
                out=Output(out, format_ or (), bom, dbf_encoding),
                seed=seed,
                draws=draws,
            )

    @app.command(
        help=t("比较方案：谁受益，谁受损", "compare scenarios: who gains and who loses"),
        cls=Command,
    )
    def compare(
        app_name: App,
        city: City,
        scenario: Files,
        out: Out = None,
        format_: Formats = None,
        bom: Bom = False,
        dbf_encoding: Dbf = "utf-8",
        reference: Reference = None,
        set_: Sets = None,
        json: Json = False,
        seed: Seed = 1,
        draws: Draws = 200,
        workers: Workers = None,
        runner: Runner = None,
        scheduler: Scheduler = None,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers, runner, scheduler) as session:
            from chengce.interfaces.commands import Output, run_comparison

            run_comparison(
                session,
                app_name,
                city,
                reference=reference,
                scenarios=scenario,
                sets=set_ or [],
                out=Output(out, format_ or (), bom, dbf_encoding),
                seed=seed,
                draws=draws,
            )

    @app.command(
        help=t("复算一次测算，核对是否一致", "compute a run again and say whether it is identical"),
        cls=Command,
    )
    def replay(
        run_id: Annotated[
            str,
            typer.Argument(metavar="RUN", help=t("测算编号，见 runs", "id of a run, see `runs`")),
        ],
        json: Json = False,
        workers: Workers = None,
        runner: Runner = None,
        scheduler: Scheduler = None,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers, runner, scheduler) as session:
            from chengce.interfaces.commands import replay_run

            replay_run(session, run_id)

    @app.command(
        help=t(
            "把已记录的测算写成其他格式（先复算，一致才写）",
            "write a recorded run in other formats (computed again first: it must come out the same)",
        ),
        cls=Command,
    )
    def export(
        run_id: Annotated[
            str,
            typer.Argument(metavar="RUN", help=t("测算编号，见 runs", "id of a run, see `runs`")),
        ],
        out: Annotated[
            Path,
            typer.Option("--out", metavar="DIR", help=t("写到该目录", "folder to write to")),
        ],
        format_: Formats = None,
        bom: Bom = False,
        dbf_encoding: Dbf = "utf-8",
        json: Json = False,
        workers: Workers = None,
        runner: Runner = None,
        scheduler: Scheduler = None,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers, runner, scheduler) as session:
            from chengce.interfaces.commands import Output, export_run

            export_run(session, run_id, Output(out, format_ or (), bom, dbf_encoding))

    @app.command(help=t("列出已记录的测算", "list the recorded runs"), cls=Command)
    def runs(json: Json = False, workspace: Home = None, lang_: LangOption = language_) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            from chengce.interfaces.lists import list_runs

            list_runs(session)

    add_flow_commands(app, options)
    add_calibrate_command(app, options)
    add_matrix_command(app, options)
    add_columns_command(city, options)
    add_gtfs_command(city, options)

    @city.command(help=t("由原始文件建立城市", "build a city from raw files"), cls=Command)
    def build(
        config: Annotated[
            Path,
            typer.Argument(metavar="CONFIG.toml", help=t("城市配置文件", "city configuration")),
        ],
        out: CityOut = None,
        json: Json = False,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            from chengce.interfaces.city_commands import build_city_directory

            build_city_directory(session, config, out)

    @city.command(
        help=t("检查城市目录的每个图层", "check every layer of a city directory"), cls=Command
    )
    def check(
        folder: Folder, json: Json = False, workspace: Home = None, lang_: LangOption = language_
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, None) as session:
            from chengce.interfaces.city_commands import check_city

            check_city(session, folder)

    @city.command(
        help=t("说明城市有哪些图层及其来源", "say what layers a city has and where they come from"),
        cls=Command,
    )
    def describe(
        folder: Folder, json: Json = False, workspace: Home = None, lang_: LangOption = language_
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            from chengce.interfaces.city_commands import describe_city

            describe_city(session, folder)

    @ledger.command(
        help=t(
            "打印链首（行号:哈希），可抄录作锚点",
            "print the head (N:HASH), an anchor to keep elsewhere",
        ),
        cls=Command,
    )
    def head(json: Json = False, workspace: Home = None, lang_: LangOption = language_) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            from chengce.interfaces.lists import ledger_head

            ledger_head(session)

    @ledger.command(help=t("校验整条链", "verify the whole chain"), cls=Command)
    def verify(
        anchor: Annotated[
            str | None,
            typer.Option(
                metavar="N:HASH",
                help=t("另存的锚点，可查出截尾", "an anchor kept elsewhere; shows a cut tail"),
            ),
        ] = None,
        json: Json = False,
        workspace: Home = None,
        lang_: LangOption = language_,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            from chengce.interfaces.lists import ledger_verify

            ledger_verify(session, anchor)

    return app
