"""Collect every problem first, then report all of them together, each with what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, ParamSpec, TypeVar

from chengce.core.text import Lang, Text

P = ParamSpec("P")
T = TypeVar("T")
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it is, what it is, what to do about it.

    `code` is stable and machine-readable (for GTFS: the canonical validator's notice code);
    `row` is 1-based as a person sees it in the file (header = row 1).
    """

    code: str
    message: Text
    remedy: Text = Text("", "")
    file: str = ""
    row: int | None = None
    column: str = ""
    severity: Severity = "error"

    def line(self, lang: Lang) -> str:
        """Return the problem as one line a person can act on."""
        row = (
            "" if self.row is None else (f"第 {self.row} 行" if lang == "zh" else f"row {self.row}")
        )
        comma, colon = ("，", "：") if lang == "zh" else (", ", ": ")
        where = comma.join(part for part in (self.file, row, self._column(lang)) if part)
        body = self.message.get(lang)
        remedy = self.remedy.get(lang)
        arrow = f" → {remedy}" if remedy else ""
        return (f"{where}{colon}" if where else "") + f"{body}{arrow} [{self.code}]"

    def _column(self, lang: Lang) -> str:
        """Name the column of a table, the column of a text, or the field of a YAML or TOML file."""
        if not self.column:
            return ""
        if self.column.isdecimal():
            return f"第 {self.column} 列" if lang == "zh" else f"column {self.column}"
        if self.code.startswith("parameter_"):
            return f"参数 {self.column}" if lang == "zh" else f"parameter {self.column}"
        if not self.file or self.file.endswith((".yaml", ".yml", ".toml")):
            return f"字段 {self.column}" if lang == "zh" else f"field {self.column}"
        return f"列 {self.column}" if lang == "zh" else f"column {self.column}"

    def as_dict(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "message": self.message.as_dict(),
            "remedy": self.remedy.as_dict(),
        }


class ChengceError(Exception):
    """Bad input or an impossible request; carries every problem found, not just the first."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(p.line("en") for p in self.problems))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))


class Cancelled(ChengceError):
    """The user asked to stop; nothing half-written is left behind."""

    def __init__(self, problems: Iterable[Problem] | Problem | None = None) -> None:
        super().__init__(
            problems
            if problems is not None
            else Problem(
                "cancelled", Text("测算已取消，未写入任何结果", "cancelled; nothing was written")
            )
        )


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise one `ChengceError` with all problems of severity `error`, if there are any."""
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise ChengceError(errors)


@dataclass
class Attempts:
    """Try everything, then report all that went wrong together."""

    problems: list[Problem] = field(default_factory=list)

    def __call__(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
        """Return what the work returns, None where it raises; its problems are kept."""
        try:
            return work(*args, **named)
        except ChengceError as error:
            self.problems += error.problems
            return None

    def settle(self) -> None:
        """Raise one `ChengceError` with all problems, each once, if there are any."""
        if self.problems:
            raise ChengceError(dict.fromkeys(self.problems))
