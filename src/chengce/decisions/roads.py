"""Name the links of a comparison as a person does: the road, the way it runs, from where to where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.link_values import AGAINST
from chengce.core.text import Text

MOST = 15
RANKS = ("motorway", "trunk", "primary", "secondary", "tertiary")
COURSES = (
    Text("由南向北", "northbound"),
    Text("由西南向东北", "north-eastbound"),
    Text("由西向东", "eastbound"),
    Text("由西北向东南", "south-eastbound"),
    Text("由北向南", "southbound"),
    Text("由东北向西南", "south-westbound"),
    Text("由东向西", "westbound"),
    Text("由东南向西北", "north-westbound"),
)


@dataclass(frozen=True)
class RoadRow:
    """One road in one direction, told by its link of the largest size.

    `index`: the link; `section`: between which named streets, "" where they are not known;
    `alike`: how many further links of that road and direction the list would hold.
    """

    index: int
    name: Text
    course: Text
    section: str
    alike: int


@dataclass(frozen=True, eq=False)
class Roads:
    """The streets of some states of a city; where several know a street, the first one counts."""

    cities: tuple[City, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return one row per street, by id: name, highway, from_node, to_node, geometry."""
        frames = [_plain(city) for city in dict.fromkeys(self.cities)]
        every = pd.concat(frames)
        return every[~every.index.duplicated()]

    def lines(self, streets: Sequence[str], directions: Sequence[int]) -> NDArray[np.object_]:
        """Return each link's line in WGS-84 in its direction of travel, None where not known."""
        wanted = self.table["geometry"].reindex(list(streets)).to_numpy(dtype=object)
        found = np.full(len(wanted), None, dtype=object)
        found[~pd.isna(wanted)] = wanted[~pd.isna(wanted)]
        against = np.asarray(directions) == AGAINST
        found[against] = shapely.reverse(found[against])
        return found

    def names(self, streets: Sequence[str]) -> list[str | None]:
        """Return the name of each street, None where it has none."""
        found = self.table["name"].reindex(list(streets))
        return [str(n) if isinstance(n, str) and n else None for n in found]

    def kinds(self, streets: Sequence[str]) -> list[str | None]:
        """Return the `highway` class of each street, None where not known."""
        found = self.table["highway"].reindex(list(streets))
        return [str(n) if isinstance(n, str) and n else None for n in found]

    def rows(
        self, order: Iterable[int], streets: Sequence[str], directions: Sequence[int],
        signs: NDArray[np.str_], *, most: int = MOST,
    ) -> list[RoadRow]:  # fmt: skip
        """Return the first roads of an order of links: each named road once per direction and sign."""
        order = list(order)
        names = self.names([streets[i] for i in order])
        lines = self.lines([streets[i] for i in order], [directions[i] for i in order])
        first: dict[tuple[object, ...], int] = {}
        alike: dict[int, int] = {}
        for at, (i, name) in enumerate(zip(order, names, strict=True)):
            key = (name, course(lines[at]).en, str(signs[i])) if name else (i,)
            lead = first.setdefault(key, at)
            alike[lead] = alike.get(lead, -1) + 1
        chosen = list(alike)[:most]
        ends = self._ends([(streets[order[at]], directions[order[at]]) for at in chosen])
        return [
            RoadRow(
                order[at], _name(names[at], streets[order[at]]), course(lines[at]), end, alike[at]
            )
            for at, end in zip(chosen, ends, strict=True)
        ]

    def _ends(self, links: Sequence[tuple[str, int]]) -> list[str]:
        """Return "A → B" for each link whose ends both lie on a named other street."""
        known = [s for s in dict.fromkeys(s for s, _ in links) if s in self.table.index]
        nodes = self.table.loc[known, ["from_node", "to_node"]]
        crossing = _names_at(self.table, set(nodes.to_numpy().ravel()) - {None})
        out = []
        for street, direction in links:
            pair = ["", ""]
            if street in nodes.index:
                own = self.table.at[street, "name"]
                ends = [nodes.at[street, c] for c in ("from_node", "to_node")]
                pair = [next((n for n in crossing.get(e, ()) if n != own), "") for e in ends]
            if direction == AGAINST:
                pair.reverse()
            out.append(" → ".join(pair) if all(pair) and pair[0] != pair[1] else "")
        return out


def course(line: Any) -> Text:
    """Return the way a line in WGS-84 runs, by its ends; empty for a loop or an unknown line."""
    if line is None:
        return Text("", "")
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)[[0, -1]]
    east, north = (x1 - x0) * np.cos(np.radians((y0 + y1) / 2)), y1 - y0
    if east == north == 0:
        return Text("", "")
    return COURSES[round(np.degrees(np.arctan2(east, north)) / 45) % 8]


def _plain(city: City) -> pd.DataFrame:
    streets = city.table("streets")
    columns = {
        c: streets[c].to_numpy(dtype=object) if c in streets.columns else None
        for c in ("name", "highway", "from_node", "to_node", "geometry")
    }
    return pd.DataFrame(columns, index=streets["id"].astype(str).to_numpy(dtype=object))


def _names_at(table: pd.DataFrame, nodes: set[Any]) -> Mapping[Any, list[str]]:
    """Return the names of streets that meet at each node, the most important first."""
    found: dict[Any, list[tuple[int, str]]] = {}
    for column in ("from_node", "to_node"):
        here = table[table[column].isin(nodes) & table["name"].notna()]
        for node, name, kind in zip(here[column], here["name"], here["highway"], strict=True):
            rank = RANKS.index(kind) if kind in RANKS else len(RANKS)
            found.setdefault(node, []).append((rank, str(name)))
    return {node: [name for _, name in sorted(set(some))] for node, some in found.items()}


def _name(name: str | None, street: str) -> Text:
    if name is not None:
        return Text(name, name)
    return Text(f"无名道路（{street}）", f"unnamed road ({street})")
