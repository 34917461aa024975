"""The workspace keeps what it was given, or says why not, and never half of it."""

import errno
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from chengce.core.errors import ChengceError
from chengce.core.files import write_atomic
from chengce.ledger import Workspace

HASH = "ab" * 32
FILES = {"table.parquet": b"\x00\x01", "maps/中心城区.json": b"{}", "empty": b""}


class FailingDisk:
    """Write a few files, then be full."""

    def __init__(self, works_for: int, number: int = errno.ENOSPC) -> None:
        self.left = works_for
        self.number = number

    def __call__(self, path: Path, data: bytes) -> None:
        if not self.left:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(self.number, os.strerror(self.number), str(path))
        self.left -= 1
        write_atomic(path, data)


def codes(error: pytest.ExceptionInfo[ChengceError]) -> list[str]:
    return [p.code for p in error.value.problems]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_opening_makes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    assert workspace.cities == {}
    assert workspace.find_city(HASH) is None
    assert workspace.ledger.head().n == 0
    assert not workspace.findings.has(HASH)
    assert list(tmp_path.iterdir()) == []


def test_the_ledger_is_in_the_workspace(tmp_path: Path) -> None:
    entry = Workspace.open(tmp_path / "ws").ledger.append("run", {})
    assert (tmp_path / "ws" / "ledger.sqlite").is_file()
    assert Workspace.open(tmp_path / "ws").ledger.get(1) == entry


@pytest.mark.postgresql
def test_or_on_a_server(tmp_path: Path, postgresql: str) -> None:
    Workspace.open(tmp_path / "ws", ledger_url=postgresql).ledger.append("run", {})
    assert Workspace.open(tmp_path / "other", ledger_url=postgresql).ledger.head().n == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "ws").touch()
    with pytest.raises(ChengceError) as caught:
        Workspace.open(tmp_path / "ws")
    assert codes(caught) == ["path_in_the_way"]


# ---- cities


def test_remembers_where_a_city_was_last_seen(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    old, new = tmp_path / "old", tmp_path / "山城"
    old.mkdir()
    new.mkdir()
    workspace.remember_city(HASH, old, name="山城")
    workspace.remember_city("cd" * 32, old)
    workspace.remember_city(HASH, new, name="山城")
    assert workspace.find_city(HASH) == new
    new.rmdir()
    assert workspace.find_city(HASH) is None
    record = Workspace.open(tmp_path / "ws").cities[HASH]
    assert (record.path, record.name) == (str(new), "山城")
    assert record.last_seen.endswith("Z")
    assert len(workspace.cities) == 2


def test_a_relative_path_is_remembered_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c").mkdir()
    Workspace.open("ws").remember_city(HASH, "c")
    monkeypatch.chdir("/")
    assert Workspace.open(tmp_path / "ws").find_city(HASH) == tmp_path / "c"


REMEMBER = """
    import sys
    from chengce.ledger import Workspace
    for i in range(20):
        Workspace.open(sys.argv[1]).remember_city(f"{sys.argv[2]}{i}", ".")
"""


def test_no_city_is_lost_between_processes_and_threads(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    processes = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(REMEMBER), workspace.path, who])
        for who in "ab"
    ]

    def remember(who: str) -> None:
        for i in range(20):
            workspace.remember_city(f"{who}{i}", tmp_path)

    threads = [threading.Thread(target=remember, args=(who,)) for who in "cd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.wait() for p in processes] == [0, 0]
    assert len(workspace.cities) == 80


def test_a_full_disk_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    Workspace.open(tmp_path).remember_city(HASH, tmp_path)
    before = tree(tmp_path)

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ChengceError) as caught:
        Workspace.open(tmp_path, write=full).remember_city("cd" * 32, tmp_path)
    assert codes(caught) == ["disk_full"]
    assert tree(tmp_path) == before


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"path": 1}}', "\udcff"])
def test_a_list_that_cannot_be_read_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "cities.json").write_bytes(text.encode(errors="surrogateescape"))
    workspace = Workspace.open(tmp_path)
    for use in (lambda: workspace.cities, lambda: workspace.remember_city(HASH, tmp_path)):
        with pytest.raises(ChengceError) as caught:
            use()
        assert codes(caught) == ["cities_unreadable"]
        assert caught.value.problems[0].remedy.zh
    assert (tmp_path / "cities.json").read_bytes() == text.encode(errors="surrogateescape")


# ---- findings


def test_a_finding_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    folder = workspace.store_finding(HASH, FILES)
    assert folder == tmp_path / "ws" / "findings" / HASH
    assert workspace.load_finding(HASH) == FILES
    assert workspace.findings.has(HASH)
    assert {k: v for k, v in tree(folder).items() if k != "SHA256SUMS"} == FILES
    assert [p.name for p in folder.parent.iterdir()] == [HASH]


def test_its_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    folder = Workspace.open(tmp_path).store_finding(HASH, FILES)
    try:
        done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, check=False,
                              capture_output=True)  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no sha256sum here")
    assert done.returncode == 0


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    Workspace.open(tmp_path).store_finding(HASH, FILES)
    again = Workspace.open(tmp_path, write=FailingDisk(0))
    assert again.load_finding(HASH) == FILES
    assert again.store_finding(HASH, dict(reversed(FILES.items()))).is_dir()


def test_other_content_replaces_the_old_as_a_whole(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    workspace.store_finding(HASH, FILES)
    workspace.store_finding(HASH, {"only": b"1"})
    assert workspace.load_finding(HASH) == {"only": b"1"}


@pytest.mark.parametrize("works_for", [0, 1, 2, 3])
@pytest.mark.parametrize("there", [True, False])
def test_a_failing_disk_leaves_nothing_half_written(
    tmp_path: Path, works_for: int, there: bool
) -> None:
    workspace = Workspace.open(tmp_path)
    if there:
        workspace.store_finding(HASH, {"old": b"1"})
    before = tree(tmp_path)
    failing = Workspace.open(tmp_path, write=FailingDisk(works_for))
    with pytest.raises(ChengceError) as caught:
        failing.store_finding(HASH, FILES)
    assert codes(caught) == ["disk_full"]
    assert tree(tmp_path) == before
    if there:
        assert workspace.load_finding(HASH) == {"old": b"1"}


def test_a_finding_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as caught:
        Workspace.open(tmp_path).load_finding(HASH)
    assert codes(caught) == ["finding_missing"]


def test_every_damaged_file_is_named_and_storing_again_heals(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    folder = workspace.store_finding(HASH, FILES)
    (folder / "empty").write_bytes(b"x")
    (folder / "table.parquet").unlink()
    with pytest.raises(ChengceError) as caught:
        workspace.load_finding(HASH)
    assert codes(caught) == ["finding_damaged"] * 2
    workspace.store_finding(HASH, FILES)
    assert workspace.load_finding(HASH) == FILES
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(ChengceError) as caught:
        workspace.load_finding(HASH)
    assert codes(caught) == ["finding_damaged"]


@pytest.mark.parametrize("name", ["", ".", "../x", "/x", "a/../../x", "a//b", "a\\b", "C:x", "a\nb",
                                  "SHA256SUMS"])  # fmt: skip
def test_refuses_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ChengceError) as caught:
        Workspace.open(tmp_path).store_finding(HASH, {name: b"", "../y": b""})
    assert codes(caught) == ["finding_name"] * len({name, "../y"})
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("key", ["", "../../etc", "AB" * 32, "abc", "ab" * 33])
def test_refuses_what_is_no_hash(tmp_path: Path, key: str) -> None:
    for use in (Workspace.open(tmp_path).findings.has, Workspace.open(tmp_path).load_finding):
        with pytest.raises(ChengceError) as caught:
            use(key)
        assert codes(caught) == ["finding_hash"]


def test_readers_see_one_version_while_writers_replace_it(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    versions = [{name: bytes([v]) * 50 for name in "abc"} for v in range(2)]
    workspace.store_finding(HASH, versions[0])
    done, bad = threading.Event(), []

    def write() -> None:
        for i in range(30):
            workspace.store_finding(HASH, versions[i % 2])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        try:
            if workspace.load_finding(HASH) not in versions:
                bad.append("mixed")
        except ChengceError as error:
            bad.append(str(error))
    thread.join()
    assert bad == []
