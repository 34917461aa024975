"""Write the few pieces of Markdown the generated pages are made of."""

from collections.abc import Iterable, Sequence

from chengce.core.text import Lang, Text

NOTE = Text(
    "<!-- 本页由 `python -m tools.docs` 从代码生成，请勿手改。 -->\n\n",
    "<!-- Generated from the code by `python -m tools.docs`; do not edit. -->\n\n",
)


def page(title: str, *parts: str, lang: Lang) -> str:
    """Return a page with a title; empty parts are left out."""
    body = "\n\n".join(p for p in parts if p)
    return f"{NOTE.get(lang)}# {title}\n\n{body}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; bars and line ends in cells are made harmless."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(r) for r in rows)]
    return "\n".join(lines)


def bullets(items: Iterable[str]) -> str:
    """Return a list."""
    return "\n".join(f"- {i}" for i in items)


def fence(text: str, language: str = "") -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def code(value: object) -> str:
    """Return code within a line."""
    return f"`{value}`"


def half(description: str | None, lang: Lang) -> str:
    """Return the English or Chinese half of a description written "English / 中文"."""
    english, bar, chinese = (description or "").partition(" / ")
    return chinese if lang == "zh" and bar else english


def _row(cells: Sequence[object]) -> str:
    shown = (str(c).replace("|", "\\|").replace("\n", " ") for c in cells)
    return "| " + " | ".join(shown) + " |"
