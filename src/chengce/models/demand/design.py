"""Write a model and its flows as terms over pairs with totals to meet: what calibration solves."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from chengce.core.context import Runner
from chengce.engine.interaction.balance import Totals
from chengce.engine.interaction.field import Field, MatrixField, PairField
from chengce.engine.kernels.interact_decay import COST
from chengce.models.demand.listing import Listing
from chengce.models.demand.model import Floats, Ints, Masses, Model


@dataclass(frozen=True)
class Design:
    """Terms x of ln T = Σ coefficient × sign × x + zone effects, and what they must add up to.

    `row`, `column` number the ends of listed pairs (roles swapped for "destination"; apart by mode
    where margins are). `used` are the terms with a coefficient, `matched` those whose sums are
    matched, `observed` (terms,) the sums of all terms over the flows. `entry`: where a listed pair
    stands in the field.
    """

    over: Field
    totals: Totals
    observed: Floats
    names: tuple[str, ...]
    signs: Floats
    used: Ints
    matched: Ints
    row: Ints
    column: Ints
    entry: Ints = field(repr=False)
    start: Floats = field(default_factory=lambda: np.empty(0))

    def sums(self, flow: Floats) -> tuple[Totals, Floats]:
        """Return totals and sums of terms of other flows on the listed pairs."""
        n, m = self.over.origins, self.over.destinations
        rows = np.bincount(self.row, flow, n).astype(np.float64)
        group = self.totals.group
        if group is not None:
            rows = np.bincount(group, rows, len(self.totals.origin)).astype(np.float64)
        columns = None
        if self.totals.destination is not None:
            columns = np.bincount(self.column, flow, m).astype(np.float64)
        return Totals(rows, columns, group), self.values @ flow

    @cached_property
    def values(self) -> Floats:
        """Return the terms of listed pairs, (terms, pairs)."""
        if isinstance(self.over, PairField):
            return self.over.values[:, self.entry]
        assert isinstance(self.over, MatrixField)
        return self.over.terms_at(self.row, self.column)


def design_of(found: Listing, model: Model, masses: Masses, runner: Runner) -> Design:
    """Return the design; roles of origins and destinations are swapped for "destination"."""
    swap = model.constraint == "destination"
    row, column = (found.destination, found.origin) if swap else (found.origin, found.destination)
    shape = found.shape[::-1] if swap else found.shape
    zone_terms = _masses(found, model, masses)
    if found.matrix is not None:
        return _of_matrix(found, model, zone_terms, runner, swap=swap)
    many, own = len(found.modes), model.margins == "own" and len(found.modes) > 1
    signs, values = _terms(found, model, zone_terms, own=own)
    if own:
        row, column = row + found.mode * shape[0], column + found.mode * shape[1]
        shape = (shape[0] * many, shape[1] * many)
    order = np.lexsort((column, row))
    entry = np.empty(len(order), np.int64)
    entry[order] = np.arange(len(order))
    ptr = np.searchsorted(row[order], np.arange(shape[0] + 1))
    pairs = PairField(
        ptr.astype(np.int64), column[order].astype(np.int32), np.ascontiguousarray(values[:, order]),
        shape[1], runner,
    )  # fmt: skip
    group = None
    if model.constraint == "unconstrained":
        group = np.arange(shape[0]) // (shape[0] // many) if own else np.zeros(shape[0], np.int64)
    return _finished(pairs, model, signs, _Where(row, column, entry, group), found.flow)


def _of_matrix(
    found: Listing, model: Model, zone_terms: dict[str, tuple[str, Floats]], runner: Runner, *,
    swap: bool,
) -> Design:  # fmt: skip
    assert found.matrix is not None
    decay = model.form
    kinds = list(decay.terms)
    if model.criterion == "mean_cost" and COST not in kinds:
        kinds.append(COST)
    rows, columns = ("destination", "origin") if swap else ("origin", "destination")
    of = {
        side: [(name, value) for name, (end, value) in zone_terms.items() if end == side]
        for side in ("origin", "destination")
    }
    cost = np.ascontiguousarray(found.matrix.T) if swap else found.matrix
    shape = cost.shape
    matrix = MatrixField(
        cost, np.array(kinds, np.int64), found.low,
        np.array([v for _, v in of[rows]]).reshape(-1, shape[0]),
        np.array([v for _, v in of[columns]]).reshape(-1, shape[1]), runner,
    )  # fmt: skip
    names = [n for n, _ in (*of[rows], *of[columns])]
    row, column = (found.destination, found.origin) if swap else (found.origin, found.destination)
    group = np.zeros(shape[0], np.int64) if model.constraint == "unconstrained" else None
    where = _Where(row, column, np.arange(len(row)), group)
    signs = dict.fromkeys(names, 1.0) | dict.fromkeys(decay.coefficients, -1.0)
    return _finished(matrix, model, signs, where, found.flow)


def _masses(found: Listing, model: Model, masses: Masses) -> dict[str, tuple[str, Floats]]:
    """Return logarithms of the masses whose exponents the constraint leaves open."""
    open_to = {"unconstrained": ("origin", "destination"), "origin": ("destination",),
               "destination": ("origin",), "doubly": ()}[model.constraint]  # fmt: skip
    out = {}
    for side in open_to:
        mass = masses.origin if side == "origin" else masses.destination
        if mass is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                value = np.where(mass > 0, np.log(mass), 0.0)
            out[f"{side}_mass"] = (side, np.asarray(value, np.float64))
    return out


def _terms(
    found: Listing, model: Model, zone_terms: dict[str, tuple[str, Floats]], *, own: bool
) -> tuple[dict[str, float], Floats]:
    """Return names and signs, and values (terms, pairs); trailing costs have no name."""
    decay, several = model.form, len(found.modes) > 1
    signs: dict[str, float] = {}
    values: list[Floats] = []
    marks = [(f":{m}", found.mode == k) for k, m in enumerate(found.modes)] if several else []

    def add(name: str, value: Floats, sign: float, by_mode: bool) -> None:
        for mark, inside in marks if by_mode and several else [("", np.ones(len(value), bool))]:
            values.append(np.where(inside, value, 0.0))
            if sign:
                signs[name + mark] = sign

    for name, (side, value) in zone_terms.items():
        at = found.origin if side == "origin" else found.destination
        add(name, value[at], 1.0, own)
    if several and not own:
        for mark, inside in marks[1:]:
            values.append(inside.astype(np.float64))
            signs["constant" + mark] = 1.0
    for name, value in zip(decay.coefficients, decay.values(found.cost), strict=True):
        add(name, value, -1.0, True)
    if model.criterion == "mean_cost" and COST not in decay.terms:
        add("", found.cost, 0.0, True)
    return signs, np.array(values).reshape(-1, len(found.cost))


@dataclass(frozen=True)
class _Where:
    row: Ints
    column: Ints
    entry: Ints
    group: Ints | None


def _finished(
    over: Field, model: Model, signed: dict[str, float], where: _Where, flow: Floats
) -> Design:
    count, group = len(signed), where.group
    used = np.arange(count)
    matched = used.copy()
    extra = over.terms - count
    if extra:  # the mean cost takes the place of the term of the decay
        matched[count - extra :] = np.arange(count, over.terms)
    signs = np.array(list(signed.values()), np.float64)
    columns = np.zeros(over.destinations) if model.constraint == "doubly" else None
    first = Design(
        over, Totals(np.zeros(0 if group is None else int(group.max()) + 1), columns, group),
        np.zeros(over.terms), tuple(signed), signs, used, matched, where.row, where.column,
        where.entry,
    )  # fmt: skip
    totals, observed = first.sums(flow)
    start = np.zeros(over.terms)
    if model.form.terms == (COST,) and model.constraint == "doubly":
        weight = (first.values[:count] != 0) @ flow
        size = np.maximum(observed[:count], 1e-300) / np.maximum(weight, 1e-300)
        start[:count] = np.where(signs < 0, -1.0 / size, 0.0)
    return replace(first, totals=totals, observed=observed, start=start)
