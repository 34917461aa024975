"""Word the notices of a GTFS feed: the canonical validator's codes, severity, both languages.

The words are in gtfs_notices.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem, Severity
from chengce.core.text import Text

LISTED = 50  # rows named per code, file and column; the others are counted


@dataclass(frozen=True)
class Words:
    """What one notice says."""

    severity: Severity
    message: Text
    remedy: Text


@cache
def words() -> Mapping[str, Words]:
    """Return what each notice says, by code, from gtfs_notices.yaml."""
    source = files("chengce.city.readers").joinpath("gtfs_notices.yaml")
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    return {
        code: Words(
            entry["severity"],
            Text(entry["zh"], entry["en"]),
            Text(entry.get("remedy_zh", ""), entry.get("remedy_en", "")),
        )
        for part in data.values()
        for code, entry in part.items()
    }


@dataclass
class Notices:
    """A list of problems under construction, for one feed; `archive` is its zip or folder."""

    archive: str
    found: list[Problem] = field(default_factory=list)
    _listed: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(
        self, code: str, file: str, *, value: object = "", row: int | None = None, column: str = ""
    ) -> None:
        """Add one notice."""
        shown = f"{self.archive}/{file}" if self.archive not in ("", file) else file
        self.found.append(notice(code, shown, value=value, row=row, column=column))

    def rows(
        self,
        code: str,
        file: str,
        rows: NDArray[np.int64],
        values: Sequence[object] = (),
        *,
        column: str = "",
    ) -> None:
        """Add a notice per row, the first `LISTED` by name, the others as one count."""
        seen = self._listed.get((code, file, column), 0)
        self._listed[code, file, column] = seen + len(rows)
        room = max(0, LISTED - seen)
        for i, row in enumerate(rows[:room]):
            value = values[i] if len(values) else ""
            self.add(code, file, value=value, row=int(row), column=column)

    def names(self, code: str, file: str, names: Sequence[str]) -> None:
        """Add a notice per name, the first `LISTED` of them, the others as one count."""
        self._listed[code, file, ""] = self._listed.get((code, file, ""), 0) + len(names)
        for name in names[:LISTED]:
            self.add(code, file, value=name)

    def listed(self) -> tuple[Problem, ...]:
        """Return all notices, with one more for each list that was cut."""
        rest = []
        for (code, file, column), count in self._listed.items():
            if count > LISTED:
                more = count - LISTED
                message = Text(f"另有 {more} 处同样问题", f"{more} more like this")
                severity = words()[code].severity
                shown = f"{self.archive}/{file}"
                rest.append(Problem(code, message, file=shown, column=column, severity=severity))
        return (*self.found, *rest)

    def survived(self) -> tuple[Problem, ...]:
        """Return all notices of a feed that can be used: none is worse than a warning."""
        return tuple(
            replace(p, severity="warning") if p.severity == "error" else p for p in self.listed()
        )

    def stop(self) -> None:
        """Raise `ChengceError` with everything found so far."""
        raise ChengceError(self.listed())


def notice(
    code: str, file: str, *, value: object = "", row: int | None = None, column: str = "",
    **values: object,
) -> Problem:  # fmt: skip
    """Return one notice in both languages."""
    said = words()[code]
    message = said.message.format(value=value, **values)
    return Problem(code, message, said.remedy, file, row, column, said.severity)
