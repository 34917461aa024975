"""Set the blocks of a report as a Word document with real styles, captions and tables."""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from chengce.core.text import Lang
from chengce.decisions.maps.samples import sign
from chengce.decisions.maps.standalone import (
    SAMPLE_MM,
    standalone_chart,
    standalone_map,
    standalone_sample,
)
from chengce.decisions.record import Run
from chengce.decisions.report.content import report_content
from chengce.decisions.report.document import (
    Block,
    ChartBlock,
    Document,
    Heading,
    Listed,
    MapsBlock,
    Paragraph,
    TableBlock,
    Terms,
)
from chengce.decisions.report.docx_parts import (
    TABLE_STYLE,
    add_field,
    border,
    describe,
    keep_whole,
    repeat_head,
    restart_list,
    shade,
    tighten,
)
from chengce.decisions.report.docx_styles import ACCENT, SOFT, TEXT_MM, WARN, colour, new_document
from chengce.decisions.report.rich import pieces
from chengce.decisions.report.tables import Cell, Table
from chengce.decisions.report.widths import column_weights, letters
from chengce.decisions.typeset.compile import picture
from chengce.decisions.typeset.fonts import require_chinese

DPI = 300.0
ALONE_MM, BESIDE_MM = 93.0, 78.0  # how wide a map is, alone and one of two
CHART_MM = 150.0
_MANY = 6  # columns: beyond, a table is set smaller
LEGEND_MM = 112.0  # of the legend beside the signs
_CELL_MM = 4.0  # what the margins of a cell take, and a little
_SAMPLE_MM, _LABEL_MM, _LETTER_MM = 9.0, 14.0, 1.3


def docx_report(run: Run, lang: Lang) -> bytes:
    """Return the report of a run as DOCX; raises `ChengceError` (`font_missing`)."""
    return set_document(report_content(run, lang), dt.datetime.fromisoformat(run.at))


def set_document(report: Document, at: dt.datetime) -> bytes:
    """Return a report's blocks as DOCX that bears a date, the same bytes for the same content."""
    if report.lang == "zh":
        require_chinese()  # the letters on maps and charts become pictures
    document = new_document(report)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = report.title, "Chengce 城策", "Chengce 城策"
    about.subject, about.comments = f"{report.city} · {report.run_id}", report.replay
    about.created = about.modified = at.replace(tzinfo=None)
    page = _Page(document, report)
    page.front()
    for section in report.sections:
        document.add_heading(section.title, level=1)
        for block in section.blocks:
            page.put(block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue(), at)


@dataclass(frozen=True)
class _Page:
    document: Any
    report: Document
    samples: dict[str, bytes] = field(default_factory=dict)

    def front(self) -> None:
        """Put the title, what is asked of which city, and the caveat that leads."""
        report = self.report
        self.document.add_paragraph(report.kind, style="Chengce Kind")
        self.document.add_paragraph(report.title, style="Title")
        table = self._grid(1, [TEXT_MM / len(report.facts)] * len(report.facts))
        for cell, (name, lines) in zip(table.rows[0].cells, report.facts, strict=True):
            first = cell.paragraphs[0]
            first._p.style = "ChengceSmall"
            colour(first.add_run(name), SOFT)
            for line in lines:
                _write(cell.add_paragraph(style="Chengce Cell"), line)
        if report.disclaimer:
            told = self.document.add_paragraph(style="Normal")
            told.paragraph_format.space_before = Pt(10)
            run = told.add_run(report.disclaimer)
            run.bold = True
            colour(run, WARN)
            for side in ("top", "left", "bottom", "right"):
                border(told._p, side, WARN)

    def put(self, block: Block) -> None:
        """Put one block at the end."""
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Heading):
            self.document.add_heading(block.text, level=2)
        elif isinstance(block, Listed):
            style = "List Number" if block.numbered else "List Bullet"
            items = [self.document.add_paragraph(x, style=style) for x in block.items]
            if block.numbered:
                restart_list(self.document, items)
        elif isinstance(block, Terms):
            self._terms(block)
        elif isinstance(block, TableBlock):
            self._table(block)
        elif isinstance(block, MapsBlock):
            self._maps(block)
        else:
            self._chart(block)

    def _paragraph(self, block: Paragraph) -> None:
        if block.role == "screen":
            return
        style = "Chengce Note" if block.role == "note" else "Normal"
        paragraph = self.document.add_paragraph(block.text, style=style)
        if block.role == "answer":
            border(paragraph._p, "left", ACCENT, size=18, space=8)
            paragraph.paragraph_format.left_indent = Mm(4)

    def _terms(self, block: Terms) -> None:
        table = self._grid(len(block.items), [TEXT_MM * 0.38, TEXT_MM * 0.62])
        for row, (name, text) in zip(table.rows, block.items, strict=True):
            for cell, said, grey in zip(row.cells, (name, text), (False, True), strict=True):
                cell.paragraphs[0]._p.style = "ChengceCell"
                cell.paragraphs[0].paragraph_format.space_after = Pt(3)
                run = cell.paragraphs[0].add_run(said)
                if grey:
                    colour(run, SOFT)

    def _caption(self, word: str, number: int, title: str) -> None:
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.add_run(f"{word} ")
        add_field(paragraph, f"SEQ {word} \\* ARABIC", str(number))
        paragraph.add_run(f"  {title}")

    def _table(self, block: TableBlock) -> None:
        self._caption(self.report.words["table"], block.number, block.table.caption)
        if block.table.rows:
            self._rows(block.table)
        if block.table.note:
            self.document.add_paragraph(block.table.note, style="Chengce Note")
        elif block.table.rows:
            self._space()

    def _rows(self, table: Table) -> None:
        weights, below = column_weights(table)
        widths = [TEXT_MM * w / sum(weights) for w in weights]
        made = self._grid(1 + len(table.rows), widths, style=TABLE_STYLE)
        put = self._small if len(table.columns) > _MANY else self._cell
        repeat_head(made.rows[0])
        for i, name in enumerate(table.columns):
            put(made.rows[0].cells[i], name, right=i in table.numeric, bold=True)
        for number, (row, cells) in enumerate(zip(made.rows[1:], table.rows, strict=True)):
            keep_whole(row)
            for i, cell in enumerate(cells):
                put(row.cells[i], cell, right=i in table.numeric, below=below)
                if number in table.strong:
                    shade(row.cells[i], "F3F6F9")

    def _cell(
        self, cell: Any, text: Cell, *, right: bool = False, bold: bool = False, below: bool = False
    ) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = "ChengceCell"
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, text, below=below)
        if bold:
            for run in paragraph.runs:
                run.bold = True

    def _maps(self, block: MapsBlock) -> None:
        figure, drawings = block.figure, self.report.drawings
        self._caption(self.report.words["figure"], block.number, figure.title)
        alone = len(figure.panels) == 1
        wide = ALONE_MM if alone else BESIDE_MM
        shown = [
            (p.title, picture(standalone_map(p.svg, drawings, figure.colours, wide), wide, DPI))
            for p in figure.panels
        ]
        if alone:
            table = self._grid(1, [wide + _CELL_MM, TEXT_MM - wide - _CELL_MM])
            keep_whole(table.rows[0])
            self._panel(table.rows[0].cells[0], *shown[0], wide)
            self._key(table.rows[0].cells[1], block, TEXT_MM - wide - 2 * _CELL_MM)
        else:
            table = self._grid((len(shown) + 1) // 2, [TEXT_MM / 2] * 2)
            for k, (title, data) in enumerate(shown):
                self._panel(table.rows[k // 2].cells[k % 2], title, data, wide)
            below = self._grid(1, [LEGEND_MM, TEXT_MM - LEGEND_MM])
            keep_whole(below.rows[0])
            left, right = below.rows[0].cells
            self._key(left, block, LEGEND_MM - _CELL_MM, beside=right)
        self._space()

    def _panel(self, cell: Any, title: str, data: bytes, wide: float) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = "ChengceSmall"
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(title).bold = True
        below = cell.add_paragraph(style="Chengce Small")
        below.paragraph_format.keep_with_next = True
        describe(below.add_run().add_picture(io.BytesIO(data), width=Mm(wide)), title)

    def _key(self, cell: Any, block: MapsBlock, width_mm: float, beside: Any = None) -> None:
        """Put the legend into a cell, then signs, note and credit below it or beside it."""
        figure, words = block.figure, self.report.words
        table = cell.add_table(1 + len(figure.legend), 2 + len(figure.columns))
        tighten(table)
        most = max((letters(r.label) for r in figure.legend), default=0)
        labels = min(max(_LABEL_MM, 3 + most * _LETTER_MM), 0.4 * width_mm)
        rest = (width_mm - _SAMPLE_MM - labels) / len(figure.columns)
        _fix(table, [_SAMPLE_MM, labels, *[rest] * len(figure.columns)])
        longest = max((letters(str(c)) for r in figure.legend for c in r.cells), default=0)
        below = longest * _LETTER_MM > rest
        unit = figure.unit and (
            f"（{figure.unit}）" if self.report.lang == "zh" else f" ({figure.unit})"
        )
        head = table.rows[0].cells
        self._small(head[0].merge(head[1]), words["legend_class"] + unit, bold=True)
        for k, name in enumerate(figure.columns):
            self._small(head[2 + k], name, right=True, bold=True)
        for row, item in zip(table.rows[1:], figure.legend, strict=True):
            sample = row.cells[0].paragraphs[0]
            sample._p.style = "ChengceSmall"
            self._sample(sample, standalone_sample(item.sample, figure.colours))
            self._small(row.cells[1], item.label)
            for k, value in enumerate(item.cells):
                self._small(row.cells[2 + k], value, right=True, below=below)
        _remove(cell.paragraphs[0])
        place = cell if beside is None else beside
        if beside is not None:
            _remove(beside.paragraphs[0])
        for mark, name in block.keys:
            line = place.add_paragraph(style="Chengce Small")
            line.paragraph_format.space_after = Pt(2)
            if mark:
                self._sample(line, standalone_sample(sign(mark), ()))
            line.add_run(f"  {name}")
        colon = "：" if self.report.lang == "zh" else ": "
        for text in (figure.note, f"{words['attribution']}{colon}{block.credit}"):
            said = place.add_paragraph(style="Chengce Small")
            said.paragraph_format.space_before = Pt(3)
            colour(said.add_run(text), SOFT)

    def _small(
        self, cell: Any, text: Cell, *, right: bool = False, bold: bool = False, below: bool = False
    ) -> None:
        self._cell(cell, text, right=right, bold=bold, below=below)
        cell.paragraphs[0]._p.style = "ChengceSmall"

    def _sample(self, paragraph: Any, svg: str) -> None:
        if svg not in self.samples:
            self.samples[svg] = picture(svg, SAMPLE_MM, DPI)
        paragraph.add_run().add_picture(io.BytesIO(self.samples[svg]), width=Mm(SAMPLE_MM))

    def _chart(self, block: ChartBlock) -> None:
        self._caption(self.report.words["figure"], block.number, block.title)
        svg = standalone_chart(block.chart.svg)
        paragraph = self.document.add_paragraph(style="Chengce Small")
        paragraph.paragraph_format.keep_with_next = True
        data = io.BytesIO(picture(svg, CHART_MM, DPI))
        describe(paragraph.add_run().add_picture(data, width=Mm(CHART_MM)), block.title)
        note = self.document.add_paragraph(style="Chengce Note")
        for shade_, label in block.chart.keys:
            run = note.add_run("■ ")
            colour(run, shade_.removeprefix("#").upper())
            note.add_run(f"{label}　")
        note.add_run(block.chart.note)

    def _grid(self, rows: int, widths_mm: list[float], style: str | None = None) -> Any:
        """Return a table of given widths; without a style it has no lines."""
        table = self.document.add_table(rows, len(widths_mm))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        if style is not None:
            table.style = self.document.styles["Chengce Table"]
        _fix(table, widths_mm)
        return table

    def _space(self) -> None:
        paragraph = self.document.add_paragraph(style="Chengce Small")
        paragraph.paragraph_format.line_spacing = Pt(6)


def _remove(paragraph: Any) -> None:
    paragraph._p.getparent().remove(paragraph._p)


def _fix(table: Any, widths_mm: list[float]) -> None:
    """Fix the widths of a table's columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _write(paragraph: Any, text: Cell, *, below: bool = False) -> None:
    """Write a cell's pieces; `below`: an interval goes on a line of its own."""
    for said, style in pieces(text):
        if said == "\n":
            paragraph.add_run().add_break()
            continue
        if below and style == "interval":
            paragraph.add_run().add_break()
            said = said.strip()
        run = paragraph.add_run(f" {said}  " if style == "number" else said)
        if style == "value":
            run.bold = True
        elif style in ("interval", "change"):
            colour(run, SOFT)
            run.font.size = Pt(7.5)
        elif style == "flag":
            colour(run, WARN)
            run.font.size = Pt(7.5)
        elif style in ("code", "long"):
            run.font.name = "Consolas"
            run.font.size = Pt(7.5)
        elif style == "number":
            run.bold = True


def _dated(data: bytes, at: dt.datetime) -> bytes:
    """Return a document whose parts all bear one date, so that its bytes depend on its content alone."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return out.getvalue()
