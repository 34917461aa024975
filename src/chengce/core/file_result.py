"""Hold what a command computed from files: numbers that are hashed, files, and a summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.provenance import canonical, sha256


@dataclass(frozen=True)
class FileResult:
    """The result of a computation without a city.

    `arrays`: what the result hash covers, and what a replay compares (numbers, flags, or text;
    nothing that varies from run to run, such as time taken). `files`: name → content, to store and
    to export. `summary`: plain data for people and programs, not hashed.
    """

    arrays: Mapping[str, NDArray[Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def hash(self) -> str:
        """Return the hash of the arrays: names, kinds, shapes and every bit."""
        parts = []
        for name in sorted(self.arrays):
            array = np.ascontiguousarray(self.arrays[name])
            parts.append([name, array.dtype.str, list(array.shape), sha256(array.tobytes())])
        return sha256(canonical(parts))


def largest_difference(one: Mapping[str, NDArray[Any]], two: Mapping[str, NDArray[Any]]) -> float:
    """Return the largest relative difference of two sets of arrays.

    +inf if names, shapes, or anything that is not a real number differ.
    """
    if set(one) != set(two):
        return float("inf")
    return max((_difference(one[name], two[name]) for name in one), default=0.0)


def _difference(a: NDArray[Any], b: NDArray[Any]) -> float:
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
        return float("inf")
    if a.dtype.kind != "f":
        return 0.0 if bool((a == b).all()) else float("inf")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    known = np.isfinite(a) & np.isfinite(b)
    if not (same | known).all():
        return float("inf")
    scale = np.maximum(1.0, np.abs(a[known]))
    return float((np.abs(a[known] - b[known]) / scale).max(initial=0.0))
