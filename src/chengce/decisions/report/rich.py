"""Hold a piece of text whose parts are set differently, whatever the page: HTML, Word, PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Style = Literal["", "value", "interval", "change", "flag", "code", "long", "date", "number"]
Piece = tuple[str, Style]

BREAK: Piece = ("\n", "")
_HTML: dict[Style, str] = {
    "": "{}",
    "value": '<b class="v">{}</b><wbr>',
    "interval": '<span class="iv">{}</span>',
    "change": '<span class="ch">{}</span>',
    "flag": '<span class="flag">{}</span>',
    "code": "<code>{}</code>",
    "long": '<code class="long">{}</code>',
    "date": '<span class="date">{}</span>',
    "number": '<span class="no">{}</span>',
}


@dataclass(frozen=True)
class Rich:
    """Pieces of text with a style each; the piece `BREAK` ends a line.

    `value` and `interval` are an estimate's two parts, `change` stands below a value and is
    smaller, `flag` warns, `code` and `long` are for machines, `date` must not be broken, `number`
    is a sign on a map.
    """

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, *parts: "str | Piece | Rich") -> "Rich":
        """Return the parts one after the other; a plain text has no style."""
        out: list[Piece] = []
        for part in parts:
            if isinstance(part, Rich):
                out += part.pieces
            else:
                out.append((part, "") if isinstance(part, str) else part)
        return cls(tuple(out))

    @classmethod
    def lines(cls, parts: "Iterable[str | Piece | Rich]") -> "Rich":
        """Return each part on a line of its own."""
        out: list[str | Piece | Rich] = []
        for part in parts:
            out += [BREAK, part] if out else [part]
        return cls.of(*out)

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)

    def __html__(self) -> Markup:
        return Markup("").join(
            Markup("<br>") if piece == BREAK else Markup(_HTML[piece[1]]).format(piece[0])
            for piece in self.pieces
        )


def pieces(cell: "str | Rich") -> tuple[Piece, ...]:
    """Return the pieces of a cell, plain or rich."""
    return cell.pieces if isinstance(cell, Rich) else ((cell, ""),)
