"""Offer `city columns` on the command line: a mapping of a file's columns, to be confirmed."""

from pathlib import Path
from typing import Annotated

import typer

from chengce.interfaces.options import Command, Languages, Options


def add_columns_command(city: typer.Typer, options: Options) -> None:
    """Add `columns` to the commands of a city, with help in the options' language."""
    t = options.say
    language = Languages(options.lang)
    Json = Annotated[bool, options.json]
    LangOption = Annotated[Languages, options.language]

    def words(metavar: str, zh: str, en: str) -> typer.models.OptionInfo:
        return typer.Option(metavar=metavar, help=t(zh, en))  # type: ignore[no-any-return]

    @city.command(
        help=t(
            "看一个表格文件，拟出列的对应关系，供核对后写入配置",
            "look at a table file and propose a mapping of its columns, to confirm in the configuration",
        ),
        cls=Command,
    )
    def columns(
        file: Annotated[
            Path,
            typer.Argument(
                metavar="FILE",
                help=t(
                    "XLSX、XLS、CSV、Shapefile、GDB、DXF、GPKG 等",
                    "XLSX, XLS, CSV, Shapefile, GDB, DXF, GPKG …",
                ),
            ),
        ],
        table: Annotated[
            str,
            words(
                "T", "填入哪张表；默认取最合适的", "table to fill; default: the one that fits best"
            ),
        ] = "",
        sheet: Annotated[str, words("NAME", "工作表", "sheet of a workbook")] = "",
        layer: Annotated[str, words("NAME", "图层", "layer of a geodatabase or drawing")] = "",
        header: Annotated[
            str,
            words(
                "ROWS",
                "表头所在行，如 3 或 3-5；默认自动识别",
                "rows of the header, as 3 or 3-5; default: found",
            ),
        ] = "",
        encoding: Annotated[
            str, words("NAME", "文字编码；默认自动识别", "encoding of text; default: recognised")
        ] = "",
        json: Json = False,
        lang_: LangOption = language,
    ) -> None:
        from chengce.interfaces.session import Session

        with Session(options.lang, json, None, 1) as session:
            from chengce.interfaces.columns_command import show_columns

            show_columns(
                session, file, table=table, sheet=sheet, layer=layer, header=header,
                encoding=encoding,
            )  # fmt: skip
