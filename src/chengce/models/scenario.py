"""Read a scenario, check all of it, and apply it to a city as an ordered list of changes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chengce.city.city import City
from chengce.core.documents import read_yaml
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.provenance import canonical
from chengce.core.text import Text, text_of
from chengce.core.validation import near_names, problems_of
from chengce.models.modifications import Modification
from chengce.models.modifications.base import BaseModification, Draft, Touches

SHOWN = 5  # objects of a conflict that are named
FIELDS = ("name", "title", "notes", "modifications", "assumptions")
_ADAPTER: TypeAdapter[BaseModification] = TypeAdapter(Modification)


@dataclass(frozen=True)
class Scenario:
    """An ordered list of modifications, and assumptions it overrides; policies kept apart.

    The hash covers modifications in order with defaults filled, and overrides; not name, title or
    notes. The empty scenario changes nothing, exactly.
    """

    name: str
    title: Text
    modifications: tuple[BaseModification, ...] = ()
    assumptions: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """Return what the scenario does, as plain data."""
        return {
            "modifications": [m.model_dump(mode="json", by_alias=True) for m in self.modifications],
            "assumptions": dict(self.assumptions),
        }

    @property
    def hash(self) -> str:
        """Return the hash of what the scenario does."""
        return hashlib.sha256(canonical(self.body).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that `parse_scenario` reads back."""
        return {"name": self.name, "title": self.title.as_dict(), "notes": self.notes, **self.body}

    def check(self, city: City) -> list[Problem]:
        """Return every problem: conflicts, then what each change finds wrong, then overrides."""
        return [*_conflicts(self.modifications, city), *self._edit(city)[1]]

    def apply(self, city: City) -> City:
        """Return the city with the changes made; the given city is untouched."""
        draft, problems = self._edit(city)
        raise_if_any([*_conflicts(self.modifications, city), *problems])
        assumptions = city.assumptions.override(self.assumptions, self.name)
        return city.with_changes(draft.tables, assumptions=assumptions)

    def _edit(self, city: City) -> tuple[Draft, list[Problem]]:
        draft = Draft(city)
        problems: list[Problem] = []
        for number, change in enumerate(self.modifications, start=1):
            found = change.resolve(draft)
            problems += [_located(p, self.name, number, change) for p in found]
            if not found:
                change.apply(draft)
        return draft, problems + city.assumptions.problems(self.assumptions, self.name)


TODAY = Scenario("today", Text("现状", "Today"))


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a YAML file (UTF-8)."""
    data, row = read_yaml(path, Text("方案文件", "scenario file"))
    try:
        return parse_scenario(data, file=str(path), name=path.stem)
    except ChengceError as error:
        raise ChengceError([replace(p, row=row(p.column)) for p in error.problems]) from None


def parse_scenario(data: Any, *, file: str = "", name: str = "") -> Scenario:
    """Read a scenario from plain data; all mistakes are reported together."""
    if not isinstance(data, Mapping):
        raise ChengceError(
            Problem(
                "scenario_empty",
                Text("方案文件为空或不是键值结构", "the scenario is empty or not a mapping"),
                Text(f"应包含：{'、'.join(FIELDS)}", f"expected: {', '.join(FIELDS)}"),
                file=file,
            )
        )
    problems = [_unknown_field(str(k), file) for k in data if k not in FIELDS]
    changes: list[BaseModification] = []
    listed = data.get("modifications") or []
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        problems.append(_not_a_list(file))
        listed = []
    for number, item in enumerate(listed, start=1):
        try:
            changes.append(_ADAPTER.validate_python(item))
        except ValidationError as error:
            at = f"modifications[{number}]"
            problems += problems_of(
                error, Modification, code="modification", lead=_lead(item), file=file, at=at
            )
    overrides = data.get("assumptions") or {}
    if not isinstance(overrides, Mapping):
        problems.append(_not_a_list(file, "assumptions"))
        overrides = {}
    problems += _title(data.get("title"), file)
    raise_if_any(problems)
    label = str(data.get("name") or name or "scenario")
    return Scenario(
        name=label,
        title=text_of(data.get("title") or label),
        modifications=tuple(changes),
        assumptions=dict(overrides),
        notes=str(data.get("notes") or ""),
    )


def _conflicts(changes: Sequence[BaseModification], city: City) -> list[Problem]:
    found = []
    touched = [c.touches(city) for c in changes]
    for j, later in enumerate(touched):
        for i, earlier in enumerate(touched[:j]):
            keys: dict[str, list[str]] = {}
            for kind, key in sorted(_clash(earlier, later)):
                keys.setdefault(kind, []).append(key)
            for kind, over in keys.items():
                what = _some(kind, over)
                found.append(
                    Problem(
                        "modifications_conflict",
                        Text(
                            f"第 {i + 1} 项与第 {j + 1} 项改动冲突：{what.zh}",
                            f"modifications {i + 1} and {j + 1} are in conflict over {what.en}",
                        ),
                        Text(
                            f"保留其一（{changes[i].summary.zh}／{changes[j].summary.zh}）",
                            f"keep one of: {changes[i].summary.en} / {changes[j].summary.en}",
                        ),
                        column=f"modifications[{j + 1}]",
                    )
                )
    return found


def _some(kind: str, keys: Sequence[str]) -> Text:
    """Name the first objects of a conflict and count the others."""
    shown, more = keys[:SHOWN], len(keys) - SHOWN
    zh = f"{kind} {'、'.join(shown)}" + (f" 等 {len(keys)} 处" if more > 0 else "")
    return Text(zh, f"{kind} {', '.join(shown)}" + (f" and {more} more" if more > 0 else ""))


def _clash(one: Touches, two: Touches) -> set[tuple[str, str]]:
    """Objects removed twice, removed and otherwise used, changed twice, or added twice."""
    return set(
        (one.removes & (two.removes | two.changes | two.needs))
        | (two.removes & (one.changes | one.needs))
        | (one.changes & two.changes)
        | (one.adds & two.adds)
    )


def _located(problem: Problem, file: str, number: int, change: BaseModification) -> Problem:
    kind = str(getattr(change, "type", ""))
    where = f"modifications[{number}] {kind}" + (f" {problem.column}" if problem.column else "")
    return Problem(problem.code, problem.message, problem.remedy, file, None, where)


def _unknown_field(name: str, file: str) -> Problem:
    return Problem(
        "scenario_field_unknown",
        Text(f"不认识的字段 {name}", f"unknown field {name}"),
        near_names(name, FIELDS),
        file=file,
        column=name,
    )


def _not_a_list(file: str, name: str = "modifications") -> Problem:
    shape = Text("列表", "a list") if name == "modifications" else Text("键值表", "a mapping")
    return Problem(
        f"{name}_invalid",
        Text("{name} 应为{shape}", "{name} must be {shape}").format(name=name, shape=shape),
        Text("参照文档中的示例", "see the example in the docs"),
        file=file,
        column=name,
    )


def _title(title: Any, file: str) -> list[Problem]:
    words = title.values() if isinstance(title, Mapping) else [title]
    extra = (
        sorted(str(k) for k in title if k not in ("zh", "en")) if isinstance(title, Mapping) else []
    )
    if title is None or (not extra and all(isinstance(w, str) for w in words)):
        return []
    message = Text(
        "title 应为文本，或只含 zh、en 的键值表",
        "title must be text, or a mapping of zh and en only",
    )
    remedy = Text("写成 title: {zh: …, en: …}", "write title: {zh: …, en: …}")
    if extra:
        message = Text(
            f"{message.zh}，现有多余的“{extra[0]}”", f'{message.en}; "{extra[0]}" is neither'
        )
        remedy = Text("文字中有逗号或冒号时请加引号", "put words with a comma or a colon in quotes")
    return [Problem("title_invalid", message, remedy, file=file, column="title")]


def _lead(item: Any) -> Text:
    kind = item.get("type") if isinstance(item, Mapping) else None
    return Text(f"{kind}：", f"{kind}: ") if isinstance(kind, str) else Text("", "")
