"""Keep every repair of a file and every question about one, as two plain tables."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chengce.core.errors import Problem
from chengce.core.text import Text

REPAIRS_FILE, QUESTIONS_FILE = "repairs.csv", "questions.csv"
_REPAIRS = ("文件 file", "工作表 sheet", "行 row", "列 column", "改前 before", "改后 after",
            "代码 code", "原因", "why")  # fmt: skip
_QUESTIONS = ("文件 file", "工作表 sheet", "行 row", "列 column", "原值 value", "代码 code",
              "级别 severity", "问题", "question", "怎么办", "what to do")  # fmt: skip


@dataclass(frozen=True)
class Repair:
    """One cell, row or column read otherwise than it stands in the file."""

    file: str
    sheet: str
    row: int | None
    column: str
    before: str
    after: str
    code: str
    why: Text


@dataclass(frozen=True)
class Question:
    """One thing that was not understood, or that a person must look at."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    code: str
    severity: str
    what: Text
    do: Text


@dataclass
class Workings:
    """All repairs and questions of a build, each once, in the order in which they came up.

    `beside` are lists of other steps that are kept with them: file name → content.
    """

    repairs: dict[Repair, None] = field(default_factory=dict)
    questions: dict[Question, None] = field(default_factory=dict)
    beside: dict[str, bytes] = field(default_factory=dict)

    def ask(self, problems: Iterable[Problem]) -> None:
        """Ask what problems say that came up after a file was read: each kind once listed by row."""
        known = {(q.file, q.code) for q in self.questions}
        for p in problems:
            if p.severity != "info" and (p.file, p.code) not in known:
                asked = Question(
                    p.file, "", p.row, p.column, "", p.code, p.severity, p.message, p.remedy
                )
                self.questions[asked] = None

    def files(self) -> dict[str, bytes]:
        """Return the files that list them: name → content; none for what is empty."""
        out = dict(self.beside)
        if self.repairs:
            listed = [
                (r.file, r.sheet, _row(r.row), r.column, r.before, r.after, r.code,
                 r.why.zh, r.why.en)
                for r in self.repairs
            ]  # fmt: skip
            out[REPAIRS_FILE] = _csv(_REPAIRS, listed)
        if self.questions:
            asked = [
                (q.file, q.sheet, _row(q.row), q.column, q.value, q.code, q.severity,
                 q.what.zh, q.what.en, q.do.zh, q.do.en)
                for q in self.questions
            ]  # fmt: skip
            out[QUESTIONS_FILE] = _csv(_QUESTIONS, asked)
        return out


def count_listed(path: Path) -> dict[tuple[str, str], int]:
    """Return how often each (file, code) occurs in a list written by `Workings.files`."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        return dict(Counter((row["文件 file"], row["代码 code"]) for row in rows))


def _row(row: int | None) -> str:
    return "" if row is None else str(row)


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV with a byte-order mark, which spreadsheets need to show Chinese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
