"""Whatever single thing is done to a chain, it is found where it was done."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.core.provenance import sha256
from chengce.ledger.entry import EMPTY, Head, Row, body_text, row_hash, seal
from chengce.ledger.schema import KINDS
from chengce.ledger.verify import Verification, verify_rows

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab城", max_size=2), inner),
    max_leaves=4,
)  # fmt: skip
BODIES = st.lists(st.dictionaries(st.text("xyz策"), PLAIN, max_size=3), min_size=2, max_size=12)
QUICK = settings(max_examples=60, deadline=None)


def chain(bodies: list[dict[str, Any]]) -> list[Row]:
    rows: list[Row] = []
    head = EMPTY
    for i, body in enumerate(bodies):
        kind = KINDS[i % len(KINDS)]
        rows.append(seal(head, at=f"2026-01-{i + 1:02}", kind=kind, body=body_text(kind, body)))
        head = Head(rows[-1].n, rows[-1].hash)
    return rows


def at_rows(verification: Verification) -> set[int | None]:
    return {p.row for p in verification.problems}


@QUICK
@given(BODIES)
def test_what_was_written_is_consistent(bodies: list[dict[str, Any]]) -> None:
    rows = chain(bodies)
    assert verify_rows(rows).state == "consistent"
    for row in rows:
        assert verify_rows(rows, (row.n, row.hash)).state == "anchored"


@QUICK
@given(BODIES, st.data())
def test_an_edit_is_found_in_its_row(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = chain(bodies)
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(["at", "kind", "body", "body_hash", "previous", "hash"]))
    old = getattr(rows[at], column)
    new = data.draw(st.text(max_size=70).filter(lambda t: t != old) | st.binary(max_size=4))
    rows[at] = rows[at]._replace(**{column: new})
    verification = verify_rows(rows)
    assert not verification.ok
    assert at_rows(verification) == {at + 1}


@QUICK
@given(BODIES, st.data())
def test_a_row_sealed_anew_is_found_at_the_next(
    bodies: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = chain(bodies)
    at = data.draw(st.integers(0, len(rows) - 1))
    body = '{"forged":true}'
    forged = rows[at]._replace(body=body, body_hash=sha256(body))
    anchor = (at + 1, rows[at].hash)
    rows[at] = forged._replace(hash=row_hash(at + 1, forged))
    last = at == len(rows) - 1
    assert at_rows(verify_rows(rows)) == (set() if last else {at + 2})
    assert at + 1 in at_rows(verify_rows(rows, anchor))


@QUICK
@given(BODIES, st.data())
def test_a_deletion_is_found_where_the_row_was(
    bodies: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = chain(bodies)
    anchor = (rows[-1].n, rows[-1].hash)
    at = data.draw(st.integers(0, len(rows) - 1))
    del rows[at]
    assert at_rows(verify_rows(rows, anchor)) == {at + 1}
    assert verify_rows(rows).ok is (at == len(rows))
    renumbered = [row._replace(n=n) for n, row in enumerate(rows, 1)]
    expected = set(range(at + 1, len(rows) + 1))
    assert at_rows(verify_rows(renumbered)) == expected


@QUICK
@given(BODIES, st.data())
def test_exchanged_rows_are_found_and_named(
    bodies: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = chain(bodies)
    one, other = data.draw(
        st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True)
    )
    rows[one], rows[other] = rows[other]._replace(n=one + 1), rows[one]._replace(n=other + 1)
    verification = verify_rows(rows)
    assert {(p.code, p.row) for p in verification.problems} == {
        ("row_moved", one + 1),
        ("row_moved", other + 1),
    }


@QUICK
@given(BODIES, st.data())
def test_an_insertion_is_found(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = chain(bodies)
    at = data.draw(st.integers(0, len(rows) - 1))
    head = Head(at, rows[at - 1].hash) if at else EMPTY
    added = seal(head, at="2026-01-01", kind="run", body='{"added":1}')
    after = [row._replace(n=row.n + 1) for row in rows[at:]]
    rows = [*rows[:at], added, *after]
    assert at_rows(verify_rows(rows)) == set(range(at + 2, len(rows) + 1))


@QUICK
@given(BODIES, st.data())
def test_redacting_any_rows_keeps_the_chain(
    bodies: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = chain(bodies)
    gone = data.draw(st.sets(st.integers(1, len(rows))))
    kept = [row._replace(body=None) if row.n in gone else row for row in rows]
    verification = verify_rows(kept, (rows[-1].n, rows[-1].hash))
    assert verification.ok
    assert verification.redacted == tuple(sorted(gone))
