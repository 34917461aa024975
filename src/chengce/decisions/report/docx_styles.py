"""Set up a Word document: page, styles with Chinese fonts, numbering, header and footer."""

from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from chengce.decisions.report.document import Document
from chengce.decisions.report.docx_parts import (
    add_field,
    add_table_style,
    border,
    east_asian,
    number_headings,
)

ACCENT, SOFT, INK, WARN = "1B4B72", "57606A", "1F2328", "9A3412"
TEXT_MM = 165.0  # how wide the text is
_MARGINS_MM = (24.0, 22.5)
_SONG, _HEI = "宋体", "黑体"  # every Word has them, by these names or their English ones


def new_document(report: Document) -> Any:
    """Return an empty document of A4 with the styles, header and footer of a report."""
    document = docx.Document()
    zh = report.lang == "zh"
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(_MARGINS_MM[0])
    section.left_margin = section.right_margin = Mm(_MARGINS_MM[1])
    section.header_distance = section.footer_distance = Mm(11)
    _styles(document, zh)
    add_table_style(document)
    number_headings(document, *(("%1、", "chineseCounting") if zh else ("%1  ", "decimal")))
    _edges(section, report)
    return document


def colour(run: Any, value: str) -> None:
    """Colour a run of text."""
    run.font.color.rgb = RGBColor.from_string(value)


def _styles(document: Any, zh: bool) -> None:
    latin = "Times New Roman" if zh else "Arial"
    styles = document.styles
    plain = (
        ("Normal", 10.5),
        ("List Bullet", 10.5),
        ("List Number", 10.5),
        ("Header", 8.5),
        ("Footer", 8.5),
    )
    for name, size in plain:
        _style(styles[name], latin, _SONG, size)
    for name in ("Header", "Footer"):  # their tabs are those of another size of page
        properties = styles[name].element.pPr
        properties.remove(properties.find(qn("w:tabs")))
    normal = styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.3
    heads = (
        ("Title", 22, INK),
        ("Heading 1", 14, ACCENT),
        ("Heading 2", 11.5, INK),
        ("Caption", 9.5, INK),
    )
    for name, size, shade in heads:
        _style(styles[name], "Arial", _HEI, size)
        styles[name].font.color.rgb = RGBColor.from_string(shade)
        styles[name].font.bold = not zh or name == "Heading 1"
        styles[name].font.italic = False
        styles[name].paragraph_format.keep_with_next = True
    for name, before, after in (
        ("Title", 4, 10),
        ("Heading 1", 20, 8),
        ("Heading 2", 12, 4),
        ("Caption", 10, 4),
    ):
        styles[name].paragraph_format.space_before = Pt(before)
        styles[name].paragraph_format.space_after = Pt(after)
    bottom = styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if bottom is not None:
        styles["Title"].element.pPr.remove(bottom)
    border(styles["Heading 1"].element, "bottom", "D0D7DE", size=4)
    added = (
        ("Chengce Cell", 8.5, INK),
        ("Chengce Note", 9, SOFT),
        ("Chengce Small", 8, INK),
        ("Chengce Kind", 10.5, ACCENT),
    )
    for name, size, shade in added:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _style(style, "Arial" if name != "Chengce Note" else latin, _SONG, size)
        style.font.color.rgb = RGBColor.from_string(shade)
        style.paragraph_format.space_after = Pt(
            0 if name in ("Chengce Cell", "Chengce Small") else 6
        )
        style.paragraph_format.line_spacing = 1.1


def _style(style: Any, latin: str, chinese: str, size: float) -> None:
    east_asian(style, latin, chinese)
    style.font.size = Pt(size)


def _edges(section: Any, report: Document) -> None:
    """Put the title and the run into the header, replay and page into the footer."""
    words = report.words
    colon = "：" if report.lang == "zh" else ": "
    for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[0]):
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.add_run(f"{report.title} · {report.city}\t{words['run']} {report.run_id}")
    border(head._p, "bottom", "D0D7DE", size=4, space=3)
    foot.add_run(f"{words['replay']}{colon}{report.replay}\t")
    add_field(foot, "PAGE", "1")
    foot.add_run(" / ")
    add_field(foot, "NUMPAGES", "1")
    for paragraph in (head, foot):
        for run in paragraph.runs:
            colour(run, SOFT)
