"""Record a computation on files in the ledger, and compute it again from there.

The ledger holds names and hashes of the files; where they last lay is remembered beside it, on
this machine only.
"""

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.store import read_toml
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.file_result import FileResult, largest_difference
from chengce.core.provenance import code_version, content_hash, environment, file_hash
from chengce.core.text import Text
from chengce.decisions.file_commands import COMMANDS
from chengce.decisions.replays import Replay, body_of, identical, judged
from chengce.ledger.entry import Entry, Head
from chengce.ledger.workspace import Workspace

ARRAYS = "arrays"
CITY = "city.toml"


@dataclass(frozen=True)
class FileRun:
    """One recorded run on files: `folder` holds its files, `result` what was computed."""

    id: str
    at: str
    head: Head
    body: Mapping[str, Any]
    folder: Path
    result: FileResult

    @property
    def replay_command(self) -> str:
        """Return the command that computes this run again."""
        return f"chengce replay {self.id}"


def record_files(
    workspace: Workspace,
    command: str,
    inputs: Mapping[str, Path],
    params: Mapping[str, Any],
    compute: Callable[[], FileResult],
    *,
    workers: int = 1,
) -> FileRun:
    """Compute, store files and arrays under the result hash, and append the run to the ledger.

    `command` is one of `COMMANDS`, which `compute` does with these inputs and plain `params`. A
    city counts as its content, another folder as the CSV files in it. Raises `ChengceError` if a
    file changed meanwhile.
    """
    hashes = {label: input_hash(path) for label, path in inputs.items()}
    begin = time.perf_counter()
    result = compute()
    seconds = time.perf_counter() - begin
    changed = [path for label, path in inputs.items() if input_hash(path) != hashes[label]]
    if changed:
        raise ChengceError(_changed_meanwhile(path) for path in changed)
    now = dict(environment())
    body = {
        "command": command,
        "inputs": {k: {"name": p.name, "hash": hashes[k]} for k, p in inputs.items()},
        "params": dict(params),
        "code": code_version(),
        "environment": now,
        "lock": content_hash(now),
        "result": result.hash,
        "cost": {"seconds": round(seconds, 3), "workers": workers},
    }
    for label, path in inputs.items():
        workspace.files.remember(hashes[label], path, name=path.name)
    folder = workspace.store_finding(result.hash, {**result.files, **_stored(result.arrays)})
    entry = workspace.ledger.append("run", body)
    return FileRun(entry.id, entry.at, workspace.ledger.head(), body, folder, result)


def replay_files(workspace: Workspace, entry: Entry, context: Context) -> Replay:
    """Compute a recorded run again from the files it read and compare the numbers.

    Raises `ChengceError` naming every file that is gone or has changed.
    """
    body = body_of(entry)
    again = COMMANDS[str(body["command"])](_inputs(workspace, body), body["params"], context)
    if again.hash == body["result"]:
        return identical(entry)
    stored = _loaded(workspace.load_finding(str(body["result"])))
    return judged(entry, body, largest_difference(stored, again.arrays))


def input_hash(path: Path) -> str:
    """Return the hash of a file, of a city's content, or of the CSV files of another folder.

    Of nothing if it is not there. A city's is the one it states, which `open_city` verifies.
    """
    if (path / CITY).is_file():
        return str(read_toml(path / CITY).get("hash", ""))
    if path.is_dir():
        return content_hash({p.name: file_hash(p) for p in sorted(path.glob("*.csv"))})
    return file_hash(path) if path.is_file() else content_hash({})


def _inputs(workspace: Workspace, body: Mapping[str, Any]) -> dict[str, Path]:
    """Return where the files are now; all that are gone or changed are named together."""
    found, problems = {}, []
    listed = workspace.files.all()
    for label, file in body["inputs"].items():
        record = listed.get(file["hash"])
        path = Path(record.path) if record is not None else None
        if path is not None and path.exists() and input_hash(path) == file["hash"]:
            found[label] = path
            continue
        gone = path is None or not path.exists()
        problems.append(_unusable(file, record.path if record else "?", gone=gone))
    if problems:
        raise ChengceError(problems)
    return found


def _unusable(file: Mapping[str, str], where: str, *, gone: bool) -> Problem:
    if gone:
        what = Text(
            f"找不到测算所用的文件 {file['name']}（哈希 {file['hash'][:12]}，最后位置 {where}）",
            f"a file of this run is not there: {file['name']} (hash {file['hash'][:12]}, last seen at {where})",
        )
    else:
        what = Text(
            f"测算所用的文件 {file['name']} 已改动（原哈希 {file['hash'][:12]}，位置 {where}）",
            f"a file of this run has changed: {file['name']} (was {file['hash'][:12]}, at {where})",
        )
    return Problem(
        "run_file_missing" if gone else "run_file_changed",
        what,
        Text("把原文件放回该位置", "put the original file back there"),
        where,
    )


def _changed_meanwhile(path: Path) -> Problem:
    return Problem(
        "run_file_changed",
        Text(
            "文件在测算期间被改动，未作记录",
            "the file changed during the run; nothing was recorded",
        ),
        Text("待文件不再改动后重新运行", "run it again once the file is left alone"),
        str(path),
    )


def _stored(arrays: Mapping[str, NDArray[Any]]) -> dict[str, bytes]:
    out = {}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        out[f"{ARRAYS}/{name}.npy"] = buffer.getvalue()
    return out


def _loaded(files: Mapping[str, bytes]) -> dict[str, NDArray[Any]]:
    prefix = f"{ARRAYS}/"
    return {
        name.removeprefix(prefix).removesuffix(".npy"): np.load(
            io.BytesIO(data), allow_pickle=False
        )
        for name, data in files.items()
        if name.startswith(prefix)
    }
