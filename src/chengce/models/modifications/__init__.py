"""List every modification a scenario may contain; adding one means adding it here."""

from typing import Annotated

from pydantic import Field

from chengce.models.modifications.facilities import AddFacility, CloseFacility
from chengce.models.modifications.headways import ChangeHeadway
from chengce.models.modifications.lines import AddLine
from chengce.models.modifications.stops import CloseStop
from chengce.models.modifications.streets import CloseStreet

Modification = Annotated[
    AddLine | ChangeHeadway | CloseStop | CloseStreet | AddFacility | CloseFacility,
    Field(discriminator="type"),
]

MODIFICATIONS: tuple[type, ...] = (
    AddLine,
    ChangeHeadway,
    CloseStop,
    CloseStreet,
    AddFacility,
    CloseFacility,
)
