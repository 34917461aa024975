"""Say where gates are not known, not open or not verified, and how many people that concerns."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import Problem, Severity
from chengce.core.text import Text
from chengce.core.units import number
from chengce.engine.streets.gates import GateRules, open_during, passable, seconds_of
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.walls import OUTSIDE, side_of, wall_shapes
from chengce.models.population import Population

SHOWN = 5
ASK = Text("补充或核实 gates 表", "add to the table `gates`, or verify it")


class Located(NamedTuple):
    """Points of one kind: what they are called, their ids and places."""

    what: Text
    ids: Sequence[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def gate_warnings(
    city: City,
    points: Sequence[Located],
    *,
    window: tuple[int, int] | None = None,
    people: Population | None = None,
) -> list[Problem]:
    """Return what to know of gates on foot: unknown, shut for the whole window or part, unverified.

    `people` gives the numbers of people for the points that are zones. Nothing is said of a city
    without compounds.
    """
    compounds = city.table("compounds")
    if not len(compounds) or not len(city.table("streets")):
        return []
    rules = GateRules(city.assumptions["gate_tolerance"].value, window)
    keys = compounds["id"].astype(str).to_numpy(dtype=object)
    shapes = wall_shapes(city, street_network(city))
    known = np.isin(keys, city.table("gates")["compound"].astype(str).to_numpy(dtype=object))
    usable = np.isin(keys, passable(city, "walk", rules))
    counted = {} if people is None else _people(people)
    said = (
        ("unknown_gate", ~known,
         Text("没有已知大门，步行按最近道路点计", "no known gate: people walk to the nearest street")),
        ("compound_locked", known & ~usable,
         Text("所问时段没有大门可步行通行，按“不可达”处理",
              "no gate lets people on foot through in the hours asked about: not reached")),
    )  # fmt: skip
    found = []
    for code, which, why in said:
        inside = _inside(points, city, np.where(which, shapes, shapely.Polygon()), counted)
        if inside:
            found.append(_named(code, why, inside, keys[which]))
    return found + _gates(city, rules)


def _people(people: Population) -> dict[str, float]:
    each = np.median(people.counts.sum(axis=2), axis=0)
    return {str(zone): float(n) for zone, n in zip(people.zones, each, strict=True)}


def _inside(
    points: Sequence[Located], city: City, shapes: NDArray[np.object_], counted: dict[str, float]
) -> list[Text]:
    """Return how many points of each kind lie in some of the compounds."""
    plane, said = street_network(city).plane, []
    for p in points:
        side = side_of(shapes, shapely.points(plane.xy(p.lon, p.lat)))
        rows = np.flatnonzero(side != OUTSIDE)
        if not len(rows):
            continue
        living = sum((counted.get(str(p.ids[int(i)]), 0.0) for i in rows), 0.0)
        zh = f"{len(rows)} 个{p.what.zh}" + (f"（{number(living)} 人）" if living else "")
        en = f"{len(rows)} {p.what.en}" + (f" ({number(living)} people)" if living else "")
        said.append(Text(zh, en))
    return said


def _named(code: str, why: Text, inside: list[Text], keys: NDArray[np.object_]) -> Problem:
    shown, more = [str(k) for k in keys[:SHOWN]], len(keys) - SHOWN
    zh = "、".join(shown) + (f" 等 {len(keys)} 个" if more > 0 else "")
    en = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return Problem(
        code,
        Text(
            f"{'、'.join(t.zh for t in inside)}所在小区{why.zh}：{zh}",
            f"{', '.join(t.en for t in inside)} lie in compounds with {why.en}: {en}",
        ),
        ASK,
        severity="warning",
    )


def _gates(city: City, rules: GateRules) -> list[Problem]:
    """Return gates open for a part of the window only, with unknown hours, or not verified."""
    table = city.table("gates")
    if not len(table):
        return []
    start, end = (seconds_of(table, name) for name in ("from_s", "to_s"))
    whole = open_during(start, end, rules.window)
    part = ~whole & _at_some_time(start, end, rules.window)
    blank = np.isnan(start) | np.isnan(end)
    unseen = ~table["verified"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    names = (table["compound"].astype(str) + "/" + table["id"].astype(str)).to_numpy(dtype=object)
    listed: tuple[tuple[str, NDArray[np.bool_], Text, Severity], ...] = (
        ("gate_hours_partial", part,
         Text("个大门只在所问时段的一部分开放，按不开放计",
              "gates are open for a part of the hours asked about only, and count as closed"), "warning"),
        ("gate_hours_unknown", blank & (rules.window is not None),
         Text("个大门开放时间不详，按开放计", "gates have unknown hours, and count as open"), "info"),
        ("gates_unverified", unseen,
         Text("个大门未经现场核实", "gates are not verified on site"), "info"),
    )  # fmt: skip
    found = []
    for code, which, why, severity in listed:
        if not which.any():
            continue
        shown, count = [str(k) for k in names[which][:SHOWN]], int(which.sum())
        rest = " …" if count > SHOWN else ""
        message = Text(
            f"{count} {why.zh}：{'、'.join(shown)}{rest}",
            f"{count} {why.en}: {', '.join(shown)}{rest}",
        )
        found.append(Problem(code, message, ASK, severity=severity))
    return found


def _at_some_time(
    start: NDArray[np.float64], end: NDArray[np.float64], window: tuple[int, int] | None
) -> NDArray[np.bool_]:
    if window is None:
        return np.zeros(len(start), dtype=bool)
    minutes = range(window[0], window[1] + 1, 60)
    times = {int(t) % 86_400 for t in (*minutes, window[1])}
    return np.asarray(
        np.any([(start <= t) & (t < end) for t in sorted(times)], axis=0), dtype=np.bool_
    )
