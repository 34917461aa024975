"""Forbid or delay turns by taking apart only the junctions that have such turns."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import ArrayLike

from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.roads.network import Floats, Ints, RoadNetwork

Turn = tuple[int, int]  # from link, to link
Arc = tuple[int, int, float]  # tail, head, time


@dataclass(frozen=True)
class TurnNetwork:
    """A network whose paths obey the turns: the links asked about first, then turn arcs.

    Links 0 … m − 1 of `network` are the original ones, with ends moved; after them come arcs that
    take constant time (0 or a penalty). `link_of` int32[m']: the original link, −1 for an arc.
    Zones keep their numbers.
    """

    network: RoadNetwork
    link_of: Ints

    def expand(self, values: Floats, fill: float = 0.0) -> Floats:
        """Return link values (last axis m) with `fill` for every arc (last axis m')."""
        arcs = int(np.count_nonzero(self.link_of < 0))
        width = [(0, 0)] * (values.ndim - 1) + [(0, arcs)]
        return np.pad(values, width, constant_values=fill)

    def restore(self, values: Floats) -> Floats:
        """Return the values of the original links (last axis m) from values on this network."""
        return np.asarray(values[..., self.link_of >= 0])


def with_turns(
    network: RoadNetwork,
    banned: ArrayLike,
    penalty: Sequence[tuple[int, int, float]] = (),
) -> TurnNetwork:
    """Return a network in which no path makes a banned turn and penalised turns take longer.

    `banned` int[k, 2]: from link, to link. `penalty`: (from link, to link, time ≥ 0 in the
    network's unit); a turn that is banned too stays banned. U-turns are allowed unless banned.
    Turns at centroids (nodes below `first_through`) never happen and are left out. Trips that
    begin or end at a junction turn freely there. Raises `ChengceError` naming every turn whose
    links do not exist or do not meet, or whose time is negative or given twice.
    """
    bans = [(int(i), int(o)) for i, o in np.asarray(banned, np.int64).reshape(-1, 2)]
    _check(network, bans, penalty)
    time: dict[Turn, float] = {(i, o): float(t) for i, o, t in penalty}
    time.update(dict.fromkeys(bans, np.inf))
    turns: dict[int, dict[Turn, float]] = defaultdict(dict)
    for (i, o), t in sorted(time.items()):
        node = int(network.head[i])
        if node >= network.first_through and t > 0:
            turns[node][i, o] = t
    return _expand(network, turns)


def _expand(network: RoadNetwork, turns: Mapping[int, Mapping[Turn, float]]) -> TurnNetwork:
    tail, head = network.tail.copy(), network.head.copy()
    fresh = count(network.nodes)
    arcs: list[Arc] = []
    first_through = network.first_through
    zones = range(first_through, network.zones)
    if any(node in turns for node in zones):  # such a zone is no longer its junction
        first_through = network.zones
        for zone in zones:
            arcs += _part(zone, tail, head, turns.get(zone, {}), fresh, zone=True)
    for node, here in turns.items():
        if node not in zones:
            arcs += _part(node, tail, head, here, fresh, zone=False)
    m, extra = network.links, len(arcs)
    ends = np.array([(a, b) for a, b, _ in arcs], np.int32).reshape(-1, 2)
    none, one = np.zeros(extra), np.ones(extra)
    return TurnNetwork(
        replace(
            network,
            tail=np.concatenate([tail, ends[:, 0]]),
            head=np.concatenate([head, ends[:, 1]]),
            nodes=next(fresh),
            first_through=first_through,
            free_flow=np.concatenate([network.free_flow, [t for _, _, t in arcs]]),
            capacity=np.concatenate([network.capacity, one]),
            b=np.concatenate([network.b, none]),
            power=np.concatenate([network.power, one]),
            length=np.concatenate([network.length, none]),
        ),
        np.concatenate([np.arange(m), np.full(extra, -1)]).astype(np.int32),
    )


def _part(
    node: int,
    tail: Ints,
    head: Ints,
    turns: Mapping[Turn, float],
    fresh: Iterator[int],
    *,
    zone: bool,
) -> list[Arc]:
    """Move the links at a node to its parts, in place, and return the arcs between the parts.

    Links in without such turns share one part, links out likewise; every other link has its own.
    A zone becomes a part of its own, where trips begin and end.
    """
    ways_in, ways_out = np.flatnonzero(head == node), np.flatnonzero(tail == node)
    arrive = next(fresh) if zone else node
    leave = next(fresh) if turns else arrive
    head[ways_in], tail[ways_out] = arrive, leave
    own_in = {i: next(fresh) for i in dict.fromkeys(i for i, _ in turns)}
    own_out = {o: next(fresh) for o in dict.fromkeys(o for _, o in turns)}
    for i, part in own_in.items():
        head[i] = part
    for o, part in own_out.items():
        tail[o] = part
    arcs = [(arrive, leave, 0.0)] if arrive != leave else []
    arcs += [(part, leave, 0.0) for part in own_in.values()]
    arcs += [(arrive, part, 0.0) for part in own_out.values()]
    for i, a in own_in.items():
        for o, b in own_out.items():
            time = turns.get((i, o), 0.0)
            if np.isfinite(time):
                arcs.append((a, b, time))
    if zone:
        arcs += [(part, node, 0.0) for part in (arrive, *own_in.values())]
        arcs += [(node, part, 0.0) for part in (leave, *own_out.values())]
    return arcs


def _check(
    network: RoadNetwork, banned: Sequence[Turn], penalty: Sequence[tuple[int, int, float]]
) -> None:
    """Raise one `ChengceError` with every turn that can't be; links are counted from 0."""
    problems: list[Problem] = []
    given: set[Turn] = set()
    for i, o in [*banned, *((i, o) for i, o, _ in penalty)]:
        zh, en = f"从路段 {i} 到路段 {o} 的转向", f"turn from link {i} to link {o}"
        if not (0 <= i < network.links and 0 <= o < network.links):
            problems.append(
                Problem(
                    "turn_link_unknown",
                    Text(
                        f"{zh}：路网只有路段 0 至 {network.links - 1}",
                        f"{en}: the network only has links 0 to {network.links - 1}",
                    ),
                    Text("检查路段序号（从 0 数起）", "check the numbers of links, counted from 0"),
                )
            )
        elif network.head[i] != network.tail[o]:
            problems.append(
                Problem(
                    "turn_links_apart",
                    Text(
                        f"{zh}：前者止于节点 {network.head[i]}，后者始于节点 {network.tail[o]}",
                        f"{en}: the first ends at node {network.head[i]}, "
                        f"the second begins at node {network.tail[o]}",
                    ),
                    Text("给出首尾相接的两条路段", "give two links that meet"),
                )
            )
    for i, o, time in penalty:
        zh, en = f"从路段 {i} 到路段 {o} 的转向", f"turn from link {i} to link {o}"
        if not (time >= 0 and np.isfinite(time)):
            problems.append(
                Problem(
                    "turn_time_invalid",
                    Text(
                        f"{zh}：附加时间 {time} 须为非负有限数",
                        f"{en}: the time {time} must be a finite number of at least 0",
                    ),
                    Text("若不准转向，请列为禁转", "to forbid the turn, list it as banned"),
                )
            )
        if (i, o) in given:
            problems.append(
                Problem(
                    "turn_repeated",
                    Text(f"{zh}：附加时间给了不止一次", f"{en}: its time is given more than once"),
                    Text("每个转向只给一次", "give each turn once"),
                )
            )
        given.add((i, o))
    raise_if_any(problems)
