"""One row after the other, whoever writes and however they die."""

import json
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from chengce.core.errors import ChengceError
from chengce.core.provenance import canonical, sha256
from chengce.ledger import Head, Ledger, parse_anchor
from chengce.ledger.entry import ZEROS


def fixed_clock() -> datetime:
    return datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))


def codes(error: pytest.ExceptionInfo[ChengceError]) -> list[str]:
    assert all(p.message.zh and p.message.en for p in error.value.problems)
    return [p.code for p in error.value.problems]


def test_the_hashes_are_those_of_the_decision_note(place: str) -> None:
    ledger = Ledger.open(place, clock=fixed_clock)
    first = ledger.append("run", {"城": "渝", "a": [1, 2.5, None]})
    second = ledger.append("decision", {})
    body = '{"a":[1,2.5,null],"城":"渝"}'
    sealed = (
        f'{{"at":"2026-03-01T00:30:00.000000Z","body_hash":"{sha256(body)}",'
        f'"kind":"run","n":1,"previous":"{ZEROS}"}}'
    )
    assert first.body_hash == sha256(body)
    assert first.hash == sha256(sealed)
    assert first.id == first.hash[:12]
    assert second.previous == first.hash
    assert ledger.head() == Head(2, second.hash)
    assert str(ledger.head()) == f"2:{second.hash}"
    assert parse_anchor(f" {ledger.head()} ") == ledger.head()


def test_nothing_is_made_before_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.sqlite"
    ledger = Ledger.open(path)
    assert ledger.head() == Head(0, ZEROS)
    assert list(ledger.entries()) == []
    assert ledger.verify().ok
    assert not path.parent.exists()
    ledger.append("run", {})
    assert {p.name for p in path.parent.iterdir()} == {"ledger.sqlite"}


def test_reads_back_what_was_written(place: str) -> None:
    body = {
        "text": "第一行\n\u0000\u2028😀",
        "big": 2**70,
        "small": 5e-324,
        "nested": [{"a": True}],
    }
    ledger = Ledger.open(place)
    written = ledger.append("prediction", body)
    assert written.body == body
    assert Ledger.open(place).get(1) == written
    assert ledger.get(1).as_dict()["state"] == "present"
    assert canonical(ledger.get(1).as_dict())


def test_lists_by_kind_order_and_number(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chengce.ledger.chain.PAGE", 3)
    ledger = Ledger.open(place)
    kinds = ["run", "access", "run", "decision", "run", "run", "access", "run"]
    for kind in kinds:
        ledger.append(kind, {})
    numbers = lambda **options: [e.n for e in ledger.entries(**options)]  # noqa: E731
    assert numbers() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert numbers(kind="run") == [1, 3, 5, 6, 8]
    assert numbers(newest_first=True, limit=5) == [8, 7, 6, 5, 4]
    assert numbers(after=6) == [7, 8]
    assert numbers(kind="run", after=1, limit=2) == [3, 5]
    assert numbers(limit=0) == []
    with pytest.raises(ChengceError) as caught:
        numbers(kind="runs")
    assert codes(caught) == ["ledger_kind"]


def test_reading_while_writing_neither_blocks_nor_repeats(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chengce.ledger.chain.PAGE", 2)
    ledger = Ledger.open(place, wait_s=1)
    for _ in range(5):
        ledger.append("run", {})
    seen = []
    for entry in ledger.entries():
        if entry.n <= 3:
            ledger.append("run", {})
        seen.append(entry.n)
    assert seen == list(range(1, 9))


def test_finds_a_run_by_the_beginning_of_its_id(place: str) -> None:
    ledger = Ledger.open(place)
    written = [ledger.append("run", {"i": i}) for i in range(20)]
    for entry in written:
        assert ledger.find(entry.id) == entry
        assert ledger.find(entry.hash.upper()) == entry
    assert ledger.find(written[3].id, kind="run") == written[3]
    with pytest.raises(ChengceError):
        ledger.find(written[3].id, kind="access")


def test_an_ambiguous_id_lists_the_candidates(place: str) -> None:
    ledger = Ledger.open(place)
    ids = [ledger.append("run", {"i": i}).id for i in range(17)]
    digit = next(d for d in "0123456789abcdef" if sum(i[0] == d for i in ids) > 1)
    with pytest.raises(ChengceError) as caught:
        ledger.find(digit)
    assert codes(caught) == ["ledger_ambiguous_id"]
    remedy = caught.value.problems[0].remedy
    assert all(i in remedy.en and i in remedy.zh for i in ids if i[0] == digit)


@pytest.mark.parametrize(
    "change", [lambda i: i[:-1] + "xy"[i[-1] == "x"], lambda i: i[1] + i[0] + i[2:]]
)
def test_a_mistyped_id_names_the_nearest(place: str, change: Callable[[str], str]) -> None:
    ledger = Ledger.open(place)
    entry = next(e for i in range(99) if (e := ledger.append("run", {"i": i})).id[0] != e.id[1])
    with pytest.raises(ChengceError) as caught:
        ledger.find(change(entry.id))
    assert codes(caught) == ["ledger_unknown_id"]
    assert entry.id in caught.value.problems[0].remedy.en


@pytest.mark.parametrize("prefix", ["", "%", "_", "abc", "' OR 1=1 --", "0" * 70])
def test_what_is_no_id_is_unknown(place: str, prefix: str) -> None:
    with pytest.raises(ChengceError) as caught:
        Ledger.open(place).find(prefix)
    assert codes(caught) == ["ledger_unknown_id"]


def test_a_missing_row_says_which_there_are(place: str) -> None:
    ledger = Ledger.open(place)
    with pytest.raises(ChengceError, match="empty"):
        ledger.get(1)
    ledger.append("run", {})
    with pytest.raises(ChengceError, match="from 1 to 1"):
        ledger.get(2)


@pytest.mark.parametrize(
    "body",
    [{"a": {1, 2}}, {"a": float("nan")}, {"a": "\ud800"}, {"a": object()}, {1: 1, "b": 2}],
    ids=["set", "nan", "surrogate", "object", "mixed keys"],
)
def test_refuses_what_is_not_plain_data_and_writes_nothing(place: str, body: Any) -> None:
    ledger = Ledger.open(place)
    with pytest.raises(ChengceError) as caught:
        ledger.append("runs", body)
    assert codes(caught) == ["ledger_kind", "ledger_body"]
    assert ledger.head().n == 0


@pytest.mark.parametrize("text", ["", "12", "x:y", "3:abc", "-1:" + ZEROS, "3:" + ZEROS + "0"])
def test_refuses_what_is_no_anchor(text: str) -> None:
    with pytest.raises(ChengceError) as caught:
        parse_anchor(text)
    assert codes(caught) == ["ledger_anchor"]


# ---- redaction


def test_a_redacted_body_is_gone_and_the_chain_holds(place: str) -> None:
    ledger = Ledger.open(place)
    for i in range(3):
        ledger.append("access", {"who": f"张三丰{i}"})
    anchor = ledger.head()
    note = ledger.redact(2, reason="本人要求")
    assert (note.kind, note.body) == ("access", {"action": "redact", "n": 2, "reason": "本人要求"})
    entry = ledger.get(2)
    assert (entry.state, entry.body) == ("redacted", None)
    verification = ledger.verify(anchor)
    assert (verification.state, verification.redacted) == ("anchored", (2,))
    assert verification.problems == ()
    if "://" not in place:
        assert "张三丰1".encode() not in Path(place).read_bytes()
        assert "张三丰2".encode() in Path(place).read_bytes()
    with pytest.raises(ChengceError) as caught:
        ledger.redact(2, reason="")
    assert codes(caught) == ["ledger_redacted"]
    with pytest.raises(ChengceError) as caught:
        ledger.redact(9, reason="")
    assert codes(caught) == ["ledger_row"]
    assert ledger.head().n == 4


# ---- several writers

WRITER = """
    import sys
    from chengce.ledger import Ledger
    ledger = Ledger.open(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    for i in range(int(sys.argv[2])):
        print(ledger.append("run", {"who": sys.argv[3], "i": i}).n, flush=True)
"""


def writers(place: str, count: int, *names: object) -> "list[subprocess.Popen[str]]":
    """Start one process per name; all begin to write together."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), place, str(count), str(name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def test_four_processes_write_one_gapless_chain(place: str) -> None:
    processes = writers(place, 25, *range(4))  # none has a table yet: making it is a race too
    numbers = [int(n) for p in processes for n in p.communicate(timeout=120)[0].split()]
    assert sorted(numbers) == list(range(1, 101))
    ledger = Ledger.open(place)
    verification = ledger.verify()
    assert verification.ok
    assert verification.rows == 100
    by_writer: dict[str, list[int]] = {}
    for entry in ledger.entries():
        assert entry.body is not None
        by_writer.setdefault(entry.body["who"], []).append(entry.body["i"])
    assert by_writer == {str(who): list(range(25)) for who in range(4)}


def test_threads_share_one_ledger(place: str) -> None:
    ledger, failures = Ledger.open(place), []

    def write() -> None:
        try:
            for _ in range(10):
                ledger.append("run", {})
        except ChengceError as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ledger.verify().ok
    assert ledger.head().n == 40


def test_a_killed_writer_loses_nothing_it_reported(place: str) -> None:
    for attempt in range(3):
        before = Ledger.open(place).head().n
        (process,) = writers(place, 10_000, attempt)
        assert process.stdout is not None
        for _ in range(5 + attempt):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        reported = before + 5 + attempt + len(rest)
        ledger = Ledger.open(place)
        assert ledger.head().n in (reported, reported + 1)
        assert ledger.verify().ok
    ledger.append("run", {"after": "all"})
    assert ledger.verify().ok


# ---- places that fail


def test_a_locked_ledger_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path, wait_s=0.05)
    ledger.append("run", {})
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ChengceError) as caught:
            ledger.append("run", {})
        assert codes(caught) == ["ledger_locked"]
        assert ledger.head().n == 1  # reading goes on
    finally:
        other.close()
    assert ledger.append("run", {}).n == 2


@pytest.mark.postgresql
def test_a_locked_server_says_so(postgresql: str) -> None:
    one, other = Ledger.open(postgresql), Ledger.open(postgresql, wait_s=0.05)
    one.append("run", {})
    with one._store.writing(), pytest.raises(ChengceError) as caught:
        other.append("run", {})
    assert codes(caught) == ["ledger_locked"]
    assert other.append("run", {}).n == 2


@pytest.mark.postgresql
def test_a_server_with_stricter_isolation_still_continues_the_last_row(postgresql: str) -> None:
    strict = postgresql + "%20-cdefault_transaction_isolation%3Dserializable"
    ledgers = [Ledger.open(strict) for _ in range(2)]
    failures = []

    def write(ledger: Ledger) -> None:
        try:
            for _ in range(15):
                ledger.append("run", {})
        except ChengceError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ledgers[0].verify().rows == 30


@pytest.mark.postgresql
def test_a_read_only_server_says_so(postgresql: str) -> None:
    ledger = Ledger.open(postgresql + "%20-cdefault_transaction_read_only%3Don")
    with pytest.raises(ChengceError) as caught:
        ledger.append("run", {})
    assert codes(caught) == ["not_writable"]


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ChengceError) as caught:
        Ledger.open("postgresql://someone:secret@127.0.0.1:9/test")
    assert codes(caught) == ["ledger_unreachable"]
    assert "secret" not in str(caught.value)
    assert "someone" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "postgresql://h:port/d", "://"],
)
def test_an_address_that_is_no_place_is_refused(url: str) -> None:
    with pytest.raises(ChengceError) as caught:
        Ledger.open(url)
    assert codes(caught) == ["ledger_address"]
    assert "secret" not in str(caught.value)


def test_a_sqlite_url_is_a_path(tmp_path: Path) -> None:
    Ledger.open(f"sqlite:///{tmp_path}/l.sqlite").append("run", {})
    assert Ledger.open(tmp_path / "l.sqlite").head().n == 1


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("会议纪要" * 400)
    with pytest.raises(ChengceError) as caught:
        Ledger.open(path)
    assert codes(caught) == ["ledger_foreign"]
    assert path.read_text() == "会议纪要" * 400


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE gpkg_contents (a)")
    other.close()
    with pytest.raises(ChengceError) as caught:
        Ledger.open(path)
    assert codes(caught) == ["ledger_foreign"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chengce_ledger_version SET version = 2",
        "DELETE FROM chengce_ledger_version",
        "DROP TABLE chengce_ledger_version",
        "DROP TABLE chengce_ledger",
    ],
)
def test_another_format_is_refused_untouched(
    place: str, sql: Callable[..., Any], change: str
) -> None:
    ledger = Ledger.open(place)
    ledger.append("run", {})
    sql(change)
    for use in (lambda: Ledger.open(place), ledger.head, lambda: ledger.append("run", {})):
        with pytest.raises(ChengceError) as caught:
            use()
        assert codes(caught) == ["ledger_version"]


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    for i in range(60):
        ledger.append("run", {"text": "x" * 400, "i": i})
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\x99" * (len(data) - len(data) // 2)
    path.write_bytes(data)
    with pytest.raises(ChengceError) as caught:
        ledger.verify()
    assert codes(caught) == ["ledger_corrupt"]


def test_a_full_disk_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    anchor = ledger.append("run", {})
    sa = pytest.importorskip("sqlalchemy")
    pages = sqlite3.connect(path)
    (count,) = pages.execute("PRAGMA page_count").fetchone()
    pages.close()

    @sa.event.listens_for(ledger._store.engine, "connect")
    def limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {count}")

    with pytest.raises(ChengceError) as caught:
        ledger.append("run", {"text": "x" * 100_000})
    assert codes(caught) == ["disk_full"]
    assert caught.value.problems[0].remedy.zh
    assert ledger.head() == Head(1, anchor.hash)
    assert ledger.verify().ok


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a read-only /proc")
def test_a_place_that_cannot_be_made_says_so() -> None:
    with pytest.raises(ChengceError) as caught:
        Ledger.open("/proc/chengce/ledger.sqlite").append("run", {})
    assert codes(caught) == ["disk_error"]


READ_ONLY = """
    import os, sys
    from chengce.core.errors import ChengceError
    from chengce.ledger import Ledger
    import sqlalchemy.dialects.sqlite
    ledger = Ledger.open(sys.argv[1])
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    print(ledger.head().n, ledger.verify().ok)
    try:
        ledger.append("run", {})
    except ChengceError as error:
        print(error.problems[0].code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_read_only_folder_can_be_read_and_says_it_cannot_be_written(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o777 == 0o700:
            folder.chmod(0o755)
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).append("run", {})
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(READ_ONLY), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    tmp_path.chmod(0o755)
    assert done.stdout.split() == ["1", "True", "not_writable"], done.stderr


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as caught:
        Ledger.open(tmp_path)
    assert codes(caught) == ["ledger_unreachable"]


# ---- reading what was tampered with


@pytest.mark.parametrize("body", ["{}", "{", "[]", "3"])
def test_an_edited_row_is_not_handed_out(place: str, sql: Callable[..., Any], body: str) -> None:
    ledger = Ledger.open(place)
    entry = ledger.append("run", {"a": 1})
    sql("UPDATE chengce_ledger SET body = :body WHERE n = 1", body=body)
    for use in (lambda: ledger.get(1), lambda: ledger.find(entry.id)):
        with pytest.raises(ChengceError) as caught:
            use()
        assert codes(caught) == ["ledger_damaged"]
    if not isinstance(json.loads(body) if body != "{" else None, dict):
        with pytest.raises(ChengceError):
            list(ledger.entries())


def test_text_that_is_not_utf_8_is_an_edit(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    ledger.append("run", {"a": 1})
    other = sqlite3.connect(path)
    other.execute("UPDATE chengce_ledger SET body = CAST(x'ff7b7d' AS TEXT), at = x'00'")
    other.commit()
    other.close()
    assert [p.code for p in ledger.verify().problems] == ["body_edited", "row_edited"]


def test_the_time_is_utc_whatever_the_clock(place: str) -> None:
    entry = Ledger.open(place, clock=fixed_clock).append("run", {})
    assert entry.at == "2026-03-01T00:30:00.000000Z"
    assert datetime.fromisoformat(entry.at).tzinfo == UTC
