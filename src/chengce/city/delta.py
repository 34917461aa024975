"""Say what a scenario changed: per table, the keys added, changed and removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.hashing import canonical_geometry, canonical_values
from chengce.city.layers import BY_NAME, Column

Key = str | tuple[object, ...]


@dataclass(frozen=True)
class TableDelta:
    """Keys of one table that differ from the base city (`str`, or `tuple` for composite keys)."""

    added: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True)
class Delta:
    """What differs from the base city, table by table; unchanged tables are absent."""

    tables: Mapping[str, TableDelta] = field(default_factory=dict)

    def of(self, table: str) -> TableDelta:
        """Return the changes of one table (empty if unchanged)."""
        return self.tables.get(table, TableDelta())


def keys_of(name: str, frame: pd.DataFrame) -> list[Key]:
    """Return the keys of a table's rows in row order."""
    key = BY_NAME[name].key
    if len(key) == 1:
        return [str(v) for v in frame[key[0]]]
    return list(zip(*(frame[k].tolist() for k in key), strict=True))


def compare_tables(name: str, before: pd.DataFrame, after: pd.DataFrame) -> TableDelta:
    """Return the difference of two versions of a table, compared by key and content.

    Rows that stand where they stood, counted from the first row or from the last, and hold what
    they held are told at once; only the others are looked up by key.
    """
    before, after = _moved(name, before, after, slice(None))
    before, after = _moved(name, before, after, slice(None, None, -1))
    place = _places(name, before, after)
    here, gone = place >= 0, np.ones(len(before), dtype=bool)
    gone[place[here]] = False
    there = after[here]
    differs = _differs(name, before.iloc[place[here]], there)
    return TableDelta(
        added=tuple(keys_of(name, after[~here])),
        changed=tuple(keys_of(name, there[differs])),
        removed=tuple(keys_of(name, before[gone])),
    )


def _moved(
    name: str, before: pd.DataFrame, after: pd.DataFrame, way: slice
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the rows that are surely the same in the same place, counted one way."""
    length = min(len(before), len(after))
    one, two = np.arange(len(before))[way][:length], np.arange(len(after))[way][:length]
    same = _surely(name, before.iloc[one], after.iloc[two])
    old, new = np.ones(len(before), dtype=bool), np.ones(len(after), dtype=bool)
    old[one[same]] = False
    new[two[same]] = False
    return before[old], after[new]


def _places(name: str, before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each row of `after` the row of `before` with its key, -1 where there is none."""
    code = np.zeros(len(before) + len(after), np.int64)
    for key in BY_NAME[name].key:
        column = pd.concat([before[key], after[key]], ignore_index=True)
        value = pd.factorize(column, use_na_sentinel=False)[0].astype(np.int64)
        code = pd.factorize(code * (int(value.max(initial=0)) + 1) + value)[0].astype(np.int64)
    row = np.full(int(code.max(initial=-1)) + 1, -1, np.int64)
    row[code[: len(before)]] = np.arange(len(before))
    return row[code[len(before) :]]


def _surely(name: str, before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which aligned rows hold the same values as they are written; others may do so too."""
    same = np.ones(len(before), dtype=bool)
    for column in BY_NAME[name].columns:
        if column.name in before.columns or column.name in after.columns:
            same &= _equal(_column(column, before), _column(column, after))
    if BY_NAME[name].geometry:
        same &= _one_object(before["geometry"], after["geometry"])
    return same


def _equal(one: "pd.Series[object]", two: "pd.Series[object]") -> NDArray[np.bool_]:
    if one.dtype != two.dtype or one.dtype == object:
        return _one_object(one, two)
    alike = pd.array(one.array == two.array, dtype="boolean").to_numpy(bool, na_value=False)
    return np.asarray(alike | (one.isna().to_numpy() & two.isna().to_numpy()))


def _one_object(one: "pd.Series[object]", two: "pd.Series[object]") -> NDArray[np.bool_]:
    pairs = zip(one.to_numpy(object), two.to_numpy(object), strict=True)
    return np.fromiter((a is b for a, b in pairs), dtype=bool, count=len(one))


def _differs(name: str, before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which aligned rows differ in any value's one encoding."""
    differs = np.zeros(len(before), dtype=bool)
    doubt = np.flatnonzero(~_surely(name, before, after))
    before, after = before.iloc[doubt], after.iloc[doubt]
    found = np.zeros(len(doubt), dtype=bool)
    for column in BY_NAME[name].columns:
        if column.name not in before.columns and column.name not in after.columns:
            continue
        one, two = _column(column, before), _column(column, after)
        found |= one.isna().to_numpy() != two.isna().to_numpy()
        a, b = canonical_values(column, one), canonical_values(column, two)
        same = a == b
        if column.kind == "float":
            same |= np.isnan(a.astype("f8")) & np.isnan(b.astype("f8"))
        found |= ~same
    if BY_NAME[name].geometry:
        found |= canonical_geometry(before) != canonical_geometry(after)
    differs[doubt] = found
    return differs


def _column(column: Column, frame: pd.DataFrame) -> "pd.Series[object]":
    """Return a column; one that is absent is null throughout."""
    if column.name in frame.columns:
        return frame[column.name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)
