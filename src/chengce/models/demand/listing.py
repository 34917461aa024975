"""Bring flows and costs, as matrices or lists, into one form; leave out what can't be modelled.

What is left out is said: pairs without a cost, pairs whose cost is a placeholder for none, zero
costs where the decay needs a logarithm, zones without mass. Zero flows stay: they are data.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.text import Text
from chengce.models.demand.model import Floats, Ints, Masses, Model, Pairs

PLACEHOLDER = 1e-9  # of the median cost: closer than anything real
LARGE = 4_000_000  # cells from which a matrix stays a float32 matrix
SHOWN = 10


@dataclass(frozen=True)
class Listing:
    """Flows and what is known of their pairs, and what was left out.

    Either a list of all pairs (`origin`, `destination`, `mode`, `flow`, `cost`; one a pair) or,
    where `matrix` is given, the pairs with flow only and the float32 costs of all. `kept`:
    positions in the caller's list, or in the caller's matrices laid out flat. `low`: pairs of the
    matrix with a cost below are left out. `unrecorded`: trips within a zone were not recorded.
    """

    origin: Ints
    destination: Ints
    mode: Ints
    flow: Floats
    cost: Floats
    kept: Ints
    shape: tuple[int, int]
    modes: tuple[str, ...]
    matrix: NDArray[np.float32] | None = field(default=None, repr=False)
    low: float = 0.0
    unrecorded: bool = False
    notes: tuple[Problem, ...] = ()


def listing(
    observed: NDArray[np.float64], cost: NDArray[np.floating], model: Model,
    masses: Masses, pairs: Pairs | None,
) -> Listing:  # fmt: skip
    """Check flows and costs and return them as one listing.

    `observed` and `cost`: both (origins, destinations), or (modes, origins, destinations), or
    (pairs,) with `pairs`; or `observed` (pairs,) over a whole matrix of `cost`. Raises
    `ChengceError` for shapes that do not go together, negative or undefined flows, negative costs.
    """
    observed, cost = np.asarray(observed, np.float64), np.asarray(cost)
    _check_shapes(observed.shape, cost, pairs)
    raise_if_any([*_flow_problems(observed), *_cost_problems(cost)])
    if pairs is not None and cost.ndim == 2 and cost.size <= LARGE:
        whole = np.zeros(cost.shape)
        np.add.at(whole, (pairs.origin, pairs.destination), observed)
        observed, pairs = whole, None
    found = _laid_out(observed, cost, pairs)
    found = replace(found, unrecorded=_unrecorded(found))
    found = _without(_low(found, model), masses, model)
    if not np.any(found.flow > 0):
        raise ChengceError([*found.notes, _NOTHING])
    return found


def listing_of_costs(
    cost: NDArray[np.floating], like: Listing, model: Model, masses: Masses, pairs: Pairs | None
) -> Listing:
    """Return pairs without flows, left out for the same reasons as in a listing like `like`."""
    cost = np.asarray(cost)
    shape = cost.shape if pairs is None else pairs.origin.shape
    _check_shapes(shape, cost, pairs)
    raise_if_any(_cost_problems(cost))
    found = replace(_laid_out(np.zeros(shape), cost, pairs), unrecorded=like.unrecorded)
    return _without(_low(found, model), masses, model)


def _laid_out(observed: Floats, cost: NDArray[np.floating], pairs: Pairs | None) -> Listing:
    """Return all pairs of a small matrix or a list, or those with flow of a large matrix."""
    large = cost.ndim == 2 and cost.size > LARGE
    if pairs is None:
        flat = cost.reshape(-1, *cost.shape[-2:])
        if large:
            m, i, j = np.nonzero(observed.reshape(flat.shape))
        else:
            m, i, j = (a.ravel() for a in np.indices(flat.shape))
        shape = flat.shape[1:]
        modes = tuple(str(k + 1) for k in range(len(flat))) if len(flat) > 1 else ("",)
        kept = np.ravel_multi_index((m, i, j), flat.shape)
        flow, own = observed.reshape(-1)[kept], cost.reshape(-1)[kept]
    else:
        i, j, shape, modes = pairs.origin, pairs.destination, pairs.shape, pairs.modes
        m = np.zeros(len(i), np.int64) if pairs.mode is None else pairs.mode
        flow, own, kept = observed, cost[i, j] if large else cost, np.arange(len(i))
    return Listing(
        np.asarray(i, np.int64), np.asarray(j, np.int64), np.asarray(m, np.int64), flow,
        own.astype(np.float64), np.asarray(kept, np.int64), (int(shape[0]), int(shape[1])), modes,
        cost.astype(np.float32, copy=False) if large else None,
    )  # fmt: skip


def _check_shapes(
    observed: tuple[int, ...], cost: NDArray[np.floating], pairs: Pairs | None
) -> None:
    if pairs is None:
        good = observed == cost.shape and cost.ndim in (2, 3)
    else:
        length = len(pairs.origin)
        good = observed == (length,) == pairs.destination.shape and (
            cost.shape == (length,) or (cost.shape == pairs.shape and pairs.mode is None)
        )
        ends = ((pairs.origin, pairs.shape[0]), (pairs.destination, pairs.shape[1]))
        good = good and all(len(z) == 0 or (z.min() >= 0 and z.max() < n) for z, n in ends)
    if not good:
        said = f"{observed}, {cost.shape}"
        raise ChengceError(
            Problem(
                "interaction_shapes",
                Text(
                    f"流量与费用的分区对不上（{said}）",
                    f"flows and costs are not about the same zones ({said})",
                ),
                Text(
                    "二者须覆盖同样的起点和终点",
                    "both must cover the same origins and destinations",
                ),
            )
        )


def _flow_problems(observed: Floats) -> list[Problem]:
    wrong = np.argwhere(~(np.isfinite(observed) & (observed >= 0)))
    if not len(wrong) and np.any(observed > 0):
        return []
    if len(wrong):
        shown = ", ".join(str(tuple(int(k) + 1 for k in at)) for at in wrong[:SHOWN])
        return [
            Problem(
                "flow_invalid",
                Text(
                    f"有 {len(wrong)} 个流量为负或不是数，位置（从 1 起）：{shown}",
                    f"{len(wrong)} flows are negative or not numbers, at (from 1): {shown}",
                ),
                Text("改正或删去", "correct or remove them"),
            )
        ]
    return [_NOTHING]


def _cost_problems(cost: NDArray[np.floating]) -> list[Problem]:
    negative = int(np.count_nonzero(cost < 0))
    if not negative:
        return []
    return [
        Problem(
            "cost_negative",
            Text(f"有 {negative} 个费用为负", f"{negative} costs are negative"),
            Text("费用须为时间、距离等非负数", "a cost is a time or distance, not below 0"),
        )
    ]


def _least(found: Listing) -> float:
    """Return the cost below which nothing real lies; 0 where there is no cost at all."""
    cost = found.cost if found.matrix is None else found.matrix[::7]
    real = cost[np.isfinite(cost) & (cost > 0)]
    return PLACEHOLDER * float(np.median(real)) if len(real) else 0.0


def _low(found: Listing, model: Model) -> Listing:
    """Set the least cost of a pair of the matrix; of a list the pairs are looked at one by one."""
    if found.matrix is None or model.form.positive or found.unrecorded:
        return replace(found, low=_least(found))
    return found


def _unrecorded(found: Listing) -> bool:
    """Tell whether trips within a zone were not recorded: no flow and no cost for any zone."""
    same = found.origin == found.destination
    if found.shape[0] != found.shape[1] or found.flow[same].any():
        return False
    own = found.cost[same] if found.matrix is None else np.diagonal(found.matrix)
    return len(own) > 1 and bool((own < _least(found)).all())


def _without(found: Listing, masses: Masses, model: Model) -> Listing:
    """Leave out the pairs that can't be modelled, with a note for each reason."""
    cost = found.cost
    inside = found.origin == found.destination
    missing = ~np.isfinite(cost)
    tiny = ~missing & (cost > 0) & (cost < found.low)
    unrecorded = ~missing & inside & (cost < found.low) & found.unrecorded
    zero = ~missing & ~unrecorded & (cost == 0) & model.form.positive
    tiny &= ~unrecorded
    empty = np.zeros(len(cost), bool)
    if model.constraint in ("unconstrained", "destination") and masses.origin is not None:
        empty |= ~(masses.origin[found.origin] > 0)
    if model.constraint in ("unconstrained", "origin") and masses.destination is not None:
        empty |= ~(masses.destination[found.destination] > 0)
    if found.matrix is not None:
        raise_if_any(_whole_masses(masses, model))
    reasons = ((_MISSING, missing), (_TINY, tiny), (_WITHIN, unrecorded), (_ZERO, zero),
               (_EMPTY, empty & ~missing))  # fmt: skip
    notes = [
        _counted(why, int(mask.sum()), float(found.flow[mask].sum()))
        for why, mask in reasons
        if mask.any()
    ]
    out = missing | tiny | unrecorded | zero | empty
    if found.matrix is not None:
        gone = int(np.count_nonzero(~np.isfinite(found.matrix)))
        if gone and not missing.any():
            notes.insert(0, _counted(_MISSING, gone, 0.0))
    keep = np.flatnonzero(~out)
    return replace(
        found, origin=found.origin[keep], destination=found.destination[keep],
        mode=found.mode[keep], flow=found.flow[keep], cost=cost[keep], kept=found.kept[keep],
        notes=(*found.notes, *notes),
    )  # fmt: skip


def _whole_masses(masses: Masses, model: Model) -> list[Problem]:
    """Return a problem where a zone of a large matrix has no mass: its row can't be left out."""
    used = {"unconstrained": (masses.origin, masses.destination), "origin": (masses.destination,),
            "destination": (masses.origin,), "doubly": ()}[model.constraint]  # fmt: skip
    without = sum(int(np.count_nonzero(~(mass > 0))) for mass in used if mass is not None)
    if not without:
        return []
    return [
        Problem(
            "zone_without_mass",
            Text(
                f"有 {without} 个分区的规模不是正数，大矩阵无法略去它们",
                f"{without} zones have a mass not above 0, and a large matrix can't leave them out",
            ),
            Text("先从矩阵中去掉这些分区", "remove these zones from the matrix first"),
        )
    ]


def _counted(why: Problem, pairs: int, trips: float) -> Problem:
    return replace(why, message=why.message.format(pairs=f"{pairs:,}", trips=f"{trips:,.6g}"))


_NOTHING = Problem(
    "flow_none",
    Text(
        "可用的起讫对上流量全是 0，无从校准",
        "all flows on pairs that can be used are 0: there is nothing to calibrate on",
    ),
    Text("核对流量列与费用列", "check the columns of flows and costs"),
)
_MISSING = Problem(
    "pair_without_cost",
    Text(
        "{pairs} 对起讫点没有费用，未计入模型（其上流量 {trips}）",
        "{pairs} pairs have no cost: left out of the model, with {trips} of flow",
    ),
    Text(
        "补上费用，或接受这些起讫对不在模型之内",
        "add their cost, or accept that they are not modelled",
    ),
    severity="warning",
)
_TINY = Problem(
    "cost_placeholder",
    Text(
        "{pairs} 对起讫点的费用小到不可能是真的（多为占位值），未计入模型（其上流量 {trips}）",
        "{pairs} pairs have a cost too small to be real, a placeholder: left out of the model, with "
        "{trips} of flow",
    ),
    Text("填入真实的区内费用即可计入", "give the real cost within a zone to have them counted"),
    severity="warning",
)
_WITHIN = Problem(
    "intrazonal_unrecorded",
    Text(
        "{pairs} 对区内起讫点既无费用也无流量，视为未记录，未计入模型",
        "{pairs} pairs within a zone have neither cost nor flow: taken as not recorded, left out",
    ),
    Text("填入区内费用即可计入", "give the cost within a zone to have them counted"),
    severity="warning",
)
_ZERO = Problem(
    "cost_zero",
    Text(
        "{pairs} 对起讫点费用为 0，而该衰减函数要取对数，未计入模型（其上流量 {trips}）",
        "{pairs} pairs have a cost of 0, of which this decay takes the logarithm: left out of the "
        "model, with {trips} of flow",
    ),
    Text("填入真实费用，或改用指数衰减", "give the real cost, or use the exponential decay"),
    severity="warning",
)
_EMPTY = Problem(
    "mass_not_positive",
    Text(
        "{pairs} 对起讫点有一端的规模不是正数，未计入模型（其上流量 {trips}）",
        "{pairs} pairs have an end whose mass is not above 0: left out of the model, with {trips} of "
        "flow",
    ),
    Text("核对规模列", "check the masses"),
    severity="warning",
)
