"""Hand over what a command on files found: files, JSON or text, the run and how to replay it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengce.core.files import write_all_atomic
from chengce.core.text import Text
from chengce.decisions.file_runs import FileRun
from chengce.interfaces.session import Session

SUMMARY = "summary.json"


def deliver(
    session: Session, run: FileRun, out: Path | None, named: Mapping[str, str], text: str, where: Text
) -> FileRun:  # fmt: skip
    """Write the files to `out` (else they stay in the workspace) and print the answer.

    `named`: key of the JSON → file it points to ("" for the folder); `text`: the answer for a
    person; `where`: its line about the files, with `{folder}`.
    """
    folder = out if out is not None else run.folder
    plain = {
        **run.result.summary,
        **{key: str(folder / name) for key, name in named.items()},
        "files": [str(folder / name) for name in run.result.files],
        "run": run.id,
        "replay": run.replay_command,
        "ledger_head": str(run.head),
        "result": run.body["result"],
        "warnings": [p.as_dict() for p in run.result.warnings],
    }
    if out is not None:
        written: dict[str, Any] = dict(run.result.files)
        summary = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        written[SUMMARY] = summary.encode()
        write_all_atomic({out / name: data for name, data in written.items()})
    session.quiet()
    if session.json:
        session.put(plain)
        return run
    session.print(text)
    session.print(where.format(folder=str(folder)))
    session.print(
        Text(f"测算编号：{run.id}；台账链首：{run.head}", f"run: {run.id}; ledger head: {run.head}")
    )
    session.print(Text(f"复算：{run.replay_command}", f"replay: {run.replay_command}"))
    session.problems(run.result.warnings)
    return run
