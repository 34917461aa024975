"""Find the columns that a configuration names, though they are written a little otherwise."""

from collections.abc import Mapping, Sequence

from chengce.city.readers.sheets.units import without_unit
from chengce.city.readers.sheets.words import narrow


def match_names(wanted: Sequence[str], names: Sequence[str]) -> Mapping[str, str | None]:
    """Return for each wanted name the one column it can mean, or None.

    Width, spaces, line breaks and a unit in brackets don't matter, unless more than one
    column would then be meant.
    """
    found: dict[str, str | None] = {}
    for name in wanted:
        if name in names:
            found[name] = name
            continue
        near: list[str] = []
        for form in (narrow, lambda text: narrow(without_unit(text))):
            near = [n for n in names if n and form(n) == form(name)]
            if near:
                break
        found[name] = near[0] if len(near) == 1 else None
    return found
