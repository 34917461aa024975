"""Describe the fields of a pydantic model as a table: name, kind, default, meaning."""

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from tools.docs.markdown import code, half, table

from chengce.core.text import Lang

HEAD = {
    "en": ("field", "kind", "default", "meaning"),
    "zh": ("字段", "类型", "默认值", "含义"),
}
REQUIRED = {"en": "required", "zh": "必填"}
KINDS = {
    "en": {
        "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
        "array": "list of {of}", "null": "nothing", "object": "mapping", "or": " or ",
    },
    "zh": {
        "string": "文本", "integer": "整数", "number": "数值", "boolean": "true/false",
        "array": "列表（{of}）", "null": "空", "object": "键值表", "or": " 或 ",
    },
}  # fmt: skip
LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
}


def fields_table(model: type[BaseModel], lang: Lang, *, leave_out: tuple[str, ...] = ()) -> str:
    """Return the table of a model's fields."""
    schema = model.model_json_schema(by_alias=True)
    rows = []
    for name, field in model.model_fields.items():
        if name in leave_out:
            continue
        shown = field.alias or name
        rows.append(
            (
                code(shown),
                _kind(schema["properties"][shown], lang),
                _default(field, lang),
                half(field.description, lang),
            )
        )
    return table(HEAD[lang], rows)


def _default(field: FieldInfo, lang: Lang) -> str:
    if field.default is PydanticUndefined:
        return REQUIRED[lang]
    value = field.default
    if value is None or value == "" or value == ():
        return "—"
    if isinstance(value, tuple):
        return code(list(value))
    return code(str(value).lower() if isinstance(value, bool) else value)


def _kind(entry: dict[str, Any], lang: Lang) -> str:
    words = KINDS[lang]
    if "$ref" in entry:
        return code(entry["$ref"].rsplit("/", 1)[-1])
    if "enum" in entry:
        return ", ".join(code(v) for v in entry["enum"])
    if "anyOf" in entry:
        return words["or"].join(_kind(e, lang) for e in entry["anyOf"])
    if entry.get("type") == "array":
        of = entry.get("items") or (entry.get("prefixItems") or [{"type": "string"}])[0]
        return words["array"].format(of=_kind(of, lang))
    limits = [form.format(f"{entry[key]:g}") for key, form in LIMITS.items() if key in entry]
    kind = words[entry["type"]]
    return f"{kind}, {', '.join(limits)}" if limits else kind
