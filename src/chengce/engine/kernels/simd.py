"""Relax arcs for many sources side by side: vector code where a plain loop compiles to scalars.

A row holds LANES labels, int32 milliseconds, one a source. Each intrinsic emits one loop over arcs
whose body is a load, a broadcast weight, an add and an unsigned minimum of whole vectors; LLVM
legalises the type for AVX2, AVX-512 and NEON alike. Labels and weights are at most INF = 2**30,
so a sum fits in 32 bits unsigned and the minimum with a label keeps it at or below INF. Addresses
are those of C-contiguous int32 arrays (`array.ctypes.data`); any alignment of 4 bytes will do.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils as untyped_cgutils
from numba.extending import intrinsic as untyped_intrinsic

LANES = 32  # fixed at module level: part of the type, so that kernels cache
CHUNK = 8  # lanes relaxed together on the way up, where few sources share a node
ROW_BYTES = 4 * LANES

I32, I64 = ir.IntType(32), ir.IntType(64)
# callers pass no typing context, which numba's own types don't tell
intrinsic: Any = untyped_intrinsic
cgutils: Any = untyped_cgutils
Signature = tuple[Any, Callable[..., Any]]


@intrinsic
def pull(
    typing: Any, rows: Any, head: Any, weight: Any, begin: Any, end: Any, start: Any, keep: Any
) -> Signature:
    """Store at `keep` the minimum of the row at `start` and rows[head[i]] + weight[i], each i.

    `begin` ≤ i < `end`; `rows` is the address of the labels, `start` and `keep` of single rows.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows, head, weight, begin, end, start, keep = args
        best = cgutils.alloca_once(builder, ir.VectorType(I32, LANES))
        builder.store(_load(builder, start, LANES), best)
        with cgutils.for_range_slice(builder, begin, end, ir.Constant(I64, 1)) as (i, _):
            row = builder.mul(_item(builder, head, i), ir.Constant(I64, ROW_BYTES))
            far = _load(builder, builder.add(rows, row), LANES)
            new = builder.add(far, _broadcast(builder, weight, i, LANES))
            builder.store(_least(builder, builder.load(best), new), best)
        _store(builder, builder.load(best), keep, LANES)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 7), generate


@intrinsic
def push(
    typing: Any, rows: Any, head: Any, weight: Any, begin: Any, end: Any, start: Any
) -> Signature:
    """Lower CHUNK labels of rows[head[i]] to those at `start` + weight[i], for each i.

    `rows` is the address of the chunk in the first row, `start` of the chunk to push.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows, head, weight, begin, end, start = args
        here = _load(builder, start, CHUNK)
        with cgutils.for_range_slice(builder, begin, end, ir.Constant(I64, 1)) as (i, _):
            row = builder.mul(_item(builder, head, i), ir.Constant(I64, ROW_BYTES))
            address = builder.add(rows, row)
            new = builder.add(here, _broadcast(builder, weight, i, CHUNK))
            _store(builder, _least(builder, _load(builder, address, CHUNK), new), address, CHUNK)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 6), generate


@intrinsic
def lower(typing: Any, target: Any, source: Any, cost: Any) -> Signature:
    """Lower the row at `target` to the row at `source` plus one cost, lane by lane."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, source, cost = args
        new = builder.add(_load(builder, source, LANES), _splat(builder, cost, LANES))
        _store(builder, _least(builder, _load(builder, target, LANES), new), target, LANES)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int32), generate


@intrinsic
def copy(typing: Any, target: Any, source: Any) -> Signature:
    """Copy a row past the caches: `target` is written once and not read again soon.

    `target` must be a multiple of 32 bytes, as `aligned_rows` gives.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, source = args
        for part in range(LANES // CHUNK):
            shift = 4 * CHUNK * part
            value = _load(builder, _step(builder, source, shift), CHUNK)
            pointer = _pointer(builder, _step(builder, target, shift), CHUNK)
            stored = builder.store(value, pointer, align=32)
            one = builder.module.add_metadata([ir.Constant(I32, 1)])
            stored.set_metadata("nontemporal", one)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def turn(typing: Any, targets: Any, shift: Any, source: Any) -> Signature:
    """Write the transpose of CHUNK rows from `source` on, CHUNK labels of each.

    `targets` is the address of CHUNK addresses (int64): label i of row j goes to the i-th of them
    plus `shift` plus 4 j bytes.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        targets, shift, source = args
        address = builder.inttoptr(targets, I64.as_pointer())
        rows = [_load(builder, _step(builder, source, j * ROW_BYTES), CHUNK) for j in range(CHUNK)]
        # in three rounds neighbours swap single labels, then pairs, then halves
        for gap, masks in zip((1, 2, 4), SWAPS, strict=True):
            pairs = [(j, j + gap) for j in range(CHUNK) if not j & gap]
            for a, b in pairs:
                one, two = rows[a], rows[b]
                rows[a], rows[b] = (_shuffle(builder, one, two, mask) for mask in masks)
        for i in range(CHUNK):
            target = builder.load(builder.gep(address, [ir.Constant(I64, i)]), align=8)
            _store(builder, rows[i], builder.add(target, shift), CHUNK)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 3), generate


# of two rows side by side, what each keeps of itself and takes from the other, by round
SWAPS = [
    (
        [i if not i & gap else i - gap + CHUNK for i in range(CHUNK)],
        [i + gap if not i & gap else i + CHUNK for i in range(CHUNK)],
    )
    for gap in (1, 2, 4)
]


def _shuffle(builder: Any, one: Any, two: Any, mask: list[int]) -> Any:
    return builder.shuffle_vector(one, two, ir.Constant(ir.VectorType(I32, len(mask)), mask))


def _step(builder: Any, address: Any, bytes_: int) -> Any:
    return builder.add(address, ir.Constant(I64, bytes_))


def _pointer(builder: Any, address: Any, lanes: int) -> Any:
    return builder.inttoptr(address, ir.VectorType(I32, lanes).as_pointer())


def _load(builder: Any, address: Any, lanes: int) -> Any:
    return builder.load(_pointer(builder, address, lanes), align=4)


def _store(builder: Any, value: Any, address: Any, lanes: int) -> None:
    builder.store(value, _pointer(builder, address, lanes), align=4)


def _number(builder: Any, array: Any, i: Any) -> Any:
    pointer = builder.inttoptr(array, I32.as_pointer())
    return builder.load(builder.gep(pointer, [i]), align=4)


def _item(builder: Any, array: Any, i: Any) -> Any:
    return builder.zext(_number(builder, array, i), I64)


def _splat(builder: Any, number: Any, lanes: int) -> Any:
    vector = ir.VectorType(I32, lanes)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), number, ir.Constant(I32, 0))
    zeros = ir.Constant(ir.VectorType(I32, lanes), [0] * lanes)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)


def _broadcast(builder: Any, array: Any, i: Any, lanes: int) -> Any:
    return _splat(builder, _number(builder, array, i), lanes)


def _least(builder: Any, one: Any, two: Any) -> Any:
    return builder.select(builder.icmp_unsigned("<", two, one), two, one)
