"""Lay out water, green and boundaries as a table for the ground of maps."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely

from chengce.city.layers import WGS84
from chengce.city.readers.osm_scan import Feature, ground_kind

_LOOSE_BOX = 4.0  # a header box this much larger than the streets' is not the extract's


def ground(
    features: Iterable[Feature],
    streets: gpd.GeoDataFrame,
    box: tuple[float, float, float, float] | None,
) -> gpd.GeoDataFrame:
    """Return the ground table; where no administrative boundary is whole, the data's extent.

    The extent is the box in the file's header, or the convex hull of the streets if there is no
    box or one that can't be the extract's (more than four times the area of the streets' box).
    """
    rows = {}
    for feature in features:
        kind = ground_kind(feature.tags) or "water"
        rows[f"{feature.type}{feature.id}:{kind}"] = (kind, feature)
    shapes = [_simple(shapely.from_wkb(feature.wkb)) for _, feature in rows.values()]
    ids, kinds = list(rows), [kind for kind, _ in rows.values()]
    names = [f.tags.get("name") or f.tags.get("name:zh") for _, f in rows.values()]
    if "boundary" not in kinds:
        ids.append("extent:boundary")
        kinds.append("boundary")
        names.append(None)
        shapes.append(_extent(streets, box))
    frame = gpd.GeoDataFrame(
        {"id": ids, "kind": kinds, "name": np.array(names, dtype=object)},
        geometry=shapes,
        crs=WGS84,
    )
    for name in ("id", "kind", "name"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), None)
    return frame


def _simple(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the one part of a multi-part geometry of one part."""
    return shape.geoms[0] if hasattr(shape, "geoms") and len(shape.geoms) == 1 else shape


def _extent(
    streets: gpd.GeoDataFrame, box: tuple[float, float, float, float] | None
) -> shapely.Geometry:
    west, south, east, north = streets.total_bounds
    if box is not None:
        whole = shapely.box(*box)
        if 0 < whole.area <= _LOOSE_BOX * (east - west) * (north - south):
            return whole
    points = shapely.get_coordinates(streets.geometry.to_numpy())
    hull = shapely.convex_hull(shapely.linestrings(points))
    return hull if hull.geom_type == "Polygon" else shapely.buffer(hull, 1e-4)
