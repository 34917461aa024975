"""Read and write `groups.toml`: the groups of people, their titles, ranks and walking profiles."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengce.core.documents import read_toml_file
from chengce.core.errors import Problem, raise_if_any
from chengce.core.groups import PROFILES, TOTAL, Group
from chengce.core.text import Text, text_of

FIELDS = ("dimension", "id", "title", "mix", "rank")
ALONE: Mapping[str, float] = {"adult": 1.0}


def read_groups(path: Path) -> tuple[Group, ...]:
    """Read the groups of a city; without a file there are none.

    Raises `ChengceError` with every entry that lacks an id, repeats one, has unknown fields, or
    whose shares of walking profiles do not add up to 1.
    """
    if not path.is_file():
        return ()
    listed = read_toml_file(path, Text("群体文件", "groups file")).get("groups", [])
    entries = listed if isinstance(listed, list) else [listed]
    problems = [p for n, e in enumerate(entries, start=1) for p in _wrong(e, n, path)]
    if not problems:
        problems = _repeated(entries, path)
    raise_if_any(problems)
    return tuple(_group(entry) for entry in entries)


def groups_data(groups: Sequence[Group]) -> dict[str, Any]:
    """Return plain data that `read_groups` reads back from TOML."""
    entries = []
    for group in groups:
        entry: dict[str, Any] = {
            "dimension": group.dimension,
            "id": group.id,
            "title": group.title.as_dict(),
            "mix": dict(group.mix),
        }
        entries.append(entry if group.rank is None else {**entry, "rank": group.rank})
    return {"groups": entries}


def _group(entry: Mapping[str, Any]) -> Group:
    return Group(
        str(entry.get("dimension", TOTAL)),
        str(entry["id"]),
        text_of(entry.get("title", str(entry["id"]))),
        {str(k): float(v) for k, v in entry.get("mix", ALONE).items()},
        entry.get("rank"),
    )


def _wrong(entry: Any, number: int, path: Path) -> list[Problem]:
    if not isinstance(entry, Mapping) or not entry.get("id"):
        return [_problem("group_without_id", number, path, "id",
                         Text("缺少编号 id", "has no id"),
                         Text("写成 [[groups]]，并给出 id", "write [[groups]] with an id"))]  # fmt: skip
    found = [
        _problem("group_field_unknown", number, path, str(key),
                 Text(f"没有字段 {key}", f"has an unknown field {key}"),
                 Text(f"可用字段：{'、'.join(FIELDS)}", f"fields: {', '.join(FIELDS)}"))
        for key in entry
        if key not in FIELDS
    ]  # fmt: skip
    mix = entry.get("mix", ALONE)
    if not _is_mix(mix):
        found.append(
            _problem("group_mix_invalid", number, path, "mix",
                     Text(f"步行类型构成无效：{mix}", f"has an invalid mix of walking profiles: {mix}"),
                     Text(f"只用 {'、'.join(PROFILES)}，各份额非负且合计为 1",
                          f"use only {', '.join(PROFILES)}; shares are ≥ 0 and add up to 1"))
        )  # fmt: skip
    rank = entry.get("rank")
    if rank is not None and (isinstance(rank, bool) or not isinstance(rank, int)):
        found.append(
            _problem("group_rank_invalid", number, path, "rank",
                     Text(f"名次应为整数，现为“{rank}”", f"has a rank that is no whole number: {rank}"),
                     Text("1 表示处境最差；无序的维度不写名次",
                          "1 is the worst off; leave it out where nothing is ordered"))
        )  # fmt: skip
    return found


def _is_mix(mix: Any) -> bool:
    if not isinstance(mix, Mapping) or not set(mix) <= set(PROFILES):
        return False
    shares = list(mix.values())
    if not all(isinstance(s, int | float) and not isinstance(s, bool) and s >= 0 for s in shares):
        return False
    return bool(abs(sum(shares) - 1) <= 1e-9)


def _repeated(entries: Sequence[Mapping[str, Any]], path: Path) -> list[Problem]:
    keys = [(str(e.get("dimension", TOTAL)), str(e["id"])) for e in entries]
    return [
        _problem("group_repeated", number, path, "id",
                 Text(f"{dimension} 维度的 {name} 重复", f"repeats {name} of dimension {dimension}"),
                 Text("合并或改编号", "join them or change the id"))
        for number, (dimension, name) in enumerate(keys, start=1)
        if (dimension, name) in keys[: number - 1]
    ]  # fmt: skip


def _problem(
    code: str, number: int, path: Path, column: str, message: Text, remedy: Text
) -> Problem:
    return Problem(
        code,
        Text(f"第 {number} 个群体{message.zh}", f"group {number} {message.en}"),
        remedy,
        file=str(path),
        column=column,
    )
