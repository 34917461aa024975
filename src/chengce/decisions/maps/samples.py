"""Draw the samples of a legend: a box of 26 × 16 px with what it stands for."""

WIDTH, HEIGHT = 260, 160  # drawing units

_SIGNS = {
    "gw": f'<rect class="gw" width="{WIDTH}" height="{HEIGHT}"/>',
    "gg": f'<rect class="gg" width="{WIDTH}" height="{HEIGHT}"/>',
    "gb": '<path class="gbl" d="M0,80H260"/>',
    "nr": '<path class="nr" d="M0,80H260"/>',
    "nt": '<path class="nt" d="M0,80H260"/>',
    "nb": '<path class="nb" d="M0,80H260"/>',
    "edge": '<circle cx="130" cy="80" r="20" fill="#222"/>',
    "stop": '<circle class="p-stop" cx="130" cy="80" r="50"/>',
    "place": '<path class="p-place" d="M130,5L205,80 130,155 55,80z"/>',
    "gone": '<path class="p-gone" d="M80,30L180,130M80,130L180,30"/>',
}


def area(mark: str) -> str:
    """Return the sample of a class of areas."""
    return f'<rect class="{mark}" width="{WIDTH}" height="{HEIGHT}"/>'


def line(mark: str, width: float = 0.0) -> str:
    """Return the sample of a class of lines; `width` 0: as wide as its class says."""
    if not width:
        return f'<path class="{mark}" d="M0,80H260"/>'
    return f'<path class="bd {mark}" stroke-width="{width:g}" d="M0,80H260"/>'


def sign(mark: str) -> str:
    """Return the sample of a sign on a map: a network line, the ground, what is proposed."""
    return _SIGNS.get(mark) or f'<path class="p-{mark}" d="M0,80H260"/>'


def swatch(inside: str) -> str:
    """Return a sample as SVG to stand in a page that has the styles of maps."""
    return f'<svg class="sw" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{inside}</svg>'
