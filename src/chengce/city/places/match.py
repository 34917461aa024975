"""Decide which rows of two sources are the same place; where it is not clear, decide nothing.

Rows are looked at in four rounds: pairs that a person confirmed, equal codes, equal names, names
alike. Places must be of one kind, within the distance (confirmed pairs may lie anywhere), and each
the other's only candidate of the round. Otherwise all of them are `ambiguous` and stay apart.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.places.names import alike, facility_name

Floats = NDArray[np.float64]
Pair = tuple[str, str]
_NEAR = 0.5  # names this much alike are worth a question
_DEGREE_M = 111_195.0


@dataclass(frozen=True)
class Found:
    """Two rows, one of each table: why they are looked at, how far apart, how alike in name.

    `state`: `same`, `ambiguous` (several fit) or `near` (too little alike to decide).
    """

    left: int
    right: int
    rule: str
    distance_m: float
    similarity: float
    state: str


@dataclass(frozen=True)
class Rule:
    """When two rows are one place: distance, likeness of names, and what persons decided."""

    within_m: float
    similarity: float
    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


def match(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, rule: Rule) -> list[Found]:
    """Return the pairs of rows that are the same place, and those a person must look at."""
    rounds = _candidates(left, right, rule)
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    out: list[Found] = []
    for pairs in rounds:
        free = [p for p in pairs if p.left not in taken_left and p.right not in taken_right]
        lefts, rights = Counter(p.left for p in free), Counter(p.right for p in free)
        for p in free:
            sole = lefts[p.left] == rights[p.right] == 1
            state = p.state if p.state == "near" else "same" if sole else "ambiguous"
            out.append(Found(p.left, p.right, p.rule, p.distance_m, p.similarity, state))
        taken_left.update(p.left for p in free if p.state != "near")
        taken_right.update(p.right for p in free if p.state != "near")
    return out


def _candidates(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, rule: Rule
) -> tuple[list[Found], ...]:
    """Return the pairs of each round; the last is of those that are only near."""
    rounds: tuple[list[Found], ...] = ([], [], [], [], [])
    ids = (left["id"].tolist(), right["id"].tolist())
    kinds = (left["kind"].tolist(), right["kind"].tolist())
    codes = (_texts(left, "code"), _texts(right, "code"))
    names = tuple([facility_name(t) for t in _texts(frame, "name")] for frame in (left, right))
    xy = _metres(left, right)
    for a, b in sorted({*_close(*xy, rule.within_m), *_named(ids, rule.same), *_equal(*codes)}):
        one, two = ids[0][a], ids[1][b]
        sure = _said(one, two, rule.same)
        if kinds[0][a] != kinds[1][b] or _said(one, two, rule.different):
            continue
        far = float(np.hypot(*(xy[0][a] - xy[1][b])))
        score = alike(names[0][a], names[1][b])
        here = far <= rule.within_m
        code = bool(codes[0][a]) and codes[0][a] == codes[1][b]
        other = bool(codes[0][a]) and bool(codes[1][b]) and not code
        if sure:
            at, why = 0, "confirmed"
        elif code:
            at, why = (1 if here else 4), "code"
        elif score == 1.0 and not other:
            at, why = 2, "name"
        elif score >= rule.similarity and not other:
            at, why = 3, "similar"
        elif score >= _NEAR:
            at, why = 4, "similar"
        else:
            continue
        rounds[at].append(Found(a, b, why, far, score, "near" if at == 4 else "same"))
    return rounds


def _texts(frame: gpd.GeoDataFrame, column: str) -> list[str]:
    if column not in frame:
        return [""] * len(frame)
    return [v.strip() if isinstance(v, str) else "" for v in frame[column].tolist()]


def _said(a: str, b: str, pairs: frozenset[Pair]) -> bool:
    return (a, b) in pairs or (b, a) in pairs


def _metres(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return points in metres, equirectangular; true to 1 % within a degree of latitude."""
    raw = [shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (left, right)]
    both = np.concatenate(raw)
    middle = np.radians(both[:, 1].mean()) if len(both) else 0.0
    scale = np.array([_DEGREE_M * np.cos(middle), _DEGREE_M])
    return raw[0] * scale, raw[1] * scale


def _close(left: Floats, right: Floats, within_m: float) -> list[tuple[int, int]]:
    tree = shapely.STRtree(shapely.points(right))
    a, b = tree.query(shapely.points(left), predicate="dwithin", distance=within_m)
    return list(zip(a.tolist(), b.tolist(), strict=True))


def _named(
    ids: tuple[Sequence[str], Sequence[str]], pairs: frozenset[Pair]
) -> list[tuple[int, int]]:
    """Return the rows of confirmed pairs, whichever of the two is named first."""
    left = {i: at for at, i in enumerate(ids[0])}
    right = {i: at for at, i in enumerate(ids[1])}
    both = [*pairs, *((b, a) for a, b in pairs)]
    return [(left[a], right[b]) for a, b in both if a in left and b in right]


def _equal(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Return the rows that bear the same code."""
    where: dict[str, list[int]] = {}
    for at, code in enumerate(right):
        if code:
            where.setdefault(code, []).append(at)
    return [(a, b) for a, code in enumerate(left) for b in where.get(code, ())]
