"""Say what a replay found, and why it may differ from the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chengce.core.errors import ChengceError, Problem
from chengce.core.provenance import code_version, environment
from chengce.core.text import Text
from chengce.ledger.entry import Entry

TOLERANCE = 1e-9
Same = Literal["identical", "equal within 1e-9", "different"]


@dataclass(frozen=True)
class Replay:
    """What a replay found: `same` and, where it is not identical, the largest difference and why."""

    run_id: str
    same: Same
    largest: float
    reasons: tuple[Text, ...]


def identical(entry: Entry) -> Replay:
    """Return the replay of a run whose result hash came out again."""
    return Replay(entry.id, "identical", 0.0, ())


def judged(entry: Entry, body: Mapping[str, Any], largest: float) -> Replay:
    """Return the replay of a run whose numbers differ by at most `largest`, relatively."""
    same: Same = "equal within 1e-9" if largest <= TOLERANCE else "different"
    return Replay(entry.id, same, largest, reasons(body))


def body_of(entry: Entry) -> Mapping[str, Any]:
    """Return the body of a run; raises `ChengceError` (`run_redacted`)."""
    if entry.body is None:
        raise ChengceError(
            Problem(
                "run_redacted",
                Text(
                    f"测算 {entry.id} 的内容已隐去，无法复算",
                    f"run {entry.id} has been redacted and cannot be replayed",
                ),
                Text("台账中仍保留其哈希", "its hash is still in the ledger"),
            )
        )
    return entry.body


def reasons(body: Mapping[str, Any]) -> tuple[Text, ...]:
    """Return what is not as it was: the program's version and the environment."""
    found = []
    if body["code"] != code_version():
        found.append(Text(f"程序版本不同：{body['code']} → {code_version()}",
                          f"another version of the program: {body['code']} → {code_version()}"))  # fmt: skip
    now = dict(environment())
    for key, old in body["environment"].items():
        if now.get(key) != old:
            found.append(Text(f"环境不同：{key} {old} → {now.get(key)}",
                              f"another environment: {key} {old} → {now.get(key)}"))  # fmt: skip
    return tuple(found)
