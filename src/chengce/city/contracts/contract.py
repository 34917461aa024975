"""Define the contract of a table: columns with kind, range and unit, key, geometry."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["str", "int", "float", "bool", "date"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, its range, whether it must be there, and what it refers to."""

    name: str
    kind: Kind
    required: bool = True
    low: float | None = None
    high: float | None = None
    allowed: tuple[str | int, ...] = ()
    refers: str = ""
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True)
class Contract:
    """One table: the layer it belongs to, its key, its columns and its kind of geometry."""

    name: str
    layer: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    geometry: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column called `name`, if the contract knows it."""
        return next((c for c in self.columns if c.name == name), None)


def optional(name: str, kind: Kind, **more: object) -> Column:
    """Return a column that a table may lack, and whose values may be missing."""
    return Column(name, kind, required=False, nullable=True, **more)  # type: ignore[arg-type]
