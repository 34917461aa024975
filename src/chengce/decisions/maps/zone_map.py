"""Assemble maps: shared outlines once, then each map as classes over them."""

from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.text import Lang
from chengce.core.units import number
from chengce.decisions.maps.ground import draw_ground, draw_wide_water
from chengce.decisions.maps.network import Network, draw_network
from chengce.decisions.maps.projection import Sheet, scale_bar
from chengce.decisions.maps.proposal import Marks
from chengce.decisions.maps.zones import Outlines, outlines, sheet_of, zones_of

FONTS = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"


@dataclass(frozen=True)
class Atlas:
    """What all maps of a report share: the sheet, outlines, ground, network, edge zones."""

    sheet: Sheet
    zones: Outlines
    ground: str
    water: str
    network: Network
    at_edge: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        city: City,
        places: tuple[str, ...],
        at_edge: tuple[str, ...],
        frame: float | None = None,
    ) -> "Atlas | None":
        """Return the atlas of a city, or None where no place has a geometry.

        `frame`: height over width of the maps; without it they are as tall as the city asks.
        """
        shapes = zones_of(city, places)
        if all(s is None for s in shapes):
            return None
        sheet = sheet_of(shapes, frame)
        edge = set(at_edge)
        return cls(
            sheet=sheet,
            zones=outlines(sheet, shapes),
            ground=draw_ground(city, sheet),
            water=draw_wide_water(city, sheet),
            network=draw_network(city, sheet),
            at_edge=np.array([p in edge for p in places], dtype=bool),
        )

    @cached_property
    def definitions(self) -> str:
        """Return the hidden SVG that every map on the page refers to."""
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="11"/>'
            for x, y in np.rint(
                self.zones.points[self.at_edge & ~np.isnan(self.zones.points[:, 0])]
            )
            .astype(int)
            .tolist()
        )
        return (
            '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>'
            '<pattern id="hatch" width="55" height="55" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="55" height="55" fill="#fff"/><rect width="16" height="55" fill="#8a8a8a"/></pattern>'
            f'<g id="zones">{"".join(self.zones.shapes)}</g>'
            f'<g id="ground">{self.ground}</g><g id="water">{self.water}</g><g id="network">{self.network.svg}</g>'
            f'<g id="edge">{dots}</g></defs></svg>'
        )

    def draw(
        self,
        classes: NDArray[np.str_],
        tips: list[str] | None,
        marks: Marks,
        *,
        label: str,
        lang: Lang,
    ) -> str:
        """Return one map. `classes`: a CSS class per zone; `tips`: a tooltip per zone, None for none."""
        sheet = self.sheet
        if tips is None:
            cells = "".join(f'<use href="#z{i}" class="{c}"/>' for i, c in enumerate(classes))
        else:
            cells = "".join(
                f'<use href="#z{i}" class="{c}"><title>{escape(t, quote=False)}</title></use>'
                for i, (c, t) in enumerate(zip(classes, tips, strict=True))
            )
        return (
            f'<svg class="map" viewBox="0 0 {sheet.width} {sheet.height}" role="img" aria-label="{escape(label)}">'
            f'<title>{escape(label)}</title><rect class="sea" width="{sheet.width}" height="{sheet.height}"/>'
            f'<use href="#ground"/>{cells}<use href="#water"/><use href="#network"/><use href="#edge"/>'
            f"{marks.svg}{self._furniture(lang)}</svg>"
        )

    def draw_links(self, bands: str, above: str, *, label: str, lang: Lang) -> str:
        """Return one map of streets over plain zones; `above`: what lies over the bands."""
        sheet = self.sheet
        return (
            f'<svg class="map" viewBox="0 0 {sheet.width} {sheet.height}" role="img" aria-label="{escape(label)}">'
            f'<title>{escape(label)}</title><rect class="sea" width="{sheet.width}" height="{sheet.height}"/>'
            f'<use href="#ground"/><use href="#zones" class="zp"/><use href="#water"/>{bands}'
            f"{above}{self._furniture(lang)}</svg>"
        )

    def _furniture(self, lang: Lang) -> str:
        """Return scale bar (lower left) and north arrow (upper right)."""
        metres, length = scale_bar(self.sheet)
        unit = ("公里", "米") if lang == "zh" else ("km", "m")
        name = f"{number(metres / 1000)} {unit[0]}" if metres >= 1000 else f"{metres} {unit[1]}"
        y, x = self.sheet.height - 150, self.sheet.width - 230
        half = round(length / 2)
        return (
            f'<g class="fu"><rect x="90" y="{y - 290}" width="{round(length) + 120}" height="390" class="fb"/>'
            f'<rect x="150" y="{y - 40}" width="{half}" height="60" fill="#333"/>'
            f'<rect x="{150 + half}" y="{y - 40}" width="{round(length) - half}" height="60" fill="#fff" '
            f'stroke="#333"/><text x="{150 + half}" y="{y - 90}" text-anchor="middle">{name}</text>'
            f'<rect x="{x - 150}" y="80" width="300" height="520" class="fb"/>'
            f'<path d="M{x},130l90,260 -90,-60 -90,60z" fill="#333"/>'
            f'<text x="{x}" y="560" text-anchor="middle">N</text></g>'
        )
