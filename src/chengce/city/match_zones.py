"""Turn names and codes of zones in a table into the ids of the city's zones, and say how."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.admin_codes import admin_code
from chengce.city.place_names import Matches, match_names
from chengce.core.errors import Problem
from chengce.core.text import Text

_SHOWN = 20


def match_zones(
    values: "pd.Series[Any]", by: str, zones: pd.DataFrame, aliases: Mapping[str, str], file: str
) -> tuple["pd.Series[Any]", list[Problem]]:
    """Return ids of zones for names (`zones.name`) or codes (`zones.code`), and what to say of them.

    A misspelt name is an error that says what to write: nothing near is ever taken for the thing
    itself. Errors: `name_misspelt`, `name_ambiguous`, `name_unknown`, `code_invalid`,
    `code_unknown`, `zones_without_names`; note: `names_matched`.
    """
    if by == "zones.code":
        return _by_code(values, zones, file)
    if "name" not in zones or zones["name"].isna().all():
        return values, [_problem("zones_without_names", file, values,
            Text("分区没有名称，无法按名称匹配", "the zones have no names to match"),
            Text("给分区加上 name，或改用编号", "give the zones names, or use ids"))]  # fmt: skip
    named = zones[zones["name"].notna()]
    known = [str(n) for n in named["name"]]
    counts = values.dropna().value_counts()
    meant = {str(n): aliases.get(str(n), str(n)) for n in counts.index}
    found = match_names(meant.values(), known)
    ids = dict(zip(known, named["id"], strict=True))
    taken = {n: found.exact[m] for n, m in meant.items() if m in found.exact}
    out = values.map(lambda n: ids[taken[str(n)]] if not pd.isna(n) and str(n) in taken else n)
    return out, _said(found, meant, taken, counts, values, file)


def zone_rows(within: "pd.Series[Any]", zones: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each value the row of the zone it means by id, name or code; −1 for none."""
    at = {str(i): row for row, i in enumerate(zones["id"])}
    asked = [str(v) for v in within.dropna().unique()]
    rows = {v: at[v] for v in asked if v in at}
    if "name" in zones:
        known = [str(n) for n in zones["name"].dropna()]
        where = {str(n): row for row, n in enumerate(zones["name"]) if not pd.isna(n)}
        exact = match_names([v for v in asked if v not in rows], known).exact
        rows |= {v: where[k] for v, k in exact.items()}
    codes = _codes(zones)
    for value in asked:
        code = admin_code(value)
        if value not in rows and code is not None and code.code in codes:
            rows[value] = at[codes[code.code]]
    return np.array([-1 if pd.isna(v) else rows.get(str(v), -1) for v in within], dtype=np.int64)


def _codes(zones: pd.DataFrame) -> dict[str, str]:
    read = ((admin_code(i), str(i)) for i in zones["id"])
    return {code.code: i for code, i in read if code is not None}


def _by_code(
    values: "pd.Series[Any]", zones: pd.DataFrame, file: str
) -> tuple["pd.Series[Any]", list[Problem]]:
    codes = _codes(zones)
    read = {str(v): admin_code(v) for v in values.dropna().unique()}
    invalid = [v for v, c in read.items() if c is None]
    absent = [
        f"{v}（{c.province.zh}）" for v, c in read.items() if c is not None and c.code not in codes
    ]
    found = []
    if invalid:
        found.append(_problem("code_invalid", file, values,
            Text(f"不是行政区划代码：{_list(invalid)}", f"no codes of administrative divisions: {_list(invalid)}"),
            Text("应为 6 位（GB/T 2260）、9 位或 12 位数字，前两位为省级代码",
                 "6 digits (GB/T 2260), 9 or 12, the first two those of a province")))  # fmt: skip
    if absent:
        found.append(_problem("code_unknown", file, values,
            Text(f"分区中没有这些代码：{_list(absent)}", f"no zone has these codes: {_list(absent)}"),
            Text("核对代码的年份和级别，或补上分区", "check the codes' year and level, or add the zones")))  # fmt: skip

    def to_id(value: object) -> object:
        code = None if pd.isna(value) else read[str(value)]
        return codes.get(code.code, value) if code is not None else value

    return values.map(to_id), found


def _said(
    found: Matches, meant: Mapping[str, str], taken: Mapping[str, str],
    counts: "pd.Series[int]", values: "pd.Series[Any]", file: str,
) -> list[Problem]:  # fmt: skip
    """Say which names were taken for others and which need an answer."""
    said = []
    other = [f"{n}→{k}（{counts[n]}）" for n, k in taken.items() if n != k]
    if other:
        said.append(_problem("names_matched", file, values,
            Text(f"按写法差异匹配的名称（行数）：{_list(other)}",
                 f"names matched but for spelling (rows): {_list(other)}"),
            Text("", ""), "info"))  # fmt: skip
    for name, asked in meant.items():
        rows = Text(f"“{name}”（{counts[name]} 行）", f"“{name}” ({counts[name]} rows)")
        if asked in found.near:
            near = ", ".join(f"{k} {score:.2f}" for k, score in found.near[asked])
            write = f'aliases = {{ "{name}" = "{found.near[asked][0][0]}" }}'
            said.append(_problem("name_misspelt", file, values,
                Text(f"分区中没有{rows.zh}；相近：{near}", f"no zone is called {rows.en}; near: {near}"),
                Text(f"改正原表，或确认后写 {write}", f"correct the table, or confirm by {write}")))  # fmt: skip
        elif asked in found.ambiguous:
            all_ = ", ".join(dict.fromkeys(found.ambiguous[asked]))
            said.append(_problem("name_ambiguous", file, values,
                Text(f"{rows.zh}可指多个分区：{all_}", f"{rows.en} could mean several zones: {all_}"),
                Text("写全名，或用 aliases 指明", "write the full name, or say which in aliases")))  # fmt: skip
        elif asked in found.unknown:
            said.append(_problem("name_unknown", file, values,
                Text(f"分区中没有{rows.zh}", f"no zone is called {rows.en}"),
                Text("核对名称，或补上分区", "check the name, or add the zone")))  # fmt: skip
    return said


def _list(items: list[str]) -> str:
    return "、".join(items[:_SHOWN]) + (" …" if len(items) > _SHOWN else "")


def _problem(
    code: str, file: str, values: "pd.Series[Any]", message: Text, remedy: Text, severity: Any = "error"
) -> Problem:  # fmt: skip
    return Problem(code, message, remedy, file, None, str(values.name), severity)
