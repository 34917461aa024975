"""Hash a table by its content: columns by name, rows by key, one encoding of every value.

Floats are little-endian IEEE doubles with −0 → 0 and one NaN; text is UTF-8 in normal form C;
geometry is two-dimensional WKB rounded to 1e-7 degree (about 1 cm). Column order, row order,
file format and build time do not enter.
"""

import hashlib
import unicodedata
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.layers import BY_NAME, Column, Contract
from chengce.core.provenance import content_hash

GRID_DECIMALS = 7


def table_hash(name: str, frame: pd.DataFrame) -> str:
    """Return the content hash of a table; the order of its rows and columns does not matter."""
    contract = BY_NAME[name]
    digest = hashlib.sha256(name.encode())
    digest.update(len(frame).to_bytes(8, "little"))
    order = _order(contract, frame)
    for column in sorted(contract.columns, key=lambda c: c.name):
        if column.name in frame.columns:
            values = frame[column.name]
            digest.update(f"{column.name}\x1f".encode())
            digest.update(values.isna().to_numpy()[order].astype("u1").tobytes())
            digest.update(_encode(column, canonical_values(column, values)[order]))
    if contract.geometry:
        digest.update(_join(canonical_geometry(frame)[order]))
    return digest.hexdigest()


def merkle(parts: Mapping[str, str]) -> str:
    """Return the root hash over named hashes."""
    return content_hash(dict(parts))


def canonical_values(column: Column, values: "pd.Series[object]") -> NDArray[np.generic]:
    """Return a column in its one encoding: objects for text, float64 or int64; null is ""/NaN/0."""
    if column.kind in ("str", "date"):
        gone = values.isna().to_numpy()
        text = values.astype(object).to_numpy()
        return np.array(
            [
                "" if g else unicodedata.normalize("NFC", str(v))
                for v, g in zip(text, gone, strict=True)
            ],
            dtype=object,
        )
    if column.kind == "float":
        numbers = pd.to_numeric(values).to_numpy(dtype="<f8", na_value=np.nan, copy=True)
        numbers[np.isnan(numbers)] = np.nan
        return np.asarray(numbers + 0.0)
    filled = values.astype(object).where(values.notna(), 0) if values.isna().any() else values
    return np.asarray(filled.to_numpy().astype("<i8"))


def canonical_geometry(frame: pd.DataFrame) -> NDArray[np.object_]:
    """Return geometry as 2-D little-endian WKB bytes rounded to 1e-7 degree; null is b""."""
    geometry = gpd.GeoSeries(frame["geometry"]).to_numpy()
    exact = shapely.transform(
        shapely.force_2d(geometry), lambda xy: np.round(xy, GRID_DECIMALS) + 0.0
    )
    out = np.empty(len(geometry), dtype=object)
    for i, wkb in enumerate(shapely.to_wkb(exact, byte_order=1)):
        out[i] = wkb or b""
    return out


def _order(contract: Contract, frame: pd.DataFrame) -> NDArray[np.intp]:
    keys = []
    for name in contract.key:
        column = contract.column(name)
        assert column is not None
        keys.append(canonical_values(column, frame[name]))
    return np.asarray(pd.DataFrame(dict(enumerate(keys))).sort_values(list(range(len(keys)))).index)


def _encode(column: Column, values: NDArray[np.generic]) -> bytes:
    if column.kind in ("str", "date"):
        return _join(np.array([str(v).encode() for v in values], dtype=object))
    return values.tobytes()


def _join(cells: NDArray[np.object_]) -> bytes:
    lengths = np.array([len(c) for c in cells], dtype="<u4")
    return lengths.tobytes() + b"".join(cells)
