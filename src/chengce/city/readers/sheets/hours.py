"""Read a cell of opening hours into the one notation a city keeps, or ask."""

from typing import Any

from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.write import write_hours
from chengce.city.readers.sheets.outcomes import Asked, Understood
from chengce.city.readers.sheets.texts import read_text


def read_hours_cell(cell: Any) -> Understood | Asked:
    """Return the hours of a cell as `write_hours` writes them; a blank is not known."""
    read = read_text(cell, key=False)
    if isinstance(read, Asked) or read.value is None:
        return read
    hours = read_hours(read.value)
    if isinstance(hours, Unread):
        return Asked(hours.code)
    written = write_hours(hours)
    return Understood(written, (*read.repairs, *(() if written == cell else ("hours_notation",))))
