"""Set the blocks of a report as a PDF with vector maps and its fonts inside."""

import datetime as dt
import json
from importlib.resources import files
from typing import Any

from chengce.core.text import Lang
from chengce.decisions.maps.samples import sign
from chengce.decisions.maps.standalone import standalone_chart, standalone_map, standalone_sample
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
from chengce.decisions.report.rich import pieces
from chengce.decisions.report.tables import Cell, Table
from chengce.decisions.typeset.compile import to_pdf
from chengce.decisions.typeset.fonts import require, stack

PANEL_MM = {1: 105.0, 2: 83.0}  # how wide a map is on the page, alone and side by side
_SHORTEST, _LONGEST = 5, 30  # letters that a column of text is given room for


def pdf_report(run: Run, lang: Lang) -> bytes:
    """Return the report of a run as PDF; raises `ChengceError` (`font_missing`)."""
    return set_document(report_content(run, lang), dt.datetime.fromisoformat(run.at))


def set_document(document: Document, at: dt.datetime) -> bytes:
    """Return a report's blocks as PDF that bears a date."""
    pictures: dict[str, bytes] = {}
    data = _plain(document, pictures)
    text = json.dumps(data, ensure_ascii=False)
    require(text)
    source = files("chengce.decisions.report").joinpath("report.typ").read_text("utf-8")
    return to_pdf(source, {"report.json": text.encode(), **pictures}, at)


def _plain(document: Document, pictures: dict[str, bytes]) -> dict[str, Any]:
    """Return a report as plain data; its pictures are put into `pictures`, by file name."""
    fonts = stack(document.lang)
    return {
        "lang": document.lang,
        "fonts": list(fonts),
        "latin": fonts[0],
        "words": document.words,
        "kind": document.kind,
        "title": document.title,
        "city": document.city,
        "run_id": document.run_id,
        "date": document.date,
        "replay": document.replay,
        "facts": [[name, [pieces(x) for x in lines]] for name, lines in document.facts],
        "disclaimer": document.disclaimer,
        "sections": [
            {"title": s.title, "blocks": [b for x in s.blocks for b in _block(x, document, pictures)]}
            for s in document.sections
        ],
    }  # fmt: skip


def _block(block: Block, document: Document, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    kind = {"kind": block.kind}
    if isinstance(block, Paragraph):
        return [] if block.role == "screen" else [kind | {"text": block.text, "role": block.role}]
    if isinstance(block, Heading):
        return [kind | {"text": block.text}]
    if isinstance(block, Listed):
        return [kind | {"items": list(block.items), "numbered": block.numbered}]
    if isinstance(block, Terms):
        return [kind | {"items": [list(x) for x in block.items]}]
    if isinstance(block, TableBlock):
        return [kind | {"number": block.number} | _table(block.table)]
    if isinstance(block, MapsBlock):
        return [kind | _maps(block, document, pictures)]
    return [kind | _chart(block, pictures)]


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [[pieces(c) for c in row] for row in table.rows],
        "numeric": sorted(table.numeric),
        "strong": sorted(table.strong),
        "note": table.note,
        "widths": column_weights(table),
    }


def column_weights(table: Table) -> list[int | None]:
    """Return a share of the width per column of text, by its longest cells; None for numbers."""
    out: list[int | None] = []
    for i, head in enumerate(table.columns):
        lengths = sorted([_length(head), *(_length(row[i]) for row in table.rows)])
        usual = lengths[round(0.9 * (len(lengths) - 1))]
        out.append(None if i in table.numeric else max(_SHORTEST, min(_LONGEST, usual)))
    return out


def _length(cell: Cell) -> int:
    """Return how long a cell's longest line is, in Latin letters; Chinese ones count twice."""
    lines = str(cell).split("\n")
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines)


def _maps(block: MapsBlock, document: Document, pictures: dict[str, bytes]) -> dict[str, Any]:
    figure, number = block.figure, block.number
    width = PANEL_MM[min(2, len(figure.panels))]

    def put(name: str, svg: str) -> str:
        pictures[name] = svg.encode()
        return name

    panels = [
        {"title": p.title, "file": put(f"map-{number}-{k}.svg", standalone_map(
            p.svg, document.drawings, figure.colours, width))}
        for k, p in enumerate(figure.panels)
    ]  # fmt: skip
    legend = [
        {"sample": put(f"class-{number}-{k}.svg", standalone_sample(r.sample, figure.colours)),
         "label": r.label, "cells": [pieces(c) for c in r.cells]}
        for k, r in enumerate(figure.legend)
    ]  # fmt: skip
    keys = [
        {"sample": put(f"sign-{mark}.svg", standalone_sample(sign(mark), ())) if mark else "", "name": name}
        for mark, name in block.keys
    ]  # fmt: skip
    return {
        "number": number,
        "title": figure.title,
        "unit": figure.unit,
        "roads": "roads" in figure.kind,
        "panels": panels,
        "columns": [pieces(c) for c in figure.columns],
        "legend": legend,
        "keys": keys,
        "note": figure.note,
        "credit": block.credit,
    }


def _chart(block: ChartBlock, pictures: dict[str, bytes]) -> dict[str, Any]:
    name = f"chart-{block.number}.svg"
    pictures[name] = standalone_chart(block.chart.svg).encode()
    return {
        "number": block.number,
        "title": block.title,
        "file": name,
        "keys": [list(k) for k in block.chart.keys],
        "note": block.chart.note,
    }
