"""Make an SVG of a map or chart that stands alone: its styles inside, strokes as wide as on a page.

On the web strokes keep their width in pixels whatever a map's size; elsewhere a picture has one
size, so that a width in pixels becomes one in drawing units.
"""

import re
from collections.abc import Iterable

from chengce.decisions.maps.projection import WIDTH
from chengce.decisions.maps.samples import HEIGHT as SAMPLE_HEIGHT
from chengce.decisions.maps.samples import WIDTH as SAMPLE_WIDTH
from chengce.decisions.maps.style import chart_css, map_css

PIXEL_MM = 0.2
SAMPLE_MM = 6.5
_USUAL_MM = 130.0  # of a map's width, for which signs are drawn
_FURNITURE = re.compile(r'<g class="fu">.*?</g>', re.DOTALL)
_SIGN = re.compile(r"(translate\([^)]*\))")
_TIP = re.compile(r"<title>.*?</title>", re.DOTALL)
_HEAD = re.compile(r'<svg class="(\w+)" viewBox="([^"]+)"[^>]*>')
Colours = Iterable[tuple[str, str]]


def standalone_map(
    svg: str, definitions: str, colours: Colours, width_mm: float, *, furniture: bool = True
) -> str:
    """Return a map drawn by an `Atlas` as an SVG of its own, for a page where it is so wide.

    `furniture`: with its scale bar and north arrow. On wide maps signs grow less than the map.
    """
    inner = re.sub(r"^<svg[^>]*>|</svg>$", "", definitions)
    css = _plain(map_css(), colours, PIXEL_MM * WIDTH / width_mm)
    if not furniture:
        svg = _FURNITURE.sub("", svg)
    if width_mm > _USUAL_MM:
        svg = _SIGN.sub(rf"\1 scale({_USUAL_MM / width_mm:.3f})", svg)
    return _alone(svg, css, inner)


def standalone_sample(inside: str, colours: Colours) -> str:
    """Return a sample of a legend as an SVG of its own, `SAMPLE_MM` wide."""
    css = _plain(map_css(), colours, PIXEL_MM * SAMPLE_WIDTH / SAMPLE_MM)
    hatch = (
        '<defs><pattern id="hatch" width="55" height="55" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="55" height="55" fill="#fff"/>'
        '<rect width="16" height="55" fill="#8a8a8a"/></pattern></defs>'
    )
    return _alone(
        f'<svg class="map" viewBox="0 0 {SAMPLE_WIDTH} {SAMPLE_HEIGHT}">{inside}</svg>', css, hatch
    )


def standalone_chart(svg: str) -> str:
    """Return a chart as an SVG of its own."""
    return _alone(svg, _plain(map_css() + chart_css(), (), 1.0), "")


def _alone(svg: str, css: str, definitions: str) -> str:
    head = _HEAD.match(svg)
    assert head is not None
    _, _, width, height = head[2].split()
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{head[1]}" viewBox="{head[2]}" '
        f'width="{width}" height="{height}"><style>{css}</style>{definitions}'
    )
    return start + _TIP.sub("", svg[head.end() :])


def _plain(css: str, colours: Colours, pixel: float) -> str:
    """Return CSS that any reader of SVG understands: no variables, no pixels."""
    for mark, colour in colours:
        css = css.replace(f"var(--{mark})", colour)
    css = re.sub(r"[^{}]*\{vector-effect:[^}]*\}", "", css)

    def in_units(found: re.Match[str]) -> str:
        sizes = (float(s.removesuffix("px")) * pixel for s in found[2].split())
        return found[1] + " ".join(f"{s:.4g}" for s in sizes)

    css = re.sub(r"(stroke-width:)([\d.]+px)", in_units, css)
    css = re.sub(r"(stroke-dasharray:)([\d. ]+)", in_units, css)
    return re.sub(r"[^{}]*\{[^}]*var\(--[^}]*\}", "", css)
