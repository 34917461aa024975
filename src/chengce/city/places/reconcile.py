"""Reconcile the places of several sources as `[places]` says; read what persons have confirmed."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from chengce.city.places.match import Pair, Rule
from chengce.city.places.merge import merge, moved
from chengce.city.places.report import place_questions, places_table
from chengce.city.places.spec import PlacesSpec
from chengce.city.readers.sheets.words import fold, words
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.text import Text


@dataclass(frozen=True)
class Reconciled:
    """One table of places, with its staff and kit; the list of what happened; what to ask.

    `home`: id of a row that became part of a place → id of that place.
    """

    tables: Mapping[str, pd.DataFrame]
    listed: bytes
    problems: tuple[Problem, ...]
    home: Mapping[str, str]


def reconcile(
    sources: Mapping[str, gpd.GeoDataFrame], spec: PlacesSpec, folder: Path,
    staff_and_kit: Mapping[str, list[tuple[str, pd.DataFrame]]],
) -> Reconciled:  # fmt: skip
    """Return the places of all sources as one table.

    `staff_and_kit`: `place_staff` or `place_kit` → (source, table); of two sources that count the
    same thing of one place, the one trusted more for it is kept. Raises `ChengceError`:
    `places_source_unknown`, `places_confirmed_wrong`, `file_not_found`.
    """
    others = {s for parts in staff_and_kit.values() for s, _ in parts}
    raise_if_any(_unknown(spec, [*sources, *sorted(others - set(sources))]))
    same, different = _confirmed(folder / spec.confirmed) if spec.confirmed else (set(), set())
    rule = Rule(spec.within_m, spec.similarity, frozenset(same), frozenset(different))
    merged = merge(sources, spec, rule)
    home = moved(merged, sources)
    tables: dict[str, pd.DataFrame] = {"places": merged.frame}
    for name, parts in staff_and_kit.items():
        attribute = name.removeprefix("place_")
        order = spec.order(attribute, list(dict.fromkeys(s for s, _ in parts)))
        ordered = [f for source in order for s, f in parts if s == source]
        whole = pd.concat(ordered, ignore_index=True)
        whole = whole.assign(place=whole["place"].map(lambda i: home.get(i, i)))
        moved_here = whole["place"].isin(set(home.values()))
        again = whole.duplicated(["place", whole.columns[1]]) & moved_here
        tables[name] = whole[~again].reset_index(drop=True)
    problems = place_questions(merged, sources, spec.confirmed)
    return Reconciled(tables, places_table(merged, sources), tuple(problems), home)


def no_places() -> Problem:
    """Return the problem of sources to reconcile where there are no places."""
    return Problem(
        "places_source_unknown",
        Text("[places] 没有可核对的设施", "[places] finds no places to reconcile"),
        Text("用 [osm] 或 [[tables]] 导入设施", "read places by [osm] or [[tables]]"),
        column="places",
    )


def _unknown(spec: PlacesSpec, sources: list[str]) -> list[Problem]:
    named = [*spec.trust, *(s for listed in spec.attributes.values() for s in listed)]
    have = ", ".join(sources)
    return [
        Problem(
            "places_source_unknown",
            Text(
                f"[places] 中的来源 {name} 没有设施", f"[places] names {name}, which has no places"
            ),
            Text(f"现有来源：{have}", f"sources: {have}"),
            column="places.trust",
        )
        for name in dict.fromkeys(named)
        if name not in sources
    ]


def _confirmed(path: Path) -> tuple[set[Pair], set[Pair]]:
    """Return the pairs of ids that a person said are the same, and those that are not."""
    if not path.is_file():
        raise ChengceError(
            Problem(
                "file_not_found",
                Text("找不到人工确认的配对文件", "the file of confirmed pairs is not there"),
                Text("检查 [places] 的 confirmed", "check `confirmed` of [places]"),
                file=path.name,
            )
        )
    same: set[Pair] = set()
    different: set[Pair] = set()
    problems = []
    with path.open(encoding="utf-8-sig", newline="") as text:
        for row, line in enumerate(csv.DictReader(text), start=2):
            said = fold(line.get("same") or "")
            a, b = (line.get("a") or "").strip(), (line.get("b") or "").strip()
            if a and b and said in words().yes | {"same", "同"}:
                same.add((a, b))
            elif a and b and said in words().no | {"different", "异"}:
                different.add((a, b))
            else:
                problems.append(_wrong(path, row))
    both = sorted(p for p in same if p in different or p[::-1] in different)
    problems += [_wrong(path, None, pair) for pair in both]
    raise_if_any(problems)
    return same, different


def _wrong(path: Path, row: int | None, pair: Pair | None = None) -> Problem:
    said = Text(
        "应有 a、b、same 三列，same 写 是 或 否", "columns a, b and same (yes or no) are needed"
    )
    if pair is not None:
        said = Text(
            f"{pair[0]} 与 {pair[1]} 既写同一处又写不同",
            f"{pair[0]} and {pair[1]}: both yes and no",
        )
    return Problem("places_confirmed_wrong", said, Text("改正该行", "correct it"), path.name, row)
