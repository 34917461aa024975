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
from chengce.decisions.report.tables import Table
from chengce.decisions.report.widths import column_weights
from chengce.decisions.typeset.compile import to_pdf
from chengce.decisions.typeset.fonts import heavy, require, stack

PANEL_MM = {1: 97.0, 2: 83.0}  # how wide a map is on the page, alone and side by side


def pdf_report(run: Run, lang: Lang) -> bytes:
    """Return the report of a run as PDF; raises `ChengceError` (`font_missing`)."""
    return set_document(report_content(run, lang), dt.datetime.fromisoformat(run.at))


def set_document(document: Document, at: dt.datetime) -> bytes:
    """Return a report's blocks as PDF that bears a date."""
    pictures: dict[str, bytes] = {}
    data = _plain(document, pictures)
    text = json.dumps(data, ensure_ascii=False)
    require(text)
    source, common = (typst_source(name) for name in ("report.typ", "common.typ"))
    return to_pdf(
        source, {"report.json": text.encode(), "common.typ": common.encode(), **pictures}, at
    )


def typst_source(name: str) -> str:
    """Return a page's source that comes with the program."""
    return files("chengce.decisions.report").joinpath(name).read_text("utf-8")


def _plain(document: Document, pictures: dict[str, bytes]) -> dict[str, Any]:
    """Return a report as plain data; its pictures are put into `pictures`, by file name."""
    return {
        "lang": document.lang,
        "fonts": list(stack(document.lang)),
        "heavy": heavy(document.lang),
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
        width = PANEL_MM[min(2, len(block.figure.panels))]
        return [kind | maps_data(block, document.drawings, pictures, width)]
    return [kind | _chart(block, pictures)]


def _table(table: Table) -> dict[str, Any]:
    widths, below = column_weights(table)
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [[pieces(c) for c in row] for row in table.rows],
        "numeric": sorted(table.numeric),
        "strong": sorted(table.strong),
        "note": table.note,
        "widths": widths,
        "below": below,
    }


def maps_data(
    block: MapsBlock, drawings: str, pictures: dict[str, bytes], width_mm: float, *,
    furniture: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Return maps and their legend as plain data; their pictures are put into `pictures`."""
    figure, number = block.figure, block.number

    def put(name: str, svg: str) -> str:
        pictures[name] = svg.encode()
        return name

    def sample(name: str, inside: str) -> str:
        return put(name, standalone_sample(inside, figure.colours))

    drawn = [
        standalone_map(p.svg, drawings, figure.colours, width_mm, furniture=furniture)
        for p in figure.panels
    ]
    return {
        "number": number,
        "title": figure.title,
        "unit": figure.unit,
        "roads": "roads" in figure.kind,
        "panels": [
            {"title": p.title, "file": put(f"map-{number}-{k}.svg", svg)}
            for k, (p, svg) in enumerate(zip(figure.panels, drawn, strict=True))
        ],
        "columns": [pieces(c) for c in figure.columns],
        "legend": [
            {
                "sample": sample(f"class-{number}-{k}.svg", r.sample),
                "label": r.label,
                "cells": [pieces(c) for c in r.cells],
            }
            for k, r in enumerate(figure.legend)
        ],
        "keys": [
            {"sample": sample(f"sign-{mark}.svg", sign(mark)) if mark else "", "name": name}
            for mark, name in block.keys
        ],
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
