"""Say what a scenario changed: per table, the keys added, changed and removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

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
    """Return the difference of two versions of a table, compared by key and content."""
    old = {k: i for i, k in enumerate(keys_of(name, before))}
    new = {k: i for i, k in enumerate(keys_of(name, after))}
    both = [k for k in new if k in old]
    here = before.iloc[[old[k] for k in both]]
    there = after.iloc[[new[k] for k in both]]
    differs = _differs(name, here, there)
    return TableDelta(
        added=tuple(k for k in new if k not in old),
        changed=tuple(k for k, d in zip(both, differs, strict=True) if d),
        removed=tuple(k for k in old if k not in new),
    )


def _differs(
    name: str, before: pd.DataFrame, after: pd.DataFrame
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    differs = np.zeros(len(before), dtype=bool)
    for column in BY_NAME[name].columns:
        if column.name not in before.columns and column.name not in after.columns:
            continue
        one, two = _column(column, before), _column(column, after)
        differs |= one.isna().to_numpy() != two.isna().to_numpy()
        a, b = canonical_values(column, one), canonical_values(column, two)
        same = a == b
        if column.kind == "float":
            same |= np.isnan(a.astype("f8")) & np.isnan(b.astype("f8"))
        differs |= ~same
    if BY_NAME[name].geometry:
        differs |= canonical_geometry(before) != canonical_geometry(after)
    return differs


def _column(column: Column, frame: pd.DataFrame) -> "pd.Series[object]":
    """Return a column; one that is absent is null throughout."""
    if column.name in frame.columns:
        return frame[column.name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)
