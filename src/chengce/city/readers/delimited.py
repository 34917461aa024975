"""Cut a text into rows of cells: commas, semicolons or tabs, whichever its header has most of."""

import csv
import io

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text


def separator(text: str) -> str:
    """Return what separates the cells of a table: the commonest of , ; and tab in its header."""
    header = text.lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def filled_rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something: their numbers as a spreadsheet counts, cells trimmed.

    Raises `ChengceError` (`csv_parsing_failed`) where quotes do not close.
    """
    rows = csv.reader(io.StringIO(text, newline=None), delimiter=separator(text))
    try:
        trimmed = [(i, [cell.strip() for cell in row]) for i, row in enumerate(rows, 1)]
    except csv.Error as error:
        raise ChengceError(
            Problem(
                "csv_parsing_failed",
                Text(f"无法解析：{error}", f"cannot be parsed: {error}"),
                Text("检查引号是否成对", "check for unbalanced quotes"),
                file,
            )
        ) from error
    return [(i, row) for i, row in trimmed if any(row)]
