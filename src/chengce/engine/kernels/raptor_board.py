"""Find the trips that sixteen labels catch at once: vector code in place of guessed branches."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LABELS = 16  # fixed at module level: part of the type, so that kernels cache
room: Any = cgutils.alloca_once
Signature = tuple[Any, Callable[..., Any]]


def _count_before(
    typing: Any, like: Any, labels: Any, times: Any, count: Any, out: Any
) -> Signature:
    """Store at `out`, for each of LABELS labels, how many of `count` times come before it.

    `labels`, `times`, `out` are addresses of contiguous numbers of the type of the array `like`,
    none negative.
    """
    bits = like.dtype.bitwidth

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _, labels, times, count, out = args
        one = ir.IntType(bits)
        many = ir.VectorType(one, LABELS)
        wanted = builder.load(builder.inttoptr(labels, many.as_pointer()), align=bits // 8)
        zeros = ir.Constant(many, [0] * LABELS)
        found = room(builder, many)
        builder.store(zeros, found)
        first = builder.inttoptr(times, one.as_pointer())
        with cgutils.for_range(builder, count, intp=args[3].type) as loop:
            time = builder.load(builder.gep(first, [loop.index]))
            lone = builder.insert_element(
                ir.Constant(many, ir.Undefined), time, ir.Constant(ir.IntType(32), 0)
            )
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), LABELS), [0] * LABELS)
            spread = builder.shuffle_vector(lone, ir.Constant(many, ir.Undefined), lanes)
            earlier = builder.sext(builder.icmp_unsigned("<", spread, wanted), many)
            builder.store(builder.sub(builder.load(found), earlier), found)
        builder.store(
            builder.load(found), builder.inttoptr(out, many.as_pointer()), align=bits // 8
        )
        return context.get_dummy_value()

    return types.void(like, *[types.int64] * 4), generate


count_before: Any = intrinsic(_count_before)
