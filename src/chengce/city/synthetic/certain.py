"""Take the uncertainty out of a city, so that an answer can be worked out by hand."""

from dataclasses import replace

from chengce.city.assumptions import EXACT_PEOPLE
from chengce.city.city import City


def certain(city: City) -> City:
    """Return the city with every assumption fixed at its value, counts exact and all places open."""
    fixed: dict[str, float] = {name: city.assumptions[name].value for name in city.assumptions.ids}
    fixed |= {**EXACT_PEOPLE, "jobs_count_error": 0.0, "place_operating_share": 1.0}
    return replace(city, assumptions=city.assumptions.override(fixed))
