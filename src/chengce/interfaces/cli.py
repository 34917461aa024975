"""Offer every command on the command line; the work itself is loaded only when a command runs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from chengce.core.text import Lang, Text
from chengce.interfaces.wiring import language, use_utf8

HELP = Text(
    "城策：做这件事，谁受益、谁受损、有多大把握、是否达标、日后如何验证？",
    "Chengce: if we do X, who gains and who loses, how sure are we, does it meet the standard, "
    "and how will we know later?",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 0 done, 2 bad input, 3 not as recorded, 130 cancelled."""
    use_utf8()
    words = list(sys.argv[1:] if argv is None else argv)
    app = build(language(words))
    app(args=words, prog_name="chengce")


def build(lang: Lang) -> typer.Typer:
    """Return the command line with its help in one language."""

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    Out = Annotated[Path | None, typer.Option("--out", help=t("结果目录", "folder for the results"))]
    City = Annotated[Path, typer.Option("--city", help=t("城市目录", "city directory"))]
    Sets = Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help=t("设置参数，可重复", "set a parameter; repeatable")),
    ]
    Seed = Annotated[int, typer.Option(help=t("随机种子", "seed of the draws"))]
    Draws = Annotated[int, typer.Option(min=20, max=100_000, help=t("抽样次数", "number of draws"))]
    Workers = Annotated[
        int | None, typer.Option(min=1, help=t("并行线程数，默认为处理器数", "threads; default: all processors"))
    ]
    Json = Annotated[bool, typer.Option("--json", help=t("以 JSON 输出到标准输出", "print JSON to stdout"))]
    LangOption = Annotated[str, typer.Option("--lang", help=t("语言 zh/en", "language zh/en"))]
    Home = Annotated[
        Path | None,
        typer.Option("--workspace", help=t("工作区，默认 $CHENGCE_HOME 或 ./.chengce",
                                           "workspace; default $CHENGCE_HOME or ./.chengce")),  # fmt: skip
    ]
    ScenarioFiles = Annotated[
        list[Path], typer.Option("--scenario", help=t("方案文件，可重复", "scenario file; repeatable"))
    ]
    Reference = Annotated[
        Path | None, typer.Option("--reference", help=t("参照方案，默认现状", "reference scenario; default: today"))
    ]

    app = typer.Typer(help=HELP.get(lang), no_args_is_help=True, add_completion=False,
                      pretty_exceptions_enable=False, rich_markup_mode=None)  # fmt: skip
    city = typer.Typer(help=t("建立、检查、描述城市", "build, check and describe a city"), no_args_is_help=True)
    ledger = typer.Typer(help=t("台账：链首与校验", "the ledger: head and verification"), no_args_is_help=True)
    app.add_typer(city, name="city")
    app.add_typer(ledger, name="ledger")

    @app.callback(invoke_without_command=False)
    def everywhere(lang_: LangOption = lang) -> None:
        """Accept the language before the command as well as after it."""

    @app.command(help=t("在内置小镇上运行主流程", "run the main job on a generated town"))
    def demo(out: Out = None, json: Json = False, workspace: Home = None, lang_: LangOption = lang,
             seed: Seed = 1, draws: Draws = 200, workers: Workers = None) -> None:  # fmt: skip
        from chengce.interfaces.commands import demo
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers) as session:
            demo(session, out or Path("chengce-demo"), seed=seed, draws=draws)

    @app.command(help=t("列出全部应用及其参数", "list the applications and their parameters"))
    def apps(json: Json = False, lang_: LangOption = lang) -> None:
        from chengce.interfaces.commands import list_applications
        from chengce.interfaces.session import Session

        with Session(lang, json, None, 1) as session:
            list_applications(session)

    @app.command(help=t("对一个状态测算", "answer for one state of a city"))
    def run(app_name: Annotated[str, typer.Argument(metavar="APP")], city: City,
            scenario: Annotated[Path | None, typer.Option("--scenario", help=t("方案文件", "scenario file"))] = None,
            set_: Sets = None, out: Out = None, json: Json = False, seed: Seed = 1, draws: Draws = 200,
            workers: Workers = None, workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.commands import run_comparison
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers) as session:
            run_comparison(session, app_name, city, reference=scenario, scenarios=[], sets=set_ or [],
                           out=out, seed=seed, draws=draws)  # fmt: skip

    @app.command(help=t("比较方案：谁受益，谁受损", "compare scenarios: who gains and who loses"))
    def compare(app_name: Annotated[str, typer.Argument(metavar="APP")], city: City, scenario: ScenarioFiles,
                out: Out = None, reference: Reference = None, set_: Sets = None, json: Json = False,
                seed: Seed = 1, draws: Draws = 200, workers: Workers = None, workspace: Home = None,
                lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.commands import run_comparison
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers) as session:
            run_comparison(session, app_name, city, reference=reference, scenarios=scenario,
                           sets=set_ or [], out=out, seed=seed, draws=draws)  # fmt: skip

    @app.command(help=t("复算一次测算，核对是否一致", "compute a run again and say whether it is identical"))
    def replay(run_id: Annotated[str, typer.Argument(metavar="RUN")], json: Json = False,
               workers: Workers = None, workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.commands import replay_run
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, workers) as session:
            replay_run(session, run_id)

    @app.command(help=t("列出已记录的测算", "list the recorded runs"))
    def runs(json: Json = False, workspace: Home = None, lang_: LangOption = lang) -> None:
        from chengce.interfaces.commands import list_runs
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            list_runs(session)

    @city.command(help=t("由原始文件建立城市", "build a city from raw files"))
    def build(config: Annotated[Path, typer.Argument(metavar="CONFIG.toml")], out: Out = None, json: Json = False,
              workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.city_commands import build_city_directory
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            build_city_directory(session, config, out)

    @city.command(help=t("检查城市目录的每个图层", "check every layer of a city directory"))
    def check(folder: Annotated[Path, typer.Argument(metavar="DIR")], json: Json = False,
              workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.city_commands import check_city
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, None) as session:
            check_city(session, folder)

    @city.command(help=t("说明城市有哪些图层及其来源", "say what layers a city has and where they come from"))
    def describe(folder: Annotated[Path, typer.Argument(metavar="DIR")], json: Json = False,
                 workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.city_commands import describe_city
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            describe_city(session, folder)

    @ledger.command(help=t("打印链首（序号:哈希）", "print the head (number:hash)"))
    def head(json: Json = False, workspace: Home = None, lang_: LangOption = lang) -> None:
        from chengce.interfaces.commands import ledger_head
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            ledger_head(session)

    @ledger.command(help=t("校验整条链", "verify the whole chain"))
    def verify(anchor: Annotated[str | None, typer.Option(help=t("锚点 序号:哈希", "anchor N:HASH"))] = None,
               json: Json = False, workspace: Home = None, lang_: LangOption = lang) -> None:  # fmt: skip
        from chengce.interfaces.commands import ledger_verify
        from chengce.interfaces.session import Session

        with Session(lang, json, workspace, 1) as session:
            ledger_verify(session, anchor)

    return app
