"""Read what a matrix of travel times is asked of: city, scenario, places, trips."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from chengce.city.city import City
from chengce.city.store import open_city
from chengce.core.errors import Attempts, ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import problems_of
from chengce.engine.options import Points, TripOptions
from chengce.models.matrices.points_file import read_points
from chengce.models.opportunities import zone_points
from chengce.models.scenario import TODAY, Scenario, read_scenario
from chengce.models.trip_options import trip_options
from chengce.models.trips import TripParams, service_date

FILES = {
    "origins": Text("起点表", "table of origins"),
    "destinations": Text("终点表", "table of destinations"),
}


class MatrixParams(TripParams):
    """What is asked of the trips of a matrix; `percentiles` take the place of `percentile`."""

    percentiles: tuple[Annotated[int, Field(ge=1, le=100)], ...] = Field((50,), min_length=1)
    profile: Literal["adult", "elder", "child", "wheelchair"] = "adult"
    walk_speed: float | None = Field(None, gt=0, le=10)  # m/s; None: the city's assumption


@dataclass(frozen=True)
class Question:
    """A matrix that can be computed: of the city in the scenario's state; all of it checked.

    `params` have the date and the walking speed that are used.
    """

    city: City
    scenario: Scenario
    origins: Points
    destinations: Points
    params: MatrixParams
    options: TripOptions


def read_question(
    inputs: Mapping[str, Path], params: Mapping[str, Any], *, reuse: bool = True
) -> Question:
    """Return what is asked; `inputs`: city, and if wanted scenario, origins, destinations.

    Without origins or destinations these are the zones. With `reuse` what was once derived from
    the city on the disk is used. Raises `ChengceError` with everything that is wrong.
    """
    attempt = Attempts()
    asked = attempt(_params, params)
    base = attempt(_opened, inputs["city"], reuse)
    scenario = attempt(read_scenario, inputs["scenario"]) if "scenario" in inputs else TODAY
    given = {
        side: attempt(read_points, inputs[side], what)
        for side, what in FILES.items()
        if side in inputs
    }
    city = attempt(scenario.apply, base) if scenario is not None and base is not None else base
    if city is not None and len(given) < len(FILES):
        zones = attempt(_zones, city)
        given = {side: given.get(side, zones) for side in FILES}
    if city is not None and asked is not None:
        asked = attempt(_settled, city, asked)
    attempt.settle()
    origins, destinations = given["origins"], given["destinations"]
    assert scenario is not None
    assert city is not None
    assert asked is not None
    assert asked.walk_speed is not None
    assert origins is not None
    assert destinations is not None
    options = trip_options(
        city, asked, asked.profile, speed_mps=asked.walk_speed, percentiles=asked.percentiles
    )
    return Question(city, scenario, origins, destinations, asked, options)


def _params(values: Mapping[str, Any]) -> MatrixParams:
    try:
        found = MatrixParams.model_validate(dict(values))
    except ValidationError as error:
        raise ChengceError(problems_of(error, MatrixParams, code="parameter")) from None
    return found.model_copy(update={"percentiles": tuple(sorted(set(found.percentiles)))})


def _opened(folder: Path, reuse: bool) -> City:
    city = open_city(folder)
    return city if reuse else replace(city, home=None)


def _settled(city: City, asked: MatrixParams) -> MatrixParams:
    """Return the parameters with a date that has service, and a walking speed."""
    speed = asked.walk_speed or city.assumptions[f"walk_speed_{asked.profile}"].value
    return asked.model_copy(update={"date": service_date(city, asked), "walk_speed": speed})


def _zones(city: City) -> Points:
    if not len(city.table("zones")):
        raise ChengceError(
            Problem(
                "matrix_without_zones",
                Text("城市没有分区", "the city has no zones"),
                Text(
                    "用 --origins 和 --destinations 给出起终点",
                    "give the places with --origins and --destinations",
                ),
            )
        )
    return Points(*zone_points(city))
