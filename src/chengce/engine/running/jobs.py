"""Keep a job as a folder of arrays and a few numbers, so that any process can work on its rows.

A job is a frozen dataclass of this package with a method `block(rows)`. Its fields may be arrays
(numbers, or texts), numbers, texts, None, tuples, lists, dicts by text, and dataclasses and named
tuples of this package holding the same. `job.json` says what it is made of; every array of numbers
lies in its own `.npy` file and is mapped into memory, not read.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Job
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import replacing
from chengce.core.provenance import code_version, content_hash
from chengce.core.text import Text

PACKAGE = "chengce."
Arrays = list[NDArray[Any]]


def job_key(job: Job) -> str:
    """Return the hash of all the answer depends on: every number of the job, and the code."""
    arrays: Arrays = []
    tree = _taken_apart(job, arrays)
    parts = [[a.dtype.str, list(a.shape), _digest(a)] for a in arrays]
    return content_hash([tree, parts, code_version()])


def save_job(job: Job, folder: Path) -> None:
    """Write a job to `folder`, whole or not at all. Raises `ChengceError` as `replacing`."""
    arrays: Arrays = []
    tree = _taken_apart(job, arrays)
    about = {"code": code_version(), "job": tree, "arrays": len(arrays)}
    with replacing(folder) as fresh:
        for i, array in enumerate(arrays):
            np.save(fresh / f"{i:04}.npy", array, allow_pickle=False)
        (fresh / "job.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")


def load_job(folder: Path) -> Job:
    """Return the job in `folder`, its arrays mapped into memory.

    They are mapped copy-on-write, and nothing writes to them: processes of one machine share the
    pages, and kernels see the type they are compiled for. Raises `ChengceError` where the folder
    cannot be seen from here (`job_not_seen`) or another version wrote it (`job_of_other_version`).
    """
    try:
        about = json.loads((folder / "job.json").read_text("utf-8"))
        arrays = [
            np.load(folder / f"{i:04}.npy", mmap_mode="c", allow_pickle=False)
            for i in range(int(about["arrays"]))
        ]
    except (OSError, ValueError, KeyError) as error:
        raise ChengceError(_not_seen(folder, error)) from error
    if about["code"] != code_version():
        raise ChengceError(_other_version(str(about["code"])))
    return cast(Job, _put_together(about["job"], arrays))


def run_block(folder: str, rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return some rows of the job in `folder`; each process opens it once."""
    return _opened(folder).block(rows)


@lru_cache(maxsize=2)
def _opened(folder: str) -> Job:
    return load_job(Path(folder))


def _digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def _taken_apart(value: Any, arrays: Arrays) -> Any:
    """Return `value` as plain data; arrays of numbers go to `arrays`, their place stays."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return {"texts": [str(text) for text in value]}
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic):
        return _taken_apart(value.item(), arrays)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names = value._fields
    elif is_dataclass(value):
        names = tuple(f.name for f in fields(value))
    elif isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_taken_apart(part, arrays) for part in value]}
    elif isinstance(value, dict):
        return {"dict": {str(k): _taken_apart(v, arrays) for k, v in value.items()}}
    else:
        raise TypeError(f"a job cannot hold a {type(value).__name__}")
    made = {name: _taken_apart(getattr(value, name), arrays) for name in names}
    return {"class": f"{type(value).__module__}:{type(value).__qualname__}", "fields": made}


def _put_together(tree: Any, arrays: Arrays) -> Any:
    if not isinstance(tree, dict):
        return tree
    if "array" in tree:
        return arrays[tree["array"]]
    if "texts" in tree:
        return np.array(tree["texts"], dtype=object)
    if "list" in tree or "tuple" in tree:
        kind: Callable[[Any], Any] = tuple if "tuple" in tree else list
        return kind(_put_together(part, arrays) for part in next(iter(tree.values())))
    if "dict" in tree:
        return {k: _put_together(v, arrays) for k, v in tree["dict"].items()}
    module, name = tree["class"].split(":")
    if not module.startswith(PACKAGE):
        raise ValueError(f"{module} is no part of this package")
    made = getattr(import_module(module), name)
    return made(**{k: _put_together(v, arrays) for k, v in tree["fields"].items()})


def _not_seen(folder: Path, error: Exception) -> Problem:
    return Problem(
        "job_not_seen",
        Text(
            f"计算进程读不到任务目录：{error}",
            f"a worker cannot read the folder of the job: {error}",
        ),
        Text(
            "把工作区（--workspace）放在所有机器以同一路径可见的磁盘上",
            "put the workspace (--workspace) on a disk that all machines see under the same path",
        ),
        str(folder),
    )


def _other_version(theirs: str) -> Problem:
    return Problem(
        "job_of_other_version",
        Text(
            f"任务由版本 {theirs} 提交，计算进程的版本是 {code_version()}",
            f"the job is of version {theirs}, the worker runs {code_version()}",
        ),
        Text(
            "在所有机器上安装同一版本，再重启计算进程",
            "install the same version on all machines, then start the workers again",
        ),
    )
