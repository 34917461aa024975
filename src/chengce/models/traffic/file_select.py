"""Tell whose trips use links named by their nodes, and lay that out as files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.omx import omx_bytes
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.engine.assign.select_link import SelectLink, select_link
from chengce.engine.roads.network import Equilibrium, Floats
from chengce.engine.roads.problem import RoadProblem

OMX = "select_link.omx"


@dataclass(frozen=True)
class Selected:
    """Trips that use any of some links: by class, vehicles `od` and, by link, their flow."""

    name: str
    links: tuple[int, ...]
    by_class: tuple[SelectLink, ...]

    def flow(self, problem: RoadProblem) -> Floats:
        """Return their flow on every link of the file, pcu."""
        m = len(problem.link_ids)
        parts = zip(problem.classes, self.by_class, strict=True)
        return np.asarray(sum(c.pce * found.flow[:m] for c, found in parts))

    def trips(self) -> float:
        """Return all their trips, vehicles."""
        return float(sum(found.od.sum() for found in self.by_class))


def chosen_links(problem: RoadProblem, asked: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return links by what was asked for: `FROM-TO`, or several of these with commas between.

    All parallel links between two nodes are taken. Raises `ChengceError` naming what the network
    lacks.
    """
    between, nodes = problem.between(), set(problem.node_ids)
    out: dict[str, tuple[int, ...]] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(word.strip() for word in asked):
        links: list[int] = []
        for part in name.split(","):
            ends = [e for e in _splits(part.strip()) if e in between]
            if len(ends) == 1:
                links += between[ends[0]]
            else:
                problems.append(_unclear(part.strip(), ends, nodes, between))
        out[name] = tuple(dict.fromkeys(links))
    raise_if_any(problems)
    return out


def select(equilibrium: Equilibrium, chosen: dict[str, tuple[int, ...]]) -> list[Selected]:
    """Return the trips through each set of links; raises `ChengceError` as `select_link`."""
    kinds = range(len(equilibrium.classes))
    return [
        Selected(name, links, tuple(select_link(equilibrium, links, cls=k) for k in kinds))
        for name, links in chosen.items()
    ]


def select_omx(problem: RoadProblem, found: Sequence[Selected]) -> bytes:
    """Return their matrices, one for each set of links and class."""
    several = len(problem.classes) > 1
    matrices = {
        (f"{s.name} {c.name}" if several else s.name).replace("/", "_"): part.od
        for s in found
        for c, part in zip(problem.classes, s.by_class, strict=True)
    }
    return omx_bytes(matrices, {"zone": problem.zone_ids})


def select_arrays(found: Sequence[Selected]) -> dict[str, NDArray[np.float64]]:
    """Return what a replay compares."""
    return {
        f"select_{i}_{kind}": np.stack([getattr(part, kind) for part in s.by_class])
        for i, s in enumerate(found)
        for kind in ("od", "flow")
    }


def _splits(word: str) -> Iterator[tuple[str, str]]:
    """Yield every way to read `FROM-TO`: names of nodes may have hyphens of their own."""
    for i, letter in enumerate(word):
        if letter in "-→":
            yield word[:i].strip(), word[i + 1 :].strip()


def _unclear(
    word: str,
    ends: Sequence[tuple[str, str]],
    nodes: set[str],
    between: dict[tuple[str, str], tuple[int, ...]],
) -> Problem:
    if ends:
        return Problem(
            "select_link_ambiguous",
            Text(f"“{word}”可以指几条路段", f"“{word}” may be one of several links"),
            Text("节点名含连字符时请改名", "rename nodes whose names have hyphens"),
            column="select-link",
        )
    remedy = Text("写成 起点-终点，如 3-4", "write FROM-TO, such as 3-4")
    for tail, head in _splits(word):
        lost = [end for end in (tail, head) if end not in nodes]
        if (head, tail) in between:
            remedy = Text("方向是否写反", "are the two the wrong way round?")
        elif len(lost) == 1:
            remedy = near_names(lost[0], sorted(nodes))
    return Problem(
        "select_link_unknown",
        Text(f"路网没有路段 {word}", f"the network has no link {word}"),
        remedy,
        column="select-link",
    )
