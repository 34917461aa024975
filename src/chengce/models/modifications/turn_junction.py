"""Say of a turn between two streets where they meet, which ways cars take there, and its name."""

import numpy as np
import pandas as pd
import shapely

from chengce.models.modifications.hours import Arc

_STRAIGHT = 45.0  # degrees either side within which a way on counts as straight


def shared_nodes(streets: pd.DataFrame, one: str, two: str) -> list[int]:
    """Return the nodes where two streets meet; both ends, if they are one street."""
    ends = [set(_ends(streets, key)) for key in (one, two)]
    return sorted(ends[0] & ends[1])


def arcs_into(streets: pd.DataFrame, street: str, node: int) -> list[Arc]:
    """Return the directions in which a street leads to a node, open to cars or not."""
    first, last = _ends(streets, street)
    return [(street, bit) for bit, end in ((1, last), (2, first)) if end == node]


def arcs_out_of(streets: pd.DataFrame, street: str, node: int) -> list[Arc]:
    """Return the directions in which a street leads away from a node, open to cars or not."""
    first, last = _ends(streets, street)
    return [(street, bit) for bit, end in ((1, first), (2, last)) if end == node]


def open_to_cars(streets: pd.DataFrame, arc: Arc) -> bool:
    """Tell whether cars may drive on a street in a direction."""
    street, bit = arc
    return bool(int(streets.loc[streets["id"] == street, "drive"].iloc[0]) & bit)


def ways_on(streets: pd.DataFrame, node: int) -> list[str]:
    """Return the streets by which cars may leave a node, sorted."""
    drive = streets["drive"].to_numpy(np.int64)
    leaves = (streets["from_node"] == node) & (drive & 1 > 0)
    leaves |= (streets["to_node"] == node) & (drive & 2 > 0)
    return sorted(streets.loc[leaves, "id"].astype(str))


def manner(streets: pd.DataFrame, one: str, node: int, two: str) -> str:
    """Return what OpenStreetMap calls the turn: left_turn, right_turn, straight_on or u_turn."""
    if one == two:
        return "u_turn"
    turn = _heading(streets, two, node) - (_heading(streets, one, node) + 180.0)
    turn = (turn + 180.0) % 360.0 - 180.0
    if abs(turn) <= _STRAIGHT:
        return "straight_on"
    return "left_turn" if turn > 0 else "right_turn"


def _ends(streets: pd.DataFrame, street: str) -> tuple[int, int]:
    row = streets[streets["id"] == street].iloc[0]
    return int(row["from_node"]), int(row["to_node"])


def _heading(streets: pd.DataFrame, street: str, node: int) -> float:
    """Return the heading of a street away from a node, degrees counter-clockwise from east."""
    line = streets.loc[streets["id"] == street, "geometry"].iloc[0]
    points = shapely.get_coordinates(line)
    if _ends(streets, street)[0] != node:
        points = points[::-1]
    east, north = points[1] - points[0]
    return float(np.degrees(np.arctan2(north, east * np.cos(np.radians(points[0, 1])))))
