"""Collect the problems of one file: the first rows by name, the others as one count; list repairs."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.crs import Placement
from chengce.city.readers.tables_reasons import REASONS
from chengce.city.readers.tables_repairs import Question, Repair, Workings
from chengce.core.errors import ChengceError, Problem, Severity
from chengce.core.text import Text

LISTED = 50


@dataclass
class Report:
    """The problems, repairs and questions of one file under construction."""

    file: str
    found: list[Problem] = field(default_factory=list)
    sheet: str = ""
    workings: Workings = field(default_factory=Workings)
    repaired: dict[str, list[Repair]] = field(default_factory=dict)
    placed: Placement | None = None  # the coordinate system of the file, once decided

    def add(
        self, code: str, message: Text, remedy: Text = Text("", ""), *,
        row: int | None = None, column: str = "", severity: Severity = "error",
    ) -> None:  # fmt: skip
        """Add one problem; an error or a warning is a question too."""
        problem = self._say(code, message, remedy, row, column, severity)
        if severity != "info":
            self._ask(problem, "")

    def rows(
        self,
        said: tuple[str, Text, Text],
        rows: NDArray[np.int64],
        values: "NDArray[Any] | None" = None,
        *,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add a problem per row; `said`: code, message (with `{value}`), remedy."""
        code, message, remedy = said
        for i, row in enumerate(rows):
            value = "" if values is None else values[i]
            said_here = message.format(value=value)
            problem = Problem(code, said_here, remedy, self.file, int(row), column, severity)
            if i < LISTED:
                self.found.append(problem)
            if severity != "info":
                self._ask(problem, str(value))
        more = len(rows) - LISTED
        if more > 0:
            text = Text(f"另有 {more} 行同样问题", f"{more} more rows like this")
            self._say(code, text, remedy, None, column, severity)

    def repair(
        self, code: str, before: object, after: object, *, row: int | None = None, column: str = ""
    ) -> None:
        """List one repair; `code` is one of `tables_reasons.REASONS`."""
        done = Repair(
            self.file, self.sheet, row, column, str(before), str(after), code, REASONS[code]
        )
        self.repaired.setdefault(code, []).append(done)
        self.workings.repairs[done] = None

    def summarise(self) -> None:
        """Add one note per kind of repair, with its number and its first example."""
        for code, done in self.repaired.items():
            first, n = done[0], len(done)
            said = Text(
                f"已处理 {n} 处：{REASONS[code].zh}（例：{_shown(first)}）",
                f"{n} repaired: {REASONS[code].en} (first: {_shown(first)})",
            )
            self._say("repaired", said, Text("", ""), first.row, first.column, "info")
        self.repaired = {}

    def stop_if_wrong(self) -> None:
        """Raise `ChengceError` with everything found so far if anything is an error."""
        if any(p.severity == "error" for p in self.found):
            self.summarise()
            raise ChengceError(self.found)

    def _say(
        self, code: str, message: Text, remedy: Text, row: int | None, column: str,
        severity: Severity,
    ) -> Problem:  # fmt: skip
        problem = Problem(code, message, remedy, self.file, row, column, severity)
        self.found.append(problem)
        return problem

    def _ask(self, p: Problem, value: str) -> None:
        asked = Question(
            p.file, self.sheet, p.row, p.column, value, p.code, p.severity, p.message, p.remedy
        )
        self.workings.questions[asked] = None


def _shown(repair: Repair) -> str:
    before, after = (t if len(t) <= 24 else t[:23] + "…" for t in (repair.before, repair.after))
    return f"{before or '∅'} → {after or '∅'}"
