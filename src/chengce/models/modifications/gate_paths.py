"""Find where a path through a gate joins the streets on both sides of a compound's wall."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.engine.streets.plane import Plane
from chengce.engine.streets.walls import WALL_M
from chengce.models.modifications.street_choice import LonLat


@dataclass(frozen=True)
class Wall:
    """The wall of one compound in metres around a point of it, and the streets walkers may use."""

    plane: Plane
    area: shapely.Geometry
    streets: NDArray[np.object_]

    @classmethod
    def of(cls, compounds: pd.DataFrame, compound: str, streets: pd.DataFrame) -> "Wall":
        """Return the wall of a compound that is there, with the streets."""
        drawn = compounds.loc[compounds["id"].astype(str) == compound, "geometry"].iloc[0]
        middle = drawn.representative_point()
        plane = Plane(middle.x, middle.y)
        shape = plane.lines(np.array([drawn], dtype=object))
        area = shapely.buffer(shape, -WALL_M, join_style="mitre")[0]
        walked = streets.loc[streets["walk"] > 0, "geometry"]
        west, south, east, north = drawn.bounds
        box = shapely.box(west - 0.01, south - 0.01, east + 0.01, north + 0.01)
        lines = np.asarray(walked.array, dtype=object)
        near = lines[shapely.intersects(lines, box)] if len(lines) else lines
        return cls(plane, area, plane.lines(near))

    def point(self, at: LonLat) -> shapely.Point:
        """Return a point in metres."""
        return shapely.Point(self.plane.xy(np.array([at[0]]), np.array([at[1]]))[0])

    def away(self, at: LonLat) -> float:
        """Return the metres from a point to the boundary drawn."""
        drawn = shapely.buffer(self.area, WALL_M, join_style="mitre")
        return float(shapely.distance(shapely.boundary(drawn), self.point(at)))

    def inside(self, at: LonLat) -> bool:
        """Tell whether a point lies behind the wall."""
        return bool(shapely.contains(self.area, self.point(at)))

    def passed(self, at: LonLat, within_m: float) -> bool:
        """Tell whether a street passes the wall within some metres of a point."""
        met = shapely.intersection(self.streets, shapely.boundary(self.area))
        return bool((shapely.distance(met, self.point(at)) <= within_m).any())

    def beside(self, at: LonLat, within_m: float, *, inside: bool) -> LonLat | None:
        """Return the nearest point of a street on one side of the wall; None if none is so near."""
        cut = shapely.intersection if inside else shapely.difference
        parts = cut(self.streets, self.area)
        here = self.point(at)
        metres = np.where(shapely.is_empty(parts), np.inf, shapely.distance(parts, here))
        if not len(metres) or not np.nanmin(metres) <= within_m:
            return None
        part = parts[int(np.nanargmin(metres))]
        near = shapely.get_point(shapely.shortest_line(part, here), 0)
        return self.degrees(near)

    def crossings(self, line: tuple[LonLat, ...]) -> list[LonLat]:
        """Return where a line passes the wall, in its own order."""
        drawn = shapely.LineString([self.point(p) for p in line])
        met = shapely.get_parts(shapely.intersection(drawn, shapely.boundary(self.area)))
        points = [p for p in met if p.geom_type == "Point"]
        return [self.degrees(p) for p in sorted(points, key=drawn.project)]

    def degrees(self, point: shapely.Point) -> LonLat:
        """Return longitude and latitude of a point in metres."""
        return self.plane.lonlat(point.x, point.y)
