"""Check totals by area against themselves and each other before anyone is shared out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from chengce.city.allocate.homes import Areas, area_ids
from chengce.city.allocate.problems import error, listed, notice, people
from chengce.city.allocate.spec import BASES, TotalsSpec, split_groups
from chengce.core.errors import Problem
from chengce.core.groups import TOTAL, TOTAL_GROUP
from chengce.core.text import Text

KEY = ["area", "dimension", "group"]


@dataclass(frozen=True)
class Totals:
    """What one file said: its table `totals` as read, and how it is to be shared out."""

    file: str
    spec: TotalsSpec
    frame: pd.DataFrame


def joined(
    read: Sequence[Totals], areas: Areas
) -> tuple[pd.DataFrame, dict[str, TotalsSpec], list[Problem]]:
    """Return the totals of all files by id of area, how each area is shared out, and what is wrong.

    A dimension `total` is added where none was given. Wrong are unknown and repeated areas, parts of
    people, and dimensions that do not add up to the total.
    """
    parts, problems, how = [], [], dict[str, TotalsSpec]()
    origin: dict[tuple[str, str], str] = {}
    for one in read:
        frame = one.frame.reset_index(drop=True)
        frame["dimension"], frame["group"] = split_groups(list(frame["group"]))
        names = list(dict.fromkeys(frame["area"].astype(str)))
        ids, said = area_ids(names, areas, one.spec.aliases, one.file)
        problems += said
        problems += _twice(names, ids, one.file) + _broken(frame, one.file)
        frame["area"] = [ids.get(str(a), "") for a in frame["area"]]
        frame = frame[frame["area"] != ""].drop_duplicates(KEY)
        problems += _again(frame, origin, one.file) + _other_way(frame, one, how)
        parts.append(frame)
    problems += _several_dates(read)
    whole = pd.concat(parts, ignore_index=True).drop_duplicates(KEY, ignore_index=True)
    whole, unequal = _with_total(whole, areas)
    return whole, how, problems + unequal


def mixed_bases(read: Sequence[Totals], others: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return an error if files, or tables of people read as they are, count different people."""
    rows: dict[str, list[tuple[str, int]]] = {}
    for one in read:
        rows.setdefault(one.spec.base, []).append((one.file, len(one.frame)))
    for name, frame in others.items():
        for base, count in frame["base"].value_counts().sort_index().items():
            rows.setdefault(str(base), []).append((name, int(count)))
    if len(rows) < 2:
        return []
    zh = "；".join(f"{BASES[b].zh}：" + "、".join(f"{f}（{n} 行）" for f, n in at)
                  for b, at in rows.items() if b in BASES)  # fmt: skip
    en = "; ".join(f"{BASES[b].en}: " + ", ".join(f"{f} ({n} rows)" for f, n in at)
                   for b, at in rows.items() if b in BASES)  # fmt: skip
    return [
        error(
            "population_bases_mixed",
            Text(f"人口口径混用：{zh}", f"kinds of population are mixed: {en}"),
            Text("一座城市的人口只用一种口径", "keep one kind of population in a city"),
            "people",
            "base",
        )
    ]


def _twice(names: Sequence[str], ids: Mapping[str, str], file: str) -> list[Problem]:
    """Say which names of one file mean the same area."""
    by_id: dict[str, list[str]] = {}
    for name in names:
        if name in ids:
            by_id.setdefault(ids[name], []).append(name)
    return [
        error(
            "area_twice",
            Text(
                f"区域 {i} 出现多次：{listed(n).zh}",
                f"area {i} occurs more than once: {listed(n).en}",
            ),
            Text("合并或删除重复的行", "merge or remove the repeated rows"),
            file,
        )
        for i, n in by_id.items()
        if len(n) > 1
    ]


def _again(frame: pd.DataFrame, origin: dict[tuple[str, str], str], file: str) -> list[Problem]:
    """Say which areas another file has given for the same dimension."""
    keys = list(dict.fromkeys(zip(frame["area"], frame["dimension"], strict=True)))
    again = [k for k in keys if k in origin]
    origin.update({k: file for k in keys if k not in origin})
    if not again:
        return []
    names, first = listed(list(dict.fromkeys(a for a, _ in again))), origin[again[0]]
    return [
        error(
            "area_twice",
            Text(
                f"以下区域在 {first} 中已给出同一维度：{names.zh}",
                f"{first} gives these areas already: {names.en}",
            ),
            Text("同一区域同一维度只留一处", "keep one total per area and dimension"),
            file,
        )
    ]


def _broken(frame: pd.DataFrame, file: str) -> list[Problem]:
    wrong = frame[frame["count"] != frame["count"].round()]
    if not len(wrong):
        return []
    shown = listed([f"{a} {c:g}" for a, c in zip(wrong["area"], wrong["count"], strict=True)])
    return [
        error(
            "total_not_whole",
            Text(f"总量不是整数：{shown.zh}", f"totals are not whole people: {shown.en}"),
            Text("总量按人给出，才能逐人分摊", "give totals in whole people, so that none is lost"),
            file,
            "count",
        )
    ]


def _other_way(frame: pd.DataFrame, one: Totals, how: dict[str, TotalsSpec]) -> list[Problem]:
    """Remember how each area is shared out; two files may not say different things of one area."""
    wrong = []
    for area in frame["area"].unique():
        before = how.setdefault(str(area), one.spec)
        if _way(before) != _way(one.spec):
            wrong.append(str(area))
    if not wrong:
        return []
    return [
        error(
            "totals_shared_differently",
            Text(
                f"同一区域在两个文件中的分摊办法不同：{listed(wrong).zh}",
                f"two files share out the same areas in different ways: {listed(wrong).en}",
            ),
            Text(
                "weight、missing_weight、unallocated 取相同的值",
                "give weight, missing_weight and unallocated the same values",
            ),
            one.file,
        )
    ]


def _way(spec: TotalsSpec) -> tuple[object, ...]:
    return tuple(spec.weight), spec.missing_weight, spec.unallocated


def _several_dates(read: Sequence[Totals]) -> list[Problem]:
    dates = {one.file: one.spec.date for one in read}
    if len(set(dates.values())) < 2:
        return []
    shown = [f"{f} {d}" for f, d in dates.items()]
    return [
        notice(
            "totals_of_several_dates",
            Text(
                f"总量的时点不一：{listed(shown).zh}",
                f"the totals are of several dates: {listed(shown).en}",
            ),
            Text("尽量用同一时点的总量", "use totals of one date where you can"),
            read[0].file,
        )
    ]


def _with_total(frame: pd.DataFrame, areas: Areas) -> tuple[pd.DataFrame, list[Problem]]:
    """Add the dimension `total` where it was not given, and say where dimensions do not agree."""
    sums = frame.pivot_table(index="area", columns="dimension", values="count", aggfunc="sum")
    if not len(frame):
        return frame, []
    first = TOTAL if TOTAL in sums else str(frame["dimension"].iloc[0])
    problems = []
    for dimension in [str(d) for d in sums.columns if d != first]:
        off = sums.index[(sums[dimension] != sums[first])]
        for area in off:
            problems.append(_unequal(area, areas, (dimension, first), sums))
    if TOTAL in sums:
        return frame, problems
    added = frame[frame["dimension"] == first].groupby("area", as_index=False).agg(
        {"count": "sum", "base": "first", "date": "first"}
    )  # fmt: skip
    added = added.assign(dimension=TOTAL, group=TOTAL_GROUP.id)[list(frame.columns)]
    return pd.concat([frame, added], ignore_index=True), problems


def _unequal(area: str, areas: Areas, dimensions: tuple[str, str], sums: pd.DataFrame) -> Problem:
    dimension, first = dimensions
    name = areas.names.get(area, area)
    got, wanted = sums.loc[area, dimension], sums.loc[area, first]
    if pd.isna(got) or pd.isna(wanted):
        gone = dimension if pd.isna(got) else first
        said = Text(
            f"区域 {name} 缺维度 {gone} 的总量", f"area {name} has no totals of dimension {gone}"
        )
    else:
        d = float(got - wanted)
        said = Text(
            f"区域 {name}：维度 {dimension} 合计 {people(got)} 人，{first} 为 {people(wanted)} 人，相差 {people(d)}",
            f"area {name}: {dimension} sums to {people(got)} people, {first} to {people(wanted)}: {people(d)} apart",
        )
    return error(
        "groups_do_not_add_up",
        said,
        Text(
            "核对分组人数；分组合计须等于总数", "check the counts: groups must add up to the total"
        ),
        "totals",
        dimension,
    )
