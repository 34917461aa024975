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


def without_report(entry: Entry, command: str) -> Problem:
    """Return the problem of a run on files: its files are its answer."""
    return Problem(
        "run_without_report",
        Text(
            f"测算 {entry.id} 由 `chengce {command}` 作出，结果是文件，没有报告和图层",
            f"run {entry.id} was made by `chengce {command}`, which answers with files: there is no report "
            "and no layer",
        ),
        Text(
            f"再次运行 `chengce {command}` 并给出 --out，可得到它的全部结果文件",
            f"run `chengce {command}` again with --out for all its files",
        ),
    )


def not_as_recorded(found: Replay) -> Problem:
    """Return the problem of a run whose numbers did not come out again."""
    why = [r.zh for r in found.reasons], [r.en for r in found.reasons]
    return Problem(
        "run_not_as_recorded",
        Text(
            f"测算 {found.run_id} 重新计算后与记录不符（最大相对差 {found.largest:.3g}），未写出任何文件",
            f"run {found.run_id} computed again is not as recorded (largest relative difference "
            f"{found.largest:.3g}); nothing was written",
        ),
        Text(
            "；".join(why[0]) or "请用 `chengce replay` 查看原因",
            "; ".join(why[1]) or "see `chengce replay`",
        ),
    )


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
