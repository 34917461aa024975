"""Turn the streets of a city into the directed links of an assignment, base links first.

A link keeps its number in every scenario of its base city: links of the base, then what the
scenario adds, then the arcs of turns. A street closed to cars stays as a link nobody takes
(`CLOSED`), so that an equilibrium of the base can be continued.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.options import Points
from chengce.engine.roads.centroids import ConnectorLinks, centroids, connector_links, hang
from chengce.engine.roads.link_turns import link_turns
from chengce.engine.roads.network import CLOSED, Floats, Ints, RoadNetwork
from chengce.engine.roads.periods import period_factors
from chengce.engine.roads.turns import with_turns
from chengce.engine.streets.graph import AGAINST, ALONG, StreetNetwork, street_network

CONNECTOR = "connector"  # the class of streets that serve zones only
HOUR_S = 3600.0
TABLES = ("streets", "street_periods", "turns", "zones")  # what the links depend on
_TURN = -1  # the direction of an arc that stands for a turn


@dataclass(frozen=True)
class RoadClass:
    """What a street of one highway class is taken to be where the table is silent.

    `speed_kmh` free flow, `lanes` per direction, `capacity` pcu/h per lane; `b` and `power` of the
    delay function.
    """

    speed_kmh: float
    lanes: float
    capacity: float
    b: float
    power: float


@dataclass(frozen=True)
class RoadLinks:
    """The links of a city in one period, in seconds, and what each of them is.

    `network`: street links and connectors, then turn arcs (m in all); capacities hold for the whole
    period of `hours`. Per link: `edge` int32, the street's place in `streets` (−1: connector or
    arc); `direction` int8 (1 along, 2 against, 0 connector, −1 arc); `closed` to cars in this
    period; `toll` float64, money per vehicle; `by_speed`, whether its time comes from a speed.
    `zones`: ids by node; `unsnapped`: those on no street, with the metres to the nearest.
    `banned`, `slow` int32[k, 2]: pairs of links that may not follow each other, or lose time.
    The first `base` links are those of the base city.
    """

    network: RoadNetwork
    streets: NDArray[np.object_]
    edge: Ints
    direction: NDArray[np.int8]
    closed: NDArray[np.bool_]
    toll: Floats
    by_speed: NDArray[np.bool_]
    zones: tuple[str, ...]
    unsnapped: tuple[tuple[str, float], ...]
    banned: Ints
    slow: Ints
    base: int
    hours: float

    @property
    def arcs(self) -> int:
        """Number of turn arcs, the last links of the network."""
        return int(np.count_nonzero(self.direction == _TURN))

    def alike(self, other: "RoadLinks") -> bool:
        """Tell whether links that both have correspond: zones and restricted turns are the same."""
        same = np.array_equal(self.banned, other.banned) and np.array_equal(self.slow, other.slow)
        return same and self.zones == other.zones

    @property
    def on_street(self) -> NDArray[np.int64]:
        """Links that are a direction of a street."""
        return np.flatnonzero(self.edge >= 0)

    def scaled(self, *, speed: float = 1.0, capacity: float = 1.0) -> RoadNetwork:
        """Return the network with all capacities, and all speeds not given as a time, scaled."""
        slower = np.where(self.by_speed & ~self.closed, 1.0 / speed, 1.0)
        return replace(
            self.network,
            free_flow=self.network.free_flow * slower,
            capacity=self.network.capacity * capacity,
        )


def road_links(
    city: City,
    zones: Points,
    *,
    start_s: int,
    end_s: int,
    defaults: Mapping[str, RoadClass],
) -> RoadLinks:
    """Return the links cars may use between `start_s` and `end_s` (s after midnight).

    Free-flow time is `free_flow_s`, else length by `speed_kmh` or the class; capacity is that of
    the table (0: closed), else lanes by the class's capacity per lane; `street_periods` weigh by
    the share of the period they cover. Zones come first among the nodes and are never passed
    through: a zone within a metre of a node where only streets of class "connector" meet is that
    node, others hang on the nearest street within the assumption `snap_limit`. `defaults` by
    highway class; its entry "" serves the classes it does not know.
    """
    network = street_network(city)
    original = city.base or city
    base = street_network(original)
    row = _Rows(city, network.ids)
    serving = _Rows(original, base.ids).text("highway") == CONNECTOR
    known = centroids(base, serving, zones)
    met = hang(city, zones, known, city.assumptions["snap_limit"].value)
    value = _values(row, network, defaults)
    period = period_factors(city, network.ids, start_s, end_s)
    hours = (end_s - start_s) / HOUR_S
    links = _order(_street_links(network), connector_links(network, known, met))
    edge, side, on = links.edge, np.maximum(links.direction - 1, 0), links.direction > 0
    with np.errstate(divide="ignore"):
        time = np.where(on, 1.0 / period.speed[edge, side], links.share) * value.time[edge]
    capacity = value.capacity[edge, side] * period.capacity[edge, side] * hours
    closed = ~links.open | (on & ((capacity <= 0) | ~np.isfinite(time)))
    free = closed | ~on
    node = known.index(len(network.nodes))
    ends = [np.where(on, node[street], 0) for street in (network.tail[edge], network.head[edge])]
    back = links.direction == AGAINST
    tail, head = np.where(back, ends[1], ends[0]), np.where(back, ends[0], ends[1])
    tail[~on] = np.where(links.leaving, links.zone, node[links.node])[~on]
    head[~on] = np.where(links.leaving, node[links.node], links.zone)[~on]
    roads = RoadNetwork(
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        nodes=known.count(len(network.nodes)),
        zones=len(zones.ids),
        first_through=known.first_through,
        free_flow=np.where(closed, CLOSED, time),
        capacity=np.where(free, 1.0, capacity),
        b=np.where(free, 0.0, value.b[edge]),
        power=np.where(free, 1.0, value.power[edge]),
        length=np.where(on, network.length_m[edge], 0.0),
    )
    street = np.where(on, edge, -1).astype(np.int32)
    bans, slow = link_turns(city, network, np.where(closed, -1, street), links.direction)
    turned = with_turns(roads, bans, slow)
    arcs = turned.network.links - roads.links
    toll = np.where(free, 0.0, value.toll[edge] + period.toll[edge, side])
    return RoadLinks(
        network=turned.network,
        streets=network.ids,
        edge=_longer(street, arcs, -1),
        direction=_longer(links.direction, arcs, _TURN),
        closed=_longer(closed, arcs, False),
        toll=_longer(toll, arcs, 0.0),
        by_speed=_longer(~value.given[edge], arcs, False),
        zones=tuple(str(z) for z in zones.ids),
        unsnapped=met.unsnapped,
        banned=bans,
        slow=np.array([pair for *pair, _ in slow], np.int32).reshape(-1, 2),
        base=int(np.count_nonzero(~links.added)),
        hours=hours,
    )


@dataclass(frozen=True)
class _Links:
    """Links in their final order: directions of streets, and connectors (direction 0).

    Streets: `zone`, `node`, `leaving`, `share` mean nothing. Connectors: `edge` is the street met.
    """

    edge: Ints
    direction: NDArray[np.int8]
    open: NDArray[np.bool_]
    added: NDArray[np.bool_]
    zone: Ints
    node: Ints
    leaving: NDArray[np.bool_]
    share: Floats


def _street_links(network: StreetNetwork) -> _Links:
    column = network.column("drive")
    base, now = network.base_door[:, column], network.passage[:, column]
    parts = []
    for added in (False, True):
        for bit in (ALONG, AGAINST):
            wanted = now & ~base if added else base
            edge = np.flatnonzero(wanted & bit).astype(np.int32)
            parts.append((edge, np.full(len(edge), bit, np.int8), np.full(len(edge), added)))
    edge, direction, added_ = (np.concatenate(list(p)) for p in zip(*parts, strict=True))
    none = np.zeros(len(edge), np.int32)
    is_open = (now[edge] & direction.astype(np.uint8)) > 0
    return _Links(edge, direction, is_open, added_, none, none, none > 0, np.ones(len(edge)))


def _order(street: _Links, more: ConnectorLinks) -> _Links:
    """Join streets and connectors: both of the base city first, then both that were added."""
    order = np.argsort(np.concatenate([street.added, more.added]), kind="stable")

    def join(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([a, b])[order]

    return _Links(
        edge=join(street.edge, more.edge),
        direction=join(street.direction, np.zeros(len(more), np.int8)),
        open=join(street.open, more.open),
        added=join(street.added, more.added),
        zone=join(street.zone, more.zone),
        node=join(street.node, more.node),
        leaving=join(street.leaving, more.leaving),
        share=join(street.share, more.share),
    )


class _Rows:
    """Columns of the street table in the order of the network's edges, closed ones as they were."""

    def __init__(self, city: City, ids: NDArray[np.object_]) -> None:
        self._tables = [city.table("streets"), (city.base or city).table("streets")]
        self._at = [pd.Index(t["id"]).get_indexer(ids) for t in self._tables]

    def number(self, name: str) -> Floats:
        """Return a column as float64, NaN where null or absent."""
        out = np.full(len(self._at[0]), np.nan)
        for table, at in reversed(list(zip(self._tables, self._at, strict=True))):
            if name in table:
                values = table[name].to_numpy(np.float64, na_value=np.nan)
                out = np.where(at >= 0, values[at], out)
            else:
                out[at >= 0] = np.nan
        return out

    def text(self, name: str) -> NDArray[np.object_]:
        """Return a column of text."""
        out = np.full(len(self._at[0]), "", object)
        for table, at in reversed(list(zip(self._tables, self._at, strict=True))):
            out = np.where(at >= 0, table[name].to_numpy(object)[at], out)
        return out


@dataclass(frozen=True)
class _Values:
    """Per street: free-flow time (s), whether it was given, b, power, toll; capacity[n, 2] pcu/h."""

    time: Floats
    given: NDArray[np.bool_]
    b: Floats
    power: Floats
    toll: Floats
    capacity: Floats


def _values(row: _Rows, network: StreetNetwork, defaults: Mapping[str, RoadClass]) -> _Values:
    names, of = np.unique(row.text("highway").astype(str), return_inverse=True)
    classes = [defaults.get(n, defaults[""]) for n in names]

    def default(name: str) -> Floats:
        return np.array([getattr(c, name) for c in classes], np.float64)[of]

    def filled(name: str, otherwise: Floats, *, positive: bool = False) -> Floats:
        value = row.number(name)
        return np.where(value > 0 if positive else ~np.isnan(value), value, otherwise)

    speed = filled("speed_kmh", default("speed_kmh"), positive=True)
    time = filled("free_flow_s", network.length_m / (speed / 3.6))
    b, power = filled("vdf_b", default("b")), filled("vdf_power", default("power"))
    constant = (power <= 0) & (b > 0)  # x⁰ = 1: the delay is there at any flow
    lanes = [filled(f"lanes_{d}", default("lanes")) for d in ("along", "against")]
    capacity = [
        filled(f"capacity_{d}", n * default("capacity"))
        for d, n in zip(("along", "against"), lanes, strict=True)
    ]
    return _Values(
        time=np.where(constant, time * (1.0 + b), time),
        given=~np.isnan(row.number("free_flow_s")),
        b=np.where(constant, 0.0, b),
        power=np.where(power > 0, power, 1.0),
        toll=filled("toll", np.zeros(len(time))),
        capacity=np.stack(capacity, axis=1),
    )


def _longer(values: NDArray[Any], arcs: int, fill: Any) -> NDArray[Any]:
    return np.concatenate([values, np.full(arcs, fill, values.dtype)])
