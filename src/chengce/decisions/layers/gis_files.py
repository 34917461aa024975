"""Write layers as GeoPackage, FlatGeobuf, GeoParquet and GeoJSON."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from chengce.core.text import Text
from chengce.decisions.layers.layer import Layer

_DIGITS = 7  # of a degree: about a centimetre


def geopackage(layers: Sequence[Layer], name: str, description: Text) -> dict[str, bytes]:
    """Return one GeoPackage with all layers; each is titled in both languages and describes itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        for layer in layers:
            about = {"IDENTIFIER": f"{layer.name}: {layer.title.zh} / {layer.title.en}",
                     "DESCRIPTION": f"{description.zh}\n{description.en}"}  # fmt: skip
            pyogrio.write_dataframe(
                layer.frame, path, layer=layer.name, driver="GPKG", layer_options=about
            )
        return {name: path.read_bytes()}


def flatgeobuf(layers: Sequence[Layer]) -> dict[str, bytes]:
    """Return one FlatGeobuf per layer; where a row has no geometry the file has no spatial index."""
    return {
        f"{layer.name}.fgb": _one(
            layer.frame,
            f"{layer.name}.fgb",
            "FlatGeobuf",
            {"SPATIAL_INDEX": "NO" if layer.frame.geometry.isna().any() else "YES"},
        )
        for layer in layers
    }


def geojson(layers: Sequence[Layer]) -> dict[str, bytes]:
    """Return one GeoJSON (RFC 7946) per layer."""
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": str(_DIGITS)}
    return {
        f"{layer.name}.geojson": _one(layer.frame, f"{layer.name}.geojson", "GeoJSON", options)
        for layer in layers
    }


def geoparquet(layers: Sequence[Layer]) -> dict[str, bytes]:
    """Return one GeoParquet per layer."""
    out = {}
    for layer in layers:
        buffer = io.BytesIO()
        layer.frame.to_parquet(buffer, index=False)
        out[f"{layer.name}.parquet"] = buffer.getvalue()
    return out


def _one(frame: gpd.GeoDataFrame, name: str, driver: str, options: Mapping[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        pyogrio.write_dataframe(frame, path, driver=driver, layer_options=dict(options))
        return path.read_bytes()
