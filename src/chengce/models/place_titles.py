"""Name kinds of place in both languages; a kind the list does not know keeps its own name."""

from chengce.city.readers.place_kinds import place_kinds
from chengce.core.text import Text


def place_title(kind: str) -> Text:
    """Return the title of a kind of place."""
    return next((k.title for k in place_kinds() if k.id == kind), Text(kind, kind))


def known_kinds() -> frozenset[str]:
    """Return the ids of all kinds the readers know."""
    return frozenset(k.id for k in place_kinds())


def everyday_kinds() -> tuple[str, ...]:
    """Return the ids of the kinds of everyday place, in order."""
    return tuple(k.id for k in place_kinds() if k.everyday)
