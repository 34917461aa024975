"""What was done to a stored chain is found, and where; by SQL, as an intruder would do it."""

from collections.abc import Callable
from typing import Any

import pytest

from chengce.core.provenance import canonical, sha256
from chengce.ledger import Ledger, Verification
from chengce.ledger.entry import ZEROS, Row, row_hash

Sql = Callable[..., Any]
N = 8


@pytest.fixture
def ledger(place: str) -> Ledger:
    ledger = Ledger.open(place)
    for i in range(N):
        ledger.append("run", {"i": i})
    return ledger


def found(verification: Verification) -> list[tuple[str, int | None]]:
    for problem in verification.problems:
        assert problem.message.zh
        assert problem.message.en
        assert problem.remedy.zh
        assert problem.file
    return [(p.code, p.row) for p in verification.problems]


def test_an_untouched_chain_is_consistent_and_not_anchored(ledger: Ledger) -> None:
    verification = ledger.verify()
    assert verification.ok
    assert verification.state == "consistent"
    assert "consistent, not anchored" in verification.verdict.en
    assert "前后一致，未与锚点核对" in verification.verdict.zh
    assert (verification.rows, verification.head) == (N, ledger.head())
    assert canonical(verification.as_dict())


def test_an_anchor_that_agrees_says_how_far_it_reaches(ledger: Ledger) -> None:
    anchor = ledger.head()
    ledger.append("run", {})
    verification = ledger.verify(anchor)
    assert verification.state == "anchored"
    assert f"anchored at row {N}" in verification.verdict.en
    assert "the last 1 not anchored" in verification.verdict.en
    assert ledger.verify((anchor.n, anchor.hash.upper())).ok
    assert ledger.verify((0, ZEROS)).ok


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE chengce_ledger SET body = '{}' WHERE n = 4", [("body_edited", 4)]),
        ("UPDATE chengce_ledger SET at = '2020' WHERE n = 4", [("row_edited", 4)]),
        ("UPDATE chengce_ledger SET kind = 'access' WHERE n = 8", [("row_edited", 8)]),
        ("UPDATE chengce_ledger SET previous = 'x' WHERE n = 1", [("row_edited", 1)]),
        ("UPDATE chengce_ledger SET hash = 'x' WHERE n = 4", [("row_edited", 4)]),
        (
            "UPDATE chengce_ledger SET body_hash = 'x' WHERE n = 4",
            [("body_edited", 4), ("row_edited", 4)],
        ),
        ("DELETE FROM chengce_ledger WHERE n = 1", [("row_missing", 1)]),
        (
            "DELETE FROM chengce_ledger WHERE n IN (3, 4, 6)",
            [("row_missing", 3), ("row_missing", 6)],
        ),
        ("UPDATE chengce_ledger SET n = 20 WHERE n = 8", [("row_missing", 8), ("row_moved", 20)]),
        ("UPDATE chengce_ledger SET n = -1 WHERE n = 1",
         [("row_moved", -1), ("row_number", -1), ("row_missing", 1)]),
        ("UPDATE chengce_ledger SET body = NULL WHERE n = 2", [("redaction_unrecorded", 2)]),
    ],
)  # fmt: skip
def test_names_what_was_done_and_where(
    ledger: Ledger, sql: Sql, change: str, expected: list[tuple[str, int]]
) -> None:
    sql(change)
    verification = ledger.verify()
    assert found(verification) == expected
    assert verification.ok is (expected[0][0] == "redaction_unrecorded")
    if not verification.ok:
        assert verification.state == "broken"
        assert f"{len(expected)} problem" in verification.verdict.en


def test_all_problems_are_listed_together(ledger: Ledger, sql: Sql) -> None:
    sql(
        "UPDATE chengce_ledger SET body = '{}' WHERE n = 2",
        "DELETE FROM chengce_ledger WHERE n = 5",
        "UPDATE chengce_ledger SET at = '' WHERE n = 7",
    )
    assert found(ledger.verify()) == [("body_edited", 2), ("row_missing", 5), ("row_edited", 7)]


def test_exchanged_rows_are_named_with_their_place(ledger: Ledger, sql: Sql) -> None:
    sql(
        "UPDATE chengce_ledger SET n = 100 WHERE n = 3",
        "UPDATE chengce_ledger SET n = 3 WHERE n = 6",
        "UPDATE chengce_ledger SET n = 6 WHERE n = 100",
    )
    verification = ledger.verify()
    assert found(verification) == [("row_moved", 3), ("row_moved", 6)]
    assert "as row 6" in verification.problems[0].message.en


def test_a_deletion_hidden_by_renumbering(ledger: Ledger, sql: Sql) -> None:
    sql("DELETE FROM chengce_ledger WHERE n = 3")
    for n in range(4, N + 1):
        sql("UPDATE chengce_ledger SET n = :new WHERE n = :old", new=n - 1, old=n)
    assert found(ledger.verify()) == [("row_moved", n) for n in range(3, N)]


def rewrite(ledger: Ledger, sql: Sql, n: int, body: str, previous: str | None = None) -> str:
    """Put a well-sealed row in place of row n and return its hash."""
    old = ledger.get(n)
    row = Row(n, old.at, old.kind, body, sha256(body), previous or old.previous, "")
    sql(
        "UPDATE chengce_ledger SET body = :body, body_hash = :body_hash, previous = :previous,"
        " hash = :hash WHERE n = :n",
        **row._replace(hash=row_hash(n, row))._asdict(),
    )
    return row_hash(n, row)


def test_a_row_written_anew_breaks_the_link_of_the_next(ledger: Ledger, sql: Sql) -> None:
    rewrite(ledger, sql, 4, '{"i":99}')
    verification = ledger.verify()
    assert found(verification) == [("link_broken", 5)]
    assert "row 4" in verification.problems[0].message.en


def test_only_an_anchor_shows_a_cut_end(ledger: Ledger, sql: Sql) -> None:
    anchor = ledger.head()
    sql("DELETE FROM chengce_ledger WHERE n > 6")
    assert ledger.verify().ok
    assert found(ledger.verify(anchor)) == [("truncated", 7)]
    ledger.append("run", {})
    ledger.append("run", {})
    assert ledger.verify().ok
    assert found(ledger.verify(anchor)) == [("rechained", N)]


def test_only_an_anchor_shows_a_chain_written_anew(ledger: Ledger, sql: Sql) -> None:
    anchor, early = ledger.head(), (3, ledger.get(3).hash)
    previous = None
    for n in range(4, N + 1):
        previous = rewrite(ledger, sql, n, '{"i":99}', previous)
    assert ledger.verify().ok
    assert found(ledger.verify(anchor)) == [("rechained", N)]
    assert ledger.verify(early).state == "anchored"


def test_a_wiped_ledger_with_an_anchor(ledger: Ledger, sql: Sql) -> None:
    anchor = ledger.head()
    sql("DELETE FROM chengce_ledger")
    assert found(ledger.verify(anchor)) == [("truncated", 1)]
    assert found(ledger.verify((0, "f" * 64))) == [("rechained", 0)]


def test_an_anchored_row_that_was_deleted(ledger: Ledger, sql: Sql) -> None:
    anchor = (4, ledger.get(4).hash)
    sql("DELETE FROM chengce_ledger WHERE n = 4")
    assert found(ledger.verify(anchor)) == [("row_missing", 4)]


def test_a_redaction_that_is_recorded_is_no_problem(ledger: Ledger) -> None:
    ledger.redact(2, reason="x")
    ledger.redact(N + 1, reason="its own record goes too")
    verification = ledger.verify()
    assert verification.ok
    assert verification.redacted == (2, N + 1)
    assert found(verification) == [("redaction_unrecorded", 2)]
