"""Write geometries as SVG path data with few bytes: whole units, relative moves."""

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def path_data(shape: shapely.Geometry) -> str:
    """Return path data of polygons and lines, in whole drawing units; points give nothing."""
    parts: list[str] = []
    for part in shapely.get_parts(shape):
        kind = shapely.get_type_id(part)
        if kind == shapely.GeometryType.POLYGON:
            rings = [part.exterior, *part.interiors]
            parts += [_ring(shapely.get_coordinates(r)[:-1]) for r in rings]
        elif kind in (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING):
            parts.append(_run(shapely.get_coordinates(part)))
    return "".join(parts)


def paths_data(shapes: NDArray[np.object_]) -> str:
    """Return one path of many geometries."""
    return "".join(path_data(s) for s in shapes)


def _ring(points: NDArray[np.float64]) -> str:
    drawn = _run(points, least=3)
    return drawn + "z" if drawn else ""


def _run(points: NDArray[np.float64], least: int = 2) -> str:
    whole = np.rint(points).astype(np.int64)
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = (np.diff(whole, axis=0) != 0).any(axis=1)
    whole = whole[moved]
    if len(whole) < least:
        return ""
    steps = np.diff(whole, axis=0)
    start = f"M{whole[0, 0]},{whole[0, 1]}l"
    return start + " ".join(f"{x},{y}" for x, y in steps.tolist())
