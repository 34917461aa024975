"""Hold a frozen snapshot of a city: tables, rasters, assumptions, groups, and its content hash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city import derived
from chengce.city.assumptions import Assumptions, default_assumptions
from chengce.city.delta import Delta, compare_tables
from chengce.city.descriptor import Descriptor
from chengce.city.hashing import merkle, table_hash
from chengce.city.layers import BY_NAME, LAYERS, WGS84, tables_of
from chengce.city.raster import Raster
from chengce.core.groups import Group
from chengce.core.provenance import content_hash
from chengce.core.text import Text

Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class City:
    """A frozen snapshot; a city made by a scenario carries `base` and `delta`.

    Tables follow the contracts in `city.layers`; an absent table reads as an empty one, and
    `has(layer)` tells the difference. `known` holds content hashes already computed, by table.
    """

    name: str
    title: Text
    tables: Mapping[str, pd.DataFrame]
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    descriptors: Mapping[str, Descriptor] = field(default_factory=dict)
    assumptions: Assumptions = field(default_factory=default_assumptions)
    groups: tuple[Group, ...] = ()
    timezone: str = "UTC"
    base: "City | None" = None
    delta: Delta | None = None
    home: Path | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    _memory: dict[str, Arrays] = field(default_factory=dict)
    _objects: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, or an empty one with the contract's columns if the city has none."""
        return self.tables[name] if name in self.tables else empty_table(name)

    def has(self, layer: str) -> bool:
        """Tell whether the city has a layer."""
        return any(t in self.tables for t in tables_of(layer)) or layer in self.rasters

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers present."""
        return tuple(layer.name for layer in LAYERS if self.has(layer.name))

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """Content hash of every table and raster, and of assumptions and groups."""
        parts = {n: self.known.get(n) or table_hash(n, t) for n, t in self.tables.items()}
        parts |= {n: self.known.get(n) or r.content_hash() for n, r in self.rasters.items()}
        parts["assumptions"] = content_hash(self.assumptions.as_list())
        parts["groups"] = content_hash([_plain(g) for g in self.groups])
        return parts

    @cached_property
    def hash(self) -> str:
        """Merkle root of tables, rasters, assumptions, groups, descriptors and name."""
        described = {k: d.as_dict() for k, d in self.descriptors.items()}
        about = content_hash([self.name, self.title.as_dict(), self.timezone, described])
        return merkle({**self.hashes, "about": about})

    def derived(
        self,
        builder: str,
        version: int,
        *,
        tables: tuple[str, ...],
        params: Mapping[str, Any],
        build: Callable[[], Arrays],
        scratch: Path | None = None,
    ) -> Arrays:
        """Return arrays computed from `tables` and `params`, from the store if they are there.

        A base city stores them below its own directory; a scenario or in-memory city keeps them in
        `scratch`, without one in memory only. Where a scenario left `tables` as they are, what the
        base city has is used.
        """
        if self.base is not None and self.unchanged:
            return self.base.derived(
                builder, version, tables=tables, params=params, build=build, scratch=scratch
            )
        key = self._key(builder, version, tables, params)
        owner = self.base or self
        if key not in self._memory and key in owner._memory:
            return owner._memory[key]
        if key not in self._memory:
            beside = owner.home / "derived" / key if owner.home is not None else None
            found = derived.load(beside)
            if not found:
                own = beside if self.base is None else None
                apart = None if scratch is None else scratch / key
                found = derived.fetch(own or apart, build)
            self._memory[key] = found
        return self._memory[key]

    def kept(
        self, builder: str, version: int, *, tables: tuple[str, ...], params: Mapping[str, Any]
    ) -> Arrays | None:
        """Return what `derived` has computed already, None where it has not."""
        key = self._key(builder, version, tables, params)
        if key not in self._memory and self.home is not None:
            found = derived.load(self.home / "derived" / key)
            if found:
                self._memory[key] = found
        return self._memory.get(key)

    def _key(
        self, builder: str, version: int, tables: tuple[str, ...], params: Mapping[str, Any]
    ) -> str:
        depends = {t: self.hashes.get(t, "") for t in tables}
        return f"{content_hash([depends, dict(params)])[:24]}-{builder}-{version}"

    def remembered(self, key: str, build: Callable[[], T]) -> T:
        """Return an object computed from this city and what `key` says, kept in memory with it."""
        if key not in self._objects:
            self._objects[key] = build()
        found: T = self._objects[key]
        return found

    @property
    def unchanged(self) -> bool:
        """Tell whether this is a base city, or a scenario that changes nothing."""
        if self.base is None:
            return True
        changed = self.delta is not None and any(self.delta.tables.values())
        return not changed and self.hash == self.base.hash

    def with_changes(
        self, tables: Mapping[str, pd.DataFrame], *, assumptions: Assumptions | None = None
    ) -> "City":
        """Return a scenario city: some tables replaced, the delta worked out.

        `base` is this city; changes made to a scenario city add up: its base stays the base, and
        the delta says all that differs from it.
        """
        base = self.base or self
        delta = dict(self.delta.tables) if self.delta is not None else {}
        kept = dict(self.tables)
        for name, frame in tables.items():
            delta.pop(name, None)
            found = compare_tables(name, base.table(name), frame)
            if found:
                delta[name] = found
                kept[name] = frame
            elif name in base.tables:
                kept[name] = base.tables[name]
            else:
                kept.pop(name, None)
        sure = {n: h for n, h in self.hashes.items() if n in self.tables or n in self.rasters}
        known = {n: h for n, h in sure.items() if n not in tables}
        known |= {n: base.hashes[n] for n in tables if n not in delta and n in base.tables}
        return replace(
            self,
            tables=kept,
            assumptions=assumptions or self.assumptions,
            base=base,
            delta=Delta(delta),
            known=known,
            _memory={},
        )


def empty_table(name: str) -> pd.DataFrame:
    """Return an empty table with the contract's columns."""
    contract = BY_NAME[name]
    columns: dict[str, Any] = {
        c.name: pd.Series([], dtype=_DTYPES[c.kind]) for c in contract.columns
    }
    if not contract.geometry:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=WGS84), crs=WGS84)


_DTYPES: Mapping[str, Any] = {
    "str": "str",
    "date": "str",
    "int": np.int64,
    "float": np.float64,
    "bool": np.bool_,
}


def _plain(group: Group) -> list[Any]:
    return [group.dimension, group.id, group.title.as_dict(), dict(group.mix), group.rank]
