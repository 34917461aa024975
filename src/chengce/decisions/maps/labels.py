"""Place numbered labels beside points so that none covers another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chengce.decisions.maps.projection import Sheet

RADIUS = 165  # drawing units: holds two digits at 11 px and more
_RINGS = (300, 480, 700, 1000, 1350, 1750)
_TURNS = 16


def draw_labels(sheet: Sheet, points: Sequence[NDArray[np.float64] | None]) -> str:
    """Return SVG of labels 1, 2, … for points (x, y) on the sheet; None has no label."""
    placed: list[NDArray[np.float64]] = []
    anchors = [p for p in points if p is not None and _inside(sheet, p, 0)]
    out = []
    for number, point in enumerate(points, start=1):
        if point is None or not _inside(sheet, point, 0):
            continue
        at = _free(sheet, point, placed, anchors)
        placed.append(at)
        (px, py), (x, y) = np.rint(point).astype(int), np.rint(at).astype(int)
        out.append(
            f'<path d="M{px},{py}L{x},{y}"/><circle class="at" cx="{px}" cy="{py}" r="32"/>'
            f'<circle cx="{x}" cy="{y}" r="{RADIUS}"/>'
            f'<text x="{x}" y="{y + 66}" text-anchor="middle">{number}</text>'
        )
    return f'<g class="lb">{"".join(out)}</g>' if out else ""


def _free(
    sheet: Sheet,
    point: NDArray[np.float64],
    placed: list[NDArray[np.float64]],
    anchors: list[NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return where a label fits best: near its point, off other labels, their points and the edge."""
    angles = np.arange(_TURNS) * 2 * np.pi / _TURNS
    turns = np.column_stack([np.cos(angles), np.sin(angles)])
    best, worst = point, np.inf
    for ring in _RINGS:
        for turn in turns:
            at = point + ring * turn
            near = sum(float(np.hypot(*(at - p)) < 2.1 * RADIUS) for p in placed)
            near += 0.2 * sum(float(np.hypot(*(at - p)) < 1.3 * RADIUS) for p in anchors)
            near += 0.0 if _inside(sheet, at, RADIUS + 30) else 2.0
            near += 2.0 * _on_furniture(sheet, at)
            if near < worst:
                best, worst = at, near
        if worst == 0.0:
            break
    return best


def _inside(sheet: Sheet, at: NDArray[np.float64], margin: float) -> bool:
    x, y = at
    return bool(margin <= x <= sheet.width - margin and margin <= y <= sheet.height - margin)


def _on_furniture(sheet: Sheet, at: NDArray[np.float64]) -> bool:
    """Tell whether a label would cover the north arrow or the scale bar."""
    x, y = at
    north = x > sheet.width - 380 - RADIUS and y < 600 + RADIUS
    scale = x < 0.22 * sheet.width + 210 + RADIUS and y > sheet.height - 440 - RADIUS
    return bool(north or scale)
