"""Find out whether a chain is what was written, and where it is not.

Every row carries a hash over its number, time, kind, the hash of its body and the hash of the row
before. That shows edits, deletions inside and reorderings. It cannot show, without an anchor kept
outside the database, that the tail was cut or that a row and all after it were written anew.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Literal

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.ledger.entry import EMPTY, ZEROS, Head, Row

_TRIES = 100_000

KEEP = Text(
    "请保留现状并与备份或锚点对照，查明改动来源",
    "keep everything as it is; compare with a backup and find out who changed it",
)


@dataclass(frozen=True)
class Verification:
    """What a check of the whole chain found; `problems` has warnings too, each with its row."""

    rows: int
    head: Head
    anchor: Head | None = None
    problems: tuple[Problem, ...] = ()
    redacted: tuple[int, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts the chain (or the anchor, if there is one)."""
        return all(p.severity != "error" for p in self.problems)

    @property
    def state(self) -> Literal["broken", "consistent", "anchored"]:
        """`anchored` only if an anchor was given and agrees."""
        if not self.ok:
            return "broken"
        return "consistent" if self.anchor is None else "anchored"

    @property
    def verdict(self) -> Text:
        """Say the result in one sentence."""
        errors = sum(p.severity == "error" for p in self.problems)
        if self.state == "broken":
            return Text(
                f"台账不可信：共 {self.rows} 行，发现 {errors} 处问题",
                f"not consistent: {errors} problem(s) in {self.rows} rows",
            )
        if self.anchor is None:
            return Text(
                f"前后一致，未与锚点核对（共 {self.rows} 行）",
                f"consistent, not anchored ({self.rows} rows)",
            )
        later = self.head.n - self.anchor.n
        return Text(
            f"前后一致，并与第 {self.anchor.n} 行的锚点相符（共 {self.rows} 行，其后 {later} 行未经锚点核对）",
            f"consistent and anchored at row {self.anchor.n} "
            f"({self.rows} rows, the last {later} not anchored)",
        )

    def as_dict(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "ok": self.ok,
            "state": self.state,
            "verdict": self.verdict.as_dict(),
            "rows": self.rows,
            "head": str(self.head),
            "anchor": None if self.anchor is None else str(self.anchor),
            "redacted": list(self.redacted),
            "problems": [p.as_dict() for p in self.problems],
        }


def verify_rows(
    rows: Iterable[Row], anchor: tuple[int, str] | None = None, *, file: str = ""
) -> Verification:
    """Check rows given in the order of their numbers; reads each once and keeps only bad ones.

    Codes: `row_missing`, `row_number`, `body_edited`, `row_edited`, `row_moved`, `link_broken`,
    `truncated`, `rechained`; as a warning `redaction_unrecorded`. An anchor is (row number, hash).
    """
    fixed = None if anchor is None else Head(anchor[0], anchor[1].lower())
    audit = _Audit(file, fixed)
    for row in rows:
        audit.add(row)
    return audit.result()


@dataclass
class _Audit:
    """What has been seen so far; lives for one check."""

    file: str
    anchor: Head | None
    count: int = 0
    last: Head = EMPTY
    last_bad: bool = False
    anchor_hash: str | None = None
    bad: list[Row] = field(default_factory=list)
    missing: list[range] = field(default_factory=list)
    redacted: list[int] = field(default_factory=list)
    recorded: set[object] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.count += 1
        if row.n <= self.last.n:
            self._problem("row_number", row.n, "行号重复或小于 1", "number repeated or below 1")
        gap = row.n > self.last.n + 1
        if gap:
            self.missing.append(range(self.last.n + 1, row.n))
        if not row.body_matches():
            self._problem("body_edited", row.n, "内容被改动", "the body was changed")
        bad = not row.sealed_as(row.n)
        if bad:
            self.bad.append(row._replace(body=None))
        elif not gap and not self.last_bad and row.previous != self.last.hash:
            self._problem(
                "link_broken",
                row.n,
                f"与第 {self.last.n} 行衔接不上：第 {self.last.n} 行被整行改写，或中间有增删、换位",
                f"does not continue row {self.last.n}: that row was written anew, "
                "or rows between were removed or exchanged",
            )
        self._note_redaction(row)
        if self.anchor is not None and row.n == self.anchor.n:
            self.anchor_hash = row.hash
        self.last, self.last_bad = Head(max(row.n, self.last.n), row.hash), bad

    def result(self) -> Verification:
        for gap in self.missing:
            names = str(gap[0]) if len(gap) == 1 else f"{gap[0]}–{gap[-1]}"
            self._problem("row_missing", gap[0], f"缺第 {names} 行", f"missing: {names}")
        self._judge_bad_rows()
        self._judge_anchor()
        for n in self.redacted:
            if n not in self.recorded:
                self._problem(
                    "redaction_unrecorded",
                    n,
                    "内容已隐去，但台账中没有隐去记录",
                    "the body is gone, but no entry records its redaction",
                    warning=True,
                )
        return Verification(
            self.count,
            self.last,
            self.anchor,
            tuple(sorted(self.problems, key=lambda p: (p.row or 0, p.code))),
            tuple(self.redacted),
        )

    def _judge_bad_rows(self) -> None:
        """Tell rows that stand in the wrong place from rows that were edited."""
        places = [row.n for row in self.bad] + [self.last.n + 1]
        for gap in self.missing:
            places.extend(gap[:_TRIES])
        tries = _TRIES
        for row in self.bad:
            near = (row.n + 1, row.n - 1)
            candidates = chain(near, islice(places, tries))
            origin = next((n for n in candidates if row.sealed_as(n)), None)
            tries = max(0, tries - (0 if origin in near else len(places)))
            if origin is None:
                self._problem("row_edited", row.n, "该行被改动", "the row was changed")
            else:
                self._problem(
                    "row_moved",
                    row.n,
                    f"该行原为第 {origin} 行，被移到此处",
                    f"this was written as row {origin} and moved here",
                )

    def _judge_anchor(self) -> None:
        if self.anchor is None:
            return
        n, wanted = self.anchor
        found = ZEROS if n == 0 else self.anchor_hash
        if n > self.last.n:
            self._problem(
                "truncated",
                self.last.n + 1,
                f"锚点在第 {n} 行，台账只到第 {self.last.n} 行：末尾被截去",
                f"the anchor is row {n} but the ledger ends at row {self.last.n}: the end was cut",
            )
        elif found is not None and found != wanted:
            self._problem(
                "rechained",
                n,
                "该行与锚点不符：截至此行的记录曾被重新编链，或锚点属于另一台账",
                "this row is not the anchored one: the chain was written anew up to here, "
                "or the anchor belongs to another ledger",
            )

    def _note_redaction(self, row: Row) -> None:
        if row.body is None:
            self.redacted.append(row.n)
        elif row.kind == "access" and '"redact"' in str(row.body):
            try:
                body = json.loads(row.body)
            except (TypeError, ValueError):
                return
            if isinstance(body, dict) and body.get("action") == "redact":
                self.recorded |= {body.get("n")}

    def _problem(self, code: str, n: int, zh: str, en: str, *, warning: bool = False) -> None:
        severity: Literal["error", "warning"] = "warning" if warning else "error"
        self.problems.append(Problem(code, Text(zh, en), KEEP, self.file, n, severity=severity))
