"""Propose a mapping of a file's columns onto a table, each with a confidence and its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from chengce.city.columns.evidence import Evidence, coordinate_fit, evidence_of, value_fit
from chengce.city.columns.names import name_fit
from chengce.city.columns.splits import Split, check_split, partitions
from chengce.city.layers import BY_NAME, Column
from chengce.city.readers.sheets.units import Unit, factor_to
from chengce.city.readers.tables_repairs import Workings
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source, open_source
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.errors import Problem
from chengce.core.text import Text

SURE, LIKELY, NEAR = 0.8, 0.5, 0.03
TABLES: tuple[str, ...] = get_args(TableSpec.model_fields["table"].annotation)
_BASES = {"常住": "resident", "户籍": "registered", "实有": "actual", "服务人口": "service"}


@dataclass(frozen=True)
class Guess:
    """A column of a table (or x, y), the file's column proposed for it, and how sure that is."""

    target: str
    column: str
    confidence: float
    why: Text


@dataclass(frozen=True)
class Proposal:
    """A proposed `[[tables]]` entry; what stays open is in `open_columns`.

    `fits` says how well each table fits the file; `splits` are columns of people by age or sex,
    each an entry of its own; `workings` holds what reading the file took.
    """

    path: Path
    table: str
    sheet: str
    fits: Mapping[str, float]
    guesses: tuple[Guess, ...]
    constants: Mapping[str, Guess]
    geometry: str
    open_columns: tuple[Column, ...]
    columns: tuple[str, ...]
    rows: int
    examples: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    workings: Workings
    splits: tuple[Split, ...] = ()


def propose(path: Path, spec: TableSpec, table: str = "") -> Proposal:
    """Return the best mapping of a file onto `table`, or onto the table that fits best.

    `spec` says which sheet, layer, header or encoding to read. Nothing is decided: what is below
    `SURE` is a question. Raises `ChengceError` if the file cannot be read.
    """
    report = Report(path.name)
    source = open_source(path, spec, report, wanted=())
    report.stop_if_wrong()
    assert source is not None
    report.summarise()
    evidence = {str(c): evidence_of(source.frame[c]) for c in source.frame.columns}
    groups = partitions(list(evidence))
    parts = {column for by in groups.values() for column in by.values()}
    whole = {column: e for column, e in evidence.items() if column not in parts}
    found = {
        name: _guesses(name, source, whole if name == "people" else evidence) for name in TABLES
    }
    places = {name: _position(source, evidence, name) for name in TABLES}
    fixed = {
        name: _constants(name, {g.target for g in found[name]}, source, path) for name in TABLES
    }
    fits = {
        name: _fit(name, found[name], fixed[name], _place_fit(name, source, places[name][0]))
        for name in TABLES
    }
    chosen = table or max(fits, key=lambda name: fits[name])
    guesses, (geometry, position), constants = found[chosen], places[chosen], fixed[chosen]
    given = {g.target for g in guesses}
    total = next((g.column for g in guesses if g.target == "count"), "")
    return Proposal(
        path, chosen, report.sheet, fits, (*guesses, *position), constants, geometry,
        tuple(c for c in BY_NAME[chosen].columns if c.required and c.name not in given
              and c.name not in constants),
        tuple(evidence), len(source.rows), {c: e.examples for c, e in evidence.items()},
        tuple(report.found), report.workings,
        tuple(check_split(source.frame, d, by, total) for d, by in groups.items())
        if chosen == "people" else (),
    )  # fmt: skip


def _guesses(table: str, source: Source, evidence: Mapping[str, Evidence]) -> tuple[Guess, ...]:
    """Return the best pairs, each file's column and each table's column at most once."""
    contract = BY_NAME[table]
    pairs = []
    for target in contract.columns:
        key = contract.key == (target.name,)
        for place, (column, seen) in enumerate(evidence.items()):
            name = name_fit(column, table, target.name)
            values = value_fit(seen, target, key=key)
            unit = source.units.get(column)
            if name and _measures(unit, target):
                why = _why(name, values, unit, target)
                pairs.append((name * (0.4 + 0.6 * values), -place, Guess(
                    target.name, column, round(name * (0.4 + 0.6 * values), 2), why)))  # fmt: skip
    scores: dict[str, list[float]] = {}
    for score, _, guess in pairs:
        scores.setdefault(guess.target, []).append(score)
    used: set[str] = set()
    best: dict[str, Guess] = {}
    for score, _, guess in sorted(pairs, key=lambda p: (-p[0], -p[1])):
        if score >= 0.2 and guess.target not in best and guess.column not in used:
            near = sum(other > score - NEAR for other in scores[guess.target])
            best[guess.target] = guess if near < 2 else _doubtful(guess, near)
            used.add(guess.column)
    return tuple(best[c.name] for c in contract.columns if c.name in best)


def _doubtful(guess: Guess, near: int) -> Guess:
    """Return a guess that another column could take the place of as well."""
    why = Text(f"{guess.why.zh}，共 {near} 列差不多", f"{guess.why.en}, {near} columns fit alike")
    return Guess(guess.target, guess.column, min(guess.confidence, LIKELY - 0.01), why)


def _measures(unit: Unit | None, target: Column) -> bool:
    """Tell whether a column's unit can be that of the table's column."""
    if unit is None or target.kind not in ("float", "int"):
        return True
    return bool(target.unit) and factor_to(unit, target.unit) is not None


def _why(name: float, values: float, unit: Unit | None, target: Column) -> Text:
    zh = ["列名相符" if name >= 0.8 else "列名相近"]
    en = ["the name fits" if name >= 0.8 else "the name is near"]
    zh.append(f"{values:.0%} 的值相符")
    en.append(f"{values:.0%} of the values fit")
    if unit is not None and target.kind in ("float", "int"):
        zh.append(f"单位{unit.name}")
        en.append(f"unit {unit.name}")
    return Text("，".join(zh), ", ".join(en))


def _fit(
    table: str, guesses: tuple[Guess, ...], constants: Mapping[str, Guess], place: float
) -> float:
    """Return how well a table fits: the mean over what it must have; its place counts as one.

    A kind of place is mostly the same for a whole file, so that its absence says nothing.
    """
    sure = {name: g.confidence for name, g in constants.items()}
    sure |= {g.target: g.confidence for g in guesses}
    needed = [c.name for c in BY_NAME[table].columns if c.required and c.name != "kind"]
    scores = [*(sure.get(name, 0.0) for name in needed), place]
    return round(sum(scores) / len(scores), 2)


def _place_fit(table: str, source: Source, geometry: str) -> float:
    """Return how well the positions of a file fit a table: areas for zones, points for places."""
    wanted = BY_NAME[table].geometry
    if not wanted:
        return 0.0 if source.geometry is not None else 1.0
    if source.geometry is None:
        return (0.3 if "Polygon" in wanted else 1.0) if geometry != "none" else 0.0
    kinds = set(source.geometry.geom_type.dropna())
    return 1.0 if kinds and kinds <= {*wanted[:2]} else 0.3


def _position(
    source: Source, evidence: Mapping[str, Evidence], table: str
) -> tuple[str, tuple[Guess, ...]]:
    """Return where the geometry comes from, and the guesses of its two columns."""
    if not BY_NAME[table].geometry:
        return "none", ()
    if source.geometry is not None:
        return "file", ()
    best = {}
    for axis in ("x", "y"):
        pairs = [
            (name_fit(c, "position", axis) * (0.4 + 0.6 * coordinate_fit(e, axis)), c)
            for c, e in evidence.items()
            if coordinate_fit(e, axis) > 0
        ]
        score, column = max(pairs, default=(0.0, ""))
        if score >= 0.2:
            why = Text("列名与数值像坐标", "name and values look like a coordinate")
            best[axis] = Guess(axis, column, round(score, 2), why)
    if len(best) < 2:
        return "none", ()
    return f"point:{best['x'].column},{best['y'].column}", (best["x"], best["y"])


def _constants(table: str, given: set[str], source: Source, path: Path) -> dict[str, Guess]:
    """Return constants that can be proposed: a population's base where the file names it."""
    found: dict[str, Guess] = {}
    if table in ("people", "totals"):
        for name in ("dimension", "group"):
            if name not in given:
                why = Text("没有分组列：按总人口", "no column of groups: total people")
                found[name] = Guess(name, "total", 0.7, why)
        said = " ".join([path.stem, *map(str, source.frame.columns)])
        bases = [base for word, base in _BASES.items() if word in said]
        if "base" not in given and len(bases) == 1:
            why = Text("文件名或列名写明口径", "the file's name or a column says so")
            found["base"] = Guess("base", bases[0], 0.8, why)
    if table == "places" and "count" not in given:
        why = Text("一行一处", "one place a row")
        found["count"] = Guess("count", "1", 0.7, why)
    return found
