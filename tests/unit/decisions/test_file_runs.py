"""Runs on files: recorded with hashes, computed again, and what changed since is named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.file_result import FileResult, largest_difference
from chengce.decisions import file_runs
from chengce.decisions.file_runs import FileRun, input_hash, record_files
from chengce.decisions.record import replay
from chengce.ledger.workspace import Workspace

OFF = {"by": 0.0}  # what a replay of the toy command adds


def double(inputs: Mapping[str, Path], params: Mapping[str, Any], context: Context) -> FileResult:
    numbers = np.array([float(w) for w in inputs["numbers"].read_text().split()])
    doubled = params["times"] * numbers + OFF["by"]
    return FileResult(
        {"doubled": doubled, "names": np.array(["a", "b"])}, {"out.txt": b"x"}, {"n": 2}
    )


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_runs, "COMMANDS", {"double": double})
    monkeypatch.setitem(OFF, "by", 0.0)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "ws")


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "数 字.txt"
    path.write_text("1 2.5")
    return path


def made(workspace: Workspace, numbers: Path) -> FileRun:
    inputs, params = {"numbers": numbers}, {"times": 2}
    return record_files(
        workspace, "double", inputs, params, lambda: double(inputs, params, Context())
    )


def test_the_ledger_holds_names_and_hashes_but_no_paths(
    workspace: Workspace, numbers: Path
) -> None:
    run = made(workspace, numbers)
    [entry] = workspace.ledger.entries(kind="run")
    body = entry.body
    assert body is not None
    assert body["command"] == "double"
    assert body["params"] == {"times": 2}
    assert body["inputs"] == {"numbers": {"name": "数 字.txt", "hash": input_hash(numbers)}}
    assert body["result"] == run.result.hash
    assert str(numbers.parent) not in str(body)
    assert (run.folder / "out.txt").read_bytes() == b"x"
    assert run.folder.name == run.result.hash
    assert run.head == workspace.ledger.head()
    assert workspace.ledger.verify().ok


def test_a_replay_is_identical_near_or_different(workspace: Workspace, numbers: Path) -> None:
    run = made(workspace, numbers)
    for off, same in ((0.0, "identical"), (1e-12, "equal within 1e-9"), (1e-3, "different")):
        OFF["by"] = off
        found = replay(workspace, run.id, Context())
        assert found.same == same
        assert found.largest == pytest.approx(off / 2 if off else 0.0, rel=1e-3)


def test_a_moved_file_is_found_once_it_is_used_again(
    workspace: Workspace, numbers: Path, tmp_path: Path
) -> None:
    run = made(workspace, numbers)
    new = numbers.rename(tmp_path / "moved.txt")
    with pytest.raises(ChengceError, match="last seen at"):
        replay(workspace, run.id, Context())
    made(workspace, new)
    assert replay(workspace, run.id, Context()).same == "identical"


def test_a_changed_file_is_named(workspace: Workspace, numbers: Path) -> None:
    run = made(workspace, numbers)
    numbers.write_text("1 2.6")
    with pytest.raises(ChengceError) as caught:
        replay(workspace, run.id, Context())
    [problem] = caught.value.problems
    assert (problem.code, problem.file) == ("run_file_changed", str(numbers))
    assert "数 字.txt" in problem.message.en


def test_a_file_that_changes_meanwhile_is_not_recorded(workspace: Workspace, numbers: Path) -> None:
    def compute() -> FileResult:
        numbers.write_text("9 9")
        return FileResult({})

    with pytest.raises(ChengceError) as caught:
        record_files(workspace, "double", {"numbers": numbers}, {}, compute)
    assert [p.code for p in caught.value.problems] == ["run_file_changed"]
    assert list(workspace.ledger.entries()) == []


def test_a_folder_is_its_tables(tmp_path: Path) -> None:
    (tmp_path / "link.csv").write_text("a")
    before = input_hash(tmp_path)
    (tmp_path / "notes.txt").write_text("b")
    assert input_hash(tmp_path) == before
    (tmp_path / "node.csv").write_text("c")
    assert input_hash(tmp_path) != before


def test_the_hash_covers_names_kinds_shapes_and_bits() -> None:
    one = np.array([[1.0, 2.0]])
    same = FileResult({"a": one}, {"f": b""}, {"seconds": 3}).hash
    assert FileResult({"a": one.copy()}).hash == same
    for other in (
        {"b": one},
        {"a": one.T},
        {"a": one.astype(np.float32)},
        {"a": one + 1e-16 * 3},
        {},
    ):
        assert FileResult(other).hash != same
    assert FileResult({"a": np.asfortranarray(one)}).hash == same


@pytest.mark.parametrize(
    ("a", "b", "difference"),
    [
        ([1.0, np.nan], [1.0, np.nan], 0.0),
        ([100.0], [101.0], 0.01),
        ([0.1], [0.2], 0.1),
        ([np.inf], [np.inf], 0.0),
        ([np.inf], [1.0], np.inf),
        ([1.0], [1.0, 2.0], np.inf),
        ([True], [False], np.inf),
        (["a"], ["a"], 0.0),
        ([1.0], [1], np.inf),
    ],
)
def test_differences(a: list[Any], b: list[Any], difference: float) -> None:
    found = largest_difference({"x": np.array(a)}, {"x": np.array(b)})
    assert found == pytest.approx(difference)
    assert largest_difference({"x": np.array(a)}, {"y": np.array(a)}) == np.inf
