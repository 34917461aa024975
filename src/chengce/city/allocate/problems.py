"""Word what can be wrong with totals, areas and homes, in both languages."""

from collections.abc import Sequence
from typing import Literal

from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 10


def listed(names: Sequence[str]) -> Text:
    """Return the first names and how many there are in all."""
    shown = [str(n) for n in names[:SHOWN]]
    if len(names) <= SHOWN:
        return Text("、".join(shown), ", ".join(shown))
    return Text(
        "、".join(shown) + f" 等 {len(names)} 个",
        ", ".join(shown) + f" and {len(names) - SHOWN} more",
    )


def people(count: float) -> str:
    """Return a number of people as a person writes it."""
    return f"{count:,.0f}" if count == int(count) else f"{count:,g}"


def error(code: str, message: Text, remedy: Text, file: str, column: str = "") -> Problem:
    """Return an error about a file or table."""
    return Problem(code, message, remedy, file, None, column)


def notice(
    code: str, message: Text, remedy: Text, file: str,
    *, severity: Literal["warning", "info"] = "warning",
) -> Problem:  # fmt: skip
    """Return a warning or note about a file or table."""
    return Problem(code, message, remedy, file, None, "", severity)
