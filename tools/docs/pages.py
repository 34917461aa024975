"""Gather every generated page: path below docs/ → text."""

from functools import cache
from pathlib import Path

from tools.docs import (
    allocation,
    applications,
    assumptions,
    benchmarks,
    commands,
    errors,
    kinds,
    layers,
    modifications,
    overview,
    validation,
    validation_assignment,
    validation_interaction,
)

from chengce.core.text import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PARTS = (
    overview,
    applications,
    modifications,
    layers,
    assumptions,
    kinds,
    commands,
    errors,
    validation,
    validation_assignment,
    validation_interaction,
    allocation,
    benchmarks,
)


@cache
def generated() -> dict[Path, str]:
    """Return every generated page, English below docs/, Chinese below docs/zh/."""
    found: dict[Path, str] = {}
    for lang in LANGUAGES:
        below = DOCS if lang == "en" else DOCS / "zh"
        for part in PARTS:
            for name, text in part.pages(lang).items():
                found[below / name] = text.rstrip() + "\n"
    return found


def stale() -> list[Path]:
    """Return generated pages that differ from the disk, and leftovers in the reference folders."""
    wanted = generated()
    old = [p for p, text in wanted.items() if not p.is_file() or p.read_text("utf-8") != text]
    folders = (DOCS / "reference", DOCS / "zh" / "reference")
    left = [p for f in folders for p in f.rglob("*.md") if p not in wanted]
    return sorted({*old, *left})
