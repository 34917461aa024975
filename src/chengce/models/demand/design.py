"""Write a model and its flows as terms over pairs with totals to meet: what calibration solves."""

from dataclasses import dataclass, field

import numpy as np

from chengce.core.context import Runner
from chengce.engine.interaction import Field, MatrixField, PairField
from chengce.engine.interaction_balance import Totals
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

    field: Field
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
        n, m = self.field.origins, self.field.destinations
        rows = np.bincount(self.row, flow, n)
        group = self.totals.group
        if group is not None:
            rows = np.bincount(group, rows, len(self.totals.origin))
        columns = None if self.totals.destination is None else np.bincount(self.column, flow, m)
        return Totals(rows, columns, group), self.values() @ flow

    def values(self) -> Floats:
        """Return the terms of listed pairs, (terms, pairs)."""
        if isinstance(self.field, PairField):
            return self.field.values[:, self.entry]
        assert isinstance(self.field, MatrixField)
        return self.field.terms_at(self.row, self.column)


def design_of(found: Listing, model: Model, masses: Masses, runner: Runner) -> Design:
    """Return the design; roles of origins and destinations are swapped for "destination"."""
    swap = model.constraint == "destination"
    row, column = (found.destination, found.origin) if swap else (found.origin, found.destination)
    shape = found.shape[::-1] if swap else found.shape
    zone_terms = _masses(found, model, masses)
    if found.matrix is not None:
        return _of_matrix(found, model, zone_terms, runner, swap=swap)
    many, own = len(found.modes), model.margins == "own" and len(found.modes) > 1
    names, values, signs = _terms(found, model, zone_terms, own=own)
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
    return _finished(pairs, model, names, signs, row, column, found.flow, entry, group)


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
    signs = [1.0] * len(names) + [-1.0] * len(decay.terms)
    row, column = (found.destination, found.origin) if swap else (found.origin, found.destination)
    group = np.zeros(shape[0], np.int64) if model.constraint == "unconstrained" else None
    return _finished(
        matrix, model, [*names, *decay.coefficients], np.array(signs), row, column, found.flow,
        np.arange(len(row)), group,
    )  # fmt: skip


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
) -> tuple[list[str], Floats, Floats]:
    """Return names, values (terms, pairs) and signs of the terms; a trailing cost has no name."""
    decay, several = model.form, len(found.modes) > 1
    names: list[str] = []
    values: list[Floats] = []
    signs: list[float] = []
    marks = [(f":{m}", found.mode == k) for k, m in enumerate(found.modes)] if several else []

    def add(name: str, value: Floats, sign: float, by_mode: bool) -> None:
        for mark, inside in marks if by_mode and several else [("", np.ones(len(value), bool))]:
            names.append(name + mark)
            values.append(np.where(inside, value, 0.0))
            signs.append(sign)

    for name, (side, value) in zone_terms.items():
        at = found.origin if side == "origin" else found.destination
        add(name, value[at], 1.0, own)
    if several and not own:
        for mark, inside in marks[1:]:
            names.append("constant" + mark)
            values.append(inside.astype(np.float64))
            signs.append(1.0)
    for name, value in zip(decay.coefficients, decay.values(found.cost), strict=True):
        add(name, value, -1.0, True)
    if model.criterion == "mean_cost" and COST not in decay.terms:
        before = len(names)
        add("cost", found.cost, 1.0, True)
        del names[before:], signs[before:]
    return names, np.array(values).reshape(-1, len(found.cost)), np.array(signs)


def _finished(
    pairs: Field, model: Model, names: list[str], signs: Floats, row: Ints, column: Ints,
    flow: Floats, entry: Ints, group: Ints | None,
) -> Design:  # fmt: skip
    used = np.arange(len(names))
    matched = used.copy()
    extra = pairs.terms - len(names)
    if extra:  # the mean cost takes the place of the term of the decay
        matched[len(names) - extra :] = np.arange(len(names), pairs.terms)
    columns = np.zeros(pairs.destinations) if model.constraint == "doubly" else None
    first = Design(
        pairs, Totals(np.zeros(0 if group is None else int(group.max()) + 1), columns, group),
        np.zeros(pairs.terms), tuple(names), signs, used, matched, row, column, entry,
    )  # fmt: skip
    totals, observed = first.sums(flow)
    start = np.zeros(pairs.terms)
    if model.form.terms == (COST,) and model.constraint == "doubly":
        weight = (first.values()[: len(names)] != 0) @ flow
        size = np.maximum(observed[: len(names)], 1e-300) / np.maximum(weight, 1e-300)
        start[: len(names)] = np.where(signs < 0, -1.0 / size, 0.0)
    return Design(
        pairs, totals, observed, tuple(names), signs, used, matched, row, column, entry, start
    )
