"""Make the road network of a city for one period, with the shipped defaults by class of street."""

from functools import cache
from importlib.resources import files

import yaml

from chengce.city.city import City
from chengce.engine.options import Points
from chengce.engine.roads.links import RoadClass, RoadLinks, road_links
from chengce.models.opportunities import zone_points
from chengce.models.traffic.period import Period


@cache
def road_classes() -> dict[str, RoadClass]:
    """Return speed, lanes, capacity and delay function by OpenStreetMap class, "" for any other."""
    text = files("chengce.models.traffic").joinpath("road_classes.yaml").read_text("utf-8")
    names = ("speed_kmh", "lanes", "capacity", "b", "power")
    return {
        str(highway): RoadClass(*(float(entry[n]) for n in names))
        for highway, entry in yaml.safe_load(text)["classes"].items()
    }


def city_roads(city: City, period: Period) -> RoadLinks:
    """Return the links of a city in a period, its zones as centroids."""
    return road_links(
        city,
        Points(*zone_points(city)),
        start_s=period.start_s,
        end_s=period.end_s,
        defaults=road_classes(),
    )
