"""Turn a page's source and its pictures into PDF or PNG, the same bytes for the same content."""

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

from chengce.decisions.typeset.fonts import compiler

_MM_PER_INCH = 25.4


def to_pdf(source: str, files: Mapping[str, bytes], at: dt.datetime) -> bytes:
    """Return a PDF with its fonts inside; `at` is the date it bears."""
    with tempfile.TemporaryDirectory() as folder:
        page = compiler().compile(
            _laid(source, files, folder),
            root=folder,
            format="pdf",
            timestamp=at.replace(microsecond=0),
        )
    assert isinstance(page, bytes)
    return page


def to_png(source: str, files: Mapping[str, bytes], dpi: float) -> list[bytes]:
    """Return each page as PNG."""
    with tempfile.TemporaryDirectory() as folder:
        pages = compiler().compile(_laid(source, files, folder), root=folder, format="png", ppi=dpi)
    return [pages] if isinstance(pages, bytes) else list(pages or ())


def picture(svg: str, width_mm: float, dpi: float) -> bytes:
    """Return an SVG as PNG of a width."""
    source = (
        f'#set page(width: {width_mm}mm, height: auto, margin: 0mm)\n#image("p.svg", width: 100%)'
    )
    return to_png(source, {"p.svg": svg.encode()}, dpi)[0]


def _laid(source: str, files: Mapping[str, bytes], folder: str) -> str:
    for name, data in files.items():
        Path(folder, name).write_bytes(data)
    path = Path(folder, "main.typ")
    path.write_text(source, encoding="utf-8")
    return str(path)
