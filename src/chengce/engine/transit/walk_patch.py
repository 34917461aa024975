"""Patch the walks of a base city for a scenario: search again only where a changed street is near.

A walk within the limit can differ only if its origin is on a changed street or, in the base city,
within the limit of an end of one, or if one of its ends meets the streets elsewhere. Origins of the first
kind are searched again; destinations of the second kind are searched from, against the streets'
direction, for all other origins. The result equals a fresh search, entry by entry.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.csr import Sparse, by_column, ramp
from chengce.engine.streets.distances import Search, ends_of, reach, same_edge, seeds_of, within
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights

Ints = NDArray[np.int64]


class Walked(NamedTuple):
    """What walks from points to points depend on."""

    weights: Weights
    origins: Connectors
    destinations: Connectors


def patch_walks(
    kept: Sparse, base: Walked, now: Walked, *, limit_ms: int, runner: Runner
) -> Sparse:
    """Return `within` of a scenario from that of its base city, `kept`, for the same limit, ms.

    Points are known by their ids; where ids repeat, all is searched again.
    """
    row = _same(base.origins, now.origins)
    column = _same(base.destinations, now.destinations)
    near = _near(base, now.weights, limit_ms, runner)
    row[(row >= 0) & near[row]] = -1
    again, stay = np.flatnonzero(row < 0), np.flatnonzero(row >= 0)
    fresh = np.flatnonzero(column < 0)
    parts = [_picked(kept, row, column, len(base.destinations.ids))]
    if len(again):
        one = _some(now.origins, again)
        found = within(now.weights, one, now.destinations, limit_ms=limit_ms, runner=runner)
        parts.append((again[found.row], found.column.astype(np.int64), found.value))
    if len(stay) and len(fresh):
        one, two = _some(now.origins, stay), _some(now.destinations, fresh)
        found = _backward(now.weights, one, two, limit_ms, runner)
        parts.append((stay[found.column], fresh[found.row], found.value))
    return _merged(parts, len(row))


def changed_edges(base: Weights, now: Weights) -> NDArray[np.int64]:
    """Return the edges whose cost, ends, passage or walls differ; added ones are among them."""
    m = len(base.tail)
    differ = np.zeros(len(now.tail), dtype=bool)
    differ[m:] = True
    for name in ("tail", "head_node", "along", "against", "closed"):
        differ[:m] |= getattr(base, name) != getattr(now, name)[:m]
    one, two = _directions(base), _directions(now)
    differ[:m] |= (one != two[:m]).any(axis=1)
    if not (
        np.array_equal(base.cut_edge, now.cut_edge)
        and np.array_equal(base.cut_share, now.cut_share)
    ):
        differ[base.cut_edge] = True
        differ[now.cut_edge] = True
    return np.flatnonzero(differ)


def _directions(weights: Weights) -> Ints:
    """Return, by edge, how many arcs it has and the sum of their heads: equal ends, equal arcs."""
    m = len(weights.tail)
    count = np.bincount(weights.edge, minlength=m)
    heads = np.bincount(weights.edge, weights.head, minlength=m).astype(np.int64)
    return np.stack([count, heads], axis=1)


def _ends(base: Weights, now: Weights, edges: Ints) -> Ints:
    """Return the nodes of the base city at which an edge began, ended, begins or ends."""
    old = edges[edges < len(base.tail)]
    nodes = np.concatenate(
        [base.tail[old], base.head_node[old], now.tail[edges], now.head_node[edges]]
    )
    return np.unique(nodes[nodes < len(base.indptr) - 1]).astype(np.int64)


def _near(base: Walked, now: Weights, limit_ms: int, runner: Runner) -> NDArray[np.bool_]:
    """Tell which origins are on a changed edge or, in the base city, within the limit of one."""
    near = np.zeros(len(base.origins.ids), dtype=bool)
    edges = changed_edges(base.weights, now)
    if not len(edges):
        return near
    point = np.repeat(np.arange(len(near)), np.diff(base.origins.indptr))
    near[point[np.isin(base.origins.edge, edges)]] = True
    nodes = _ends(base.weights, now, edges)
    seeds = Sparse(
        np.array([0, len(nodes)]), nodes.astype(np.int32), np.zeros(len(nodes), np.int32)
    )
    ends = by_column(seeds_of(base.weights, base.origins), len(base.weights.indptr) - 1)
    asked = Search(seeds, ends, _nothing(1), len(near))
    near[reach(_reversed(base.weights), asked, limit_ms=limit_ms, runner=runner).column] = True
    return near


def _backward(
    weights: Weights, origins: Connectors, destinations: Connectors, limit_ms: int, runner: Runner
) -> Sparse:
    """Return `within` by destination: searched from the destinations, against the streets."""
    asked = Search(
        ends_of(weights, destinations),
        by_column(seeds_of(weights, origins), len(weights.indptr) - 1),
        by_column(same_edge(weights, origins, destinations), len(destinations.ids)),
        len(origins.ids),
    )
    return reach(_reversed(weights), asked, limit_ms=limit_ms, runner=runner)


def _reversed(weights: Weights) -> Weights:
    """Return the weights with every arc turned round; doors stay as they are."""
    nodes = len(weights.indptr) - 1
    turned = by_column(Sparse(weights.indptr, weights.head, weights.cost), nodes)
    edge = weights.edge[np.argsort(weights.head, kind="stable")]
    return replace(weights, indptr=turned.indptr, head=turned.column, cost=turned.value, edge=edge)


def _nothing(rows: int) -> Sparse:
    return Sparse(np.zeros(rows + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))


def _same(base: Connectors, now: Connectors) -> Ints:
    """Return the place in `base` of each point that meets the streets as it does there, else −1."""
    known, asked = pd.Index(base.ids), pd.Index(now.ids)
    if not (known.is_unique and asked.is_unique):
        return np.full(len(now.ids), -1, np.int64)
    at: Ints = np.asarray(known.get_indexer(asked), np.int64)
    one, two = np.diff(base.indptr), np.diff(now.indptr)
    at[(at >= 0) & (one[at] != two)] = -1
    both = np.flatnonzero(at >= 0)
    old = at[both]
    differs = (base.lon[old] != now.lon[both]) | (base.lat[old] != now.lat[both])
    count = two[both]
    here = np.repeat(now.indptr[:-1][both], count) + ramp(count)
    there = np.repeat(base.indptr[:-1][old], count) + ramp(count)
    link = np.repeat(np.arange(len(both)), count)
    for name in ("edge", "fraction", "offroad_m"):
        differs[link[getattr(now, name)[here] != getattr(base, name)[there]]] = True
    at[both[differs]] = -1
    return at


def _some(points: Connectors, rows: Ints) -> Connectors:
    """Return some of the points with their connectors."""
    count = np.diff(points.indptr)[rows]
    at = np.repeat(points.indptr[:-1][rows], count) + ramp(count)
    return Connectors(
        ids=points.ids[rows],
        lon=points.lon[rows],
        lat=points.lat[rows],
        indptr=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        edge=points.edge[at],
        fraction=points.fraction[at],
        offroad_m=points.offroad_m[at],
        nearest_m=points.nearest_m[rows],
    )


_Entries = tuple[Ints, Ints, NDArray[np.int32]]  # row, column, ms


def _picked(kept: Sparse, row: Ints, column: Ints, columns: int) -> _Entries:
    """Return the entries of `kept` at the points that stay, by their places."""
    to = np.full(columns, -1, np.int64)
    to[column[column >= 0]] = np.flatnonzero(column >= 0)
    stay = np.flatnonzero(row >= 0)
    old = row[stay]
    count = np.diff(kept.indptr)[old]
    at = np.repeat(kept.indptr[:-1][old], count) + ramp(count)
    rows, found = np.repeat(stay, count), to[kept.column[at]]
    use = found >= 0
    return rows[use], found[use], np.asarray(kept.value[at][use])


def _merged(parts: list[_Entries], rows: int) -> Sparse:
    """Return the entries by row, each row by ascending column."""
    row, column, value = (np.concatenate(list(c)) for c in zip(*parts, strict=True))
    width = int(column.max(initial=0)) + 1
    key = row * width + column
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        row, column, value = row[order], column[order], value[order]
    indptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=indptr[1:])
    return Sparse(indptr, column.astype(np.int32), value.astype(np.int32))
