"""Find employment centres: neighbouring zones dense in jobs that together hold many.

Giuliano & Small 1991, doi:10.1016/0166-0462(91)90032-I: a centre is a set of contiguous zones,
each with at least 10 jobs an acre (24.7 a hectare), together with at least 10,000 jobs. Both
limits were chosen for Los Angeles and decide how many centres there are: report them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.engine.streets.plane import Plane
from chengce.models.opportunities import zone_points

Floats = NDArray[np.float64]

DENSITY = 24.7  # jobs a hectare: 10 an acre
TOTAL_JOBS = 10_000.0
NEAR = 1.5  # points this many times their spacing apart are neighbours
TOUCH_M = 1.0  # outlines this close touch


@dataclass(frozen=True)
class Centre:
    """One centre: its name, the places of its zones among the ids in order, and its jobs."""

    name: str
    zones: NDArray[np.int64]
    jobs: float


def named_centres(city: City, jobs: Floats, given: Sequence[Sequence[str]]) -> tuple[Centre, ...]:
    """Return centres given by the ids of their zones, in the order given.

    Raises `ChengceError` for a zone the city does not have, a centre without zones and a zone in
    two centres.
    """
    ids = zone_points(city)[0]
    at = {z: i for i, z in enumerate(ids)}
    problems: list[Problem] = []
    owner: dict[str, int] = {}
    for number, zones in enumerate(given, start=1):
        if not zones:
            problems.append(
                _wrong(
                    "centre_empty",
                    Text(f"第 {number} 个中心没有分区", f"centre {number} has no zones"),
                    Text("列出其分区编号", "list the ids of its zones"),
                )
            )
        for zone in zones:
            if zone not in at:
                message = Text(
                    f"第 {number} 个中心的分区 {zone} 不存在",
                    f"centre {number} lists {zone}, which is no zone of the city",
                )
                problems.append(_wrong("centre_zone_unknown", message, near_names(zone, ids)))
            elif owner.setdefault(zone, number) != number:
                problems.append(
                    _wrong(
                        "centre_zone_twice",
                        Text(
                            f"分区 {zone} 同属第 {owner[zone]} 与第 {number} 个中心",
                            f"zone {zone} is in centres {owner[zone]} and {number}",
                        ),
                        Text("每个分区最多属于一个中心", "a zone is in one centre at most"),
                    )
                )
    if problems:
        raise ChengceError(problems)
    members = [np.array(sorted({at[z] for z in zones}), dtype=np.int64) for zones in given]
    return tuple(_distinct([_centre(city, ids, jobs, zones) for zones in members]))


def find_centres(
    city: City, jobs: Floats, *, density: float = DENSITY, total: float = TOTAL_JOBS
) -> tuple[Centre, ...]:
    """Return the centres of a city, most jobs first; each is named after its zone with most jobs.

    `jobs` float64[zones], ordered by zone id. Zones given as points have the area of a square as
    wide as the distance to the nearest other point, and are neighbours up to 1.5 times that apart.
    """
    ids, lon, lat = zone_points(city)
    shapes, area_ha = _land(city, lon, lat)
    dense = np.flatnonzero((jobs > 0) & (jobs >= density * area_ha))
    group = _contiguous(shapes, dense)
    found = []
    for g in np.unique(group):
        zones = dense[group == g]
        if float(jobs[zones].sum()) >= total:
            found.append(_centre(city, ids, jobs, zones))
    return tuple(_distinct(sorted(found, key=lambda c: (-c.jobs, c.name))))


def job_density(city: City, jobs: Floats) -> Floats:
    """Return jobs a hectare of every zone, by the areas `find_centres` goes by."""
    _, lon, lat = zone_points(city)
    return np.asarray(jobs / np.maximum(_land(city, lon, lat)[1], 1e-9))


def _land(city: City, lon: Floats, lat: Floats) -> tuple[NDArray[np.object_], Floats]:
    """Return outlines on the plane, m, widened so that neighbours meet, and areas in hectares."""
    zones = city.table("zones").sort_values("id")
    plane = Plane(float(lon.mean()), float(lat.mean()))
    shapes = plane.lines(np.asarray(zones.geometry.array, dtype=object))
    area = shapely.area(shapes)
    points = area == 0
    reach = np.full(len(shapes), TOUCH_M / 2)
    if points.any():
        x = shapely.get_coordinates(shapely.centroid(shapes))
        spacing = _spacing(x)
        area = np.where(points, spacing**2, area)
        reach[points] = NEAR * spacing[points] / 2
    return np.asarray(shapely.buffer(shapes, reach)), area / 1e4


def _spacing(xy: Floats) -> Floats:
    """Return the distance of every point to its nearest other, m; ∞ for a lone point."""
    if len(xy) < 2:
        return np.full(len(xy), 1e9)
    tree = shapely.STRtree(shapely.points(xy))
    (one, _), distance = tree.query_nearest(
        shapely.points(xy), exclusive=True, return_distance=True, all_matches=False
    )
    out = np.full(len(xy), 1e9)
    out[one] = distance
    return out


def _contiguous(shapes: NDArray[np.object_], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each chosen zone, the same for those joined through chosen ones."""
    group = np.arange(len(chosen), dtype=np.int64)
    if not len(chosen):
        return group
    tree = shapely.STRtree(shapes[chosen])
    one, two = tree.query(shapes[chosen], predicate="intersects")
    while True:
        lowest = group.copy()
        np.minimum.at(lowest, one, group[two])
        if np.array_equal(lowest, group):
            return group
        group = lowest


def _centre(city: City, ids: Sequence[str], jobs: Floats, zones: NDArray[np.int64]) -> Centre:
    """Return a centre named after its zone with most jobs."""
    most = int(zones[np.argmax(jobs[zones])])
    table = city.table("zones").sort_values("id")
    name = table["name"].iloc[most] if "name" in table.columns else None
    title = name if isinstance(name, str) and name else str(ids[most])
    return Centre(title, zones, float(jobs[zones].sum()))


def _distinct(found: Sequence[Centre]) -> list[Centre]:
    """Return centres in their order, with names that differ."""
    seen: dict[str, int] = {}
    out = []
    for c in found:
        seen[c.name] = seen.get(c.name, 0) + 1
        name = c.name if seen[c.name] == 1 else f"{c.name} #{seen[c.name]}"
        out.append(Centre(name, c.zones, c.jobs))
    return out


def _wrong(code: str, message: Text, remedy: Text) -> Problem:
    return Problem(code, message, remedy, column="centres")
