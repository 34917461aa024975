"""Hold a facility's opening hours in a scenario: any notation in, the city's notation kept."""

from typing import Annotated, Any

from pydantic import AfterValidator

from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.write import write_hours
from chengce.city.readers.sheets.outcomes import QUESTIONS
from chengce.core.validation import Wrong


def _check(value: str | None) -> Any:
    if value is None:
        return None
    hours = read_hours(value)
    if isinstance(hours, Unread):
        raise Wrong(QUESTIONS[hours.code][0].format(value=value))
    return write_hours(hours)


FacilityHours = Annotated[str | None, AfterValidator(_check)]
