"""List applications and runs, and look at the ledger."""

from typing import Any

import typer

from chengce.applications import APPLICATIONS, application_named
from chengce.core.application import Application
from chengce.core.text import Lang, Text
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import NOT_AS_RECORDED, Session
from chengce.ledger.entry import parse_anchor


def list_applications(session: Session) -> None:
    """Print every application with its question, needs and parameters."""
    found = [application_named(name) for name in APPLICATIONS]
    if session.json:
        session.put([{"name": a.name, "title": a.title.as_dict(), "question": a.question.as_dict(),
                      "needs": list(a.needs), "caveats": [c.as_dict() for c in a.caveats],
                      "params": a.params.model_json_schema()} for a in found])  # fmt: skip
        return
    for app in found:
        session.print(
            f"{app.name} — {app.title.get(session.lang)}\n{app.question.get(session.lang)}"
        )
        needs = Text("所需图层：", "layers needed: ").get(session.lang)
        session.print(needs + ("、" if session.lang == "zh" else ", ").join(app.needs))
        session.print(shown(_parameters(app, session.lang)) + "\n")


def list_runs(session: Session) -> None:
    """Print every recorded run, oldest first."""
    entries = list(session.workspace.ledger.entries(kind="run"))
    if session.json:
        session.put([{"id": e.id, "n": e.n, "at": e.at, "body": e.body} for e in entries])
        return
    if not entries:
        session.say(Text("尚无测算记录", "no runs are recorded yet"))
        return
    words = Text(
        "编号 时间（UTC） 应用或命令 城市或文件 对照 方案",
        "run time(UTC) application/command city/files reference scenarios",
    )
    table = new_table("", words.get(session.lang).split())
    for entry in entries:
        body: Any = entry.body or {}
        files = ", ".join(file["name"] for file in body.get("inputs", {}).values())
        city = body.get("city", {}).get("name", files or "—")
        reference = body.get("reference", {}).get("name", "—")
        names = ", ".join(s["name"] for s in body.get("scenarios", [])) or "—"
        when = entry.at[:19].replace("T", " ")
        what = body.get("application", body.get("command", "—"))
        table.add_row(entry.id, when, what, city, reference, names)
    session.print(shown(table))


def ledger_head(session: Session) -> None:
    """Print the head of the ledger, an anchor to keep elsewhere."""
    head = session.workspace.ledger.head()
    if session.json:
        session.put({"n": head.n, "hash": head.hash})
    else:
        session.print(str(head))


def ledger_verify(session: Session, anchor: str | None) -> None:
    """Verify the chain; exit code 3 if it is broken."""
    found = session.workspace.ledger.verify(parse_anchor(anchor) if anchor else None)
    if session.json:
        session.put(found.as_dict())
    else:
        session.print(found.verdict)
        session.problems(found.problems)
    if not found.ok:
        raise typer.Exit(NOT_AS_RECORDED)


def _parameters(app: Application, lang: Lang) -> Any:
    """Return a table of an application's parameters: name, default, range, description."""
    table = new_table(
        "",
        Text("参数 默认值 范围 说明", "parameter default range meaning").get(lang).split(),
    )
    schema = app.params.model_json_schema()["properties"]
    for name, field in app.params.model_fields.items():
        en, _, zh = (field.description or "").partition(" / ")
        blank = field.is_required() or field.default in ("", ())
        default = "" if blank else _plain(field.default)
        table.add_row(name, default, _range(schema[name]), (zh or en) if lang == "zh" else en)
    return table


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _range(schema: Any) -> str:
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None and high is None:
        return ""
    if "minimum" in schema and "maximum" in schema:
        return f"{low:g}–{high:g}"
    left = "" if low is None else f"{'>' if 'exclusiveMinimum' in schema else '≥'}{low:g}"
    right = "" if high is None else f"{'<' if 'exclusiveMaximum' in schema else '≤'}{high:g}"
    return " ".join(part for part in (left, right) if part)
