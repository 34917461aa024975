"""Offer the command that writes a city's public transport as a GTFS feed."""

from pathlib import Path
from typing import Annotated

import typer

from chengce.interfaces.options import Command, Languages, Options


def add_gtfs_command(city: typer.Typer, options: Options) -> None:
    """Add `city gtfs` to the command line, with help in the options' language."""
    t = options.say
    language = Languages(options.lang)
    LangOption = Annotated[Languages, options.language]
    Home = Annotated[Path | None, options.workspace]

    @city.command(
        help=t("把城市的公交写成 GTFS", "write a city's public transport as a GTFS feed"),
        cls=Command,
    )
    def gtfs(
        folder: Annotated[
            Path, typer.Argument(metavar="DIR", help=t("城市目录", "city directory"))
        ],
        out: Annotated[
            Path,
            typer.Option("--out", metavar="FEED.zip", help=t("写到该文件", "write to this file")),
        ],
        json: Annotated[bool, options.json] = False,
        workspace: Home = None,
        lang_: LangOption = language,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(options.lang, json, workspace, 1) as session:
            from chengce.interfaces.gtfs_command import write_feed

            write_feed(session, folder, out)
