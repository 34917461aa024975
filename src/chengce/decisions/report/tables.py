"""Hold a table as a page prints it: caption, columns, rows of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from chengce.decisions.report.rich import Rich

Cell = str | Rich


@dataclass(frozen=True)
class Table:
    """A table in one language. Columns whose index is in `numeric` are set to the right.

    `strong` are indices of rows that sum up; `note` stands below.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    note: str = ""


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, text: Sequence[int] = (0,),
    strong: Sequence[int] = (), note: str = "",
) -> Table:  # fmt: skip
    """Return a table; all columns but those in `text` are numeric."""
    numeric = frozenset(range(len(columns))) - frozenset(text)
    return Table(
        caption, tuple(columns), tuple(tuple(r) for r in rows), numeric, frozenset(strong), note
    )


def capital(text: str) -> str:
    """Return a title with a capital at its start (Chinese is unchanged)."""
    return text[:1].upper() + text[1:]
