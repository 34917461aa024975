"""Say in both languages what is wrong with typed data, with the nearest names that exist."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 60  # characters of a wrong value that are repeated


class Wrong(ValueError):
    """Raised by our own validators: what is wrong, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def problems_of(
    error: ValidationError,
    shape: Any,
    *,
    code: str,
    lead: Text = Text("", ""),
    file: str = "",
    at: str = "",
) -> list[Problem]:
    """Return one problem per mistake pydantic found.

    `shape` is the model (or union of models) that was read; `code` begins the problems' codes;
    `lead` begins the messages; `at` begins the fields' names.
    """
    found = []
    for mistake in _merged(error.errors()):
        name = field_name(mistake["loc"], shape)
        what = _what(mistake)
        where = at + ("." if at and name and not name.startswith("[") else "") + name
        found.append(
            Problem(
                f"{code}_{mistake['type']}",
                Text(lead.zh + what.zh, lead.en + what.en),
                _remedy(mistake, shape),
                file=file,
                column=where,
            )
        )
    return found


def near_names(wrong: str, known: Sequence[str], *, most: int = 12) -> Text:
    """Return the names nearest to a wrong one, else the names there are."""
    near = get_close_matches(wrong.lower(), [k.lower() for k in known], n=3, cutoff=0.55)
    names = [k for k in known if k.lower() in near]
    if names:
        return Text(f"是否想写 {'、'.join(names)}", f"did you mean {', '.join(names)}?")
    listed = list(known[:most]) + (["…"] if len(known) > most else [])
    return Text(f"可用：{'、'.join(listed)}", f"there are: {', '.join(listed)}")


def field_name(loc: Sequence[str | int], shape: Any) -> str:
    """Return a place as a person counts it: `headways[1].from`; names of types are left out."""
    out = ""
    here = [shape]
    for part in loc:
        if isinstance(part, int):
            out += f"[{part + 1}]"
        elif not _is_type(part, here):
            out += f".{part}" if out else part
        here = [inner for s in here for inner in _inside(s, part)]
    return out


def _merged(mistakes: Sequence[Any]) -> list[Any]:
    """Join what was tried in turn: of a union, keep the deeper mistakes, else one for them all."""
    kept: list[Any] = []
    seen: dict[tuple[Any, ...], Any] = {}
    for mistake in mistakes:
        loc = tuple(mistake["loc"])
        deeper = [m for m in mistakes if m is not mistake and tuple(m["loc"])[: len(loc)] == loc]
        if mistake["type"] == "too_short" and deeper:
            continue  # it counts valid items only; the others are named
        tried = mistake["type"].endswith("_type") and mistake["type"] in _TYPES
        siblings = [
            m for m in mistakes if m is not mistake and tuple(m["loc"])[: len(loc) - 1] == loc[:-1]
        ]
        if tried and loc and siblings and _reads_as_type(loc[-1]):
            if any(len(m["loc"]) > len(loc) for m in siblings):
                continue
            if loc[:-1] in seen:
                seen[loc[:-1]]["kinds"].append(mistake["type"])
                continue
            mistake = {**mistake, "kinds": [mistake["type"]]}
            seen[loc[:-1]] = mistake
        kept.append(mistake)
    return kept


def _reads_as_type(part: str | int) -> bool:
    names = ("str", "int", "float", "bool", "dict", "list", "tuple")
    return isinstance(part, str) and (part.partition("[")[0] in names or part[:1].isupper())


def _is_type(part: str, here: Sequence[Any]) -> bool:
    """Tell the name of a union's member or tag, which pydantic puts in places, from a field."""
    if any(part in _names(s) for s in here):
        return False
    members = [m for s in here for m in _members(s)]
    return _reads_as_type(part) or any(
        part == getattr(m, "__name__", "") or part in _tags(m) for m in members
    )


def _inside(shape: Any, part: str | int) -> list[Any]:
    """Return what may stand at a part of a place within a shape."""
    members = _members(shape)
    if isinstance(part, int):
        args = [get_args(m) for m in members if get_origin(m) in (list, tuple, Sequence)]
        return [a for group in args for a in group if a is not Ellipsis]
    chosen = [m for m in members if part in _tags(m) or part == getattr(m, "__name__", None)]
    if chosen:
        return chosen
    if _reads_as_type(part):
        return members
    inner = []
    for model in members:
        if isinstance(model, type) and issubclass(model, BaseModel):
            inner += [f.annotation for n, f in model.model_fields.items() if part in (n, f.alias)]
    return inner


def _members(shape: Any) -> list[Any]:
    origin = get_origin(shape)
    if origin is Annotated:
        return _members(get_args(shape)[0])
    if origin in (Union, UnionType):
        return [m for arg in get_args(shape) for m in _members(arg) if arg is not NoneType]
    return [shape]


def _tags(model: Any) -> tuple[str, ...]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return ()
    field = model.model_fields.get("type")
    if field is None or get_origin(field.annotation) is not Literal:
        return ()
    return tuple(str(a) for a in get_args(field.annotation))


def _names(shape: Any) -> list[str]:
    models = [m for m in _members(shape) if isinstance(m, type) and issubclass(m, BaseModel)]
    return list(dict.fromkeys(f.alias or n for m in models for n, f in m.model_fields.items()))


def _at(shape: Any, loc: Sequence[str | int]) -> list[Any]:
    here = [shape]
    for part in loc:
        here = [inner for s in here for inner in _inside(s, part)]
    return here


_TYPES: dict[str, Text] = {
    "int_type": Text("整数", "a whole number"),
    "int_parsing": Text("整数", "a whole number"),
    "int_from_float": Text("整数", "a whole number"),
    "float_type": Text("数值", "a number"),
    "float_parsing": Text("数值", "a number"),
    "finite_number": Text("有限的数值", "a finite number"),
    "bool_type": Text("true 或 false", "true or false"),
    "bool_parsing": Text("true 或 false", "true or false"),
    "string_type": Text("文本", "text"),
    "list_type": Text("列表，如 [5, 10]", "a list such as [5, 10]"),
    "tuple_type": Text("列表，如 [5, 10]", "a list such as [5, 10]"),
    "dict_type": Text("键值表", "a mapping"),
    "model_type": Text("键值表", "a mapping"),
    "model_attributes_type": Text("键值表", "a mapping"),
}
_RANGES: dict[str, tuple[str, Text]] = {
    "greater_than": ("gt", Text("须大于", "must be more than")),
    "greater_than_equal": ("ge", Text("不能小于", "must be at least")),
    "less_than": ("lt", Text("须小于", "must be less than")),
    "less_than_equal": ("le", Text("不能大于", "must be at most")),
}
_LENGTHS: dict[str, Text] = {
    "too_short": Text("至少要有 {min_length} 项，现有 {actual_length} 项",
                      "needs at least {min_length} item(s), has {actual_length}"),
    "too_long": Text("最多 {max_length} 项，现有 {actual_length} 项",
                     "may have at most {max_length} item(s), has {actual_length}"),
    "string_too_short": Text("至少要有 {min_length} 个字符", "needs at least {min_length} character(s)"),
    "string_too_long": Text("最多 {max_length} 个字符", "may have at most {max_length} characters"),
    "string_pattern_mismatch": Text("写法不符合要求（{pattern}）", "is not written as required ({pattern})"),
}  # fmt: skip


def _what(mistake: Any) -> Text:
    kind, context = mistake["type"], mistake.get("ctx") or {}
    now = _now(mistake)
    if "kinds" in mistake:
        kinds = [_TYPES[k] for k in dict.fromkeys(mistake["kinds"])]
        zh, en = "或".join(k.zh for k in kinds), " or ".join(k.en for k in kinds)
        return Text(f"应为{zh}{now.zh}", f"must be {en}{now.en}")
    if kind in _TYPES:
        return Text(f"应为{_spaced(_TYPES[kind].zh)}{now.zh}", f"must be {_TYPES[kind].en}{now.en}")
    if kind in _RANGES:
        key, words = _RANGES[kind]
        limit = f"{context[key]:g}" if isinstance(context[key], int | float) else str(context[key])
        return Text(f"{words.zh} {limit}{now.zh}", f"{words.en} {limit}{now.en}")
    if kind in _LENGTHS:
        found = _LENGTHS[kind].format(**context)
        return Text(
            found.zh + (now.zh if "pattern" in kind else ""),
            found.en + (now.en if "pattern" in kind else ""),
        )
    if kind == "missing":
        return Text("缺少该字段", "is missing")
    if kind == "extra_forbidden":
        return Text("没有这个字段", "there is no such field")
    if kind == "literal_error":
        value = _shown(mistake.get("input"))
        return Text(f"“{value}”不在可选值之内", f'"{value}" is none of the values allowed')
    if kind == "union_tag_invalid":
        return Text(f"没有名为 {context['tag']} 的类型", f"there is no type {context['tag']}")
    if kind == "union_tag_not_found":
        return Text("没有写明 type", "`type` is missing")
    own = context.get("error")
    if isinstance(own, Wrong):
        return own.text
    return Text(f"取值有误：{mistake['msg']}", str(mistake["msg"]).removeprefix("Value error, "))


def _spaced(words: str) -> str:
    return f" {words}" if words[:1].isascii() else words


def _now(mistake: Any) -> Text:
    value = mistake.get("input")
    if isinstance(value, Mapping | list | tuple) or value is None:
        return Text("", "")
    return Text(f"，现为“{_shown(value)}”", f', not "{_shown(value)}"')


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _remedy(mistake: Any, shape: Any) -> Text:
    kind, loc, context = mistake["type"], list(mistake["loc"]), mistake.get("ctx") or {}
    if kind == "extra_forbidden":
        known = [n for s in _at(shape, loc[:-1]) for n in _names(s) if n != "type"]
        return near_names(str(loc[-1]), list(dict.fromkeys(known)), most=20)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = [t for s in _at(shape, loc) for m in _members(s) for t in _tags(m)]
        return near_names(str(context.get("tag", "")), tags)
    if kind == "literal_error":
        allowed = [str(a) for s in _at(shape, loc) for m in _members(s) for a in get_args(m)]
        if allowed:
            return near_names(str(mistake.get("input")), list(dict.fromkeys(allowed)))
        return Text(
            f"可用：{context.get('expected', '')}", f"use one of {context.get('expected', '')}"
        )
    about = _description(shape, loc)
    if kind == "missing":
        return Text(f"请补上{about.zh}", f"add it{about.en}")
    return Text(f"请改正{about.zh}", f"correct it{about.en}")


def _description(shape: Any, loc: Sequence[str | int]) -> Text:
    """Return what a field holds, in brackets; descriptions read `English / 中文`."""
    names = [i for i, part in enumerate(loc) if isinstance(part, str)]
    for i in reversed(names):
        for holder in _at(shape, loc[:i]):
            for member in _members(holder):
                if isinstance(member, type) and issubclass(member, BaseModel):
                    for name, field in member.model_fields.items():
                        if loc[i] in (name, field.alias) and field.description:
                            en, _, zh = field.description.partition(" / ")
                            return Text(f"（{zh or en}）", f" ({en})")
    return Text("", "")
