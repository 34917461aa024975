"""Read a declared coordinate system, and bring geometry from it to WGS-84."""

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.datums.base import Floats, Placement, System
from chengce.city.datums.names import named_system
from chengce.city.datums.own import own_system

__all__ = ["OWN", "Placement", "System", "located", "placement", "read_system", "to_wgs84"]
OWN = "own:"


def read_system(declared: str) -> System:
    """Return the system a layer declares: a name or code, or `own:FILE.toml` for a city's own.

    Raises `ChengceError` (`crs_unknown`, and for a city's own what `own_system` raises).
    """
    text = declared.strip()
    if text.lower().startswith(OWN):
        return own_system(Path(text[len(OWN) :].strip()))
    return named_system(text)


def located(declared: str, folder: Path) -> str:
    """Return a declaration whose `own:` file, if it names one, is found from `folder`."""
    text = declared.strip()
    if not text.lower().startswith(OWN):
        return declared
    return f"{OWN}{folder / text[len(OWN) :].strip()}"


def to_wgs84(shapes: NDArray[np.object_], system: System) -> NDArray[np.object_]:
    """Return geometries in WGS-84 degrees; missing ones stay missing. Every vertex is moved."""

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(system.to_wgs84(xy[:, 0], xy[:, 1]))

    out: Any = shapely.transform(shapes, moved)
    return np.asarray(out, dtype=object)


def placement(system: System, lon: Floats, lat: Floats) -> Placement:
    """Return a system with its accuracy in the middle of some places (WGS-84 degrees)."""
    seen = np.isfinite(lon) & np.isfinite(lat)
    if not seen.any():
        return Placement(system, system.accuracy(float("nan"), float("nan")))
    return Placement(
        system, system.accuracy(float(np.median(lon[seen])), float(np.median(lat[seen])))
    )
