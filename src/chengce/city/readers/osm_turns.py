"""Map turn restrictions for private cars onto the edges that meet at their via node.

Read: relations `type=restriction` with `restriction` or `restriction:vehicle|motor_vehicle|
motorcar`, unless `except` names the car. A through way has two edges at the via node; the one
that can be driven in the needed direction is meant, and where both can, the pair whose angle
fits the restriction's name (left, right, straight, u) best, by 30 degrees at least.
Not mapped, but listed with their ids: restrictions over via ways, with members outside the
streets for cars, for other vehicles or certain hours only, malformed, or ambiguous.
Source: OSM wiki, Relation:restriction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.readers.osm_access import AGAINST, ALONG
from chengce.city.readers.osm_scan import Restriction

_KEYS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction")
_CARS = frozenset(("motorcar", "motor_vehicle", "vehicle"))
_ANGLES = {"left_turn": 90.0, "right_turn": -90.0, "straight_on": 0.0, "u_turn": 180.0}
_MARGIN = 30.0
COLUMNS = ("id", "kind", "from_street", "via_node", "to_street", "restriction")


@dataclass(frozen=True)
class Turns:
    """The turn table, and the relations left out, by reason."""

    frame: pd.DataFrame
    left_out: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class _End:
    """An edge where it meets the via node: its id and headings in degrees, counter-clockwise."""

    street: str
    enters: bool  # can be driven toward the via node
    leaves: bool
    heading_out: float  # from the via node along the edge


class _LeftOut(Exception):
    """Why a restriction is left out."""


def turns(restrictions: Iterable[Restriction], streets: gpd.GeoDataFrame) -> Turns:
    """Return the turn table for the restrictions, mapped onto the street table."""
    rows: list[tuple[str, str, str, int, str, str]] = []
    left_out: dict[str, list[int]] = {}
    wanted = list(restrictions)
    ends = _ends(wanted, streets)
    for item in wanted:
        try:
            rows += _rows(item, ends)
        except _LeftOut as reason:
            left_out.setdefault(str(reason), []).append(item.id)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in COLUMNS:
        frame[name] = frame[name].astype(np.int64 if name == "via_node" else "str")
    return Turns(frame, {reason: tuple(ids) for reason, ids in sorted(left_out.items())})


def _rows(
    item: Restriction, ends: Mapping[tuple[int, int], list[_End]]
) -> list[tuple[str, str, str, int, str, str]]:
    names = _names(item.tags)
    by_role = {
        role: [(kind, ref) for kind, ref, r in item.members if r == role]
        for role in ("from", "via", "to")
    }
    if any(kind == "w" for kind, _ in by_role["via"]):
        raise _LeftOut("via_way")
    vias = [ref for kind, ref in by_role["via"] if kind == "n"]
    sources = [ref for kind, ref in by_role["from"] if kind == "w"]
    targets = [ref for kind, ref in by_role["to"] if kind == "w"]
    if len(vias) != 1 or not sources or not targets:
        raise _LeftOut("members")
    via = vias[0]
    pairs = [
        (name, _pick(name, ends.get((source, via), []), ends.get((target, via), [])))
        for name in names
        for source in sources
        for target in targets
    ]
    return [
        (
            f"r{item.id}" if number == 1 else f"r{item.id}-{number}",
            name.partition("_")[0],
            pair[0],
            via,
            pair[1],
            name,
        )
        for number, (name, pair) in enumerate(pairs, start=1)
    ]


def _names(tags: Mapping[str, str]) -> list[str]:
    value = next((tags[key] for key in _KEYS if key in tags), None)
    if value is None:
        raise _LeftOut("other_vehicles")
    if _CARS & {part.strip() for part in tags.get("except", "").split(";")}:
        raise _LeftOut("other_vehicles")
    names = [name.strip() for name in value.split(";")]
    if not all(name.startswith(("no_", "only_")) for name in names):
        raise _LeftOut("unknown_kind")
    return names


def _pick(name: str, sources: list[_End], targets: list[_End]) -> tuple[str, str]:
    if not sources or not targets:
        raise _LeftOut("members_not_streets")
    pairs = [(a, b) for a in sources if a.enters for b in targets if b.leaves]
    if not pairs:
        raise _LeftOut("not_drivable")
    u_turn = name.endswith("u_turn")
    same = [(a, b) for a, b in pairs if (a.street == b.street) == u_turn]
    pairs = same or pairs
    if len(pairs) > 1:
        wanted = _ANGLES.get(name.partition("_")[2])
        if wanted is None:
            raise _LeftOut("ambiguous")
        scored = sorted((abs(_wrap(_turn(a, b) - wanted)), i) for i, (a, b) in enumerate(pairs))
        if scored[1][0] - scored[0][0] < _MARGIN:
            raise _LeftOut("ambiguous")
        pairs = [pairs[scored[0][1]]]
    return pairs[0][0].street, pairs[0][1].street


def _turn(source: _End, target: _End) -> float:
    """Return the change of heading in degrees, left positive."""
    return _wrap(target.heading_out - (source.heading_out + 180.0))


def _wrap(angle: float) -> float:
    return (angle + 180.0) % 360.0 - 180.0


def _ends(
    restrictions: list[Restriction], streets: gpd.GeoDataFrame
) -> dict[tuple[int, int], list[_End]]:
    """Return the edge ends at via nodes, by way and node."""
    vias = {ref for r in restrictions for kind, ref, role in r.members if role == "via"}
    ways = {ref for r in restrictions for kind, ref, role in r.members if kind == "w"}
    found: dict[tuple[int, int], list[_End]] = {}
    some = streets[streets["way"].isin(list(ways))]
    for column, near, next_to, toward in (
        ("from_node", 0, 1, AGAINST),
        ("to_node", -1, -2, ALONG),
    ):
        here = some[some[column].isin(list(vias))]
        lines = here.geometry.to_numpy()
        start = shapely.get_coordinates(shapely.get_point(lines, near))
        other = shapely.get_coordinates(shapely.get_point(lines, next_to))
        east = (other[:, 0] - start[:, 0]) * np.cos(np.radians(start[:, 1]))
        heading = np.degrees(np.arctan2(other[:, 1] - start[:, 1], east))
        for street, way, node, drive, angle in zip(
            here["id"], here["way"], here[column], here["drive"], heading, strict=True
        ):
            enters, leaves = bool(drive & toward), bool(drive & (ALONG + AGAINST - toward))
            end = _End(str(street), enters, leaves, float(angle))
            found.setdefault((int(way), int(node)), []).append(end)
    return found
