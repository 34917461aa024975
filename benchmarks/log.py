"""Append measurements to JSON lines files, one a kind, and read back the latest of each case."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def append(kind: str, rows: list[dict[str, Any]]) -> Path:
    """Append rows to the log of a kind; one line each."""
    path = RESULTS / f"{kind}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    return path


def latest(kind: str, key: str) -> list[dict[str, Any]]:
    """Return the last row of each value of `key`, in the order of first appearance."""
    path = RESULTS / f"{kind}.jsonl"
    if not path.is_file():
        return []
    found: dict[str, dict[str, Any]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found[str(row[key])] = row
    return list(found.values())
