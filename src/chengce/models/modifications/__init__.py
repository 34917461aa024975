"""List every modification a scenario may contain; adding one means adding it here."""

from typing import Annotated

from pydantic import Field

from chengce.models.modifications.convert import ConvertToFrequency
from chengce.models.modifications.demand import ChangeFlows
from chengce.models.modifications.dwell import ChangeDwell
from chengce.models.modifications.entrances import AddEntrance, CloseEntrance
from chengce.models.modifications.facilities import AddFacility, CloseFacility
from chengce.models.modifications.facility_change import ChangeFacility
from chengce.models.modifications.fare_rule import FareRule
from chengce.models.modifications.floor_area import FloorArea
from chengce.models.modifications.gate_through import OpenThroughPath
from chengce.models.modifications.gates import AddGate, CloseGate
from chengce.models.modifications.headways import ChangeHeadway
from chengce.models.modifications.land import ChangeJobs, ChangePeople
from chengce.models.modifications.lines import AddLine
from chengce.models.modifications.on_demand_zone import OnDemandZone
from chengce.models.modifications.price import ChangePrice
from chengce.models.modifications.reroute import Reroute
from chengce.models.modifications.road_access import ModalFilter, SetOneWay
from chengce.models.modifications.road_lanes import AddBusLane, ChangeLanes
from chengce.models.modifications.road_price import ChargeRoad
from chengce.models.modifications.road_speed import ChangeSpeedLimit, CongestionPolygon
from chengce.models.modifications.road_works import WorkZone
from chengce.models.modifications.running_time import ChangeRunningTime
from chengce.models.modifications.set_turn import SetTurn
from chengce.models.modifications.standard_version import StandardVersion
from chengce.models.modifications.stops import CloseStop
from chengce.models.modifications.street_attributes import ChangeStreet
from chengce.models.modifications.street_new import AddStreet
from chengce.models.modifications.streets import CloseStreet
from chengce.models.modifications.trips_removed import RemoveTrips
from chengce.models.modifications.workforce import Workforce

Modification = Annotated[
    AddLine
    | ChangeHeadway
    | ConvertToFrequency
    | RemoveTrips
    | Reroute
    | ChangeRunningTime
    | ChangeDwell
    | CloseStop
    | AddEntrance
    | CloseEntrance
    | OnDemandZone
    | FareRule
    | CloseStreet
    | AddStreet
    | ChangeStreet
    | AddGate
    | CloseGate
    | OpenThroughPath
    | ChangeLanes
    | AddBusLane
    | SetOneWay
    | SetTurn
    | ModalFilter
    | ChargeRoad
    | WorkZone
    | ChangeSpeedLimit
    | CongestionPolygon
    | AddFacility
    | CloseFacility
    | ChangeFacility
    | ChangeJobs
    | ChangePeople
    | FloorArea
    | Workforce
    | ChangePrice
    | StandardVersion
    | ChangeFlows,
    Field(discriminator="type"),
]

MODIFICATIONS: tuple[type, ...] = (
    AddLine,
    ChangeHeadway,
    ConvertToFrequency,
    RemoveTrips,
    Reroute,
    ChangeRunningTime,
    ChangeDwell,
    CloseStop,
    AddEntrance,
    CloseEntrance,
    OnDemandZone,
    FareRule,
    CloseStreet,
    AddStreet,
    ChangeStreet,
    AddGate,
    CloseGate,
    OpenThroughPath,
    ChangeLanes,
    AddBusLane,
    SetOneWay,
    SetTurn,
    ModalFilter,
    ChargeRoad,
    WorkZone,
    ChangeSpeedLimit,
    CongestionPolygon,
    AddFacility,
    CloseFacility,
    ChangeFacility,
    ChangeJobs,
    ChangePeople,
    FloorArea,
    Workforce,
    ChangePrice,
    StandardVersion,
    ChangeFlows,
)
