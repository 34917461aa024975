"""Look at a table file, propose what its columns mean, and print an entry to confirm."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chengce.city.columns.propose import LIKELY, TABLES, Proposal, propose
from chengce.city.columns.toml import as_toml, mark
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import problems_of
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session


def show_columns(
    session: Session, file: Path, *, table: str, sheet: str, layer: str, header: str, encoding: str
) -> None:
    """Print the columns of a file, what each is proposed for and how sure that is, and the TOML."""
    if table and table not in TABLES:
        listed = ", ".join(TABLES)
        raise ChengceError(
            Problem(
                "table_unknown",
                Text(f"没有表 {table}", f"there is no table {table}"),
                Text(f"可用：{listed}", f"one of: {listed}"),
            )
        )
    try:
        spec = TableSpec(
            table="zones", path=str(file), sheet=sheet, layer_name=layer, header=header,
            encoding=encoding,
        )  # fmt: skip
    except ValidationError as error:
        raise ChengceError(problems_of(error, TableSpec, code="parameter_invalid")) from None
    found = propose(file, spec, table)
    session.quiet()
    if session.json:
        session.put(_plain(found))
        return
    lang, fit = session.lang, found.fits[found.table]
    session.print(
        Text(
            f"{file.name}：{found.rows} 行，{len(found.columns)} 列；表 {found.table}（相符 {fit:.2f}）",
            f"{file.name}: {found.rows} rows, {len(found.columns)} columns; fits {found.table} ({fit:.2f})",
        )
    )
    if fit < LIKELY:
        session.print(
            Text(
                "没有哪张表明显合适；用 --table 指明", "no table fits well: say which with --table"
            )
        )
    session.print(_columns(session, found))
    session.print(
        Text("核对后写入城市配置：", "check it, then put it into the city's configuration:")
    )
    session.print(as_toml(found, lang))
    session.problems(found.problems)


def _columns(session: Session, found: Proposal) -> str:
    words = Text("文件的列 例 对应 可信度 理由", "column examples means confidence why")
    table = new_table("", words.get(session.lang).split())
    by_column = {g.column: g for g in found.guesses}
    for column in found.columns:
        guess = by_column.get(column)
        examples = " ".join(e[:16] for e in found.examples[column])
        if guess is None:
            table.add_row(column, examples, "—", "", "")
            continue
        sure = f"{guess.confidence:.2f} {mark(guess.confidence).get(session.lang)}"
        table.add_row(column, examples, guess.target, sure, guess.why.get(session.lang))
    return shown(table)


def _plain(found: Proposal) -> dict[str, Any]:
    by_column = {g.column: g for g in found.guesses}
    return {
        "file": str(found.path),
        "sheet": found.sheet,
        "rows": found.rows,
        "table": found.table,
        "fits": dict(found.fits),
        "geometry": found.geometry,
        "columns": [
            {
                "column": column,
                "examples": list(found.examples[column]),
                "target": by_column[column].target if column in by_column else None,
                "confidence": by_column[column].confidence if column in by_column else 0.0,
                "why": by_column[column].why.as_dict() if column in by_column else None,
            }
            for column in found.columns
        ],
        "constants": {
            name: {"value": g.column, "confidence": g.confidence, "why": g.why.as_dict()}
            for name, g in found.constants.items()
        },
        "missing": [c.name for c in found.open_columns],
        "toml": {"zh": as_toml(found, "zh"), "en": as_toml(found, "en")},
        "repairs": len(found.workings.repairs),
        "problems": [p.as_dict() for p in found.problems],
    }
