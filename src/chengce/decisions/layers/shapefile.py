"""Write layers as Shapefiles: names cut to ten characters and kept apart, the encoding declared."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from chengce.decisions.layers.layer import Layer, Role

DbfEncoding = Literal["utf-8", "gbk"]
LONGEST = 10  # characters that a .dbf allows for a name
_CODE_PAGES: dict[DbfEncoding, str] = {"utf-8": "UTF-8", "gbk": "GBK"}
_ENDINGS: dict[Role, str] = {"low": "_lo", "high": "_hi", "state": "_st", "verdict": "_vd"}
_WIDEST = 254  # bytes that a .dbf allows for a text
_DIMENSIONS = ("points", "lines", "areas")


def shapefiles(layers: Sequence[Layer], encoding: DbfEncoding = "utf-8") -> dict[str, bytes]:
    """Return .shp, .shx, .dbf, .prj and .cpg per layer; points and areas go to files apart.

    Field names are those of `short_names`. Texts too long for a .dbf are cut at whole characters.
    """
    out: dict[str, bytes] = {}
    for layer in layers:
        frame = layer.frame.rename(columns=short_names(layer))
        for column in frame.columns:
            if frame[column].dtype == object:
                frame[column] = [_cut(v, encoding) for v in frame[column]]
            elif frame[column].dtype == bool:
                frame[column] = frame[column].astype(np.int16)
        for name, part in _by_dimension(layer.name, frame).items():
            out |= _write(part, name, encoding)
    return out


def short_names(layer: Layer) -> dict[str, str]:
    """Return a name of at most ten characters for each field, all different."""
    stems: dict[str, str] = {}
    out: dict[str, str] = {}
    for field in layer.fields:
        ending = _ENDINGS.get(field.role, "")
        stem = field.name.removesuffix(_long_ending(field.role))
        if stem not in stems:
            stems[stem] = _fresh(stem, set(stems.values()), layer)
        out[field.name] = stems[stem] + ending
    return out


def _fresh(stem: str, taken: set[str], layer: Layer) -> str:
    """Return a stem short enough for its longest ending and used by no other field."""
    measured = any(f.name == f"{stem}_low" for f in layer.fields)
    room = LONGEST - (3 if measured else 0)
    short = stem[:room]
    number = 1
    while short in taken:
        number += 1
        short = f"{stem[: room - len(str(number))]}{number}"
    return short


def _long_ending(role: Role) -> str:
    return f"_{role}" if role in _ENDINGS else ""


def _by_dimension(name: str, frame: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return the rows of one kind of geometry each; those without any go with the most."""
    dimension = shapely.get_dimensions(frame.geometry.to_numpy())
    kinds, counts = np.unique(dimension[dimension >= 0], return_counts=True)
    if len(kinds) < 2:
        return {name: frame}
    most = kinds[counts.argmax()]
    return {
        f"{name}_{_DIMENSIONS[k]}": frame[(dimension == k) | ((dimension < 0) & (k == most))]
        for k in kinds.tolist()
    }


def _write(frame: gpd.GeoDataFrame, name: str, encoding: DbfEncoding) -> dict[str, bytes]:
    page = _CODE_PAGES[encoding]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.shp"
        pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding=page)
        written = {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}
    return written | {f"{name}.cpg": page.encode()}


def _cut(value: object, encoding: DbfEncoding) -> object:
    """Return a text as long as a .dbf allows; what the encoding lacks becomes a question mark."""
    if not isinstance(value, str):
        return value
    data = value.encode(encoding, errors="replace")
    return data[:_WIDEST].decode(encoding, errors="ignore")
