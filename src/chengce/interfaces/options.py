"""Hold what the commands share on the command line: their classes and the options of several."""

from enum import StrEnum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from chengce.core.text import Lang
from chengce.interfaces.words import tidy_help


class Languages(StrEnum):
    """The languages there are."""

    ZH = "zh"
    EN = "en"


class Runners(StrEnum):
    """Where blocks of heavy work run."""

    SERIAL = "serial"
    THREADS = "threads"
    DASK = "dask"


class Command(TyperCommand):
    """A command whose help is in the language asked for."""

    def get_help(self, ctx: Any) -> str:
        """Return the page of help."""
        return tidy_help(super().get_help(ctx), ctx.find_root().obj)


class Group(TyperGroup):
    """A group of commands whose help is in the language asked for."""

    def get_help(self, ctx: Any) -> str:
        """Return the page of help."""
        return tidy_help(super().get_help(ctx), ctx.find_root().obj)


class Options:
    """The options that several commands have, with help in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, zh: str, en: str) -> str:
        """Return one of two texts."""
        return zh if self.lang == "zh" else en

    @property
    def json(self) -> Any:
        """--json."""
        help_ = self.say("以 JSON 输出到标准输出", "print JSON to stdout")
        return typer.Option("--json", help=help_)

    @property
    def language(self) -> Any:
        """--lang."""
        help_ = self.say("语言，默认随系统", "language; default: the locale's")
        return typer.Option("--lang", metavar="zh|en", help=help_)

    @property
    def workspace(self) -> Any:
        """--workspace."""
        help_ = self.say(
            "工作区，默认 $CHENGCE_HOME 或 ./.chengce",
            "workspace; default $CHENGCE_HOME or ./.chengce",
        )
        return typer.Option("--workspace", metavar="DIR", help=help_)

    @property
    def workers(self) -> Any:
        """--workers."""
        help_ = self.say("并行线程数，默认为处理器数", "threads; default: all processors")
        return typer.Option(min=1, metavar="N", help=help_)

    @property
    def runner(self) -> Any:
        """--runner."""
        help_ = self.say(
            "在哪里算出行时间矩阵：默认 $CHENGCE_RUNNER 或 threads；dask 为本机多进程或集群",
            "where matrices are computed: default $CHENGCE_RUNNER or threads; "
            "dask: processes here, or a cluster",
        )
        return typer.Option("--runner", metavar="serial|threads|dask", help=help_)

    @property
    def scheduler(self) -> Any:
        """--scheduler."""
        help_ = self.say(
            "Dask 调度地址，如 tcp://主机:8786，默认 $CHENGCE_SCHEDULER",
            "address of a Dask scheduler, tcp://HOST:8786; default $CHENGCE_SCHEDULER",
        )
        return typer.Option("--scheduler", metavar="ADDRESS", help=help_)

    @property
    def seed(self) -> Any:
        """--seed."""
        return typer.Option(metavar="N", help=self.say("随机种子", "seed of the draws"))

    @property
    def formats(self) -> Any:
        """--format."""
        names = "html, docx, pdf, a3map, gpkg, shp, geoparquet, geojson, fgb, csv, omx"
        help_ = self.say(
            f"写出的格式，可重复：{names}；默认 html、csv 和主要指标分区图层",
            f"what to write, repeatable: {names}; default: html, csv and zones of the headline metrics",
        )
        return typer.Option("--format", metavar="NAME", help=help_)

    @property
    def bom(self) -> Any:
        """--bom."""
        help_ = self.say(
            "table.csv 带 BOM，便于表格软件直接打开中文",
            "begin table.csv with a byte order mark, for spreadsheets",
        )
        return typer.Option("--bom", help=help_)

    @property
    def dbf_encoding(self) -> Any:
        """--dbf-encoding."""
        help_ = self.say(
            "Shapefile 属性表的编码：utf-8 或 gbk",
            "encoding of a Shapefile's table: utf-8 or gbk",
        )
        return typer.Option("--dbf-encoding", metavar="NAME", help=help_)
