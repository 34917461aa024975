"""Collect the problems of one file: the first rows by name, the others as one count."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem, Severity
from chengce.core.text import Text

LISTED = 50


@dataclass
class Report:
    """The problems of one file under construction."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, message: Text, remedy: Text = Text("", ""), *,
        row: int | None = None, column: str = "", severity: Severity = "error",
    ) -> None:  # fmt: skip
        """Add one problem."""
        self.found.append(Problem(code, message, remedy, self.file, row, column, severity))

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
        for i, row in enumerate(rows[:LISTED]):
            value = "" if values is None else values[i]
            self.add(
                code, message.format(value=value), remedy,
                row=int(row), column=column, severity=severity,
            )  # fmt: skip
        more = len(rows) - LISTED
        if more > 0:
            text = Text(f"另有 {more} 行同样问题", f"{more} more rows like this")
            self.add(code, text, remedy, column=column, severity=severity)

    def stop_if_wrong(self) -> None:
        """Raise `ChengceError` with everything found so far if anything is an error."""
        if any(p.severity == "error" for p in self.found):
            raise ChengceError(self.found)
