"""Keep arrays computed from a city beside it: written whole or not at all, deletable at any time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError
from chengce.core.files import replacing

Arrays = dict[str, NDArray[Any]]


def fetch(folder: Path | None, build: Callable[[], Arrays]) -> Arrays:
    """Return the arrays in `folder`, memory-mapped, building and storing them first if need be.

    Without a folder, or where the disk refuses, they are only returned. Files that cannot be read
    any more are built again.
    """
    kept = load(folder)
    if kept:
        return kept
    arrays = build()
    if folder is None:
        return arrays
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as fresh:
            for name, array in arrays.items():
                np.save(fresh / f"{name}.npy", array, allow_pickle=False)
    except (OSError, ChengceError):
        return arrays
    return load(folder) or arrays


def load(folder: Path | None) -> Arrays:
    """Return the arrays in `folder`, memory-mapped; none if there is none or one cannot be read."""
    if folder is None:
        return {}
    try:
        return {
            p.stem: np.load(p, mmap_mode="r", allow_pickle=False)
            for p in sorted(folder.glob("*.npy"))
        }
    except (OSError, ValueError, EOFError):  # cut short, or deleted while reading
        return {}
