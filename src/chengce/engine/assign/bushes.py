"""Hold the bushes of all classes and origins, in blocks, and turn them into results and back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from chengce.engine.kernels.assign_bush import add_up, load, load_all, plant
from chengce.engine.kernels.assign_graft import graft
from chengce.engine.kernels.assign_shift import reprice_all
from chengce.engine.roads.network import Bushes, Equilibrium, Floats, Ints, RoadNetwork, TravelClass
from chengce.engine.roads.paths import Star, star

BLOCK_NODES = 2**16  # nodes reached by the bushes of one block
Longs = NDArray[np.int64]
Lists = tuple[Longs, Ints, Floats]


@dataclass(frozen=True)
class Block:
    """Bushes of some origins of one class: bush i is `link[indptr[i]:indptr[i + 1]]`."""

    kind: int
    origins: Ints
    demand: Floats
    indptr: Longs
    link: Ints
    cars: Floats

    def holding(self, bushes: Lists) -> Self:
        """Return a block of other bushes for the same trips."""
        return replace(self, indptr=bushes[0], link=bushes[1], cars=bushes[2])


@dataclass(frozen=True)
class Ground:
    """A network in forward-star order, with all that stays while vehicles shift.

    `delay` float64[m, 4]: t₀, t₀·b, 1 / capacity, power. `fixed` float64[classes, m].
    """

    network: RoadNetwork
    classes: tuple[TravelClass, ...]
    links: Star
    in_ptr: Longs
    in_link: Ints
    delay: Floats
    fixed: Floats
    pce: Floats

    @classmethod
    def of(cls, network: RoadNetwork, classes: Sequence[TravelClass]) -> Self:
        """Sort a network without closed links; its delays are those that decide on paths."""
        links = star(network)
        in_ptr = np.zeros(network.nodes + 1, np.int64)
        np.cumsum(np.bincount(links.head, minlength=network.nodes), out=in_ptr[1:])
        steep = (network.b > 0) & (network.free_flow > 0)
        delay = np.zeros((network.links, 4))
        delay[:, 0] = network.free_flow
        delay[steep, 1] = (network.free_flow * network.b)[steep]
        delay[steep, 2] = 1.0 / network.capacity[steep]
        delay[:, 3] = network.power
        none = np.zeros(network.links)
        fixed = np.array([none if c.fixed is None else c.fixed for c in classes], np.float64)
        return cls(
            network, tuple(classes), links, in_ptr,
            np.argsort(links.head, kind="stable").astype(np.int32),
            np.ascontiguousarray(delay[links.link]),
            np.ascontiguousarray(fixed.reshape(len(classes), network.links)[:, links.link]),
            np.array([c.pce for c in classes], np.float64),
        )  # fmt: skip

    @property
    def star(self) -> tuple[Longs, Longs, Ints, Ints, Ints]:
        """Return the arrays the kernels walk on."""
        links = self.links
        return links.indptr, self.in_ptr, self.in_link, links.tail, links.head

    def by_link(self, values: Floats) -> Floats:
        """Return values by link of the network from values in this order (last axis)."""
        return self.links.by_link(values)

    def price(self, flow: Floats) -> tuple[Floats, Floats]:
        """Return time and d time / d flow of every link."""
        cost, slope = np.empty(len(flow)), np.empty(len(flow))
        reprice_all(flow, cost, slope, self.delay)
        return cost, slope

    def add_up(self, blocks: Sequence[Block]) -> tuple[Floats, Floats]:
        """Return flows in vehicles [classes, m] and in pce [m], added in the order of blocks."""
        by_class = np.zeros((len(self.classes), self.network.links))
        for block in blocks:
            add_up(block.link, block.cars, by_class[block.kind])
        flow = np.zeros(self.network.links)
        for pce, own in zip(self.pce, by_class, strict=True):
            flow += pce * own
        return by_class, flow

    def trips(self) -> list[tuple[int, Ints, Floats]]:
        """Return class, origins and demand [k, zones] of each block; the cut depends on sizes only."""
        out = []
        size = max(1, BLOCK_NODES // max(self.network.nodes, 1))
        for kind, c in enumerate(self.classes):
            demand = np.array(c.demand, np.float64)
            np.fill_diagonal(demand, 0.0)
            origins = np.flatnonzero(demand.any(axis=1)).astype(np.int32)
            for i in range(0, len(origins), size):
                some = origins[i : i + size]
                out.append((kind, some, np.ascontiguousarray(demand[some])))
        return out

    def plant(self) -> list[Block]:
        """Load one block after another on the cheapest trees, each meeting those before."""
        blocks: list[Block] = []
        flow = np.zeros(self.network.links)
        for kind, origins, demand in self.trips():
            cost = self.price(flow)[0] + self.fixed[kind]
            block = Block(kind, origins, demand, *self._planted(cost, origins, demand))
            own = np.zeros_like(flow)
            add_up(block.link, block.cars, own)
            flow += self.pce[kind] * own
            blocks.append(block)
        return blocks

    def _planted(self, cost: Floats, origins: Ints, demand: Floats) -> Lists:
        links, network = self.links, self.network
        bushes = plant(links.indptr, links.head, links.tail, cost, network.first_through, origins)
        load_all(*bushes, links.tail, links.head, origins, demand, network.nodes)
        return bushes

    def resume(self, warm: Equilibrium, position: Ints) -> list[Block]:
        """Go on from bushes; those that used a link now closed or meet other demand are adapted.

        `position`: of each link of the old network in this order, −1 where it is closed now.
        """
        there = position >= 0
        flow = np.zeros(self.network.links)
        flow[position[there]] = warm.flow[there]
        time = self.price(flow)[0]
        before = {c.name: k for k, c in enumerate(warm.classes)}
        return [
            self._resumed(warm, position, time + self.fixed[kind], before.get(self.classes[kind].name),
                          Block(kind, origins, demand, *_NOTHING))
            for kind, origins, demand in self.trips()
        ]  # fmt: skip

    def _resumed(
        self, warm: Equilibrium, position: Ints, cost: Floats, before: int | None, block: Block
    ) -> Block:
        old, links = warm.bushes, self.links
        if old is None or before is None:
            return block.holding(self._planted(cost, block.origins, block.demand))
        room = np.empty(self.network.nodes)
        link, cars, lost = [], [], []
        for i, origin in enumerate(block.origins):
            k = before * warm.network.zones + origin
            part = slice(old.indptr[k], old.indptr[k + 1])
            at, on = position[old.link[part]], old.flow[part].copy()
            then = warm.classes[before].demand[origin].copy()
            then[origin] = 0.0
            if not len(at) or (at < 0).any():
                lost.append(i)
            elif not np.array_equal(then, block.demand[i]):
                load(at, on, links.tail, links.head, origin, block.demand[i], room)
            link.append(at)
            cars.append(on)
        if lost:
            some = graft(
                *_joined([link[i] for i in lost], [cars[i] for i in lost]),
                links.indptr, links.head, links.tail, cost, self.network.first_through,
                block.origins[lost], block.demand[lost],
            )  # fmt: skip
            for j, i in enumerate(lost):
                part = slice(some[0][j], some[0][j + 1])
                link[i], cars[i] = some[1][part], some[2][part]
        return block.holding(_joined(link, cars))

    def to_bushes(self, blocks: Sequence[Block], number: Ints) -> Bushes:
        """Return bushes class by class and origin by origin; `number`: of each link, as it is told."""
        zones = self.network.zones
        size = np.zeros(len(self.classes) * zones + 1, np.int64)
        for block in blocks:
            size[1 + block.kind * zones + block.origins] = np.diff(block.indptr)
        link = [number[block.link] for block in blocks]
        cars = [block.cars for block in blocks]
        return Bushes(
            np.cumsum(size),
            np.concatenate(link) if link else np.empty(0, np.int32),
            np.concatenate(cars) if cars else np.empty(0),
        )


_NOTHING = (np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0))


def _joined(link: Sequence[Ints], cars: Sequence[Floats]) -> Lists:
    indptr = np.zeros(len(link) + 1, np.int64)
    np.cumsum([len(part) for part in link], out=indptr[1:])
    return indptr, np.concatenate(link).astype(np.int32), np.concatenate(cars)
