"""Mark the cells of a workbook whose value is not all there is to know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CellError:
    """An error such as #REF!; #N/A is a blank."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class NotComputed:
    """A formula without a result."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Padded:
    """A number displayed with leading zeros: 12 shown as 00012."""

    value: float
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class MergedNumber:
    """A number that stands in a cell merged over several rows or columns."""

    value: object
    question: str

    def __str__(self) -> str:
        return str(self.value)
