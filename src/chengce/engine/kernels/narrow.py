"""Keep sums in the type of the arrays they come from: numba would widen them to 64 bits."""

from typing import Any

from numba.extending import overload
from numpy.typing import NDArray

Clock = NDArray[Any]  # times of day, s: uint16 where a whole journey fits, else int32


def narrow(value: Any, like: NDArray[Any]) -> Any:
    """Return `value` in the type of the numbers of `like`; the caller knows that it fits."""
    return like.dtype.type(value)


@overload(narrow)
def _narrow(value: Any, like: Any) -> Any:
    kind = like.dtype

    def typed(value: Any, like: Any) -> Any:
        return kind(value)

    return typed
