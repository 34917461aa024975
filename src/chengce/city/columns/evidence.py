"""Tell what the values of a column look like: numbers, ids, longitudes, words of a list."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from chengce.city.layers import Column
from chengce.city.readers.sheets.dates import read_clock, read_date
from chengce.city.readers.sheets.grid import blank
from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.sheets.texts import read_yes_no
from chengce.city.readers.sheets.words import fold, words

LOOKED_AT = 2000
EXAMPLES = 3


@dataclass(frozen=True)
class Evidence:
    """Shares (0 to 1) of the cells that hold something, and the numbers among them."""

    filled: float
    numbers: np.ndarray[Any, np.dtype[np.float64]]
    numeric: float
    dates: float
    clocks: float
    unique: float
    texts: tuple[str, ...]
    examples: tuple[str, ...]


def evidence_of(cells: "pd.Series[Any]") -> Evidence:
    """Return what the first cells of a column look like."""
    looked = cells.head(LOOKED_AT).tolist()
    there = [c for c in looked if not blank(c) and c is not pd.NA and c is not pd.NaT]
    read = [read_number(c) for c in there]
    found = [o.value for o in read if isinstance(o, Understood) and o.value is not None]
    n = max(1, len(there))
    texts = tuple(dict.fromkeys(str(c).strip() for c in there))
    return Evidence(
        len(there) / max(1, len(looked)),
        np.array(found, dtype=np.float64),
        len(found) / n,
        sum(_read(read_date(c)) for c in there) / n,
        sum(_read(read_clock(c)) for c in there) / n,
        len(texts) / n,
        texts,
        texts[:EXAMPLES],
    )


def value_fit(found: Evidence, target: Column, *, key: bool) -> float:
    """Return 0 to 1: how well the values of a column fit a column of a contract."""
    if not found.texts:
        return 0.0
    if key:
        return found.unique**2 * found.filled
    if target.allowed:
        known = words().values.get(target.name, {})
        allowed = {str(a) for a in target.allowed}
        return sum(t in allowed or fold(t) in known for t in found.texts) / len(found.texts)
    if target.kind == "bool":
        return sum(_read(read_yes_no(t)) for t in found.texts) / len(found.texts)
    if target.kind == "date":
        return found.dates
    if target.kind in ("float", "int"):
        share = max(found.numeric, found.clocks if target.unit == "s" else 0.0)
        low = -np.inf if target.low is None else target.low
        high = np.inf if target.high is None else target.high
        inside = (
            np.mean((found.numbers >= low) & (found.numbers <= high)) if len(found.numbers) else 1
        )
        return float(share * inside)
    return 1.0


def coordinate_fit(found: Evidence, axis: str) -> float:
    """Return 0 to 1: how well numbers may be longitudes or latitudes (or metres of a plane)."""
    if found.numeric < 0.9 or not len(found.numbers):
        return 0.0
    limit = 180 if axis == "x" else 90
    degrees = np.mean(np.abs(found.numbers) <= limit)
    metres = np.mean((np.abs(found.numbers) > 1000) & (np.abs(found.numbers) < 5e7))
    whole = np.mean(found.numbers == np.floor(found.numbers))
    return float(max(degrees * (1 - 0.5 * whole), metres))


def _read(outcome: object) -> bool:
    return isinstance(outcome, Understood) and outcome.value is not None
