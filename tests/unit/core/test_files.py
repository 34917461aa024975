"""A crash at any moment leaves the old content or the new one."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from chengce.core.claims import DAY_S, exclusive, sibling, siblings
from chengce.core.disk import disk_problem
from chengce.core.errors import ChengceError
from chengce.core.exchange import exchange
from chengce.core.files import recover, replacing, write_all_atomic, write_atomic, writing


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def no_swap(one: Path, other: Path) -> bool:
    return False


def fill_and_fail(temp: Path) -> None:
    (temp / "new").touch()
    raise RecursionError


SWAPS = pytest.mark.parametrize("swap", [exchange, no_swap], ids=["one step", "two renames"])


def start(code: str, *args: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, args)],
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


# ---- files


def test_writes_a_new_file_with_its_folders_and_replaces_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "甲" / "b" / "c.json"
    write_atomic(path, b"one")
    path.chmod(0o640)
    write_atomic(path, "二".encode())
    assert path.read_bytes() == "二".encode()
    assert names(path.parent) == {"c.json"}
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def test_writes_through_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_failing_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChengceError) as caught:
        write_atomic(path, b"new")
    assert [p.code for p in caught.value.problems] == ["disk_full"]
    assert caught.value.problems[0].remedy.zh
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"a"}


def test_a_file_written_in_parts_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.bin"
    with writing(path) as fresh:
        fresh.write_bytes(b"one")
        assert not path.exists()
    path.chmod(0o640)

    def fail() -> None:
        with writing(path) as fresh:
            fresh.write_bytes(b"tw")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ChengceError) as caught:
        fail()
    assert [p.code for p in caught.value.problems] == ["disk_full"]
    assert path.read_bytes() == b"one"
    with writing(path) as fresh:
        fresh.write_bytes(b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(path.parent) == {"a.bin"}
    with pytest.raises(ChengceError) as caught, writing(tmp_path / "deep"):
        pass
    assert [p.code for p in caught.value.problems] == ["path_in_the_way"]


def test_several_files_are_all_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "c").mkdir()
    with pytest.raises(ChengceError) as error:
        write_all_atomic({tmp_path / n: b"new" for n in "abc"})
    assert error.value.problems[0].code == "path_in_the_way"
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == {"a", "c"}
    write_all_atomic({tmp_path / n: b"new" for n in "ab"})
    assert [(tmp_path / n).read_text() for n in "ab"] == ["new", "new"]
    assert names(tmp_path) == {"a", "b", "c"}


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(ChengceError) as caught:
        write_atomic(tmp_path / "a" / "b", b"x")
    assert caught.value.problems[0].code == "path_in_the_way"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "not_writable"),
        (errno.EACCES, "not_writable"),
        (errno.ENOTDIR, "path_in_the_way"),
        (errno.EIO, "disk_error"),
    ],
)
def test_every_disk_error_has_a_code_and_a_remedy(number: int, code: str) -> None:
    problem = disk_problem(OSError(number, os.strerror(number)), Path("x"))
    assert (problem.code, problem.file) == (code, "x")
    assert problem.remedy.zh
    assert problem.remedy.en


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device(tmp_path: Path) -> None:
    with pytest.raises(ChengceError, match="disk_full"), replacing(tmp_path / "d"):
        Path("/dev/full").write_bytes(b"x")
    assert names(tmp_path) == set()


# ---- directories


@SWAPS
def test_puts_the_new_directory_in_place_of_the_old(tmp_path: Path, swap: object) -> None:
    target = tmp_path / "城"
    for content in ("one", "two"):
        with replacing(target, swap=swap) as temp:  # type: ignore[arg-type]
            assert temp.parent == tmp_path
            (temp / content).mkdir()
            (temp / content / "x").write_text(content)
            if content == "two":
                assert names(target) == {"one"}
    assert names(target) == {"two"}
    assert names(tmp_path) == {"城"}


@SWAPS
def test_a_raising_block_leaves_the_old_directory(tmp_path: Path, swap: object) -> None:
    target = tmp_path / "d"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(RecursionError), replacing(target, swap=swap) as temp:  # type: ignore[arg-type]
        fill_and_fail(temp)
    assert names(target) == {"old"}
    assert names(tmp_path) == {"d"}


def test_an_error_about_something_else_stays_itself(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "d"):
        (tmp_path / "source.csv").read_bytes()
    with pytest.raises(ChengceError, match="disk_error"), replacing(tmp_path / "d") as temp:
        (temp / "missing" / "x").write_bytes(b"")


def test_a_file_of_that_name_is_not_replaced_by_a_directory(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("mine")
    with pytest.raises(ChengceError, match="path_in_the_way"), replacing(tmp_path / "d"):
        pass
    assert (tmp_path / "d").read_text() == "mine"


@SWAPS
def test_writers_at_the_same_time_never_mix(tmp_path: Path, swap: object) -> None:
    target, broken = tmp_path / "d", []

    def write(who: str) -> None:
        for _ in range(15):
            try:
                with replacing(target, swap=swap) as temp:  # type: ignore[arg-type]
                    for name in "ab":
                        (temp / name).write_text(who)
            except ChengceError as error:
                broken.append(error)

    threads = [threading.Thread(target=write, args=(str(i),)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert (target / "a").read_text() == (target / "b").read_text()
    assert names(tmp_path) == {"d"}


# ---- killed

HALF_WRITTEN = """
    import sys, time
    from pathlib import Path
    from chengce.core.files import replacing
    with replacing(Path(sys.argv[1])) as temp:
        (temp / "half").write_text("x")
        print("writing", flush=True)
        time.sleep(60)
"""


def test_killed_while_writing_leaves_the_old_one_and_a_later_run_cleans_up(tmp_path: Path) -> None:
    target = tmp_path / "d"
    target.mkdir()
    (target / "old").touch()
    process = start(HALF_WRITTEN, target)
    assert said(process) == "writing"
    with replacing(target) as temp:  # the other one is alive: its work is left alone
        (temp / "mine").touch()
    assert len(siblings(target, "tmp")) == 1
    kill(process)
    assert names(target) == {"mine"}
    with replacing(target) as temp:
        (temp / "later").touch()
    assert names(tmp_path) == {"d"}
    assert names(target) == {"later"}


BUSY = """
    import sys
    from pathlib import Path
    from chengce.core.files import replacing, write_atomic
    target, swap = Path(sys.argv[1]), sys.argv[2]
    options = {} if swap == "one" else {"swap": lambda a, b: False}
    number = 0
    while True:
        with replacing(target, **options) as temp:
            for name in "abcd":
                (temp / name).write_text(str(number))
        write_atomic(target.with_name("f"), str(number).encode() * 4000)
        number += 1
        if number == 3:
            print("busy", flush=True)
"""


@pytest.mark.parametrize("swap", ["one", "two"])
def test_killed_at_any_moment_leaves_a_whole_directory(tmp_path: Path, swap: str) -> None:
    target = tmp_path / "d"
    for delay in (0.0, 0.013, 0.029):
        process = start(BUSY, target, swap)
        said(process)
        time.sleep(delay)
        kill(process)
        assert recover(target) is False or swap == "two"
        assert names(target) == set("abcd")
        assert len({(target / name).read_text() for name in "abcd"}) == 1
        text = target.with_name("f").read_text()
        assert text == text[: len(text) // 4000] * 4000
    with replacing(target) as temp:
        (temp / "later").touch()
    write_atomic(target.with_name("f"), b"later")
    assert names(tmp_path) == {"d", "f"}


def test_recovers_a_directory_left_between_two_renames(tmp_path: Path) -> None:
    target = tmp_path / "d"
    old = sibling(target, "old")
    old.mkdir()
    (old / "x").touch()
    assert recover(target) is True
    assert names(target) == {"x"}
    assert recover(target) is False


def test_where_there_are_no_locks_only_stale_work_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chengce.core.claims._lock", lambda path, wait: -1)
    target = tmp_path / "f"
    fresh, stale = sibling(target, "tmp"), sibling(target, "tmp")
    fresh.touch()
    stale.touch()
    os.utime(stale, (time.time() - 2 * DAY_S,) * 2)
    write_atomic(target, b"x")
    assert names(tmp_path) == {"f", fresh.name}


def test_one_at_a_time(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with exclusive(tmp_path / "lock"):
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
