"""Share the width of a page among the columns of a table."""

from chengce.decisions.report.rich import pieces
from chengce.decisions.report.tables import Cell, Table

_SHORTEST, _LONGEST = 6, 44  # letters that a column of text is given room for
_PADDING = 3  # letters between columns
_ROOM = 112  # letters that fit side by side
_CHINESE = 0x2E7F  # the first letter as wide as two


def column_weights(table: Table) -> tuple[list[int], bool]:
    """Return a share of the width per column, by its longest cells, and whether intervals go below.

    They go below their numbers where they don't fit beside them.
    """
    count = range(len(table.columns))
    wide = [_usual(table, i, whole=True) for i in count]
    if sum(wide) <= _ROOM or not table.numeric:
        return wide, False
    return [_usual(table, i, whole=i not in table.numeric) for i in count], True


def _usual(table: Table, column: int, *, whole: bool) -> int:
    """Return how many letters the cells of a column hold in their longest line (`whole`) or piece."""
    numeric = column in table.numeric
    cells = [row[column] for row in table.rows]
    lengths = sorted(max(map(letters, _parts(c, whole=whole)), default=0) for c in cells)
    most = lengths[-1 if numeric else round(0.9 * (len(lengths) - 1))] if cells else 0
    name = table.columns[column]
    head = max([*map(letters, name.split()), (letters(name) + 1) // 2]) + 1
    return _PADDING + max(_SHORTEST, head, most if numeric else min(_LONGEST, most))


def _parts(cell: Cell, *, whole: bool) -> list[str]:
    return str(cell).split("\n") if whole else [text for text, _ in pieces(cell)]


def letters(text: str) -> int:
    """Return the width of a text in Latin letters; Chinese ones count twice."""
    return sum(2 if ord(c) > _CHINESE else 1 for c in text)
