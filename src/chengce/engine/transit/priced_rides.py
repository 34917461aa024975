"""Search journeys with a budget of money, or with rides on demand at their ends."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.csr import Sparse
from chengce.engine.kernels import raptor_fare
from chengce.engine.options import Points, TripOptions
from chengce.engine.transit.doors import Doors, Transfers
from chengce.engine.transit.fare_states import FareStates, fare_states
from chengce.engine.transit.fares import PARTS, by_class, free, read_prices
from chengce.engine.transit.on_demand import OnDemand, Rides, on_demand, zones_of
from chengce.engine.transit.timetable import Timetable

_NONE = np.empty(0, np.int32)


@dataclass(frozen=True)
class PricedRides:
    """The timetable split by fare, the automaton of boardings and the rides on demand."""

    options: TripOptions
    timetable: Timetable
    boardings: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]
    kind: NDArray[np.int32]
    route: NDArray[np.int32]
    states: FareStates
    rides: OnDemand
    ends: int

    @property
    def bytes(self) -> int:
        """Bytes that all workers share."""
        t, rides = self.timetable, (self.rides.fetch, self.rides.bring, self.rides.door)
        return 2 * (t.arrival.nbytes + t.departure.nbytes) + sum(r.ride.nbytes for r in rides)

    @property
    def working(self) -> int:
        """Bytes of one worker besides its answers: labels by state and stop, trip or call."""
        t, count = self.timetable, len(self.states.full)
        remembering = int(self.states.timed.max(initial=-1)) + 1
        labels = 2 * count * len(t.stop_ids) + count * len(t.trip) + remembering * len(t.departure)
        return 4 * (labels + self.options.departures * self.ends)

    def times(
        self, rows: NDArray[np.int64], access: Sparse, transfer: Transfers, egress: Sparse
    ) -> NDArray[np.int32]:
        """Return times of some origins, int32[percentiles, rows, destinations]; INF = none."""
        t, o = self.timetable, self.options
        f, r = self.states, self.rides
        found: NDArray[np.int32] = raptor_fare.journeys(
            *self.boardings,
            t.pattern_ptr, t.pattern_stop, t.dropoff, t.trip_ptr, t.time_ptr, t.arrival, t.departure,
            self.kind, self.route,
            transfer.indptr, transfer.column, transfer.value, transfer.start, transfer.end,
            *access, *egress,
            f.full, f.reduced, f.within, f.keep, f.elsewhere, f.timed, f.routed,
            f.cover_ptr, f.cover, f.under_ptr, f.under,
            r.fetch.indptr, r.fetch.ride, r.bring.indptr, r.bring.ride, r.door.indptr, r.door.ride,
            self.ends, rows, (o.start_s, o.step_s, o.departures), o.transfer_slack_s,
            o.max_trip_s, o.ranks(),
        )  # fmt: skip
        return found


def priced_rides(  # noqa: PLR0913  (from where to where, how, and what is prepared)
    city: City, origins: Points, destinations: Points, options: TripOptions,
    *, gates: Doors, timetable: Timetable | None, runner: Runner,
) -> PricedRides | None:  # fmt: skip
    """Return how to search with money or rides on demand; None where neither is in question.

    A boarding on demand counts as a boarding and takes no part in discounts. Raises `ChengceError`
    where a budget is given and a price is missing.
    """
    zones = zones_of(city, options.profile)
    rides = None
    if len(zones) and options.max_boardings > 0:
        rides = on_demand(city, origins, destinations, options, gates=gates, runner=runner)
    if not rides and (options.max_fare is None or timetable is None):
        return None
    plain = timetable or _no_trips(len(gates.stops))
    if options.max_fare is None:
        prices, budget = free(len(zones)), None
        kind = route = np.zeros(plain.patterns, np.int64)
    else:
        price = zones["price"] if "price" in zones.columns else pd.Series(np.nan, zones.index)
        price = pd.Series(price.to_numpy(np.float64), index=zones["id"].astype(str))
        prices = read_prices(city, price)
        budget = int(np.floor(options.max_fare * PARTS + 1e-6))
        plain, kind, route = by_class(city, plain)
    states = fare_states(prices, options.max_boardings, budget)
    classes = len(prices.price)
    return PricedRides(
        options=options,
        timetable=plain,
        boardings=plain.boardings(),
        kind=kind.astype(np.int32),
        route=route.astype(np.int32),
        states=states,
        rides=_in_classes(rides, classes, len(origins), len(gates.stops)),
        ends=len(destinations),
    )


def _in_classes(rides: OnDemand | None, first: int, origins: int, stops: int) -> OnDemand:
    """Return rides with the class of their boarding, counted after the classes of routes."""
    if rides is None:
        none = np.empty((0, 5), np.int32)
        empty = Rides(np.zeros(origins + 1, np.int64), none)
        return OnDemand(empty, Rides(np.zeros(stops + 1, np.int64), none), empty)
    shift = np.array([0, 0, 0, 0, first], np.int32)
    each = (rides.fetch, rides.bring, rides.door)
    return OnDemand(*(Rides(r.indptr, np.ascontiguousarray(r.ride + shift)) for r in each))


def _no_trips(stops: int) -> Timetable:
    """Return a timetable without any trip."""
    one, none = np.zeros(1, np.int64), np.empty(0, np.int64)
    return Timetable(
        stop_ids=np.empty(stops, object), stop_wheelchair=np.zeros(stops, np.int64),
        pattern_ptr=one, pattern_stop=_NONE, pickup=none.astype(np.uint8),
        dropoff=none.astype(np.uint8), trip_ptr=one, trip=none, trip_wheelchair=none,
        time_ptr=one, arrival=_NONE, departure=_NONE,
    )  # fmt: skip
