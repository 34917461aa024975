"""Hold what a report says as plain blocks, for any page to set: web, Word, PDF."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from chengce.core.text import Lang
from chengce.decisions.report.figures import Figure
from chengce.decisions.report.histogram import Chart
from chengce.decisions.report.tables import Cell, Table

Role = Literal["body", "question", "answer", "note", "screen"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `screen`: a note that only a page with tooltips needs."""

    kind: ClassVar[str] = "paragraph"
    text: str
    role: Role = "body"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Listed:
    """A list of items, numbered or not."""

    kind: ClassVar[str] = "list"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Terms:
    """Names with their definitions."""

    kind: ClassVar[str] = "terms"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableBlock:
    """A numbered table."""

    kind: ClassVar[str] = "table"
    number: int
    table: Table


@dataclass(frozen=True)
class MapsBlock:
    """Numbered maps with one legend; `keys`: (sign, name) of what else is drawn; `credit`: whose data."""

    kind: ClassVar[str] = "maps"
    number: int
    figure: Figure
    keys: tuple[tuple[str, str], ...]
    credit: str


@dataclass(frozen=True)
class ChartBlock:
    """A numbered chart."""

    kind: ClassVar[str] = "chart"
    number: int
    title: str
    chart: Chart


Block = Paragraph | Heading | Listed | Terms | TableBlock | MapsBlock | ChartBlock


@dataclass(frozen=True)
class Section:
    """A section of a report."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report in one language. `facts`: what stands on its first page; `drawings`: shared SVG.

    `words`: the labels that pages put around the blocks (Table, Figure, Legend, Data).
    """

    lang: Lang
    kind: str
    title: str
    city: str
    run_id: str
    date: str
    replay: str
    facts: tuple[tuple[str, tuple[Cell, ...]], ...]
    disclaimer: str
    sections: tuple[Section, ...]
    drawings: str
    words: dict[str, str]
