"""Compare driving with restricted turns with a search from street to street, turn by turn."""

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.street_costs import many_to_many
from tests.unit.engine.worlds import city, grid, street, streets

from chengce.city.city import City
from chengce.core.context import SerialRunner
from chengce.engine.hierarchy.isochrone import isochrones
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.hierarchy.streets import (
    changed_metric,
    street_hierarchy,
    street_metric,
)
from chengce.engine.streets.network import INF, Connectors, Weights, street_network, weigh

SERIAL = SerialRunner()
Row = tuple[str, str, int, str, float]  # kind, from street, node, to street, seconds


def turns(rows: Sequence[Row]) -> pd.DataFrame:
    columns = ["kind", "from_street", "via_node", "to_street", "delay_s"]
    frame = pd.DataFrame(rows, columns=columns).astype({"via_node": "int64", "delay_s": "float64"})
    return frame.assign(id=[f"t{i}" for i in range(len(rows))], restriction="made up")


def doors(*at: tuple[int, float], lat: float = 0.0) -> Connectors:
    """Return points with one door each on a street, by its number and share."""
    count = len(at)
    return Connectors(
        ids=np.array([f"p{i}" for i in range(count)], dtype=object),
        lon=np.arange(count, dtype=float),
        lat=np.full(count, lat),
        indptr=np.arange(count + 1),
        edge=np.array([e for e, _ in at], np.int32),
        fraction=np.array([f for _, f in at]),
        offroad_m=np.zeros(count),
        nearest_m=np.zeros(count),
    )


def extra(rows: pd.DataFrame, w: Weights, town: City) -> dict[tuple[int, int, int], int]:
    """Return ms of turns (street in, node, street out), INF if banned, read row by row."""
    network = street_network(town)
    number = {i: e for e, i in enumerate(network.ids)}
    node = {int(v): i for i, v in enumerate(network.nodes)}
    leaves: dict[int, set[int]] = {}
    for e in range(len(w.tail)):
        if w.closed[e]:
            continue
        if w.along[e] < INF:
            leaves.setdefault(int(w.tail[e]), set()).add(e)
        if w.against[e] < INF:
            leaves.setdefault(int(w.head_node[e]), set()).add(e)
    found: dict[tuple[int, int, int], int] = {}
    for r in rows.sort_values("kind").itertuples():
        if r.from_street not in number or r.to_street not in number or r.via_node not in node:
            continue
        i, v, o = number[r.from_street], node[r.via_node], number[r.to_street]
        ways = leaves.get(v, set())
        if r.kind == "delay":
            found[i, v, o] = max(found.get((i, v, o), 0), round(r.delay_s * 1000))
        elif r.kind == "no":
            found[i, v, o] = INF
        elif o in ways:
            found |= {(i, v, other): INF for other in ways - {o}}
    return found


def by_turns(w: Weights, slow: dict[Any, int], start: tuple[int, float]) -> dict[Any, int]:
    """Return the cheapest ms to stand at the end of each street, having driven along or against."""
    e, f = start
    rest = [int(np.rint(x * (1 - f))) if x < INF else INF for x in (w.along[e], w.against[e])]
    best: dict[tuple[int, int], int] = {}
    queue: list[tuple[int, int, int]] = []

    def ends(street: int, way: int) -> tuple[int, int]:
        a, b = int(w.tail[street]), int(w.head_node[street])
        return (a, b) if way == 0 else (b, a)

    def out(cost: int, v: int, come: int | None) -> None:
        for s in range(len(w.tail)):
            for way, time in ((0, w.along[s]), (1, w.against[s])):
                if time < INF and not w.closed[s] and ends(s, way)[0] == v:
                    turn = 0 if come is None else slow.get((come, v, s), 0)
                    if turn < INF:
                        heapq.heappush(queue, (cost + turn + int(time), s, way))

    usable = min(w.along[e], w.against[e]) < INF
    if usable and f == 0.0:
        out(0, int(w.tail[e]), None)
    if usable and f == 1.0:
        out(0, int(w.head_node[e]), None)
    if rest[0] < INF and (f < 1.0):
        heapq.heappush(queue, (rest[0], e, 0))
    if w.against[e] < INF and f > 0.0:
        heapq.heappush(queue, (int(w.against[e]) - rest[1], e, 1))
    while queue:
        cost, street, way = heapq.heappop(queue)
        if cost < best.get((street, way), INF):
            best[street, way] = cost
            out(cost, ends(street, way)[1], street)
    return best


def to_door(
    w: Weights, slow: dict[Any, int], start: tuple[int, float], end: tuple[int, float]
) -> int:
    best = by_turns(w, slow, start)
    (e, f), (d, g) = start, end
    costs = [INF]
    for way, whole in ((0, w.along[d]), (1, w.against[d])):
        if whole == INF:
            continue
        rest = int(np.rint(whole * (1 - g)))
        part = int(whole) - rest if way == 0 else rest
        v = int(w.tail[d] if way == 0 else w.head_node[d])
        for (s, come), cost in best.items():
            last = int(w.head_node[s] if come == 0 else w.tail[s])
            if last == v and (turn := slow.get((s, v, d), 0)) < INF:
                costs.append(cost + turn + part)
        at_start = e >= 0 and ((f == 0.0 and w.tail[e] == v) or (f == 1.0 and w.head_node[e] == v))
        if at_start:
            costs.append(part)
        if e == d and ((way == 0 and g >= f) or (way == 1 and g <= f)):
            one = int(np.rint(whole * (1 - f)))
            costs.append(one - rest if way == 0 else rest - one)
    usable = min(w.along[d], w.against[d]) < INF
    for share, v in ((0.0, int(w.tail[d])), (1.0, int(w.head_node[d]))):
        if usable and g == share:
            costs += [
                cost for (s, come), cost in best.items()
                if int(w.head_node[s] if come == 0 else w.tail[s]) == v
            ]  # fmt: skip
            if min(w.along[e], w.against[e]) < INF and (
                (f == 0.0 and w.tail[e] == v) or (f == 1.0 and w.head_node[e] == v)
            ):
                costs.append(0)
    return min(costs)


def random_town(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return streets of a small grid, some one-way, side by side or loops, and random turns."""
    table = grid(int(rng.integers(2, 5)), 100.0)
    table["drive"] = rng.choice([1, 2, 3, 3, 3, 3], len(table))
    table["length_m"] = rng.integers(0, 200, len(table)).astype(float)
    at = {0: (0.0, 0.0), 1: (100.0, 0.0)}
    more = [street("beside", (0, 1), at, length_m=60.0), street("loop", (1, 1), at, length_m=9.0)]
    table = pd.concat([table, streets(more)], ignore_index=True)
    rows: list[Row] = []
    ends = {r.id: (r.from_node, r.to_node) for r in table.itertuples()}
    for _ in range(int(rng.integers(1, 14))):
        one = str(rng.choice(list(ends)))
        via = int(rng.choice(ends[one]))
        two = str(rng.choice([s for s, pair in ends.items() if via in pair]))
        kind = str(rng.choice(["no", "no", "only", "delay"]))
        rows.append(
            (kind, one, via, two, float(rng.integers(1, 90)) if kind == "delay" else np.nan)
        )
    return table, turns(rows)


def compare(town: City, rules: pd.DataFrame, rng: np.random.Generator) -> None:
    network = street_network(town)
    w = weigh(network, "drive", speed_mps=1.0)
    open_ = np.flatnonzero(~w.closed)
    shares = [0.0, 0.3, 0.5, 1.0]
    at = [(int(rng.choice(open_)), float(rng.choice(shares))) for _ in range(9)]
    to = [(int(rng.choice(open_)), float(rng.choice(shares))) for _ in range(9)]
    slow = extra(rules, w, town)
    wanted = [[to_door(w, slow, a, b) for b in to] for a in at]
    here, apart = doors(*at), doors(*to, lat=1.0)
    found = many_to_many(w, here, apart, limit_ms=INF, runner=SERIAL)
    assert found.tolist() == wanted
    found = street_matrix(town, w, (here, apart), limit_ms=INF, runner=SERIAL)
    assert found.tolist() == wanted


def test_random_towns_equal_a_search_turn_by_turn() -> None:
    rng = np.random.default_rng(11)
    for _ in range(120):
        table, rules = random_town(rng)
        compare(city(streets=table, turns=rules), rules, rng)


def test_scenarios_that_close_and_add_streets_equal_a_search_turn_by_turn() -> None:
    rng = np.random.default_rng(12)
    for _ in range(60):
        table, rules = random_town(rng)
        base = city(streets=table, turns=rules)
        street_hierarchy(base)
        gone = rng.choice(len(table), 2, replace=False)
        closed = table["id"].iloc[gone]
        left = rules[~(rules["from_street"].isin(closed) | rules["to_street"].isin(closed))]
        at = {0: (0.0, 0.0), 3: (90.0, 90.0), 77: (5.0, 5.0)}
        new = [street("x", (0, 77), at), street("y", (77, 3), at)]
        for more in (table.drop(index=gone), pd.concat([table, streets(new)], ignore_index=True)):
            now = left if len(more) < len(table) else pd.concat(
                [rules, turns([("no", "x", 77, "y", np.nan)]).assign(id="new")], ignore_index=True
            )  # fmt: skip
            compare(base.with_changes({"streets": more, "turns": now}), now, rng)


def test_closing_a_street_with_turns_keeps_the_hierarchy() -> None:
    table = grid(5, 100.0)
    rules = turns([("no", "e0", 1, "n1", np.nan), ("only", "n2", 7, "e7", np.nan)])
    base = city(streets=table, turns=rules)
    closed = table[~table["id"].isin(["e7", "e0"])]
    scenario = base.with_changes({"streets": closed, "turns": rules.iloc[:0]})
    h = street_hierarchy(base)
    assert street_hierarchy(scenario) is h
    assert len(h.node) == 25 + 2
    old, new = (weigh(street_network(c), "drive", speed_mps=1.0) for c in (base, scenario))
    changed, whole = changed_metric(h, street_metric(h, old), old, new), street_metric(h, new)
    np.testing.assert_array_equal(changed.up, whole.up)
    np.testing.assert_array_equal(changed.down, whole.down)


@pytest.mark.parametrize(("kind", "seconds"), [("no", 18 + 18 + 12), ("delay", 12 + 10 + 12)])
def test_a_turn_by_hand(kind: str, seconds: int) -> None:
    """At 30 km/h 100 m take 12 s: round about by 300 m if the turn is banned, else 10 s longer."""
    at = {0: (0.0, 0.0), 1: (100.0, 0.0), 2: (100.0, 100.0), 3: (0.0, 50.0)}
    table = streets([
        street("in", (0, 1), at, length_m=100.0), street("out", (1, 2), at, length_m=100.0),
        street("round", (0, 3), at, length_m=150.0), street("about", (3, 1), at, length_m=150.0),
    ])  # fmt: skip
    town = city(streets=table, turns=turns([(kind, "in", 1, "out", 10.0)]))
    network = street_network(town)
    w = weigh(network, "drive", speed_mps=1.0)
    a, b = doors((0, 0.0)), doors((1, 1.0), lat=1.0)
    found = street_matrix(town, w, (a, b), limit_ms=INF, runner=SERIAL)
    assert found.tolist() == [[seconds * 1000]]
    on_foot = weigh(network, "walk", speed_mps=1.0)
    assert street_matrix(town, on_foot, (a, b), limit_ms=INF, runner=SERIAL).tolist() == [[200_000]]


def test_what_is_within_reach_obeys_turns() -> None:
    at = {0: (0.0, 0.0), 1: (100.0, 0.0), 2: (100.0, 100.0), 3: (200.0, 0.0)}
    table = streets([
        street("in", (0, 1), at, length_m=100.0, drive=1),
        street("left", (1, 2), at, length_m=100.0), street("ahead", (1, 3), at, length_m=100.0),
    ])  # fmt: skip
    rules = turns([("delay", "in", 1, "left", 6.0), ("no", "ahead", 1, "left", np.nan)])
    w = weigh(street_network(city(streets=table, turns=rules)), "drive", speed_mps=1.0)
    found = isochrones(w, doors((0, 0.0)), [24_000], SERIAL)
    rows = zip(found.edge.tolist(), found.start.tolist(), found.stop.tolist(), strict=True)
    assert list(rows) == [(0, 0.0, 1.0), (1, 0.0, 0.5), (2, 0.0, 1.0)]
