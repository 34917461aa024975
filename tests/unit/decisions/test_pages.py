"""The Word and PDF reports say what the web page says; pages hold every character or are not made."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

import docx
import pytest
import typst
from docx.oxml.ns import qn
from markupsafe import escape
from tests.link_worlds import roads_run
from tests.report_worlds import chinese_or_skip, clinic_run, grouped_run, hand_run

from chengce.core.errors import ChengceError
from chengce.core.text import LANGUAGES, Lang
from chengce.decisions.maps.standalone import standalone_chart, standalone_map, standalone_sample
from chengce.decisions.record import Run
from chengce.decisions.report import pdf_file, render_report
from chengce.decisions.report.content import report_content
from chengce.decisions.report.document import (
    ChartBlock,
    Document,
    Heading,
    Listed,
    MapsBlock,
    Paragraph,
    TableBlock,
    Terms,
)
from chengce.decisions.report.docx_file import docx_report, set_document
from chengce.decisions.report.pdf_file import pdf_report
from chengce.decisions.report.rich import BREAK, Rich
from chengce.decisions.report.tables import table
from chengce.decisions.report.widths import column_weights
from chengce.decisions.typeset import fonts

RUNS = {"clinic": clinic_run, "grouped": grouped_run, "roads": roads_run}


def state_run() -> Run:
    return hand_run(clinic_run().comparison.reference.finding)


def said(report: Document) -> list[str]:
    """Everything a report says, piece by piece, but for what only a screen needs."""
    out = [report.title, report.kind, report.disclaimer]
    out += [str(line) for _, lines in report.facts for line in lines]
    for section in report.sections:
        out.append(section.title)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                out += [block.text] if block.role != "screen" else []
            elif isinstance(block, Heading):
                out.append(block.text)
            elif isinstance(block, Listed):
                out += block.items
            elif isinstance(block, Terms):
                out += [text for pair in block.items for text in pair]
            elif isinstance(block, TableBlock):
                out += [block.table.caption, block.table.note, *block.table.columns]
                out += [p for row in block.table.rows for c in row for p, _ in _pieces(c)]
            elif isinstance(block, MapsBlock):
                out += [
                    block.figure.title,
                    block.figure.note,
                    block.credit,
                    *(k for _, k in block.keys),
                ]
                out += [p.title for p in block.figure.panels] + [
                    r.label for r in block.figure.legend
                ]
                out += [p for r in block.figure.legend for c in r.cells for p, _ in _pieces(c)]
            elif isinstance(block, ChartBlock):
                out += [block.title, block.chart.note, *(label for _, label in block.chart.keys)]
    return [text.strip() for text in out if text.strip()]


def _pieces(cell: Any) -> Any:
    return cell.pieces if isinstance(cell, Rich) else ((cell, ""),)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def word_text(data: bytes) -> str:
    """All text of a Word document, tables within tables included."""
    body = docx.Document(io.BytesIO(data)).element.body
    return squeezed("".join(t.text or "" for t in body.iter(qn("w:t"))))


@pytest.mark.parametrize(
    ("name", "lang"),
    [("clinic", "zh"), ("grouped", "en"), ("roads", "zh"), ("roads", "en"), ("state", "zh")],
)
def test_web_and_word_say_everything_there_is_to_say(name: str, lang: Lang) -> None:
    chinese_or_skip()
    run = RUNS[name]() if name in RUNS else state_run()
    report = report_content(run, lang)
    page = squeezed(render_report(run, lang))
    word = word_text(set_document(report, dt.datetime(2026, 6, 1, tzinfo=dt.UTC)))
    for text in said(report):
        assert squeezed(str(escape(text))) in page, text
        assert squeezed(text) in word, text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_document_has_real_styles_captions_fields_and_chinese_fonts(lang: Lang) -> None:
    chinese_or_skip()
    run = grouped_run()
    report = report_content(run, lang)
    data = docx_report(run, lang)
    document = docx.Document(io.BytesIO(data))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == [s.title for s in report.sections]
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    blocks = [b for s in report.sections for b in s.blocks]
    tables = [b for b in blocks if isinstance(b, TableBlock)]
    word = report.words["table"]
    assert [c for c in captions if c.startswith(f"{word} ")] == [
        f"{word} {b.number}  {b.table.caption}" for b in tables
    ]
    fields = [t.text for t in document.element.body.iter(qn("w:instrText"))]
    assert sum("SEQ" in (f or "") for f in fields) == len(captions)
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Caption", "黑体")):
        found = document.styles[style].element.rPr.rFonts
        assert found.get(qn("w:eastAsia")) == font
        assert not [a for a in found.attrib if "heme" in a]
    assert run.id in document.sections[0].header.paragraphs[0].text
    assert run.replay_command in document.sections[0].footer.paragraphs[0].text
    assert len(document.inline_shapes) >= 1
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        pictures = [n for n in parts.namelist() if n.startswith("word/media/")]
    assert len(pictures) >= 3


def test_a_word_document_is_the_same_each_time() -> None:
    chinese_or_skip()
    assert docx_report(state_run(), "zh") == docx_report(state_run(), "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pdf_holds_its_fonts_and_is_the_same_each_time(lang: Lang) -> None:
    chinese_or_skip()
    data = pdf_report(clinic_run(), lang)
    assert data.startswith(b"%PDF-")
    assert data.count(b"/FontFile") >= 2
    assert pdf_report(clinic_run(), lang) == data


def test_a_pdf_is_given_all_that_there_is_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese_or_skip()
    given: dict[str, bytes] = {}

    def keep(source: str, files: dict[str, bytes], at: dt.datetime) -> bytes:
        given.update(files)
        return b"%PDF-"

    monkeypatch.setattr(pdf_file, "to_pdf", keep)
    for lang in LANGUAGES:
        pdf_report(roads_run(), lang)
        text = given["report.json"].decode().replace('\\"', '"')
        for part in said(report_content(roads_run(), lang)):
            assert part in text, part
    assert sum(n.startswith("map-") for n in given) >= 4


def test_without_a_chinese_font_no_page_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
    monkeypatch.setattr(fonts, "compiler", lambda: bare)
    assert fonts.without_glyph("abc −5.2 至 人") == "人至"
    for make in (lambda: pdf_report(clinic_run(), "zh"), lambda: docx_report(clinic_run(), "zh")):
        with pytest.raises(ChengceError) as error:
            make()
        [problem] = error.value.problems
        assert problem.code == "font_missing"
        assert "Noto Sans CJK SC" in problem.line("zh")
        assert "fonts-noto-cjk" in problem.line("en")


def test_pictures_stand_alone() -> None:
    report = report_content(clinic_run(), "zh")
    maps = [b for s in report.sections for b in s.blocks if isinstance(b, MapsBlock)]
    chart = next(b for s in report.sections for b in s.blocks if isinstance(b, ChartBlock))
    figure = maps[0].figure
    drawn = [standalone_map(p.svg, report.drawings, figure.colours, 80) for p in figure.panels]
    drawn += [standalone_sample(r.sample, figure.colours) for r in figure.legend]
    drawn.append(standalone_chart(chart.chart.svg))
    for svg in drawn:
        assert "var(" not in svg
        assert "<title>" not in svg
        assert "vector-effect" not in svg
        assert not re.search(r"stroke-width:[\d.]+px", svg)
        assert set(re.findall(r'href="#(\w+)"', svg)) <= set(re.findall(r'id="(\w+)"', svg))
    wide = standalone_map(
        figure.panels[0].svg, report.drawings, figure.colours, 160, furniture=False
    )
    assert 'class="fu"' not in wide


def test_rich_text_is_escaped_and_keeps_its_lines() -> None:
    cell = Rich.lines((Rich.of(("5 <min>", "value"), (" (4 to 6)", "interval")), "b"))
    assert str(cell) == "5 <min> (4 to 6)\nb"
    assert cell.__html__() == (
        '<b class="v">5 &lt;min&gt;</b><wbr><span class="iv"> (4 to 6)</span><br>b'
    )
    assert Rich.lines([]).pieces == ()
    assert BREAK in cell.pieces


def test_intervals_go_below_where_a_table_is_too_wide() -> None:
    cell = Rich.of(("10,137 people", "value"), (" (9,956 to 10,322)", "interval"))
    assert column_weights(table("t", ["a", "b"], [["x", cell]]))[1] is False
    wide = table("t", list("abcdefg"), [["x", *[cell] * 6]])
    weights, below = column_weights(wide)
    assert below
    assert weights[1] < len(str(cell))
