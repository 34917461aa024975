"""Keep arrays computed from a city beside it: written whole or not at all, deletable at any time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError
from chengce.core.files import replacing

Arrays = dict[str, NDArray[Any]]


def fetch(folder: Path | None, build: Callable[[], Arrays], *, keep: bool = True) -> Arrays:
    """Return the arrays in `folder`, memory-mapped, building and storing them first if need be.

    Without a folder, without `keep`, or where the disk refuses, they are only returned. Files that
    cannot be read any more are built again.
    """
    kept = {} if folder is None else _load(folder)
    if kept:
        return kept
    arrays = build()
    if folder is None or not keep:
        return arrays
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as fresh:
            for name, array in arrays.items():
                np.save(fresh / f"{name}.npy", array, allow_pickle=False)
    except (OSError, ChengceError):
        return arrays
    return _load(folder) or arrays


def _load(folder: Path) -> Arrays:
    try:
        return {
            p.stem: np.load(p, mmap_mode="r", allow_pickle=False)
            for p in sorted(folder.glob("*.npy"))
        }
    except (OSError, ValueError, EOFError):  # cut short, or deleted while reading
        return {}
