"""Write the table of error codes, read from the source: every `Problem("code", Text(…), …)`."""

import ast
from pathlib import Path

from tools.docs.markdown import code, page, table

import chengce
from chengce.city.readers.sheets.open_sheet import REFUSED
from chengce.city.readers.sheets.outcomes import QUESTIONS
from chengce.core.text import Lang, Text

INTRO = Text(
    "代码稳定，可供程序判断；`{…}` 处由实际数据填入。GTFS 的代码沿用 MobilityData 规范校验器的通告编号。"
    "参数、配置与改动的字段错误另有 `parameter_…`、`config_…`、`modification_…` 三族，后接校验器的错误类型。",
    "Codes are stable, for programs to act on; `{…}` is filled in from the data. GTFS codes are the notice codes "
    "of MobilityData's canonical validator. Mistakes in the fields of parameters, configurations and "
    "modifications form the families `parameter_…`, `config_…` and `modification_…`, followed by the kind of error.",
)
Row = tuple[str, str, str]


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of error codes."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    root = Path(chengce.__file__).parent
    rows: dict[str, Row] = {}
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).parts[0]
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            row = _row(call, room, lang)
            if row is not None:
                rows.setdefault(row[0], row)
    for key, (message, _) in QUESTIONS.items():
        rows.setdefault(code(key), (code(key), message.get(lang), code("city")))
    for key, message, _ in REFUSED.values():
        rows.setdefault(code(key), (code(key), message.get(lang), code("city")))
    head = (t("代码", "code"), t("说明", "message"), t("来自", "room"))
    listed = [rows[k] for k in sorted(rows)]
    return {
        "reference/errors.md": page(
            t("错误代码", "Error codes"), INTRO.get(lang), table(head, listed), lang=lang
        )
    }


def _row(call: ast.AST, room: str, lang: Lang) -> Row | None:
    if not (isinstance(call, ast.Call) and len(call.args) > 1):
        return None
    first, message = call.args[0], call.args[1]
    named = isinstance(call.func, ast.Name) and call.func.id == "Problem"
    reported = (
        isinstance(call.func, ast.Attribute) and call.func.attr == "add" and _is_text(message)
    )
    if not (named or reported) or not (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    ):
        return None
    said = ""
    if isinstance(message, ast.Call) and isinstance(message.func, ast.Attribute):
        message = message.func.value  # Text(…).format(…)
    if isinstance(message, ast.Call) and len(message.args) == 2:
        said = _words(message.args[0 if lang == "zh" else 1])
    return code(first.value), said, code(room)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(v) if isinstance(v, ast.Constant) else "{…}" for v in node.values)
    return ""
