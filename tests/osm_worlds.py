"""Write tiny OpenStreetMap files: nodes on a grid of about 100 m, ways and relations by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

STEP = 0.001  # degrees between neighbours of the grid

Tags = Mapping[str, str]


def at(column: float, row: float) -> tuple[float, float]:
    """Return the longitude and latitude of a grid point near the equator."""
    return column * STEP, row * STEP


def write_osm(
    path: Path,
    *,
    nodes: Mapping[int, tuple[float, float] | tuple[float, float, Tags]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    relations: Mapping[int, tuple[Sequence[tuple[str, int, str]], Tags]] | None = None,
) -> Path:
    """Write nodes (column, row, tags), ways (nodes, tags), relations (members, tags) to a PBF."""
    with osmium.SimpleWriter(str(path), overwrite=True) as out:
        for id_, (column, row, *tags) in sorted(nodes.items()):
            out.add_node(Node(id=id_, location=at(column, row), tags=dict(*tags)))
        for id_, (refs, tags_) in sorted(ways.items()):
            out.add_way(Way(id=id_, nodes=list(refs), tags=dict(tags_)))
        for id_, (members, tags_) in sorted((relations or {}).items()):
            out.add_relation(Relation(id=id_, members=list(members), tags=dict(tags_)))
    return path
