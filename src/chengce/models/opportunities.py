"""Draw what can be reached: jobs by zone and places by kind, with their uncertainty."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.groups import TOTAL
from chengce.core.text import Text
from chengce.models.noise import operating, relative_errors

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Opportunities:
    """Where things are and how many operate in each draw: `counts` (draws, points)."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    lon: Floats
    lat: Floats
    counts: Floats


ZonePoints = tuple[tuple[str, ...], Floats, Floats]


def zone_points(city: City) -> ZonePoints:
    """Return ids, longitudes and latitudes (read-only) of zones, ordered by id.

    A population-weighted point is used where the zones give one, else a point of the polygon: its
    centroid, or a point inside where the centroid lies outside.
    """
    return city.remembered("zone points", lambda: _zone_points(city))


def _zone_points(city: City) -> ZonePoints:
    zones = city.table("zones").sort_values("id")
    shapes = zones.geometry
    planar = shapes.to_crs(shapes.estimate_utm_crs()) if len(shapes) else shapes
    centre = planar.centroid
    inside = centre.within(planar) | (planar.geom_type == "Point")
    points = centre.where(inside, planar.representative_point()).to_crs(shapes.crs)
    lon = points.x.to_numpy(dtype=np.float64, copy=True)
    lat = points.y.to_numpy(dtype=np.float64, copy=True)
    exact = (shapes.geom_type == "Point").to_numpy()
    lon[exact], lat[exact] = shapes[exact].x, shapes[exact].y
    if "point_lon" in zones.columns and "point_lat" in zones.columns:
        given = (zones["point_lon"].notna() & zones["point_lat"].notna()).to_numpy()
        lon[given] = zones["point_lon"].to_numpy(dtype=np.float64)[given]
        lat[given] = zones["point_lat"].to_numpy(dtype=np.float64)[given]
    lon.setflags(write=False)
    lat.setflags(write=False)
    return tuple(zones["id"].astype(str)), lon, lat


def jobs(city: City, context: Context) -> Opportunities:
    """Return jobs by zone at the points of the zones: of kind `total`, else all kinds together."""
    ids, lon, lat = zone_points(city)
    table = city.table("jobs")
    whole = table["kind"] == TOTAL
    sums = (table[whole] if whole.any() else table).groupby("zone")["count"].sum()
    counts = sums.reindex(list(ids), fill_value=0.0).to_numpy(dtype=np.float64)
    errors = relative_errors(city.assumptions["jobs_count_error"], ids, context)
    return Opportunities(ids, ("jobs",) * len(ids), lon, lat, counts[None] * errors)


def places(city: City, kinds: Iterable[str], context: Context) -> Opportunities:
    """Return places of the given kinds, ordered by id, each operating or not in each draw.

    Whether a mapped place still exists is uncertain; a place the scenario adds is what is asked,
    so it operates in every draw.

    Raises `ChengceError` naming the kinds the city has none of.
    """
    wanted = tuple(kinds)
    table = city.table("places")
    have = sorted(set(table["kind"].astype(str)))
    missing = [k for k in wanted if k not in have]
    if missing:
        raise ChengceError(
            [
                Problem(
                    "place_kind_absent",
                    Text(f"城市没有类别为 {kind} 的设施", f"the city has no place of kind {kind}"),
                    Text(
                        f"现有类别：{'、'.join(have) or '（无）'}",
                        f"kinds here: {', '.join(have) or '(none)'}",
                    ),
                    column="kinds",
                )
                for kind in missing
            ]
        )
    rows = table[table["kind"].isin(wanted)].sort_values("id")
    ids = tuple(rows["id"].astype(str))
    counts = rows["count"].to_numpy(dtype=np.float64)
    drawn = operating(city.assumptions["place_operating_share"], ids, counts, context)
    proposed = set(city.delta.of("places").added) if city.delta else set()
    given = np.array([i in proposed for i in ids], dtype=bool)
    drawn[:, given] = counts[given]
    return Opportunities(
        ids,
        tuple(rows["kind"].astype(str)),
        rows.geometry.x.to_numpy(dtype=np.float64),
        rows.geometry.y.to_numpy(dtype=np.float64),
        drawn,
    )
