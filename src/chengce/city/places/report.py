"""List what became of every place of several sources, and ask about the pairs that are not clear."""

import csv
import io
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from chengce.city.places.match import Found
from chengce.city.places.merge import ATTRIBUTES, Merged, Row
from chengce.core.errors import Problem
from chengce.core.text import Text

PLACES_FILE = "places.csv"
_HEAD = ("设施 place", "状态 state", "来源 source", "编号 id", "名称 name", "规则 rule",
         "距离 distance_m", "相似度 similarity", "属性 attribute", "取自 taken from",
         "取值 value", "其他来源 others")  # fmt: skip
Sources = Mapping[str, gpd.GeoDataFrame]


def places_table(merged: Merged, sources: Sources) -> bytes:
    """Return a CSV: a row for each source's row, each attribute of a merged place, each question.

    `state`: `kept` (alone), `matched`, `attribute`, `ambiguous` or `near`.
    """
    why = {(b.source, b.row): f for _, b, f in merged.pairs if f.state == "same"}
    rows: list[tuple[str, ...]] = []
    for at, members in enumerate(merged.members):
        place = str(merged.frame["id"].iloc[at])
        for row in members:
            found = why.get((row.source, row.row))
            state = "matched" if len(members) > 1 else "kept"
            rows.append((place, state, *_who(row, sources), *_how(found), "", "", "", ""))
        for attribute, source in merged.won[at].items():
            column = ATTRIBUTES[attribute][0]
            others = "; ".join(
                f"{r.source}: {_shown(sources[r.source], r.row, column)}"
                for r in members
                if r.source != source
            )
            own = next(r for r in members if r.source == source)
            value = _shown(sources[source], own.row, column)
            rows.append((place, "attribute", *_who(own, sources), *_how(None), attribute, source,
                         value, others))  # fmt: skip
    for a, b, found in merged.pairs:
        if found.state != "same":
            other = f"{a.source}: {sources[a.source]['id'].iloc[a.row]}"
            rows.append(("", found.state, *_who(b, sources), *_how(found), "", "", "", other))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def place_questions(merged: Merged, sources: Sources, confirmed: str) -> list[Problem]:
    """Return a note of what was matched, and a question for each pair that is not clear."""
    same = sum(f.state == "same" for _, _, f in merged.pairs)
    total = sum(len(m) for m in merged.members)
    found = [
        Problem(
            "places_matched",
            Text(
                f"{len(sources)} 个来源的 {total} 行设施，匹配 {same} 对，成为 {len(merged.frame)} 处；"
                f"明细见 {PLACES_FILE}",
                f"{total} rows of {len(sources)} sources, {same} matched, make {len(merged.frame)} "
                f"places; see {PLACES_FILE}",
            ),
            file="places",
            severity="info",
        )
    ]
    file = confirmed or 'confirmed = "same_places.csv"'
    for a, b, pair in merged.pairs:
        if pair.state == "same":
            continue
        one, two = (f"{_who(r, sources)[1]} {_who(r, sources)[2]}".strip() for r in (a, b))
        said = Text(
            f"{two}（{b.source}）与 {one}（{a.source}）相距 {pair.distance_m:.0f} 米，"
            f"名称相似度 {pair.similarity:.2f}：是否同一处",
            f"{two} ({b.source}) and {one} ({a.source}), {pair.distance_m:.0f} m apart, names "
            f"{pair.similarity:.2f} alike: the same place?",
        )
        do = Text(
            f"在 [places] 的 {file} 中写 a、b、same 一行（是或否）；未答复前按两处计",
            f"answer in {file} of [places]: a, b, same (yes or no); until then they are two",
        )
        found.append(Problem(f"places_{pair.state}", said, do, "places", severity="warning"))
    return found


def _who(row: Row, sources: Sources) -> tuple[str, str, str]:
    frame = sources[row.source]
    return row.source, str(frame["id"].iloc[row.row]), _shown(frame, row.row, "name")


def _how(found: Found | None) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    return found.rule, f"{found.distance_m:.1f}", f"{found.similarity:.3f}"


def _shown(frame: gpd.GeoDataFrame, row: int, column: str) -> str:
    if column not in frame:
        return ""
    value = frame[column].iloc[row]
    if column == "geometry":
        return f"{value.x:.6f} {value.y:.6f}"
    if pd.isna(value):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
